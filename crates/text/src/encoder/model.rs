//! The encoder as it is used.

use std::cmp::Reverse;
use std::path::Path;

use burn::tensor::Device;
use rayon::prelude::*;

use super::config::BertConfig;
use super::host::HostBert;
use super::tensor::{Batch, TensorBert};
use super::tokens::{Keep, Pieces};
use super::weights::Weights;
use crate::TextError;

/// Word pieces that one core works on together: enough for its products to be limited by arithmetic rather than by
/// reading the weights, and few enough to stay in its caches.
const HOST_TOKENS: usize = 128;

/// Word pieces of a batch on a device, padding included.
const DEVICE_TOKENS: usize = 8192;

/// On a device widths are multiples of this: each new shape costs a GPU a compilation.
const DEVICE_WIDTH_STEP: usize = 16;

/// How much of a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Word pieces that are read, `[CLS]` and `[SEP]` included; as many as the model was made for.
    pub max_tokens: Option<usize>,
    /// Which ones these are; the first.
    pub keep: Keep,
}

/// How texts are read and where they are encoded.
#[derive(Debug, Clone, Default)]
pub struct EncoderOptions {
    /// The device on which Burn runs the model. Without one it runs on the CPU, on loops made for this model, which is
    /// faster than Burn's tensors there.
    pub device: Option<Device>,
    /// How much of a text is read unless a call says otherwise.
    pub reading: Reading,
}

enum Model {
    Host(HostBert),
    Device(Box<TensorBert>),
}

/// Turns sentences into vectors of length 1.
///
/// ```no_run
/// use tastegraph_text::{EncoderOptions, SentenceEncoder};
///
/// let folder = std::path::Path::new("all-MiniLM-L6-v2");
/// let encoder = SentenceEncoder::open(folder, &EncoderOptions::default())?;
/// let vectors = encoder.encode(&["a film about bank robbers", "a heist movie"])?;
/// let similarity: f32 = vectors[0].iter().zip(&vectors[1]).map(|(a, b)| a * b).sum();
/// # Ok::<(), tastegraph_text::TextError>(())
/// ```
pub struct SentenceEncoder {
    pieces: Pieces,
    model: Model,
    dimensions: usize,
    /// Word pieces that the model was made for, and those that it has positions for.
    longest: usize,
    positions: usize,
    reading: Reading,
    fingerprint: String,
}

impl SentenceEncoder {
    /// Reads a model from a folder with `config.json`, `model.safetensors` and `tokenizer.json`, as models of
    /// sentence-transformers come. What `1_Pooling/config.json` and `sentence_bert_config.json` say is heeded if they
    /// are there.
    ///
    /// # Errors
    ///
    /// If a file is missing, broken or does not fit the others, or the model is not a BERT model with mean pooling.
    pub fn open(folder: &Path, options: &EncoderOptions) -> Result<Self, TextError> {
        let config = BertConfig::read(folder)?;
        let longest = config.longest(folder)?;
        let tokenizer = folder.join("tokenizer.json");
        let tokenizer_bytes = fs_err::read(&tokenizer).map_err(TextError::File)?;
        let pieces = Pieces::parse(&tokenizer, &tokenizer_bytes, config.vocab_size)?;
        let weights = folder.join("model.safetensors");
        let weight_bytes = fs_err::read(&weights).map_err(TextError::File)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(blake3::hash(&tokenizer_bytes).as_bytes());
        hasher.update(blake3::hash(&weight_bytes).as_bytes());
        let mut weights = Weights::parse(&weights, weight_bytes)?;
        let model = match &options.device {
            None => Model::Host(HostBert::load(&config, &mut weights)?),
            Some(device) => {
                Model::Device(Box::new(TensorBert::load(&config, &mut weights, device)?))
            }
        };
        Ok(Self {
            pieces,
            model,
            dimensions: config.hidden_size,
            longest,
            positions: config.max_position_embeddings,
            reading: options.reading,
            fingerprint: hasher.finalize().to_hex().to_string(),
        })
    }

    /// Values of a vector.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Names the weights and the tokenizer: BLAKE3 in hexadecimal. Vectors of models with different fingerprints are
    /// not comparable.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The vector of each text, of length 1. Texts of similar length share a batch; the vectors come in the order of
    /// the texts.
    ///
    /// # Errors
    ///
    /// If the device fails, or the model gives something that is no number.
    pub fn encode<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>, TextError> {
        self.encode_as(texts, self.reading)
    }

    /// [`SentenceEncoder::encode`] with a reading of its own.
    ///
    /// # Errors
    ///
    /// As [`SentenceEncoder::encode`].
    pub fn encode_as<T: AsRef<str>>(
        &self,
        texts: &[T],
        reading: Reading,
    ) -> Result<Vec<Vec<f32>>, TextError> {
        let ids = |text: &T| self.ids(text.as_ref(), reading);
        let ids = texts.iter().map(ids).collect::<Result<Vec<_>, _>>()?;
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&text| Reverse(ids[text].len()));
        let sorted: Vec<&[u32]> = order.iter().map(|&text| ids[text].as_slice()).collect();
        let mut vectors = vec![Vec::new(); texts.len()];
        for (text, mean) in order.into_iter().zip(self.means(&sorted)?) {
            vectors[text] = unit(&mean)?;
        }
        Ok(vectors)
    }

    /// The vector of one text.
    ///
    /// # Errors
    ///
    /// As [`SentenceEncoder::encode`].
    pub fn encode_one(&self, text: &str) -> Result<Vec<f32>, TextError> {
        let ids = self.ids(text, self.reading)?;
        let means = self.means(&[&ids])?;
        means
            .first()
            .map_or(Err(TextError::ModelOutput), |mean| unit(mean))
    }

    fn ids(&self, text: &str, reading: Reading) -> Result<Vec<u32>, TextError> {
        let longest = reading.max_tokens.unwrap_or(self.longest);
        // Two special pieces and something to read.
        let longest = longest.clamp(3, self.positions);
        self.pieces.ids(text, longest, reading.keep)
    }

    /// The means of sentences that are sorted by length, longest first.
    fn means(&self, sentences: &[&[u32]]) -> Result<Vec<Vec<f32>>, TextError> {
        match &self.model {
            Model::Host(bert) => {
                let batches = batches(sentences, HOST_TOKENS, |length| length);
                // One sentence is not worth waking another core.
                if let [batch] = batches[..] {
                    return Ok(bert.forward(batch));
                }
                Ok(batches
                    .into_par_iter()
                    .flat_map_iter(|batch| bert.forward(batch))
                    .collect())
            }
            Model::Device(bert) => {
                let width = |length: usize| {
                    length
                        .next_multiple_of(DEVICE_WIDTH_STEP)
                        .min(bert.longest())
                };
                let mut means = Vec::with_capacity(sentences.len());
                for batch in batches(sentences, DEVICE_TOKENS, width) {
                    let values = bert.forward(&Batch::new(batch, width(batch[0].len())))?;
                    means.extend(values.chunks_exact(self.dimensions).map(<[f32]>::to_vec));
                }
                Ok(means)
            }
        }
    }
}

/// Splits sentences, longest first, so that each part has at most `limit` word pieces or is a single sentence.
fn batches<'a, 'b>(
    mut sentences: &'a [&'b [u32]],
    limit: usize,
    width: impl Fn(usize) -> usize,
) -> Vec<&'a [&'b [u32]]> {
    let mut batches = Vec::new();
    while let Some(longest) = sentences.first() {
        let room = (limit / width(longest.len())).clamp(1, sentences.len());
        let (batch, rest) = sentences.split_at(room);
        batches.push(batch);
        sentences = rest;
    }
    batches
}

/// Scales to length 1.
fn unit(mean: &[f32]) -> Result<Vec<f32>, TextError> {
    let length = mean
        .iter()
        .map(|&value| f64::from(value).powi(2))
        .sum::<f64>()
        .sqrt();
    if !(length > 0.0 && length.is_finite()) {
        return Err(TextError::ModelOutput);
    }
    Ok(mean
        .iter()
        .map(|&value| (f64::from(value) / length) as f32)
        .collect())
}
