//! Lists: what stands beside an accepted title or name in a list is one too.

use std::{collections::BTreeMap, ops::Range};

use super::{
    context::Context,
    evidence::{ends_phrase, is_reaction},
    taken::Taken,
};
use crate::{Link, Matching, words};

/// Accepts titles and names that stand in a list with an accepted one: first those that follow one, then those that
/// precede one, each passing its acceptance on.
///
/// `doubtful` are titles that are spelled like an accepted facet value; beside a title they take its place.
pub(super) fn extend_lists(
    context: &Context<'_>,
    links: &mut Vec<Link>,
    pending: Vec<Link>,
    doubtful: &[Link],
) {
    let mut taken = Taken::of(context.text.len(), links.iter().map(|link| &link.span));
    let by_start = |link: Link| (link.span.start, link);
    let mut accepted: BTreeMap<usize, Link> = links.drain(..).map(by_start).collect();
    // Of several that start at one word the longest came first.
    let mut open: BTreeMap<usize, Vec<Link>> = BTreeMap::new();
    for link in doubtful.iter().cloned().chain(pending) {
        open.entry(link.span.start).or_default().push(link);
    }
    let mut consider = |candidates: &[Link], accepted: &mut BTreeMap<usize, Link>| {
        for link in candidates {
            let before = accepted.range(..link.span.start).next_back();
            let after = accepted.range(link.span.end..).next();
            let listed = [before, after].into_iter().flatten();
            let doubted = accepted
                .get(&link.span.start)
                .is_some_and(|term| term.matching == Matching::Term && term.span == link.span);
            if (doubted || taken.is_free(&link.span))
                && listed
                    .into_iter()
                    .any(|(_, other)| is_listed(context, link, other))
            {
                taken.add(&link.span);
                accepted.insert(link.span.start, link.clone());
            }
        }
    };
    for candidates in open.values() {
        consider(candidates, &mut accepted);
    }
    for candidates in open.values().rev() {
        consider(candidates, &mut accepted);
    }
    links.extend(accepted.into_values());
}

/// Whether a title or name is the neighbour of another one in a list.
fn is_listed(context: &Context<'_>, link: &Link, other: &Link) -> bool {
    if other.matching != link.matching {
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
            || words::is_copula(context.word(words.start - 1))
            || is_reaction(context, words.start - 1)
    };
    fits && is_list_separator(context.text, between)
}

/// Bytes between two members of a list: a few marks and conjunctions.
const MAX_SEPARATOR: usize = 24;

fn is_list_separator(text: &str, between: Range<usize>) -> bool {
    if between.len() > MAX_SEPARATOR {
        return false;
    }
    let between = text[between]
        .to_lowercase()
        .replace(['"', '“', '”', '\'', '*'], " ")
        .replace([',', '&', '/'], " and ");
    let mut words = between.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| ["and", "or"].contains(&word))
}
