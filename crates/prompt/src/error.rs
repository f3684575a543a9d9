//! What can go wrong with a template.

/// An error of a prompt template.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PromptError {
    /// The file does not have the shape of a template.
    #[error("prompt template: {0}")]
    Shape(String),
    /// The front matter is no valid TOML or lacks a field.
    #[error("front matter of the prompt template: {0}")]
    FrontMatter(#[from] toml::de::Error),
    /// The body is malformed or names something that does not exist.
    #[error("prompt template: {0:#}")]
    Body(#[from] minijinja::Error),
}
