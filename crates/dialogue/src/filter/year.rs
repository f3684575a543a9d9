//! Years and decades.

use super::{Parsed, Word, longest, text};
use crate::item::Gap;

const YEARS: std::ops::RangeInclusive<u32> = 1850..=2100;
const DECADE_WORDS: [(&str, u32); 9] = [
    ("noughties", 2000),
    ("twenties", 1920),
    ("thirties", 1930),
    ("forties", 1940),
    ("fifties", 1950),
    ("sixties", 1960),
    ("seventies", 1970),
    ("eighties", 1980),
    ("nineties", 1990),
];
/// From here on, two digits mean the twentieth century.
const FIRST_PLAIN_DECADE: u32 = 30;
/// "The 10s" are of this century, "the 20s" those of the last one: works of this decade are called recent. Without
/// an article both may be an age.
const DEFINITE_DECADES: [(u32, u32); 2] = [(10, 2010), (20, 1920)];

/// The first and last year of a year or decade.
#[derive(Clone, Copy)]
struct Period {
    first: f64,
    last: f64,
    decade: bool,
}

/// Parts of a decade, with their first and last year. They overlap: where "early" ends is a matter of taste.
const PARTS: [(&str, u32, u32); 3] = [("early", 0, 4), ("mid", 3, 6), ("late", 5, 9)];

/// Expressions, and the range that they make of a period.
type OneSided = (
    &'static [&'static str],
    fn(Period) -> (Option<f64>, Option<f64>),
);

/// Reads a range of years. `before` is the word before.
pub(super) fn parse(words: &[Word], before: Option<&str>) -> Option<Parsed> {
    if text(words, 0) == "between" {
        return span(words, 1, &["and", "to"]);
    }
    let starts = |expressions: &[&str]| longest(words, expressions);
    let one_sided: [OneSided; 4] = [
        (&["no later than", "up to", "until", "till"], |period| {
            (None, Some(period.last))
        }),
        (&["since", "no earlier than", "no older than"], |period| {
            (Some(period.first), None)
        }),
        (
            &["before", "pre", "prior to", "older than", "earlier than"],
            |period| (None, Some(period.first - 1.0)),
        ),
        (
            &[
                "after",
                "post",
                "newer than",
                "later than",
                "more recent than",
            ],
            |period| (Some(period.last + 1.0), None),
        ),
    ];
    for (expressions, range) in one_sided {
        if let Some(length) = starts(expressions) {
            let (period, end) = period(words, length)?;
            let (min, max) = range(period);
            return Some(Parsed {
                min,
                max,
                length: end,
            });
        }
    }
    within(words, before)
}

/// "from 1994", "in the 80s", "80s or 90s", "1980-1995", "1994 or later".
fn within(words: &[Word], before: Option<&str>) -> Option<Parsed> {
    let preposition = usize::from(["from", "in", "of", "during"].contains(&text(words, 0)));
    if let Some(parsed) = span(words, preposition, &["to", "until", "till", "through"]) {
        return Some(parsed);
    }
    let (start, mut end) = period(words, preposition)?;
    let (mut first, mut last) = (start.first, start.last);
    if let Some(length) = longest(&words[end..], &LATER) {
        return Some(Parsed {
            min: Some(first),
            max: None,
            length: end + length,
        });
    }
    if let Some(length) = longest(&words[end..], &["or earlier", "or older", "or before"]) {
        return Some(Parsed {
            min: None,
            max: Some(last),
            length: end + length,
        });
    }
    let bare = preposition == 0
        && (!start.decade || before.is_some_and(|word| ["my", "his", "her"].contains(&word)));
    if bare {
        return None;
    }
    while ["or", "and"].contains(&text(words, end)) {
        let Some((next, next_end)) = period(words, end + 1) else {
            break;
        };
        (first, last) = (first.min(next.first), last.max(next.last));
        end = next_end;
    }
    Some(Parsed {
        min: Some(first),
        max: Some(last),
        length: end,
    })
}

const LATER: [&str; 8] = [
    "or later",
    "or newer",
    "or after",
    "onwards",
    "onward",
    "on",
    "and later",
    "and onwards",
];

/// Two periods from a word on, with one of some words or a dash between.
fn span(words: &[Word], at: usize, joints: &[&str]) -> Option<Parsed> {
    let (start, end) = period(words, at)?;
    let dashed = matches!(words[end - 1].gap, Gap::Dash | Gap::Pause);
    let next = if dashed {
        end
    } else {
        end + usize::from(joints.contains(&text(words, end)))
    };
    if next == end && !dashed {
        return None;
    }
    let (stop, length) = period(words, next)?;
    (start.first <= stop.last).then_some(Parsed {
        min: Some(start.first),
        max: Some(stop.last),
        length,
    })
}

/// The period at a word, and the word after it.
fn period(words: &[Word], at: usize) -> Option<(Period, usize)> {
    let definite = text(words, at) == "the";
    let mut at = at + usize::from(definite);
    let part = PARTS.iter().find(|(name, ..)| *name == text(words, at));
    at += usize::from(part.is_some());
    let word = text(words, at);
    if let Some(decade) = decade(word, definite) {
        let (_, first, last) = part.unwrap_or(&("", 0, 9));
        return Some((
            Period {
                first: f64::from(decade + first),
                last: f64::from(decade + last),
                decade: true,
            },
            at + 1,
        ));
    }
    let year: u32 = word.parse().ok().filter(|year| YEARS.contains(year))?;
    let year = f64::from(year);
    Some((
        Period {
            first: year,
            last: year,
            decade: false,
        },
        at + 1,
    ))
}

/// The first year of a decade. `definite`: "the" stands before.
fn decade(word: &str, definite: bool) -> Option<u32> {
    if let Some(&(_, first)) = DECADE_WORDS.iter().find(|(name, _)| *name == word) {
        return (first >= 1900 + FIRST_PLAIN_DECADE || definite).then_some(first);
    }
    let digits = word.strip_suffix('s')?;
    let value: u32 = digits.parse().ok().filter(|value| value % 10 == 0)?;
    match digits.len() {
        4 => Some(value).filter(|value| YEARS.contains(value)),
        2 if value >= FIRST_PLAIN_DECADE => Some(1900 + value),
        2 if value == 0 => Some(2000),
        2 if definite => DEFINITE_DECADES
            .iter()
            .find(|(digits, _)| *digits == value)
            .map(|&(_, first)| first),
        _ => None,
    }
}
