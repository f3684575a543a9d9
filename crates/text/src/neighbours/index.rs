//! The index over a set of vectors.

use super::codes::Codes;
use super::graph::Graph;
use super::search::NeighbourSearch;
use super::vectors::Vectors;
use super::{build, recall};
use crate::TextError;

/// How a [`NeighbourIndex`] is built. The defaults come from `benches/benches/neighbours.rs`.
#[derive(Debug, Clone, PartialEq)]
pub struct NeighbourOptions {
    /// From this many rows on there is a graph, and a search within that many rows or more walks it; 25,000. Below it
    /// a scan is as fast, and exact.
    pub graph_from: usize,
    /// Links of a row on the upper levels of the graph, twice as many on the lowest; 2 to 256, by default 24.
    pub connections: usize,
    /// Rows kept in view while a row is linked (`ef_construction` in the literature); 200. With 64
    /// a graph is built in a third of the time, and searches need twice the breadth.
    pub construction_breadth: usize,
    /// The share of the ten nearest rows that a search must find, on average over a sample of the rows; 0.97. The
    /// breadth of a search is the least that does. If none does, there is no graph.
    pub recall: f32,
    /// Whether rows are linked on all cores. The graph is then not the same each time.
    pub parallel: bool,
}

impl Default for NeighbourOptions {
    fn default() -> Self {
        Self {
            graph_from: 25_000,
            connections: 24,
            construction_breadth: 200,
            recall: 0.97,
            parallel: false,
        }
    }
}

/// Finds the nearest rows of a vector by cosine similarity.
///
/// ```
/// use tastegraph_text::{NeighbourIndex, NeighbourOptions};
///
/// let vectors = vec![1.0, 0.0, 0.6, 0.8, -1.0, 0.1];
/// let index = NeighbourIndex::build(2, vectors, &NeighbourOptions::default())?;
/// let nearest = index.near(&[2.0, 0.1]).top(2).run()?;
/// let rows: Vec<u32> = nearest.hits.iter().map(|near| near.row).collect();
/// assert_eq!(rows, [0, 1]);
/// # Ok::<(), tastegraph_text::TextError>(())
/// ```
pub struct NeighbourIndex {
    pub(super) vectors: Vectors,
    pub(super) codes: Codes,
    pub(super) graph: Option<Graph>,
    pub(super) graph_from: usize,
    pub(super) recall: f32,
}

impl NeighbourIndex {
    /// Builds an index over `values`, one row after the other, each of `dimensions` values. Rows need not have length
    /// 1. With a graph this takes minutes for a hundred thousand rows.
    ///
    /// # Errors
    ///
    /// If the values do not fill rows of 1 to 65,536 dimensions, or one of them is no number.
    pub fn build(
        dimensions: usize,
        values: Vec<f32>,
        options: &NeighbourOptions,
    ) -> Result<Self, TextError> {
        let mut index = Self::scanning(Vectors::new(dimensions, values)?, options.graph_from);
        if index.len() >= options.graph_from.max(1) {
            index.graph = Some(build::build(&index.codes, options));
            let sufficient = recall::sufficient_breadth(&index, options.recall);
            index.graph = index
                .graph
                .zip(sufficient)
                .map(|(graph, (breadth, _))| Graph { breadth, ..graph });
            index.recall = sufficient.map_or(1.0, |(_, recall)| recall);
        }
        Ok(index)
    }

    pub(super) fn scanning(vectors: Vectors, graph_from: usize) -> Self {
        Self {
            codes: Codes::new(&vectors),
            vectors,
            graph: None,
            graph_from,
            recall: 1.0,
        }
    }

    /// Starts a search for the rows nearest to `query`.
    pub fn near<'a>(&'a self, query: &'a [f32]) -> NeighbourSearch<'a> {
        NeighbourSearch::new(self, query)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Values in a row.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.vectors.dimensions()
    }

    /// A row, at length 1.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, row: u32) -> &[f32] {
        self.vectors.row(row)
    }

    /// Whether searches walk a graph rather than scan.
    #[must_use]
    pub fn has_graph(&self) -> bool {
        self.graph.is_some()
    }

    /// The share of the exact ten nearest rows that a search found when the index was built, over a sample of its rows
    /// as queries; 1 without a graph.
    #[must_use]
    pub fn recall(&self) -> f32 {
        self.recall
    }

    /// Measures [`NeighbourIndex::recall`] anew: over `sample` rows as queries, for the `top` nearest and a breadth.
    #[must_use]
    pub fn measure_recall(&self, sample: usize, top: usize, breadth: Option<usize>) -> f32 {
        recall::measure(self, sample, top, breadth)
    }
}
