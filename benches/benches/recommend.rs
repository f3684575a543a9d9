//! How long a recommendation takes: one engine on the bundled graph, one hundred requests on the CPU.
//!
//! `cargo bench` runs all rounds; run as a test, it asks a few requests once to see that it works.

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use tastegraph::{DeviceChoice, Engine, Settings, Timings};
use tastegraph_benches::{REQUESTS, Sample, bundled};

/// Rounds that are measured, after one that is not.
const ROUNDS: usize = 5;
/// Requests of the run as a test.
const FEW: usize = 10;
/// Openings measured.
const OPENINGS: usize = 5;

/// A stage's name and where its time stands in an answer.
type Stage = (&'static str, fn(&Timings) -> f64);
const STAGES: [Stage; 8] = [
    ("understand", |times| times.understand_ms),
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

    let graph = bundled()?;
    let mut settings = Settings::default();
    settings.reasoner.device = DeviceChoice::Cpu;
    let mut opened = Vec::new();
    for _ in 1..openings {
        let clock = Instant::now();
        Engine::open_with(graph.folder(), settings.clone())?;
        opened.push(milliseconds(clock));
    }
    let clock = Instant::now();
    let engine = Engine::open_with(graph.folder(), settings)?;
    opened.push(milliseconds(clock));

    for request in requests {
        // The round that warms caches is also the one that is looked at.
        let answer = engine.recommend(*request).run()?;
        if answer.understood.mentions.is_empty() && answer.understood.constraints.is_empty() {
            return Err(format!("nothing of this request is understood: {request}").into());
        }
    }
    let mut requested = Vec::new();
    let mut stages = Vec::new();
    for request in std::iter::repeat_n(requests, rounds).flatten() {
        let clock = Instant::now();
        let answer = engine.recommend(*request).run()?;
        requested.push(milliseconds(clock));
        stages.push(answer.timings);
    }

    let (requested, opened) = (Sample::new(requested), Sample::new(opened));
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} requests, {rounds} rounds, {} items, {} nodes, {} edges, index {} kB",
        requests.len(),
        graph.index.items,
        graph.index.nodes,
        graph.index.edges,
        graph.index.bytes.div_ceil(1000),
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
        requests.len(),
    )?;
    Ok(())
}

fn row(out: &mut impl Write, name: &str, sample: &Sample) -> std::io::Result<()> {
    let [p50, p95, p99] = [50, 95, 99].map(|percent| sample.percentile(percent));
    let max = sample.max();
    writeln!(out, "{name:<12}{p50:>9.3}{p95:>9.3}{p99:>9.3}{max:>9.3}")
}

fn milliseconds(clock: Instant) -> f64 {
    clock.elapsed().as_secs_f64() * 1e3
}
