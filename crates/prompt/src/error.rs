//! What can go wrong with a template.

use std::path::PathBuf;

/// An error of a prompt template.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PromptError {
    /// The file does not have the shape of a template.
    #[error(
        "prompt template: {0}\nhint: it is a front matter between lines +++, then === system === and === user ==="
    )]
    Shape(String),
    /// The front matter is no valid TOML or lacks a field.
    #[error("front matter of the prompt template: {0}")]
    FrontMatter(#[from] toml::de::Error),
    /// The output schema is no JSON.
    #[error(
        "output_schema of the prompt template is no JSON object: {0}\nhint: write a JSON schema of type object"
    )]
    Schema(String),
    /// The body is malformed or names something that does not exist.
    #[error("prompt template: {0:#}")]
    Body(#[from] minijinja::Error),
    /// A template in a folder is wrong.
    #[error("{path}: {source}\nhint: correct it, or remove it to use the template that is built in; `tastegraph prompt check` tests it", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<PromptError>,
    },
    /// There is no such template.
    #[error("there is no prompt template \"{name}\"\nhint: there are {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// Not even the instructions fit.
    #[error(
        "the prompt {template} takes {needed} tokens when everything that can be cut is cut, and the budget is {budget}\nhint: raise the budget, or use a shorter template such as recommend-small"
    )]
    BudgetTooSmall {
        /// Name of the template.
        template: String,
        /// Tokens of the shortest prompt.
        needed: usize,
        /// The budget.
        budget: usize,
    },
    /// Reading a file failed; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
