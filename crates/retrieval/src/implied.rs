//! Why the reasoner added what it added.

use tastegraph_graph::{NodeId, Path, PathFinder, Snapshot, Walk};
use tastegraph_reasoner::{Expansion, Reasoner};

use crate::RetrievalError;

/// For each node of an expansion the best path from a seed: the reasoner's own account, or else the
/// best path of one or two hops in the graph.
pub(crate) fn implied_paths(
    reasoner: &dyn Reasoner,
    (snapshot, walk): (&Snapshot, &Walk),
    seeds: &[(NodeId, f32)],
    expansion: &Expansion,
) -> Result<Vec<Option<Path>>, RetrievalError> {
    let nodes: Vec<NodeId> = expansion.entities.iter().map(|entity| entity.0).collect();
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = reasoner.paths(seeds, &nodes)?;
    let finder = PathFinder::new(snapshot, walk, seeds);
    let found = |node: NodeId| finder.paths(node, 1).into_iter().next();
    let paths = accounts.into_iter().zip(nodes);
    Ok(paths
        .map(|(account, node)| account.or_else(|| found(node)))
        .collect())
}
