//! How long a sentence takes to encode on the CPU, beside the same model in `PyTorch`.
//!
//! `TASTEGRAPH_ENCODER` names the folder of all-MiniLM-L6-v2; without it the place of `scripts/fetch-encoder.sh` is
//! looked at. Run as a test, or without a model, it says so and measures nothing.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Deserialize;
use tastegraph_benches::{milliseconds, peer_command};
use tastegraph_text::{EncoderOptions, SentenceEncoder};

/// Measurements of a sentence, of which the median counts; as many as in the peer script.
const ROUNDS: usize = 25;

/// What two computations of a vector may differ in.
const TOLERANCE: f32 = 1e-3;

/// About 5, 11 and 31 word pieces.
const SENTENCES: [&str; 3] = [
    "a heist movie",
    "something funny but clever, not too long",
    "I really enjoyed the one about the bank robbers who plan a last job, but could we have a little less violence \
     this time and a happy ending?",
];

#[derive(Deserialize)]
struct Peer {
    version: String,
    results: Vec<PeerResult>,
}

#[derive(Deserialize)]
struct PeerResult {
    ms: f64,
    vector: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let Some(folder) = model() else {
        writeln!(
            out,
            "skipped: there is no model; scripts/fetch-encoder.sh gets it"
        )?;
        return Ok(());
    };
    // Cargo passes `--bench` to benchmarks and nothing when they run as tests.
    if !std::env::args().any(|argument| argument == "--bench") {
        writeln!(out, "skipped: run as a test")?;
        return Ok(());
    }
    let clock = Instant::now();
    let encoder = SentenceEncoder::open(&folder, &EncoderOptions::default())?;
    writeln!(out, "model opened in {:.0} ms", milliseconds(clock))?;
    let texts = texts();
    writeln!(
        out,
        "{:>8} {:>8} {:>12} {:>12} {:>8}",
        "words", "threads", "tastegraph", "PyTorch", "ratio"
    )?;
    let mut ratios = Vec::new();
    let mut off: f32 = 0.0;
    let mut version = String::new();
    for threads in [1, std::thread::available_parallelism()?.get()] {
        let ours = measure(&encoder, &texts, threads)?;
        let Some(peer) = peer(&folder, &texts, threads)? else {
            for (text, (ms, _)) in texts.iter().zip(&ours) {
                writeln!(
                    out,
                    "{:>8} {threads:>8} {ms:>9.2} ms {:>12} {:>8}",
                    words(text),
                    "-",
                    "-"
                )?;
            }
            continue;
        };
        for ((text, (ms, vector)), right) in texts.iter().zip(&ours).zip(&peer.results) {
            let ratio = right.ms / ms;
            writeln!(
                out,
                "{:>8} {threads:>8} {ms:>9.2} ms {:>9.2} ms {ratio:>8.2}",
                words(text),
                right.ms
            )?;
            ratios.push(ratio);
            let differences = vector.iter().zip(&right.vector).map(|(a, b)| (a - b).abs());
            off = differences.fold(off, f32::max);
        }
        version = peer.version;
    }
    if off > TOLERANCE {
        return Err(format!("vectors differ by {off}").into());
    }
    let clock = Instant::now();
    let many: Vec<&str> = texts.iter().map(String::as_str).cycle().take(200).collect();
    encoder.encode(&many)?;
    let per_second = many.len() as f64 / milliseconds(clock) * 1e3;
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    writeln!(
        out,
        "PyTorch {version}; vectors differ by at most {off:.1e}; in batches {per_second:.0} texts a second"
    )?;
    writeln!(
        out,
        "RESULT torch={mean:.2} torch_least={least:.2} off={off:.1e} batch_per_s={per_second:.0}"
    )?;
    Ok(())
}

fn model() -> Option<PathBuf> {
    let data = || {
        let share = |home| PathBuf::from(home).join(".local/share");
        std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(share))
    };
    let named = std::env::var_os("TASTEGRAPH_ENCODER").map(PathBuf::from);
    let folder = named.or_else(|| Some(data()?.join("tastegraph/encoders/all-MiniLM-L6-v2")))?;
    folder.join("model.safetensors").exists().then_some(folder)
}

/// The sentences, and the longest of them two and four times.
fn texts() -> Vec<String> {
    let long = SENTENCES[SENTENCES.len() - 1];
    let repeated = [2, 4].map(|times| vec![long; times].join(" "));
    SENTENCES
        .map(str::to_owned)
        .into_iter()
        .chain(repeated)
        .collect()
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Milliseconds and the vector.
type Measured = (f64, Vec<f32>);

/// The median time and the vector of each text.
fn measure(
    encoder: &SentenceEncoder,
    texts: &[String],
    threads: usize,
) -> Result<Vec<Measured>, Box<dyn Error>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let mut results = Vec::new();
    for text in texts {
        let vector = pool.install(|| encoder.encode_one(text))?;
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let clock = Instant::now();
            pool.install(|| encoder.encode_one(text))?;
            times.push(milliseconds(clock));
        }
        times.sort_by(f64::total_cmp);
        results.push((times[ROUNDS / 2], vector));
    }
    Ok(results)
}

/// What the peer script measures; nothing if there is none to run.
fn peer(model: &Path, texts: &[String], threads: usize) -> Result<Option<Peer>, Box<dyn Error>> {
    let Some(mut peer) = peer_command() else {
        return Ok(None);
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("texts.json");
    fs_err::write(&file, serde_json::to_vec(texts)?)?;
    let output = peer
        .arg(model)
        .arg(threads.to_string())
        .arg(&file)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(Some(serde_json::from_slice(&output.stdout)?))
}
