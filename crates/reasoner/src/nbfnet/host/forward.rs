//! One layer over the rows of arriving edges.

// What is not inlined into the dispatched function is compiled for the oldest processor.
#![allow(clippy::inline_always)]

use macerator::{AutoArch, Simd, WithSimd};
use rayon::prelude::*;

use super::matrix::multiply;
use super::reach::{Mask, Reach};
use crate::nbfnet::parameters::LayerParts;
use crate::relational::RelationalGraph;

/// Nodes whose features are computed together: their inputs fit into the first cache.
pub(super) const BLOCK: usize = 64;

/// Added to a variance before its root is taken.
const EPSILON: f32 = 1e-5;

/// Everything a layer reads.
#[derive(Clone, Copy)]
pub(super) struct Layer<'a> {
    pub(super) graph: &'a RelationalGraph,
    pub(super) mask: &'a Mask,
    pub(super) reach: &'a Reach,
    /// Counted from 1.
    pub(super) number: u8,
    pub(super) parameters: &'a [f32],
    pub(super) parts: &'a LayerParts,
    /// `[2R, d]`
    pub(super) vectors: &'a [f32],
    /// Seeds by node, with their weights.
    pub(super) seeds: &'a [(u32, f32)],
    /// `[d]`
    pub(super) query: &'a [f32],
    /// `[nodes, d]`: the features before the layer.
    pub(super) x: &'a [f32],
}

/// What the way back needs of a layer, one row per node.
#[derive(Debug, Default)]
pub(super) struct Saved {
    /// `[nodes, d]`: what arrived.
    pub(super) arrived: Vec<f32>,
    /// `[nodes, d]`: normalised values, before gain and shift.
    pub(super) normalised: Vec<f32>,
    /// `[nodes]`: one over their standard deviation.
    pub(super) scale: Vec<f32>,
}

impl Saved {
    pub(super) fn new(nodes: usize, dimension: usize) -> Self {
        Self {
            arrived: vec![0.0; nodes * dimension],
            normalised: vec![0.0; nodes * dimension],
            scale: vec![0.0; nodes],
        }
    }
}

impl Layer<'_> {
    /// Writes the features after the layer, block by block on all threads. Rows of nodes that are
    /// not computed are left as they are.
    pub(super) fn run(self, out: &mut [f32]) {
        let block = BLOCK * self.query.len();
        out.par_chunks_mut(block)
            .enumerate()
            .for_each(|(number, out)| self.block(number, out, None));
    }

    /// The same on this thread, keeping what the way back needs.
    pub(super) fn run_saving(self, out: &mut [f32], saved: &mut Saved) {
        let block = BLOCK * self.query.len();
        let blocks = out
            .chunks_mut(block)
            .zip(saved.arrived.chunks_mut(block))
            .zip(saved.normalised.chunks_mut(block))
            .zip(saved.scale.chunks_mut(BLOCK));
        for (number, (((out, arrived), normalised), scale)) in blocks.enumerate() {
            let keep = Kept {
                arrived,
                normalised,
                scale,
            };
            self.block(number, out, Some(keep));
        }
    }

    fn block(self, number: usize, out: &mut [f32], keep: Option<Kept<'_>>) {
        let first = (number * BLOCK) as u32;
        let nodes = first..first + (out.len() / self.query.len()) as u32;
        let active: Vec<u32> = nodes
            .filter(|&node| self.reach.active(node, self.number))
            .collect();
        if !active.is_empty() {
            AutoArch::new().dispatch(Block {
                layer: self,
                first,
                active,
                out,
                keep,
            });
        }
    }

    /// The weight of the boundary condition at a node.
    pub(super) fn boundary(&self, node: u32) -> Option<f32> {
        let found = self.seeds.binary_search_by_key(&node, |seed| seed.0);
        found.ok().map(|at| self.seeds[at].1)
    }
}

struct Kept<'a> {
    arrived: &'a mut [f32],
    normalised: &'a mut [f32],
    scale: &'a mut [f32],
}

struct Block<'a> {
    layer: Layer<'a>,
    first: u32,
    active: Vec<u32>,
    out: &'a mut [f32],
    keep: Option<Kept<'a>>,
}

impl WithSimd for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        match self.layer.query.len() {
            16 => self.run::<S, 16>(),
            32 => self.run::<S, 32>(),
            64 => self.run::<S, 64>(),
            _ => self.run::<S, 128>(),
        }
    }
}

impl Block<'_> {
    #[inline(always)]
    fn run<S: Simd, const D: usize>(mut self) {
        let Layer {
            parameters, parts, ..
        } = self.layer;
        let rows = self.active.len();
        let mut inputs = vec![[[0.0f32; D]; 2]; rows];
        for (&node, [own, arrived]) in self.active.iter().zip(&mut inputs) {
            if self.layer.reach.reached(node, self.layer.number - 1) {
                *own = row(self.layer.x, node);
            }
            *arrived = self.gather::<D>(node);
        }
        let mut z = vec![0.0f32; rows * D];
        let left: &[f32] = inputs.as_flattened().as_flattened();
        let linear = &parameters[parts.linear.clone()];
        multiply::<S>(
            [rows, 2 * D, D],
            |row, k| left[row * 2 * D + k],
            linear,
            &mut z,
            false,
        );
        let bias = array::<D>(&parameters[parts.bias.clone()]);
        let gain = array::<D>(&parameters[parts.gain.clone()]);
        let shift = array::<D>(&parameters[parts.shift.clone()]);
        let (z, _) = z.as_chunks_mut::<D>();
        for ((&node, [own, arrived]), z) in self.active.iter().zip(&inputs).zip(z) {
            for (z, bias) in z.iter_mut().zip(&bias) {
                *z += bias;
            }
            let scale = normalise(z);
            let at = (node - self.first) as usize;
            let out = &mut self.out[at * D..(at + 1) * D];
            for i in 0..D {
                out[i] = (z[i] * gain[i] + shift[i]).max(0.0) + own[i];
            }
            if let Some(keep) = &mut self.keep {
                keep.arrived[at * D..(at + 1) * D].copy_from_slice(arrived);
                keep.normalised[at * D..(at + 1) * D].copy_from_slice(z);
                keep.scale[at] = scale;
            }
        }
    }

    /// `Σ x_source ⊙ w_relation + boundary`: sources of one relation are added before they are
    /// multiplied.
    #[inline(always)]
    fn gather<const D: usize>(&self, node: u32) -> [f32; D] {
        let layer = &self.layer;
        let mut arrived = [0.0f32; D];
        if let Some(weight) = layer.boundary(node) {
            for (value, q) in arrived.iter_mut().zip(layer.query) {
                *value = weight * q;
            }
        }
        let partial = layer.mask.touches(node);
        for edges in layer
            .graph
            .row(node)
            .chunk_by(|a, b| a.relation == b.relation)
        {
            let mut sum = [0.0f32; D];
            for edge in edges {
                let reached = layer.reach.reached(edge.source, layer.number - 1);
                if reached && !(partial && layer.mask.hides(edge)) {
                    let x = &layer.x[edge.source as usize * D..(edge.source as usize + 1) * D];
                    for (sum, x) in sum.iter_mut().zip(x) {
                        *sum += x;
                    }
                }
            }
            let vector: [f32; D] = row(layer.vectors, edges[0].relation);
            for i in 0..D {
                arrived[i] += sum[i] * vector[i];
            }
        }
        arrived
    }
}

#[inline(always)]
pub(super) fn row<const D: usize>(matrix: &[f32], number: u32) -> [f32; D] {
    array(&matrix[number as usize * D..(number as usize + 1) * D])
}

#[inline(always)]
pub(super) fn array<const D: usize>(values: &[f32]) -> [f32; D] {
    let mut array = [0.0; D];
    array.copy_from_slice(values);
    array
}

/// Shifts and scales to mean 0 and variance 1 (Ba et al., arXiv 1607.06450); returns the scale.
#[inline(always)]
fn normalise<const D: usize>(values: &mut [f32; D]) -> f32 {
    let mean = sum(values, |value| value) / D as f32;
    let variance = sum(values, |value| (value - mean) * (value - mean)) / D as f32;
    let scale = 1.0 / (variance + EPSILON).sqrt();
    for value in values.iter_mut() {
        *value = (*value - mean) * scale;
    }
    scale
}

/// A sum in sixteen strands, which is one fixed order and fast.
#[inline(always)]
pub(super) fn sum<const D: usize>(values: &[f32; D], of: impl Fn(f32) -> f32) -> f32 {
    let mut strands = [0.0f32; 16];
    for values in values.as_chunks::<16>().0 {
        for (strand, &value) in strands.iter_mut().zip(values) {
            *strand += of(value);
        }
    }
    strands.iter().sum()
}
