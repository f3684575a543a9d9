//! Whether a text names only what it may name.
//!
//! No list of names is complete, so it is the other way round: what may be named is taken out of the
//! text, and nothing that looks like a name may be left.

use std::collections::BTreeSet;

/// Words that a sentence may begin with in a capital though they are no names.
const OPENERS: &str = "a about according after all also although an and another any as at based because both but by \
can check consider definitely do each either enjoy especially even expect finally first for from given good great \
have he hello here hi hope how however i if in instead it its it's just let like looking love many maybe most my no \
not of oh ok okay on one or other our perhaps please pick recommended second she similar since so some something \
sounds such sure take thank thanks that that's the their then there these they third this those though to too try \
two very watch we well what when where whether which while why with without would yes you you'll you'd you're your";

/// Words that are written with a capital anywhere in a sentence.
const CAPITALS: [&str; 5] = ["i", "i'm", "i'd", "i'll", "i've"];

/// Why a text cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It names something that it may not name.
    Names(String),
    /// It holds an address, markup or the like.
    Markup,
}

/// Names that a text may hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allowed {
    /// In lower case, character by character, longest first.
    phrases: Vec<Vec<char>>,
}

impl Allowed {
    pub(crate) fn new<T: AsRef<str>>(phrases: impl IntoIterator<Item = T>) -> Self {
        let lowered: BTreeSet<Vec<char>> = phrases
            .into_iter()
            .map(|phrase| lower(phrase.as_ref().trim()))
            .filter(|phrase| !phrase.is_empty())
            .collect();
        let mut phrases: Vec<Vec<char>> = lowered.into_iter().collect();
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        Self { phrases }
    }

    /// Whether a text names nothing else.
    pub(crate) fn check(&self, text: &str) -> Result<(), Unfit> {
        if is_markup(text) {
            return Err(Unfit::Markup);
        }
        let left = self.without(text);
        match quoted(&left).or_else(|| name_like(&left)) {
            Some(name) => Err(Unfit::Names(name)),
            None => Ok(()),
        }
    }

    /// Whether a text holds one of the phrases.
    pub(crate) fn occurs_in(&self, text: &str) -> bool {
        let text = lower(text);
        self.phrases
            .iter()
            .any(|phrase| find(&text, phrase, 0).is_some())
    }

    /// The text with every phrase overwritten by blanks.
    fn without(&self, text: &str) -> Vec<char> {
        let mut original: Vec<char> = text.chars().collect();
        let mut lowered = lower(text);
        for phrase in &self.phrases {
            let mut from = 0;
            while let Some(at) = find(&lowered, phrase, from) {
                from = at + phrase.len();
                original[at..from].fill(BLANK);
                lowered[at..from].fill(BLANK);
            }
        }
        original
    }
}

/// Stands for a name that was taken out; no text holds it after cleaning.
const BLANK: char = '\u{1}';

/// One character for each, so that places are the same.
fn lower(text: &str) -> Vec<char> {
    let first = |c: char| c.to_lowercase().next().unwrap_or(c);
    text.chars().map(first).collect()
}

/// The phrase as whole words, from a place on.
fn find(text: &[char], phrase: &[char], from: usize) -> Option<usize> {
    let last = text.len().checked_sub(phrase.len())?;
    let word = |place: Option<usize>| {
        let c = place.and_then(|place| text.get(place));
        c.is_some_and(|c| c.is_alphanumeric())
    };
    (from..=last).find(|&at| {
        text[at..at + phrase.len()] == *phrase
            && !(phrase[0].is_alphanumeric() && word(at.checked_sub(1)))
            && !(phrase[phrase.len() - 1].is_alphanumeric() && word(Some(at + phrase.len())))
    })
}

fn is_markup(text: &str) -> bool {
    let lower = text.to_lowercase();
    let address = ["http", "www.", "://", ".com", ".org", ".net"];
    text.contains(['<', '>', '‹', '›', '{', '}', '`', '@', '|', '\\'])
        || address.iter().any(|part| lower.contains(part))
        || text.chars().any(char::is_control)
}

/// What is left between quotation marks.
fn quoted(text: &[char]) -> Option<String> {
    let marks = |c: &char| {
        matches!(
            c,
            '"' | '“' | '”' | '«' | '»' | '„' | '《' | '》' | '「' | '」'
        )
    };
    let parts: Vec<&[char]> = text.split(marks).collect();
    let inside = parts.iter().skip(1).step_by(2);
    inside
        .map(|part| part.iter().filter(|&&c| c != BLANK).collect::<String>())
        .find(|part| part.chars().any(char::is_alphanumeric))
}

/// The first word that looks like a name: with a capital where the language wants none, in a script
/// without capitals, or a number that could be a year.
fn name_like(text: &[char]) -> Option<String> {
    let mut opening = true;
    let mut at = 0;
    while at < text.len() {
        let c = text[at];
        if !c.is_alphanumeric() {
            opening = match c {
                '.' | '!' | '?' | ':' | ';' | '\n' => true,
                BLANK => false,
                _ => opening,
            };
            at += 1;
            continue;
        }
        let part = |c: &char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-');
        let word: String = text[at..].iter().take_while(|c| part(c)).collect();
        at += word.chars().count();
        if !is_plain(&word, opening) {
            return Some(word);
        }
        opening = false;
    }
    None
}

fn is_plain(word: &str, opening: bool) -> bool {
    let lower = word.to_lowercase().replace('’', "'");
    if word
        .chars()
        .filter(|c| c.is_alphabetic())
        .all(char::is_lowercase)
    {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        return digits < 4 && !word.chars().any(|c| c.is_numeric() && !c.is_ascii_digit());
    }
    CAPITALS.contains(&lower.as_str())
        || (opening && OPENERS.split_whitespace().any(|opener| opener == lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Allowed {
        Allowed::new(["The Town (2010)", "The Town", "Ben Affleck", "crime", "Up"])
    }

    #[test]
    fn what_may_be_named_passes() {
        for text in [
            "You might like The Town (2010), a crime film by Ben Affleck.",
            "the town is what I'd watch. It's great, and I mean it!",
            "Since you like crime: \"The Town\".",
            "Up is short. There are 2 hours in it.",
        ] {
            assert_eq!(allowed().check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn anything_else_that_looks_like_a_name_does_not() {
        for (text, name) in [
            ("You might like Gladiator.", "Gladiator"),
            ("Gladiator is great.", "Gladiator"),
            ("Watch The Town and The Departed.", "The"),
            ("Try “the zorblax” tonight.", "the zorblax"),
            ("The Town, a film of 1999.", "1999"),
            ("The Town or 七人の侍.", "七人の侍"),
            ("Update The Town.", "Update"),
            ("The Townsend.", "Townsend"),
        ] {
            assert_eq!(
                allowed().check(text),
                Err(Unfit::Names(name.into())),
                "{text}"
            );
        }
    }

    #[test]
    fn addresses_and_markup_do_not() {
        for text in [
            "see www.example",
            "<b>The Town</b>",
            "a@b",
            "go to evil.com now",
            "{{ x }}",
        ] {
            assert_eq!(allowed().check(text), Err(Unfit::Markup), "{text}");
        }
    }
}
