//! The graph as a random walk sees it: undirected, weighted, one edge per pair of nodes.

mod visit;

use petgraph::visit::{EdgeRef, IntoEdgeReferences, NodeIndexable};
pub use visit::{Visited, WalkEdge, WalkEdgeReferences, WalkEdges, WalkNeighbors};

use crate::{GraphError, NodeId, Snapshot};

/// A weighted undirected graph in compressed sparse rows, the substrate of every walk.
///
/// Parallel edges are merged by adding their weights; self loops and edges of weight 0 are
/// dropped. A walk at node `j` moves to neighbour `i` with probability `w_ij / D_j`, where `D_j`
/// is the [weighted degree](Self::weighted_degree): the column-stochastic matrix `A' = A·D⁻¹`.
/// Rows equal columns, so one row serves pulling into a node and pushing out of it.
///
/// `&Walk` implements petgraph's visit traits, so petgraph's algorithms run on it unchanged.
/// Methods that take an id panic if the id is not of this graph, as indexing a slice does.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// Row of node `n`: `starts[n]..starts[n + 1]`.
    starts: Vec<usize>,
    ids: Vec<NodeId>,
    weights: Vec<f32>,
    degrees: Vec<f64>,
}

impl Walk {
    /// The walkable part of a snapshot: every edge of a relation whose `walk` flag is set, with
    /// that relation's weight. A dislike (polarity −1) joins nothing: what one person dislikes is no
    /// reason to recommend it to somebody who likes the rest.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        let edges = snapshot
            .edges()
            .filter_map(|(from, relation, to, polarity)| {
                let relation = snapshot.relation(relation);
                (relation.walk && polarity >= 0).then_some((from, to, relation.weight))
            });
        Self::from_edges(snapshot.node_count(), edges)
    }

    /// Any petgraph graph, treated as undirected: the edges `a → b` and `b → a` merge.
    ///
    /// Nodes keep their index; holes in the numbering become isolated nodes.
    ///
    /// # Errors
    /// A weight that is negative or not finite, or more nodes than `u32::MAX`.
    pub fn from_petgraph<G>(
        graph: G,
        mut weight: impl FnMut(G::EdgeRef) -> f32,
    ) -> Result<Self, GraphError>
    where
        G: IntoEdgeReferences + NodeIndexable,
    {
        let count = graph.node_bound();
        let limit = u32::MAX as usize;
        if count > limit {
            return Err(GraphError::TooLarge {
                what: "nodes",
                count,
                limit,
            });
        }
        let edge = |edge: G::EdgeRef| {
            let from = NodeId::from_index(graph.to_index(edge.source()));
            let to = NodeId::from_index(graph.to_index(edge.target()));
            let weight = weight(edge);
            if weight.is_finite() && weight >= 0.0 {
                return Ok((from, to, weight));
            }
            let what = format!("the edge {from} – {to}");
            Err(GraphError::InvalidWeight { what, weight })
        };
        let edges = graph
            .edge_references()
            .map(edge)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::from_edges(count, edges.into_iter()))
    }

    fn from_edges(nodes: usize, edges: impl Iterator<Item = (NodeId, NodeId, f32)>) -> Self {
        let merged = merge(edges);
        let mut starts = vec![0; nodes + 1];
        for &(a, b, _) in &merged {
            starts[a.index() + 1] += 1;
            starts[b.index() + 1] += 1;
        }
        for i in 0..nodes {
            starts[i + 1] += starts[i];
        }
        let mut cursor = starts.clone();
        let mut ids = vec![NodeId::default(); 2 * merged.len()];
        let mut weights = vec![0.0; 2 * merged.len()];
        let mut degrees = vec![0.0; nodes];
        // Pairs come in order, smaller end first, so each row fills in order of its neighbours.
        for (a, b, weight) in merged {
            for (row, other) in [(a, b), (b, a)] {
                let slot = &mut cursor[row.index()];
                ids[*slot] = other;
                weights[*slot] = weight;
                degrees[row.index()] += f64::from(weight);
                *slot += 1;
            }
        }
        Self {
            starts,
            ids,
            weights,
            degrees,
        }
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.degrees.len()
    }

    /// Number of undirected edges after merging.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.ids.len() / 2
    }

    /// Number of stored entries: each undirected edge lies in the rows of both its ends.
    #[must_use]
    pub fn stored_edges(&self) -> usize {
        self.ids.len()
    }

    /// Sum of the weights of a node's edges; 0 for an isolated (dangling) node.
    #[must_use]
    pub fn weighted_degree(&self, node: NodeId) -> f64 {
        self.degrees[node.index()]
    }

    /// The neighbours of a node in order of their ids, and the weights of the edges to them.
    #[must_use]
    pub fn neighbors(&self, node: NodeId) -> (&[NodeId], &[f32]) {
        let row = self.starts[node.index()]..self.starts[node.index() + 1];
        (&self.ids[row.clone()], &self.weights[row])
    }

    /// Whether `node` is a node of this graph.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        node.index() < self.node_count()
    }
}

/// One entry per unordered pair of different nodes, in order, with the weights added up.
fn merge(edges: impl Iterator<Item = (NodeId, NodeId, f32)>) -> Vec<(NodeId, NodeId, f32)> {
    let mut pairs: Vec<_> = edges
        .filter(|&(a, b, weight)| a != b && weight > 0.0)
        .map(|(a, b, weight)| (a.min(b), a.max(b), weight))
        .collect();
    // Sorting by weight too makes the sum independent of the order the edges came in.
    pairs.sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
    pairs.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 += next.2;
        }
        same
    });
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NodeKind, SnapshotBuilder};

    #[test]
    fn parallel_edges_merge_and_loops_vanish() {
        let mut b = SnapshotBuilder::new();
        let likes = b.relation("likes", "likes", "liked by", 1.0, true);
        let knows = b.relation("knows", "knows", "known by", 0.5, true);
        let notes = b.relation("notes", "notes", "noted by", 9.0, false);
        let n: Vec<_> = ["a", "b", "c"]
            .map(|i| b.node(i, NodeKind::Item, i, ""))
            .into();
        for (from, relation, to) in [
            (0, likes, 1),
            (1, likes, 0),
            (0, knows, 1),
            (0, likes, 0),
            (1, notes, 2),
        ] {
            b.edge(n[from], relation, n[to], 0);
        }
        let walk = Walk::new(&b.build().expect("is consistent"));
        assert_eq!(
            (walk.node_count(), walk.edge_count(), walk.stored_edges()),
            (3, 1, 2)
        );
        assert_eq!(
            walk.neighbors(NodeId(0)),
            ([NodeId(1)].as_slice(), [2.5].as_slice())
        );
        assert_eq!(walk.neighbors(NodeId(1)).0, [NodeId(0)]);
        assert!(walk.neighbors(NodeId(2)).0.is_empty());
        assert!((walk.weighted_degree(NodeId(1)) - 2.5).abs() < 1e-9);
    }
}
