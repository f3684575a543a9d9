//! What can go wrong when a conversation is read from text.

use thiserror::Error;

/// An error of this crate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DialogueError {
    /// A transcript looks like JSON and is none.
    #[error("line {line}: {source}\nhint: give one JSON value, or one on each line")]
    Json {
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// A message lacks its text or its speaker.
    #[error(
        "message {message}: {problem}\nhint: a message is {{\"role\": \"user\", \"content\": \"…\"}} or {{\"speaker\": \"seeker\", \"text\": \"…\"}}"
    )]
    Message {
        /// The message, from 1.
        message: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// More than two people talk, and it is not said who seeks.
    #[error(
        "who of {speakers} seeks a recommendation?\nhint: call them Seeker and Recommender, or User and Assistant"
    )]
    Speakers {
        /// Their names.
        speakers: String,
    },
    /// Nobody says anything.
    #[error(
        "the transcript holds no turn\nhint: write \"Seeker: …\" or one JSON message on each line"
    )]
    Empty,
}
