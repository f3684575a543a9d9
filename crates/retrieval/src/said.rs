//! What retrieval needs to know of a conversation, whoever linked it.

use std::collections::{BTreeMap, BTreeSet};

use tastegraph_dialogue::{Speaker, Stance, Understanding};
use tastegraph_graph::{NodeId, NodeKind, Snapshot};
use tastegraph_text::Matching;

use crate::restart::Weights;

/// The weight of a person or facet value as a seed: it stands for many items, an item for a taste.
const ENTITY_ROLE: f32 = 0.5;
/// How much of a request it is to name something in a conversation that the caller linked: nothing tells
/// whether it is asked for, liked or only mentioned. A quarter did best on `ReDial`, see `asked_weight`.
const LINKED_REQUEST: f32 = 0.25;
/// Turns back to which an item that the seeker brought up is still under discussion.
const DISCUSSED: usize = 4;

/// A node that a turn names, linked by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkedMention {
    /// The turn, from 0.
    pub turn: usize,
    /// Who speaks in it.
    pub speaker: Speaker,
    /// What is named.
    pub node: NodeId,
}

/// How an item was named before, if it may be recommended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By the seeker alone, in the last turn: the answer may well be about it.
    JustNow,
    /// By the seeker alone, in one of the last four turns.
    Discussed,
    /// By the recommender, or longer ago.
    Before,
}

/// A conversation as retrieval sees it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// Weighted seeds, in any scale.
    pub(crate) seeds: Weights,
    /// What was asked for by name, items aside, with weights that sum to 1 (to less where it is not sure
    /// that it was asked for), and what there should be less of, with weights that sum to −1.
    pub(crate) asked: Weights,
    /// What is named and not disliked: tokens of the search for similar texts.
    pub(crate) named: BTreeSet<NodeId>,
    /// What must not come back.
    pub(crate) excluded: BTreeSet<NodeId>,
    /// Items that may come back although they were named.
    pub(crate) repeats: BTreeMap<NodeId, Named>,
    /// Whether nothing was linked and no condition stated.
    pub(crate) nothing: bool,
}

impl Said {
    /// From a conversation that was linked and understood here.
    pub(crate) fn understood(understanding: &Understanding) -> Self {
        let named = understanding.mentions.iter();
        let unanswered = understanding.unanswered();
        // What was only proposed says nothing of taste, and as a seed would lead back to itself.
        let weighted = understanding
            .seeds()
            .into_iter()
            .filter(|(entity, _)| !unanswered.contains(entity));
        Self {
            seeds: weighted
                .map(|(entity, weight)| (NodeId(entity), weight))
                .collect(),
            asked: asked_for(understanding),
            named: named
                .filter(|mention| mention.stance.weight() > 0.0)
                .map(|mention| NodeId(mention.entity))
                .collect(),
            excluded: understanding.excluded().into_iter().map(NodeId).collect(),
            repeats: unanswered
                .iter()
                .copied()
                .map(|entity| (NodeId(entity), Named::Before))
                .collect(),
            nothing: understanding.is_empty(),
        }
    }

    /// From mentions that the caller linked, in a conversation of `turns` turns.
    ///
    /// A seed weighs `role · recency^(turns since it was last named)`; what the seeker names other than
    /// items is asked for. Named items are excluded, or with `repeats` only held back.
    pub(crate) fn linked(
        mentions: &[LinkedMention],
        turns: usize,
        repeats: bool,
        recency: f32,
        snapshot: &Snapshot,
    ) -> Self {
        let is_item = |node: NodeId| snapshot.kind(node) == NodeKind::Item;
        let mut last: BTreeMap<NodeId, usize> = BTreeMap::new();
        for mention in mentions {
            let turn = last.entry(mention.node).or_default();
            *turn = mention.turn.max(*turn);
        }
        let seed = |(&node, &turn): (&NodeId, &usize)| {
            let age = turns.saturating_sub(turn + 1);
            let role = if is_item(node) { 1.0 } else { ENTITY_ROLE };
            (
                node,
                role * recency.powi(i32::try_from(age).unwrap_or(i32::MAX)),
            )
        };
        let asked: BTreeSet<NodeId> = mentions
            .iter()
            .filter(|mention| mention.speaker == Speaker::Seeker && !is_item(mention.node))
            .map(|mention| mention.node)
            .collect();
        let items = last.keys().copied().filter(|&node| is_item(node));
        let by_recommender: BTreeSet<NodeId> = mentions
            .iter()
            .filter(|mention| mention.speaker == Speaker::Recommender)
            .map(|mention| mention.node)
            .collect();
        let standing = |node: NodeId| match turns.saturating_sub(last[&node] + 1) {
            _ if by_recommender.contains(&node) => Named::Before,
            0 => Named::JustNow,
            age if age < DISCUSSED => Named::Discussed,
            _ => Named::Before,
        };
        Self {
            seeds: last.iter().map(seed).collect(),
            asked: equal_shares(asked)
                .into_iter()
                .map(|(node, share)| (node, LINKED_REQUEST * share))
                .collect(),
            named: last.keys().copied().collect(),
            repeats: items
                .clone()
                .filter(|_| repeats)
                .map(|item| (item, standing(item)))
                .collect(),
            excluded: items.filter(|_| !repeats).collect(),
            nothing: last.is_empty(),
        }
    }
}

/// What the seeker asked for by name, other than items, with weights that sum to 1, and what there should
/// be less of, with weights that sum to −1.
fn asked_for(understanding: &Understanding) -> Weights {
    let wanted = understanding
        .preferences()
        .into_iter()
        .filter(|preference| {
            let matching = understanding.mentions[preference.said].matching;
            matching != Matching::Title
                && matches!(preference.stance, Stance::AskedFor | Stance::Liked)
        });
    let wanted = equal_shares(wanted.map(|preference| NodeId(preference.entity)).collect());
    let less = equal_shares(
        understanding
            .discouraged()
            .into_iter()
            .map(NodeId)
            .collect(),
    );
    let less = less.into_iter().map(|(node, weight)| (node, -weight));
    let mut asked: Weights = wanted.into_iter().chain(less).collect();
    asked.sort_by_key(|(entity, _)| *entity);
    asked
}

fn equal_shares(nodes: BTreeSet<NodeId>) -> Weights {
    let weight = 1.0 / nodes.len() as f32;
    nodes.into_iter().map(|node| (node, weight)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tastegraph_graph::SnapshotBuilder;

    fn world() -> (Snapshot, [NodeId; 4]) {
        let mut builder = SnapshotBuilder::new();
        for name in ["a", "b", "c"] {
            builder.node(name, NodeKind::Item, name, "thing");
        }
        builder.node("e", NodeKind::Entity, "e", "kind");
        let snapshot = builder.build().expect("a valid graph");
        let ids = ["a", "b", "c", "e"].map(|name| snapshot.find(name).expect("is there"));
        (snapshot, ids)
    }

    fn mention(turn: usize, speaker: Speaker, node: NodeId) -> LinkedMention {
        LinkedMention {
            turn,
            speaker,
            node,
        }
    }

    #[test]
    fn seeds_fade_and_entities_weigh_half() {
        let (snapshot, [a, b, _, e]) = world();
        let mentions = [
            mention(0, Speaker::Seeker, a),
            mention(1, Speaker::Seeker, e),
            mention(1, Speaker::Recommender, b),
            mention(2, Speaker::Seeker, a),
        ];
        let said = Said::linked(&mentions, 3, false, 0.8, &snapshot);
        let expected = [(a, 1.0), (b, 0.8), (e, 0.4)];
        for (found, expected) in said.seeds.iter().zip(expected) {
            assert!(found.0 == expected.0 && (found.1 - expected.1).abs() < 1e-6);
        }
        assert_eq!(said.asked, [(e, LINKED_REQUEST)]);
        assert_eq!(said.excluded, BTreeSet::from([a, b]));
        assert!(said.repeats.is_empty());
    }

    #[test]
    fn who_named_an_item_and_when_decides_whether_it_may_come_back() {
        let (snapshot, [a, b, c, _]) = world();
        let mentions = [
            mention(0, Speaker::Seeker, c),
            mention(1, Speaker::Recommender, c),
            mention(3, Speaker::Seeker, a),
            mention(5, Speaker::Seeker, b),
        ];
        let said = Said::linked(&mentions, 6, true, 0.8, &snapshot);
        assert!(said.excluded.is_empty());
        let expected = [
            (a, Named::Discussed),
            (b, Named::JustNow),
            (c, Named::Before),
        ];
        assert_eq!(said.repeats, BTreeMap::from(expected));
    }
}
