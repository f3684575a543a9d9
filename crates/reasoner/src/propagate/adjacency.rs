//! The matrix that every layer multiplies by.

use tastegraph_graph::{NodeId, Walk};

/// `S = D^-½·A·D^-½` in compressed sparse rows: symmetric, so rows serve as columns.
#[derive(Debug)]
pub(super) struct Adjacency {
    /// Row of node `n`: `starts[n]..starts[n + 1]`.
    starts: Vec<usize>,
    ids: Vec<NodeId>,
    weights: Vec<f32>,
}

impl Adjacency {
    pub(super) fn symmetric(walk: &Walk) -> Self {
        let mut starts = Vec::with_capacity(walk.node_count() + 1);
        let mut ids = Vec::with_capacity(walk.stored_edges());
        let mut weights = Vec::with_capacity(walk.stored_edges());
        starts.push(0);
        for node in (0..walk.node_count()).map(NodeId::from_index) {
            let degree = walk.weighted_degree(node);
            for (other, weight) in walk.neighbors(node) {
                // Two roots and not one of the product, which could leave the range of numbers.
                let norm = degree.sqrt() * walk.weighted_degree(other).sqrt();
                ids.push(other);
                weights.push((f64::from(weight) / norm) as f32);
            }
            starts.push(ids.len());
        }
        Self {
            starts,
            ids,
            weights,
        }
    }

    pub(super) fn node_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The neighbours of a node and their entries in its row.
    pub(super) fn row(&self, node: usize) -> (&[NodeId], &[f32]) {
        let row = self.starts[node]..self.starts[node + 1];
        (&self.ids[row.clone()], &self.weights[row])
    }
}
