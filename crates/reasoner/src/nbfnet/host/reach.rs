//! Which nodes a query can reach, and which of them a score needs.

use crate::relational::{InEdge, RelationalGraph};

/// A node that is not reached.
const NEVER: u8 = u8::MAX;

/// Facts to be treated as if they were not in the graph.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mask {
    facts: Vec<u32>,
    /// Nodes with such a fact: only their rows are looked at twice.
    nodes: Vec<u32>,
}

impl Mask {
    pub(crate) fn new(graph: &RelationalGraph, mut facts: Vec<u32>) -> Self {
        facts.sort_unstable();
        facts.dedup();
        let ends = facts.iter().flat_map(|&fact| {
            let fact = graph.facts()[fact as usize];
            [fact.head, fact.tail]
        });
        let mut nodes: Vec<u32> = ends.collect();
        nodes.sort_unstable();
        nodes.dedup();
        Self { facts, nodes }
    }

    /// Whether any fact at a node is masked.
    #[inline]
    pub(super) fn touches(&self, node: u32) -> bool {
        !self.nodes.is_empty() && self.nodes.binary_search(&node).is_ok()
    }

    /// Whether nothing is masked.
    pub(crate) fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Whether a fact is masked.
    pub(crate) fn hides_fact(&self, fact: u32) -> bool {
        self.facts.binary_search(&fact).is_ok()
    }

    #[inline]
    pub(super) fn hides(&self, edge: &InEdge) -> bool {
        self.hides_fact(edge.fact)
    }
}

/// For each node, the layers in which its features are computed.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// Hops from the nearest seed: before that layer features are zero.
    first: Vec<u8>,
    /// The last layer in which something needs them.
    last: Vec<u8>,
    /// Nodes in the order they were reached.
    order: Vec<u32>,
}

impl Reach {
    /// Finds all nodes within `hops` of the seeds, and makes all of them needed.
    pub(super) fn spread(
        &mut self,
        graph: &RelationalGraph,
        mask: &Mask,
        seeds: &[(u32, f32)],
        hops: u8,
    ) {
        self.first.clear();
        self.first.resize(graph.node_count(), NEVER);
        self.last.clear();
        self.last.resize(graph.node_count(), hops);
        self.order.clear();
        for &(seed, _) in seeds {
            if self.first[seed as usize] == NEVER {
                self.first[seed as usize] = 0;
                self.order.push(seed);
            }
        }
        let mut start = 0;
        for hop in 1..=hops {
            let end = self.order.len();
            for at in start..end {
                let node = self.order[at];
                let partial = mask.touches(node);
                for edge in graph.row(node) {
                    let slot = &mut self.first[edge.source as usize];
                    if *slot == NEVER && !(partial && mask.hides(edge)) {
                        *slot = hop;
                        self.order.push(edge.source);
                    }
                }
            }
            start = end;
        }
    }

    /// Restricts what is computed to what the features of `targets` after `layers` layers need.
    pub(super) fn restrict(&mut self, graph: &RelationalGraph, targets: &[u32], layers: u8) {
        self.last.fill(0);
        let mut needed: Vec<u32> = Vec::new();
        for &target in targets {
            if self.reached(target, layers) && self.last[target as usize] < layers {
                self.last[target as usize] = layers;
                needed.push(target);
            }
        }
        let mut start = 0;
        for layer in (1..layers).rev() {
            let end = needed.len();
            // What is needed later is needed now; only what was added last has new sources.
            for at in start..end {
                let row = graph.row(needed[at]);
                for edge in row {
                    let source = edge.source as usize;
                    if self.last[source] < layer && self.first[source] <= layer {
                        self.last[source] = layer;
                        needed.push(edge.source);
                    }
                }
            }
            start = end;
        }
    }

    /// Whether a node has features after a layer, if they are needed.
    #[inline]
    pub(crate) fn reached(&self, node: u32, layer: u8) -> bool {
        self.first[node as usize] <= layer
    }

    /// Whether the features of a node are computed in a layer.
    #[inline]
    pub(super) fn active(&self, node: u32, layer: u8) -> bool {
        self.first[node as usize] <= layer && layer <= self.last[node as usize]
    }

    /// Nodes of the graph.
    pub(super) fn nodes(&self) -> usize {
        self.first.len()
    }

    /// Nodes within reach, and edges in their rows: what all layers together read.
    pub(crate) fn size(&self, graph: &RelationalGraph) -> (usize, usize) {
        let rows = self.order.iter().map(|&node| graph.row(node).len());
        (self.order.len(), rows.sum())
    }
}
