//! All numbers of the network in one vector, and where each is found in it.

use std::ops::Range;

use super::NbfNetConfig;
use crate::random::Random;

/// The parts of a layer; shapes are row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LayerParts {
    /// `[2R, d, d]`: how the vector of a relation depends on the query.
    pub(crate) relation: Range<usize>,
    /// `[2R, d]`: what it is whatever the query.
    pub(crate) relation_bias: Range<usize>,
    /// `[2d, d]`: from a node's features and what arrived to its next features.
    pub(crate) linear: Range<usize>,
    /// `[d]`
    pub(crate) bias: Range<usize>,
    /// `[d]`: the scale of the layer normalisation.
    pub(crate) gain: Range<usize>,
    /// `[d]`: its shift.
    pub(crate) shift: Range<usize>,
}

/// Where each part lies in the vector of parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) dimension: usize,
    /// 2R
    pub(crate) relations: usize,
    /// `[2R + 1, d]`: a vector for each relation that can be asked for, and one for an expansion.
    pub(crate) query: Range<usize>,
    pub(crate) layers: Vec<LayerParts>,
    /// `[2d, d]`: the first layer of the score, over features and query.
    pub(crate) hidden: Range<usize>,
    /// `[d]`
    pub(crate) hidden_bias: Range<usize>,
    /// `[d]`: its second layer.
    pub(crate) output: Range<usize>,
    /// `[1]`
    pub(crate) output_bias: Range<usize>,
    pub(crate) len: usize,
}

impl Layout {
    /// `relations` is 2R.
    pub(crate) fn new(config: &NbfNetConfig, relations: usize) -> Self {
        let d = config.dimension;
        let mut len = 0;
        let mut part = |size: usize| {
            let start = len;
            len += size;
            start..len
        };
        let query = part((relations + 1) * d);
        let layers = (0..config.layers)
            .map(|_| LayerParts {
                relation: part(relations * d * d),
                relation_bias: part(relations * d),
                linear: part(2 * d * d),
                bias: part(d),
                gain: part(d),
                shift: part(d),
            })
            .collect();
        let (hidden, hidden_bias) = (part(2 * d * d), part(d));
        let (output, output_bias) = (part(d), part(1));
        Self {
            dimension: d,
            relations,
            query,
            layers,
            hidden,
            hidden_bias,
            output,
            output_bias,
            len,
        }
    }

    /// The number of the query that asks for an expansion.
    pub(crate) fn expansion(&self) -> u32 {
        self.relations as u32
    }

    /// The vector of a query.
    pub(crate) fn query_vector<'a>(&self, parameters: &'a [f32], query: u32) -> &'a [f32] {
        let start = self.query.start + query as usize * self.dimension;
        &parameters[start..start + self.dimension]
    }

    /// `[2R, d]`: what a layer multiplies messages by, for a query.
    pub(crate) fn relation_vectors(&self, parameters: &[f32], layer: usize, q: &[f32]) -> Vec<f32> {
        let parts = &self.layers[layer];
        let d = self.dimension;
        let rows = parameters[parts.relation.clone()].chunks_exact(d);
        let bias = &parameters[parts.relation_bias.clone()];
        let dot = |row: &[f32]| -> f32 { row.iter().zip(q).map(|(a, b)| a * b).sum() };
        rows.zip(bias).map(|(row, bias)| dot(row) + bias).collect()
    }

    /// Random parameters: uniform within `±1/√inputs` for matrices and biases, normal for queries.
    pub(crate) fn initial(&self, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed);
        let mut parameters = vec![0.0; self.len];
        let d = self.dimension;
        let mut fill = |range: &Range<usize>, mut value: Box<dyn FnMut(&mut Random) -> f32>| {
            for slot in &mut parameters[range.clone()] {
                *slot = value(&mut random);
            }
        };
        let uniform = |inputs: usize| -> Box<dyn FnMut(&mut Random) -> f32> {
            let bound = 1.0 / (inputs as f32).sqrt();
            Box::new(move |random| random.uniform(-bound, bound))
        };
        let constant =
            |value: f32| -> Box<dyn FnMut(&mut Random) -> f32> { Box::new(move |_| value) };
        fill(&self.query, Box::new(Random::normal));
        for layer in &self.layers {
            fill(&layer.relation, uniform(d));
            fill(&layer.relation_bias, uniform(d));
            fill(&layer.linear, uniform(2 * d));
            fill(&layer.bias, uniform(2 * d));
            fill(&layer.gain, constant(1.0));
            fill(&layer.shift, constant(0.0));
        }
        fill(&self.hidden, uniform(2 * d));
        fill(&self.hidden_bias, uniform(2 * d));
        fill(&self.output, uniform(d));
        fill(&self.output_bias, constant(0.0));
        parameters
    }
}
