//! How long a prompt takes: one hundred requests on the bundled graph, fifty candidates each.
//!
//! `cargo bench` runs all rounds; run as a test, it asks a few requests once to see that it works.

use std::error::Error;
use std::io::Write;

use tastegraph::models::Replay;
use tastegraph::{DeviceChoice, Engine, LlmSettings, Settings};
use tastegraph_benches::{REQUESTS, Sample, bundled};

/// Rounds that are measured, after one that is not.
const ROUNDS: usize = 5;
/// Requests of the run as a test.
const FEW: usize = 5;
/// Candidates of a prompt.
const CANDIDATES: usize = 50;
/// Tokens into which the prompts have to be cut.
const TIGHT: usize = 1500;

fn main() -> Result<(), Box<dyn Error>> {
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let (requests, rounds) = if measuring {
        (&REQUESTS[..], ROUNDS)
    } else {
        (&REQUESTS[..FEW], 1)
    };
    let bundled = bundled()?;
    let mut settings = Settings::default();
    settings.reasoner.device = DeviceChoice::Cpu;
    let engine = Engine::open_with(bundled.folder(), settings)?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| budget | candidates | tokens | p50 ms | p95 ms |\n|---|--:|--:|--:|--:|"
    )?;
    let mut result = Vec::new();
    for (name, budget) in [("whole", usize::MAX), ("cut", TIGHT)] {
        let mut times = Vec::new();
        let (mut candidates, mut tokens) = (0, 0);
        for round in 0..=rounds {
            for text in requests {
                // A recording without answers: the prompt is made, and nothing is waited for.
                let model = Replay::answers([""; 0]);
                let llm = LlmSettings {
                    candidates: CANDIDATES,
                    token_budget: Some(budget),
                    ..LlmSettings::default()
                };
                let answer = engine.recommend(*text).model(&model).llm(llm).run()?;
                let (Some(report), Some(time)) = (answer.llm, answer.timings.prompt_ms) else {
                    return Err("no prompt was made".into());
                };
                if round > 0 {
                    times.push(time);
                    candidates += report.candidates;
                    tokens += report.prompt_tokens;
                }
            }
        }
        let prompts = times.len();
        let sample = Sample::new(times);
        let (p50, p95) = (sample.percentile(50), sample.percentile(95));
        writeln!(
            out,
            "| {name} | {} | {} | {p50:.3} | {p95:.3} |",
            candidates / prompts,
            tokens / prompts
        )?;
        result.push(format!("{name}_p50_ms={p50:.3} {name}_p95_ms={p95:.3}"));
    }
    writeln!(out, "RESULT {}", result.join(" "))?;
    Ok(())
}
