//! The network on the CPU: rows of arriving edges, only as far as a query reaches.

mod backward;
mod forward;
mod matrix;
mod reach;
mod score;

use backward::{Gradients, back};
use forward::{Layer, Saved};
pub(crate) use reach::{Mask, Reach};
use score::Scorer;

use super::parameters::Layout;
use crate::relational::RelationalGraph;

/// A question: which nodes does `relation` lead to from the seeds?
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    /// By node, each once, with weights.
    pub(crate) seeds: Vec<(u32, f32)>,
    /// Below 2R, or [`Layout::expansion`].
    pub(crate) relation: u32,
}

impl Question {
    /// The weight of a seed.
    pub(crate) fn weight(&self, node: u32) -> Option<f32> {
        let found = self.seeds.binary_search_by_key(&node, |seed| seed.0);
        found.ok().map(|at| self.seeds[at].1)
    }
}

/// Network and graph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Host<'a> {
    pub(crate) graph: &'a RelationalGraph,
    pub(crate) layout: &'a Layout,
    pub(crate) parameters: &'a [f32],
}

/// The features of every layer for one question, and what the way back needs.
#[derive(Debug)]
pub(crate) struct Workspace {
    reach: Reach,
    /// `[L + 1][nodes, d]`
    x: Vec<Vec<f32>>,
    saved: Vec<Saved>,
    /// `[L][2R, d]`
    vectors: Vec<Vec<f32>>,
    gradients: [Vec<f32>; 2],
}

impl Workspace {
    /// Room for the way forward and back.
    pub(crate) fn new(host: &Host<'_>) -> Self {
        let (nodes, d) = (host.graph.node_count(), host.layout.dimension);
        let layers = host.layout.layers.len();
        Self {
            reach: Reach::default(),
            x: (0..=layers).map(|_| vec![0.0; nodes * d]).collect(),
            saved: (0..layers).map(|_| Saved::new(nodes, d)).collect(),
            vectors: Vec::new(),
            gradients: [vec![0.0; nodes * d], vec![0.0; nodes * d]],
        }
    }

    /// Room for the way forward.
    pub(crate) fn forward_only(host: &Host<'_>) -> Self {
        let size = host.graph.node_count() * host.layout.dimension;
        let layers = host.layout.layers.len();
        Self {
            reach: Reach::default(),
            x: (0..=layers).map(|_| vec![0.0; size]).collect(),
            saved: Vec::new(),
            vectors: Vec::new(),
            gradients: [Vec::new(), Vec::new()],
        }
    }

    /// Whether the last question reached a node.
    pub(crate) fn has_reached(&self, node: u32) -> bool {
        self.reach.reached(node, (self.x.len() - 1) as u8)
    }

    /// `[d]`: the features of a node after a layer, 0 for the boundary; `None` if the node is not
    /// within as many hops.
    pub(crate) fn features_of(&self, node: u32, layer: usize) -> Option<&[f32]> {
        let d = self.x[layer].len() / self.reach.nodes();
        let at = node as usize * d;
        self.reach
            .reached(node, layer as u8)
            .then(|| &self.x[layer][at..at + d])
    }

    /// The share that a node's features before a layer, counted from 1, have in those after it: the
    /// projection of the one on the other, within [0, 1].
    pub(crate) fn kept_share(&self, node: u32, layer: usize) -> f64 {
        let rows = self
            .features_of(node, layer)
            .zip(self.features_of(node, layer - 1));
        let Some((after, before)) = rows else {
            return 0.0;
        };
        let product = |a: &[f32]| -> f64 {
            a.iter()
                .zip(after)
                .map(|(&a, &b)| f64::from(a) * f64::from(b))
                .sum()
        };
        (product(before) / product(after).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0)
    }

    /// `[2R, d]`: what a layer, counted from 0, multiplied messages by.
    pub(crate) fn relation_vectors(&self, layer: usize) -> &[f32] {
        &self.vectors[layer]
    }
}

impl Host<'_> {
    /// `[d]`: the vector of a question's relation.
    pub(crate) fn query(&self, question: &Question) -> &[f32] {
        self.layout.query_vector(self.parameters, question.relation)
    }

    /// `[d]`: what arrived at a node in a layer, counted from 1, of the question that `room` holds.
    pub(crate) fn arrived(
        &self,
        question: &Question,
        node: u32,
        layer: usize,
        room: &Workspace,
    ) -> Vec<f32> {
        let query = self.query(question);
        let weight = question.weight(node).unwrap_or(0.0);
        let mut arrived: Vec<f32> = query.iter().map(|q| weight * q).collect();
        let d = query.len();
        for edge in self.graph.row(node) {
            let Some(source) = room.features_of(edge.source, layer - 1) else {
                continue;
            };
            let vector = &room.vectors[layer - 1][edge.relation as usize * d..][..d];
            for ((sum, x), w) in arrived.iter_mut().zip(source).zip(vector) {
                *sum += x * w;
            }
        }
        arrived
    }

    /// The score of every node. Those out of reach all have the same.
    pub(crate) fn all_scores(
        &self,
        question: &Question,
        mask: &Mask,
        room: &mut Workspace,
    ) -> Vec<f32> {
        self.start(question, mask, room);
        for number in 1..=self.layout.layers.len() {
            let (before, after) = room.x.split_at_mut(number);
            let layer = self.layer(
                number,
                question,
                mask,
                &room.reach,
                &room.vectors,
                &before[number - 1],
            );
            layer.run(&mut after[0]);
        }
        let d = self.layout.dimension;
        let layers = self.layout.layers.len();
        let mut features = room.x[layers].clone();
        for (node, row) in (0u32..).zip(features.chunks_exact_mut(d)) {
            if !room.reach.reached(node, layers as u8) {
                row.fill(0.0);
            }
        }
        self.scorer(question).scores(&features)
    }

    /// The scores of some nodes, keeping what [`back`](Self::back) needs.
    pub(crate) fn scores(
        &self,
        question: &Question,
        targets: &[u32],
        mask: &Mask,
        room: &mut Workspace,
    ) -> Vec<f32> {
        self.start(question, mask, room);
        room.reach
            .restrict(self.graph, targets, self.layout.layers.len() as u8);
        for number in 1..=self.layout.layers.len() {
            let (before, after) = room.x.split_at_mut(number);
            let layer = self.layer(
                number,
                question,
                mask,
                &room.reach,
                &room.vectors,
                &before[number - 1],
            );
            layer.run_saving(&mut after[0], &mut room.saved[number - 1]);
        }
        self.scorer(question)
            .scores(&self.target_features(targets, room))
    }

    /// Adds the gradient of `Σ flow·score` over the targets of the last call of
    /// [`scores`](Self::scores) to `into`, which has one entry per parameter.
    pub(crate) fn back(
        &self,
        question: &Question,
        targets: &[u32],
        mask: &Mask,
        flow: &[f32],
        room: &mut Workspace,
        into: &mut [f32],
    ) {
        let d = self.layout.dimension;
        let layers = self.layout.layers.len();
        let mut query = vec![0.0; d];
        let features = self.target_features(targets, room);
        let scorer = self.scorer(question);
        let to_features = scorer.back(&features, flow, into, &mut query);
        let [mut after, mut before] = std::mem::take(&mut room.gradients);
        clear(&room.reach, layers, d, &mut after);
        for (&target, flow) in targets.iter().zip(to_features.chunks_exact(d)) {
            if room.reach.reached(target, layers as u8) {
                let start = target as usize * d;
                for (slot, flow) in after[start..start + d].iter_mut().zip(flow) {
                    *slot += flow;
                }
            }
        }
        for number in (1..=layers).rev() {
            clear(&room.reach, number - 1, d, &mut before);
            let mut vectors = vec![0.0; self.layout.relations * d];
            let layer = self.layer(
                number,
                question,
                mask,
                &room.reach,
                &room.vectors,
                &room.x[number - 1],
            );
            let mut gradients = Gradients {
                parameters: into,
                vectors: &mut vectors,
                query: &mut query,
                before: &mut before,
            };
            back(layer, &room.saved[number - 1], &after, &mut gradients);
            self.back_to_relations(number - 1, question, &vectors, into, &mut query);
            std::mem::swap(&mut after, &mut before);
        }
        for &(seed, weight) in &question.seeds {
            let start = seed as usize * d;
            for (query, flow) in query.iter_mut().zip(&after[start..start + d]) {
                *query += weight * flow;
            }
        }
        let start = self.layout.query.start + question.relation as usize * d;
        for (slot, value) in into[start..start + d].iter_mut().zip(&query) {
            *slot += value;
        }
        room.gradients = [after, before];
    }

    /// From relation vectors to what they are made of.
    pub(crate) fn back_to_relations(
        &self,
        layer: usize,
        question: &Question,
        vectors: &[f32],
        into: &mut [f32],
        query: &mut [f32],
    ) {
        let d = self.layout.dimension;
        let parts = &self.layout.layers[layer];
        let q = self.layout.query_vector(self.parameters, question.relation);
        for (at, &flow) in vectors.iter().enumerate().filter(|(_, flow)| **flow != 0.0) {
            into[parts.relation_bias.start + at] += flow;
            let row = parts.relation.start + at * d;
            for k in 0..d {
                into[row + k] += flow * q[k];
                query[k] += flow * self.parameters[row + k];
            }
        }
    }

    fn start(&self, question: &Question, mask: &Mask, room: &mut Workspace) {
        let layers = self.layout.layers.len();
        let query = self.layout.query_vector(self.parameters, question.relation);
        room.reach
            .spread(self.graph, mask, &question.seeds, layers as u8);
        for &(seed, weight) in &question.seeds {
            let start = seed as usize * query.len();
            for (slot, q) in room.x[0][start..start + query.len()].iter_mut().zip(query) {
                *slot = weight * q;
            }
        }
        room.vectors = (0..layers)
            .map(|layer| self.layout.relation_vectors(self.parameters, layer, query))
            .collect();
    }

    fn layer<'a>(
        &'a self,
        number: usize,
        question: &'a Question,
        mask: &'a Mask,
        reach: &'a Reach,
        vectors: &'a [Vec<f32>],
        x: &'a [f32],
    ) -> Layer<'a> {
        Layer {
            graph: self.graph,
            mask,
            reach,
            number: number as u8,
            parameters: self.parameters,
            parts: &self.layout.layers[number - 1],
            vectors: &vectors[number - 1],
            seeds: &question.seeds,
            query: self.layout.query_vector(self.parameters, question.relation),
            x,
        }
    }

    /// `[d]`: what the vector of a question and the bias contribute to the hidden values of a score.
    pub(crate) fn score_constant(&self, question: &Question) -> Vec<f32> {
        self.scorer(question).constant
    }

    /// Finds all nodes within reach of a question.
    pub(crate) fn reach(&self, question: &Question, mask: &Mask) -> Reach {
        let mut reach = Reach::default();
        let hops = self.layout.layers.len() as u8;
        reach.spread(self.graph, mask, &question.seeds, hops);
        reach
    }

    fn scorer(&self, question: &Question) -> Scorer<'_> {
        let query = self.layout.query_vector(self.parameters, question.relation);
        Scorer::new(self.layout, self.parameters, query)
    }

    fn target_features(&self, targets: &[u32], room: &Workspace) -> Vec<f32> {
        let d = self.layout.dimension;
        let layers = self.layout.layers.len();
        let mut features = vec![0.0; targets.len() * d];
        for (&target, row) in targets.iter().zip(features.chunks_exact_mut(d)) {
            if room.reach.reached(target, layers as u8) {
                let start = target as usize * d;
                row.copy_from_slice(&room.x[layers][start..start + d]);
            }
        }
        features
    }
}

/// Zeros the rows of the nodes that have features after a layer.
fn clear(reach: &Reach, layer: usize, d: usize, gradient: &mut [f32]) {
    for (node, row) in (0u32..).zip(gradient.chunks_exact_mut(d)) {
        // Seeds are read at the end whether or not anything needed them.
        if reach.active(node, layer as u8) || layer == 0 && reach.reached(node, 0) {
            row.fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests;
