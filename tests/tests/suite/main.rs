//! What people do with tastegraph, story by story, against the command and the library.
//!
//! The command is the one beside this test's own folder: build all targets before running it, as
//! `scripts/test.sh` does. Golden files are in `snapshots/`; `INSTA_UPDATE=always` rewrites them.

#![allow(
    clippy::disallowed_methods,
    reason = "tests make their own files; expect() names the one that fails"
)]

mod bad_input;
mod bundled_data;
mod changes;
mod chat;
mod concurrency;
mod crash;
mod damage;
mod encoder;
mod evaluation;
mod golden;
mod import;
mod llm;
mod music;
mod new_user;
mod operations;
mod own_ontology;
mod pretraining;
mod sparql;
mod support;
mod transcript;
mod understanding;
mod verify;
