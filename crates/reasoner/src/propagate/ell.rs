//! The adjacency as rectangles, for devices that want to do the same thing everywhere.
//!
//! A sparse product by scattering needs atomic additions, which run in no fixed order and which
//! some drivers drop beyond 65,535 updates. Gathering needs none: each row reads its neighbours and
//! sums them. Rows of similar length are put together and padded to a common width (the ELLPACK
//! format, one rectangle per power of two), so that padding at most doubles the entries whatever
//! the hubs.

use std::collections::BTreeMap;

use super::Adjacency;

/// Entries of one rectangle at most, unless a single row has more: 16 MiB of indices, far below
/// the 128 MiB that wgpu guarantees for one buffer.
const MAX_ENTRIES: usize = 1 << 22;

/// A rectangle of rows of similar length.
#[derive(Debug, PartialEq)]
pub(super) struct Bucket {
    /// Number of rows.
    pub(super) rows: usize,
    /// Entries per row, a power of two.
    pub(super) width: usize,
    /// `[rows · width]`, row by row: which node to read. Padding reads node 0 with weight 0.
    pub(super) ids: Vec<i32>,
    /// `[rows · width]`: what to multiply it by.
    pub(super) weights: Vec<f32>,
}

/// The whole matrix: rectangles, and where each node's row is found in their concatenation.
#[derive(Debug)]
pub(super) struct Ell {
    pub(super) buckets: Vec<Bucket>,
    /// `[nodes]`: position of each node's row.
    pub(super) positions: Vec<i32>,
}

impl Ell {
    pub(super) fn new(adjacency: &Adjacency) -> Self {
        Self::with_limit(adjacency, MAX_ENTRIES)
    }

    fn with_limit(adjacency: &Adjacency, max_entries: usize) -> Self {
        let mut by_width: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for node in 0..adjacency.node_count() {
            // An isolated node gets one entry of padding: its sum is the 0 it should be.
            let width = adjacency.row(node).0.len().max(1).next_power_of_two();
            by_width.entry(width).or_default().push(node);
        }
        let mut buckets = Vec::new();
        let mut positions = vec![0; adjacency.node_count()];
        let mut position = 0;
        for (width, nodes) in by_width {
            for part in nodes.chunks((max_entries / width).max(1)) {
                for &node in part {
                    positions[node] = position;
                    position += 1;
                }
                buckets.push(Bucket::new(adjacency, part, width));
            }
        }
        Self { buckets, positions }
    }

    /// Entries of the largest rectangle.
    pub(super) fn largest(&self) -> usize {
        self.buckets
            .iter()
            .map(|bucket| bucket.ids.len())
            .max()
            .unwrap_or(0)
    }
}

impl Bucket {
    fn new(adjacency: &Adjacency, nodes: &[usize], width: usize) -> Self {
        let mut ids = Vec::with_capacity(nodes.len() * width);
        let mut weights = Vec::with_capacity(nodes.len() * width);
        for (row, &node) in (1..).zip(nodes) {
            let (neighbors, entries) = adjacency.row(node);
            ids.extend(neighbors.iter().map(|id| id.0.cast_signed()));
            weights.extend_from_slice(entries);
            ids.resize(row * width, 0);
            weights.resize(row * width, 0.0);
        }
        Self {
            rows: nodes.len(),
            width,
            ids,
            weights,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::graph::UnGraph;
    use tastegraph_graph::Walk;

    /// A star of five rays and a node alone.
    fn star() -> Adjacency {
        let mut graph = UnGraph::<(), ()>::from_edges((1..=5).map(|ray| (0, ray)));
        graph.add_node(());
        Adjacency::symmetric(&Walk::from_petgraph(&graph, |_| 1.0).expect("weights are valid"))
    }

    #[test]
    fn rows_are_grouped_by_powers_of_two_and_padded() {
        let ell = Ell::new(&star());
        let shapes: Vec<_> = ell.buckets.iter().map(|b| (b.rows, b.width)).collect();
        assert_eq!(shapes, [(6, 1), (1, 8)]);
        assert_eq!(ell.buckets[1].ids, [1, 2, 3, 4, 5, 0, 0, 0]);
        assert!(
            ell.buckets[1].weights[5..]
                .iter()
                .all(|w| w.abs() < f32::EPSILON)
        );
        assert_eq!(ell.positions, [6, 0, 1, 2, 3, 4, 5]);
        assert_eq!(ell.largest(), 8);
    }

    #[test]
    fn large_rectangles_are_cut_between_rows() {
        let ell = Ell::with_limit(&star(), 4);
        let shapes: Vec<_> = ell.buckets.iter().map(|b| (b.rows, b.width)).collect();
        assert_eq!(shapes, [(4, 1), (2, 1), (1, 8)]);
        assert_eq!(ell.positions, [6, 0, 1, 2, 3, 4, 5]);
    }
}
