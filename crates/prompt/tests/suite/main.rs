//! Prompts as a language model gets them.

#![allow(
    clippy::disallowed_methods,
    reason = "tests make their own files; expect() names the one that fails"
)]

mod budget;
mod describe;
mod gather;
mod golden;
mod hostile;
mod support;
mod template;
