//! What is evaluated.

use std::time::Duration;

use crate::{Context, EvalError};

/// A method that ranks items for a conversation.
pub trait Recommender: Sync {
    /// A short name for tables and files.
    fn name(&self) -> &str;

    /// Scores all items of the universe, the higher the better.
    ///
    /// # Errors
    /// [`EvalError::Method`] if it cannot.
    fn recommend(&self, context: &Context<'_>) -> Result<Recommendation, EvalError>;
}

/// The answer of a method.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recommendation {
    /// One score for each item of the universe; negative infinity leaves an item out. Items that
    /// the context names have scores too: whether they leave the ranking is the protocol's choice.
    pub scores: Vec<f32>,
    /// Identifiers of similar conversations of the memory, best first, if the method finds any.
    pub similar: Vec<String>,
    /// How long it took, where a part of it is not counted; else the whole call is.
    pub time: Option<Duration>,
}
