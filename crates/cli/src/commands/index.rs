//! `tastegraph index`.

use std::path::Path;
use std::time::Instant;

use tastegraph::build_index;
use tastegraph::kg::KnowledgeGraph;

use crate::{Outcome, output};

pub(crate) fn run(folder: &Path) -> anyhow::Result<Outcome> {
    build(&KnowledgeGraph::open(folder)?, folder)?;
    Ok(Outcome::Done)
}

/// Builds the index and says what is in it.
pub(super) fn build(graph: &KnowledgeGraph, folder: &Path) -> anyhow::Result<()> {
    let clock = Instant::now();
    let report = build_index(graph, folder)?;
    output::note(&format!(
        "indexed {} items, {} conversations, {} users: {} nodes, {} edges, {} names, {} kB in {:.1} s",
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
