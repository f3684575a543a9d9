//! `tastegraph index`.

use std::path::Path;
use std::time::{Duration, Instant};

use tastegraph::kg::KnowledgeGraph;
use tastegraph::{EncoderChoice, IndexOptions, IndexProgress, IndexReport, build_index_with};

use super::request::default_format;
use crate::arguments::{AnswerFormat, IndexArguments};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &IndexArguments) -> anyhow::Result<Outcome> {
    let encoder = match &arguments.encoder {
        None => EncoderChoice::Kept,
        Some(word) if word.as_os_str() == "none" => EncoderChoice::None,
        Some(folder) => EncoderChoice::Folder(folder.clone()),
    };
    let report = build_with(&KnowledgeGraph::open(folder)?, folder, encoder)?;
    if arguments.timings {
        print_timings(&report, arguments.format.unwrap_or_else(default_format))?;
    }
    Ok(Outcome::Done)
}

/// Builds the index and says what is in it.
pub(super) fn build(graph: &KnowledgeGraph, folder: &Path) -> anyhow::Result<()> {
    build_with(graph, folder, EncoderChoice::Kept)?;
    Ok(())
}

fn build_with(
    graph: &KnowledgeGraph,
    folder: &Path,
    encoder: EncoderChoice,
) -> anyhow::Result<IndexReport> {
    let clock = Instant::now();
    let bar = output::bar("encoding texts");
    let progress = |step: IndexProgress| match step {
        IndexProgress::ToEncode(texts) => bar.inc_length(texts as u64),
        IndexProgress::Encoded(texts) => bar.inc(texts as u64),
    };
    let options = IndexOptions {
        encoder,
        progress: Some(&progress),
    };
    let report = build_index_with(graph, folder, &options);
    bar.finish_and_clear();
    let report = report?;
    let vectors = match report.vectors {
        0 => String::new(),
        vectors => format!(" {vectors} sentence vectors,"),
    };
    output::note(&format!(
        "indexed {} items, {} conversations, {} users: {} nodes, {} edges, {} names,{vectors} {} kB in {:.1} s",
        report.items,
        report.conversations,
        report.users,
        report.nodes,
        report.edges,
        report.names,
        report.bytes.div_ceil(1000),
        clock.elapsed().as_secs_f64(),
    ));
    Ok(report)
}

/// The steps of building an index, each with its name, and how long it took.
fn steps(report: &IndexReport) -> Vec<(&'static str, Duration)> {
    let times = &report.times;
    let parts = &times.snapshot_parts;
    vec![
        ("read the store", times.project),
        (
            "hand over nodes and edges",
            times.snapshot.saturating_sub(parts.total()),
        ),
        ("order nodes", parts.nodes),
        ("order edges", parts.edges),
        ("merge parallel edges", parts.merge),
        ("lay out rows", parts.order),
        ("write the snapshot", parts.write),
        ("check the snapshot", parts.check),
        ("names and words", times.words),
        ("encode texts", times.encode),
        ("write the index", times.write),
    ]
}

fn print_timings(report: &IndexReport, format: AnswerFormat) -> anyhow::Result<()> {
    let total = report.times.total();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    if format == AnswerFormat::Json {
        let steps: serde_json::Map<String, serde_json::Value> = steps(report)
            .into_iter()
            .map(|(name, time)| (name.replace(' ', "_"), ms(time).into()))
            .collect();
        let json = serde_json::json!({
            "edges": report.edges,
            "nodes": report.nodes,
            "edges_per_second": report.edges_per_second().round(),
            "total_ms": ms(total),
            "steps_ms": steps,
        });
        return output::print(|out| writeln!(out, "{json}"));
    }
    let mut table = output::table(["step", "ms", "share"]);
    let share = |time: Duration| 100.0 * time.as_secs_f64() / total.as_secs_f64().max(1e-9);
    for (name, time) in steps(report) {
        table.add_row([
            name.to_owned(),
            format!("{:.1}", ms(time)),
            format!("{:.0} %", share(time)),
        ]);
    }
    table.add_row(["all".to_owned(), format!("{:.1}", ms(total)), String::new()]);
    output::print(|out| {
        writeln!(out, "{}", output::plain(&table.to_string()))?;
        let rate = report.edges_per_second();
        writeln!(
            out,
            "{rate:.0} edges a second from the store to the snapshot"
        )
    })
}
