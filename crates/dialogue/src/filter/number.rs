//! Plain numbers beside the name of their filter.

use super::{Bound, Parsed, Word, bounded, comparison, starts_with, text};

/// Reads "rating over 7" and "over 7 rating".
pub(super) fn parse(words: &[Word], names: &[Vec<String>]) -> Option<Parsed> {
    let name_at = |at: usize| {
        let lengths = names
            .iter()
            .filter_map(|name| starts_with(words.get(at..)?, name));
        lengths.max()
    };
    if let Some(taken) = name_at(0) {
        let start = taken + usize::from(text(words, taken) == "of");
        let (bound, value, length) = amount(&words[start..])?;
        return Some(bounded(bound, value, start + length));
    }
    let (bound, value, length) = amount(words)?;
    Some(bounded(bound, value, length + name_at(length)?))
}

fn amount(words: &[Word]) -> Option<(Bound, f64, usize)> {
    let (bound, length) = comparison(words)?;
    let value: f64 = text(words, length)
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())?;
    Some((bound, value, length + 1))
}
