//! Tokens for text search.

use crate::{Normalized, inflection::singular, words};

/// The words of a text for search: normalised as by [`Normalized`], English stop words removed, regular plurals and
/// possessives reduced. No other stemming.
///
/// ```
/// assert_eq!(tastegraph_text::tokenize("The Comedies of Hitchcock's era"), ["comedy", "hitchcock", "era"]);
/// ```
#[must_use]
pub fn tokenize(text: &str) -> Vec<String> {
    let normalized = Normalized::new(text);
    normalized
        .words()
        .filter_map(|word| token(&normalized.text()[word]))
        .collect()
}

fn token(word: &str) -> Option<String> {
    if words::is_stop(word) {
        return None;
    }
    let word = word.strip_suffix("'s").unwrap_or(word).replace('\'', "");
    (!words::is_stop(&word)).then(|| singular(&word).unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_content_words() {
        for (text, expected) in [
            ("", vec![]),
            ("I don't like the it", vec!["like"]),
            (
                "Romantic COMEDIES, thrillers!",
                vec!["romantic", "comedy", "thriller"],
            ),
            ("Amélie's café", vec!["amelie", "cafe"]),
            ("O'Brien", vec!["obrien"]),
            ("1980s", vec!["1980"]),
        ] {
            assert_eq!(tokenize(text), expected, "{text:?}");
        }
    }
}
