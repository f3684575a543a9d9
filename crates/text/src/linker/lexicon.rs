//! The patterns that the automaton looks for, and what each may stand for.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::surface::{Form, variants};
use crate::{EntityId, LexiconEntry, Matching, TextError, normalize, words};

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
            // A facet value is called by its name first; of works the better known one is meant.
            .then_with(|| match self.matching {
                Matching::Term => other.preferred.cmp(&self.preferred),
                _ => Ordering::Equal,
            })
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
/// So many do if none is a pronoun, particle or the like.
const DISTINCT_CONTENT_WORDS: usize = 3;

/// The first name of so many people is taken for a given name.
const GIVEN_NAMES: u32 = 2;

impl Class {
    /// The class of a normalised surface. `is_value` tells words that are facet values: they say little in a title.
    fn of(text: &str, is_value: impl Fn(&str) -> bool) -> Self {
        let words = || text.split(' ');
        let content = || words().filter(|word| !words::is_particle(word));
        let count = content().count();
        if count == 0 || text.chars().nth(1).is_none() {
            return Self::Particle;
        }
        let common = |word: &str| {
            words::is_everyday(word) || is_value(word) || (count == 1 && words::is_common(word))
        };
        let short = words().count() < DISTINCT_WORDS && count < DISTINCT_CONTENT_WORDS;
        if short && content().all(common) {
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
    /// Several people are called so, so that a capital does not tell a title.
    pub(super) is_given_name: bool,
    pub(super) senses: Vec<Sense>,
}

impl Pattern {
    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.senses.capacity() * size_of::<Sense>()
    }

    /// Whether it starts as "a good …" would.
    pub(super) fn starts_with_judgement(&self) -> bool {
        let mut words = self.text.split(' ');
        words.next().is_some_and(words::is_judgement)
    }

    pub(super) fn words(&self) -> usize {
        self.text.split(' ').count()
    }
}

/// Collects the patterns of all entries, ordered by text.
pub(super) fn patterns(entries: Vec<LexiconEntry>) -> Result<Vec<Pattern>, TextError> {
    let mut drafts: BTreeMap<String, (u64, Vec<Sense>)> = BTreeMap::new();
    let mut given_names: BTreeMap<String, u32> = BTreeMap::new();
    for entry in entries {
        if !entry.prior.is_finite() || entry.prior < 0.0 {
            return Err(TextError::Prior {
                surface: entry.surface,
                entity: entry.entity,
                prior: entry.prior,
            });
        }
        if entry.matching == Matching::Name
            && let Some((first, _)) = normalize(&entry.surface).split_once(' ')
        {
            *given_names.entry(first.to_owned()).or_default() += 1;
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
    let is_term = |sense: &Sense| sense.matching == Matching::Term;
    let values: BTreeSet<String> = (drafts.iter())
        .filter(|(text, (_, senses))| !text.contains(' ') && senses.iter().any(is_term))
        .map(|(text, _)| text.clone())
        .collect();
    let finish = |(text, (stops, senses)): (String, _)| {
        let mut senses = settle(senses);
        let class = Class::of(&text, |word| values.contains(word));
        if class != Class::Distinct {
            // "The Last" is no short form of "The Last: A Story" that anyone could tell from other words.
            senses.retain(|sense| sense.form != Form::Short);
        }
        (!senses.is_empty()).then(|| Pattern {
            is_given_name: given_names
                .get(&text)
                .is_some_and(|count| *count >= GIVEN_NAMES),
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
        let value = |word: &str| word == "superhero";
        for (text, class) in [
            ("it", Class::Particle),
            ("m", Class::Particle),
            ("get out", Class::Particle),
            ("heat", Class::Common),
            ("the flick", Class::Common),
            ("toy story", Class::Common),
            ("superhero movie", Class::Common),
            ("toy story 3", Class::Distinct),
            ("hunger games", Class::Distinct),
            ("some like it hot", Class::Distinct),
            ("vertigo", Class::Distinct),
        ] {
            assert_eq!(Class::of(text, value), class, "{text}");
        }
    }
}
