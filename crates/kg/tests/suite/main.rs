//! The graph as its users see it: loading, querying, and the view through a profile.

mod bundled;
mod folder;
mod formats;
mod loading;
mod malformed;
mod offline;
mod operations;
mod order;
mod profile;
mod projection;
mod query;
mod support;
