//! Somebody tries the first command of the documentation and plays with its flags.

use std::fmt::Write;

use serde_json::Value;
use tastegraph::kg::{KnowledgeGraph, QueryAnswer, QueryOptions};

use crate::support::{
    Graph, HEADLINE, bundled, bundled_store, labels, tastegraph, without_timings,
};

/// Requests of different sorts: titles, a genre and a decade, a person, a theme, a language.
const REQUESTS: [&str; 5] = [
    HEADLINE,
    "a funny French movie from the 60s",
    "anything with Toshiro Mifune, ideally under two hours",
    "a heist movie, but no comedy",
    "I'd like a Korean thriller like Memories of Murder",
];

fn list<'a>(value: &'a Value, field: &str) -> &'a Vec<Value> {
    value[field]
        .as_array()
        .unwrap_or_else(|| panic!("{field} is a list in {value}"))
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} is text in {value}"))
}

#[test]
fn the_first_command_answers_with_a_table() {
    let ran = bundled()
        .recommend(HEADLINE, &["--format", "table"])
        .exits(0);
    for part in [
        "Likes: Heat (1995), The Departed (2006)",
        "Conditions: runtime at most 130",
        "film",
        "because",
        "Similar conversations:",
        "Similar users:",
        " ms: understand ",
    ] {
        assert!(ran.stdout.contains(part), "no {part:?} in\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("Note:"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_pipe_gets_json_with_everything() {
    let answer = bundled().answer(HEADLINE, &[]);
    let keys: Vec<&String> = answer.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "items",
            "reply",
            "llm",
            "similar_conversations",
            "similar_users",
            "understood",
            "text",
            "timings",
            "fallback",
            "parameters"
        ]
    );
    assert_eq!(answer["fallback"], Value::Null);
    let items = list(&answer, "items");
    assert_eq!(items.len(), 10);
    for (item, rank) in items.iter().zip(1_u64..) {
        assert_eq!(item["rank"].as_u64(), Some(rank));
        assert!(text(item, "iri").starts_with("https://w3id.org/tastegraph/id/film/"));
        assert!(!text(item, "label").is_empty());
        assert!(item["stages"].is_object(), "{item}");
        assert!(!text(&item["evidence"], "summary").is_empty());
        assert!(!list(&item["evidence"], "triples").is_empty(), "{item}");
    }
    let scores: Vec<f64> = items
        .iter()
        .map(|item| item["score"].as_f64().expect("a number"))
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert!(
        scores.iter().all(|score| (0.0..=1.0).contains(score)),
        "{scores:?}"
    );
}

#[test]
fn every_statement_given_as_a_reason_is_in_the_store() {
    for request in REQUESTS {
        let answer = bundled().answer(request, &["--top-k", "25"]);
        let mut values = String::new();
        let mut count = 0;
        for item in list(&answer, "items") {
            let evidence = &item["evidence"];
            for triple in list(evidence, "triples")
                .iter()
                .chain(list(evidence, "path"))
            {
                let iri = |part: &str| text(&triple[part], "iri");
                let (s, p, o) = (iri("subject"), iri("predicate"), iri("object"));
                writeln!(values, "(<{s}> <{p}> <{o}>)").expect("strings grow");
                count += 1;
            }
            assert_eq!(
                list(evidence, "triples").len(),
                list(evidence, "because_of").len()
            );
        }
        assert!(count > 0, "{request}: no statements");
        // What people said is a node in RDF (?x a ix:Mention) and one statement in an answer.
        let invented = format!(
            "SELECT ?s ?p ?o {{
                VALUES (?s ?p ?o) {{ {values} }}
                FILTER NOT EXISTS {{ ?s ?p ?o }}
                FILTER NOT EXISTS {{ ?x a ?p ; ?from ?s ; ?to ?o }}
            }}"
        );
        match bundled_store().query(&invented, &QueryOptions::default()) {
            Ok(QueryAnswer::Rows(rows)) => {
                assert_eq!(rows.rows, Vec::<Vec<_>>::new(), "{request}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_is_recommended_that_is_too_long_or_was_named() {
    let answer = bundled().answer(HEADLINE, &["--top-k", "100"]);
    assert_eq!(labels(&answer).len(), 100);
    for known in ["Heat (1995)", "The Departed (2006)"] {
        assert!(!labels(&answer).contains(&known), "{known}");
    }
    let films: Vec<String> = list(&answer, "items")
        .iter()
        .map(|item| format!("<{}>", text(item, "iri")))
        .collect();
    let longest = format!(
        "SELECT (MAX(?minutes) AS ?longest) (COUNT(*) AS ?films) {{
            VALUES ?film {{ {} }} ?film mv:runtime ?minutes }}",
        films.join(" ")
    );
    let Ok(QueryAnswer::Rows(rows)) = bundled_store().query(&longest, &QueryOptions::default())
    else {
        panic!("the query is valid");
    };
    let number = |column: usize| -> u32 {
        let value = rows.rows[0][column].as_ref().expect("bound");
        KnowledgeGraph::display(value)
            .parse()
            .expect("a whole number")
    };
    assert!(number(0) <= 130, "{} minutes", number(0));
    assert_eq!(number(1), 100);
}

#[test]
fn spans_point_at_the_words() {
    let requests = [
        HEADLINE,
        "Café talk: I adored Amélie… under two hours, from the 2000s, and nothing scary",
    ];
    for request in requests {
        let understood = &bundled().answer(request, &[])["understood"];
        let spans = list(understood, "mentions")
            .iter()
            .chain(list(understood, "constraints"))
            .chain(list(understood, "unlinked"));
        let mut found = 0;
        for span in spans {
            let at = |end: &str| {
                usize::try_from(span[end].as_u64().expect("a position")).expect("a small number")
            };
            assert_eq!(
                request.get(at("start")..at("end")),
                Some(text(span, "text")),
                "{span}"
            );
            assert_eq!(span["turn"], 1);
            found += 1;
        }
        assert!(found >= 3, "{request}: {understood}");
    }
}

#[test]
fn the_same_command_prints_the_same_bytes() {
    for request in REQUESTS {
        let [first, second] = [0, 1].map(|_| {
            let ran = bundled().recommend(request, &[]).exits(0);
            without_timings(&ran.stdout)
        });
        assert_eq!(first, second, "{request}");
    }
}

#[test]
fn the_order_of_the_prompt_follows_the_seed() {
    let prompt = |seed: &str| {
        bundled()
            .recommend(HEADLINE, &["--show", "prompt", "--seed", seed])
            .exits(0)
            .remarks(&["recommend", "tokens"])
            .stdout
    };
    assert_eq!(prompt("7"), prompt("7"));
    assert_ne!(prompt("7"), prompt("8"));
    let sorted = |prompt: String| {
        let mut lines: Vec<String> = prompt
            .lines()
            .map(|line| {
                // Numbers of candidates change places with the candidates.
                line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
                    .to_owned()
            })
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(prompt("7")), sorted(prompt("8")));
    let default = bundled()
        .recommend(HEADLINE, &["--show", "prompt"])
        .exits(0);
    assert_eq!(default.stdout, prompt("0"));
}

#[test]
fn a_dash_reads_the_request_from_standard_input() {
    let piped = tastegraph(
        &bundled().folder(),
        &["recommend", "--device", "cpu", "-"],
        HEADLINE,
    )
    .exits(0)
    .json();
    assert_eq!(labels(&piped), labels(&bundled().answer(HEADLINE, &[])));
}

#[test]
fn flags_shape_the_answer() {
    let three = bundled().answer(HEADLINE, &["--top-k", "3"]);
    let ten = bundled().answer(HEADLINE, &[]);
    assert_eq!(labels(&three), labels(&ten)[..3]);

    let recent = bundled().answer(
        HEADLINE,
        &["--filter", "year>=2000", "--filter", "runtime<=110"],
    );
    for label in labels(&recent) {
        let year = label
            .rsplit('(')
            .next()
            .and_then(|year| year.strip_suffix(')'));
        assert!(
            year.and_then(|year| year.parse().ok())
                .is_some_and(|year: i32| year >= 2000),
            "{label}"
        );
    }
    assert_ne!(labels(&recent), labels(&ten));

    let set = bundled().answer(HEADLINE, &["--set", "restart=0.6"]);
    assert_eq!(
        set["parameters"]["restart"],
        serde_json::json!([0.6, "request"])
    );
    assert_eq!(
        ten["parameters"]["restart"],
        serde_json::json!([0.3, "default"])
    );
}

#[test]
fn a_settings_file_beside_the_graph_is_heeded_and_named() {
    let graph = Graph::cinema();
    std::fs::write(
        graph.folder().join("tastegraph.toml"),
        "[parameters]\nsimilar_users = 1\n",
    )
    .expect("the folder is ours");
    let answer = graph.recommend("I loved Harbour of Thieves", &[]).exits(0);
    let answer = answer.json();
    assert_eq!(list(&answer, "similar_users").len(), 1);
    assert_eq!(
        answer["parameters"]["similar_users"],
        serde_json::json!([1, "file"])
    );
    let config = graph.run(&["config"]).exits(0);
    assert!(
        config.stdout.contains("similar_users = 1 (file)"),
        "{}",
        config.stdout
    );
}

#[test]
fn what_names_nothing_finds_items_that_read_alike() {
    let answer = bundled().answer("a swordsman ashamed of his nose", &["--top-k", "3"]);
    assert_eq!(answer["fallback"]["kind"], "similar_text");
    assert_eq!(labels(&answer)[0], "Cyrano de Bergerac (1990)");
}
