//! Nearest neighbours of a vector by cosine similarity.
//!
//! A [`NeighbourIndex`] holds one vector a row. Small sets are scanned, which is exact; above
//! [`NeighbourOptions::graph_from`] rows a hierarchical navigable small world graph (Malkov and Yashunin, 2018) answers,
//! and the index knows how much of the exact answer it finds ([`NeighbourIndex::recall`]). Both ways compare
//! one-byte codes first and look at the full vectors only where the codes leave the order open, so a similarity that
//! comes back is always that of the full vectors.

mod build;
mod codes;
mod exact;
mod file;
mod graph;
mod index;
mod kernel;
mod mend;
mod recall;
mod rows;
mod search;
mod top;
mod vectors;

pub use index::{NeighbourIndex, NeighbourOptions};
pub use rows::RowSet;
pub use search::{Near, Nearest, NeighbourSearch};

#[cfg(test)]
mod tests;
