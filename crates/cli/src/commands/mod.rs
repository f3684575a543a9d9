//! One command a file.

pub(crate) mod chat;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod devices;
pub(crate) mod index;
pub(crate) mod load;
pub(crate) mod query;
pub(crate) mod recommend;
mod request;
mod view;

use std::io::Read;

/// An argument, or standard input where it is a dash.
fn text_or_stdin(argument: &str) -> std::io::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
