//! What around a span says that it names something.

use std::ops::Range;

use super::context::{Context, possessive};
use crate::words;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent observations, each with its own name"
)]
pub(super) struct Evidence {
    /// Stands in quotation marks.
    pub(super) quoted: bool,
    /// Capitalised where a common word would not be.
    pub(super) capital: bool,
    /// Starts with a capital for whatever reason.
    pub(super) upper: bool,
    /// Announced as a work: "the movie X", "called X".
    pub(super) announced: bool,
    /// Follows a verb of watching or liking and ends a phrase.
    pub(super) reaction: bool,
    /// Is all there is.
    pub(super) whole: bool,
    /// Follows "by".
    pub(super) by: bool,
    /// Follows a word that introduces a topic.
    pub(super) topic: bool,
    /// Follows a word that may be a given name: "Jon" in "Jon Smith".
    pub(super) given_name: bool,
}

impl Evidence {
    /// Tells a title from a facet value that is written the same.
    pub(super) fn is_strong(self) -> bool {
        self.quoted || self.capital || self.announced
    }
}

/// Looks around a match.
pub(super) fn evidence(
    context: &Context<'_>,
    norm: &Range<usize>,
    span: &Range<usize>,
) -> Evidence {
    let (first, last) = context.cover(norm);
    let before = first
        .checked_sub(1)
        .filter(|&before| !context.words[before].stop)
        .map(|before| context.word(before));
    let ends = ends_phrase(context, last, span, words::follows_title);
    Evidence {
        quoted: is_quoted(context.text, span),
        capital: is_capitalised(context, first, last),
        upper: context.cased && context.words.get(first).is_some_and(|word| word.capital),
        announced: ends && before.is_some_and(words::is_announcement),
        reaction: ends && first > 0 && before.is_some() && is_reaction(context, first - 1),
        whole: norm.len() == context.normalized.text().len(),
        by: before == Some("by"),
        topic: before.is_some_and(words::introduces_topic),
        given_name: first > 0 && before.is_some() && is_given_name(context, first - 1),
    }
}

/// Whether the word at an index makes one expect an item after it.
pub(super) fn is_reaction(context: &Context<'_>, index: usize) -> bool {
    let word = context.word(index);
    let earlier = index.checked_sub(1).map(|earlier| context.word(earlier));
    match (earlier, word) {
        (Some(earlier), "like") => !words::is_seeming(earlier),
        (Some("similar"), "to") => true,
        _ => words::is_reaction(word),
    }
}

/// Whether no noun phrase goes on after the span: there is a stop, the end, or one of the words that `follows` allows.
pub(super) fn ends_phrase(
    context: &Context<'_>,
    last: usize,
    span: &Range<usize>,
    follows: fn(&str) -> bool,
) -> bool {
    let rest = &context.text[span.end..];
    if possessive(rest).is_some() {
        return false;
    }
    let Some(next) = context.words.get(last + 1) else {
        return true;
    };
    let gap = context
        .text
        .get(span.end..next.span.start)
        .unwrap_or_default();
    if gap.trim().is_empty() {
        follows(context.word(last + 1))
    } else {
        !gap.contains('-')
    }
}

fn is_given_name(context: &Context<'_>, index: usize) -> bool {
    let word = context.word(index);
    context.words[index].capital
        && context.gap(index) == " "
        && !word.ends_with("'s")
        && !words::is_common(word)
        && !words::is_reaction(word)
}

fn is_quoted(text: &str, span: &Range<usize>) -> bool {
    let Some(open) = text[..span.start].chars().next_back() else {
        return false;
    };
    let rest = text[span.end..].trim_start_matches(['.', ',', '!', '?']);
    let close = rest.chars().next();
    match open {
        '"' | '*' | '_' | '\'' | '`' => close == Some(open),
        '“' | '„' | '”' => matches!(close, Some('”' | '“')),
        '‘' | '‚' => matches!(close, Some('’' | '‘')),
        '«' => close == Some('»'),
        '»' => close == Some('«'),
        '「' => close == Some('」'),
        _ => false,
    }
}

/// Whether the words are capitalised, but for minor ones, and at least one of them would not be as a common word: it
/// does not open a sentence, is not "I" and not written in capitals for emphasis.
fn is_capitalised(context: &Context<'_>, first: usize, last: usize) -> bool {
    let words =
        || (first..=last).filter_map(|index| context.words.get(index).map(|word| (index, word)));
    let telling = |index: usize| {
        let word = context.word(index);
        word != "i" && !word.starts_with("i'")
    };
    context.cased
        && words().all(|(index, word)| {
            word.capital || (index > first && words::is_minor(context.word(index)))
        })
        && words()
            .any(|(index, word)| word.capital && !word.opening && !word.shouted && telling(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, surface: &str) -> Evidence {
        let context = Context::new(text);
        let norm = context
            .normalized
            .text()
            .find(surface)
            .expect("the text holds the surface");
        let norm = norm..norm + surface.len();
        let span = context.normalized.original(norm.clone());
        evidence(&context, &norm, &span)
    }

    #[test]
    fn quotes() {
        for text in [
            "a \"heat\" b",
            "a “heat,” b",
            "a 'heat' b",
            "a *heat* b",
            "a _heat_ b",
            "a «heat» b",
            "a ‘heat’",
        ] {
            assert!(of(text, "heat").quoted, "{text}");
        }
        assert!(!of("a \"heat wave\" b", "heat").quoted);
        assert!(!of("heat", "heat").quoted);
    }

    #[test]
    fn capitals() {
        for (text, surface, capital) in [
            ("so Heat is", "heat", true),
            ("Heat is", "heat", false),
            ("ok. Heat is", "heat", false),
            ("so HEAT is", "heat", false),
            ("SO HEAT IS", "heat", false),
            ("so I said", "i", false),
            ("see the Out of Time thing", "out of time", true),
            ("see the Out of time thing", "out of time", false),
        ] {
            assert_eq!(of(text, surface).capital, capital, "{text}");
        }
    }

    #[test]
    fn reactions_end_a_phrase() {
        for (text, reaction) in [
            ("i loved heat", true),
            ("i loved heat and more", true),
            ("i loved heat, more", true),
            ("similar to heat", true),
            ("i loved heat waves", false),
            ("i loved heat-resistant glass", false),
            ("i loved heat's glass", false),
            ("sounds like heat", false),
            ("i loved. heat", false),
            ("to heat", false),
        ] {
            assert_eq!(of(text, "heat").reaction, reaction, "{text}");
        }
        assert!(of("the movie heat", "heat").announced);
        assert!(of("heat!", "heat").whole);
        assert!(of("something by heat", "heat").by);
        assert!(of("about heat", "heat").topic);
        assert!(of("with Jon Heat", "heat").given_name);
        assert!(!of("with Jon's Heat", "heat").given_name);
    }
}
