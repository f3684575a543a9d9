//! The graph as its users see it: loading, querying, and the view through a profile.

mod bundled;
mod folder;
mod formats;
mod import;
mod import_errors;
mod import_guide;
mod import_mappings;
mod import_streams;
mod import_support;
mod loading;
mod malformed;
mod offline;
mod ontologies;
mod operations;
mod order;
mod profile;
mod projection;
mod query;
mod support;
mod verify;
mod verify_rules;
