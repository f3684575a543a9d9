//! Durations, in minutes.

use super::{Bound, Parsed, Word, bounded, comparison, longest, text};

const MINUTES_PER_HOUR: f64 = 60.0;
/// How far "around two hours" reaches.
const ABOUT: f64 = 15.0;
const HOURS: [&str; 5] = ["h", "hr", "hrs", "hour", "hours"];
const MINUTES: [&str; 5] = ["m", "min", "mins", "minute", "minutes"];
const NUMBERS: [&str; 11] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// Reads a duration with a comparison: "under two hours", "90 min max", "between 90 and 120 minutes".
pub(super) fn parse(words: &[Word]) -> Option<Parsed> {
    if text(words, 0) == "between" {
        return between(words);
    }
    if let Some(length) = longest(words, &["around", "about", "roughly", "approximately"]) {
        let (minutes, taken) = duration(&words[length..])?;
        return Some(Parsed {
            min: Some(minutes - ABOUT),
            max: Some(minutes + ABOUT),
            length: length + taken,
        });
    }
    if let Some(length) = longest(words, &["only have", "only got", "have only", "got only"]) {
        let (minutes, taken) = duration(&words[length..])?;
        return Some(bounded(Bound::Max, minutes, length + taken));
    }
    if let Some((bound, length)) = comparison(words) {
        let (minutes, taken) = duration(&words[length..])?;
        return Some(bounded(bound, minutes, length + taken));
    }
    let (minutes, length) = duration(words)?;
    let rest = &words[length..];
    let max = longest(
        rest,
        &[
            "max",
            "maximum",
            "tops",
            "at most",
            "or less",
            "or shorter",
            "or under",
        ],
    );
    let min = longest(rest, &["minimum", "at least", "or more", "or longer"]);
    match (max, min) {
        (Some(taken), _) => Some(bounded(Bound::Max, minutes, length + taken)),
        (_, Some(taken)) => Some(bounded(Bound::Min, minutes, length + taken)),
        _ => None,
    }
}

fn between(words: &[Word]) -> Option<Parsed> {
    let number = number(text(words, 1));
    let (first, length) = duration(&words[1..]).or(number.map(|number| (number, 1)))?;
    let second = 1 + length + 1;
    if !["and", "to"].contains(&text(words, second - 1)) {
        return None;
    }
    let (max, taken) = duration(words.get(second..)?)?;
    // "between one and two hours": the first number is in the unit of the second.
    let unit = text(words, second + taken - 1);
    let inherits = duration(&words[1..]).is_none() && HOURS.contains(&unit);
    let min = if inherits {
        first * MINUTES_PER_HOUR
    } else {
        first
    };
    (min <= max).then_some(Parsed {
        min: Some(min),
        max: Some(max),
        length: second + taken,
    })
}

/// The minutes of a duration and its number of words.
fn duration(words: &[Word]) -> Option<(f64, usize)> {
    if let Some(length) = longest(words, &["half an hour", "half hour"]) {
        return Some((MINUTES_PER_HOUR / 2.0, length));
    }
    if let Some(minutes) = glued(text(words, 0)) {
        return Some((minutes, 1));
    }
    let article = ["a", "an"].contains(&text(words, 0));
    let value = if article {
        1.0
    } else {
        number(text(words, 0))?
    };
    if let Some(length) = longest(&words[1..], &["and a half hours", "and a half hour"]) {
        return Some(((value + 0.5) * MINUTES_PER_HOUR, 1 + length));
    }
    if MINUTES.contains(&text(words, 1)) && !article {
        return Some((value, 2));
    }
    if !HOURS.contains(&text(words, 1)) {
        return None;
    }
    let (extra, taken) = beyond_the_hour(&words[2..]);
    Some((value * MINUTES_PER_HOUR + extra, 2 + taken))
}

/// "… and a half", "… 45 minutes", "… and 45 minutes" after an hour.
fn beyond_the_hour(words: &[Word]) -> (f64, usize) {
    if let Some(length) = longest(words, &["and a half"]) {
        return (MINUTES_PER_HOUR / 2.0, length);
    }
    let skipped = usize::from(text(words, 0) == "and");
    match (number(text(words, skipped)), glued(text(words, skipped))) {
        (Some(minutes), _) if MINUTES.contains(&text(words, skipped + 1)) => (minutes, skipped + 2),
        (_, Some(minutes)) if minutes < MINUTES_PER_HOUR => (minutes, skipped + 1),
        _ => (0.0, 0),
    }
}

/// A number with its unit in one word: "2h", "1h30", "1h30m", "90min".
fn glued(word: &str) -> Option<f64> {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let value: f64 = word[..end].parse().ok()?;
    let unit_end = word[end..]
        .find(|c: char| c.is_ascii_digit())
        .map_or(word.len(), |digits| end + digits);
    let (unit, rest) = (&word[end..unit_end], &word[unit_end..]);
    if MINUTES.contains(&unit) && rest.is_empty() {
        return Some(value);
    }
    if !HOURS.contains(&unit) {
        return None;
    }
    let digits = rest.trim_end_matches(char::is_alphabetic);
    let minutes: f64 = if digits.is_empty() {
        0.0
    } else {
        digits.parse().ok()?
    };
    let suffix = &rest[digits.len()..];
    (suffix.is_empty() || MINUTES.contains(&suffix)).then_some(value * MINUTES_PER_HOUR + minutes)
}

fn number(word: &str) -> Option<f64> {
    if let Some(value) = NUMBERS.iter().position(|&number| number == word) {
        return Some(value as f64);
    }
    word.starts_with(|c: char| c.is_ascii_digit())
        .then(|| word.parse().ok())
        .flatten()
}
