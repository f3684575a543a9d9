//! From features to scores: two layers over features and query.

use macerator::{AutoArch, Simd, WithSimd};

use super::matrix::multiply;
use crate::nbfnet::parameters::Layout;

/// What every score of one query shares.
pub(super) struct Scorer<'a> {
    layout: &'a Layout,
    parameters: &'a [f32],
    query: &'a [f32],
    /// `[d]`: what query and bias contribute to the hidden values.
    pub(super) constant: Vec<f32>,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(layout: &'a Layout, parameters: &'a [f32], query: &'a [f32]) -> Self {
        let d = layout.dimension;
        let mut constant = parameters[layout.hidden_bias.clone()].to_vec();
        let rows = parameters[layout.hidden.clone()].chunks_exact(d).skip(d);
        for (row, q) in rows.zip(query) {
            for (value, weight) in constant.iter_mut().zip(row) {
                *value += q * weight;
            }
        }
        Self {
            layout,
            parameters,
            query,
            constant,
        }
    }

    /// The score of each row of features, `[rows, d]`.
    pub(super) fn scores(&self, features: &[f32]) -> Vec<f32> {
        let hidden = self.hidden(features);
        let output = &self.parameters[self.layout.output.clone()];
        let bias = self.parameters[self.layout.output_bias.start];
        let score = |row: &[f32]| {
            let products = row
                .iter()
                .zip(output)
                .map(|(value, weight)| value.max(0.0) * weight);
            products.sum::<f32>() + bias
        };
        hidden
            .chunks_exact(self.layout.dimension)
            .map(score)
            .collect()
    }

    /// `[rows, d]`, before negative values are cut.
    fn hidden(&self, features: &[f32]) -> Vec<f32> {
        let d = self.layout.dimension;
        let matrix = &self.parameters[self.layout.hidden.clone()][..d * d];
        let mut out: Vec<f32> = Vec::with_capacity(features.len());
        for _ in 0..features.len() / d {
            out.extend_from_slice(&self.constant);
        }
        let product = Product {
            shape: [features.len() / d, d, d],
            left: features,
            right: matrix,
            out: &mut out,
        };
        AutoArch::new().dispatch(product);
        out
    }

    /// Takes the gradients of scores to features (returned, `[rows, d]`), to the parameters and to
    /// the query, both added to.
    pub(super) fn back(
        &self,
        features: &[f32],
        flow: &[f32],
        parameters: &mut [f32],
        query: &mut [f32],
    ) -> Vec<f32> {
        let d = self.layout.dimension;
        let matrix = &self.parameters[self.layout.hidden.clone()];
        let output = &self.parameters[self.layout.output.clone()];
        let mut before = vec![0.0; features.len()];
        let mut total = vec![0.0f32; d];
        let hidden = self.hidden(features);
        let rows = features.chunks_exact(d).zip(hidden.chunks_exact(d));
        for (((x, hidden), flow), before) in rows.zip(flow).zip(before.chunks_exact_mut(d)) {
            parameters[self.layout.output_bias.start] += flow;
            for i in (0..d).filter(|&i| hidden[i] > 0.0) {
                parameters[self.layout.output.start + i] += flow * hidden[i];
                let inner = flow * output[i];
                total[i] += inner;
                for k in 0..d {
                    before[k] += inner * matrix[k * d + i];
                    parameters[self.layout.hidden.start + k * d + i] += inner * x[k];
                }
            }
        }
        for i in 0..d {
            parameters[self.layout.hidden_bias.start + i] += total[i];
            for (k, (slot, q)) in query.iter_mut().zip(self.query).enumerate() {
                let at = (d + k) * d + i;
                *slot += total[i] * matrix[at];
                parameters[self.layout.hidden.start + at] += total[i] * q;
            }
        }
        before
    }
}

struct Product<'a> {
    shape: [usize; 3],
    left: &'a [f32],
    right: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    // What is not inlined into the dispatched function is compiled for the oldest processor.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        let inner = self.shape[1];
        let left = |row: usize, k: usize| self.left[row * inner + k];
        multiply::<S>(self.shape, left, self.right, self.out, true);
    }
}
