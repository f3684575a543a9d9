//! Answers to what was recommended.

use crate::{
    cue::{before, length_at},
    item::{Gap, Item, Kind},
};

/// What an answer says about the items just recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reply {
    Accept,
    Reject,
    Seen,
}

/// Answers that mean the same wherever they stand.
const FIRM: [(Reply, &[&str]); 2] = [
    (
        Reply::Reject,
        &["no thanks", "no thank you", "ill pass", "hard pass"],
    ),
    (
        Reply::Accept,
        &[
            "ill watch",
            "i will watch",
            "ill check",
            "i will check",
            "ill try",
            "i will try",
            "ill give",
            "ill see",
            "i will see",
            "ill add",
            "lets go with",
            "ill go with",
            "good choice",
            "good suggestion",
            "great suggestion",
            "great choice",
            "good idea",
            "that works",
        ],
    ),
];

/// Answers that go on differently in other sentences ("not that scary") and count only at the end of a clause.
const FINAL: [(Reply, &[&str]); 2] = [
    (
        Reply::Reject,
        &[
            "not that one",
            "not that",
            "not those",
            "not these",
            "not this one",
            "not it",
            "not interested",
            "not for me",
            "not my thing",
            "not really my thing",
            "something else",
            "anything else",
            "nah",
            "pass",
        ],
    ),
    (Reply::Accept, &["perfect", "will do"]),
];

/// The longest answer at an item, and how many items it takes.
pub(crate) fn reply_at(items: &[Item], at: usize) -> Option<(Reply, usize)> {
    let ends =
        |length: usize| items[at + length - 1].gap != Gap::Space || at + length == items.len();
    // "I'll watch Heat" says nothing about what was recommended.
    let names_another = |length: usize| items.get(at + length).is_some_and(Item::is_link);
    let firm =
        longest(items, at, &FIRM).filter(|&(_, length)| ends(length) || !names_another(length));
    firm.or_else(|| longest(items, at, &FINAL).filter(|&(_, length)| ends(length)))
}

fn longest(items: &[Item], at: usize, table: &[(Reply, &[&str])]) -> Option<(Reply, usize)> {
    let all = table.iter().flat_map(|(reply, expressions)| {
        expressions.iter().map(|expression| (*reply, *expression))
    });
    let found =
        all.filter_map(|(reply, expression)| Some((reply, length_at(items, at, expression)?)));
    found.max_by_key(|&(_, length)| length)
}

/// What may follow a pronoun that stands for an item; after anything else it belongs to the next word or clause.
const AFTER_PRONOUN: [&str; 19] = [
    "a", "already", "and", "as", "before", "because", "but", "film", "in", "last", "many", "movie",
    "one", "ones", "so", "too", "twice", "very", "when",
];

/// Whether a pronoun that stands for items follows: "it", "that one", "all of them".
pub(crate) fn pronoun_follows(items: &[Item], at: usize) -> bool {
    let words = |at: usize| items.get(at).and_then(Item::word).unwrap_or_default();
    let starts = at > 0 && items[at - 1].gap == Gap::Space;
    let mut at = at;
    while ["all", "both", "of"].contains(&words(at)) && items[at].gap == Gap::Space {
        at += 1;
    }
    let found = [
        "it", "that", "those", "them", "these", "this", "both", "all",
    ]
    .contains(&words(at));
    let ends = || items[at].gap != Gap::Space || AFTER_PRONOUN.contains(&words(at + 1));
    let follows = |next: usize| {
        items
            .get(next - 1)
            .is_some_and(|item| item.gap == Gap::Space)
    };
    let named = || {
        (at + 1..=at + 2).any(|next| follows(next) && items.get(next).is_some_and(Item::is_link))
    };
    starts && found && (ends() || ["it", "them"].contains(&words(at))) && !named()
}

const COPULAS: [&str; 16] = [
    "is", "isnt", "are", "arent", "was", "wasnt", "were", "werent", "sounds", "sounded", "looks",
    "looked", "seems", "its", "thats", "theyre",
];
const NEGATIONS: [&str; 9] = [
    "not", "never", "isnt", "arent", "wasnt", "werent", "doesnt", "dont", "hardly",
];
const PRAISE: [&str; 29] = [
    "amazing",
    "awesome",
    "beautiful",
    "best",
    "brilliant",
    "classic",
    "cool",
    "excellent",
    "fantastic",
    "favorite",
    "favorites",
    "favourite",
    "favourites",
    "fine",
    "fun",
    "funny",
    "good",
    "great",
    "incredible",
    "interesting",
    "lovely",
    "loved",
    "masterpiece",
    "nice",
    "perfect",
    "superb",
    "thing",
    "welcome",
    "wonderful",
];
const BLAME: [&str; 17] = [
    "annoying",
    "awful",
    "bad",
    "boring",
    "crap",
    "disappointing",
    "dull",
    "horrible",
    "lame",
    "mediocre",
    "overrated",
    "rubbish",
    "sucks",
    "stupid",
    "terrible",
    "worst",
    "weak",
];
/// How far from its verb a judgement is looked for: "was one of the very best".
const REACH: usize = 7;

/// Whether an item is a verb that a judgement may follow.
pub(crate) fn is_copula(item: &Item) -> bool {
    item.word().is_some_and(|word| COPULAS.contains(&word))
}

/// The judgement after a copula: whether it is praise, and how many items it takes.
pub(crate) fn judgement(items: &[Item], at: usize) -> Option<(bool, usize)> {
    let mut negated = false;
    for (length, item) in items[at..].iter().take(REACH).enumerate() {
        let Kind::Word(word) = &item.kind else {
            return None;
        };
        let word = word.as_str();
        negated |= NEGATIONS.contains(&word);
        if PRAISE.contains(&word) || BLAME.contains(&word) {
            return Some((PRAISE.contains(&word) != negated, length + 1));
        }
        if item.gap == Gap::Stop || item.gap == Gap::Comma {
            return None;
        }
    }
    None
}

/// Where the verb stands if an item begins a clause whose subject is a pronoun or left out: "that was", "sounds".
pub(crate) fn pronoun_subject(items: &[Item], at: usize) -> Option<usize> {
    let word = items[at].word()?;
    if ["its", "thats", "theyre"].contains(&word)
        || (["sounds", "looks"].contains(&word) && before(items, at).is_none())
    {
        return Some(at);
    }
    // "movies that are long": the "that" belongs to the noun before.
    let relative = word == "that" && at > 0 && items[at - 1].gap == Gap::Space;
    if relative
        && !before(items, at)
            .is_some_and(|word| ["and", "but", "so", "think", "thought", "yeah"].contains(&word))
    {
        return None;
    }
    let next = items.get(at + 1).filter(|_| items[at].gap == Gap::Space)?;
    (["it", "that", "those", "they", "this", "these"].contains(&word) && is_copula(next))
        .then_some(at + 1)
}

/// Whether an item starts the turn or a sentence of it, so that "too long" speaks of what was recommended.
pub(crate) fn opens(items: &[Item], at: usize) -> bool {
    at == 0 || items[at - 1].gap == Gap::Stop || items[at - 1].gap == Gap::Comma
}

/// Whether a recommender asks what the seeker knows, and the answer is yes.
pub(crate) fn confirms_seen(question: &[Item], answer: &[Item]) -> bool {
    let asks = [
        "have you seen",
        "have you watched",
        "did you see",
        "did you watch",
        "you seen",
        "have you ever seen",
    ];
    let asked = (0..question.len()).any(|at| {
        asks.iter()
            .any(|ask| length_at(question, at, ask).is_some())
    });
    let yes = [
        "yes",
        "yeah",
        "yep",
        "yup",
        "ya",
        "sure",
        "i have",
        "i did",
        "of course",
    ];
    asked && yes.iter().any(|yes| length_at(answer, 0, yes).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{items, words};

    fn read(text: &str) -> Vec<Item> {
        items(&words(text, &[]), &[], &[])
    }

    #[test]
    fn answers() {
        for (text, reply) in [
            ("No thanks, I hate that", Some(Reply::Reject)),
            ("not that one.", Some(Reply::Reject)),
            ("not that scary", None),
            ("something else?", Some(Reply::Reject)),
            ("something else entirely", None),
            ("I'll watch it", Some(Reply::Accept)),
            ("perfect!", Some(Reply::Accept)),
            ("perfect thrillers", None),
            ("hello", None),
        ] {
            assert_eq!(
                reply_at(&read(text), 0).map(|found| found.0),
                reply,
                "{text}"
            );
        }
    }

    #[test]
    fn pronouns() {
        for (text, follows) in [
            ("loved it", true),
            ("loved it when", true),
            ("loved that one", true),
            ("loved that", true),
            ("loved all of them.", true),
            ("loved that he left", false),
            ("loved this actor", false),
            ("loved", false),
            ("loved, it", false),
        ] {
            assert_eq!(pronoun_follows(&read(text), 1), follows, "{text}");
        }
    }

    #[test]
    fn judgements() {
        for (text, praise) in [
            ("was great", Some(true)),
            ("wasn't great", Some(false)),
            ("was one of the very best", Some(true)),
            ("is not my thing", Some(false)),
            ("was boring", Some(false)),
            ("wasn't bad", Some(true)),
            ("was, well, great", None),
            ("was there", None),
        ] {
            assert_eq!(
                judgement(&read(text), 0).map(|found| found.0),
                praise,
                "{text}"
            );
        }
    }

    #[test]
    fn yes_to_a_question() {
        assert!(confirms_seen(
            &read("Have you seen it?"),
            &read("Yes, twice")
        ));
        assert!(!confirms_seen(&read("Have you seen it?"), &read("No")));
        assert!(!confirms_seen(&read("Try it"), &read("Yes")));
    }
}
