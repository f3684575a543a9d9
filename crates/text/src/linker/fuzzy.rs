//! Misspelled surfaces.

use std::collections::BTreeSet;

use super::{
    edits::{NearWords, distance, hash},
    lexicon::{Class, Pattern},
    surface::Form,
};
use crate::{Matching, words};

/// One edit is allowed for this many characters.
const CHARACTERS_PER_EDIT: usize = 6;
/// No more than these, however long the span.
const MAX_EDITS: usize = 3;
/// A title of one word that is shorter is too easily another word.
const MIN_SINGLE_WORD: usize = 7;
/// Surfaces that are longer are not indexed: nobody types them.
const MAX_LENGTH: usize = 80;
/// Readings tried for one word, and for all words of a span together.
const MAX_READINGS: usize = 8;
const MAX_COMBINATIONS: usize = 256;

/// Finds surfaces of two words or more, and long titles of one word, within a few edits.
///
/// Each word of a query is replaced by words of surfaces near it; what comes out is looked up as a whole, spaces
/// aside, so that words written apart or together are found too.
#[derive(Debug, Clone, Default)]
pub(super) struct FuzzyIndex {
    words: NearWords,
    /// Hash of a surface without its spaces, and the pattern; ascending.
    surfaces: Vec<(u64, u32)>,
}

impl FuzzyIndex {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut words: BTreeSet<&str> = BTreeSet::new();
        let mut surfaces = Vec::new();
        for (id, pattern) in patterns
            .iter()
            .enumerate()
            .filter(|(_, pattern)| is_indexed(pattern))
        {
            words.extend(pattern.text.split(' '));
            surfaces.push((hash(pattern.text.split(' ')), id as u32));
        }
        surfaces.sort_unstable();
        Self {
            words: NearWords::new(words.into_iter().map(Into::into).collect()),
            surfaces,
        }
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        self.words.memory() + self.surfaces.capacity() * size_of::<(u64, u32)>()
    }

    /// The closest pattern to a normalised text that is not equal to it, and the number of edits. Among equally close
    /// ones the most popular, then the first. A text of one word must have only one.
    pub(super) fn find(&self, patterns: &[Pattern], query: &str) -> Option<(usize, u8)> {
        let characters: Vec<char> = query.chars().collect();
        let single = !query.contains(' ');
        let most = if single { 1 } else { MAX_EDITS };
        let limit = (characters.len() / CHARACTERS_PER_EDIT).min(most);
        if limit == 0 || characters.len() > MAX_LENGTH + MAX_EDITS {
            return None;
        }
        let mut best: Option<(usize, usize)> = None;
        let mut several = false;
        for id in self.candidates(query, limit) {
            let Some(edits) = accepted(&patterns[id].text, query, &characters, limit) else {
                continue;
            };
            let first = |id: usize| &patterns[id].senses[0];
            several |= best.is_some_and(|(old, fewest)| {
                fewest == edits && first(old).entity != first(id).entity
            });
            let better = best.is_none_or(|(old, fewest)| {
                edits < fewest || (edits == fewest && first(id).prior > first(old).prior)
            });
            if better {
                best = Some((id, edits));
            }
        }
        best.filter(|_| !(single && several))
            .map(|(id, edits)| (id, edits as u8))
    }

    /// Patterns that are made of words near those of a query, ascending.
    fn candidates(&self, query: &str, limit: usize) -> Vec<usize> {
        let mut combinations: Vec<(usize, Vec<&str>)> = vec![(0, Vec::new())];
        for word in query.split(' ') {
            let mut readings = vec![(0, word)];
            if !is_firm(word) {
                readings.extend(self.words.find(word, MAX_READINGS));
            }
            let mut longer = Vec::new();
            for (edits, words) in &combinations {
                for &(more, reading) in readings.iter().filter(|(more, _)| edits + more <= limit) {
                    longer.push((edits + more, [words.as_slice(), &[reading]].concat()));
                }
            }
            longer.sort_by_key(|(edits, _)| *edits);
            longer.truncate(MAX_COMBINATIONS);
            combinations = longer;
        }
        let mut ids = Vec::new();
        for (_, words) in combinations {
            let key = hash(words);
            let from = self.surfaces.partition_point(|&(other, _)| other < key);
            let same = self.surfaces[from..]
                .iter()
                .take_while(|(other, _)| *other == key);
            ids.extend(same.map(|&(_, id)| id as usize));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The edits between a query and a surface that it may stand for.
fn accepted(surface: &str, query: &str, characters: &[char], limit: usize) -> Option<usize> {
    let single = !query.contains(' ');
    // A single word keeps its first letter and is no part of a longer surface, nor the other way round.
    if single && (surface.contains(' ') || !surface.starts_with(characters[0])) {
        return None;
    }
    let edits = distance(characters, surface, limit).filter(|&edits| edits > 0)?;
    // "He departed" is no slip for "the departed", nor "the 2nd" for "the end".
    let mut firm = query.split(' ').filter(|word| is_firm(word));
    firm.all(|firm| surface.split(' ').any(|word| word == firm))
        .then_some(edits)
}

/// Whether a word means what it says: small words and numbers.
fn is_firm(word: &str) -> bool {
    words::is_particle(word) || word.starts_with(|c: char| c.is_ascii_digit())
}

/// Surfaces of two words or more, and long titles of one word.
fn is_indexed(pattern: &Pattern) -> bool {
    let single = pattern.words() == 1;
    let length = pattern.text.chars().count();
    pattern.class != Class::Particle
        && length <= MAX_LENGTH
        && (!single || length >= MIN_SINGLE_WORD)
        && pattern.senses.iter().any(|sense| {
            if single {
                sense.matching == Matching::Title && sense.form <= Form::Spelling
            } else {
                sense.matching != Matching::Term
            }
        })
}

#[cfg(test)]
mod tests {
    use super::{super::lexicon::patterns, *};
    use crate::LexiconEntry;

    #[test]
    fn finds_the_closest() {
        let titles = [
            "The Shawshank Redemption",
            "The Dark Knight",
            "The Dark Night",
            "Vertigo",
            "The Godfather",
            "Godzilla",
            "Godzillo",
        ];
        let entry = |(surface, entity): (&&str, u32)| LexiconEntry {
            surface: (*surface).to_owned(),
            entity,
            matching: Matching::Title,
            preferred: true,
            prior: if entity == 1 { 2.0 } else { 1.0 },
            qualifier: None,
        };
        let patterns = patterns(titles.iter().zip(0..).map(entry).collect()).expect("valid");
        let index = FuzzyIndex::new(&patterns);
        for (query, expected) in [
            ("shawshenk redemtion", Some((0, 2))),
            ("the drak knight", Some((1, 1))),
            ("the dark knigh", Some((1, 1))),
            ("the god father", Some((4, 1))),
            ("vertgo", Some((3, 1))),
            ("certigo", None),
            ("godzille", None),
            ("he dark knight", None),
            ("something else entirely", None),
            ("", None),
        ] {
            let found = index.find(&patterns, query);
            let found = found.map(|(id, edits)| (patterns[id].senses[0].entity, edits));
            assert_eq!(found, expected, "{query}");
        }
    }
}
