//! The expressions that set how what follows is meant.

use std::{collections::HashMap, sync::LazyLock};

use crate::item::{Gap, Item};

/// What an expression does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cue {
    Like,
    Dislike,
    Ask,
    /// Asks, unless a verb has said more: "I hate anything with X".
    Open,
    /// Compares: "similar to".
    Similar,
    Seen,
    /// Turns what follows round.
    Negate,
    /// Sets what follows apart: "except".
    Except,
    /// Wants less of what follows: "less X".
    Less,
    /// Weakens an adjective ("not too scary"); turns round only what [`STRENGTHENED`] follows.
    Soften,
    /// Nothing but what follows will do.
    Only,
    /// Takes back what follows: "forget X".
    Withdraw,
    /// Puts what follows in the place of what came before: "I mean X".
    Correct,
    /// Starts a new thought.
    Break,
    /// Means nothing here, but holds words that would elsewhere.
    Idle,
}

/// Expressions without apostrophes. The longest one wins.
const CUES: &[(Cue, &[&str])] = &[
    (
        Cue::Like,
        &[
            "luv",
            "love",
            "loved",
            "loves",
            "loving",
            "liked",
            "likes",
            "enjoy",
            "enjoyed",
            "enjoys",
            "adore",
            "adored",
            "fan of",
            "fans of",
            "fond of",
            "im into",
            "am into",
            "really into",
            "favorite",
            "favorites",
            "favourite",
            "favourites",
            "big on",
            "keen on",
            "obsessed with",
            "crazy about",
            "cant get enough of",
            "cannot get enough of",
        ],
    ),
    (
        Cue::Dislike,
        &[
            "hate",
            "hated",
            "hates",
            "dislike",
            "disliked",
            "dislikes",
            "despise",
            "detest",
            "loathe",
            "cant stand",
            "cannot stand",
            "can not stand",
            "couldnt stand",
            "dont care for",
            "do not care for",
            "tired of",
            "sick of",
            "fed up with",
            "bored of",
            "bored with",
            "enough of",
        ],
    ),
    (
        Cue::Ask,
        &[
            "want",
            "wanna",
            "wants",
            "need",
            "looking for",
            "lookin for",
            "look for",
            "searching for",
            "hoping for",
            "recommend",
            "suggest",
            "in the mood for",
            "show me",
            "give me",
            "gimme",
            "find me",
            "prefer",
            "would like",
            "id like",
            "would love",
            "id love",
            "would enjoy",
            "love to",
            "like to",
            "feel like",
            "feeling like",
            "how about",
            "what about",
            "interested in",
            "craving",
            "up for",
            "ill watch",
            "ill try",
            "ill check out",
        ],
    ),
    (
        Cue::Open,
        &[
            "any",
            "any good",
            "something",
            "smth",
            "sth",
            "anything",
            "more",
        ],
    ),
    (
        Cue::Similar,
        &[
            "similar to",
            "along the lines of",
            "in the vein of",
            "in the style of",
            "such as",
            "as good as",
            "reminds me of",
            "kind of like",
            "sort of like",
        ],
    ),
    (
        Cue::Seen,
        &["seen", "saw", "watched", "rewatched", "finished"],
    ),
    (
        Cue::Negate,
        &[
            "not", "no", "dont", "do not", "doesnt", "does not", "didnt", "did not", "never",
            "nothing", "none", "nor", "neither", "cant", "cannot", "wont", "wouldnt", "isnt",
            "arent", "wasnt", "werent", "havent", "hasnt", "hadnt", "couldnt", "shouldnt",
        ],
    ),
    (
        Cue::Except,
        &[
            "without",
            "except",
            "except for",
            "excluding",
            "anything but",
            "everything but",
            "anything except",
            "other than",
            "rather than",
            "instead of",
            "apart from",
            "aside from",
            "minus",
            "avoid",
            "skip",
            "leave out",
        ],
    ),
    (Cue::Less, &["less", "fewer", "not as", "not so much"]),
    (
        Cue::Only,
        &[
            "only",
            "nothing but",
            "strictly",
            "exclusively",
            "has to be",
            "have to be",
            "must be",
            "needs to be",
        ],
    ),
    (
        Cue::Withdraw,
        &[
            "forget",
            "forget about",
            "never mind",
            "nevermind",
            "scratch",
            "doesnt have to be",
            "does not have to be",
            "dont have to be",
            "doesnt need to be",
            "does not need to be",
            "dont need",
            "need not be",
        ],
    ),
    (
        Cue::Correct,
        &[
            "i mean",
            "i meant",
            "sorry i meant",
            "meant",
            "make it",
            "make that",
        ],
    ),
    (
        Cue::Soften,
        &[
            "too",
            "way too",
            "overly",
            "not too",
            "not very",
            "not so",
            "not overly",
            "not that",
            "nothing too",
            "isnt too",
            "isnt very",
        ],
    ),
    (
        Cue::Break,
        &[
            "but",
            "however",
            "though",
            "although",
            "yet",
            "actually",
            "instead",
            "because",
            "while",
            "whereas",
            "otherwise",
            "no wait",
            "no i",
            "no ive",
            "no im",
            "no id",
            "no we",
            "nope",
            "nah",
        ],
    ),
    (
        Cue::Idle,
        &[
            "not only",
            "why not",
            "why dont",
            "dont mind",
            "do not mind",
            "wouldnt mind",
            "cant wait",
            "cannot wait",
            "no problem",
            "no idea",
            "no worries",
            "no matter",
            "no doubt",
            "no preference",
            "not sure",
            "dont know",
            "do not know",
            "dont care",
            "nothing against",
            "not to mention",
            "isnt there",
            "arent there",
            "didnt see",
            "did not see",
            "didnt watch",
            "did not watch",
            "never heard of",
            "havent heard of",
            "sounds like",
            "looks like",
            "seems like",
            "feels like",
            "more than",
            "more or less",
            "no one",
        ],
    ),
];

/// After these, "not too" turns round what it precedes: "not too keen on X".
const STRENGTHENED: &str = "big crazy excited fond fussed interested into keen many much";

/// Words before the verb "like". After any other, it compares: "movies like X".
const BEFORE_LIKE: &str = "absolutely actually also always and can cant did didnt do does doesnt dont ever friends \
    generally he i just kinda like mostly never nor not or particularly people probably really she sorta still they \
    to usually we who would you";

static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<(Cue, &str)>>> = LazyLock::new(|| {
    let mut cues: HashMap<&str, Vec<(Cue, &str)>> = HashMap::new();
    for (cue, expressions) in CUES {
        for expression in *expressions {
            let first = expression.split(' ').next().unwrap_or_default();
            cues.entry(first).or_default().push((*cue, expression));
        }
    }
    cues
});

/// The longest cue at an item, and how many items it takes.
pub(crate) fn cue_at(items: &[Item], at: usize) -> Option<(Cue, usize)> {
    let first = items.get(at)?.word()?;
    let all = BY_FIRST_WORD.get(first).into_iter().flatten();
    let found = all.filter_map(|&(cue, expression)| Some((cue, length_at(items, at, expression)?)));
    let (cue, length) = match found.max_by_key(|&(_, length)| length) {
        Some((Cue::Soften, length)) => {
            let next = items.get(at + length);
            let strengthened =
                |item: &Item| item.word().is_some_and(|next| contains(STRENGTHENED, next));
            // "not that" is a pronoun if nothing follows it that it could weaken.
            (
                if next.is_none_or(strengthened) {
                    Cue::Negate
                } else {
                    Cue::Soften
                },
                length,
            )
        }
        Some((cue @ (Cue::Like | Cue::Ask), length)) if length == 1 => {
            (wish(items, at).unwrap_or(cue), length)
        }
        Some(found) => found,
        None => (like(items, at)?, 1),
    };
    let asked_of_another =
        cue == Cue::Seen && follows(items, at, &["you", "anyone", "he", "she", "they"]);
    Some((if asked_of_another { Cue::Idle } else { cue }, length))
}

/// How many items an expression takes if it stands at an item, with no comma or stop inside.
pub(crate) fn length_at(items: &[Item], at: usize, expression: &str) -> Option<usize> {
    let mut length = 0;
    for word in expression.split(' ') {
        let joined = length == 0 || matches!(items[at + length - 1].gap, Gap::Space | Gap::Dash);
        if !joined || items.get(at + length).and_then(Item::word) != Some(word) {
            return None;
        }
        length += 1;
    }
    Some(length)
}

pub(crate) fn contains(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|other| other == word)
}

/// The word before an item in its sentence.
pub(crate) fn before(items: &[Item], at: usize) -> Option<&str> {
    let item = items.get(at.checked_sub(1)?)?;
    matches!(item.gap, Gap::Space | Gap::Dash)
        .then(|| item.word())
        .flatten()
}

fn follows(items: &[Item], at: usize, words: &[&str]) -> bool {
    before(items, at).is_some_and(|word| words.contains(&word))
}

/// "would really love": a verb of liking under a "would" is a wish.
fn wish(items: &[Item], at: usize) -> Option<Cue> {
    let would = ["would", "id", "wed"];
    (follows(items, at, &would)
        || (at > 0 && before(items, at).is_some() && follows(items, at - 1, &would)))
    .then_some(Cue::Ask)
}

/// What the word "like" does.
fn like(items: &[Item], at: usize) -> Option<Cue> {
    if items.get(at)?.word() != Some("like") {
        return None;
    }
    let starts = at == 0 || matches!(items[at - 1].gap, Gap::Comma | Gap::Stop);
    let verb = starts || before(items, at).is_some_and(|word| contains(BEFORE_LIKE, word));
    Some(if verb {
        wish(items, at).unwrap_or(Cue::Like)
    } else {
        Cue::Similar
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{items, words};

    fn cues(text: &str) -> Vec<Cue> {
        let items = items(&words(text, &[]), &[], &[]);
        let mut cues = Vec::new();
        let mut at = 0;
        while at < items.len() {
            let found = cue_at(&items, at);
            cues.extend(found.map(|found| found.0));
            at += found.map_or(1, |found| found.1);
        }
        cues
    }

    #[test]
    fn the_longest_expression_wins() {
        for (text, expected) in [
            ("I like X", vec![Cue::Like]),
            ("movies like X", vec![Cue::Similar]),
            ("something like X", vec![Cue::Open, Cue::Similar]),
            ("I'd like X", vec![Cue::Ask]),
            ("I would really like X", vec![Cue::Ask]),
            ("I would love X", vec![Cue::Ask]),
            ("dont like X", vec![Cue::Negate, Cue::Like]),
            ("I can't stand X", vec![Cue::Dislike]),
            ("anything but X", vec![Cue::Except]),
            ("nothing but X", vec![Cue::Only]),
            ("less X", vec![Cue::Less]),
            ("too X", vec![Cue::Soften]),
            ("forget X", vec![Cue::Withdraw]),
            ("sorry I meant X", vec![Cue::Correct]),
            ("not too scary", vec![Cue::Soften]),
            ("not too much X", vec![Cue::Negate]),
            ("it sounds like X", vec![Cue::Idle]),
            ("have you seen X", vec![Cue::Idle]),
            ("I've seen X", vec![Cue::Seen]),
            ("I don't, like X", vec![Cue::Negate, Cue::Like]),
        ] {
            assert_eq!(cues(text), expected, "{text}");
        }
    }
}
