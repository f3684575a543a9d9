//! `tastegraph infer`.

use std::path::Path;

use tastegraph::kg::{Entailment, KnowledgeGraph};

use crate::arguments::{EntailmentChoice, InferArguments};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &InferArguments) -> anyhow::Result<Outcome> {
    let graph = KnowledgeGraph::open(folder)?;
    let entailment = match arguments.entailment {
        EntailmentChoice::Rdfs => Entailment::Rdfs,
        EntailmentChoice::OwlRl => Entailment::OwlRl,
    };
    let report = graph.infer(entailment, &arguments.into)?;
    output::note(&format!(
        "{} new conclusions from {} triples, in <{}>",
        report.inferred, report.asserted, arguments.into
    ));
    if !arguments.no_index {
        super::index::build(&graph, folder)?;
    }
    Ok(Outcome::Done)
}
