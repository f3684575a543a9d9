//! The crate as its users see it: building, walking, explaining.

mod best;
mod changes;
mod forgery;
mod golden;
mod pagerank;
mod paths;
mod petgraph_visit;
mod reader;
mod similar;
mod snapshot;
mod support;
