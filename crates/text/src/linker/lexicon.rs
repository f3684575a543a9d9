//! The patterns that the automaton looks for, and what each may stand for.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::surface::{Form, variants};
use crate::{EntityId, LexiconEntry, Matching, TextError, words};

/// One reading of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sense {
    pub(super) entity: EntityId,
    pub(super) matching: Matching,
    pub(super) form: Form,
    pub(super) preferred: bool,
    pub(super) prior: f32,
    pub(super) qualifier: Option<i32>,
}

impl Sense {
    /// Given before derived, title before name before term, then popularity, label and lower id.
    fn compare(&self, other: &Self) -> Ordering {
        (other.form.is_given().cmp(&self.form.is_given()))
            .then(self.matching.cmp(&other.matching))
            .then(other.prior.total_cmp(&self.prior))
            .then(other.preferred.cmp(&self.preferred))
            .then(self.entity.cmp(&other.entity))
    }
}

/// How much a surface says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Only pronouns, particles and the like.
    Particle,
    /// Only frequent words.
    Common,
    Distinct,
}

/// From this many words on, running text does not spell a title by chance.
const DISTINCT_WORDS: usize = 4;

impl Class {
    fn of(text: &str) -> Self {
        let words = || text.split(' ');
        if words().all(words::is_particle) {
            Self::Particle
        } else if words().count() < DISTINCT_WORDS && words().all(words::is_common) {
            Self::Common
        } else {
            Self::Distinct
        }
    }
}

/// A normalised surface and its readings, best first.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) text: Box<str>,
    pub(super) stops: u64,
    pub(super) class: Class,
    pub(super) senses: Vec<Sense>,
}

impl Pattern {
    pub(super) fn words(&self) -> usize {
        self.text.split(' ').count()
    }
}

/// Collects the patterns of all entries, ordered by text.
pub(super) fn patterns(entries: Vec<LexiconEntry>) -> Result<Vec<Pattern>, TextError> {
    let mut drafts: BTreeMap<String, (u64, Vec<Sense>)> = BTreeMap::new();
    for entry in entries {
        if !entry.prior.is_finite() || entry.prior < 0.0 {
            return Err(TextError::Prior {
                surface: entry.surface,
                entity: entry.entity,
                prior: entry.prior,
            });
        }
        for variant in variants(&entry) {
            let (stops, senses) = drafts.entry(variant.text).or_default();
            *stops |= variant.stops;
            senses.push(Sense {
                entity: entry.entity,
                matching: entry.matching,
                form: variant.form,
                preferred: entry.preferred,
                prior: entry.prior,
                qualifier: entry.qualifier,
            });
        }
    }
    let finish = |(text, (stops, senses)): (String, _)| {
        let senses = settle(senses);
        let class = Class::of(&text);
        (!senses.is_empty()).then(|| Pattern {
            text: text.into(),
            stops,
            class,
            senses,
        })
    };
    Ok(drafts.into_iter().filter_map(finish).collect())
}

/// Keeps the closest form of each reading, drops ambiguous short forms and orders what is left.
fn settle(mut senses: Vec<Sense>) -> Vec<Sense> {
    senses.sort_by_key(|sense| (sense.entity, sense.matching, sense.form));
    senses.dedup_by_key(|sense| (sense.entity, sense.matching));
    let titles: BTreeSet<EntityId> = senses
        .iter()
        .filter(|sense| sense.matching == Matching::Title)
        .map(|sense| sense.entity)
        .collect();
    if titles.len() > 1 {
        senses.retain(|sense| sense.form != Form::Short);
    }
    senses.sort_by(Sense::compare);
    senses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(surface: &str, entity: EntityId, matching: Matching, prior: f32) -> LexiconEntry {
        LexiconEntry {
            surface: surface.to_owned(),
            entity,
            matching,
            preferred: true,
            prior,
            qualifier: None,
        }
    }

    fn entities(patterns: &[Pattern], text: &str) -> Vec<EntityId> {
        let found = patterns.iter().find(|pattern| &*pattern.text == text);
        found
            .map(|pattern| pattern.senses.iter().map(|sense| sense.entity).collect())
            .unwrap_or_default()
    }

    #[test]
    fn orders_the_readings() {
        let patterns = patterns(vec![
            entry("Heat", 4, Matching::Title, 1.0),
            entry("Heat", 3, Matching::Title, 1.0),
            entry("Heat", 5, Matching::Title, 9.0),
            entry("The Heat", 6, Matching::Title, 99.0),
            entry("heat", 7, Matching::Term, 99.0),
        ])
        .expect("priors are valid");
        assert_eq!(entities(&patterns, "heat"), [5, 3, 4, 7, 6]);
        assert_eq!(entities(&patterns, "the heat"), [6]);
    }

    #[test]
    fn an_ambiguous_short_form_is_dropped() {
        let saga = [
            entry("Star Saga: One", 1, Matching::Title, 1.0),
            entry("Star Saga: Two", 2, Matching::Title, 1.0),
        ];
        assert_eq!(
            entities(&patterns(saga[..1].to_vec()).expect("valid"), "star saga"),
            [1]
        );
        assert_eq!(
            entities(&patterns(saga.to_vec()).expect("valid"), "star saga"),
            [0u32; 0]
        );
    }

    #[test]
    fn refuses_a_prior_that_cannot_be_compared() {
        for prior in [f32::NAN, f32::INFINITY, -1.0] {
            let error =
                patterns(vec![entry("Heat", 3, Matching::Title, prior)]).expect_err("not a prior");
            assert!(error.to_string().contains("\"Heat\""), "{error}");
        }
    }

    #[test]
    fn classes() {
        assert_eq!(Class::of("it"), Class::Particle);
        assert_eq!(Class::of("heat"), Class::Common);
        assert_eq!(Class::of("some like it hot"), Class::Distinct);
        assert_eq!(Class::of("vertigo"), Class::Distinct);
    }
}
