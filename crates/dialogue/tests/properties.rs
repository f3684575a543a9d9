//! Properties that hold for any conversation.

use std::{collections::BTreeMap, sync::LazyLock};

use proptest::prelude::*;
use tastegraph_dialogue::{
    Conversation, FilterKind, FilterPhrase, FilterSpec, Speaker, Stance, Vocabulary, understand,
};
use tastegraph_text::{LexiconEntry, Linker, Matching};

const SURFACES: [(&str, Matching); 6] = [
    ("Heat", Matching::Title),
    ("Amélie", Matching::Title),
    ("The Departed", Matching::Title),
    ("Tom Hanks", Matching::Name),
    ("horror", Matching::Term),
    ("French", Matching::Term),
];

static LINKER: LazyLock<Linker> = LazyLock::new(|| {
    let entry = |(&(surface, matching), entity): (&(&str, Matching), u32)| LexiconEntry {
        surface: surface.to_owned(),
        entity,
        matching,
        preferred: true,
        prior: 1.0,
        qualifier: None,
    };
    Linker::new(SURFACES.iter().zip(0..).map(entry).collect()).expect("the lexicon is valid")
});

fn vocabulary() -> Vocabulary {
    let filter = |name: &str, kind| FilterSpec {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        phrases: vec![FilterPhrase {
            text: "not too long".to_owned(),
            min: None,
            max: Some(130.0),
        }],
    };
    let kinds = [
        ("year", FilterKind::Year),
        ("runtime", FilterKind::Minutes),
        ("rating", FilterKind::Number),
    ];
    Vocabulary {
        filters: kinds
            .into_iter()
            .map(|(name, kind)| filter(name, kind))
            .collect(),
        hard: BTreeMap::from([(5, "language".to_owned())]),
        ..Vocabulary::default()
    }
}

fn turns() -> impl Strategy<Value = (bool, String)> {
    let pieces = vec![
        "Heat",
        "Amélie",
        "the departed",
        "Tom Hanks",
        "horror",
        "French",
        "loved",
        "hate",
        "no",
        "not",
        "but",
        "and",
        "I",
        "seen",
        "it",
        "that one",
        "like",
        "something",
        "before",
        "1990",
        "the 80s",
        "under",
        "two hours",
        "1h30",
        "between",
        "rating",
        "over",
        "7",
        "not too long",
        ",",
        ".",
        "?",
        "-",
        "—",
        "'",
        "İ",
        "\u{301}",
        "🎬",
        "שלום",
        "and a half",
        "hours",
        "without",
        "sounds good",
        "is",
        "great",
        "to",
        "or later",
        "not too",
    ];
    let piece =
        prop_oneof![9 => prop::sample::select(pieces).prop_map(str::to_owned), 1 => "\\PC{0,5}"];
    (
        any::<bool>(),
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join(" ")),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn understanding_is_consistent(turns in prop::collection::vec(turns(), 0..5)) {
        let mut conversation = Conversation::new();
        for (seeker, text) in turns {
            conversation = if seeker { conversation.seeker(text) } else { conversation.recommender(text) };
        }
        let understanding = understand(&conversation, &LINKER, &vocabulary());

        let seeds = understanding.seeds();
        let total: f32 = seeds.iter().map(|seed| seed.1).sum();
        prop_assert!(seeds.is_empty() || (total - 1.0).abs() < 1e-5, "{total}");
        prop_assert!(seeds.iter().all(|seed| seed.1 > 0.0));
        prop_assert!(seeds.windows(2).all(|pair| pair[0].1 >= pair[1].1));

        let excluded = understanding.excluded();
        for mention in &understanding.mentions {
            let text = &conversation.turns[mention.turn].text;
            prop_assert_eq!(text.get(mention.span.clone()), Some(mention.text.as_str()));
            let settled = mention.speaker == Speaker::Seeker || mention.stance != Stance::Neutral;
            let named = mention.matching == Matching::Title && mention.stance != Stance::Withdrawn;
            prop_assert!(!(named && settled) || excluded.contains(&mention.entity));
        }
        for constraint in &understanding.constraints {
            let text = &conversation.turns[constraint.turn].text;
            prop_assert_eq!(text.get(constraint.span.clone()), Some(constraint.text.as_str()));
        }
    }
}
