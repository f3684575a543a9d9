//! The graph as a random walk sees it: undirected, weighted, one edge per pair of nodes.

mod layout;
mod patches;
mod products;
mod rows;
mod visit;

use std::sync::Arc;

pub(crate) use layout::{Layout, layout};
pub(crate) use patches::Patches;
use petgraph::visit::{EdgeRef, IntoEdgeReferences, NodeIndexable};
pub(crate) use rows::{ROWS_PER_CHUNK, Rows, inverse_of};
pub use visit::{Visited, WalkEdge, WalkEdgeReferences, WalkEdges, WalkNeighborIds, WalkNeighbors};

use crate::snapshot::Image;
use crate::{GraphError, NodeId, Relation, Snapshot};

/// A weighted undirected graph in compressed sparse rows, the substrate of every walk.
///
/// Parallel edges are merged by adding their weights; self loops are dropped. A walk at node `j`
/// moves to neighbour `i` with probability `w_ij / D_j`, where `D_j` is the
/// [weighted degree](Self::weighted_degree): the column-stochastic matrix `A' = A·D⁻¹`. Rows equal
/// columns, so one row serves pulling into a node and pushing out of it.
///
/// The rows are those of the snapshot file; cloning a walk copies nothing. Beside them a walk holds
/// 16 bytes for each node, and for each entry 2 if there are no more than 65,536 different products
/// of a score and a weight, or else 4 if relations differ in weight. Where they do, each node takes
/// 12 bytes more, and each product that is not the most frequent of its node 8.
///
/// `&Walk` implements petgraph's visit traits, so petgraph's algorithms run on it unchanged.
/// Methods that take an id panic if the id is not of this graph, as indexing a slice does.
#[derive(Debug, Clone)]
pub struct Walk {
    rows: Arc<Rows>,
    patches: Patches,
    source: Option<Source>,
}

/// The snapshot that a walk follows.
#[derive(Debug, Clone)]
struct Source {
    image: Arc<Image>,
    /// By relation.
    weights: Vec<f32>,
    /// How much of the snapshot's log of changes is in the patches.
    seen: usize,
}

impl Walk {
    /// The walkable part of a snapshot: every edge of a relation whose `walk` flag is set, with
    /// that relation's weight. A dislike (polarity −1) joins nothing: what one person dislikes is no
    /// reason to recommend it to somebody who likes the rest.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        Self::follow(snapshot, snapshot.default_rows(), snapshot.own_weights())
    }

    /// As [`new`](Self::new) with other weights, at the cost of reading the entries once: nothing is
    /// sorted or merged again. A relation of weight 0 is not followed; one whose `walk` flag is not
    /// set never is.
    ///
    /// # Errors
    /// A weight that is negative or not finite.
    pub fn with_weights(
        snapshot: &Snapshot,
        weight: impl Fn(&Relation) -> f32,
    ) -> Result<Self, GraphError> {
        let mut weights = Vec::new();
        for (_, relation) in snapshot.relations() {
            let weight = weight(relation);
            if !weight.is_finite() || weight < 0.0 {
                let what = format!("relation <{}>", relation.name);
                return Err(GraphError::InvalidWeight { what, weight });
            }
            weights.push(weight);
        }
        let rows = Arc::new(Rows::of_image(snapshot.image(), &weights));
        Ok(Self::follow(snapshot, rows, weights))
    }

    fn follow(snapshot: &Snapshot, rows: Arc<Rows>, weights: Vec<f32>) -> Self {
        let mut walk = Self {
            rows,
            patches: Patches::default(),
            source: Some(Source {
                image: Arc::clone(snapshot.image()),
                weights,
                seen: 0,
            }),
        };
        walk.update(snapshot);
        walk
    }

    /// Catches up with the changes of the snapshot that this walk was made from, at a cost that
    /// depends on what changed since. For any other snapshot, or after a compaction, this is
    /// [`new`](Self::new) with the same weights by relation number.
    pub fn update(&mut self, snapshot: &Snapshot) {
        let Some(source) = &mut self.source else {
            *self = Self::new(snapshot);
            return;
        };
        if !Arc::ptr_eq(&source.image, snapshot.image()) || source.seen > snapshot.log().len() {
            *self = Self::new(snapshot);
            return;
        }
        let news = &snapshot.log()[source.seen..];
        for &(a, b) in news {
            if a != b {
                let relations = snapshot.walked_between(a, b).into_iter();
                let weight = rows::mixture_weight(relations.map(|r| source.weights[r.index()]));
                self.patches.set(&self.rows, a, b, weight);
            }
        }
        source.seen = snapshot.log().len();
        self.patches.added = snapshot.node_count() - self.rows.len();
    }

    /// Any petgraph graph, treated as undirected: the edges `a → b` and `b → a` merge.
    ///
    /// Nodes keep their index; holes in the numbering become isolated nodes. Edges of weight 0 are
    /// dropped.
    ///
    /// # Errors
    /// A weight that is negative or not finite, or more nodes or edges than can be numbered.
    pub fn from_petgraph<G>(
        graph: G,
        mut weight: impl FnMut(G::EdgeRef) -> f32,
    ) -> Result<Self, GraphError>
    where
        G: IntoEdgeReferences + NodeIndexable,
    {
        let edge = |edge: G::EdgeRef| {
            let from = NodeId::from_index(graph.to_index(edge.source()));
            let to = NodeId::from_index(graph.to_index(edge.target()));
            (from, to, weight(edge))
        };
        Self::from_edges(graph.node_bound(), graph.edge_references().map(edge))
    }

    /// A graph of `nodes` nodes from undirected weighted edges, which merge as in
    /// [`from_petgraph`](Self::from_petgraph).
    ///
    /// # Errors
    /// As [`from_petgraph`](Self::from_petgraph), and an edge to a node that is none of them.
    pub fn from_edges(
        nodes: usize,
        edges: impl Iterator<Item = (NodeId, NodeId, f32)>,
    ) -> Result<Self, GraphError> {
        let too_large = |what, count, limit| Err(GraphError::TooLarge { what, count, limit });
        if nodes > u32::MAX as usize {
            return too_large("nodes", nodes, u32::MAX as usize);
        }
        let mut pairs = Vec::new();
        for (from, to, weight) in edges {
            if from.index() >= nodes || to.index() >= nodes {
                let (what, index) = ("node", from.max(to).index());
                return Err(GraphError::NotInSnapshot { what, index });
            }
            if !weight.is_finite() || weight < 0.0 {
                let what = format!("the edge {from} – {to}");
                return Err(GraphError::InvalidWeight { what, weight });
            }
            if from != to && weight > 0.0 {
                pairs.push((from.min(to).0, from.max(to).0, weight));
            }
        }
        let limit = u32::MAX as usize / 2;
        if pairs.len() > limit {
            return too_large("edges", pairs.len(), limit);
        }
        merge(&mut pairs);
        let layout = rows_of_pairs(nodes, &pairs);
        let Some(rows) = Rows::of_layout(layout) else {
            return Err(GraphError::corrupt("a row leads outside of the graph"));
        };
        Ok(Self {
            rows: Arc::new(rows),
            patches: Patches::default(),
            source: None,
        })
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.rows.len() + self.patches.added
    }

    /// Number of undirected edges after merging.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.stored_edges() / 2
    }

    /// Number of stored entries: each undirected edge lies in the rows of both its ends. Changes
    /// since the snapshot was written are not counted.
    #[must_use]
    pub fn stored_edges(&self) -> usize {
        self.rows.columns.ids().len()
    }

    /// Sum of the weights of a node's edges; 0 for an isolated (dangling) node.
    ///
    /// # Panics
    /// If the node is not of this graph.
    #[must_use]
    pub fn weighted_degree(&self, node: NodeId) -> f64 {
        assert!(self.contains(node), "{node} is not of this walk");
        self.degree_at(self.rows.position(node))
    }

    /// The neighbours of a node and the weights of the edges to them, in the order of storage.
    ///
    /// # Panics
    /// If the node is not of this graph.
    #[must_use]
    pub fn neighbors(&self, node: NodeId) -> WalkNeighbors<'_> {
        assert!(self.contains(node), "{node} is not of this walk");
        WalkNeighbors::new(self, self.rows.position(node))
    }

    /// The neighbours of the node at a position.
    pub(crate) fn neighbors_at(&self, position: u32) -> WalkNeighbors<'_> {
        WalkNeighbors::new(self, position)
    }

    /// How many rows differ from those of the snapshot file: what keeping up with changes costs.
    #[must_use]
    pub fn changed_rows(&self) -> usize {
        self.patches.rows().count()
    }

    /// Whether `node` is a node of this graph.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        node.index() < self.node_count()
    }

    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    pub(crate) fn patches(&self) -> &Patches {
        &self.patches
    }

    /// The weighted degree at a position.
    pub(crate) fn degree_at(&self, position: u32) -> f64 {
        match self.patches.row(position) {
            Some(row) => row.degree,
            None => self.rows.degree(position),
        }
    }
}

/// One entry per unordered pair of different nodes, in order, with the weights added up.
fn merge(pairs: &mut Vec<(u32, u32, f32)>) {
    use rayon::prelude::*;
    // Sorting by weight too makes the sum independent of the order the edges came in.
    pairs.par_sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
    pairs.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 += next.2;
        }
        same
    });
}

/// Rows from both ends of each pair.
fn rows_of_pairs(nodes: usize, pairs: &[(u32, u32, f32)]) -> Layout<f32> {
    let mut starts = vec![0; nodes + 1];
    for &(a, b, _) in pairs {
        starts[a as usize + 1] += 1;
        starts[b as usize + 1] += 1;
    }
    for i in 0..nodes {
        starts[i + 1] += starts[i];
    }
    let mut cursor = starts.clone();
    let mut ids = vec![0; 2 * pairs.len()];
    let mut weights = vec![0.0; 2 * pairs.len()];
    for &(a, b, weight) in pairs {
        for (row, other) in [(a, b), (b, a)] {
            let slot = &mut cursor[row as usize];
            ids[*slot as usize] = other;
            weights[*slot as usize] = weight;
            *slot += 1;
        }
    }
    layout(&starts, &ids, &weights)
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
        let snapshot = b.build().expect("is consistent");
        let walk = Walk::new(&snapshot);
        assert_eq!(
            (walk.node_count(), walk.edge_count(), walk.stored_edges()),
            (3, 1, 2)
        );
        let neighbors = |walk: &Walk, node| walk.neighbors(NodeId(node)).collect::<Vec<_>>();
        assert_eq!(neighbors(&walk, 0), [(NodeId(1), 2.5)]);
        assert_eq!(neighbors(&walk, 1), [(NodeId(0), 2.5)]);
        assert!(neighbors(&walk, 2).is_empty());
        assert!((walk.weighted_degree(NodeId(1)) - 2.5).abs() < 1e-9);

        let weight = |relation: &Relation| if relation.name == "knows" { 3.0 } else { 0.0 };
        let other = Walk::with_weights(&snapshot, weight).expect("weights are valid");
        assert_eq!(neighbors(&other, 0), [(NodeId(1), 3.0)]);
        let none = Walk::with_weights(&snapshot, |_| 0.0).expect("weights are valid");
        assert!(neighbors(&none, 0).is_empty());
        let refused = Walk::with_weights(&snapshot, |_| -1.0);
        assert!(matches!(refused, Err(GraphError::InvalidWeight { .. })));
    }
}
