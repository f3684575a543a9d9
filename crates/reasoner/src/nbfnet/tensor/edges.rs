//! Edges as rectangles of indices, by target and by relation, for sums without scattering.

use std::collections::BTreeMap;

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::nbfnet::Mask;
use crate::relational::RelationalGraph;

/// Entries of one rectangle at most: what is gathered for it takes 32 MiB with 32 features.
const MOST_ENTRIES: usize = 1 << 18;

/// Edges of one relation that are added in one go.
const CHUNK: usize = 256;

/// No fact: padding.
const PADDING: u32 = u32::MAX;

/// Edges in rows of equal length; the sum of a row is one result.
#[derive(Debug)]
pub(super) struct Rectangle {
    pub(super) rows: usize,
    pub(super) width: usize,
    /// `[rows · width]`
    pub(super) sources: Tensor<1, Int>,
    /// `[rows · width]`: relations in rows by target, targets in rows by relation.
    pub(super) others: Tensor<1, Int>,
    /// `[rows, width, 1]`: 1 for an edge, 0 for padding.
    pub(super) edges: Tensor<3>,
    facts: Vec<u32>,
}

impl Rectangle {
    fn new(rows: usize, width: usize, entries: &[Entry], device: &Device) -> Self {
        let integers = |of: &dyn Fn(&Entry) -> u32| {
            let values: Vec<i32> = entries
                .iter()
                .map(|entry| of(entry).cast_signed())
                .collect();
            Tensor::from_data(TensorData::new(values, [rows * width]), device)
        };
        let facts: Vec<u32> = entries.iter().map(|entry| entry.fact).collect();
        Self {
            rows,
            width,
            sources: integers(&|entry| entry.source),
            others: integers(&|entry| entry.other),
            edges: kept(&facts, rows, width, &Mask::default(), device),
            facts,
        }
    }

    /// `[rows, width, 1]`: 1 for an edge whose fact is not hidden, else 0.
    pub(super) fn kept(&self, mask: &Mask, device: &Device) -> Tensor<3> {
        if mask.is_empty() {
            return self.edges.clone();
        }
        kept(&self.facts, self.rows, self.width, mask, device)
    }
}

fn kept(facts: &[u32], rows: usize, width: usize, mask: &Mask, device: &Device) -> Tensor<3> {
    let keep = |&fact: &u32| {
        if fact == PADDING || mask.hides_fact(fact) {
            0.0f32
        } else {
            1.0
        }
    };
    let values: Vec<f32> = facts.iter().map(keep).collect();
    Tensor::from_data(TensorData::new(values, [rows, width, 1]), device)
}

#[derive(Clone, Copy)]
struct Entry {
    source: u32,
    other: u32,
    fact: u32,
}

const EMPTY: Entry = Entry {
    source: 0,
    other: 0,
    fact: PADDING,
};

/// Rows by target: the sum of a row is what arrives at a node.
#[derive(Debug)]
pub(super) struct ByTarget {
    pub(super) rectangles: Vec<Rectangle>,
    /// `[nodes]`: where the row of each node is in the rectangles one below the other.
    pub(super) positions: Tensor<1, Int>,
}

impl ByTarget {
    /// Rows of similar length are padded to the next power of two, so that there are at most twice
    /// as many entries as edges, whatever the hubs.
    pub(super) fn new(graph: &RelationalGraph, device: &Device) -> Self {
        let mut by_width: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for node in 0..graph.node_count() as u32 {
            let width = graph.row(node).len().max(1).next_power_of_two();
            by_width.entry(width).or_default().push(node);
        }
        let mut rectangles = Vec::new();
        let mut positions = vec![0i32; graph.node_count()];
        let mut position = 0;
        for (width, nodes) in by_width {
            for part in nodes.chunks((MOST_ENTRIES / width).max(1)) {
                let mut entries = Vec::with_capacity(part.len() * width);
                for (row, &node) in (1..).zip(part) {
                    positions[node as usize] = position;
                    position += 1;
                    entries.extend(graph.row(node).iter().map(|edge| Entry {
                        source: edge.source,
                        other: edge.relation,
                        fact: edge.fact,
                    }));
                    entries.resize(row * width, EMPTY);
                }
                rectangles.push(Rectangle::new(part.len(), width, &entries, device));
            }
        }
        let positions = TensorData::new(positions, [graph.node_count()]);
        Self {
            rectangles,
            positions: Tensor::from_data(positions, device),
        }
    }
}

/// Rows by relation, in two stages: chunks of edges, then the chunks of each relation.
#[derive(Debug)]
pub(super) struct ByRelation {
    pub(super) chunks: Vec<Rectangle>,
    /// `[2R · width]`: the chunks of each relation.
    pub(super) of_relation: Tensor<1, Int>,
    /// `[2R, width, 1]`: 1 for a chunk, 0 for padding.
    pub(super) present: Tensor<3>,
}

impl ByRelation {
    pub(super) fn new(graph: &RelationalGraph, device: &Device) -> Self {
        let mut edges: Vec<Vec<Entry>> = vec![Vec::new(); graph.directed_relations()];
        for node in 0..graph.node_count() as u32 {
            for edge in graph.row(node) {
                let entry = Entry {
                    source: edge.source,
                    other: node,
                    fact: edge.fact,
                };
                edges[edge.relation as usize].push(entry);
            }
        }
        let mut entries = Vec::new();
        let mut chunks_of = Vec::new();
        for edges in edges {
            let first = entries.len() / CHUNK;
            entries.extend(edges);
            entries.resize(entries.len().next_multiple_of(CHUNK), EMPTY);
            chunks_of.push(first..entries.len() / CHUNK);
        }
        let width = chunks_of
            .iter()
            .map(ExactSizeIterator::len)
            .max()
            .unwrap_or(0)
            .max(1);
        let (mut of_relation, mut present) = (Vec::new(), Vec::new());
        for chunks in &chunks_of {
            for at in 0..width {
                let chunk = (at < chunks.len()).then(|| chunks.start + at);
                of_relation.push((chunk.unwrap_or(0) as u32).cast_signed());
                present.push(f32::from(u8::from(chunk.is_some())));
            }
        }
        let relations = chunks_of.len();
        let rectangle =
            |entries: &[Entry]| Rectangle::new(entries.len() / CHUNK, CHUNK, entries, device);
        let of_relation = TensorData::new(of_relation, [relations * width]);
        Self {
            chunks: entries.chunks(MOST_ENTRIES).map(rectangle).collect(),
            of_relation: Tensor::from_data(of_relation, device),
            present: Tensor::from_data(TensorData::new(present, [relations, width, 1]), device),
        }
    }
}
