//! From the name of a model to the model.

use std::path::PathBuf;
use std::time::Duration;

use crate::{ChatModel, LlmError, ModelSpec, Recorder, Replay, Secret};

/// How a model is reached and run. What a kind of model does not need is ignored.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelOptions {
    /// The name of the model on the server; the first that it lists if `None`.
    pub model: Option<String>,
    /// The key of the server.
    pub key: Option<Secret>,
    /// A `tokenizer.json` to count with, for models behind a server.
    pub tokenizer: Option<PathBuf>,
    /// A file to record answers in.
    pub record: Option<PathBuf>,
    /// Most time for one call of a server, attempts not included.
    pub timeout: Duration,
    /// Attempts to reach a server that is down, busy or still loading.
    pub attempts: usize,
    /// Threads of an embedded model; half as many as there are processors, at most 8, if `None`.
    pub threads: Option<usize>,
    /// Tokens of prompt and answer that an embedded model has room for, at most what it was trained on.
    pub window: usize,
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self {
            model: None,
            key: None,
            tokenizer: None,
            record: None,
            timeout: Duration::from_mins(2),
            attempts: 6,
            threads: None,
            window: 8192,
        }
    }
}

/// Opens a model; `None` for [`ModelSpec::None`].
///
/// # Errors
/// [`LlmError`] if its file cannot be used, its key may not be sent, or this build has no such kind.
/// A server is not contacted yet.
pub fn open(
    spec: &ModelSpec,
    options: &ModelOptions,
) -> Result<Option<Box<dyn ChatModel>>, LlmError> {
    let model: Box<dyn ChatModel> = match spec {
        ModelSpec::None => return Ok(None),
        ModelSpec::Replay(path) => Box::new(Replay::read(path)?),
        ModelSpec::OpenAi(url) => open_ai(url, options)?,
        ModelSpec::Gguf(path) => gguf(path, options)?,
    };
    Ok(Some(match &options.record {
        Some(path) => Box::new(Recorder::new(model, path)?),
        None => model,
    }))
}

#[cfg(feature = "openai")]
fn open_ai(url: &str, options: &ModelOptions) -> Result<Box<dyn ChatModel>, LlmError> {
    Ok(Box::new(crate::OpenAi::new(url, options)?))
}

#[cfg(not(feature = "openai"))]
fn open_ai(_: &str, _: &ModelOptions) -> Result<Box<dyn ChatModel>, LlmError> {
    Err(LlmError::NotBuilt { kind: "openai" })
}

#[cfg(feature = "gguf")]
fn gguf(path: &std::path::Path, options: &ModelOptions) -> Result<Box<dyn ChatModel>, LlmError> {
    Ok(Box::new(crate::Gguf::open(path, options)?))
}

#[cfg(not(feature = "gguf"))]
fn gguf(_: &std::path::Path, _: &ModelOptions) -> Result<Box<dyn ChatModel>, LlmError> {
    Err(LlmError::NotBuilt { kind: "gguf" })
}
