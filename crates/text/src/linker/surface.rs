//! The ways in which one surface form is written.

use crate::{
    LexiconEntry, Matching, Normalized,
    inflection::{plural, singular},
    words,
};

/// How a pattern was derived from a surface, closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Label,
    Alias,
    /// Another numeral, or an apostrophe left out.
    Spelling,
    Inflected,
    /// Without the leading article.
    Bare,
    /// Without the subtitle; kept only where it is unambiguous.
    Short,
    /// The last word of a name.
    LastWord,
}

impl Form {
    /// Whether the lexicon gave the surface in this form.
    pub(super) fn is_given(self) -> bool {
        self <= Self::Alias
    }
}

/// A word of a surface, and whether a comma or the like stands after it.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    stop: bool,
}

/// A normalised surface with bit `i` of `stops` set where punctuation that may end a clause stands after word `i`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) text: String,
    pub(super) stops: u64,
    pub(super) form: Form,
}

/// Numerals in their three spellings. The Roman one is left out where it is a letter that means something else.
const NUMERALS: [(&str, &str, &str); 20] = [
    ("1", "one", ""),
    ("2", "two", "ii"),
    ("3", "three", "iii"),
    ("4", "four", "iv"),
    ("5", "five", "v"),
    ("6", "six", "vi"),
    ("7", "seven", "vii"),
    ("8", "eight", "viii"),
    ("9", "nine", "ix"),
    ("10", "ten", "x"),
    ("11", "eleven", "xi"),
    ("12", "twelve", "xii"),
    ("13", "thirteen", "xiii"),
    ("14", "fourteen", "xiv"),
    ("15", "fifteen", "xv"),
    ("16", "sixteen", "xvi"),
    ("17", "seventeen", "xvii"),
    ("18", "eighteen", "xviii"),
    ("19", "nineteen", "xix"),
    ("20", "twenty", "xx"),
];

const ARTICLES: [&str; 3] = ["the", "a", "an"];
/// What follows a family name and is not part of it.
const NAME_SUFFIXES: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "junior"];
/// What stands before a family name and is part of it.
const NAME_PARTICLES: [&str; 20] = [
    "af", "al", "bin", "da", "de", "del", "della", "der", "di", "dos", "du", "el", "la", "le",
    "mac", "st", "ten", "van", "von", "zu",
];
/// A last word shorter than this stands for nobody.
const MIN_LAST_WORD: usize = 3;

/// All patterns of an entry, the given one first. Empty if nothing of the surface is left after normalisation.
pub(super) fn variants(entry: &LexiconEntry) -> Vec<Variant> {
    let words = split(&entry.surface);
    if words.is_empty() {
        return Vec::new();
    }
    let given = if entry.preferred {
        Form::Label
    } else {
        Form::Alias
    };
    let mut variants = vec![variant(&words, given)];
    match entry.matching {
        Matching::Title => add_title_variants(&entry.surface, &words, &mut variants),
        Matching::Name => variants.extend(family_names(&words)),
        Matching::Phrase => {}
        Matching::Term => variants.extend(inflected(&words)),
    }
    if variants[0].text.contains('\'') {
        let unmarked: Vec<_> = words
            .iter()
            .map(|word| Word {
                text: word.text.replace('\'', ""),
                stop: word.stop,
            })
            .collect();
        variants.push(variant(&unmarked, Form::Spelling));
    }
    variants
}

fn add_title_variants(surface: &str, words: &[Word], variants: &mut Vec<Variant>) {
    variants.extend(renumbered(words, Form::Spelling));
    if let [article, rest @ ..] = words
        && ARTICLES.contains(&article.text.as_str())
        && !rest.is_empty()
    {
        variants.push(variant(rest, Form::Bare));
        variants.extend(renumbered(rest, Form::Bare));
    }
    for separator in [": ", " - ", " – "] {
        let Some((head, _)) = surface.split_once(separator) else {
            continue;
        };
        let head = split(head);
        if head.len() >= 2 {
            variants.push(variant(&head, Form::Short));
            variants.extend(renumbered(&head, Form::Short));
        }
    }
}

/// The surface with each of its numerals in the other spellings. A title of one word stays as it is: "7" is no
/// spelling of "Seven" that anyone could tell from a number.
fn renumbered(words: &[Word], form: Form) -> Vec<Variant> {
    let mut variants = Vec::new();
    for (index, word) in words.iter().enumerate().filter(|_| words.len() > 1) {
        let spelled = |numeral: &&(&str, &str, &str)| {
            // A Roman numeral at the start is a word: "I, Robot", "V for Vendetta".
            [numeral.0, numeral.1].contains(&word.text.as_str())
                || (index > 0 && numeral.2 == word.text)
        };
        let Some(&(digits, english, roman)) = NUMERALS.iter().find(spelled) else {
            continue;
        };
        for other in [digits, english, roman] {
            if !other.is_empty() && other != word.text && (index > 0 || other != roman) {
                let mut words = words.to_vec();
                other.clone_into(&mut words[index].text);
                variants.push(variant(&words, form));
            }
        }
    }
    variants
}

/// The family name: the last word, with and without the particles before it ("de Niro").
fn family_names(words: &[Word]) -> Vec<Variant> {
    let suffix = |word: &Word| NAME_SUFFIXES.contains(&word.text.as_str());
    let Some(end) = words
        .iter()
        .rposition(|word| !suffix(word))
        .filter(|&end| end > 0)
    else {
        return Vec::new();
    };
    let particle = |word: &&Word| NAME_PARTICLES.contains(&word.text.as_str());
    let particles = words[1..end].iter().rev().take_while(particle).count();
    let last = &words[end].text;
    let mut names = Vec::new();
    if particles > 0 {
        names.push(variant(&words[end - particles..=end], Form::LastWord));
    }
    if last.chars().count() >= MIN_LAST_WORD && !words::is_everyday(last) {
        names.push(variant(std::slice::from_ref(&words[end]), Form::LastWord));
    }
    names
}

fn inflected(words: &[Word]) -> Option<Variant> {
    let (last, head) = words.split_last()?;
    if last.text.starts_with(|c: char| c.is_ascii_digit()) {
        // "1980" is a year and "1980s" are ten.
        return None;
    }
    let text = singular(&last.text).or_else(|| plural(&last.text))?;
    let words: Vec<_> = head
        .iter()
        .cloned()
        .chain([Word { text, stop: false }])
        .collect();
    Some(variant(&words, Form::Inflected))
}

fn variant(words: &[Word], form: Form) -> Variant {
    let text = words
        .iter()
        .map(|word| word.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let stops = (words.iter().take(64).enumerate())
        .fold(0, |stops, (at, word)| stops | (u64::from(word.stop) << at));
    Variant { text, stops, form }
}

fn split(surface: &str) -> Vec<Word> {
    let normalized = Normalized::new(surface);
    let spans: Vec<_> = normalized.words().collect();
    let word = |(index, range): (usize, &std::ops::Range<usize>)| {
        let end = normalized.original(range.clone()).end;
        let next = spans
            .get(index + 1)
            .map_or(end, |next| normalized.original(next.clone()).start);
        let text = normalized.text()[range.clone()].to_owned();
        Word {
            stop: is_stop(&surface[end..next.max(end)], &text),
            text,
        }
    };
    spans.iter().enumerate().map(word).collect()
}

/// Whether what stands between two words may end a clause.
pub(super) fn is_stop(gap: &str, word_before: &str) -> bool {
    const ABBREVIATIONS: [&str; 8] = ["mr", "mrs", "ms", "dr", "st", "vol", "vs", "jr"];
    gap.contains([',', ';', '!', '?', '\n', '…'])
        || (gap.contains('.') && !ABBREVIATIONS.contains(&word_before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(surface: &str, matching: Matching) -> Vec<(String, Form)> {
        let surface = surface.to_owned();
        let entry = LexiconEntry {
            surface,
            entity: 0,
            matching,
            preferred: true,
            prior: 0.0,
            qualifier: None,
        };
        variants(&entry)
            .into_iter()
            .map(|variant| (variant.text, variant.form))
            .collect()
    }

    fn has(surface: &str, matching: Matching, text: &str, form: Form) {
        let forms = forms(surface, matching);
        assert!(
            forms.contains(&(text.to_owned(), form)),
            "{surface}: {forms:?}"
        );
    }

    #[test]
    fn derives_patterns() {
        has("The Departed", Matching::Title, "the departed", Form::Label);
        has("The Departed", Matching::Title, "departed", Form::Bare);
        has("Rocky II", Matching::Title, "rocky 2", Form::Spelling);
        has("Rocky II", Matching::Title, "rocky two", Form::Spelling);
        has(
            "Ocean's Eleven",
            Matching::Title,
            "ocean's 11",
            Form::Spelling,
        );
        has(
            "Ocean's Eleven",
            Matching::Title,
            "oceans eleven",
            Form::Spelling,
        );
        has(
            "12 Angry Men",
            Matching::Title,
            "twelve angry men",
            Form::Spelling,
        );
        has(
            "Mad Max: Fury Road",
            Matching::Title,
            "mad max",
            Form::Short,
        );
        has(
            "Robert Downey Jr.",
            Matching::Name,
            "downey",
            Form::LastWord,
        );
        has(
            "science fiction",
            Matching::Term,
            "science fictions",
            Form::Inflected,
        );
        has("Comedies", Matching::Term, "comedy", Form::Inflected);
    }

    #[test]
    fn derives_no_more_than_that() {
        assert_eq!(forms("Seven", Matching::Title).len(), 1);
        assert_eq!(forms("V for Vendetta", Matching::Title).len(), 1);
        assert_eq!(forms("Alien: Covenant", Matching::Title).len(), 1);
        assert_eq!(forms("El Topo", Matching::Title).len(), 1);
        assert_eq!(forms("Jack Black", Matching::Name).len(), 1);
        assert_eq!(forms("Cher", Matching::Name).len(), 1);
        assert_eq!(forms("Canal Street Pictures", Matching::Phrase).len(), 1);
        assert_eq!(forms("!!!", Matching::Title), []);
    }

    #[test]
    fn notes_where_a_clause_might_end() {
        let stops = |surface: &str| variant(&split(surface), Form::Label).stops;
        assert_eq!(stops("Crazy, Stupid, Love"), 0b11);
        assert_eq!(stops("Mr. Smith: Home"), 0);
        assert_eq!(stops("What's Up, Doc?"), 0b10);
    }
}
