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
    /// Is said to be good or bad: "X was great".
    pub(super) judged: bool,
    /// A verb follows, or a contraction: a pronoun is its subject rather than a title.
    pub(super) subject: bool,
    /// No noun phrase goes on after it.
    pub(super) ends: bool,
    /// Nothing goes on after it: a stop, or the end.
    pub(super) final_word: bool,
    /// "movies" or the like follows.
    pub(super) of_works: bool,
    /// Stands where one expects somebody: "by X", "with X", "X's", "X movies", or all there is.
    pub(super) personal: bool,
    /// Follows a verb of having watched or liked or a comparison, or is said to be good or bad, so that an item is meant rather than a kind.
    pub(super) past: bool,
    /// Stands beside a word that may be another part of a name: "Jon" in "Jon Smith".
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
    let whole = norm.len() == context.normalized.text().len();
    let by = before.is_some_and(words::introduces_person);
    let judged = is_judged(context, last);
    let of_works = announces_works(context, last);
    let with = before == Some("with");
    let reaction = ends && first > 0 && before.is_some() && is_reaction(context, first - 1);
    Evidence {
        ends,
        subject: possessive(&context.text[span.end..]).is_some() || is_subject(context, last),
        judged,
        final_word: context.words.get(last).is_none_or(|word| word.stop)
            || last + 1 == context.words.len(),
        of_works,
        personal: whole
            || by
            || with
            || reaction
            || of_works
            || possessive(&context.text[span.end..]).is_some(),
        quoted: is_quoted(context.text, span),
        capital: is_capitalised(context, first, last) && !is_embedded(context, first, last),
        upper: context.cased && context.words.get(first).is_some_and(|word| word.capital),
        announced: ends && first > 0 && before.is_some() && is_announced(context, first - 1),
        reaction,
        whole,
        by,
        topic: before.is_some_and(words::introduces_topic),
        past: judged
            || (reaction && is_past(context, first - 1))
            || before.is_some_and(|word| ["mean", "meant"].contains(&word)),
        given_name: (first > 0 && before.is_some() && is_given_name(context, first - 1, first - 1))
            || (possessive(&context.text[span.end..]).is_none()
                && context.words.get(last).is_some_and(|word| !word.stop)
                && last + 1 < context.words.len()
                && is_given_name(context, last, last + 1)),
    }
}

/// Whether a single capitalised word stands beside another one, and so is a part of some name.
fn is_embedded(context: &Context<'_>, first: usize, last: usize) -> bool {
    let joins = |gap: usize| !context.words[gap].stop && context.gap(gap) == " ";
    let other = |index: usize| {
        let word = context.word(index);
        context.words[index].capital
            && !words::is_particle(word)
            && !is_reaction(context, index)
            && !words::is_announcement(word)
    };
    let before = first > 0 && joins(first - 1) && other(first - 1);
    let after = last + 1 < context.words.len() && joins(last) && other(last + 1);
    first == last && (before || after)
}

/// Whether the word at an index announces a title: "called", or "movie" after an article.
fn is_announced(context: &Context<'_>, index: usize) -> bool {
    let word = context.word(index);
    let definite = || {
        index.checked_sub(1).is_none_or(|before| {
            context.words[before].stop
                || ["the", "a", "this", "that"].contains(&context.word(before))
        })
    };
    words::is_announcement(word) && (!words::is_work(word) || definite())
}

fn is_subject(context: &Context<'_>, last: usize) -> bool {
    context.words.get(last).is_some_and(|word| !word.stop)
        && last + 1 < context.words.len()
        && (words::is_copula(context.word(last + 1)) || words::is_auxiliary(context.word(last + 1)))
}

/// Whether a judgement follows, as in "X was really great".
fn is_judged(context: &Context<'_>, last: usize) -> bool {
    const REACH: usize = 4;
    let at = |index: usize| {
        let stopped = index > 0 && context.words.get(index - 1).is_none_or(|word| word.stop);
        (!stopped && index < context.words.len()).then(|| context.word(index))
    };
    let verb = at(last + 1).is_some_and(words::is_copula);
    verb && (last + 2..last + 2 + REACH)
        .map_while(at)
        .any(words::is_judgement)
}

/// Whether a noun such as "movies" follows.
fn announces_works(context: &Context<'_>, last: usize) -> bool {
    context.words.get(last).is_some_and(|word| !word.stop)
        && last + 1 < context.words.len()
        && words::is_work(context.word(last + 1))
}

/// Whether the word at an index makes one expect an item after it.
pub(super) fn is_reaction(context: &Context<'_>, index: usize) -> bool {
    let word = context.word(index);
    let earlier = index.checked_sub(1).map(|earlier| context.word(earlier));
    match (earlier, word) {
        (Some(earlier), "like") => !words::is_seeming(earlier),
        (Some("similar"), "to")
        | (Some("fan" | "fans"), "of")
        | (Some("how" | "what"), "about")
        | (Some("such"), "as") => true,
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

/// Whether a verb says what was watched or liked once, or "like" compares. One loves a kind and loved an item.
fn is_past(context: &Context<'_>, index: usize) -> bool {
    match context.word(index) {
        "like" => {
            let earlier = index.checked_sub(1).map(|earlier| context.word(earlier));
            earlier.is_none_or(|word| !words::is_particle(word) || words::is_open(word))
        }
        "to" => true,
        word => words::is_past_reaction(word),
    }
}

/// Whether a word beside a name may be another part of it. `gap` is the first of the two words.
fn is_given_name(context: &Context<'_>, gap: usize, index: usize) -> bool {
    let word = context.word(index);
    context.cased
        && context.words[index].capital
        && context.gap(gap) == " "
        && !word.ends_with("'s")
        && !words::is_everyday(word)
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
