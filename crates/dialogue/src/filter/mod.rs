//! Ranges that a turn states: years, durations, numbers and the expressions of the vocabulary.

mod duration;
mod number;
#[cfg(test)]
mod tests;
mod year;

use std::{cmp::Reverse, ops::Range};

use crate::{
    FilterKind, FilterPhrase, FilterSpec, Vocabulary,
    item::{Gap, Word, expression},
};

/// A range found in a turn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter {
    /// The words that state it, by index.
    pub(crate) words: Range<usize>,
    /// The filter, by index in the vocabulary.
    pub(crate) spec: usize,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    /// A negation stands right before it and is part of it: "nothing over two hours".
    pub(crate) flipped: bool,
    /// Speaks of an excess, which nobody wants: "too long" says the same with and without a "not" far before it.
    pub(crate) excess: bool,
    pub(crate) is_duration: bool,
}

/// What a filter demands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Demand {
    Within(Option<f64>, Option<f64>),
    Outside(f64, f64),
    /// Nothing any more.
    Any,
}

impl Filter {
    /// The range, or what is outside of it if the clause is negated.
    pub(crate) fn demand(&self, kind: FilterKind, negated: bool) -> Demand {
        // Years are whole, so the first year outside is one further; other values are continuous.
        let step = if kind == FilterKind::Year { 1.0 } else { 0.0 };
        let turned = self.flipped || (negated && !self.excess);
        match (self.min, self.max) {
            (None, None) => Demand::Any,
            (min, max) if !turned => Demand::Within(min, max),
            (Some(min), None) => Demand::Within(None, Some(min - step)),
            (None, Some(max)) => Demand::Within(Some(max + step), None),
            (Some(min), Some(max)) => Demand::Outside(min, max),
        }
    }
}

/// A range that a parser read: its ends, both included, and the number of words.
struct Parsed {
    min: Option<f64>,
    max: Option<f64>,
    length: usize,
}

/// The vocabulary, prepared for reading.
pub(crate) struct Grammar<'v> {
    /// The first filter of years and of durations, by index in the vocabulary.
    year: Option<usize>,
    minutes: Option<usize>,
    /// Filters of plain numbers with the words of their names.
    numbers: Vec<(usize, Vec<Vec<String>>)>,
    phrases: Vec<(usize, Vec<String>, &'v FilterPhrase)>,
}

impl<'v> Grammar<'v> {
    pub(crate) fn new(vocabulary: &'v Vocabulary) -> Self {
        let specs = || vocabulary.filters.iter().enumerate();
        let first = |kind| vocabulary.filters.iter().position(|spec| spec.kind == kind);
        let names = |spec: &FilterSpec| {
            let names = [expression(&spec.label), expression(&spec.name)];
            names.into_iter().filter(|name| !name.is_empty()).collect()
        };
        let phrases = specs().flat_map(|(index, spec)| {
            (spec.phrases.iter()).map(move |phrase| (index, expression(&phrase.text), phrase))
        });
        Self {
            year: first(FilterKind::Year),
            minutes: first(FilterKind::Minutes),
            numbers: specs()
                .filter(|(_, spec)| spec.kind == FilterKind::Number)
                .map(|(index, spec)| (index, names(spec)))
                .collect(),
            phrases: phrases.filter(|(_, words, _)| !words.is_empty()).collect(),
        }
    }

    /// The ranges that a turn states, the longest where they overlap, in order. Words of titles state nothing.
    pub(crate) fn read(&self, words: &[Word]) -> Vec<Filter> {
        let mut found: Vec<Filter> = (0..words.len())
            .flat_map(|at| self.parse(words, at))
            .collect();
        found.sort_by_key(|filter| (Reverse(filter.words.len()), filter.words.start));
        let mut chosen: Vec<Filter> = Vec::new();
        let mut taken = vec![false; words.len()];
        for filter in found {
            if !taken[filter.words.clone()].contains(&true) {
                taken[filter.words.clone()].fill(true);
                chosen.push(filter);
            }
        }
        chosen.sort_by_key(|filter| filter.words.start);
        absorb_negations(words, &mut chosen);
        chosen
    }

    /// All ranges that start at a word.
    fn parse(&self, words: &[Word], at: usize) -> Vec<Filter> {
        let rest = free(&words[at..]);
        let before = at.checked_sub(1).map(|before| &words[before]);
        let before = before
            .filter(|word| word.gap == Gap::Space)
            .map(|word| word.text.as_str());
        let year = self.year.map(|spec| (spec, year::parse(rest, before)));
        let minutes = self.minutes.map(|spec| (spec, duration::parse(rest)));
        let numbers = self
            .numbers
            .iter()
            .map(|(spec, names)| (*spec, number::parse(rest, names)));
        let phrases = self.phrases.iter().map(|(spec, expression, phrase)| {
            let parsed = |length| Parsed {
                min: phrase.min,
                max: phrase.max,
                length,
            };
            (*spec, starts_with(rest, expression).map(parsed))
        });
        let parsed = year
            .into_iter()
            .chain(minutes)
            .chain(numbers)
            .chain(phrases);
        let filter = |(spec, parsed): (usize, Option<Parsed>)| {
            let Parsed { min, max, length } = parsed?;
            Some(Filter {
                words: at..at + length,
                spec,
                min,
                max,
                flipped: false,
                is_duration: Some(spec) == self.minutes,
                excess: words[at..at + length].iter().any(|word| word.text == "too"),
            })
        };
        parsed.filter_map(filter).collect()
    }
}

/// Takes a negation right before a range into it.
fn absorb_negations(words: &[Word], filters: &mut [Filter]) {
    for index in 0..filters.len() {
        let taken = index
            .checked_sub(1)
            .map_or(0, |before| filters[before].words.end);
        let filter = &mut filters[index];
        if let Some(before) = filter
            .words
            .start
            .checked_sub(1)
            .filter(|&before| before >= taken)
        {
            let word = &words[before];
            let negation = ["not", "no", "nothing", "never"].contains(&word.text.as_str());
            if negation && !filter.excess && word.gap == Gap::Space && !word.in_title {
                filter.words.start = before;
                filter.flipped = true;
            }
        }
    }
}

/// No expression has more words.
const MAX_WORDS: usize = 16;

/// The words up to the next comma, end of a sentence or title.
fn free(words: &[Word]) -> &[Word] {
    let words = &words[..words.len().min(MAX_WORDS)];
    let end = words
        .iter()
        .position(|word| word.in_title)
        .unwrap_or(words.len());
    let stop = words[..end]
        .iter()
        .position(|word| matches!(word.gap, Gap::Comma | Gap::Stop))
        .map_or(end, |stop| stop + 1);
    &words[..stop]
}

fn text(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |word| word.text.as_str())
}

/// The number of words of an expression if the words start with it.
fn starts_with<S: AsRef<str>>(words: &[Word], expression: &[S]) -> Option<usize> {
    let same = words.len() >= expression.len()
        && words
            .iter()
            .zip(expression)
            .all(|(a, b)| a.text == b.as_ref());
    same.then_some(expression.len())
}

/// The longest of some expressions that the words start with.
fn longest(words: &[Word], expressions: &[&str]) -> Option<usize> {
    let lengths = expressions
        .iter()
        .filter_map(|expression| starts_with(words, &expression.split(' ').collect::<Vec<_>>()));
    lengths.max()
}

/// What a comparison bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Min,
    Max,
}

/// A comparison with an amount, and its number of words.
fn comparison(words: &[Word]) -> Option<(Bound, usize)> {
    const MAX: [&str; 17] = [
        "under",
        "less than",
        "at most",
        "max",
        "max of",
        "maximum",
        "maximum of",
        "shorter than",
        "below",
        "within",
        "no more than",
        "no longer than",
        "not longer than",
        "not more than",
        "up to",
        "fewer than",
        "no greater than",
    ];
    const MIN: [&str; 12] = [
        "over",
        "more than",
        "at least",
        "longer than",
        "above",
        "minimum",
        "minimum of",
        "no less than",
        "no shorter than",
        "not less than",
        "greater than",
        "higher than",
    ];
    let max = longest(words, &MAX).map(|length| (Bound::Max, length));
    let min = longest(words, &MIN).map(|length| (Bound::Min, length));
    max.into_iter().chain(min).max_by_key(|&(_, length)| length)
}

fn bounded(bound: Bound, value: f64, length: usize) -> Parsed {
    match bound {
        Bound::Min => Parsed {
            min: Some(value),
            max: None,
            length,
        },
        Bound::Max => Parsed {
            min: None,
            max: Some(value),
            length,
        },
    }
}
