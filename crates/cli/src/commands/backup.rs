//! `tastegraph backup`.

use std::path::Path;

use tastegraph::kg::KnowledgeGraph;

use crate::arguments::BackupArguments;
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &BackupArguments) -> anyhow::Result<Outcome> {
    KnowledgeGraph::open(folder)?.backup(&arguments.target)?;
    output::note(&format!(
        "copied to {}; use it with --graph",
        arguments.target.display()
    ));
    Ok(Outcome::Done)
}
