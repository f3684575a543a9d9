//! How long a recommendation takes: one engine on the bundled graph, one hundred requests on the CPU.
//!
//! `--graph DIR` asks another graph, such as one of scripts/redial-graph.sh; requests that it does not understand are
//! left out. `--set NAME=VALUE` changes a parameter.
//!
//! `cargo bench` runs all rounds; run as a test, it asks a few requests once to see that it works.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use tastegraph::{DeviceChoice, Engine, Settings, Timings};
use tastegraph_benches::{REQUESTS, Sample, bundled, milliseconds};

/// Rounds that are measured, after one that is not.
const ROUNDS: usize = 5;
/// Requests of the run as a test.
const FEW: usize = 10;
/// Openings measured.
const OPENINGS: usize = 5;

/// A stage's name and where its time stands in an answer.
type Stage = (&'static str, fn(&Timings) -> f64);
const STAGES: [Stage; 9] = [
    ("understand", |times| times.understand_ms),
    ("encode", |times| times.encode_ms),
    ("text", |times| times.text_ms),
    ("reasoner", |times| times.reasoner_ms),
    ("pagerank", |times| times.pagerank_ms),
    ("rank", |times| times.rank_ms),
    ("similar", |times| times.similar_ms),
    ("evidence", |times| times.evidence_ms),
    ("total", |times| times.total_ms),
];

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo passes `--bench` to benchmarks and nothing when they run as tests.
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let (requests, rounds, openings) = if measuring {
        (&REQUESTS[..], ROUNDS, OPENINGS)
    } else {
        (&REQUESTS[..FEW], 1, 1)
    };

    let other = argument("--graph");
    let bundled = if other.is_none() {
        Some(bundled()?)
    } else {
        None
    };
    let folder = match (&other, &bundled) {
        (Some(folder), _) => Path::new(folder),
        (None, Some(bundled)) => bundled.folder(),
        (None, None) => return Err("there is no graph".into()),
    };
    let mut settings = Settings::default();
    settings.reasoner.device = DeviceChoice::Cpu;
    if let Some((name, value)) = argument("--set")
        .as_deref()
        .and_then(|set| set.split_once('='))
    {
        settings.set(name, value)?;
    }
    let mut opened = Vec::new();
    for _ in 1..openings {
        let clock = Instant::now();
        Engine::open_with(folder, settings.clone())?;
        opened.push(milliseconds(clock));
    }
    let clock = Instant::now();
    let engine = Engine::open_with(folder, settings)?;
    opened.push(milliseconds(clock));

    let mut asked = Vec::new();
    for request in requests {
        // The round that warms caches is also the one that is looked at.
        let answer = engine.recommend(*request).run()?;
        if answer.understood.mentions.is_empty() && answer.understood.constraints.is_empty() {
            if bundled.is_some() {
                return Err(format!("nothing of this request is understood: {request}").into());
            }
            continue;
        }
        asked.push(*request);
    }
    let mut requested = Vec::new();
    let mut stages = Vec::new();
    for request in std::iter::repeat_n(&asked, rounds).flatten() {
        let clock = Instant::now();
        let answer = engine.recommend(*request).run()?;
        requested.push(milliseconds(clock));
        stages.push(answer.timings);
    }

    let (requested, opened) = (Sample::new(requested), Sample::new(opened));
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} requests, {rounds} rounds, {} items, {} things in all",
        asked.len(),
        engine.items().count(),
        engine.nodes().count(),
    )?;
    writeln!(
        out,
        "{:<12}{:>9}{:>9}{:>9}{:>9}",
        "ms", "p50", "p95", "p99", "max"
    )?;
    row(&mut out, "request", &requested)?;
    for (name, time) in STAGES {
        row(
            &mut out,
            name,
            &Sample::new(stages.iter().map(time).collect()),
        )?;
    }
    row(&mut out, "open", &opened)?;
    writeln!(
        out,
        "RESULT p50_ms={:.3} p95_ms={:.3} p99_ms={:.3} open_ms={:.3} requests={}",
        requested.percentile(50),
        requested.percentile(95),
        requested.percentile(99),
        opened.percentile(50),
        asked.len(),
    )?;
    Ok(())
}

/// What follows an argument.
fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}

fn row(out: &mut impl Write, name: &str, sample: &Sample) -> std::io::Result<()> {
    let [p50, p95, p99] = [50, 95, 99].map(|percent| sample.percentile(percent));
    let max = sample.max();
    writeln!(out, "{name:<12}{p50:>9.3}{p95:>9.3}{p99:>9.3}{max:>9.3}")
}
