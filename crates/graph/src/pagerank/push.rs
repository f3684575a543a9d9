//! Forward push: work where the mass is.

use super::Method;
use super::system::Restart;
use crate::{NodeId, Walk};

/// Scores near the seeds and what they took.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalRank {
    /// The nodes that were reached, by id, with their scores: lower bounds of the exact ones.
    pub scores: Vec<(NodeId, f64)>,
    /// The mass that was not distributed: the exact L1 distance to the true scores.
    pub residual: f64,
    /// Single pushes.
    pub pushes: usize,
    /// How many stored edges were read, each time counted.
    pub edges_touched: usize,
    /// Always [`Method::ForwardPush`].
    pub method: Method,
}

impl LocalRank {
    /// One score per node of a graph of `nodes` nodes.
    #[must_use]
    pub fn to_dense(&self, nodes: usize) -> Vec<f32> {
        let mut dense = vec![0.0; nodes];
        for &(node, score) in &self.scores {
            dense[node.index()] = score as f32;
        }
        dense
    }
}

/// A push in progress; everything by position.
///
/// The vectors lie in zeroed memory that the system hands out page by page on first use, so a large
/// graph costs only for the nodes that are reached.
pub(super) struct Push<'a> {
    walk: &'a Walk,
    restart: f64,
    /// What is known to be at a node, and what has yet to be distributed from it.
    pub(super) nodes: Vec<Mass>,
    /// Nodes that ever had mass, in the order of their first.
    pub(super) reached: Vec<u32>,
    /// Nodes over the bound, to be pushed in this round and the next.
    queue: Vec<u32>,
    next: Vec<u32>,
    pub(super) settled: Vec<(NodeId, f64)>,
    pub(super) pushes: usize,
    pub(super) edges_touched: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Mass {
    pub(super) estimate: f64,
    pub(super) residue: f64,
    /// The residue from which the node is pushed; 0 as long as it is not reached.
    bound: f64,
    inverse: f64,
}

impl<'a> Push<'a> {
    pub(super) fn new(walk: &'a Walk, start: &Restart, restart: f64) -> Self {
        let mut push = Self {
            walk,
            restart,
            nodes: vec![Mass::default(); walk.node_count()],
            reached: Vec::new(),
            queue: Vec::new(),
            next: Vec::new(),
            settled: start.settled.clone(),
            pushes: 0,
            edges_touched: 0,
        };
        for &(position, mass) in &start.mass {
            push.nodes[position as usize].residue += mass / restart;
            push.reached.push(position);
        }
        push
    }

    /// Pushes until no residue exceeds `epsilon` times the degree. `false` if that took more than
    /// `most_edges` edges and was given up.
    pub(super) fn run(&mut self, epsilon: f64, most_edges: usize) -> bool {
        for &position in &self.reached {
            let node = &mut self.nodes[position as usize];
            let degree = self.walk.degree_at(position);
            node.bound = epsilon * degree;
            node.inverse = 1.0 / degree;
            if node.residue > node.bound {
                self.queue.push(position);
            }
        }
        while !self.queue.is_empty() {
            // Rounds, in order of the positions: what lies together is worked on together.
            self.queue.sort_unstable();
            for at in 0..self.queue.len() {
                if self.edges_touched > most_edges {
                    self.queue.clear();
                    self.next.clear();
                    return false;
                }
                self.push_from(self.queue[at], epsilon);
            }
            self.queue.clear();
            std::mem::swap(&mut self.queue, &mut self.next);
        }
        true
    }

    /// Distributes a node's residue.
    fn push_from(&mut self, position: u32, epsilon: f64) {
        let node = &mut self.nodes[position as usize];
        let mass = std::mem::take(&mut node.residue);
        node.estimate += self.restart * mass;
        let flow = (1.0 - self.restart) * mass * node.inverse;
        let rows = self.walk.rows();
        let entries = rows.entries(position);
        self.pushes += 1;
        self.edges_touched += entries.len();
        if self.walk.patches().row(position).is_some() {
            let mut neighbors = self.walk.neighbors_at(position);
            while let Some((id, weight)) = neighbors.advance() {
                self.add(id, flow * f64::from(weight), epsilon);
            }
            return;
        }
        let ids = &rows.columns.ids()[entries.clone()];
        if rows.is_uniform() {
            let each = flow * f64::from(rows.unit);
            for &id in ids {
                self.add(id, each, epsilon);
            }
        } else {
            for (&id, entry) in ids.iter().zip(entries) {
                self.add(id, flow * f64::from(rows.weight(entry)), epsilon);
            }
        }
    }

    /// Adds residue to a node and queues the node once that exceeds its bound.
    #[inline]
    fn add(&mut self, position: u32, mass: f64, epsilon: f64) {
        let node = &mut self.nodes[position as usize];
        if node.bound <= 0.0 {
            let degree = self.walk.degree_at(position);
            node.bound = epsilon * degree;
            node.inverse = 1.0 / degree;
            self.reached.push(position);
        }
        let before = node.residue;
        node.residue = before + mass;
        // In the queue from the moment the bound is passed until it is pushed.
        if before <= node.bound && node.residue > node.bound {
            self.next.push(position);
        }
    }

    /// What a node would get if all residues were pushed once more. Counts the edges that it reads.
    pub(super) fn pending(&mut self, position: u32) -> f64 {
        let (mut sum, mut edges) = (0.0, 0);
        let mut neighbors = self.walk.neighbors_at(position);
        while let Some((id, weight)) = neighbors.advance() {
            let node = self.nodes[id as usize];
            sum += f64::from(weight) * node.inverse * node.residue;
            edges += 1;
        }
        self.edges_touched += edges;
        (1.0 - self.restart) * sum
    }

    pub(super) fn residual(&self) -> f64 {
        let residues = self.reached.iter().map(|&p| self.nodes[p as usize].residue);
        residues.sum()
    }

    pub(super) fn finish(self) -> LocalRank {
        let score = |&position: &u32| {
            let score = self.nodes[position as usize].estimate;
            (self.walk.rows().node(position), score)
        };
        let mut scores: Vec<(NodeId, f64)> = self.reached.iter().map(score).collect();
        scores.extend(&self.settled);
        scores.retain(|(_, score)| *score > 0.0);
        scores.sort_unstable_by_key(|&(node, _)| node);
        LocalRank {
            residual: self.residual(),
            scores,
            pushes: self.pushes,
            edges_touched: self.edges_touched,
            method: Method::ForwardPush,
        }
    }
}
