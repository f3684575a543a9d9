//! A turn as a sequence of words, links and filters.

use std::ops::Range;

use tastegraph_text::{Link, Matching, Normalized};

use crate::filter::Filter;

/// What stands between a word and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    Space,
    /// A hyphen inside a word, or a dash between numbers.
    Dash,
    /// A dash between spaces, or a long one.
    Pause,
    Comma,
    /// The end of a sentence or of the turn.
    Stop,
}

/// A word of the turn, without apostrophes: "dont" is as good as "don't".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
    pub(crate) gap: Gap,
    /// Part of the title of an item, which says nothing but its name.
    pub(crate) in_title: bool,
}

/// The words of a turn.
pub(crate) fn words(text: &str, links: &[Link]) -> Vec<Word> {
    let normalized = Normalized::new(text);
    let ranges: Vec<_> = normalized.words().collect();
    let mut titles = links
        .iter()
        .filter(|link| link.matching == Matching::Title)
        .peekable();
    let mut words = Vec::with_capacity(ranges.len());
    for (index, range) in ranges.iter().enumerate() {
        let span = normalized.original(range.clone());
        let next = ranges
            .get(index + 1)
            .map(|next| normalized.original(next.clone()).start.max(span.end));
        while titles.next_if(|link| link.span.end <= span.start).is_some() {}
        words.push(Word {
            text: bare(&normalized.text()[range.clone()]),
            gap: next.map_or(Gap::Stop, |next| gap(&text[span.end..next])),
            in_title: titles
                .peek()
                .is_some_and(|link| overlaps(&link.span, &span)),
            span,
        });
    }
    words
}

/// The words of an expression, as [`words`] writes them.
pub(crate) fn expression(text: &str) -> Vec<String> {
    let normalized = Normalized::new(text);
    normalized
        .words()
        .map(|range| bare(&normalized.text()[range]))
        .collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Word(String),
    /// The index of a link.
    Link(usize),
    /// The index of a filter.
    Filter(usize),
}

/// A part of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) gap: Gap,
}

impl Item {
    /// The text of a word.
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_link(&self) -> bool {
        matches!(self.kind, Kind::Link(_))
    }
}

/// Puts words, links and filters, both in order, into one order. Words that belong to a link or filter are taken into
/// it.
pub(crate) fn items(words: &[Word], links: &[Link], filters: &[Filter]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let (mut next_filter, mut next_link) = (0, 0);
    let mut last = (None, None);
    for (index, word) in words.iter().enumerate() {
        while filters
            .get(next_filter)
            .is_some_and(|filter| filter.words.end <= index)
        {
            next_filter += 1;
        }
        while links
            .get(next_link)
            .is_some_and(|link| link.span.end <= word.span.start)
        {
            next_link += 1;
        }
        let filter = filters.get(next_filter);
        let filter = filter
            .filter(|filter| filter.words.contains(&index))
            .map(|_| next_filter);
        let link = links.get(next_link);
        let link = link
            .filter(|link| overlaps(&link.span, &word.span))
            .map(|_| next_link);
        let gap = word.gap;
        if filter.is_some() && filter != last.0 {
            items.extend(filter.map(|filter| Item {
                kind: Kind::Filter(filter),
                gap,
            }));
        }
        if link.is_some() && link != last.1 {
            items.extend(link.map(|link| Item {
                kind: Kind::Link(link),
                gap,
            }));
        }
        if filter.is_none() && link.is_none() {
            let kind = Kind::Word(word.text.clone());
            items.push(Item { kind, gap });
        }
        if let Some(item) = items.last_mut() {
            item.gap = gap;
        }
        last = (filter, link);
    }
    items
}

pub(crate) fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn bare(word: &str) -> String {
    word.replace('\'', "")
}

fn gap(between: &str) -> Gap {
    if between.contains(['.', '!', '?', ';', '\n', '…']) {
        Gap::Stop
    } else if between.contains(',') {
        Gap::Comma
    } else if between.contains(" -") || between.contains(" –") || between.contains('—') {
        Gap::Pause
    } else if between.contains(['-', '–']) {
        Gap::Dash
    } else {
        Gap::Space
    }
}

#[cfg(test)]
mod tests {
    use tastegraph_text::LinkReason;

    use super::*;

    #[test]
    fn takes_words_into_links_and_filters() {
        let text = "No, I liked The Heat! Don't go over 2 hours";
        let link = Link {
            span: 12..20,
            entity: 1,
            matching: Matching::Title,
            score: 1.0,
            reason: LinkReason::Exact,
            also: Vec::new(),
            alternatives: Vec::new(),
        };
        let words = words(text, std::slice::from_ref(&link));
        let filter = Filter {
            words: 7..10,
            spec: 0,
            min: None,
            max: None,
            flipped: false,
            excess: false,
            is_duration: true,
        };
        let items = items(&words, &[link], &[filter]);
        let kinds: Vec<_> = items
            .iter()
            .map(|item| (item.word().unwrap_or("-"), item.gap))
            .collect();
        assert_eq!(
            kinds,
            [
                ("no", Gap::Comma),
                ("i", Gap::Space),
                ("liked", Gap::Space),
                ("-", Gap::Stop),
                ("dont", Gap::Space),
                ("go", Gap::Space),
                ("-", Gap::Stop),
            ]
        );
        assert!(words[3].in_title && !words[2].in_title);
    }
}
