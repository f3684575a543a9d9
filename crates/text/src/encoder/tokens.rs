//! Text as word pieces.

use std::path::{Path, PathBuf};

use tokenizers::Tokenizer;

use crate::TextError;

/// Characters of a text that are read for each word piece that is kept. Word pieces are a few characters long, so this
/// bounds the work on texts without end and changes only texts of hardly anything but spaces or endless words.
const CHARACTERS_PER_TOKEN: usize = 256;

/// How far the vocabulary of a model may be padded beyond that of its tokenizer.
const VOCABULARY_PADDING: usize = 128;

/// Which word pieces of a text that is too long are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// The first: what a document is about stands at its beginning. What the models were trained with.
    #[default]
    First,
    /// The last: in a conversation what was said last matters most.
    Last,
}

/// The tokenizer of a model.
pub(super) struct Pieces {
    tokenizer: Tokenizer,
    path: PathBuf,
    /// The pieces that stand around every text: `[CLS]` and `[SEP]`.
    around: [u32; 2],
    vocabulary: usize,
}

impl Pieces {
    /// Reads `tokenizer.json`; `vocabulary` is the number of rows of the model's embedding.
    pub(super) fn parse(path: &Path, bytes: &[u8], vocabulary: usize) -> Result<Self, TextError> {
        let wrong = |reason: String| TextError::ModelFile {
            path: path.to_owned(),
            reason,
        };
        let mut tokenizer =
            Tokenizer::from_bytes(bytes).map_err(|error| wrong(error.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| wrong(error.to_string()))?;
        let pieces = tokenizer.get_vocab_size(true);
        if pieces > vocabulary || pieces + VOCABULARY_PADDING < vocabulary {
            return Err(wrong(format!(
                "it knows {pieces} word pieces and the model {vocabulary}: it belongs to another model"
            )));
        }
        let empty = tokenizer
            .encode("", true)
            .map_err(|error| wrong(error.to_string()))?;
        let around = empty.get_ids().try_into().map_err(|_| {
            wrong(
                "it does not put one special piece before and one after a text, as BERT needs"
                    .to_owned(),
            )
        })?;
        Ok(Self {
            tokenizer,
            path: path.to_owned(),
            around,
            vocabulary,
        })
    }

    /// The ids of a text, at most `longest` of them, the two special ones included.
    pub(super) fn ids(
        &self,
        text: &str,
        longest: usize,
        keep: Keep,
    ) -> Result<Vec<u32>, TextError> {
        let wrong = |reason: String| TextError::ModelFile {
            path: self.path.clone(),
            reason,
        };
        let room = longest.saturating_sub(self.around.len());
        let text = cut(text, room.saturating_mul(CHARACTERS_PER_TOKEN), keep);
        let encoded = self
            .tokenizer
            .encode_fast(text, false)
            .map_err(|error| wrong(error.to_string()))?;
        let ids = encoded.get_ids();
        let kept = match keep {
            Keep::First => &ids[..ids.len().min(room)],
            Keep::Last => &ids[ids.len().saturating_sub(room)..],
        };
        let [before, after] = self.around;
        let ids: Vec<u32> = [before]
            .into_iter()
            .chain(kept.iter().copied())
            .chain([after])
            .collect();
        match ids.iter().find(|&&id| id as usize >= self.vocabulary) {
            Some(id) => Err(wrong(format!(
                "it gives the word piece {id}, which the model does not have"
            ))),
            None => Ok(ids),
        }
    }
}

/// The first or last `longest` bytes of a text, and up to three less.
fn cut(text: &str, longest: usize, keep: Keep) -> &str {
    match keep {
        Keep::First => &text[..text.floor_char_boundary(longest)],
        Keep::Last => &text[text.ceil_char_boundary(text.len().saturating_sub(longest))..],
    }
}

#[cfg(test)]
mod tests {
    use super::{Keep, cut};

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("añb", 2, Keep::First), "a");
        assert_eq!(cut("añb", 3, Keep::First), "añ");
        assert_eq!(cut("añb", 2, Keep::Last), "b");
        assert_eq!(cut("añb", 3, Keep::Last), "ñb");
        assert_eq!(cut("añb", 9, Keep::Last), "añb");
    }
}
