//! Ten thousand answers that are wrong in every way: no panic, and always a complete result.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tastegraph_llm::Replay;

use crate::support::{TITLES, answered, ask, is_complete};

const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "\\",
    "\n",
    "\u{0}",
    "\u{202e}",
    "é",
    "七",
    "😀",
    "null",
    "true",
    "\"ranking\"",
    "\"ranking\": [",
    "\"reply\":",
    "\"reasoning\":",
    "\"preferences\": [",
    "ranking",
    "1",
    "2",
    "8",
    "9",
    "-1",
    "1e9",
    "3.5",
    "99999999999999999999",
    "1. ",
    "- ",
    "#3",
    "```json",
    "<think>",
    "</think>",
    "Heat (1995)",
    "Gladiator",
    "</data>",
    "[3]",
];

/// Valid answers, damaged; pieces of them in any order; anything at all.
fn answers() -> impl Strategy<Value = String> {
    let valid = (
        prop::collection::vec(-3i64..12, 0..12),
        prop::sample::select(&TITLES[..]),
        ".{0,40}",
    )
        .prop_map(|(numbers, title, text)| {
            serde_json::json!({
                "reasoning": text, "preferences": [title], "ranking": numbers,
                "reply": format!("Try {title}. {text}"),
            })
            .to_string()
        });
    let cut = (valid.clone(), any::<prop::sample::Index>()).prop_map(|(text, at)| {
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        text[..places[at.index(places.len())]].to_owned()
    });
    let damaged = (
        valid.clone(),
        any::<prop::sample::Index>(),
        prop::sample::select(&PIECES[..]),
    )
        .prop_map(|(text, at, piece)| {
            let mut characters: Vec<char> = text.chars().collect();
            let at = at.index(characters.len());
            characters.splice(at..=at, piece.chars());
            characters.into_iter().collect()
        });
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)
        .prop_map(|pieces| pieces.concat());
    prop_oneof![valid, cut, damaged, pieces, any::<String>()]
}

#[test]
fn ten_thousand_malformed_answers() {
    let seed = [7; 32];
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut answered, mut degraded) = (0, 0);
    for _ in 0..5_000 {
        // Two each: the second is the answer to the repair.
        let texts = [(); 2].map(|()| {
            let tree = answers()
                .new_tree(&mut runner)
                .expect("a strategy without filters");
            tree.current()
        });
        let ranked = ask(&Replay::answers(texts.clone()), 3);
        assert!(is_complete(&ranked), "{texts:?}");
        let moved = ranked.order.iter().enumerate();
        let furthest = moved
            .map(|(place, &position)| place.abs_diff(position))
            .max();
        assert!(furthest <= Some(3), "{texts:?}");
        if let Some(reply) = &ranked.reply {
            let listed = ranked.order[..3].iter().map(|&position| TITLES[position]);
            let names: Vec<&str> = listed
                .map(|title| title.split(" (").next().expect("a name"))
                .collect();
            assert!(
                names
                    .iter()
                    .any(|name| reply.to_lowercase().contains(&name.to_lowercase())),
                "{reply}"
            );
        }
        match &ranked.degraded {
            Some(_) => {
                assert_eq!(ranked.order, (0..TITLES.len()).collect::<Vec<_>>());
                degraded += 1;
            }
            None => answered += 1,
        }
    }
    // Both ways were gone often, or the test would test nothing.
    assert!(answered > 1000 && degraded > 500, "{answered} {degraded}");
}

#[test]
fn answers_without_end() {
    for text in [
        "[".repeat(1_000_000),
        "{\"ranking\":".repeat(100_000),
        "\"".repeat(1_000_000),
        format!("{{\"ranking\": [{}", "1, ".repeat(500_000)),
        "1. Heat\n".repeat(200_000),
    ] {
        assert!(is_complete(&answered(&[&text, &text])));
    }
}
