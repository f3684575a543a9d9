//! Models that misbehave, and what is made of them.

#![allow(
    clippy::disallowed_methods,
    reason = "tests make their own files; expect() names the one that fails"
)]

mod grounding;
mod hostile;
mod malformed;
mod support;

#[cfg(feature = "gguf")]
mod gguf;
#[cfg(feature = "openai")]
mod openai;
#[cfg(feature = "openai")]
mod server;
