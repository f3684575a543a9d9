//! `tastegraph forget`.

use std::path::Path;

use anyhow::Context;
use tastegraph::kg::KnowledgeGraph;

use crate::arguments::ForgetArguments;
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &ForgetArguments) -> anyhow::Result<Outcome> {
    let mut graph = KnowledgeGraph::open(folder)?;
    let removed = graph.forget(&arguments.user)?;
    output::note(&format!("removed {removed} statements"));
    if arguments.purge {
        graph = graph.purge()?;
        output::note("wrote the store anew without them");
    } else {
        output::note(
            "hint: no query finds them, but their texts stay in the files of the store until --purge",
        );
    }
    // What was learnt goes too, not only what was said; old index files are swept with it.
    super::index::build(&graph, folder).context(
        "the statements are gone, but the index still has to be built anew: `tastegraph index`",
    )?;
    Ok(Outcome::Done)
}
