//! Conversations and users that resemble what a walk has found.

use std::f64::consts::E;

use crate::{NodeId, NodeKind, Snapshot, top_k};

/// How many shared nodes are reported with each match.
const SHARED_SHOWN: usize = 5;

/// A node that shares much with the scored nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The conversation or user.
    pub node: NodeId,
    /// The sum of its shared nodes' contributions.
    pub score: f32,
    /// The up to five shared nodes that contributed most, best first, with their contributions.
    pub shared: Vec<(NodeId, f32)>,
}

/// The `n` nodes of `kind` with the highest `score(c) = Σ_e r_e·[e ∈ c] / ln(e + df_e)`.
///
/// `e` runs over the items and entities that share an edge with `c`; `r` holds one score per node,
/// such as [`PageRank::scores`](crate::PageRank::scores); `df_e` is the number of nodes of `kind`
/// that share an edge with `e`, so what everybody mentions counts little (the `e` in the logarithm
/// is Euler's number and keeps the factor at most 1). Several edges between two nodes count once,
/// and a dislike (polarity −1) does not count at all. Nodes in `skip` and nodes that score 0 are
/// left out; ties go to the smaller id. Entries missing from `r` count as 0.
#[must_use]
pub fn similar_nodes(
    snapshot: &Snapshot,
    kind: NodeKind,
    r: &[f32],
    n: usize,
    skip: &[NodeId],
) -> Vec<Similar> {
    let mut scores = vec![0.0; snapshot.node_count()];
    let mut contributions = vec![0.0; snapshot.node_count()];
    let described = snapshot
        .nodes_of(NodeKind::Item)
        .chain(snapshot.nodes_of(NodeKind::Entity));
    for node in described {
        let score = f64::from(r.get(node.index()).copied().unwrap_or(0.0));
        if score > 0.0 {
            let containing = distinct(snapshot, node, |other| snapshot.kind(other) == kind);
            let contribution = score / (E + containing.len() as f64).ln();
            contributions[node.index()] = contribution;
            for member in containing {
                scores[member.index()] += contribution;
            }
        }
    }
    let mut ranked: Vec<(NodeId, f32)> = snapshot
        .nodes_of(kind)
        .map(|node| (node, scores[node.index()] as f32))
        .filter(|(node, score)| *score > 0.0 && !skip.contains(node))
        .collect();
    top_k::truncate_to_best(&mut ranked, n);
    let explain = |(node, score)| Similar {
        node,
        score,
        shared: shared(snapshot, node, &contributions),
    };
    ranked.into_iter().map(explain).collect()
}

/// The members' best contributors. `contributions` is 0 for nodes that are not described.
fn shared(snapshot: &Snapshot, member: NodeId, contributions: &[f64]) -> Vec<(NodeId, f32)> {
    let mut shared: Vec<(NodeId, f32)> =
        distinct(snapshot, member, |other| contributions[other.index()] > 0.0)
            .into_iter()
            .map(|node| (node, contributions[node.index()] as f32))
            .collect();
    top_k::truncate_to_best(&mut shared, SHARED_SHOWN);
    shared
}

/// The different neighbours of a node that pass the filter, dislikes aside.
fn distinct(snapshot: &Snapshot, node: NodeId, keep: impl Fn(NodeId) -> bool) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = snapshot
        .neighbors(node)
        .filter(|neighbor| neighbor.polarity >= 0 && keep(neighbor.node))
        .map(|neighbor| neighbor.node)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
