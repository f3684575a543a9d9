//! The sentence encoder of a graph: what is read of conversations and items.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tastegraph_retrieval::Parameters;
use tastegraph_text::{EncoderOptions, Keep, Reading, SentenceEncoder};

use crate::EngineError;

/// What is read of a conversation: its end, where it is now.
pub(crate) const CONVERSATION: Reading = Reading {
    max_tokens: Some(64),
    keep: Keep::Last,
};

/// What is read of an item: its name and the first of its facts and texts.
pub(crate) const ITEM: Reading = Reading {
    max_tokens: Some(64),
    keep: Keep::First,
};

/// Texts that are encoded between two reports of progress.
const CHUNK: usize = 256;

/// How texts were compared in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextReport {
    /// `words` for BM25 alone, `words_and_meaning` where sentence vectors were compared too.
    pub compared_by: &'static str,
    /// The name of the sentence encoder.
    pub encoder: Option<String>,
    /// Why only words were compared, and what to do about it.
    pub reason: Option<String>,
}

/// An encoder with its place.
pub(crate) struct Encoder {
    model: SentenceEncoder,
    folder: PathBuf,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Encoder({})", self.folder.display())
    }
}

impl Encoder {
    pub(crate) fn open(folder: &Path) -> Result<Self, EngineError> {
        Ok(Self {
            model: SentenceEncoder::open(folder, &EncoderOptions::default())?,
            // An index is used from other places than it was made in.
            folder: folder.canonicalize().unwrap_or_else(|_| folder.to_owned()),
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Names the model; vectors of models with different fingerprints are not comparable.
    pub(crate) fn fingerprint(&self) -> &str {
        self.model.fingerprint()
    }

    pub(crate) fn dimensions(&self) -> usize {
        self.model.dimensions()
    }

    /// What a conversation means at its end; of no words nothing.
    pub(crate) fn conversation(&self, words: &str) -> Result<Option<Vec<f32>>, EngineError> {
        if words.trim().is_empty() {
            return Ok(None);
        }
        Ok(self.model.encode_as(&[words], CONVERSATION)?.pop())
    }

    /// The vectors of many texts; `progress` is told how many more are done.
    pub(crate) fn encode(
        &self,
        texts: &[&str],
        reading: Reading,
        progress: &dyn Fn(usize),
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(CHUNK) {
            vectors.extend(self.model.encode_as(chunk, reading)?);
            progress(chunk.len());
        }
        Ok(vectors)
    }
}

/// The encoder of an opened index, or why there is none.
#[derive(Debug)]
pub(crate) enum Meaning {
    Encoder(Box<Encoder>),
    Missing { reason: String },
}

impl Meaning {
    /// The encoder that an index was made with, from `folder` if it is given and else from where it was then.
    pub(crate) fn open(made_with: Option<&EncoderRecord>, folder: Option<&Path>) -> Self {
        let missing = |reason: String| Self::Missing { reason };
        let Some(record) = made_with else {
            return missing(
                "the index was made without a sentence encoder; `tastegraph index --encoder FOLDER` adds one"
                    .to_owned(),
            );
        };
        match Encoder::open(folder.unwrap_or(&record.folder)) {
            Err(error) => missing(format!("the sentence encoder cannot be used: {error}")),
            Ok(encoder) if encoder.fingerprint() != record.fingerprint => missing(format!(
                "the index was made with another sentence encoder than {}; renew it with `tastegraph index --encoder {}`",
                encoder.folder().display(),
                encoder.folder().display()
            )),
            Ok(encoder) => Self::Encoder(Box::new(encoder)),
        }
    }

    /// What a conversation means, where there is an encoder and what it says counts.
    pub(crate) fn of(
        &self,
        words: &str,
        parameters: &Parameters,
    ) -> Result<Option<Vec<f32>>, EngineError> {
        match self {
            Self::Encoder(encoder) if counts(parameters) => encoder.conversation(words),
            _ => Ok(None),
        }
    }

    /// How texts were compared under `parameters`.
    pub(crate) fn report(&self, parameters: &Parameters) -> TextReport {
        let words = |reason: &str| TextReport {
            compared_by: "words",
            encoder: None,
            reason: Some(reason.to_owned()),
        };
        match self {
            Self::Encoder(_) if !counts(parameters) => {
                words("meaning_weight and description_meaning_weight are 0")
            }
            Self::Encoder(encoder) => TextReport {
                compared_by: "words_and_meaning",
                encoder: encoder
                    .folder()
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
                reason: None,
            },
            Self::Missing { reason } => words(reason),
        }
    }
}

/// Whether what a conversation means changes anything.
fn counts(parameters: &Parameters) -> bool {
    parameters.meaning_weight > 0.0 || parameters.description_meaning_weight > 0.0
}

/// The encoder that an index was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(crate) struct EncoderRecord {
    pub(crate) folder: PathBuf,
    pub(crate) fingerprint: String,
}
