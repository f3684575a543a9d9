//! Sentence vectors from a BERT model, on Burn.
//!
//! A sentence encoder like `all-MiniLM-L6-v2` (Reimers and Gurevych, "Sentence-BERT", 2019) reads text as word pieces, runs
//! them through a BERT model (Devlin et al., 2019) and takes the mean of what comes out, at length 1. Texts that mean
//! similar things get vectors with a large inner product.

mod config;
mod host;
mod model;
mod tensor;
mod tokens;
mod weights;

pub use burn::tensor::Device;
pub use model::{EncoderOptions, Reading, SentenceEncoder};
pub use tokens::Keep;
