//! The reasoner that the settings ask for.

use std::path::Path;

use tastegraph_graph::{NodeId, NodeKind, Snapshot, Walk};
use tastegraph_reasoner::{NbfNet, NoReasoner, Reasoner, RelationalGraph};

use crate::EngineError;
use crate::index::read_weights;
use crate::settings::{ReasonerKind, ReasonerSettings};

/// Prepares the reasoner over the snapshot of the graph in `folder`.
pub(crate) fn reasoner(
    folder: &Path,
    snapshot: &Snapshot,
    settings: &ReasonerSettings,
) -> Result<Box<dyn Reasoner>, EngineError> {
    // What the seeds imply is a taste: things, not the conversations and users on the way.
    let eligible = |node: NodeId| matches!(snapshot.kind(node), NodeKind::Item | NodeKind::Entity);
    Ok(match settings.kind {
        ReasonerKind::None => Box::new(NoReasoner),
        ReasonerKind::Propagate => Box::new(settings.propagate.init(
            &Walk::new(snapshot),
            eligible,
            &settings.device,
        )?),
        ReasonerKind::NbfNet => Box::new(NbfNet::new(
            read_weights(folder)?,
            RelationalGraph::new(snapshot)?,
            snapshot.node_count(),
            eligible,
            &settings.device,
        )?),
    })
}
