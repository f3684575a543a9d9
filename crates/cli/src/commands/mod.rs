//! One command a file.

pub(crate) mod backup;
pub(crate) mod chat;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod devices;
pub(crate) mod dump;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod forget;
pub(crate) mod import;
pub(crate) mod index;
pub(crate) mod infer;
mod llm;
pub(crate) mod load;
pub(crate) mod pretrain;
pub(crate) mod prompt;
pub(crate) mod query;
pub(crate) mod recommend;
mod request;
pub(crate) mod stats;
pub(crate) mod tune;
pub(crate) mod update;
pub(crate) mod verify;
mod view;

use std::io::Read;
use std::time::Duration;

use anyhow::ensure;

/// An argument, or standard input where it is a dash.
fn text_or_stdin(argument: &str) -> std::io::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

/// A number of seconds as typed.
fn timeout(seconds: f64) -> anyhow::Result<Duration> {
    ensure!(
        seconds > 0.0 && seconds.is_finite(),
        "--timeout must be a number of seconds above 0"
    );
    Duration::try_from_secs_f64(seconds).map_err(|error| anyhow::anyhow!("--timeout: {error}"))
}
