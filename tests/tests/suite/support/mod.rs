//! The command, graphs to run it on, and short ways to read what it says.

mod command;
mod graphs;
mod json;
mod requests;

pub(crate) use command::{Ran, binary, spawn, tastegraph};
pub(crate) use graphs::{
    Graph, LOAD_BUNDLED, MOVIES, bundled, bundled_store, fixture, load_bundled, repository,
};
pub(crate) use json::{each_number, labels, redacted, rounded, without_timings};
pub(crate) use requests::State;

/// The requests of `tests/data`.
pub(crate) fn read_requests() -> Vec<requests::Case> {
    let path = repository().join("tests/data/requests.txt");
    let text = std::fs::read_to_string(&path).expect("the requests are text");
    requests::read(&text).expect("the requests are well formed")
}

/// The request that the documentation opens with.
pub(crate) const HEADLINE: &str = "I loved Heat and The Departed, but nothing too long";
