//! What a text seems to name and no link covers.

use std::ops::Range;

use super::{
    context::Context,
    evidence::is_reaction,
    names::{name_spans, parts},
    taken::Taken,
};
use crate::{Link, Matching, Unlinked, words};

/// The most words after a verb or "by" that are taken for an unknown name.
const MAX_WORDS: usize = 3;
/// In a list of titles an unknown one may be longer.
const MAX_LISTED_WORDS: usize = 6;
/// A single word that is shorter is hardly a name.
const MIN_LETTERS: usize = 4;

/// Spans that look like a name, stand where one is expected, or are a part of a name that several have.
pub(super) fn unlinked(
    context: &Context<'_>,
    links: &[Link],
    ambiguous: &[Range<usize>],
) -> Vec<Unlinked> {
    let mut taken = Taken::of(context.text.len(), links.iter().map(|link| &link.span));
    let names = name_spans(context, &taken);
    let mut found: Vec<Range<usize>> = names
        .iter()
        .flat_map(|words| parts(context, words))
        .map(|words| span(context, &words))
        .collect();
    for name in &found {
        taken.add(name);
    }
    let starts = (1..context.words.len()).filter_map(|start| expected(context, start, links));
    for candidate in starts.chain(ambiguous.iter().cloned()) {
        if taken.is_free(&candidate) {
            taken.add(&candidate);
            found.push(candidate);
        }
    }
    found.sort_by_key(|span| span.start);
    let unlinked = found.into_iter().map(|span| Unlinked {
        text: context.text[span.clone()].to_owned(),
        span,
    });
    unlinked.collect()
}

fn span(context: &Context<'_>, words: &Range<usize>) -> Range<usize> {
    context.words[words.start].span.start..context.words[words.end - 1].span.end
}

/// The words from `start` on if a name is expected there, and they could be one that nobody knows.
fn expected(context: &Context<'_>, start: usize, links: &[Link]) -> Option<Range<usize>> {
    let before = start - 1;
    let cued = !context.words[before].stop
        && (is_reaction(context, before) || words::introduces_person(context.word(before)));
    let listed = continues_titles(context, start, links);
    if !cued && !listed {
        return None;
    }
    let limit = if listed { MAX_LISTED_WORDS } else { MAX_WORDS };
    let article = usize::from(listed && ["the", "a", "an"].contains(&context.word(start)));
    let mut end = start + article;
    while end < context.words.len() && end - start < limit {
        let word = context.word(end);
        let inside = listed && end > start + article && words::is_minor(word);
        if words::is_particle(word) && !inside || words::follows_title(word) {
            break;
        }
        end += 1;
        if context.words[end - 1].stop {
            break;
        }
    }
    let words = start..end;
    let closed = context
        .words
        .get(end.wrapping_sub(1))
        .is_some_and(|word| word.stop)
        || end == context.words.len()
        || words::follows_title(context.word(end));
    let strange = |index: usize| {
        let word = context.word(index);
        !words::is_common(word)
            && !words::is_reaction(word)
            && !words::is_work(word)
            && word.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS
    };
    (end > start + article && closed && strange(start + article)).then(|| span(context, &words))
}

/// Whether a conjunction or comma stands before a word, and the title of an item before that.
pub(super) fn continues_titles(context: &Context<'_>, start: usize, links: &[Link]) -> bool {
    let before = &context.words[start - 1];
    let ends_title = |end: usize| {
        // Links are in order, and none overlap.
        let next = links.partition_point(|link| link.span.end < end);
        let near = links[next..].iter().take(2);
        near.take_while(|link| link.span.start < end).any(|link| {
            link.matching == Matching::Title && (link.span.end == end || link.span.end == end + 1)
        })
    };
    if ["and", "or"].contains(&context.word(start - 1)) {
        return start > 1
            && !context.words[start - 2].stop
            && ends_title(context.words[start - 2].span.end);
    }
    context.gap(start - 1).trim() == "," && ends_title(before.span.end)
}
