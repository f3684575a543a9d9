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

/// What the nodes of one kind (conversations or users) share with items and entities, laid out for
/// asking many times.
///
/// `score(c) = Σ_e r_e·[e ∈ c] / ln(e + df_e)`, where `e` runs over the items and entities that share an
/// edge with `c`; `df_e` is the number of nodes of the kind that share an edge with `e`, so what
/// everybody mentions counts little (the `e` in the logarithm is Euler's number and keeps the factor at
/// most 1). Several edges between two nodes count once, and a dislike (polarity −1) does not count at
/// all. Takes 4 bytes for each pair and 8 for each node of the graph.
#[derive(Debug, Clone)]
pub struct Similarity {
    members: Vec<NodeId>,
    /// Where the row of each member ends.
    ends: Vec<usize>,
    /// What the members share edges with, row by row, ascending in each.
    described: Vec<NodeId>,
    /// `1 / ln(e + df)` by node; 0 where no member is.
    factors: Vec<f64>,
}

impl Similarity {
    /// Reads the edges of the nodes of `kind`.
    #[must_use]
    pub fn new(snapshot: &Snapshot, kind: NodeKind) -> Self {
        let is_described = |node| matches!(snapshot.kind(node), NodeKind::Item | NodeKind::Entity);
        let members: Vec<NodeId> = snapshot.nodes_of(kind).collect();
        let mut ends = Vec::with_capacity(members.len());
        let mut described = Vec::new();
        let mut holders = vec![0_u32; snapshot.node_count()];
        for &member in &members {
            for node in distinct(snapshot, member, is_described) {
                holders[node.index()] += 1;
                described.push(node);
            }
            ends.push(described.len());
        }
        let factor = |&df: &u32| match df {
            0 => 0.0,
            df => 1.0 / (E + f64::from(df)).ln(),
        };
        Self {
            factors: holders.iter().map(factor).collect(),
            members,
            ends,
            described,
        }
    }

    /// The `n` members with the highest scores. `r` holds one score per node, such as
    /// [`PageRank::scores`](crate::PageRank::scores); entries missing from it count as 0. Nodes in `skip`
    /// and nodes that score 0 are left out; ties go to the smaller id.
    #[must_use]
    pub fn best(&self, r: &[f32], n: usize, skip: &[NodeId]) -> Vec<Similar> {
        let contributions: Vec<f64> = r
            .iter()
            .zip(&self.factors)
            .map(|(&score, factor)| f64::from(score.max(0.0)) * factor)
            .collect();
        let of = |node: &NodeId| contributions.get(node.index()).copied().unwrap_or(0.0);
        let mut ranked: Vec<(usize, f32)> = (0..self.members.len())
            .map(|row| (row, self.row(row).iter().map(of).sum::<f64>() as f32))
            .filter(|&(row, score)| score > 0.0 && !skip.contains(&self.members[row]))
            .collect();
        top_k::truncate_to_best(&mut ranked, n);
        let explain = |(row, score)| {
            let mut shared: Vec<(NodeId, f32)> = self
                .row(row)
                .iter()
                .map(|node| (*node, of(node) as f32))
                .filter(|(_, part)| *part > 0.0)
                .collect();
            top_k::truncate_to_best(&mut shared, SHARED_SHOWN);
            Similar {
                node: self.members[row],
                score,
                shared,
            }
        };
        ranked.into_iter().map(explain).collect()
    }

    fn row(&self, row: usize) -> &[NodeId] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.described[start..self.ends[row]]
    }
}

/// As [`Similarity::best`], for asking once.
#[must_use]
pub fn similar_nodes(
    snapshot: &Snapshot,
    kind: NodeKind,
    r: &[f32],
    n: usize,
    skip: &[NodeId],
) -> Vec<Similar> {
    Similarity::new(snapshot, kind).best(r, n, skip)
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
