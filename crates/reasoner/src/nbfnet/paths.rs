//! The path that contributes most to what a node's features have become.
//!
//! `NBFNet` reads paths off the gradient of a score (arXiv 2106.06935, section 3.4 and appendix F).
//! Here no gradient is needed: in each layer a node's new features are what it had plus an update,
//! and the update follows what arrived, which is a sum over edges. Projected on the sum, each part
//! has a share, and the shares add up to one. The contribution of a path is the product of the
//! shares along it; a beam search back from the node finds the largest.

use tastegraph_graph::{NodeId, Path, Step};

use super::host::{Host, Question, Workspace};

/// Partial paths kept in each layer.
const BEAM: usize = 16;

/// A way back from the node that is explained.
#[derive(Debug, Clone)]
struct Way {
    at: u32,
    share: f64,
    steps: Vec<Step>,
}

impl Host<'_> {
    /// The largest path to a node for the question that `room` holds the features of, as steps of
    /// the snapshot. `None` if the node was not reached or nothing contributes to it.
    pub(crate) fn best_path(
        &self,
        question: &Question,
        node: u32,
        room: &Workspace,
    ) -> Option<Path> {
        let mut beam = vec![Way {
            at: node,
            share: 1.0,
            steps: Vec::new(),
        }];
        let mut best: Option<Way> = None;
        for layer in (1..=self.layout.layers.len()).rev() {
            let mut next = Vec::new();
            for way in &beam {
                self.back_one_layer(question, layer, way, room, &mut next, &mut best);
            }
            next.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.at.cmp(&b.at)));
            next.truncate(BEAM);
            beam = next;
        }
        let at_seed = beam
            .into_iter()
            .filter(|way| question.weight(way.at).is_some());
        at_seed.for_each(|way| offer(&mut best, way));
        let Way {
            at,
            share,
            mut steps,
        } = best?;
        steps.reverse();
        Some(Path {
            steps,
            score: share as f32,
            seed: self.graph.node(at),
        })
    }

    /// Where the features of a node after a layer come from: kept, or by an edge; or the boundary,
    /// where a path ends.
    fn back_one_layer(
        &self,
        question: &Question,
        layer: usize,
        way: &Way,
        room: &Workspace,
        next: &mut Vec<Way>,
        best: &mut Option<Way>,
    ) {
        let kept = room.kept_share(way.at, layer);
        if kept > 0.0 {
            next.push(Way {
                share: way.share * kept,
                ..way.clone()
            });
        }
        let update = way.share * (1.0 - kept);
        let (arrived, query) = (
            self.arrived(question, way.at, layer, room),
            self.query(question),
        );
        let length: f64 = arrived.iter().map(|&a| f64::from(a) * f64::from(a)).sum();
        if update <= 0.0 || length <= 0.0 {
            return;
        }
        if let Some(weight) = question.weight(way.at) {
            let share = f64::from(weight) * dot(query, &arrived) / length;
            offer(
                best,
                Way {
                    share: update * share,
                    ..way.clone()
                },
            );
        }
        let vectors = room.relation_vectors(layer - 1).chunks_exact(query.len());
        let vectors: Vec<Vec<f32>> = vectors
            .map(|vector| vector.iter().zip(&arrived).map(|(w, a)| w * a).collect())
            .collect();
        let mut edges: Vec<(f64, Step, u32)> = Vec::new();
        for edge in self.graph.row(way.at) {
            let Some(source) = room.features_of(edge.source, layer - 1) else {
                continue;
            };
            let share = update * dot(source, &vectors[edge.relation as usize]) / length;
            if share > 0.0 {
                edges.push((
                    share,
                    self.step(edge.source, edge.relation, way.at),
                    edge.source,
                ));
            }
        }
        edges.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        for (share, step, source) in edges.into_iter().take(BEAM) {
            let mut steps = way.steps.clone();
            steps.push(step);
            next.push(Way {
                at: source,
                share,
                steps,
            });
        }
    }

    fn step(&self, from: u32, relation: u32, to: u32) -> Step {
        let count = self.graph.relation_count() as u32;
        let outgoing = relation < count;
        let fact_relation = if outgoing { relation } else { relation - count };
        let node = |number: u32| -> NodeId { self.graph.node(number) };
        Step {
            from: node(from),
            relation: self.graph.relation_id(fact_relation),
            outgoing,
            to: node(to),
            polarity: 0,
        }
    }
}

/// Keeps the better of two whole paths; one without a step explains nothing.
fn offer(best: &mut Option<Way>, way: Way) {
    let better = best.as_ref().is_none_or(|best| way.share > best.share);
    if better && way.share > 0.0 && !way.steps.is_empty() {
        *best = Some(way);
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(&a, &b)| f64::from(a) * f64::from(b))
        .sum()
}
