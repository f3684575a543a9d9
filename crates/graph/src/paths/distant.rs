//! The last resort of an explanation: one cheapest path where nothing near connects.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::{NO_GROUP, Path, PathFinder, Step, is_usable, order};
use crate::NodeId;

/// Longer chains explain nothing to anybody.
const MAX_HOPS: u8 = 4;

/// A way of reaching a node on the search from the target towards the seeds.
#[derive(Debug, Clone, Copy)]
struct Label {
    cost: f64,
    hops: u8,
    node: NodeId,
    /// The settled label this one extends, as a position in the list of settled labels.
    parent: usize,
}

impl Label {
    fn key(&self) -> (u8, NodeId, usize) {
        (self.hops, self.node, self.parent)
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cost
            .total_cmp(&other.cost)
            .then_with(|| self.key().cmp(&other.key()))
    }
}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Label {}

impl PathFinder<'_> {
    /// The cheapest path of up to four hops along walked relations from a seed to `target`. It takes far longer to find
    /// than [near](Self::near) paths.
    ///
    /// Dijkstra's algorithm with a hop limit, from the target to the nearest other seed.
    /// Leaving a node `v` by an edge of weight `w` costs `ln(1 + D_v/w)`: never negative, small for
    /// strong edges, large at hubs. A node is settled again only with fewer hops than before, for a
    /// dearer way of as many hops can lead nowhere better.
    #[must_use]
    pub fn distant(&self, target: NodeId) -> Option<Path> {
        if self.seeds.is_empty() || !self.snapshot.contains(target) {
            return None;
        }
        let mut fewest_hops = vec![u8::MAX; self.walk.node_count()];
        let mut settled: Vec<Label> = Vec::new();
        let start = Label {
            cost: 0.0,
            hops: 0,
            node: target,
            parent: usize::MAX,
        };
        let mut open = BinaryHeap::from([Reverse(start)]);
        while let Some(Reverse(label)) = open.pop() {
            let is_new = label.hops < fewest_hops[label.node.index()];
            if !is_new || !self.is_walkable(&label, &settled) {
                continue;
            }
            fewest_hops[label.node.index()] = label.hops;
            let position = settled.len();
            settled.push(label);
            if label.node != target && self.seeds.contains_key(&label.node) {
                return self.trace(position, &settled);
            }
            if label.hops < MAX_HOPS {
                let hops = label.hops + 1;
                let degree = self.walk.weighted_degree(label.node);
                self.count_edges(self.snapshot.degree(label.node));
                for (node, weight) in self.walk.neighbors(label.node) {
                    if hops < fewest_hops[node.index()] && self.may_arrive(node, MAX_HOPS - hops) {
                        let cost = label.cost + (degree / f64::from(weight)).ln_1p();
                        open.push(Reverse(Label {
                            cost,
                            hops,
                            node,
                            parent: position,
                        }));
                    }
                }
            }
        }
        None
    }

    /// Whether a seed may lie within `hops_left` of `node`, as far as the seeds' surroundings tell.
    /// Keeps the last three hops, which would otherwise read most of the graph, near the seeds.
    fn may_arrive(&self, node: NodeId, hops_left: u8) -> bool {
        let is_seed = || self.seeds.contains_key(&node);
        let is_next = || self.group[node.index()] != NO_GROUP;
        match hops_left {
            0 => is_seed(),
            1 => is_next() || is_seed(),
            2 => self.two_steps()[node.index()] || is_next() || is_seed(),
            _ => true,
        }
    }

    /// Marks the neighbours of what the seeds have edges to.
    fn two_steps(&self) -> &[bool] {
        self.two_steps.get_or_init(|| {
            let mut marks = vec![false; self.walk.node_count()];
            for first in self.first_steps.chunk_by(|a, b| a.step.to == b.step.to) {
                let node = first[0].step.to;
                self.count_edges(self.snapshot.degree(node));
                for (next, _) in self.walk.neighbors(node) {
                    marks[next.index()] = true;
                }
            }
            marks
        })
    }

    /// Whether some edge to the label's parent is no dislike. Asked late, since few labels of those
    /// on the heap ever leave it as news.
    fn is_walkable(&self, label: &Label, settled: &[Label]) -> bool {
        let parent = settled.get(label.parent);
        parent.is_none_or(|parent| self.best_step(label.node, parent.node).is_some())
    }

    /// The strongest usable edge between two nodes, searched from the end with fewer edges.
    fn best_step(&self, from: NodeId, to: NodeId) -> Option<Step> {
        let swap = self.snapshot.degree(from) > self.snapshot.degree(to);
        let (here, other) = if swap { (to, from) } else { (from, to) };
        self.count_edges(self.snapshot.degree(here));
        let neighbors = self.snapshot.neighbors(here);
        let between = neighbors.filter(|there| there.node == other && is_usable(here, *there));
        let steps = between
            .filter(|there| self.snapshot.relation(there.relation).walk)
            .map(|there| Step {
                from,
                relation: there.relation,
                outgoing: there.outgoing != swap,
                to,
                polarity: there.polarity,
            });
        steps.min_by(|a, b| {
            let by_weight = self.weight(b).total_cmp(&self.weight(a));
            by_weight.then_with(|| order(a).cmp(&order(b)))
        })
    }

    /// Reads a path off the settled labels: their parents lead from the seed back to the target.
    fn trace(&self, seed: usize, settled: &[Label]) -> Option<Path> {
        let mut steps = Vec::new();
        let mut score = self.seeds[&settled[seed].node];
        let mut label = settled[seed];
        while let Some(parent) = settled.get(label.parent) {
            let step = self.best_step(label.node, parent.node)?;
            score *= self.weight(&step);
            if settled.get(parent.parent).is_some() {
                score /= (self.snapshot.degree(parent.node) as f32).sqrt();
            }
            steps.push(step);
            label = *parent;
        }
        Some(Path {
            steps,
            score,
            seed: settled[seed].node,
        })
    }
}
