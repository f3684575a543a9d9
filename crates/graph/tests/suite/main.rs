//! The crate as its users see it: building, walking, explaining.

mod pagerank;
mod paths;
mod petgraph_visit;
mod similar;
mod snapshot;
mod support;
