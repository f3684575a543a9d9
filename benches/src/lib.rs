//! What the benchmarks share: the bundled graph, requests to ask, and the arithmetic of timings.
//!
//! `scripts/bench.sh NAME` runs one of `benches/benches`.

mod graph;
mod peer;
mod requests;
mod sample;

pub use graph::{Bundled, bundled};
pub use peer::peer_command;
pub use requests::REQUESTS;
pub use sample::{Sample, milliseconds};
