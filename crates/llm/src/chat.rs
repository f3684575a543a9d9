//! What every model can be asked.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tastegraph_prompt::TokenCounter;

use crate::LlmError;

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions.
    System,
    /// The one who asks.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// Its name in chat formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a chat.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Whose it is.
    pub role: Role,
    /// What it says.
    pub content: String,
}

impl Message {
    /// A message.
    #[must_use]
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
        }
    }
}

/// One call of a model.
#[derive(Debug, Clone, Copy)]
pub struct ChatRequest<'a> {
    /// The chat so far; the last message is the user's.
    pub messages: &'a [Message],
    /// A JSON schema that the answer is to have. A model that cannot be held to it ignores it.
    pub schema: Option<&'a Value>,
    /// Most tokens of the answer.
    pub max_tokens: usize,
}

/// How many tokens a call took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub prompt_tokens: usize,
    /// Tokens written.
    pub completion_tokens: usize,
}

/// What a model answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChatReply {
    /// The text; anything may stand in it.
    pub text: String,
    /// Tokens, as the model or its server counted them.
    pub usage: Usage,
}

/// How probable a text is as an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Likelihood {
    /// Natural logarithm of its probability.
    pub log_probability: f64,
    /// Its tokens.
    pub tokens: usize,
}

impl Likelihood {
    /// Log-probability of a token in the mean, so that long names are not worse than short ones.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.log_probability / self.tokens.max(1) as f64
    }
}

/// A chat model. What it answers is data of a stranger: [`crate::rank`] grounds it.
pub trait ChatModel: Send + Sync + fmt::Debug {
    /// Its name, for reports.
    fn name(&self) -> &str;

    /// Answers a chat.
    ///
    /// # Errors
    /// [`LlmError`] if there is no answer.
    fn chat(&self, request: &ChatRequest<'_>) -> Result<ChatReply, LlmError>;

    /// Counts tokens as the model does, or estimates them.
    fn counter(&self) -> &dyn TokenCounter;

    /// Most tokens of prompt and answer together, if that is known.
    fn window(&self) -> Option<usize> {
        None
    }

    /// Whether an answer always has the schema asked for, unless it is cut short.
    fn is_constrained(&self) -> bool {
        false
    }

    /// How probable each of `answers` is as the whole next message.
    ///
    /// # Errors
    /// [`LlmError::NoLikelihood`] if the model cannot tell; otherwise as [`Self::chat`].
    fn likelihoods(
        &self,
        messages: &[Message],
        answers: &[String],
    ) -> Result<Vec<Likelihood>, LlmError> {
        let _ = (messages, answers);
        Err(LlmError::NoLikelihood {
            model: self.name().to_owned(),
        })
    }
}
