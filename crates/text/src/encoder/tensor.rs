//! The BERT model on Burn's tensors: embeddings and layers of attention and feed-forward.
//!
//! Shapes: n sentences of t word pieces, padded; d dimensions; h heads of d/h dimensions each.

use burn::tensor::module::{attention, layer_norm, linear};
use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{Bool, Device, Int, Tensor, TensorData, activation};

use super::config::BertConfig;
use super::weights::Weights;
use crate::TextError;

pub(super) struct TensorBert {
    /// `vocabulary × d`.
    words: Tensor<2>,
    /// `positions × d`, the embedding of the first sentence of a pair added: there is only one.
    positions: Tensor<2>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    device: Device,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
}

struct Linear {
    /// `inputs × outputs`.
    weight: Tensor<2>,
    bias: Tensor<1>,
}

struct Norm {
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
}

/// Sentences of a batch as the model reads them.
pub(super) struct Batch {
    /// `n × t` word pieces; those beyond the length of a sentence are of no effect.
    ids: Vec<u32>,
    /// Word pieces of each sentence, 1 to t.
    lengths: Vec<usize>,
    /// t.
    width: usize,
}

impl TensorBert {
    pub(super) fn load(
        config: &BertConfig,
        weights: &mut Weights,
        device: &Device,
    ) -> Result<Self, TextError> {
        let d = config.hidden_size;
        let words = weights.matrix(
            "embeddings.word_embeddings.weight",
            [config.vocab_size, d],
            device,
        )?;
        let positions = [config.max_position_embeddings, d];
        let positions =
            weights.matrix("embeddings.position_embeddings.weight", positions, device)?;
        let types = weights.matrix(
            "embeddings.token_type_embeddings.weight",
            [config.type_vocab_size, d],
            device,
        )?;
        let norm = Norm::load(weights, "embeddings.LayerNorm", config, device)?;
        let layers = (0..config.num_hidden_layers)
            .map(|layer| Layer::load(weights, &format!("encoder.layer.{layer}"), config, device))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            words,
            positions: positions + types.narrow(0, 0, 1),
            norm,
            layers,
            heads: config.num_attention_heads,
            device: device.clone(),
        })
    }

    /// Word pieces that a sentence can have.
    pub(super) fn longest(&self) -> usize {
        self.positions.dims()[0]
    }

    /// The vector of each sentence: the mean over its word pieces, not yet of length 1. `n × d`, row by row.
    pub(super) fn forward(&self, batch: &Batch) -> Result<Vec<f32>, TextError> {
        let (n, t) = (batch.lengths.len(), batch.width);
        let d = self.words.dims()[1];
        let ids = TensorData::new(batch.ids.iter().map(|&id| i64::from(id)).collect(), [n * t]);
        let ids = Tensor::<1, Int>::from_data(ids, &self.device);
        let words = self.words.clone().select(0, ids).reshape([n, t, d]);
        let positions = self.positions.clone().narrow(0, 0, t).unsqueeze::<3>();
        let mut x = self.norm.forward((words + positions).reshape([n * t, d]));
        let shape = Shape {
            n,
            t,
            heads: self.heads,
        };
        let padding = batch
            .padding(&self.device)
            .map(|mask| mask.expand([n, self.heads, t, t]));
        for layer in &self.layers {
            x = layer.forward(x, shape, padding.clone());
        }
        let weights =
            Tensor::<3>::from_data(TensorData::new(batch.shares(), [n, t, 1]), &self.device);
        let mean = (x.reshape([n, t, d]) * weights).sum_dim(1);
        let data = mean.try_into_data().map_err(|error| TextError::Device {
            reason: error.to_string(),
        })?;
        data.convert::<f32>()
            .try_into_vec()
            .map_err(|error| TextError::Device {
                reason: format!("{error:?}"),
            })
    }
}

impl Batch {
    /// Pads sentences to `width`.
    pub(super) fn new(sentences: &[&[u32]], width: usize) -> Self {
        let mut ids = Vec::with_capacity(sentences.len() * width);
        for sentence in sentences {
            ids.extend_from_slice(sentence);
            ids.resize(ids.len() + width - sentence.len(), 0);
        }
        Self {
            ids,
            lengths: sentences.iter().map(|sentence| sentence.len()).collect(),
            width,
        }
    }

    /// True where a word piece is padding, `n × 1 × 1 × t`; none if there is no padding.
    fn padding(&self, device: &Device) -> Option<Tensor<4, Bool>> {
        if self.lengths.iter().all(|&length| length == self.width) {
            return None;
        }
        let padding = self.each_place(|place, length| place >= length);
        Some(Tensor::from_data(
            TensorData::new(padding, [self.lengths.len(), 1, 1, self.width]),
            device,
        ))
    }

    /// What each word piece counts in the mean of its sentence.
    fn shares(&self) -> Vec<f32> {
        self.each_place(|place, length| {
            if place < length {
                1.0 / length as f32
            } else {
                0.0
            }
        })
    }

    fn each_place<T>(&self, value: impl Fn(usize, usize) -> T + Copy) -> Vec<T> {
        let of_sentence = |&length: &usize| (0..self.width).map(move |place| value(place, length));
        self.lengths.iter().flat_map(of_sentence).collect()
    }
}

#[derive(Clone, Copy)]
struct Shape {
    n: usize,
    t: usize,
    heads: usize,
}

impl Layer {
    fn load(
        weights: &mut Weights,
        name: &str,
        config: &BertConfig,
        device: &Device,
    ) -> Result<Self, TextError> {
        let (d, wide) = (config.hidden_size, config.intermediate_size);
        let mut linear =
            |part: &str, shape| Linear::load(weights, &format!("{name}.{part}"), shape, device);
        let query = linear("attention.self.query", [d, d])?;
        let key = linear("attention.self.key", [d, d])?;
        let value = linear("attention.self.value", [d, d])?;
        let attended = linear("attention.output.dense", [d, d])?;
        let widen = linear("intermediate.dense", [d, wide])?;
        let narrow = linear("output.dense", [wide, d])?;
        let attended_norm = Norm::load(
            weights,
            &format!("{name}.attention.output.LayerNorm"),
            config,
            device,
        )?;
        let norm = Norm::load(weights, &format!("{name}.output.LayerNorm"), config, device)?;
        Ok(Self {
            query,
            key,
            value,
            attended,
            attended_norm,
            widen,
            narrow,
            norm,
        })
    }

    /// `x` is `n·t × d`, and so is the result.
    fn forward(&self, x: Tensor<2>, shape: Shape, padding: Option<Tensor<4, Bool>>) -> Tensor<2> {
        let query = shape.by_head(self.query.forward(x.clone()));
        let key = shape.by_head(self.key.forward(x.clone()));
        let value = shape.by_head(self.value.forward(x.clone()));
        let seen = attention(
            query,
            key,
            value,
            padding,
            None,
            AttentionModuleOptions::default(),
        );
        let attended = self.attended.forward(shape.join_heads(seen));
        let x = self.attended_norm.forward(attended + x);
        let wide = activation::gelu(self.widen.forward(x.clone()));
        self.norm.forward(self.narrow.forward(wide) + x)
    }
}

impl Shape {
    /// `n·t × d` to `n × h × t × d/h`.
    fn by_head(self, x: Tensor<2>) -> Tensor<4> {
        let per_head = x.dims()[1] / self.heads;
        x.reshape([self.n, self.t, self.heads, per_head])
            .swap_dims(1, 2)
    }

    /// Back again.
    fn join_heads(self, x: Tensor<4>) -> Tensor<2> {
        let d = self.heads * x.dims()[3];
        x.swap_dims(1, 2).reshape([self.n * self.t, d])
    }
}

impl Linear {
    fn load(
        weights: &mut Weights,
        name: &str,
        shape: [usize; 2],
        device: &Device,
    ) -> Result<Self, TextError> {
        Ok(Self {
            weight: weights.transposed(&format!("{name}.weight"), shape, device)?,
            bias: weights.vector(&format!("{name}.bias"), shape[1], device)?,
        })
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        linear(x, self.weight.clone(), Some(self.bias.clone()))
    }
}

impl Norm {
    fn load(
        weights: &mut Weights,
        name: &str,
        config: &BertConfig,
        device: &Device,
    ) -> Result<Self, TextError> {
        Ok(Self {
            gamma: weights.vector(&format!("{name}.weight"), config.hidden_size, device)?,
            beta: weights.vector(&format!("{name}.bias"), config.hidden_size, device)?,
            epsilon: config.layer_norm_eps,
        })
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        layer_norm(x, self.gamma.clone(), Some(self.beta.clone()), self.epsilon)
    }
}
