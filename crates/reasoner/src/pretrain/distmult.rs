//! `DistMult` (Yang et al., arXiv 1412.6575): what a table of embeddings without a graph network
//! reaches, trained on the same facts with the same loss and wrong answers.

use super::loss::self_adversarial;
use super::ranking::LinkScorer;
use super::sampler::Sampler;
use crate::random::Random;
use crate::relational::RelationalGraph;

/// On TMDKG .2 ranks better than .05 and .5, and some decay better than none or a hundred times
/// as much.
const RATE: f32 = 0.2;
const DECAY: f32 = 1e-4;
const EPSILON: f32 = 1e-10;

/// Embeddings with the sums of squares that Adagrad divides by.
pub(super) struct DistMult {
    dimension: usize,
    /// `[nodes, d]`
    nodes: Vec<f32>,
    /// `[2R, d]`: a relation backwards has a vector of its own.
    relations: Vec<f32>,
    node_squares: Vec<f32>,
    relation_squares: Vec<f32>,
}

impl DistMult {
    pub(super) fn new(graph: &RelationalGraph, dimension: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut table = |rows: usize| -> Vec<f32> {
            (0..rows * dimension)
                .map(|_| 0.3 * random.normal())
                .collect()
        };
        let nodes = table(graph.node_count());
        let relations = table(graph.directed_relations());
        let (node_squares, relation_squares) = (vec![0.0; nodes.len()], vec![0.0; relations.len()]);
        Self {
            dimension,
            nodes,
            relations,
            node_squares,
            relation_squares,
        }
    }

    /// Goes once over all facts in random order, from a random end each.
    pub(super) fn epoch(&mut self, sampler: &Sampler<'_>, facts: usize, random: &mut Random) {
        let mut order: Vec<u32> = (0..facts as u32).collect();
        random.shuffle(&mut order);
        for fact in order {
            let example = sampler.of_fact(fact, random.below(2) == 0, random);
            let from = example.question.seeds[0].0;
            self.step(from, example.question.relation, &example.targets);
        }
    }

    fn step(&mut self, from: u32, relation: u32, targets: &[u32]) {
        let d = self.dimension;
        let row = |number: u32| number as usize * d..(number as usize + 1) * d;
        let asked = product(&self.nodes[row(from)], &self.relations[row(relation)]);
        let scores: Vec<f32> = targets
            .iter()
            .map(|&t| dot(&asked, &self.nodes[row(t)]))
            .collect();
        let (_, flows) = self_adversarial(&scores);
        let mut total = vec![0.0; d];
        for (&target, &flow) in targets.iter().zip(&flows) {
            for (total, value) in total.iter_mut().zip(&self.nodes[row(target)]) {
                *total += flow * value;
            }
            let gradient: Vec<f32> = asked.iter().map(|value| flow * value).collect();
            adagrad(
                &mut self.nodes[row(target)],
                &mut self.node_squares[row(target)],
                &gradient,
            );
        }
        let to_relation = product(&total, &self.nodes[row(from)]);
        let to_node = product(&total, &self.relations[row(relation)]);
        adagrad(
            &mut self.nodes[row(from)],
            &mut self.node_squares[row(from)],
            &to_node,
        );
        let squares = &mut self.relation_squares[row(relation)];
        adagrad(&mut self.relations[row(relation)], squares, &to_relation);
    }
}

impl LinkScorer for DistMult {
    fn link_scores(&self, from: u32, relation: u32) -> Vec<f32> {
        let d = self.dimension;
        let row = |number: u32| number as usize * d..(number as usize + 1) * d;
        let asked = product(&self.nodes[row(from)], &self.relations[row(relation)]);
        self.nodes
            .chunks_exact(d)
            .map(|node| dot(&asked, node))
            .collect()
    }
}

fn product(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Duchi et al., JMLR 2011, with weight decay.
fn adagrad(values: &mut [f32], squares: &mut [f32], gradient: &[f32]) {
    for ((value, square), gradient) in values.iter_mut().zip(squares).zip(gradient) {
        let gradient = gradient + DECAY * *value;
        *square += gradient * gradient;
        *value -= RATE * gradient / (square.sqrt() + EPSILON);
    }
}
