//! The order of the items.
//!
//! `score_i ∝ [(1 − λ)·r_i/Σr + λ·pop_i] · exp(β·asked_i − ρ·repeated_i)` over the items that pass the
//! filters: `r` from Personalized PageRank, `pop` the share of all mentions and ratings,
//! `asked_i ∈ [−1, 1]` the share of what was asked for by name that the item has, less the share of
//! what there should be less of; `repeated_i` is 1 if it was recommended before. Scores sum to 1. Where the walk reaches
//! no item at all, popularity has the whole say (λ = 1).

use serde::Serialize;
use tastegraph_graph::{NodeId, NodeKind, Snapshot, top_k};

use crate::Parameters;

/// The parts of a candidate's score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Stages {
    /// Share of the walk's mass on items that is on this one, in [0, 1].
    pub pagerank: f32,
    /// Share of all mentions and ratings that name this item, in [0, 1].
    pub popularity: f32,
    /// Share of what was asked for by name that this item has, less the share of what there should be less of; in
    /// [−1, 1].
    pub asked: f32,
}

impl Stages {
    /// The score before it is scaled to sum 1 over all items.
    fn combined(self, popularity_weight: f32, asked_weight: f32) -> f32 {
        let walked =
            (1.0 - popularity_weight) * self.pagerank + popularity_weight * self.popularity;
        walked * (asked_weight * self.asked).exp()
    }
}

/// Orders the items for which `passes` holds; the best `k`, ties by id.
///
/// `walk_scores` has one entry per node, or is empty if nothing was walked; `popularity` one per
/// item; `asked` holds what was asked for by name, with weights that sum to 1, and what there should be less of, with
/// weights that sum to −1; `repeated` what was recommended before. Scores sum to 1 over
/// the items that pass, or are all 0 if nothing speaks for any of them.
#[must_use]
pub fn order(
    snapshot: &Snapshot,
    walk_scores: &[f32],
    popularity: &[f32],
    asked: &[(NodeId, f32)],
    repeated: &[NodeId],
    passes: impl Fn(NodeId) -> bool,
    parameters: &Parameters,
) -> Vec<(NodeId, f32, Stages)> {
    let items = snapshot.nodes_of(NodeKind::Item);
    let mass: f32 = items
        .clone()
        .map(|item| walk_scores.get(item.index()).copied().unwrap_or(0.0))
        .sum();
    let matched = matched(snapshot, asked);
    let stages: Vec<(NodeId, Stages)> = items
        .zip(popularity)
        .filter(|(item, _)| passes(*item))
        .map(|(item, &popularity)| {
            let walked = walk_scores.get(item.index()).copied().unwrap_or(0.0);
            let stages = Stages {
                pagerank: if mass > 0.0 { walked / mass } else { 0.0 },
                popularity,
                asked: matched[item.index()],
            };
            (item, stages)
        })
        .collect();
    let popularity_weight = if mass > 0.0 {
        parameters.popularity_weight
    } else {
        1.0
    };
    let mut scores = vec![0.0; snapshot.node_count()];
    let mut by_item = vec![None; snapshot.node_count()];
    for (item, stages) in stages {
        let again = if repeated.contains(&item) {
            -parameters.repeat_penalty
        } else {
            0.0
        };
        scores[item.index()] =
            stages.combined(popularity_weight, parameters.asked_weight) * again.exp();
        by_item[item.index()] = Some(stages);
    }
    let total: f32 = scores.iter().sum();
    // All are 0 where popularity has no share and the walk reaches only what does not pass.
    let scale = if total > 0.0 { total } else { 1.0 };
    top_k(
        &scores,
        |node| by_item[node.index()].is_some(),
        parameters.candidates,
    )
    .into_iter()
    .filter_map(|(item, score)| by_item[item.index()].map(|stages| (item, score / scale, stages)))
    .collect()
}

/// For each node the share of the asked-for entities that it is joined to.
fn matched(snapshot: &Snapshot, asked: &[(NodeId, f32)]) -> Vec<f32> {
    let mut share = vec![0.0; snapshot.node_count()];
    for &(entity, weight) in asked {
        let mut holders: Vec<NodeId> = snapshot
            .neighbors(entity)
            .map(|neighbor| neighbor.node)
            .collect();
        // A person may both direct and act; that is one match.
        holders.sort_unstable();
        holders.dedup();
        for holder in holders {
            share[holder.index()] += weight;
        }
    }
    share
}
