//! The network as tensor operations, on any device Burn can drive.
//!
//! The dense part of a layer is differentiated by Burn, layer by layer, from kept inputs; the
//! gradient of message passing is [`Messages`]' own, because that of Burn's `select` scatters.

mod edges;
mod messages;

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use messages::{Kept, Messages};

use super::host::{Host, Mask, Question, Reach};
use super::parameters::{LayerParts, Layout};
use crate::relational::RelationalGraph;

/// Added to a variance before its root is taken.
const EPSILON: f32 = 1e-5;

/// A graph on a device.
#[derive(Debug)]
pub(crate) struct OnDevice {
    messages: Messages,
    device: Device,
}

/// The features of every layer for one question.
struct Trace {
    kept: Kept,
    /// `[L + 1]` of `[nodes, d]`
    x: Vec<Tensor<2>>,
    /// `[L]` of `[nodes, d]`
    arrived: Vec<Tensor<2>>,
    /// `[L]` of `[2R, d]`
    vectors: Vec<Tensor<2>>,
    /// `[L]` of `[nodes, 1]`: 1 where a layer computes features.
    reached: Vec<Tensor<2>>,
}

/// The parameters of the dense part of a layer.
#[derive(Clone)]
struct Dense {
    linear: Tensor<2>,
    bias: Tensor<2>,
    gain: Tensor<2>,
    shift: Tensor<2>,
}

/// What the back end reported, in words.
pub(crate) type DeviceFailure = String;

impl OnDevice {
    pub(crate) fn new(graph: &RelationalGraph, device: Device) -> Self {
        Self {
            messages: Messages::new(graph, &device),
            device,
        }
    }

    /// The score of every node; `reach` is spread from the seeds of the question.
    pub(crate) fn all_scores(
        &self,
        host: &Host<'_>,
        question: &Question,
        mask: &Mask,
        reach: &Reach,
    ) -> Result<Vec<f32>, DeviceFailure> {
        let trace = self.forward(host, question, mask, reach);
        let last = trace.x[trace.x.len() - 1].clone();
        let scores = Self::scores(
            host,
            last,
            self.constant(host, question),
            &self.score_parts(host),
        );
        read(scores)
    }

    /// Adds the gradient of `Σ flow·score` over some nodes to `into`, one entry per parameter.
    /// Returns the scores of these nodes before asking for their flow.
    pub(crate) fn gradient(
        &self,
        host: &Host<'_>,
        question: &Question,
        (mask, reach): (&Mask, &Reach),
        targets: &[u32],
        flow_of: impl FnOnce(&[f32]) -> Vec<f32>,
        into: &mut [f32],
    ) -> Result<(), DeviceFailure> {
        let layers = host.layout.layers.len();
        let trace = self.forward(host, question, mask, reach);
        let mut query = vec![0.0; host.layout.dimension];
        let mut after =
            self.back_through_scores(host, question, &trace, (targets, flow_of), into, &mut query)?;
        for number in (1..=layers).rev() {
            let (before, arrived) = self.back_through_dense(host, number, &trace, after, into)?;
            let (x, w) = (&trace.x[number - 1], &trace.vectors[number - 1]);
            let vectors = read(self.messages.to_relations(x, &arrived, &trace.kept))?;
            host.back_to_relations(number - 1, question, &vectors, into, &mut query);
            self.add_seeds(question, &arrived, &mut query)?;
            after = before + self.messages.to_sources(&arrived, w, &trace.kept);
        }
        self.add_seeds(question, &after, &mut query)?;
        let start = host.layout.query.start + question.relation as usize * host.layout.dimension;
        add(&mut into[start..start + query.len()], &query);
        Ok(())
    }

    fn forward(&self, host: &Host<'_>, question: &Question, mask: &Mask, reach: &Reach) -> Trace {
        let (layout, nodes) = (host.layout, host.graph.node_count());
        let (d, query) = (layout.dimension, host.query(question));
        let kept = self.messages.kept(mask);
        let mut boundary = vec![0.0; nodes * d];
        for &(seed, weight) in &question.seeds {
            let row = &mut boundary[seed as usize * d..(seed as usize + 1) * d];
            row.iter_mut()
                .zip(query)
                .for_each(|(slot, q)| *slot = weight * q);
        }
        let boundary = self.matrix(boundary, d);
        let mut trace = Trace {
            kept,
            x: vec![boundary.clone()],
            arrived: Vec::new(),
            vectors: Vec::new(),
            reached: Vec::new(),
        };
        for (at, parts) in layout.layers.iter().enumerate() {
            let w = self.matrix(layout.relation_vectors(host.parameters, at, query), d);
            let x = trace.x[at].clone();
            let arrived = self.messages.forward(&x, &w, &trace.kept) + boundary.clone();
            let within = (0..nodes as u32)
                .map(|node| f32::from(u8::from(reach.reached(node, at as u8 + 1))));
            let reached = self.matrix(within.collect(), 1);
            trace.x.push(dense(
                x,
                arrived.clone(),
                reached.clone(),
                self.dense_parts(host, parts),
            ));
            trace.arrived.push(arrived);
            trace.vectors.push(w);
            trace.reached.push(reached);
        }
        trace
    }

    /// From the flow of scores to the gradient of the last features.
    fn back_through_scores(
        &self,
        host: &Host<'_>,
        question: &Question,
        trace: &Trace,
        (targets, flow_of): (&[u32], impl FnOnce(&[f32]) -> Vec<f32>),
        into: &mut [f32],
        query: &mut [f32],
    ) -> Result<Tensor<2>, DeviceFailure> {
        let (layout, d) = (host.layout, host.layout.dimension);
        let features = leaf(trace.x[layout.layers.len()].clone());
        let constant = leaf(self.constant(host, question));
        let parts = self.score_parts(host).map(leaf);
        let scores = Self::scores(host, features.clone(), constant.clone(), &parts);
        let all = read(scores.clone().inner())?;
        let some: Vec<f32> = targets.iter().map(|&target| all[target as usize]).collect();
        let mut flow = vec![0.0; host.graph.node_count()];
        for (&target, value) in targets.iter().zip(flow_of(&some)) {
            flow[target as usize] += value;
            into[layout.output_bias.start] += value;
        }
        let mut gradients = (scores * self.matrix(flow, 1).autodiff()).sum().backward();
        let mut of = |tensor: &Tensor<2>| -> Result<Vec<f32>, DeviceFailure> {
            tensor
                .grad_remove(&mut gradients)
                .map_or_else(|| Ok(Vec::new()), read)
        };
        add(&mut into[layout.hidden.clone()][..d * d], &of(&parts[0])?);
        add(&mut into[layout.output.clone()], &of(&parts[1])?);
        let constant = of(&constant)?;
        add(&mut into[layout.hidden_bias.clone()], &constant);
        let q = host.query(question);
        for (i, flow) in constant.iter().enumerate() {
            for k in 0..d {
                let at = layout.hidden.start + (d + k) * d + i;
                query[k] += flow * host.parameters[at];
                into[at] += flow * q[k];
            }
        }
        let none = || features.clone().inner().zeros_like();
        Ok(features.grad_remove(&mut gradients).unwrap_or_else(none))
    }

    /// From the gradient after a layer to those of its features before and of what arrived.
    fn back_through_dense(
        &self,
        host: &Host<'_>,
        number: usize,
        trace: &Trace,
        after: Tensor<2>,
        into: &mut [f32],
    ) -> Result<(Tensor<2>, Tensor<2>), DeviceFailure> {
        let parts = &host.layout.layers[number - 1];
        let (x, arrived) = (
            leaf(trace.x[number - 1].clone()),
            leaf(trace.arrived[number - 1].clone()),
        );
        let on_device = self.dense_parts(host, parts);
        let weights = Dense {
            linear: leaf(on_device.linear),
            bias: leaf(on_device.bias),
            gain: leaf(on_device.gain),
            shift: leaf(on_device.shift),
        };
        let reached = trace.reached[number - 1].clone().autodiff();
        let out = dense(x.clone(), arrived.clone(), reached, weights.clone());
        let mut gradients = (out * after.autodiff()).sum().backward();
        let places = [
            (&weights.linear, &parts.linear),
            (&weights.bias, &parts.bias),
            (&weights.gain, &parts.gain),
            (&weights.shift, &parts.shift),
        ];
        for (tensor, place) in places {
            if let Some(gradient) = tensor.grad_remove(&mut gradients) {
                add(&mut into[place.clone()], &read(gradient)?);
            }
        }
        let mut of = |tensor: &Tensor<2>| {
            let none = || tensor.clone().inner().zeros_like();
            tensor.grad_remove(&mut gradients).unwrap_or_else(none)
        };
        Ok((of(&x), of(&arrived)))
    }

    /// Adds what flows to the boundary condition to the gradient of the query.
    fn add_seeds(
        &self,
        question: &Question,
        flow: &Tensor<2>,
        query: &mut [f32],
    ) -> Result<(), DeviceFailure> {
        let ids: Vec<i32> = question
            .seeds
            .iter()
            .map(|seed| seed.0.cast_signed())
            .collect();
        let count = ids.len();
        let ids = Tensor::from_data(TensorData::new(ids, [count]), &self.device);
        let rows = read(flow.clone().select(0, ids))?;
        for (row, (_, weight)) in rows.chunks_exact(query.len()).zip(&question.seeds) {
            query
                .iter_mut()
                .zip(row)
                .for_each(|(query, flow)| *query += weight * flow);
        }
        Ok(())
    }

    /// `[nodes, 1]`
    fn scores(
        host: &Host<'_>,
        features: Tensor<2>,
        constant: Tensor<2>,
        [hidden, output]: &[Tensor<2>; 2],
    ) -> Tensor<2> {
        let bias = host.parameters[host.layout.output_bias.start];
        relu(features.matmul(hidden.clone()) + constant)
            .matmul(output.clone())
            .add_scalar(bias)
    }

    /// `[1, d]`: what query and bias contribute to the hidden values of a score.
    fn constant(&self, host: &Host<'_>, question: &Question) -> Tensor<2> {
        self.matrix(host.score_constant(question), host.layout.dimension)
    }

    fn score_parts(&self, host: &Host<'_>) -> [Tensor<2>; 2] {
        let (layout, d) = (host.layout, host.layout.dimension);
        let hidden = host.parameters[layout.hidden.clone()][..d * d].to_vec();
        let output = host.parameters[layout.output.clone()].to_vec();
        [self.matrix(hidden, d), self.matrix(output, 1)]
    }

    fn dense_parts(&self, host: &Host<'_>, parts: &LayerParts) -> Dense {
        let Layout { dimension, .. } = *host.layout;
        let part = |range: &std::ops::Range<usize>| {
            self.matrix(host.parameters[range.clone()].to_vec(), dimension)
        };
        Dense {
            linear: part(&parts.linear),
            bias: part(&parts.bias),
            gain: part(&parts.gain),
            shift: part(&parts.shift),
        }
    }

    fn matrix(&self, values: Vec<f32>, columns: usize) -> Tensor<2> {
        let rows = values.len() / columns;
        Tensor::from_data(TensorData::new(values, [rows, columns]), &self.device)
    }
}

/// `x + reached · ReLU(LayerNorm([x; arrived] · W + b))`, `[nodes, d]`.
fn dense(x: Tensor<2>, arrived: Tensor<2>, reached: Tensor<2>, parts: Dense) -> Tensor<2> {
    let z = Tensor::cat(vec![x.clone(), arrived], 1).matmul(parts.linear) + parts.bias;
    let centred = z.clone() - z.mean_dim(1);
    let variance = (centred.clone() * centred.clone()).mean_dim(1);
    let normal = centred / variance.add_scalar(EPSILON).sqrt();
    x + relu(normal * parts.gain + parts.shift) * reached
}

/// The tensor as one whose gradient is kept.
fn leaf(tensor: Tensor<2>) -> Tensor<2> {
    tensor.autodiff().require_grad()
}

fn read(tensor: Tensor<2>) -> Result<Vec<f32>, DeviceFailure> {
    let data = tensor.try_into_data().map_err(|error| error.to_string())?;
    data.try_into_vec::<f32>()
        .map_err(|error| error.to_string())
}

fn add(to: &mut [f32], values: &[f32]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += value;
    }
}

#[cfg(test)]
mod tests;
