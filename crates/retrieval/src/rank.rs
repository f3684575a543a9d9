//! The order of the items.
//!
//! The log-odds of an item are a sum of parts over the items that pass the filters:
//!
//! ```text
//! walk     ln[(1 − λ)·r_i + λ·pop_i]    r the walk's mass on items, scaled to sum 1
//! text     τ · ln(1 + t_i / ε)           t the same from similar texts alone
//! content  κ · content_i                 mean cosine with the items named
//! words    ω · described_i               BM25 of the conversation's words in the item's texts
//! meaning  μ · meaning_i                 cosine of their sentence vectors, above that of items far away
//! tail     −δ · ln(1 + n_i)              n the conversations and users that name it
//! recency  −γ · age_i / 10               age: how far its qualifier is below the highest
//! asked    β · asked_i                   share of what was asked for by name, less that of the unwanted
//! repeat   −ρ if it was named before     only where repeats are wanted
//! diversity −δ · max cosine with an item ahead of it in the list, see `diversity.rs`
//! ```
//!
//! The score is their exponential, scaled to sum 1. Where the walk reaches no item at all,
//! popularity has the whole say (λ = 1).

use std::collections::BTreeMap;

use serde::Serialize;
use tastegraph_graph::{NodeId, NodeKind, NodeRange, Snapshot, top_k};

use crate::said::Named;
use crate::{Content, Parameters};

/// ε: the share of the similar texts' walk below which an item is hardly supported by them. A
/// thousandth is what the hundredth item has on `ReDial`.
pub(crate) const TEXT_FLOOR: f32 = 1e-3;

/// What is known of an item for a request.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Stages {
    /// Share of the walk's mass on items that is on this one, in [0, 1].
    pub pagerank: f32,
    /// The same of the walk that starts from conversations with similar words, in [0, 1].
    pub text: f32,
    /// Share of all mentions and ratings that name this item, in [0, 1].
    pub popularity: f32,
    /// Mean cosine with the items named, over the classes of entities, in [0, 1].
    pub content: f32,
    /// BM25 of the conversation's words in the texts of the item, over that of the best item, in [0, 1].
    pub described: f32,
    /// Cosine of the sentence vectors of conversation and item, less that of the thousandth item; in [0, 1].
    pub meaning: f32,
    /// Share of what was asked for by name that this item has, less the share of what there should be
    /// less of; in [−1, 1].
    pub asked: f32,
    /// The parts of the log-odds.
    pub parts: Parts,
}

/// The parts of an item's log-odds, which add up to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Parts {
    /// From the walk and popularity; not above 0.
    pub walk: f32,
    /// From similar texts; not below 0.
    pub text: f32,
    /// From what the item shares with the items named; not below 0.
    pub content: f32,
    /// From the words of the conversation in the item's texts; not below 0.
    pub words: f32,
    /// From what the conversation and the item mean; not below 0.
    pub meaning: f32,
    /// From popularity in long-tail mode; not above 0.
    pub tail: f32,
    /// From being older than the newest; not above 0.
    pub recency: f32,
    /// From what was asked for by name, and what there should be less of.
    pub asked: f32,
    /// From having been named before; not above 0.
    pub repeat: f32,
    /// From being like an item ahead of it in the list; not above 0.
    pub diversity: f32,
}

impl Parts {
    /// The log-odds.
    #[must_use]
    pub fn total(&self) -> f32 {
        self.walk
            + self.text
            + self.content
            + self.words
            + self.meaning
            + self.tail
            + self.recency
            + self.asked
            + self.repeat
            + self.diversity
    }
}

/// What speaks for items, computed before they are ordered.
#[derive(Debug)]
pub(crate) struct Signals<'a> {
    /// One entry per node, or empty if nothing was walked.
    pub(crate) walk: &'a [f32],
    /// The same from similar texts.
    pub(crate) text: &'a [f32],
    /// One entry per item: conversations and users that name it, and one.
    pub(crate) mentions: &'a [f32],
    /// For each item by how much its qualifier is below the highest.
    pub(crate) ages: &'a [f32],
    /// How well the words of the conversation match each item's texts, in [0, 1]; may be empty.
    pub(crate) described: &'a [f32],
    /// How near each item is in meaning, in [0, 1]; may be empty.
    pub(crate) meaning: &'a [f32],
    /// What was said, as weighted seeds.
    pub(crate) seeds: &'a [(NodeId, f32)],
    /// What was asked for by name, with weights that sum to 1, and what there should be less of, with
    /// weights that sum to −1.
    pub(crate) asked: &'a [(NodeId, f32)],
    /// Items that were named and may come back.
    pub(crate) repeats: &'a BTreeMap<NodeId, Named>,
}

/// For each item, in the order of the snapshot's items, its stages.
pub(crate) fn score(
    snapshot: &Snapshot,
    content: &Content,
    signals: &Signals<'_>,
    parameters: &Parameters,
) -> Vec<Stages> {
    let items = snapshot.nodes_of(NodeKind::Item);
    let walk = shares(signals.walk, &items);
    let text = shares(signals.text, &items);
    let similar = if parameters.content_weight > 0.0 {
        content.similar(signals.seeds, snapshot)
    } else {
        Vec::new()
    };
    let asked = matched(snapshot, signals.asked);
    let mentions: f32 = signals.mentions.iter().sum();
    let popularity_weight = if walk.is_empty() {
        1.0
    } else {
        parameters.popularity_weight
    };
    let at = |shares: &[f32], place: usize| shares.get(place).copied().unwrap_or(0.0);
    items
        .enumerate()
        .map(|(place, item)| {
            let mut stages = Stages {
                pagerank: at(&walk, place),
                text: at(&text, place),
                popularity: at(signals.mentions, place) / mentions,
                content: at(&similar, place),
                described: at(signals.described, place),
                meaning: at(signals.meaning, place),
                asked: at(&asked, item.index()),
                parts: Parts::default(),
            };
            stages.parts = Parts {
                repeat: signals.repeats.get(&item).map_or(0.0, |named| match named {
                    Named::JustNow => 0.0,
                    Named::Discussed => -parameters.discussed_penalty,
                    Named::Before => -parameters.repeat_penalty,
                }),
                recency: -parameters.recency_weight * at(signals.ages, place) / 10.0,
                tail: -parameters.long_tail * at(signals.mentions, place).ln(),
                ..parts(&stages, popularity_weight, parameters)
            };
            stages
        })
        .collect()
}

fn parts(stages: &Stages, popularity_weight: f32, parameters: &Parameters) -> Parts {
    let walked =
        (1.0 - popularity_weight) * stages.pagerank + popularity_weight * stages.popularity;
    Parts {
        walk: walked.ln(),
        text: parameters.similar_text_weight * (stages.text / TEXT_FLOOR).ln_1p(),
        content: parameters.content_weight * stages.content,
        words: parameters.description_weight * stages.described,
        meaning: parameters.description_meaning_weight * stages.meaning,
        asked: parameters.asked_weight * stages.asked,
        ..Parts::default()
    }
}

/// The mass on items, scaled to sum 1; empty if there is none.
fn shares(scores: &[f32], items: &NodeRange) -> Vec<f32> {
    let on_items = items
        .clone()
        .map(|item| scores.get(item.index()).copied().unwrap_or(0.0));
    let mass: f32 = on_items.clone().sum();
    if mass > 0.0 {
        on_items.map(|score| score / mass).collect()
    } else {
        Vec::new()
    }
}

/// The best of the items for which `passes` holds, ties by id. Scores sum to 1 over all items that
/// pass, or are 0 where nothing speaks for any of them.
pub(crate) fn order(
    snapshot: &Snapshot,
    stages: &[Stages],
    passes: impl Fn(NodeId) -> bool,
    count: usize,
) -> Vec<(NodeId, f32, Stages)> {
    let items = snapshot.nodes_of(NodeKind::Item);
    let passing: Vec<bool> = items.clone().map(passes).collect();
    let best = stages
        .iter()
        .zip(&passing)
        .filter(|(_, passes)| **passes)
        .map(|(stages, _)| stages.parts.total())
        .fold(f32::NEG_INFINITY, f32::max);
    let mut odds = vec![0.0; snapshot.node_count()];
    let mut of_item = vec![None; snapshot.node_count()];
    if best > f32::NEG_INFINITY {
        for ((item, stages), _) in items
            .zip(stages)
            .zip(&passing)
            .filter(|(_, passes)| **passes)
        {
            odds[item.index()] = (stages.parts.total() - best).exp();
            of_item[item.index()] = Some(*stages);
        }
    }
    let total: f32 = odds.iter().sum();
    let scale = if total > 0.0 { total } else { 1.0 };
    top_k(&odds, |node| of_item[node.index()].is_some(), count)
        .into_iter()
        .filter_map(|(item, odds)| Some((item, odds / scale, of_item[item.index()]?)))
        .collect()
}

/// For each node the share of the asked-for entities that it is joined to.
fn matched(snapshot: &Snapshot, asked: &[(NodeId, f32)]) -> Vec<f32> {
    let mut share = vec![
        0.0;
        if asked.is_empty() {
            0
        } else {
            snapshot.node_count()
        }
    ];
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
