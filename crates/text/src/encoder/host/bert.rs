//! The layers of the model over plain slices.

use super::super::config::BertConfig;
use super::super::weights::Weights;
use super::matrix::{Packed, Rows, multiply};
use super::{attention, elementwise};
use crate::TextError;

/// The BERT model of [`super::super::tensor`], with the same names.
pub(in super::super) struct HostBert {
    d: usize,
    heads: usize,
    words: Vec<f32>,
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    /// Query, key and value side by side.
    project: Linear,
    attended: Linear,
    attended_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
}

struct Linear {
    weight: Packed,
    bias: Vec<f32>,
}

struct Norm {
    gamma: Vec<f32>,
    beta: Vec<f32>,
    epsilon: f32,
}

impl HostBert {
    pub(in super::super) fn load(
        config: &BertConfig,
        weights: &mut Weights,
    ) -> Result<Self, TextError> {
        let d = config.hidden_size;
        let words = weights.values("embeddings.word_embeddings.weight", &[config.vocab_size, d])?;
        let shape = [config.max_position_embeddings, d];
        let mut positions = weights.values("embeddings.position_embeddings.weight", &shape)?;
        let types = weights.values(
            "embeddings.token_type_embeddings.weight",
            &[config.type_vocab_size, d],
        )?;
        for position in positions.chunks_exact_mut(d) {
            elementwise::add(position, &types[..d]);
        }
        let norm = Norm::load(weights, "embeddings.LayerNorm", config)?;
        let layers = (0..config.num_hidden_layers)
            .map(|layer| Layer::load(weights, &format!("encoder.layer.{layer}"), config))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            d,
            heads: config.num_attention_heads,
            words,
            positions,
            norm,
            layers,
        })
    }

    /// The mean over the word pieces of each sentence, not yet of length 1.
    pub(in super::super) fn forward(&self, sentences: &[&[u32]]) -> Vec<Vec<f32>> {
        let d = self.d;
        let count = sentences
            .iter()
            .map(|sentence| sentence.len())
            .sum::<usize>();
        let mut x = Vec::with_capacity(count * d);
        for sentence in sentences {
            for (&id, position) in sentence.iter().zip(self.positions.chunks_exact(d)) {
                let start = x.len();
                x.extend_from_slice(&self.words[id as usize * d..][..d]);
                elementwise::add(&mut x[start..], position);
            }
        }
        self.norm.forward(&mut x);
        for layer in &self.layers {
            layer.forward(&mut x, self.heads, sentences);
        }
        let mut rest = x.as_slice();
        let mean = |sentence: &&[u32]| {
            let (rows, after) = rest.split_at(sentence.len() * d);
            rest = after;
            let mut mean = vec![0.0; d];
            rows.chunks_exact(d)
                .for_each(|row| elementwise::add(&mut mean, row));
            for value in &mut mean {
                *value /= sentence.len() as f32;
            }
            mean
        };
        sentences.iter().map(mean).collect()
    }
}

impl Layer {
    fn load(weights: &mut Weights, name: &str, config: &BertConfig) -> Result<Self, TextError> {
        let (d, wide) = (config.hidden_size, config.intermediate_size);
        let attention =
            ["query", "key", "value"].map(|part| format!("{name}.attention.self.{part}"));
        Ok(Self {
            project: Linear::load(weights, &attention, [d, d])?,
            attended: Linear::load(weights, &[format!("{name}.attention.output.dense")], [d, d])?,
            attended_norm: Norm::load(
                weights,
                &format!("{name}.attention.output.LayerNorm"),
                config,
            )?,
            widen: Linear::load(weights, &[format!("{name}.intermediate.dense")], [d, wide])?,
            narrow: Linear::load(weights, &[format!("{name}.output.dense")], [wide, d])?,
            norm: Norm::load(weights, &format!("{name}.output.LayerNorm"), config)?,
        })
    }

    fn forward(&self, x: &mut Vec<f32>, heads: usize, sentences: &[&[u32]]) {
        let d = self.attended.weight.columns();
        let projected = self.project.forward(x, d);
        let mut seen = vec![0.0; x.len()];
        let (mut projected, mut out) = (projected.as_slice(), seen.as_mut_slice());
        for sentence in sentences {
            let (of_sentence, after) = projected.split_at(sentence.len() * 3 * d);
            let (out_of_sentence, out_after) = out.split_at_mut(sentence.len() * d);
            attention::attend(of_sentence, d, heads, out_of_sentence);
            (projected, out) = (after, out_after);
        }
        let mut attended = self.attended.forward(&seen, d);
        elementwise::add(&mut attended, x);
        self.attended_norm.forward(&mut attended);
        let mut wide = self.widen.forward(&attended, d);
        elementwise::gelu(&mut wide);
        *x = self.narrow.forward(&wide, self.widen.weight.columns());
        elementwise::add(x, &attended);
        self.norm.forward(x);
    }
}

impl Linear {
    /// Several matrices of the shape `outputs × inputs`, side by side.
    fn load(
        weights: &mut Weights,
        names: &[String],
        [inputs, outputs]: [usize; 2],
    ) -> Result<Self, TextError> {
        let mut matrices = Vec::new();
        let mut bias = Vec::new();
        for name in names {
            matrices.extend(weights.values(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.extend(weights.values(&format!("{name}.bias"), &[outputs])?);
        }
        let weight = Packed::new(inputs, bias.len(), |input, output| {
            matrices[output * inputs + input]
        });
        Ok(Self { weight, bias })
    }

    /// `x` has rows of `inputs` values.
    fn forward(&self, x: &[f32], inputs: usize) -> Vec<f32> {
        let rows = Rows {
            values: x,
            stride: inputs,
            count: x.len() / inputs,
        };
        let mut out = vec![0.0; rows.count * self.weight.columns()];
        multiply(
            rows,
            &self.weight,
            Some(&self.bias),
            &mut out,
            self.weight.columns(),
        );
        out
    }
}

impl Norm {
    fn load(weights: &mut Weights, name: &str, config: &BertConfig) -> Result<Self, TextError> {
        Ok(Self {
            gamma: weights.values(&format!("{name}.weight"), &[config.hidden_size])?,
            beta: weights.values(&format!("{name}.bias"), &[config.hidden_size])?,
            epsilon: config.layer_norm_eps as f32,
        })
    }

    fn forward(&self, x: &mut [f32]) {
        elementwise::layer_norm(x, &self.gamma, &self.beta, self.epsilon);
    }
}
