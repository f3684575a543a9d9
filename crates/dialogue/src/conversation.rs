//! Who said what.

use serde::{Deserialize, Serialize};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The one who wants a recommendation.
    Seeker,
    /// The one who gives it.
    Recommender,
}

/// One utterance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who speaks.
    pub speaker: Speaker,
    /// What is said.
    pub text: String,
}

/// Turns in the order in which they were said.
///
/// ```
/// use tastegraph_dialogue::Conversation;
///
/// let conversation = Conversation::new().seeker("Something funny?").recommender("How about Airplane!");
/// assert_eq!(conversation.turns.len(), 2);
/// assert_eq!(Conversation::from("Hello"), Conversation::new().seeker("Hello"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The turns, oldest first.
    pub turns: Vec<Turn>,
}

impl Conversation {
    /// A conversation without turns.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a turn of the seeker.
    #[must_use]
    pub fn seeker(self, text: impl Into<String>) -> Self {
        self.turn(Speaker::Seeker, text.into())
    }

    /// Adds a turn of the recommender.
    #[must_use]
    pub fn recommender(self, text: impl Into<String>) -> Self {
        self.turn(Speaker::Recommender, text.into())
    }

    fn turn(mut self, speaker: Speaker, text: String) -> Self {
        self.turns.push(Turn { speaker, text });
        self
    }
}

impl From<&str> for Conversation {
    /// One turn of the seeker.
    fn from(text: &str) -> Self {
        Self::new().seeker(text)
    }
}
