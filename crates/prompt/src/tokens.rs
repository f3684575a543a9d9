//! How long a text is for a model.

use std::fmt;

/// Counts tokens as one model does.
pub trait TokenCounter: Send + Sync {
    /// Tokens in a text that is data: what looks like a control token is counted as plain text.
    fn count(&self, text: &str) -> usize;

    /// Tokens that the model's chat format adds around the two parts of a prompt.
    fn overhead(&self) -> usize {
        0
    }

    /// What counts, for reports: "approximate", or the file of a tokenizer.
    fn name(&self) -> &str;
}

impl fmt::Debug for dyn TokenCounter + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenCounter({})", self.name())
    }
}

/// An estimate for when no tokenizer of a model is at hand; see [`approximate_tokens`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ApproximateTokens;

impl TokenCounter for ApproximateTokens {
    fn count(&self, text: &str) -> usize {
        approximate_tokens(text)
    }

    fn name(&self) -> &'static str {
        "approximate"
    }
}

/// An estimate of the tokens in a text: the larger of one token for four bytes and four tokens for
/// three words.
///
/// For English prose common byte-pair vocabularies give 0.7 to 1.0 of it.
#[must_use]
pub fn approximate_tokens(text: &str) -> usize {
    let words = text.split_whitespace().count();
    text.len().div_ceil(4).max((words * 4).div_ceil(3))
}
