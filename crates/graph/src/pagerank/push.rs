//! Forward push: work where the mass is.

use std::collections::VecDeque;

use super::{Method, PageRank};
use crate::{NodeId, Walk};

pub(super) fn push(walk: &Walk, seeds: &[(NodeId, f64)], restart: f64, epsilon: f64) -> PageRank {
    let mut state = Push {
        walk,
        epsilon,
        estimate: vec![0.0; walk.node_count()],
        residue: vec![0.0; walk.node_count()],
        queue: VecDeque::new(),
        queued: vec![false; walk.node_count()],
    };
    state.start(seeds, restart);
    let (mut pushes, mut edges_touched) = (0, 0);
    while let Some(node) = state.queue.pop_front() {
        edges_touched += state.push_from(node, restart);
        pushes += 1;
    }
    PageRank {
        scores: state.estimate.iter().map(|&score| score as f32).collect(),
        iterations: pushes,
        residual: state.residue.iter().sum(),
        method: Method::ForwardPush,
        edges_touched,
    }
}

struct Push<'a> {
    walk: &'a Walk,
    epsilon: f64,
    estimate: Vec<f64>,
    residue: Vec<f64>,
    /// First in, first out: no order depends on anything but the input.
    queue: VecDeque<NodeId>,
    queued: Vec<bool>,
}

impl Push<'_> {
    /// Puts the seeds' mass in place, isolated seeds settled once and for all.
    ///
    /// Only seeds can dangle. If `s` of the restart vector lies on isolated nodes, their scores
    /// sum to `d = α·s / (1 − (1−α)·s)`, and `r = c·p + (1−α)·A'·r` with `c = α + (1−α)·d`: the
    /// same walk with the restart scaled by `c/α`.
    fn start(&mut self, seeds: &[(NodeId, f64)], restart: f64) {
        let is_dangling = |seed| self.walk.weighted_degree(seed) <= 0.0;
        let isolated: f64 = seeds.iter().filter(|s| is_dangling(s.0)).map(|s| s.1).sum();
        let settled = restart * isolated / (1.0 - (1.0 - restart) * isolated);
        let scale = restart + (1.0 - restart) * settled;
        for &(seed, weight) in seeds {
            if self.walk.weighted_degree(seed) > 0.0 {
                self.add(seed, scale / restart * weight);
            } else {
                self.estimate[seed.index()] = scale * weight;
            }
        }
    }

    /// Adds residue to a node and queues the node once that exceeds its bound.
    fn add(&mut self, node: NodeId, mass: f64) {
        let i = node.index();
        self.residue[i] += mass;
        if !self.queued[i] && self.residue[i] > self.epsilon * self.walk.weighted_degree(node) {
            self.queued[i] = true;
            self.queue.push_back(node);
        }
    }

    /// Distributes a node's residue and returns how many edges that took.
    fn push_from(&mut self, node: NodeId, restart: f64) -> usize {
        let i = node.index();
        self.queued[i] = false;
        let mass = std::mem::take(&mut self.residue[i]);
        self.estimate[i] += restart * mass;
        let per_weight = (1.0 - restart) * mass / self.walk.weighted_degree(node);
        let (ids, weights) = self.walk.neighbors(node);
        for (&id, &weight) in ids.iter().zip(weights) {
            self.add(id, per_weight * f64::from(weight));
        }
        ids.len()
    }
}
