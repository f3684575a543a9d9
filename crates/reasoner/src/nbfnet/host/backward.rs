//! The way back through one layer.
//!
//! A query's way back runs on one thread, so what flows to a source may be added in place, in the
//! order of the rows; queries run beside each other.

// What is not inlined into the dispatched function is compiled for the oldest processor.
#![allow(clippy::inline_always)]

use macerator::{AutoArch, Simd, WithSimd};

use super::forward::{BLOCK, Layer, Saved, array, row, sum};
use super::matrix::multiply;

/// Where gradients go.
pub(super) struct Gradients<'a> {
    /// All parameters, added to.
    pub(super) parameters: &'a mut [f32],
    /// `[2R, d]`: of the layer's relation vectors, added to.
    pub(super) vectors: &'a mut [f32],
    /// `[d]`: of the query vector, added to.
    pub(super) query: &'a mut [f32],
    /// `[nodes, d]`: of the features before the layer, added to.
    pub(super) before: &'a mut [f32],
}

/// Takes the gradient of the features after a layer to those before it and to the parameters.
pub(super) fn back(layer: Layer<'_>, saved: &Saved, after: &[f32], into: &mut Gradients<'_>) {
    let d = layer.query.len();
    let linear = &layer.parameters[layer.parts.linear.clone()];
    let mut transposed = vec![0.0; linear.len()];
    for (k, row) in linear.chunks_exact(d).enumerate() {
        for (i, &value) in row.iter().enumerate() {
            transposed[i * 2 * d + k] = value;
        }
    }
    let nodes = layer.graph.node_count() as u32;
    for first in (0..nodes).step_by(BLOCK) {
        let active: Vec<u32> = (first..nodes.min(first + BLOCK as u32))
            .filter(|&node| layer.reach.active(node, layer.number))
            .collect();
        if !active.is_empty() {
            let block = Block {
                layer,
                saved,
                after,
                transposed: &transposed,
                active,
                into,
            };
            AutoArch::new().dispatch(block);
        }
    }
}

struct Block<'a, 'b> {
    layer: Layer<'a>,
    saved: &'a Saved,
    after: &'a [f32],
    /// `[d, 2d]`
    transposed: &'a [f32],
    active: Vec<u32>,
    into: &'a mut Gradients<'b>,
}

impl WithSimd for Block<'_, '_> {
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

impl Block<'_, '_> {
    #[inline(always)]
    fn run<S: Simd, const D: usize>(mut self) {
        let rows = self.active.len();
        let mut inputs = vec![[[0.0f32; D]; 2]; rows];
        for (&node, [own, arrived]) in self.active.iter().zip(&mut inputs) {
            if self.layer.reach.reached(node, self.layer.number - 1) {
                *own = row(self.layer.x, node);
            }
            *arrived = row(&self.saved.arrived, node);
        }
        let dz = self.through_norm::<D>();
        let dz: &[f32] = dz.as_flattened();
        let inputs: &[f32] = inputs.as_flattened().as_flattened();
        let linear = &mut self.into.parameters[self.layer.parts.linear.clone()];
        // inputsᵀ × dz
        multiply::<S>(
            [2 * D, rows, D],
            |i, row| inputs[row * 2 * D + i],
            dz,
            linear,
            true,
        );
        let mut dinputs = vec![0.0f32; rows * 2 * D];
        let left = |row: usize, k: usize| dz[row * D + k];
        multiply::<S>([rows, D, 2 * D], left, self.transposed, &mut dinputs, false);
        let (dinputs, _) = dinputs.as_chunks::<D>();
        let active = std::mem::take(&mut self.active);
        for (&node, [own, arrived]) in active.iter().zip(dinputs.as_chunks::<2>().0) {
            if self.layer.reach.reached(node, self.layer.number - 1) {
                add(slot(self.into.before, node, D), own);
                let after = slot_of(self.after, node, D);
                add(slot(self.into.before, node, D), after);
            }
            self.hand_out::<D>(node, arrived);
        }
    }

    /// The gradient before the layer normalisation; gain, shift and bias get theirs.
    #[inline(always)]
    fn through_norm<const D: usize>(&mut self) -> Vec<[f32; D]> {
        let parts = self.layer.parts;
        let gain = array::<D>(&self.layer.parameters[parts.gain.clone()]);
        let shift = array::<D>(&self.layer.parameters[parts.shift.clone()]);
        let (mut dgain, mut dshift, mut dbias) = ([0.0; D], [0.0; D], [0.0; D]);
        let mut all = Vec::with_capacity(self.active.len());
        for &node in &self.active {
            let normalised: [f32; D] = row(&self.saved.normalised, node);
            let scale = self.saved.scale[node as usize];
            let mut flow: [f32; D] = row(self.after, node);
            for i in 0..D {
                let positive = normalised[i] * gain[i] + shift[i] > 0.0;
                flow[i] = if positive { flow[i] } else { 0.0 };
                dshift[i] += flow[i];
                dgain[i] += flow[i] * normalised[i];
                flow[i] *= gain[i];
            }
            let mut product = [0.0; D];
            for i in 0..D {
                product[i] = flow[i] * normalised[i];
            }
            let mean = sum(&flow, |value| value) / D as f32;
            let along = sum(&product, |value| value) / D as f32;
            for i in 0..D {
                flow[i] = scale * (flow[i] - mean - normalised[i] * along);
                dbias[i] += flow[i];
            }
            all.push(flow);
        }
        let parameters = &mut *self.into.parameters;
        add(&mut parameters[parts.gain.clone()], &dgain);
        add(&mut parameters[parts.shift.clone()], &dshift);
        add(&mut parameters[parts.bias.clone()], &dbias);
        all
    }

    /// Hands the gradient of what arrived at a node to its sources, relation vectors and query.
    #[inline(always)]
    fn hand_out<const D: usize>(&mut self, node: u32, flow: &[f32; D]) {
        let layer = &self.layer;
        if let Some(weight) = layer.boundary(node) {
            for (query, flow) in self.into.query.iter_mut().zip(flow) {
                *query += weight * flow;
            }
        }
        let partial = layer.mask.touches(node);
        for edges in layer
            .graph
            .row(node)
            .chunk_by(|a, b| a.relation == b.relation)
        {
            let relation = edges[0].relation;
            let mut message: [f32; D] = row(layer.vectors, relation);
            for (message, flow) in message.iter_mut().zip(flow) {
                *message *= flow;
            }
            let mut sources = [0.0f32; D];
            for edge in edges {
                let reached = layer.reach.reached(edge.source, layer.number - 1);
                if reached && !(partial && layer.mask.hides(edge)) {
                    add(&mut sources, slot_of(layer.x, edge.source, D));
                    add(slot(self.into.before, edge.source, D), &message);
                }
            }
            for i in 0..D {
                sources[i] *= flow[i];
            }
            add(slot(self.into.vectors, relation, D), &sources);
        }
    }
}

#[inline(always)]
fn slot(matrix: &mut [f32], number: u32, d: usize) -> &mut [f32] {
    &mut matrix[number as usize * d..(number as usize + 1) * d]
}

#[inline(always)]
fn slot_of(matrix: &[f32], number: u32, d: usize) -> &[f32] {
    &matrix[number as usize * d..(number as usize + 1) * d]
}

#[inline(always)]
fn add(to: &mut [f32], values: &[f32]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += value;
    }
}
