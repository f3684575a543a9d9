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

/// Letters of an English word that make a token more.
const LETTERS_A_TOKEN: usize = 5;

/// An estimate of the tokens in a text, on the safe side: a word of up to five letters is one, and one
/// more for every further five; a digit, a mark and the end of a line are one each; a character that is
/// not ASCII is half its bytes.
///
/// Beside the vocabulary of `SmolLM2`, which splits numbers into digits, it is about right for lists of
/// facts and high for prose. Larger vocabularies need less.
#[must_use]
pub fn approximate_tokens(text: &str) -> usize {
    let mut tokens = 0;
    let mut letters = 0;
    for character in text.chars() {
        if character.is_ascii_alphabetic() {
            // The first letter of each five begins a token.
            tokens += usize::from(letters % LETTERS_A_TOKEN == 0);
            letters += 1;
            continue;
        }
        letters = 0;
        tokens += match character {
            '\n' => 1,
            c if c.is_ascii_whitespace() => 0,
            c if c.is_ascii() => 1,
            c => c.len_utf8().div_ceil(2),
        };
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::approximate_tokens;

    #[test]
    fn counted_by_hand() {
        for (text, tokens) in [
            ("", 0),
            ("a film", 2),
            ("directing", 2),
            ("Heat (1995)", 7),
            ("a\n\nb", 4),
            ("七人", 4),
        ] {
            assert_eq!(approximate_tokens(text), tokens, "{text:?}");
        }
    }
}
