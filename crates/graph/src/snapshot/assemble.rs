//! From numbered nodes and edges to the bytes of a snapshot.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use rayon::prelude::*;

use super::format::{self, Section};
use super::{BuildTimes, Meta, Relation};
use crate::raw::Memory;
use crate::walk::{Layout, layout};
use crate::{GraphError, NodeKind};

/// A node with all its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeText<'a> {
    // The field order is the order of the ids.
    pub(super) kind: NodeKind,
    pub(super) iri: &'a str,
    pub(super) label: &'a str,
    pub(super) class: &'a str,
}

/// A directed edge. The field order is the sort order: parallel edges lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) meta: Meta,
}

/// Edges grouped by one of their ends.
struct Side {
    starts: Vec<u32>,
    nodes: Vec<u32>,
    meta: Vec<Meta>,
}

/// Puts everything into one file. Nodes and relations are in order; edges may come in any order and
/// more than once.
pub(super) fn assemble(
    nodes: &[NodeText<'_>],
    relations: &[Relation],
    mut edges: Vec<Edge>,
    times: &mut BuildTimes,
) -> Result<Memory, GraphError> {
    let clock = Instant::now();
    edges.par_sort_unstable();
    edges.dedup();
    let (out, incoming) = rayon::join(
        || by_source(nodes.len(), &edges),
        || by_target(nodes.len(), &edges),
    );
    drop(edges);
    times.edges += clock.elapsed();

    let clock = Instant::now();
    let walked: Vec<bool> = relations.iter().map(|relation| relation.walk).collect();
    let is_walked = |meta: &Meta| walked[meta.relation().index()] && meta.polarity() >= 0;
    let rows = merge(&out, &incoming, is_walked)?;
    times.merge += clock.elapsed();
    let clock = Instant::now();
    let layout = layout(&rows.starts, &rows.ids, &rows.mixtures);
    times.order += clock.elapsed();

    let clock = Instant::now();
    let bytes = write(nodes, relations, &out, &incoming, &layout, &rows.table)?;
    let memory = Memory::copy(&bytes);
    times.write += clock.elapsed();
    Ok(memory)
}

fn by_source(nodes: usize, edges: &[Edge]) -> Side {
    Side {
        starts: starts(nodes, edges.iter().map(|edge| edge.from)),
        nodes: edges.iter().map(|edge| edge.to).collect(),
        meta: edges.iter().map(|edge| edge.meta).collect(),
    }
}

/// Edges come by source, so that each row fills in order of the sources.
fn by_target(count: usize, edges: &[Edge]) -> Side {
    let starts = starts(count, edges.iter().map(|edge| edge.to));
    let mut cursor = starts.clone();
    let mut nodes = vec![0; edges.len()];
    let mut meta = vec![Meta::default(); edges.len()];
    for edge in edges {
        let slot = &mut cursor[edge.to as usize];
        nodes[*slot as usize] = edge.from;
        meta[*slot as usize] = edge.meta;
        *slot += 1;
    }
    Side {
        starts,
        nodes,
        meta,
    }
}

/// Where each node's entries start when entries are grouped by node, plus one end marker.
fn starts(nodes: usize, entries: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0; nodes + 1];
    for node in entries {
        starts[node as usize + 1] += 1;
    }
    for i in 0..nodes {
        starts[i + 1] += starts[i];
    }
    starts
}

/// The undirected rows: one entry per neighbour, with the number of its mixture of relations.
struct Merged {
    starts: Vec<u32>,
    ids: Vec<u32>,
    mixtures: Vec<u16>,
    /// Each mixture's relations, in order.
    table: Vec<Vec<u16>>,
}

/// Rows that one thread merges at a time.
const ROWS_AT_ONCE: usize = 4096;

/// Some rows, with mixtures numbered among themselves.
struct Part {
    lengths: Vec<u32>,
    ids: Vec<u32>,
    mixtures: Vec<u32>,
    table: Vec<Vec<u16>>,
}

fn merge(
    out: &Side,
    incoming: &Side,
    is_walked: impl Fn(&Meta) -> bool + Sync,
) -> Result<Merged, GraphError> {
    let nodes = out.starts.len() - 1;
    let firsts: Vec<usize> = (0..nodes).step_by(ROWS_AT_ONCE).collect();
    let parts: Vec<Part> = firsts
        .into_par_iter()
        .map(|first| {
            let rows = first..nodes.min(first + ROWS_AT_ONCE);
            merge_rows(rows, out, incoming, &is_walked)
        })
        .collect();
    let all: BTreeSet<&Vec<u16>> = parts.iter().flat_map(|part| &part.table).collect();
    let (count, limit) = (all.len(), usize::from(u16::MAX));
    if count > limit {
        let what = "different mixtures of relations between two nodes";
        return Err(GraphError::TooLarge { what, count, limit });
    }
    let numbers: HashMap<&Vec<u16>, u16> = all.iter().copied().zip(0..).collect();
    let mut merged = Merged {
        starts: vec![0],
        ids: Vec::new(),
        mixtures: Vec::new(),
        table: all.iter().map(|&mixture| mixture.clone()).collect(),
    };
    let mut end = 0;
    for part in &parts {
        merged.starts.extend(part.lengths.iter().map(|length| {
            end += length;
            end
        }));
        merged.ids.extend_from_slice(&part.ids);
        let local: Vec<u16> = part.table.iter().map(|mixture| numbers[mixture]).collect();
        let number = |&mixture: &u32| local[mixture as usize];
        merged.mixtures.extend(part.mixtures.iter().map(number));
    }
    Ok(merged)
}

fn merge_rows(
    rows: std::ops::Range<usize>,
    out: &Side,
    incoming: &Side,
    is_walked: &impl Fn(&Meta) -> bool,
) -> Part {
    let mut part = Part {
        lengths: Vec::with_capacity(rows.len()),
        ids: Vec::new(),
        mixtures: Vec::new(),
        table: Vec::new(),
    };
    let mut numbers: HashMap<Vec<u16>, u32> = HashMap::new();
    let mut row: Vec<(u32, u16)> = Vec::new();
    let mut mixture: Vec<u16> = Vec::new();
    for node in rows {
        row.clear();
        for side in [out, incoming] {
            let span = side.starts[node] as usize..side.starts[node + 1] as usize;
            let entries = side.nodes[span.clone()].iter().zip(&side.meta[span]);
            row.extend(
                entries
                    .filter(|(other, meta)| **other as usize != node && is_walked(meta))
                    .map(|(&other, meta)| (other, meta.relation().0)),
            );
        }
        // Two ascending lists, which a stable sort merges in one pass.
        #[expect(clippy::stable_sort_primitive, reason = "two runs, which it merges")]
        row.sort();
        let before = part.ids.len();
        for same in row.chunk_by(|a, b| a.0 == b.0) {
            mixture.clear();
            mixture.extend(same.iter().map(|entry| entry.1));
            let number = if let Some(&known) = numbers.get(&mixture) {
                known
            } else {
                let new = part.table.len() as u32;
                part.table.push(mixture.clone());
                numbers.insert(mixture.clone(), new);
                new
            };
            part.ids.push(same[0].0);
            part.mixtures.push(number);
        }
        part.lengths.push((part.ids.len() - before) as u32);
    }
    part
}

fn write(
    nodes: &[NodeText<'_>],
    relations: &[Relation],
    out: &Side,
    incoming: &Side,
    layout: &Layout<u16>,
    mixtures: &[Vec<u16>],
) -> Result<Vec<u8>, GraphError> {
    let classes: BTreeSet<&str> = nodes.iter().map(|node| node.class).collect();
    let class_number: HashMap<&str, u32> = classes.iter().copied().zip(0..).collect();
    let kind_ends =
        NodeKind::ALL.map(|kind| nodes.partition_point(|node| node.kind <= kind) as u32);
    let class_of: Vec<u32> = nodes.iter().map(|node| class_number[node.class]).collect();
    let iris = Strings::new(nodes.iter().map(|node| node.iri))?;
    let labels = Strings::new(nodes.iter().map(|node| node.label))?;
    let class_names = Strings::new(classes.iter().copied())?;
    let relation_names = Strings::new(
        relations
            .iter()
            .flat_map(|relation| [&relation.name, &relation.label, &relation.inverse_label])
            .map(String::as_str),
    )?;
    let weights: Vec<f32> = relations.iter().map(|relation| relation.weight).collect();
    let walks: Vec<u8> = relations
        .iter()
        .map(|relation| relation.walk.into())
        .collect();
    let mut end = 0;
    let mixture_ends: Vec<u32> = mixtures
        .iter()
        .map(|mixture| {
            end += mixture.len() as u32;
            end
        })
        .collect();
    let row_mixtures: &[u16] = if mixtures.len() > 1 {
        &layout.payload
    } else {
        &[]
    };

    let mut sections = [&[] as &[u8]; Section::COUNT];
    let mut put = |section: Section, bytes| sections[section as usize] = bytes;
    put(Section::KindEnds, bytemuck::cast_slice(&kind_ends));
    put(Section::IriText, iris.text.as_bytes());
    put(Section::IriEnds, bytemuck::cast_slice(&iris.ends));
    put(Section::LabelText, labels.text.as_bytes());
    put(Section::LabelEnds, bytemuck::cast_slice(&labels.ends));
    put(Section::ClassText, class_names.text.as_bytes());
    put(Section::ClassEnds, bytemuck::cast_slice(&class_names.ends));
    put(Section::ClassOf, bytemuck::cast_slice(&class_of));
    put(Section::RelationText, relation_names.text.as_bytes());
    put(
        Section::RelationEnds,
        bytemuck::cast_slice(&relation_names.ends),
    );
    put(Section::RelationWeights, bytemuck::cast_slice(&weights));
    put(Section::RelationWalks, &walks);
    put(Section::OutStarts, bytemuck::cast_slice(&out.starts));
    put(Section::OutNodes, bytemuck::cast_slice(&out.nodes));
    let out_meta = Meta::numbers(&out.meta);
    put(Section::OutMeta, bytemuck::cast_slice(&out_meta));
    put(Section::InStarts, bytemuck::cast_slice(&incoming.starts));
    put(Section::InNodes, bytemuck::cast_slice(&incoming.nodes));
    let in_meta = Meta::numbers(&incoming.meta);
    put(Section::InMeta, bytemuck::cast_slice(&in_meta));
    put(Section::Order, bytemuck::cast_slice(&layout.order));
    put(Section::Positions, bytemuck::cast_slice(&layout.positions));
    put(Section::RowStarts, bytemuck::cast_slice(&layout.starts));
    put(Section::RowIds, bytemuck::cast_slice(&layout.ids));
    put(Section::RowMixtures, bytemuck::cast_slice(row_mixtures));
    put(Section::MixtureEnds, bytemuck::cast_slice(&mixture_ends));
    let flat: Vec<u16> = mixtures.concat();
    put(Section::MixtureRelations, bytemuck::cast_slice(&flat));
    Ok(format::write(&sections))
}

/// Many strings in one, and where each ends.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Fails above 4 GiB of text.
    fn new<'a>(strings: impl Iterator<Item = &'a str>) -> Result<Self, GraphError> {
        let mut table = Self::default();
        for string in strings {
            table.text.push_str(string);
            let count = table.text.len();
            let end = u32::try_from(count).map_err(|_| GraphError::TooLarge {
                what: "bytes of text",
                count,
                limit: u32::MAX as usize,
            })?;
            table.ends.push(end);
        }
        Ok(table)
    }
}
