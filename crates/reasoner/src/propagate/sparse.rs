//! Propagation that follows the edges from the seeds and reads nothing else.

use tastegraph_graph::NodeId;

use super::{Adjacency, Reached};

/// The layers on the CPU.
#[derive(Debug)]
pub(super) struct SparseLayers {
    adjacency: Adjacency,
    betas: Vec<f64>,
}

impl SparseLayers {
    pub(super) fn new(adjacency: Adjacency, betas: &[f32]) -> Self {
        Self {
            adjacency,
            betas: betas.iter().map(|&beta| f64::from(beta)).collect(),
        }
    }

    /// `h` at the nodes within reach of the seeds, in the order they were reached.
    pub(super) fn propagate(&self, seeds: &[(NodeId, f64)]) -> Reached {
        let nodes = self.adjacency.node_count();
        let (mut h, mut x, mut next) = (
            SparseVector::new(nodes),
            SparseVector::new(nodes),
            SparseVector::new(nodes),
        );
        for &(seed, weight) in seeds {
            x.add(seed, weight);
        }
        for (layer, beta) in self.betas.iter().enumerate() {
            let is_last = layer + 1 == self.betas.len();
            for (node, value) in x.drain() {
                h.add(node, beta * value);
                if !is_last {
                    let (ids, weights) = self.adjacency.row(node.index());
                    for (&id, &weight) in ids.iter().zip(weights) {
                        next.add(id, f64::from(weight) * value);
                    }
                }
            }
            std::mem::swap(&mut x, &mut next);
        }
        h.drain()
            .map(|(node, value)| (node, value as f32))
            .collect()
    }
}

/// A vector of values that are not negative, with a list of those that are not zero.
///
/// The values lie in zeroed memory that the operating system hands out page by page on first use,
/// so a large graph costs only for the nodes that are reached.
struct SparseVector {
    values: Vec<f64>,
    /// Nodes of positive value in the order they became so.
    positive: Vec<NodeId>,
}

impl SparseVector {
    fn new(nodes: usize) -> Self {
        Self {
            values: vec![0.0; nodes],
            positive: Vec::new(),
        }
    }

    fn add(&mut self, node: NodeId, value: f64) {
        let slot = &mut self.values[node.index()];
        if *slot <= 0.0 && value > 0.0 {
            self.positive.push(node);
        }
        *slot += value;
    }

    /// Empties the vector and returns what was in it.
    fn drain(&mut self) -> impl Iterator<Item = (NodeId, f64)> {
        let Self { values, positive } = self;
        positive
            .drain(..)
            .map(|node| (node, std::mem::take(&mut values[node.index()])))
    }
}
