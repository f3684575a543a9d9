//! Finding entities in text.
//!
//! One pass of an Aho–Corasick automaton (A. V. Aho and M. J. Corasick, "Efficient string matching: an aid to
//! bibliographic search", Communications of the ACM 18(6), 1975) finds every surface form, overlapping ones included;
//! each match is judged by what stands around it, and the longest that pass are taken. Refusing a long match thus
//! never hides a short one inside it. Lists then pass their cue on, and what still looks like a name is looked up as a
//! misspelling.

mod context;
mod evidence;
mod fuzzy;
mod judge;
mod lexicon;
mod misspelling;
mod names;
mod surface;
#[cfg(test)]
mod tests;
mod year;

use std::{cmp::Reverse, collections::BTreeSet, fmt, ops::Range};

use aho_corasick::{AhoCorasick, MatchKind};

use self::{
    context::Context,
    evidence::ends_phrase,
    fuzzy::FuzzyIndex,
    judge::{Verdict, judge},
    lexicon::Pattern,
    names::{name_spans, overlaps, parts},
};
use crate::{EntityId, LexiconEntry, Link, Linked, Matching, TextError, Unlinked, words};

/// Finds the entities of a lexicon in texts.
///
/// Cheap to share between threads: linking takes `&self` and no lock. The time for a text grows with its length and
/// with the matches in it, hardly with the size of the lexicon.
#[derive(Clone)]
pub struct Linker {
    patterns: Vec<Pattern>,
    automaton: AhoCorasick,
    fuzzy: FuzzyIndex,
}

/// A bounded occurrence of a pattern.
struct Match<'l> {
    pattern: &'l Pattern,
    norm: Range<usize>,
    span: Range<usize>,
}

impl Linker {
    /// Builds a linker. A surface of which nothing is left after normalisation ("!!!") is never found.
    ///
    /// # Errors
    /// [`TextError::Prior`] if a popularity is negative or not finite, [`TextError::Automaton`] if there are too many
    /// surfaces for one automaton (hundreds of millions of characters).
    pub fn new(entries: Vec<LexiconEntry>) -> Result<Self, TextError> {
        let patterns = lexicon::patterns(entries)?;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns.iter().map(|pattern| pattern.text.as_bytes()))
            .map_err(|source| TextError::Automaton {
                surfaces: patterns.len(),
                source,
            })?;
        let fuzzy = FuzzyIndex::new(&patterns);
        Ok(Self {
            patterns,
            automaton,
            fuzzy,
        })
    }

    /// Finds the entities that a text names.
    #[must_use]
    pub fn link(&self, text: &str) -> Linked {
        let context = Context::new(text);
        let (mut links, pending) = self.choose(&context);
        extend_lists(&context, &mut links, pending);
        self.link_misspelled(&context, &mut links);
        links.sort_by_key(|link| link.span.start);
        let unlinked = unlinked(&context, &links);
        Linked { links, unlinked }
    }

    /// The accepted matches, longest first, and titles that lack a cue.
    fn choose(&self, context: &Context<'_>) -> (Vec<Link>, Vec<Link>) {
        let mut matches = self.matches(context);
        matches.sort_by_key(|found| (Reverse(found.norm.len()), found.norm.start));
        let named = full_names(&matches);
        let (mut links, mut pending): (Vec<Link>, Vec<Link>) = (Vec::new(), Vec::new());
        for found in matches {
            if links.iter().any(|link| overlaps(&link.span, &found.span)) {
                continue;
            }
            match judge(context, found.pattern, &found.norm, found.span, &named) {
                Verdict::Accept(link) => add(&mut links, link),
                Verdict::Pending(link) => pending.push(link),
                Verdict::Refuse => {}
            }
        }
        (links, pending)
    }

    fn matches(&self, context: &Context<'_>) -> Vec<Match<'_>> {
        let find = |found: aho_corasick::Match| {
            let norm = found.range();
            let pattern = &self.patterns[found.pattern()];
            if !context.normalized.is_aligned(&norm) {
                return None;
            }
            let span = context.normalized.original(norm.clone());
            let passes = context.is_bounded(&span) && !crosses_clause(context, pattern, &norm);
            passes.then_some(Match {
                pattern,
                norm,
                span,
            })
        };
        self.automaton
            .find_overlapping_iter(context.normalized.text())
            .filter_map(find)
            .collect()
    }
}

impl fmt::Debug for Linker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Linker")
            .field("surfaces", &self.patterns.len())
            .finish_non_exhaustive()
    }
}

/// Adds a link unless the year that it took in belongs to another one.
fn add(links: &mut Vec<Link>, link: Link) {
    if !links.iter().any(|other| overlaps(&other.span, &link.span)) {
        links.push(link);
    }
}

/// Whether the text ends a clause where the surface does not: "I loved it. Follows me" does not name "It Follows".
fn crosses_clause(context: &Context<'_>, pattern: &Pattern, norm: &Range<usize>) -> bool {
    let (first, last) = context.cover(norm);
    (first..last)
        .enumerate()
        .any(|(gap, word)| context.words[word].stop && (gap > 63 || pattern.stops >> gap & 1 == 0))
}

fn full_names(matches: &[Match<'_>]) -> BTreeSet<EntityId> {
    let senses = matches.iter().flat_map(|found| &found.pattern.senses);
    senses
        .filter(|sense| sense.matching.is_proper() && sense.form.is_given())
        .map(|sense| sense.entity)
        .collect()
}

/// Accepts titles that stand in a list with an accepted one, until no more do.
fn extend_lists(context: &Context<'_>, links: &mut Vec<Link>, mut pending: Vec<Link>) {
    loop {
        let listed = |link: &Link| {
            let free = !links.iter().any(|other| overlaps(&other.span, &link.span));
            free && links.iter().any(|other| is_listed(context, link, other))
        };
        let Some(index) = pending.iter().position(listed) else {
            return;
        };
        links.push(pending.remove(index));
    }
}

/// Whether a title is the neighbour of another one in a list.
fn is_listed(context: &Context<'_>, link: &Link, other: &Link) -> bool {
    if other.matching != Matching::Title {
        return false;
    }
    let words = context.words_in(&link.span);
    let follows = other.span.end <= link.span.start;
    let between = if follows {
        other.span.end..link.span.start
    } else {
        link.span.end..other.span.start
    };
    let fits = if follows {
        ends_phrase(
            context,
            words.end.saturating_sub(1),
            &link.span,
            words::follows_list,
        )
    } else {
        words.start == 0
            || context.words[words.start - 1].stop
            || context.words[words.start].opening
    };
    fits && is_list_separator(&context.text[between])
}

fn is_list_separator(between: &str) -> bool {
    let words = between
        .to_lowercase()
        .replace(['"', '“', '”', '\'', '*'], " ")
        .replace([',', '&', '/'], " and ");
    let mut words = words.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| ["and", "or"].contains(&word))
}

/// What looks like a name and is no part of a link.
fn unlinked(context: &Context<'_>, links: &[Link]) -> Vec<Unlinked> {
    let taken: Vec<_> = links.iter().map(|link| link.span.clone()).collect();
    let names = name_spans(context, &taken);
    let parts = names.iter().flat_map(|words| parts(context, words));
    let found = parts.map(|words| {
        let span = context.words[words.start].span.start..context.words[words.end - 1].span.end;
        Unlinked {
            text: context.text[span.clone()].to_owned(),
            span,
        }
    });
    found.collect()
}
