//! `tastegraph index`.

use std::path::Path;
use std::time::Instant;

use tastegraph::kg::KnowledgeGraph;
use tastegraph::{EncoderChoice, IndexOptions, IndexProgress, build_index_with};

use crate::arguments::IndexArguments;
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &IndexArguments) -> anyhow::Result<Outcome> {
    let encoder = match &arguments.encoder {
        None => EncoderChoice::Kept,
        Some(word) if word.as_os_str() == "none" => EncoderChoice::None,
        Some(folder) => EncoderChoice::Folder(folder.clone()),
    };
    build_with(&KnowledgeGraph::open(folder)?, folder, encoder)?;
    Ok(Outcome::Done)
}

/// Builds the index and says what is in it.
pub(super) fn build(graph: &KnowledgeGraph, folder: &Path) -> anyhow::Result<()> {
    build_with(graph, folder, EncoderChoice::Kept)
}

fn build_with(graph: &KnowledgeGraph, folder: &Path, encoder: EncoderChoice) -> anyhow::Result<()> {
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
    Ok(())
}
