//! What can go wrong between a prompt and an answer.

use std::path::PathBuf;

/// An error of a chat model; none of them holds a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LlmError {
    /// The name of a model is malformed.
    #[error(
        "\"{given}\" names no model: {reason}\nhint: there are none, openai:URL, gguf:FILE and replay:FILE, such as openai:http://127.0.0.1:8080"
    )]
    Spec {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The program was built without this kind of model.
    #[error("this program is built without {kind} models\nhint: build it with --features {kind}")]
    NotBuilt {
        /// The feature.
        kind: &'static str,
    },
    /// A key cannot be read or may not be sent.
    #[error("the key for {place}: {reason}")]
    Key {
        /// Where it comes from or goes to.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The server could not be reached or did not answer in time.
    #[error(
        "{url}: {reason} (tried {attempts} times)\nhint: is the server running, and is the address right?"
    )]
    Unreachable {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
        /// Attempts made.
        attempts: usize,
    },
    /// The server refused.
    #[error("{url} answered with status {status}: {message}")]
    Refused {
        /// The address.
        url: String,
        /// HTTP status.
        status: u16,
        /// The beginning of what it said.
        message: String,
    },
    /// The server's answer is no chat completion.
    #[error("{url}: {reason}\nhint: the address must be that of an OpenAI-compatible server")]
    Answer {
        /// The address.
        url: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// A model file cannot be used.
    #[error("{path}: {reason}\nhint: name a model in GGUF format; scripts/fetch-model.sh gets a small one", path = path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The embedded model failed while it computed.
    #[error("the model {model} failed: {reason}")]
    Inference {
        /// Its name.
        model: String,
        /// What it says.
        reason: String,
    },
    /// The prompt and the answer do not fit into the model's window.
    #[error(
        "{needed} tokens of prompt and answer do not fit into the window of {window} of {model}\nhint: lower the token budget"
    )]
    Window {
        /// Its name.
        model: String,
        /// Tokens needed.
        needed: usize,
        /// Tokens there are.
        window: usize,
    },
    /// The model cannot score text.
    #[error("{model} gives no likelihoods\nhint: rank by likelihood with gguf:FILE")]
    NoLikelihood {
        /// Its name.
        model: String,
    },
    /// A recording cannot be used.
    #[error("{path}, line {line}: {reason}", path = path.display())]
    Recording {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A recording has no answer to this prompt.
    #[error("{path} has no answer left for this prompt\nhint: record it with --llm-record and the same request", path = path.display())]
    NotRecorded {
        /// The file.
        path: PathBuf,
    },
    /// A tokenizer cannot be used.
    #[error("{path}: no tokenizer: {reason}\nhint: name a tokenizer.json", path = path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Reading or writing a file failed; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
