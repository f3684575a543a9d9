//! Metrics, over ranks and over lists.

mod accuracy;
mod lists;
mod percentile;

pub use accuracy::{CUTS, Metric};
pub use lists::{ListMetrics, Lists};
pub use percentile::{Latency, percentile};
