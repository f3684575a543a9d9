//! Misspelled surfaces.

use std::collections::HashMap;

use super::lexicon::{Class, Pattern};
use crate::Matching;

/// One edit is allowed for this many characters.
const CHARACTERS_PER_EDIT: usize = 6;
/// No more than these, however long the span.
const MAX_EDITS: usize = 3;
/// An edit destroys at most this many trigrams (a swap of neighbours touches four).
const TRIGRAMS_PER_EDIT: usize = 4;
/// Surfaces that are longer are not indexed: nobody types them.
const MAX_LENGTH: usize = 80;

type Trigram = [char; 3];

/// Finds surfaces of two words or more within a few edits.
///
/// A surface within `d` edits lacks at most `4d` of the trigrams of the query, so it is in the posting list of one of
/// any `4d + 1`; the rarest are taken, which keeps the candidates few.
#[derive(Debug, Clone, Default)]
pub(super) struct FuzzyIndex {
    /// For each trigram the (length in characters, pattern), ascending.
    postings: HashMap<Trigram, Vec<(u8, u32)>>,
}

impl FuzzyIndex {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut postings: HashMap<Trigram, Vec<(u8, u32)>> = HashMap::new();
        for (id, pattern) in patterns
            .iter()
            .enumerate()
            .filter(|(_, pattern)| is_indexed(pattern))
        {
            let characters: Vec<char> = pattern.text.chars().collect();
            if characters.len() <= MAX_LENGTH {
                for trigram in trigrams(&characters) {
                    postings
                        .entry(trigram)
                        .or_default()
                        .push((characters.len() as u8, id as u32));
                }
            }
        }
        for list in postings.values_mut() {
            list.sort_unstable();
        }
        Self { postings }
    }

    /// The closest pattern to a normalised text that is not equal to it, and the number of edits. Among equally close
    /// ones the most popular, then the first.
    pub(super) fn find(&self, patterns: &[Pattern], query: &str) -> Option<(usize, u8)> {
        let characters: Vec<char> = query.chars().collect();
        let limit = (characters.len() / CHARACTERS_PER_EDIT).min(MAX_EDITS);
        if limit == 0 || characters.len() > MAX_LENGTH + MAX_EDITS {
            return None;
        }
        let mut best: Option<(usize, usize)> = None;
        for id in self.candidates(&characters, limit) {
            let Some(distance) =
                distance(&characters, &patterns[id].text, limit).filter(|&d| d > 0)
            else {
                continue;
            };
            let popularity = |id: usize| patterns[id].senses[0].prior;
            let better = best.is_none_or(|(old, edits)| {
                distance < edits || (distance == edits && popularity(id) > popularity(old))
            });
            if better {
                best = Some((id, distance));
            }
        }
        best.map(|(id, distance)| (id, distance as u8))
    }

    /// Patterns that share one of the rarest trigrams, ascending.
    fn candidates(&self, query: &[char], limit: usize) -> Vec<usize> {
        let mut lists: Vec<&[(u8, u32)]> = trigrams(query)
            .iter()
            .map(|trigram| self.postings.get(trigram).map_or(&[][..], Vec::as_slice))
            .collect();
        lists.sort_by_key(|list| list.len());
        lists.truncate(TRIGRAMS_PER_EDIT * limit + 1);
        let lengths = query.len() - limit..=query.len() + limit;
        let mut ids = Vec::new();
        for list in lists {
            let from = list.partition_point(|&(length, _)| usize::from(length) < *lengths.start());
            let near = list[from..]
                .iter()
                .take_while(|&&(length, _)| lengths.contains(&usize::from(length)));
            ids.extend(near.map(|&(_, id)| id as usize));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

fn is_indexed(pattern: &Pattern) -> bool {
    pattern.class != Class::Particle
        && pattern.words() > 1
        && pattern
            .senses
            .iter()
            .any(|sense| sense.matching != Matching::Term)
}

/// The distinct trigrams of a text, its ends marked.
fn trigrams(characters: &[char]) -> Vec<Trigram> {
    let padded: Vec<char> = [' ', ' ']
        .iter()
        .chain(characters)
        .chain(&[' ', ' '])
        .copied()
        .collect();
    let mut trigrams: Vec<Trigram> = padded
        .windows(3)
        .map(|window| [window[0], window[1], window[2]])
        .collect();
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams
}

/// The number of insertions, deletions, substitutions and swaps of neighbours between two texts (optimal string
/// alignment), if it is not above the limit.
fn distance(a: &[char], b: &str, limit: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        // A swap may reach back one row, so one hopeless row is not enough to give up.
        if row.iter().chain(&last).all(|&edits| edits > limit) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()].le(&limit).then_some(last[b.len()])
}

#[cfg(test)]
mod tests {
    use super::{super::lexicon::patterns, *};
    use crate::LexiconEntry;

    #[test]
    fn counts_edits() {
        for (a, b, limit, expected) in [
            ("heat wave", "heat wave", 1, Some(0)),
            ("haet wave", "heat wave", 1, Some(1)),
            ("heat wav", "heat wave", 1, Some(1)),
            ("heat wavve", "heat wave", 1, Some(1)),
            ("hxat wxve", "heat wave", 1, None),
            ("hxat wxve", "heat wave", 2, Some(2)),
            ("ab", "ba", 1, Some(1)),
        ] {
            let a: Vec<char> = a.chars().collect();
            assert_eq!(distance(&a, b, limit), expected, "{b}");
        }
    }

    #[test]
    fn finds_the_closest() {
        let entries: Vec<_> = [
            "The Shawshank Redemption",
            "The Dark Knight",
            "The Dark Night",
            "Vertigo",
        ]
        .iter()
        .zip(0..)
        .map(|(surface, entity)| LexiconEntry {
            surface: (*surface).to_owned(),
            entity,
            matching: Matching::Title,
            preferred: true,
            prior: if entity == 1 { 2.0 } else { 1.0 },
            qualifier: None,
        })
        .collect();
        let patterns = patterns(entries).expect("valid");
        let index = FuzzyIndex::new(&patterns);
        let find = |query| {
            index
                .find(&patterns, query)
                .map(|(id, edits)| (patterns[id].senses[0].entity, edits))
        };
        assert_eq!(find("shawshenk redemtion"), Some((0, 2)));
        assert_eq!(find("the drak knight"), Some((1, 1)));
        assert_eq!(find("the dark knigh"), Some((1, 1)));
        assert_eq!(find("vertgo"), None);
        assert_eq!(find("something else entirely"), None);
        assert_eq!(find(""), None);
    }
}
