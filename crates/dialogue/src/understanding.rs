//! What a conversation says, as data.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde::{Deserialize, Serialize};
use tastegraph_text::{EntityId, LinkReason, Matching, Unlinked};

use crate::{Constraint, Rule, Speaker};

/// What a seed loses with each turn.
const RECENCY: f64 = 0.8;
/// The weight of an item as a seed.
const ITEM_ROLE: f64 = 1.0;
/// The weight of a person or facet value as a seed: it stands for many items, an item for a taste.
const ATTRIBUTE_ROLE: f64 = 0.5;

/// How the seeker feels about something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// "I loved X", "something like X".
    Liked,
    /// "I want X".
    AskedFor,
    /// Named, no more.
    Neutral,
    /// "I hate X", "no X".
    Disliked,
    /// Recommended and turned down.
    Rejected,
    /// Named and taken back: "I mean Y", "forget X".
    Withdrawn,
}

impl Stance {
    /// The part of a seed's weight that comes from the stance: 1 liked or asked for, 0.5 neutral, 0 otherwise.
    #[must_use]
    pub fn weight(self) -> f32 {
        match self {
            Self::Liked | Self::AskedFor => 1.0,
            Self::Neutral => 0.5,
            Self::Disliked | Self::Rejected | Self::Withdrawn => 0.0,
        }
    }
}

/// An entity that a turn names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// The turn, counted from 0.
    pub turn: usize,
    /// Who names it.
    pub speaker: Speaker,
    /// Bytes of the text of the turn.
    pub span: Range<usize>,
    /// The text of the span.
    pub text: String,
    /// The entity.
    pub entity: EntityId,
    /// What kind of surface it is.
    pub matching: Matching,
    /// How the seeker feels about it, as far as this mention and the reply to it say.
    pub stance: Stance,
    /// Whether the seeker knows it already.
    pub seen: bool,
    /// Confidence of the link, 0 to 1.
    pub score: f32,
    /// What the link rests on.
    pub reason: LinkReason,
}

/// What a conversation says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Understanding {
    /// Named entities in the order of the conversation.
    pub mentions: Vec<Mention>,
    /// Limits that hold at the end of the conversation; corrected ones are gone.
    pub constraints: Vec<Constraint>,
    /// Spans that look like a name and are unknown, each with its turn.
    pub unlinked: Vec<(usize, Unlinked)>,
    /// The number of turns.
    pub(crate) turns: usize,
}

/// What a conversation comes to for one entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// The entity.
    pub entity: EntityId,
    /// The latest stance that is one; a mere repetition takes nothing back.
    pub stance: Stance,
    /// Whether the seeker knows it already.
    pub seen: bool,
    /// The mention that set the stance, by index in [`Understanding::mentions`]: where it was said.
    pub said: usize,
    /// The turn in which it was last named.
    pub turn: usize,
}

impl Understanding {
    /// The restart weights of the entities, heaviest first, then by id; they sum to 1 unless there are none.
    ///
    /// ```text
    /// weight(e) = role(e) · 0.8^(turns since e was last named) · stance(e)
    /// ```
    ///
    /// The role is 1 for items and 0.5 for people and facet values. The stance is the one of the latest mention that
    /// expresses any; entities of weight 0 are left out.
    #[must_use]
    pub fn seeds(&self) -> Vec<(EntityId, f32)> {
        let weigh = |preference: Preference| {
            let age = self.turns.saturating_sub(preference.turn + 1);
            let recency = RECENCY.powi(i32::try_from(age).unwrap_or(i32::MAX));
            let role = match self.mentions[preference.said].matching {
                Matching::Title => ITEM_ROLE,
                _ => ATTRIBUTE_ROLE,
            };
            let weight = role * recency * f64::from(preference.stance.weight());
            (preference.entity, weight)
        };
        let mut weights: Vec<(EntityId, f64)> = self.preferences().into_iter().map(weigh).collect();
        weights.retain(|&(_, weight)| weight > 0.0);
        weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let total: f64 = weights.iter().map(|&(_, weight)| weight).sum();
        weights
            .into_iter()
            .map(|(entity, weight)| (entity, (weight / total) as f32))
            .collect()
    }

    /// Entities that must not come back as a recommendation: items that the seeker named, and whatever is accepted,
    /// disliked, rejected or known. What was recommended and not answered may come back.
    #[must_use]
    pub fn excluded(&self) -> BTreeSet<EntityId> {
        let named = self.mentions.iter().filter(|mention| {
            mention.seen
                || (mention.matching == Matching::Title
                    && mention.stance != Stance::Withdrawn
                    && (mention.speaker == Speaker::Seeker || mention.stance != Stance::Neutral))
        });
        let refused = self
            .preferences()
            .into_iter()
            .filter(|preference| matches!(preference.stance, Stance::Disliked | Stance::Rejected));
        named
            .map(|mention| mention.entity)
            .chain(refused.map(|preference| preference.entity))
            .collect()
    }

    /// Items that were recommended and that the seeker has not answered, most recent last.
    #[must_use]
    pub fn unanswered(&self) -> Vec<EntityId> {
        let excluded = self.excluded();
        let items = self.mentions.iter().filter(|mention| {
            mention.matching == Matching::Title && mention.speaker == Speaker::Recommender
        });
        let mut open: Vec<EntityId> = Vec::new();
        for mention in items.filter(|mention| !excluded.contains(&mention.entity)) {
            open.retain(|entity| *entity != mention.entity);
            open.push(mention.entity);
        }
        open
    }

    /// Things of which there should be less, without being forbidden.
    #[must_use]
    pub fn discouraged(&self) -> Vec<EntityId> {
        let forbidden = |entity| {
            let mut rules = self.constraints.iter().map(|constraint| &constraint.rule);
            rules.any(|rule| *rule == Rule::Forbid(entity))
        };
        let disliked = self.preferences().into_iter().filter(|preference| {
            preference.stance == Stance::Disliked
                && self.mentions[preference.said].matching != Matching::Title
                && !forbidden(preference.entity)
        });
        disliked.map(|preference| preference.entity).collect()
    }

    /// Whether nothing was linked and no limit stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mentions.is_empty() && self.constraints.is_empty()
    }

    /// What the conversation comes to, an entry for each entity, in the order in which they were last named.
    #[must_use]
    pub fn preferences(&self) -> Vec<Preference> {
        let mut preferences: BTreeMap<EntityId, Preference> = BTreeMap::new();
        for (index, mention) in self.mentions.iter().enumerate() {
            let entity = mention.entity;
            let preference = preferences.entry(entity).or_insert(Preference {
                entity,
                stance: Stance::Neutral,
                seen: false,
                said: index,
                turn: 0,
            });
            preference.turn = mention.turn;
            preference.seen |= mention.seen;
            // What is named anew after it was taken back is a new beginning.
            let revived = preference.stance == Stance::Withdrawn;
            if mention.stance != Stance::Neutral || revived {
                preference.stance = mention.stance;
                preference.said = index;
            }
        }
        let mut preferences: Vec<Preference> = preferences.into_values().collect();
        preferences.sort_by_key(|preference| (preference.turn, preference.said));
        preferences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(turn: usize, entity: EntityId, matching: Matching, stance: Stance) -> Mention {
        let reason = LinkReason::Exact;
        Mention {
            turn,
            speaker: Speaker::Seeker,
            span: 0..1,
            text: "x".to_owned(),
            entity,
            matching,
            stance,
            seen: false,
            score: 1.0,
            reason,
        }
    }

    fn understanding(turns: usize, mentions: Vec<Mention>) -> Understanding {
        Understanding {
            mentions,
            turns,
            ..Understanding::default()
        }
    }

    #[test]
    fn weighs_role_recency_and_stance() {
        let understanding = understanding(
            3,
            vec![
                mention(0, 1, Matching::Title, Stance::Liked),
                mention(2, 2, Matching::Term, Stance::AskedFor),
                mention(2, 3, Matching::Title, Stance::Neutral),
                mention(2, 4, Matching::Title, Stance::Disliked),
            ],
        );
        let total = 0.64 + 0.5 + 0.5;
        let seeds = understanding.seeds();
        for (seed, expected) in
            seeds
                .iter()
                .zip([(1, 0.64 / total), (2, 0.5 / total), (3, 0.5 / total)])
        {
            assert_eq!(seed.0, expected.0);
            assert!((seed.1 - expected.1).abs() < 1e-6);
        }
        assert_eq!(seeds.len(), 3);
        assert_eq!(understanding.excluded(), BTreeSet::from([1, 3, 4]));
    }

    #[test]
    fn the_latest_stance_counts_and_the_latest_mention_dates_it() {
        let understanding = understanding(
            3,
            vec![
                mention(0, 1, Matching::Term, Stance::AskedFor),
                mention(0, 2, Matching::Term, Stance::AskedFor),
                mention(1, 1, Matching::Term, Stance::Disliked),
                mention(2, 1, Matching::Term, Stance::Neutral),
            ],
        );
        assert_eq!(understanding.seeds(), [(2, 1.0)]);
        assert_eq!(understanding.excluded(), BTreeSet::from([1]));
    }

    #[test]
    fn nothing_has_no_seeds() {
        let nothing = Understanding::default();
        assert!(nothing.is_empty());
        assert_eq!(nothing.seeds(), []);
        assert!(nothing.excluded().is_empty());
    }
}
