//! Counting tokens with the tokenizer file of a model.

use std::path::Path;

use tastegraph_prompt::TokenCounter;
use tokenizers::Tokenizer;

use crate::LlmError;

/// Tokens that common chat formats add around a system and a user message.
const CHAT_OVERHEAD: usize = 16;

/// A tokenizer from a `tokenizer.json`, for models behind a server.
#[derive(Debug)]
pub struct TokenizerFile {
    name: String,
    tokenizer: Tokenizer,
}

impl TokenizerFile {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`LlmError::Tokenizer`] if it is none.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, LlmError> {
        let path = path.as_ref();
        let bytes = fs_err::read(path)?;
        let tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| LlmError::Tokenizer {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            name: path.display().to_string(),
            tokenizer,
        })
    }
}

impl TokenCounter for TokenizerFile {
    fn count(&self, text: &str) -> usize {
        // A byte is at least a token in no vocabulary, so that a failure never counts too little.
        self.tokenizer
            .encode_fast(text, false)
            .map_or(text.len(), |encoding| encoding.len())
    }

    fn overhead(&self) -> usize {
        CHAT_OVERHEAD
    }

    fn name(&self) -> &str {
        &self.name
    }
}
