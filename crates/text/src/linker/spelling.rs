//! Misspelled words of facet values.

use std::collections::{BTreeSet, HashMap};

use super::lexicon::Pattern;
use crate::{Matching, words};

/// Shorter words are too easily another word.
const MIN_LETTERS: usize = 7;

/// Longer ones are no words.
const MAX_LETTERS: usize = 40;

/// Finds the word of a facet value that a misspelled word stands for: one letter too many, too few, or two neighbours
/// swapped. A letter replaced by another often makes another word ("concept", "concert") and is not undone.
#[derive(Debug, Clone, Default)]
pub(super) struct Spelling {
    /// For each word, and each word with one letter left out, the word; `None` if several have it.
    words: HashMap<Box<str>, Option<Box<str>>>,
}

impl Spelling {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut words: HashMap<Box<str>, Option<Box<str>>> = HashMap::new();
        let terms = patterns.iter().filter(|pattern| {
            let mut senses = pattern.senses.iter();
            senses.any(|sense| sense.matching == Matching::Term)
        });
        let long = |word: &&str| word.chars().count() >= MIN_LETTERS;
        let all: BTreeSet<&str> = terms
            .flat_map(|pattern| pattern.text.split(' '))
            .filter(long)
            .collect();
        // A word is itself before it is what another one becomes.
        words.extend(all.iter().map(|&word| (word.into(), Some(word.into()))));
        for &word in &all {
            for key in shortened(word).filter(|key| !all.contains(key.as_str())) {
                let entry = words.entry(key.into()).or_insert_with(|| Some(word.into()));
                if entry.as_deref() != Some(word) {
                    *entry = None;
                }
            }
        }
        Self { words }
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        let words = self
            .words
            .iter()
            .map(|(key, word)| key.len() + word.as_ref().map_or(0, |word| word.len()));
        self.words.capacity() * size_of::<(Box<str>, Option<Box<str>>)>() + words.sum::<usize>()
    }

    /// The word that is meant, if the given one is none and only one is near.
    pub(super) fn correct(&self, word: &str) -> Option<&str> {
        let letters = word.chars().take(MAX_LETTERS + 1).count();
        if letters + 1 < MIN_LETTERS || letters > MAX_LETTERS || words::is_common(word) {
            return None;
        }
        let mut found: Option<&str> = None;
        for key in shortened(word).chain([word.to_owned()]) {
            match self.words.get(key.as_str()) {
                Some(Some(near)) if is_near(word, near) => {
                    if found.is_some_and(|found| found != &**near) {
                        return None;
                    }
                    found = Some(near);
                }
                _ => {}
            }
        }
        found
    }
}

/// The word with each of its letters but the first left out.
fn shortened(word: &str) -> impl Iterator<Item = String> {
    let ends = word.char_indices().skip(1);
    ends.map(|(at, letter)| [&word[..at], &word[at + letter.len_utf8()..]].concat())
}

/// Whether the words differ by one insertion, deletion or swap behind the first letter.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let rest = |word: &[char], from: usize| word.get(from..).unwrap_or_default().to_vec();
    same > 0
        && match a.len().cmp(&b.len()) {
            std::cmp::Ordering::Less => rest(&a, same) == rest(&b, same + 1),
            std::cmp::Ordering::Greater => rest(&a, same + 1) == rest(&b, same),
            std::cmp::Ordering::Equal => {
                a.get(same + 1).is_some()
                    && a.get(same) == b.get(same + 1)
                    && a.get(same + 1) == b.get(same)
                    && rest(&a, same + 2) == rest(&b, same + 2)
            }
        }
}

#[cfg(test)]
mod tests {
    use super::{super::lexicon::patterns, *};
    use crate::LexiconEntry;

    #[test]
    fn undoes_slips_only() {
        let entry = |(surface, entity): (&str, u32)| LexiconEntry {
            surface: surface.to_owned(),
            entity,
            matching: Matching::Term,
            preferred: true,
            prior: 1.0,
            qualifier: None,
        };
        let terms = [
            "thriller",
            "concert",
            "romantic comedy",
            "animation",
            "animations",
        ];
        let patterns = patterns(terms.into_iter().zip(0..).map(entry).collect()).expect("valid");
        let spelling = Spelling::new(&patterns);
        for (word, expected) in [
            ("thriler", Some("thriller")),
            ("thrilller", Some("thriller")),
            ("thirller", Some("thriller")),
            ("comedeis", Some("comedies")),
            ("thriller", None),
            ("concept", None),
            ("hriller", None),
            ("anmiation", Some("animation")),
            ("thrill", None),
            ("comdey", None),
            ("", None),
        ] {
            assert_eq!(spelling.correct(word), expected, "{word}");
        }
    }
}
