//! Somebody talks for several turns, corrects what was understood, and has seen some of it.

use serde_json::Value;
use tastegraph::kg::QueryOptions;

use crate::support::{Graph, Ran, bundled, bundled_store, labels, tastegraph};

fn chat(lines: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["chat", "--device", "cpu"];
    arguments.extend(more);
    tastegraph(&bundled().folder(), &arguments, lines)
}

/// The conditions in force, in words.
fn conditions(answer: &Value) -> Vec<&str> {
    answer["understood"]["constraints"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|stated| stated["condition"].as_str().expect("text"))
        .collect()
}

/// Whether the store calls one of the recommended films a horror film.
fn has_horror(answer: &Value) -> bool {
    let films: String = answer["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| format!("<{}> ", item["iri"].as_str().expect("text")))
        .collect();
    let horror = format!(
        "ASK {{ VALUES ?film {{ {films} }}
            ?film mv:genre/rdfs:label ?name FILTER(LCASE(?name) = 'horror') }}"
    );
    let found = bundled_store().query(&horror, &QueryOptions::default());
    !found.expect("the query is valid").is_empty()
}

#[test]
fn a_correction_holds_from_then_on() {
    let answers = chat(
        "I loved Alien and The Thing, what else is there?\nactually, no horror\nand nothing too long\n",
        &[],
    )
    .exits(0)
    .jsons();
    let [first, second, third] = answers.as_slice() else {
        panic!("one answer a turn, not {}", answers.len());
    };
    assert!(has_horror(first), "{:?}", labels(first));
    assert_eq!(conditions(second), ["no horror"]);
    assert_eq!(conditions(third), ["no horror", "runtime at most 130"]);
    for corrected in [second, third] {
        assert_eq!(labels(corrected).len(), 10);
        assert!(!has_horror(corrected), "{:?}", labels(corrected));
    }
}

#[test]
fn what_was_just_proposed_and_has_been_seen_is_not_proposed_again() {
    let answers = chat("something like Heat please\nseen it\n", &[])
        .exits(0)
        .jsons();
    let [first, second] = answers.as_slice() else {
        panic!("one answer a turn, not {}", answers.len());
    };
    let seen = &labels(first)[..3];
    for label in seen {
        assert!(!labels(second).contains(label), "{label}");
    }
    let marked: Vec<&str> = second["understood"]["mentions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|mention| mention["seen"] == true)
        .map(|mention| mention["label"].as_str().expect("text"))
        .collect();
    assert_eq!(marked, seen);
}

#[test]
fn one_turn_says_what_recommend_says() {
    let text = "a French comedy from the 60s";
    let chatted = chat(&format!("{text}\n"), &["--top-k", "5"])
        .exits(0)
        .jsons();
    let asked = bundled().answer(text, &["--top-k", "5"]);
    assert_eq!(labels(&chatted[0]), labels(&asked));
}

#[test]
fn blank_lines_and_silence_are_no_turns() {
    let silent = chat("", &[]).exits(0);
    assert_eq!(silent.stdout, "");
    assert_eq!(
        chat("\n  \nI loved Heat\n\n", &[]).exits(0).jsons().len(),
        1
    );
}

#[test]
fn tables_follow_one_another() {
    let graph = Graph::cinema();
    let ran = tastegraph(
        &graph.folder(),
        &["chat", "--device", "cpu", "--format", "table"],
        "I loved The Hollow House\nactually, no horror\n",
    )
    .exits(0);
    assert_eq!(ran.stdout.matches("because").count(), 2, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("Conditions: no horror"),
        "{}",
        ran.stdout
    );
}
