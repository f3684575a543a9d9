//! Whole answers and prompts, kept as files: a change of any of them is seen and judged.

use serde_json::json;

use crate::support::{Graph, HEADLINE, bundled, rounded};

const REQUEST: &str = "I loved Harbour of Thieves and The Quiet Vault, but nothing too long";

#[test]
fn the_answer_for_a_small_graph() {
    let answer = Graph::cinema().recommend(REQUEST, &[]).exits(0).json();
    insta::assert_json_snapshot!("cinema_answer", rounded(answer));
}

#[test]
fn the_prompt_for_a_small_graph() {
    let ran = Graph::cinema()
        .recommend(REQUEST, &["--show", "prompt", "--seed", "1"])
        .exits(0);
    insta::assert_snapshot!("cinema_prompt", ran.stdout);
}

#[test]
fn the_table_for_a_small_graph() {
    let ran = Graph::cinema()
        .recommend(REQUEST, &["--format", "table"])
        .exits(0);
    insta::assert_snapshot!("cinema_table", without_times(&ran.stdout));
}

/// The table with its last line, that of the times, cut down to the names of the stages.
fn without_times(table: &str) -> String {
    let (body, times) = table.trim_end().rsplit_once('\n').expect("several lines");
    let names: String = times
        .chars()
        .filter(|c| !c.is_ascii_digit() && *c != '.')
        .collect();
    format!("{body}\n{names}")
}

#[test]
fn the_headline_request_on_the_bundled_graph() {
    let answer = bundled().answer(HEADLINE, &[]);
    let items: Vec<_> = answer["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| json!([item["label"], item["evidence"]["summary"]]))
        .collect();
    insta::assert_json_snapshot!("bundled_headline", items);
}
