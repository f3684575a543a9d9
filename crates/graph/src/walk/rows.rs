//! The rows that a walk sums over, with weights and degrees.

use std::ops::Range;

use super::layout::Layout;
use super::products::Products;
use crate::NodeId;
use crate::raw::{Columns, Run, Words};
use crate::snapshot::{Image, Section};

/// Rows that one thread handles at a time. Fixed, so that sums of parts are the same for any number
/// of threads.
pub(crate) const ROWS_PER_CHUNK: usize = 2048;

/// The undirected weighted graph in the order of the walk. Nodes are numbered by **position**.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) columns: Columns,
    starts: Words,
    order: Words,
    positions: Words,
    /// What each entry adds, in the unit.
    pub(crate) products: Products,
    /// What a weight of 1 stands for. Walks do not depend on it.
    pub(crate) unit: f32,
    /// Sum of the weights of each row, in the unit.
    pub(crate) degrees: Vec<f64>,
    /// The same in the precision of the solver, and `1/degree`, or 0 where that is 0.
    pub(crate) single_degrees: Vec<f32>,
    pub(crate) inverse: Vec<f32>,
    /// `scale/degree`, in the same way; empty if all scales are 1.
    pub(crate) scaled_inverse: Vec<f32>,
    largest_degree: f64,
    /// The rows in runs of equal length, and for each chunk of rows its runs.
    runs: Vec<Run>,
    chunks: Vec<Range<usize>>,
}

impl Rows {
    /// The rows of a snapshot's bytes with one weight per relation.
    pub(crate) fn of_image(image: &Image, weights: &[f32]) -> Self {
        let of_mixture: Vec<f32> = image
            .mixtures
            .iter()
            .map(|mixture| mixture_weight(mixture.iter().map(|r| weights[r.index()])))
            .collect();
        let first = of_mixture.first().copied().unwrap_or(1.0);
        let uniform = first > 0.0 && of_mixture.iter().all(|w| w.to_bits() == first.to_bits());
        let entries = image.u16s(Section::RowMixtures);
        let (weights, unit) = if uniform {
            (None, first)
        } else if entries.is_empty() {
            // A single mixture of weight 0.
            (Some(vec![first; image.columns.ids().len()]), 1.0)
        } else {
            let weights = entries.iter().map(|&mixture| of_mixture[mixture as usize]);
            (Some(weights.collect()), 1.0)
        };
        Self::new(
            image.columns.clone(),
            image.words(Section::RowStarts),
            image.words(Section::Order),
            image.words(Section::Positions),
            weights,
            unit,
        )
    }

    /// The rows of any graph.
    pub(crate) fn of_layout(layout: Layout<f32>) -> Option<Self> {
        let nodes = layout.order.len();
        let unit = layout.payload.first().copied().unwrap_or(1.0);
        let uniform = layout.payload.iter().all(|w| w.to_bits() == unit.to_bits());
        let columns = Columns::new(Words::Owned(layout.ids.into()), nodes)?;
        Some(Self::new(
            columns,
            Words::Owned(layout.starts.into()),
            Words::Owned(layout.order.into()),
            Words::Owned(layout.positions.into()),
            (!uniform).then_some(layout.payload),
            if uniform { unit } else { 1.0 },
        ))
    }

    fn new(
        columns: Columns,
        starts: Words,
        order: Words,
        positions: Words,
        weights: Option<Vec<f32>>,
        unit: f32,
    ) -> Self {
        let degrees: Vec<f64> = starts
            .windows(2)
            .map(|row| match &weights {
                None => f64::from(row[1] - row[0]),
                Some(weights) => {
                    let row = &weights[row[0] as usize..row[1] as usize];
                    // Not `sum`, which calls nothing −0.
                    row.iter().fold(0.0, |sum, &weight| sum + f64::from(weight))
                }
            })
            .collect();
        let single_degrees = degrees.iter().map(|&degree| degree as f32).collect();
        let inverse = degrees
            .iter()
            .map(|&degree| inverse_of(1.0, degree))
            .collect();
        let (runs, chunks) = runs(&starts);
        let products = Products::new(&columns, &starts, weights);
        let scales = products.scales.iter().zip(&degrees);
        let scaled_inverse = scales
            .map(|(&scale, &degree)| inverse_of(f64::from(scale), degree))
            .collect();
        let largest_degree = degrees.iter().copied().fold(0.0, f64::max) * f64::from(unit);
        Self {
            columns,
            starts,
            order,
            positions,
            products,
            unit,
            degrees,
            single_degrees,
            inverse,
            scaled_inverse,
            largest_degree,
            runs,
            chunks,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.degrees.len()
    }

    pub(crate) fn position(&self, node: NodeId) -> u32 {
        self.positions.get(node.index()).copied().unwrap_or(node.0)
    }

    /// Nodes that were added later have the same number in either order.
    pub(crate) fn node(&self, position: u32) -> NodeId {
        NodeId(
            self.order
                .get(position as usize)
                .copied()
                .unwrap_or(position),
        )
    }

    /// The entries of the row at a position; none for nodes that were added later.
    pub(crate) fn entries(&self, position: u32) -> Range<usize> {
        let starts: &[u32] = &self.starts;
        let at = position as usize;
        match starts.get(at + 1) {
            Some(&end) => starts[at] as usize..end as usize,
            None => 0..0,
        }
    }

    /// The weight of an entry.
    pub(crate) fn weight(&self, entry: usize) -> f32 {
        self.products.weight(entry) * self.unit
    }

    /// Whether all weights are the unit.
    pub(crate) fn is_uniform(&self) -> bool {
        self.products.is_uniform()
    }

    /// The largest weighted degree.
    pub(crate) fn largest_degree(&self) -> f64 {
        self.largest_degree
    }

    /// The runs of each chunk of [`ROWS_PER_CHUNK`] rows.
    pub(crate) fn chunk(&self, number: usize) -> &[Run] {
        &self.runs[self.chunks[number].clone()]
    }

    /// Sum of the weights at a position; 0 for nodes that were added later.
    pub(crate) fn degree(&self, position: u32) -> f64 {
        let in_units = self.degrees.get(position as usize).copied().unwrap_or(0.0);
        in_units * f64::from(self.unit)
    }
}

/// The weight of parallel edges together. Relations come in order, so the sum is always the same.
pub(crate) fn mixture_weight(weights: impl Iterator<Item = f32>) -> f32 {
    weights.fold(0.0, |sum, weight| sum + weight)
}

/// What a score is multiplied by to get what flows over an edge with the weight `scale`.
pub(crate) fn inverse_of(scale: f64, degree: f64) -> f32 {
    if degree > 0.0 {
        (scale / degree) as f32
    } else {
        0.0
    }
}

/// Cuts the rows into runs of equal length, none of which crosses a border of chunks.
fn runs(starts: &[u32]) -> (Vec<Run>, Vec<Range<usize>>) {
    let nodes = starts.len() - 1;
    let mut runs: Vec<Run> = Vec::new();
    let mut chunks = Vec::new();
    for first in (0..nodes).step_by(ROWS_PER_CHUNK) {
        let before = runs.len();
        for row in first..nodes.min(first + ROWS_PER_CHUNK) {
            let len = starts[row + 1] - starts[row];
            match runs[before..].last_mut() {
                Some(run) if run.len == len => run.rows += 1,
                _ => runs.push(Run {
                    rows: 1,
                    len,
                    entry: starts[row],
                }),
            }
        }
        chunks.push(before..runs.len());
    }
    (runs, chunks)
}
