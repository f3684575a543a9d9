//! `tastegraph update`.

use std::path::Path;

use tastegraph::kg::{KnowledgeGraph, UpdateOptions};

use super::{text_or_stdin, timeout};
use crate::arguments::UpdateArguments;
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &UpdateArguments) -> anyhow::Result<Outcome> {
    let options = UpdateOptions {
        timeout: Some(timeout(arguments.timeout)?),
        dry_run: arguments.dry_run,
    };
    let sparql = text_or_stdin(&arguments.sparql)?;
    let graph = KnowledgeGraph::open(folder)?;
    let report = graph.update(&sparql, &options)?;
    let (before, after) = (report.before, report.after);
    let verb = if arguments.dry_run { "would be" } else { "are" };
    output::note(&format!(
        "{before} statements before, {after} {verb} there now"
    ));
    if before == after {
        output::note(
            "hint: if nothing changed: data lives in named graphs; say which with GRAPH <…> or WITH <…>",
        );
    }
    if !arguments.dry_run && !arguments.no_index {
        super::index::build(&graph, folder)?;
    }
    Ok(Outcome::Done)
}
