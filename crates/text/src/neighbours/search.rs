//! A search and its answer.

use super::exact;
use super::index::NeighbourIndex;
use super::rows::RowSet;
use crate::TextError;

/// Rows in an answer if nothing else is said.
const DEFAULT_TOP: usize = 10;

/// A row and how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The row in the index, from 0.
    pub row: u32,
    /// The cosine of the angle between query and row, −1 to 1; 0 if either is all zeros.
    pub similarity: f32,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// Nearest first, rows of equal similarity ascending.
    pub hits: Vec<Near>,
    /// Whether these are certainly the nearest.
    pub exact: bool,
    /// Rows whose codes were compared with the query.
    pub compared: usize,
    /// Rows whose full vectors were compared with the query.
    pub rescored: usize,
}

/// A search that is being put together; [`NeighbourIndex::near`] starts one.
#[derive(Clone)]
#[must_use = "a search does nothing until it is run"]
pub struct NeighbourSearch<'a> {
    index: &'a NeighbourIndex,
    query: &'a [f32],
    top: usize,
    within: Option<&'a RowSet>,
    breadth: Option<usize>,
    exact: bool,
}

impl<'a> NeighbourSearch<'a> {
    pub(super) fn new(index: &'a NeighbourIndex, query: &'a [f32]) -> Self {
        Self {
            index,
            query,
            top: DEFAULT_TOP,
            within: None,
            breadth: None,
            exact: false,
        }
    }

    /// How many rows to find; 10 if not said. There are fewer only if there are not that many to choose from.
    pub fn top(self, top: usize) -> Self {
        Self { top, ..self }
    }

    /// Finds only rows of this set.
    pub fn within(self, rows: &'a RowSet) -> Self {
        Self {
            within: Some(rows),
            ..self
        }
    }

    /// How many rows the graph keeps in view while it is walked (`ef` in the literature): more finds more and takes
    /// longer. Without it, the breadth that the index found sufficient. No effect on a scan.
    pub fn breadth(self, breadth: usize) -> Self {
        Self {
            breadth: Some(breadth),
            ..self
        }
    }

    /// Scans even if there is a graph.
    pub fn exact(self) -> Self {
        Self {
            exact: true,
            ..self
        }
    }

    /// Searches.
    ///
    /// # Errors
    ///
    /// If the query has not the dimensions of the index, or a value that is no number.
    pub fn run(self) -> Result<Nearest, TextError> {
        let index = self.index;
        let query = index.vectors.query(self.query)?;
        let choice = self.within.map_or(index.len(), RowSet::len);
        let top = self.top.min(choice);
        if let Some(graph) = index
            .graph
            .as_ref()
            .filter(|_| !self.exact && choice >= index.graph_from)
        {
            let breadth = self
                .breadth
                .unwrap_or(graph.breadth)
                .clamp(top, index.len());
            let found = graph.search(
                &index.vectors,
                &index.codes,
                &query,
                top,
                breadth,
                self.within,
            );
            if found.hits.len() == top {
                return Ok(found);
            }
        }
        Ok(exact::search(
            &index.vectors,
            &index.codes,
            &query,
            top,
            self.within,
        ))
    }
}
