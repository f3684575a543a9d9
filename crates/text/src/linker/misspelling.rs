//! The pass over what is left: misspelled titles and names.

use std::ops::Range;

use super::{
    Linker,
    context::Context,
    evidence::is_reaction,
    judge::{YearSays, link, weigh_year},
    names::{is_plain, name_spans, overlaps, parts},
};
use crate::{Link, LinkReason, Matching};

/// The most words in running text that are tried as one misspelled surface.
const MAX_WORDS: usize = 7;
/// What a link keeps of its score if neither capitals nor quotes say that the span is a name.
const UNMARKED: f32 = 0.9;
/// What a link keeps of its score if the year beside it is another one.
const CONTRADICTED: f32 = 0.5;

impl Linker {
    /// Links misspelled surfaces: first in spans that look like a name, then after verbs of watching and liking and in
    /// lists of titles.
    pub(super) fn link_misspelled(&self, context: &Context<'_>, links: &mut Vec<Link>) {
        let firm: Vec<_> = links
            .iter()
            .filter(|link| link.matching != Matching::Term)
            .map(|link| link.span.clone())
            .collect();
        for name in name_spans(context, &firm) {
            let whole = std::iter::once(name.clone());
            let tried: Vec<_> = whole
                .chain(
                    parts(context, &name)
                        .into_iter()
                        .filter(|part| *part != name),
                )
                .collect();
            for words in tried {
                if let Some((found, _)) = self.misspelled(context, &words, 1.0)
                    && !firm.iter().any(|span| overlaps(span, &found.span))
                    && !links.iter().any(|link| {
                        link.matching != Matching::Term && overlaps(&link.span, &found.span)
                    })
                {
                    links.retain(|link| !overlaps(&link.span, &found.span));
                    links.push(found);
                }
            }
        }
        for start in 1..context.words.len() {
            if let Some(found) = self.misspelled_from(context, start, links) {
                links.push(found);
            }
        }
    }

    /// The closest surface among the runs of words from `start` on, the longest of equally close ones.
    fn misspelled_from(&self, context: &Context<'_>, start: usize, links: &[Link]) -> Option<Link> {
        if !expects_name(context, start, links) {
            return None;
        }
        let is_free = |span: &Range<usize>| !links.iter().any(|link| overlaps(&link.span, span));
        let mut end = start;
        while end < context.words.len()
            && end - start < MAX_WORDS
            && is_free(&context.words[end].span)
        {
            end += 1;
            if context.words[end - 1].stop {
                break;
            }
        }
        let runs = (start + 2..=end).rev().map(|end| start..end);
        let found = runs.filter_map(|words| self.misspelled(context, &words, UNMARKED));
        found
            .filter(|(link, _)| is_free(&link.span))
            .min_by_key(|&(_, distance)| distance)
            .map(|(link, _)| link)
    }

    fn misspelled(
        &self,
        context: &Context<'_>,
        words: &Range<usize>,
        weight: f32,
    ) -> Option<(Link, u8)> {
        if words.len() < 2 || is_plain(context, words) {
            return None;
        }
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
}

/// Whether what stands before a word makes one expect a title or name: a verb, or a list that began with one.
fn expects_name(context: &Context<'_>, start: usize, links: &[Link]) -> bool {
    let before = &context.words[start - 1];
    let ends_title = |end: usize| {
        links.iter().any(|link| {
            link.matching == Matching::Title && (end - 1..=end).contains(&link.span.end.max(1))
        })
    };
    if ["and", "or"].contains(&context.word(start - 1)) {
        return start > 1
            && !context.words[start - 2].stop
            && ends_title(context.words[start - 2].span.end);
    }
    if context.gap(start - 1).trim() == "," {
        return ends_title(before.span.end);
    }
    !before.stop && is_reaction(context, start - 1)
}
