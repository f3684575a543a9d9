//! A key that cannot be printed.

use std::fmt;
use std::path::Path;

use fs_err as fs;

use crate::LlmError;

/// A key of a service. It has no `Display`, its `Debug` shows nothing of it, and it is not serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A key from text, such as an environment variable, without white space around it.
    ///
    /// # Errors
    /// [`LlmError::Key`] if it is empty or cannot stand in an HTTP header.
    pub fn new(text: &str, place: &str) -> Result<Self, LlmError> {
        let text = text.trim();
        let wrong = |reason: &str| LlmError::Key {
            place: place.to_owned(),
            reason: reason.to_owned(),
        };
        if text.is_empty() {
            return Err(wrong("it is empty"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong("it has characters that no key has"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A key from a file that holds nothing else.
    ///
    /// # Errors
    /// [`LlmError::Io`], and as [`Self::new`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, LlmError> {
        let path = path.as_ref();
        Self::new(&fs::read_to_string(path)?, &path.display().to_string())
    }

    /// The value of the header that shows it.
    #[cfg_attr(
        not(feature = "openai"),
        expect(dead_code, reason = "only a server is shown keys")
    )]
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// A text of somebody else without the key, should it repeat it.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        text.replace(&self.0, "…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_cannot_be_printed() {
        let key = Secret::new(" sk-very-secret\n", "test").expect("a key");
        assert!(!format!("{key:?} {:#?}", Some(&key)).contains("very"));
        assert_eq!(key.redact("bad key sk-very-secret!"), "bad key …!");
    }

    #[test]
    fn what_is_no_key_is_not_repeated() {
        for text in ["", "  ", "two words", "k\u{e9}y"] {
            let error = Secret::new(text, "KEY").expect_err("no key").to_string();
            assert!(error.contains("KEY") && !error.contains("words"), "{error}");
        }
    }
}
