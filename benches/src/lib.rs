//! What the benchmarks share: the bundled graph, requests to ask, and the arithmetic of timings.
//!
//! `scripts/bench.sh NAME` runs one of `benches/benches`.

mod graph;
mod requests;
mod sample;

pub use graph::{Bundled, bundled};
pub use requests::REQUESTS;
pub use sample::Sample;
