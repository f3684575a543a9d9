//! Filtered ranking of held-out facts.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::sampler::{directed, leads_to};
use crate::relational::{Fact, RelationalGraph};

/// How well held-out facts are found: each is asked for from both ends, among all nodes but those
/// that are right for another fact (Bordes et al., NIPS 2013). Nodes of equal score share the mean
/// of their ranks, so that a constant score is worth what chance is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LinkRanking {
    /// Mean reciprocal rank.
    pub mrr: f64,
    /// Share of answers ranked first.
    pub hits_at_1: f64,
    /// Share of answers among the first three.
    pub hits_at_3: f64,
    /// Share of answers among the first ten.
    pub hits_at_10: f64,
    /// Questions asked: two for each fact.
    pub questions: usize,
}

/// Something that scores every node as an answer.
pub(super) trait LinkScorer: Sync {
    /// One score per node for what `relation`, below 2R, leads to from `from`.
    fn link_scores(&self, from: u32, relation: u32) -> Vec<f32>;
}

/// Ranks the answers of `held_out`; `all` knows every fact, held out or not.
pub(super) fn rank(
    model: &impl LinkScorer,
    all: &RelationalGraph,
    held_out: &[Fact],
) -> LinkRanking {
    let questions: Vec<(u32, u32, u32)> = held_out
        .iter()
        .flat_map(|&fact| [true, false].map(|tail| directed(all, fact, tail)))
        .collect();
    let ranks: Vec<f64> = questions
        .par_iter()
        .map(|&(from, relation, answer)| {
            let scores = model.link_scores(from, relation);
            rank_of(&scores, answer, |node| leads_to(all, from, relation, node))
        })
        .collect();
    LinkRanking::of(&ranks)
}

fn rank_of(scores: &[f32], answer: u32, right: impl Fn(u32) -> bool) -> f64 {
    let own = scores[answer as usize];
    let (mut above, mut equal) = (0u32, 0u32);
    for (node, &score) in (0u32..).zip(scores) {
        if score >= own && node != answer && !right(node) {
            above += u32::from(score > own);
            equal += u32::from(score <= own);
        }
    }
    1.0 + f64::from(above) + f64::from(equal) / 2.0
}

impl LinkRanking {
    fn of(ranks: &[f64]) -> Self {
        let mean = |value: &dyn Fn(f64) -> f64| {
            let total: f64 = ranks.iter().map(|&rank| value(rank)).sum();
            total / ranks.len().max(1) as f64
        };
        let within = |k: f64| mean(&|rank| f64::from(u8::from(rank <= k)));
        Self {
            mrr: mean(&|rank| 1.0 / rank),
            hits_at_1: within(1.0),
            hits_at_3: within(3.0),
            hits_at_10: within(10.0),
            questions: ranks.len(),
        }
    }
}

/// Ranks answers by how often the relation leads to them.
pub(super) struct Popularity<'a>(pub(super) &'a RelationalGraph);

impl LinkScorer for Popularity<'_> {
    fn link_scores(&self, _from: u32, relation: u32) -> Vec<f32> {
        let count = |node: u32| {
            let edges = self
                .0
                .row(node)
                .iter()
                .filter(|edge| edge.relation == relation);
            edges.count() as f32
        };
        (0..self.0.node_count() as u32).map(count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_mean_and_right_answers_do_not_count() {
        let scores = [0.5, 0.5, 0.9, 0.1, 0.5, 0.9];
        // Above: nodes 2 and 5; equal: 1 and 4.
        assert!((rank_of(&scores, 0, |_| false) - 4.0).abs() < 1e-9);
        assert!((rank_of(&scores, 0, |node| node == 5 || node == 4) - 2.5).abs() < 1e-9);
        assert!((rank_of(&[0.0; 9], 3, |_| false) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn measures_by_hand() {
        let ranking = LinkRanking::of(&[1.0, 2.0, 4.0, 20.0]);
        assert!((ranking.mrr - (1.0 + 0.5 + 0.25 + 0.05) / 4.0).abs() < 1e-9);
        let hits = [ranking.hits_at_1, ranking.hits_at_3, ranking.hits_at_10];
        assert_eq!(hits.map(|share| (share * 4.0).to_string()), ["1", "2", "3"]);
    }
}
