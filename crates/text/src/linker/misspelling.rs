//! The pass over what is left: misspelled titles, names and facet values.

use std::{cell::Cell, ops::Range};

use super::{
    Linker,
    context::Context,
    evidence::{Evidence, ends_phrase, evidence, is_reaction},
    judge::{YearSays, link, weigh_year},
    names::{is_plain, name_spans, parts},
    taken::Taken,
    unlinked::continues_titles,
};
use crate::{Link, LinkReason, Matching, words};

/// The most words in running text that are tried as one misspelled surface.
const MAX_WORDS: usize = 7;
/// The most spans of one text that are looked up, so that a text made of cues takes no longer than others.
const MAX_LOOKUPS: usize = 256;
/// What a link keeps of its score if neither capitals nor quotes say that the span is a name.
const UNMARKED: f32 = 0.9;
/// What a link keeps of its score if the year beside it is another one.
const CONTRADICTED: f32 = 0.5;

impl Linker {
    /// Links misspelled surfaces: first in spans that look like a name, then where a name is expected, then the words
    /// of facet values. Gives back how many spans were looked up.
    pub(super) fn link_misspelled(&self, context: &Context<'_>, links: &mut Vec<Link>) -> usize {
        let firm = links.iter().filter(|link| link.matching != Matching::Term);
        let firm = Taken::of(context.text.len(), firm.map(|link| &link.span));
        let lookups = Cell::new(MAX_LOOKUPS);
        for name in name_spans(context, &firm) {
            let whole = std::iter::once(name.clone());
            let parts = parts(context, &name);
            for words in whole.chain(parts.into_iter().filter(|part| *part != name)) {
                if let Some((found, _)) = self.misspelled(context, &words, 1.0, &lookups)
                    && firm.is_free(&found.span)
                    && !links.iter().any(|link| {
                        link.matching != Matching::Term && overlaps(&link.span, &found.span)
                    })
                {
                    links.retain(|link| !overlaps(&link.span, &found.span));
                    links.push(found);
                }
            }
        }
        links.sort_by_key(|link| link.span.start);
        let mut taken = Taken::of(context.text.len(), links.iter().map(|link| &link.span));
        for start in 0..context.words.len() {
            if lookups.get() == 0 {
                break;
            }
            if let Some(found) = self.misspelled_from(context, start, links, &taken, &lookups) {
                taken.add(&found.span);
                let at = links.partition_point(|link| link.span.start < found.span.start);
                links.insert(at, found);
            }
        }
        self.link_misspelled_terms(context, links, &mut taken);
        MAX_LOOKUPS - lookups.get()
    }

    /// The closest surface among the runs of words from `start` on, the longest of equally close ones.
    fn misspelled_from(
        &self,
        context: &Context<'_>,
        start: usize,
        links: &[Link],
        taken: &Taken,
        lookups: &Cell<usize>,
    ) -> Option<Link> {
        let expected = expects_name(context, start, links);
        let opening = context.words[start].opening;
        if !expected && !opening {
            return self.misspelled_word(context, start, taken, false, lookups);
        }
        let mut end = start;
        while end < context.words.len()
            && end - start < MAX_WORDS
            && taken.is_free(&context.words[end].span)
        {
            end += 1;
            if context.words[end - 1].stop {
                break;
            }
        }
        let closes = |words: &Range<usize>| expected || is_closed(context, words);
        let runs = (start + 2..=end).rev().map(|end| start..end).filter(closes);
        let found = runs.filter_map(|words| self.misspelled(context, &words, UNMARKED, lookups));
        let best = found
            .filter(|(link, _)| taken.is_free(&link.span))
            .min_by_key(|&(_, distance)| distance);
        match best {
            Some((link, _)) => Some(link),
            None => self.misspelled_word(context, start, taken, expected, lookups),
        }
    }

    fn misspelled(
        &self,
        context: &Context<'_>,
        words: &Range<usize>,
        weight: f32,
        lookups: &Cell<usize>,
    ) -> Option<(Link, u8)> {
        let whole = words.len() == context.words.len();
        if words.len() < 2 || (is_plain(context, words) && !whole) {
            return None;
        }
        self.look_up(context, words, weight, lookups)
    }

    /// A single word that is a long title with one slip, and nothing else.
    fn misspelled_word(
        &self,
        context: &Context<'_>,
        start: usize,
        taken: &Taken,
        expected: bool,
        lookups: &Cell<usize>,
    ) -> Option<Link> {
        let word = &context.words[start];
        if !taken.is_free(&word.span) || words::is_common(context.word(start)) {
            return None;
        }
        let Evidence {
            capital,
            judged,
            upper,
            reaction,
            whole,
            announced,
            quoted,
            ..
        } = evidence(context, &word.norm, &word.span);
        let cued = capital
            || quoted
            || announced
            || reaction
            || whole
            || (judged && upper)
            || (expected && is_closed(context, &(start..start + 1)));
        if !cued {
            return None;
        }
        let words = start..start + 1;
        self.look_up(context, &words, UNMARKED, lookups)
            .map(|(link, _)| link)
    }

    fn look_up(
        &self,
        context: &Context<'_>,
        words: &Range<usize>,
        weight: f32,
        lookups: &Cell<usize>,
    ) -> Option<(Link, u8)> {
        lookups.set(lookups.get().checked_sub(1)?);
        let (first, last) = (&context.words[words.start], &context.words[words.end - 1]);
        let query = &context.normalized.text()[first.norm.start..last.norm.end];
        let (id, distance) = self.fuzzy.find(&self.patterns, query)?;
        let pattern = &self.patterns[id];
        let span = first.span.start..last.span.end;
        let best = pattern
            .senses
            .iter()
            .find(|sense| sense.matching != Matching::Term)?;
        let (sense, span, weight) = match weigh_year(pattern, context.text, &span) {
            YearSays::Means(sense, wider) => (sense, wider, weight),
            YearSays::Contradicts(wider) => (best, wider.unwrap_or(span), weight * CONTRADICTED),
            YearSays::Nothing => (best, span, weight),
        };
        Some((
            link(pattern, sense, span, LinkReason::Fuzzy { distance }, weight),
            distance,
        ))
    }

    /// Links facet values of which a word is misspelled: the text is read once more with those words mended.
    fn link_misspelled_terms(
        &self,
        context: &Context<'_>,
        links: &mut Vec<Link>,
        taken: &mut Taken,
    ) {
        let mut text = String::with_capacity(context.normalized.text().len());
        let mut mended: Vec<(Range<usize>, bool)> = Vec::new();
        let mut budget = MAX_LOOKUPS;
        for (index, word) in context.words.iter().enumerate() {
            let free = budget > 0 && taken.is_free(&word.span);
            let correction = free
                .then(|| self.spelling.correct(context.word(index)))
                .flatten();
            budget -= usize::from(correction.is_some());
            if index > 0 {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(correction.unwrap_or(context.word(index)));
            mended.push((start..text.len(), correction.is_some()));
        }
        if !mended.iter().any(|(_, mended)| *mended) {
            return;
        }
        for found in self.automaton.find_overlapping_iter(&text) {
            let first = mended.partition_point(|(range, _)| range.end <= found.start());
            let last = mended.partition_point(|(range, _)| range.start < found.end());
            let covered = &mended[first..last];
            let bounded = covered
                .first()
                .is_some_and(|(range, _)| range.start == found.start())
                && covered
                    .last()
                    .is_some_and(|(range, _)| range.end == found.end());
            let stops = (first..last.saturating_sub(1)).any(|word| context.words[word].stop);
            let pattern = &self.patterns[found.pattern()];
            let term = pattern
                .senses
                .iter()
                .find(|sense| sense.matching == Matching::Term);
            let Some(term) =
                term.filter(|_| bounded && !stops && covered.iter().any(|(_, mended)| *mended))
            else {
                continue;
            };
            let span = context.words[first].span.start..context.words[last - 1].span.end;
            // A longer value that ends later takes the place of a shorter one.
            links.retain(|link| {
                let inside = span.start <= link.span.start
                    && link.span.end <= span.end
                    && link.matching == Matching::Term
                    && link.span.len() < span.len();
                !inside
            });
            if !links.iter().any(|link| overlaps(&link.span, &span)) {
                taken.add(&span);
                links.push(link(
                    pattern,
                    term,
                    span,
                    LinkReason::Fuzzy { distance: 1 },
                    UNMARKED,
                ));
            }
        }
    }
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether what stands before a word makes one expect a title or name: a verb, "by", or a list that began with one.
fn expects_name(context: &Context<'_>, start: usize, links: &[Link]) -> bool {
    let Some(before) = start.checked_sub(1) else {
        return false;
    };
    let word = context.word(before);
    let introduced =
        is_reaction(context, before) || words::introduces_person(word) || word == "with";
    (introduced && !context.words[before].stop) || continues_titles(context, start, links)
}

/// Whether no noun phrase goes on after some words, or a noun for works does.
fn is_closed(context: &Context<'_>, words: &Range<usize>) -> bool {
    let last = words.end - 1;
    ends_phrase(
        context,
        last,
        &context.words[last].span,
        words::follows_title,
    ) || context.words.get(words.end).is_some() && words::is_work(context.word(words.end))
}
