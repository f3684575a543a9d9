//! The encoder against vectors that `scripts/golden-encoder.py` computed in float64.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use tastegraph_text::{EncoderOptions, Keep, Reading, SentenceEncoder};

/// What a vector may be off the reference, in each value.
const TOLERANCE: f32 = 1e-3;

/// What the order of sums may change.
const ROUNDING: f32 = 1e-5;

/// Points to a folder with all-MiniLM-L6-v2.
const MODEL: &str = "TASTEGRAPH_ENCODER";

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub(crate) fn tiny() -> PathBuf {
    fixtures().join("tiny-bert")
}

static ENCODER: LazyLock<SentenceEncoder> = LazyLock::new(|| open(&tiny(), Keep::First, None));

fn open(folder: &Path, keep: Keep, max_tokens: Option<usize>) -> SentenceEncoder {
    let options = EncoderOptions {
        reading: Reading { max_tokens, keep },
        ..EncoderOptions::default()
    };
    SentenceEncoder::open(folder, &options).expect("the model is complete")
}

#[derive(serde::Deserialize)]
struct Case {
    text: String,
    tokens: usize,
    first: Vec<f32>,
    /// Only for texts that are too long; otherwise nothing is cut.
    last: Option<Vec<f32>>,
}

fn cases(file: &str) -> Vec<Case> {
    let json = fs_err::read_to_string(fixtures().join(file)).expect("the fixture is there");
    serde_json::from_str(&json).expect("the fixture is valid")
}

fn distance(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter()
        .zip(right)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

fn agrees_with_reference(folder: &Path, file: &str, longest: usize, options: &EncoderOptions) {
    let cases = cases(file);
    for keep in [Keep::First, Keep::Last] {
        let options = EncoderOptions {
            reading: Reading {
                max_tokens: Some(longest),
                keep,
            },
            ..options.clone()
        };
        let encoder = SentenceEncoder::open(folder, &options).expect("the model is complete");
        let texts: Vec<&str> = cases.iter().map(|case| case.text.as_str()).collect();
        let vectors = encoder.encode(&texts).expect("the texts can be encoded");
        for (case, vector) in cases.iter().zip(vectors) {
            let right = match (keep, &case.last) {
                (Keep::Last, Some(last)) => last,
                _ => &case.first,
            };
            assert_eq!(case.last.is_some(), case.tokens > longest);
            let off = distance(&vector, right);
            assert!(off < TOLERANCE, "{keep:?} {:?}: off by {off}", case.text);
        }
    }
}

#[test]
fn vectors_are_those_of_the_reference() {
    agrees_with_reference(
        &tiny(),
        "tiny-bert/golden.json",
        16,
        &EncoderOptions::default(),
    );
}

/// The same model on the tensors that a GPU would use.
#[test]
fn vectors_on_tensors_are_those_of_the_reference() {
    let options = EncoderOptions {
        device: Some(burn::tensor::Device::flex()),
        ..EncoderOptions::default()
    };
    agrees_with_reference(&tiny(), "tiny-bert/golden.json", 16, &options);
    let tensors = SentenceEncoder::open(&tiny(), &options).expect("the model is complete");
    let texts = ["a film", "the movies like robots and space, no war!", "a"];
    let (left, right) = (
        tensors.encode(&texts).expect("valid"),
        ENCODER.encode(&texts).expect("valid"),
    );
    for (left, right) in left.iter().zip(&right) {
        assert!(distance(left, right) < ROUNDING);
    }
}

/// The same with a real model, which is too large to come with the project.
#[test]
#[allow(clippy::print_stderr)]
fn vectors_of_a_real_model_are_those_of_the_reference() {
    match std::env::var_os(MODEL) {
        Some(folder) => {
            agrees_with_reference(
                Path::new(&folder),
                "minilm-golden.json",
                24,
                &EncoderOptions::default(),
            );
        }
        None => eprintln!(
            "skipped: {MODEL} names no folder with all-MiniLM-L6-v2 (scripts/fetch-encoder.sh gets it)"
        ),
    }
}

#[cfg(feature = "gpu")]
#[test]
#[allow(clippy::print_stderr)]
fn vectors_of_a_gpu_are_those_of_the_reference() {
    use burn::tensor::{Device, DeviceKind};

    let adapters = [
        DeviceKind::DiscreteGpu(0),
        DeviceKind::IntegratedGpu(0),
        DeviceKind::VirtualGpu(0),
        DeviceKind::Cpu,
    ];
    let device = adapters
        .into_iter()
        .find_map(|kind| Device::wgpu_options().device_kind(kind).init().ok());
    match device {
        Some(device) => {
            let options = EncoderOptions {
                device: Some(device),
                ..EncoderOptions::default()
            };
            agrees_with_reference(&tiny(), "tiny-bert/golden.json", 16, &options);
        }
        None => eprintln!("skipped: there is no Vulkan device, not even a software one"),
    }
}

#[test]
fn the_model_says_how_much_it_reads() {
    let cases = cases("tiny-bert/golden.json");
    let long = cases
        .iter()
        .find(|case| case.last.is_some())
        .expect("one is long");
    let vector = ENCODER.encode_one(&long.text).expect("it can be encoded");
    assert!(distance(&vector, &long.first) < TOLERANCE);
    let whole = open(&tiny(), Keep::First, Some(1000))
        .encode_one(&long.text)
        .expect("it can be encoded");
    assert!(
        distance(&vector, &whole) > TOLERANCE,
        "a longer limit reads more"
    );
}

#[test]
fn no_texts_give_no_vectors() {
    assert_eq!(
        ENCODER.encode::<&str>(&[]).expect("nothing is wrong"),
        Vec::<Vec<f32>>::new()
    );
}

#[test]
fn the_fingerprint_names_the_model() {
    let again = open(&tiny(), Keep::Last, None);
    assert_eq!(ENCODER.fingerprint(), again.fingerprint());
    assert_eq!(ENCODER.dimensions(), 16);
    assert_eq!(
        ENCODER
            .encode_one("a film")
            .expect("it can be encoded")
            .len(),
        16
    );
}

#[test]
fn endless_texts_are_read_at_one_end() {
    let film = "film ";
    let long = film.repeat(400_000);
    let short = film.repeat(20);
    for keep in [Keep::First, Keep::Last] {
        let encoder = open(&tiny(), keep, None);
        let vectors = encoder
            .encode(&[long.as_str(), &short, &"x".repeat(3_000_000)])
            .expect("they can be encoded");
        assert_eq!(vectors[0], vectors[1]);
    }
}

/// Texts of words that the tiny model knows, pieces, foreign script and marks without width.
fn texts() -> impl Strategy<Value = String> {
    let pieces = vec![
        "film", " ", "wars", "loved!", "é", "電", "\u{202e}", "\u{200b}", "[SEP]", "x7", ", ",
        "\0", "👍",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_vector_does_not_depend_on_its_batch(texts in prop::collection::vec(texts(), 1..8)) {
        let together = ENCODER.encode(&texts).expect("they can be encoded");
        for (text, vector) in texts.iter().zip(together) {
            let alone = ENCODER.encode_one(text).expect("it can be encoded");
            prop_assert_eq!(&vector, &alone, "{:?}", text);
            let length: f32 = vector.iter().map(|value| value * value).sum();
            prop_assert!((length - 1.0).abs() < ROUNDING);
        }
    }
}
