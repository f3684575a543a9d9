//! A text, prepared for looking around in it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::surface::is_stop;
use crate::Normalized;

/// A word of the text.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent observations, each with its own name"
)]
pub(super) struct Word {
    /// Where it is in the normalised text.
    pub(super) norm: Range<usize>,
    /// Where it is in the original.
    pub(super) span: Range<usize>,
    /// Starts with a capital.
    pub(super) capital: bool,
    /// Several letters, all capital.
    pub(super) shouted: bool,
    /// First of its sentence.
    pub(super) opening: bool,
    /// A comma or the like stands between it and the next word.
    pub(super) stop: bool,
}

#[derive(Debug)]
pub(super) struct Context<'t> {
    pub(super) text: &'t str,
    pub(super) normalized: Normalized,
    pub(super) words: Vec<Word>,
    boundaries: Vec<bool>,
    /// Whether a capital says anything: not in a text in capitals, nor in one that capitalises every word.
    pub(super) cased: bool,
}

/// A text of this many words, all capitalised, is a headline.
const HEADLINE_WORDS: usize = 5;

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let normalized = Normalized::new(text);
        let words = words(text, &normalized);
        let headline = words.len() >= HEADLINE_WORDS && words.iter().all(|word| word.capital);
        let cased = text.chars().any(char::is_lowercase) && !headline;
        Self {
            text,
            boundaries: boundaries(text),
            normalized,
            words,
            cased,
        }
    }

    /// The normalised text of a word.
    pub(super) fn word(&self, index: usize) -> &str {
        &self.normalized.text()[self.words[index].norm.clone()]
    }

    /// What stands between a word and the next one.
    pub(super) fn gap(&self, index: usize) -> &'t str {
        let start = self.words[index].span.end;
        let end = self
            .words
            .get(index + 1)
            .map_or(self.text.len(), |next| next.span.start);
        // Words of one character of the original ("½" is "1 2") have no gap.
        &self.text[start..end.max(start)]
    }

    /// The first and last word that a range of the normalised text touches.
    pub(super) fn cover(&self, norm: &Range<usize>) -> (usize, usize) {
        let first = self
            .words
            .partition_point(|word| word.norm.end <= norm.start);
        let last = self
            .words
            .partition_point(|word| word.norm.start < norm.end);
        (first, last.saturating_sub(1))
    }

    /// Whether a range of the original starts and ends at word boundaries. A possessive may follow.
    pub(super) fn is_bounded(&self, span: &Range<usize>) -> bool {
        self.boundaries[span.start]
            && (self.boundaries[span.end] || possessive(&self.text[span.end..]).is_some())
    }

    /// A span that holds an opening bracket and stops before the closing one, with that one.
    pub(super) fn close_bracket(&self, span: Range<usize>) -> Range<usize> {
        let inside = &self.text[span.clone()];
        match [('(', ')'), ('[', ']')]
            .iter()
            .find(|(open, _)| inside.contains(*open))
        {
            Some(&(_, close))
                if !inside.contains(close) && self.text[span.end..].starts_with(close) =>
            {
                span.start..span.end + 1
            }
            _ => span,
        }
    }

    /// The words that start inside a range of the original.
    pub(super) fn words_in(&self, span: &Range<usize>) -> Range<usize> {
        let from = self
            .words
            .partition_point(|word| word.span.start < span.start);
        let to = self
            .words
            .partition_point(|word| word.span.start < span.end);
        from..to.max(from)
    }
}

/// The rest of a text after a possessive ending at its start.
pub(super) fn possessive(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix(['\'', '’'])?.strip_prefix(['s', 'S'])?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

fn words(text: &str, normalized: &Normalized) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for norm in normalized.words() {
        let span = normalized.original(norm.clone());
        let written = &text[span.clone()];
        let before = words.last().map_or(0, |word| word.span.end).min(span.start);
        let gap = &text[before..span.start];
        let mut opening = words.is_empty();
        if let Some(previous) = words.last_mut() {
            previous.stop = is_stop(gap, &normalized.text()[previous.norm.clone()]);
            opening = previous.stop && gap.contains(['.', '!', '?', '\n', '…']);
        }
        let capital = written.starts_with(char::is_uppercase);
        let letters = || written.chars().filter(|c| c.is_alphabetic());
        let shouted = letters().count() > 1 && letters().all(char::is_uppercase);
        words.push(Word {
            norm,
            span,
            capital,
            shouted,
            opening,
            stop: false,
        });
    }
    words
}

/// The word boundaries of Unicode (UAX #29), and those at an underscore or at a full stop without a space after it,
/// which Unicode counts to the word.
fn boundaries(text: &str) -> Vec<bool> {
    let mut boundaries = vec![false; text.len() + 1];
    boundaries[text.len()] = true;
    for (at, _) in text.split_word_bound_indices() {
        boundaries[at] = true;
    }
    for (at, mark) in text.match_indices(['_', '.']) {
        let run_on = text[..at].ends_with(char::is_lowercase)
            && text[at + 1..].starts_with(char::is_uppercase);
        if mark == "_" || run_on {
            boundaries[at] = true;
            boundaries[at + 1] = true;
        }
    }
    boundaries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_capitals_and_sentences() {
        let context = Context::new("Oh, Mr. Fox is LOUD. The end");
        let opening: Vec<_> = context.words.iter().map(|word| word.opening).collect();
        assert_eq!(opening, [true, false, false, false, false, true, false]);
        assert!(context.words[4].shouted && context.cased);
        assert_eq!(context.word(5), "the");
        assert_eq!(context.gap(0), ", ");
        assert_eq!(context.gap(6), "");
    }

    #[test]
    fn capitals_may_say_nothing() {
        assert!(!Context::new("I LOVE IT").cased);
        assert!(!Context::new("I Really Love It And Up").cased);
        assert!(Context::new("Heat, Drive").cased);
    }

    #[test]
    fn bounds() {
        let context = Context::new("Nolan's _Heat_ see.The end");
        for (span, bounded) in [
            (0..5, true),
            (0..4, false),
            (9..13, true),
            (15..18, true),
            (19..22, true),
        ] {
            assert_eq!(context.is_bounded(&span), bounded, "{span:?}");
        }
    }

    #[test]
    fn covers_words() {
        let context = Context::new("one two three");
        assert_eq!(context.cover(&(4..13)), (1, 2));
        assert_eq!(context.cover(&(5..6)), (1, 1));
        assert_eq!(context.words_in(&(3..8)), 1..3 - 1);
    }
}
