//! Conversations and what they say.

use std::collections::{BTreeMap, BTreeSet};

use tastegraph_text::{EntityId, LexiconEntry};

use super::*;
use crate::{FilterKind, FilterPhrase, FilterSpec};

const LEXICON: &[(&str, EntityId, Matching)] = &[
    ("Heat", 1, Matching::Title),
    ("The Departed", 2, Matching::Title),
    ("Vertigo", 3, Matching::Title),
    ("Amélie", 4, Matching::Title),
    ("Crazy, Stupid, Love", 5, Matching::Title),
    ("Quentin Tarantino", 10, Matching::Name),
    ("Tom Hanks", 11, Matching::Name),
    ("horror", 20, Matching::Term),
    ("musical", 21, Matching::Term),
    ("comedy", 22, Matching::Term),
    ("thriller", 23, Matching::Term),
    ("French", 24, Matching::Term),
    ("Korean", 25, Matching::Term),
];

fn linker() -> Linker {
    let entry = |&(surface, entity, matching): &(&str, EntityId, Matching)| LexiconEntry {
        surface: surface.to_owned(),
        entity,
        matching,
        preferred: true,
        prior: 1.0,
        qualifier: (entity == 1).then_some(1995),
    };
    Linker::new(LEXICON.iter().map(entry).collect()).expect("the lexicon is valid")
}

fn vocabulary() -> Vocabulary {
    let phrase = |text: &str, min, max| FilterPhrase {
        text: text.to_owned(),
        min,
        max,
    };
    let filter = |name: &str, kind, phrases| FilterSpec {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        phrases,
    };
    Vocabulary {
        filters: vec![
            filter(
                "year",
                FilterKind::Year,
                vec![
                    phrase("older", None, Some(1980.0)),
                    phrase("stupid", Some(1.0), None),
                ],
            ),
            filter(
                "runtime",
                FilterKind::Minutes,
                vec![
                    phrase("nothing too long", None, Some(130.0)),
                    phrase("not too long", None, Some(130.0)),
                ],
            ),
        ],
        hard: BTreeMap::from([24, 25].map(|id| (id, "language".to_owned()))),
        relations: vec!["music by".to_owned()],
    }
}

fn read(conversation: &Conversation) -> Understanding {
    understand(conversation, &linker(), &vocabulary())
}

/// Mentions as `entity` and a letter for the stance, `!` if seen; then the constraints.
fn outline(understanding: &Understanding) -> String {
    let mention = |mention: &Mention| {
        let stance = match mention.stance {
            Stance::Liked => 'L',
            Stance::AskedFor => 'A',
            Stance::Neutral => 'N',
            Stance::Disliked => 'D',
            Stance::Rejected => 'R',
            Stance::Withdrawn => 'W',
        };
        format!(
            "{}{stance}{}",
            mention.entity,
            if mention.seen { "!" } else { "" }
        )
    };
    let bound = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let constraint = |constraint: &Constraint| match &constraint.rule {
        Rule::Range { filter, min, max } => format!("{filter}:{}..{}", bound(*min), bound(*max)),
        Rule::Outside { filter, min, max } => format!("{filter}:!{min}..{max}"),
        Rule::Require(entity) => format!("+{entity}"),
        Rule::Forbid(entity) => format!("-{entity}"),
    };
    let mentions = understanding.mentions.iter().map(mention);
    mentions
        .chain(understanding.constraints.iter().map(constraint))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn reads_one_turn() {
    let cases = [
        (
            "I loved Heat and The Departed, but nothing too long",
            "1L 2L runtime:..130",
        ),
        ("i loved heat and the departed", "1L 2L"),
        ("Hello there", ""),
        // Liking and asking.
        ("I like comedies", "22L"),
        ("I want a thriller", "23A"),
        ("looking for something like Heat", "1L"),
        ("Something similar to Vertigo or The Departed", "3L 2L"),
        ("movies like Heat", "1L"),
        ("in the mood for a comedy with Tom Hanks", "22A 11A"),
        ("any good thrillers?", "23A"),
        ("show me musicals, comedies and thrillers", "21A 22A 23A"),
        ("I would love to see a musical", "21A"),
        ("I'd really like a comedy", "22A"),
        ("a thriller please", "23A"),
        ("Vertigo is a thriller", "3N 23N"),
        ("a comedy that is fun", "22A"),
        ("I want a thriller which was made in French", "23A 24A +24"),
        ("My favourite movie is Vertigo", "3L"),
        ("Vertigo is one of my favorites", "3L"),
        ("Vertigo was boring but The Departed was great", "3D 2L"),
        ("I'm a big fan of Tarantino", "10L"),
        ("I liked heat, show me a comedy", "1L 22A"),
        // Negation and its scope.
        ("no horror", "20D -20"),
        ("no horror or musicals", "20D 21D -20 -21"),
        (
            "I hate horror, musicals and comedies",
            "20D 21D 22D -20 -21 -22",
        ),
        ("not by Tarantino", "10D -10"),
        ("anything but horror", "20D -20"),
        ("nothing but horror", "20A +20"),
        ("I don't like horror, I love comedies", "20D 22L -20"),
        ("I don't like horror but I love comedies", "20D 22L -20"),
        ("I don't like horror and I love comedies", "20D 22L -20"),
        ("I hate horror, comedies are fine", "20D 22L -20"),
        ("a comedy without Tom Hanks", "22A 11D -11"),
        ("comedies, except French ones", "22A 24D -24"),
        ("I can't stand musicals", "21D -21"),
        ("tired of musicals", "21D -21"),
        ("less horror, more comedy", "20D 22A"),
        ("I never liked Heat", "1D"),
        ("nothing like Heat", "1D"),
        ("I didn't like The Departed. A musical?", "2D 21A"),
        ("I don't mind horror", "20A"),
        ("I don't hate horror", "20N"),
        ("No, I like horror", "20L"),
        ("no i love horror", "20L"),
        ("not a fan of horror", "20D -20"),
        ("I don't like anything with Tom Hanks", "11D -11"),
        ("not too scary thriller", "23A"),
        ("not too. Vertigo", "3N"),
        ("horror is not my thing", "20D -20"),
        ("not horror, please; a comedy", "20D 22A -20"),
        ("however, no musicals - I prefer comedies", "21D 22A -21"),
        ("I want a comedy, not a musical", "22A 21D -21"),
        // Seen.
        ("I've already seen Heat and Vertigo", "1N! 3N!"),
        ("I watched Heat and loved it", "1L!"),
        ("I saw Vertigo, didn't like it", "3D!"),
        ("I saw and loved Heat", "1L!"),
        ("I haven't seen Heat", "1N"),
        ("I loved Heat but haven't seen Vertigo", "1L 3N"),
        ("have you seen Heat?", "1N"),
        // Hard terms.
        ("something in French", "24A +24"),
        ("a Korean thriller", "25A 23A +25"),
        ("something like Heat but in French", "1L 24A +24"),
        ("I love French comedies", "24L 22L"),
        ("a thriller like Amélie, in Korean", "23A 4L 25A +25"),
        ("my French friend told me about Heat", "24N 1N"),
        // Filters.
        (
            "a comedy from the 80s under two hours",
            "22A year:1980..1989 runtime:..120",
        ),
        ("something like Heat (1995)", "1L"),
        ("comedies before 1990", "22A year:..1989"),
        ("I don't want anything before 1990", "year:1990.."),
        ("nothing over 2 hours with Tom Hanks", "11A runtime:..120"),
        ("I hate movies over 2 hours", "runtime:..120"),
        ("I loved Crazy, Stupid, Love", "5L"),
        ("older comedies", "22A year:..1980"),
        ("I watched Heat in 1999", "1N!"),
        (
            "between 90 and 100 minutes, 1990 or later",
            "runtime:90..100 year:1990..",
        ),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let found = outline(&read(&text.into()));
        if found != expected {
            wrong.push((text, expected, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn reads_the_reply_to_a_recommendation() {
    let cases = [
        ("No thanks", "1R 3R"),
        ("not that one. A comedy?", "1R 3R 22A"),
        ("I don't like that", "1R 3R"),
        ("I've seen those", "1N! 3N!"),
        ("Already seen it and loved it", "1L! 3L!"),
        ("I haven't seen them", "1N 3N"),
        ("Great, I'll watch it", "1L 3L"),
        ("love that one", "1L 3L"),
        ("sounds good!", "1L 3L"),
        ("That was boring", "1R 3R"),
        ("Yes, both", "1N! 3N!"),
        ("I'll watch The Departed", "1N 3N 2A"),
        ("I saw The Departed and loved it", "1N 3N 2L!"),
        ("a movie that is good", "1N 3N"),
        ("a comedy that is good", "1N 3N 22A"),
        ("I think that was great", "1L 3L"),
        ("ok", "1N 3N"),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let conversation = Conversation::new()
            .seeker("hi")
            .recommender("Have you seen Heat or Vertigo?")
            .seeker(text);
        let found = outline(&read(&conversation));
        if found != expected {
            wrong.push((text, expected, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn later_turns_correct_earlier_ones() {
    for (first, second, expected) in [
        ("a comedy", "actually, no comedies", "22A 22D -22"),
        ("no comedies", "I mean, comedies are fine", "22D 22L"),
        ("in French", "no French", "24A 24D -24"),
        ("no French", "in French", "24D 24A +24"),
        ("before 1990", "before 1980", "year:..1979"),
        ("after 1990", "before 2000", "year:1991.. year:..1999"),
        ("the 80s", "after 1999", "year:2000.."),
        (
            "under two hours",
            "the 80s",
            "runtime:..120 year:1980..1989",
        ),
    ] {
        let conversation = Conversation::new()
            .seeker(first)
            .recommender("ok")
            .seeker(second);
        assert_eq!(
            outline(&read(&conversation)),
            expected,
            "{first} / {second}"
        );
    }
}

#[test]
fn only_the_turn_right_before_is_replied_to() {
    let conversation = Conversation::new()
        .recommender("Heat?")
        .seeker("hm")
        .recommender("Well, Vertigo?")
        .seeker("no thanks");
    assert_eq!(outline(&read(&conversation)), "1N 3R");
    // Nobody turned the first one down, so it may come back.
    assert_eq!(read(&conversation).excluded(), BTreeSet::from([3]));
    assert_eq!(read(&conversation).unanswered(), [1]);
}

#[test]
fn a_recommender_states_no_limits() {
    let conversation = Conversation::new().recommender("So no horror, and under two hours?");
    assert_eq!(outline(&read(&conversation)), "20N");
}

#[test]
fn points_into_its_turn() {
    let conversation = Conversation::new()
        .seeker("hi")
        .seeker("Amélie, under two hours, not Blorbo Returns");
    let understanding = read(&conversation);
    let text = &conversation.turns[1].text;
    assert_eq!(understanding.mentions[0].text, "Amélie");
    assert_eq!(understanding.mentions[0].turn, 1);
    assert_eq!(understanding.constraints[0].text, "under two hours");
    assert_eq!(
        &text[understanding.constraints[0].span.clone()],
        "under two hours"
    );
    assert_eq!(understanding.unlinked[0].0, 1);
    assert_eq!(understanding.unlinked[0].1.text, "Blorbo Returns");
}

#[test]
fn nothing_is_understood_from_nothing() {
    assert!(read(&Conversation::new()).is_empty());
    assert!(read(&"hello".into()).is_empty());
    assert!(!read(&"under two hours".into()).is_empty());
}
