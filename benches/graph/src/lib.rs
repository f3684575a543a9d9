//! What the benchmarks of the graph crate share: graphs, and the arithmetic of timings.
//!
//! `scripts/bench.sh NAME` runs one of `benches`.

mod generate;
mod measure;
mod plot;
mod redial;

pub use generate::{Random, communities};
pub use measure::{copy_bandwidth, median, milliseconds, resident};
pub use plot::{Line, chart};
pub use redial::{Weighted, redial};
