//! Asking: bounds, prefixes, data sets.

use std::time::{Duration, Instant};

use tastegraph_kg::{KgError, KnowledgeGraph, QueryAnswer, QueryOptions, Rows};

use crate::support::{books, column, into_graph, load, memory, rows};

fn numbers(count: usize) -> KnowledgeGraph {
    let graph = memory();
    let values: Vec<_> = (0..count).map(|n| n.to_string()).collect();
    load(&graph, &format!("ex:s ex:p {} .", values.join(" , ")));
    graph
}

fn limited(graph: &KnowledgeGraph, limit: usize) -> Rows {
    let options = QueryOptions {
        limit: Some(limit),
        ..QueryOptions::default()
    };
    match graph.query("SELECT ?o { ?s ?p ?o } ORDER BY ?o", &options) {
        Ok(QueryAnswer::Rows(rows)) => rows,
        other => panic!("expected rows, got {other:?}"),
    }
}

#[test]
fn a_row_limit_says_whether_it_cut() {
    let graph = numbers(3);
    for (limit, count, truncated) in [(0, 0, true), (2, 2, true), (3, 3, false), (9, 3, false)] {
        let answer = limited(&graph, limit);
        assert_eq!(
            (answer.rows.len(), answer.truncated),
            (count, truncated),
            "{limit}"
        );
    }
    assert!(!rows(&graph, "SELECT ?o { ?s ?p ?o }").truncated);
}

#[test]
fn a_limit_holds_for_triples_too() {
    let options = QueryOptions {
        limit: Some(2),
        ..QueryOptions::default()
    };
    let answer = numbers(5)
        .query("CONSTRUCT WHERE { ?s ?p ?o }", &options)
        .expect("valid");
    assert!(matches!(answer, QueryAnswer::Graph(triples) if triples.len() == 2));
}

#[test]
fn an_endless_query_is_stopped() {
    // 200⁴ rows, which no machine counts in the time allowed.
    let options = QueryOptions {
        timeout: Some(Duration::from_millis(100)),
        ..QueryOptions::default()
    };
    let begun = Instant::now();
    let error = numbers(200)
        .query(
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
            &options,
        )
        .expect_err("it cannot end in time");
    assert!(matches!(error, KgError::Timeout { .. }), "{error}");
    assert!(error.to_string().contains("0.1 s"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(30), "stopped late");
}

#[test]
fn a_timeout_that_is_not_reached_costs_nothing() {
    let graph = numbers(3);
    for timeout in [Duration::from_hours(1), Duration::MAX] {
        let options = QueryOptions {
            timeout: Some(timeout),
            ..QueryOptions::default()
        };
        let begun = Instant::now();
        let answer = graph.query("ASK { ?s ?p 2 }", &options).expect("valid");
        assert_eq!(answer, QueryAnswer::Boolean(true));
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "waited for the timeout"
        );
    }
}

#[test]
fn without_from_all_graphs_are_one() {
    let graph = memory();
    for (name, value) in [("one", 1), ("two", 2)] {
        let turtle = format!("<http://e.org/a> <http://e.org/p> {value} .");
        graph
            .load_str(&turtle, "x.ttl", &into_graph(name))
            .expect("valid");
    }
    assert_eq!(
        column(&graph, "SELECT ?o { ?s ?p ?o } ORDER BY ?o"),
        ["1", "2"]
    );
    let from = "SELECT ?o FROM <http://example.org/graph/two> { ?s ?p ?o }";
    assert_eq!(column(&graph, from), ["2"]);
}

#[test]
fn known_prefixes_need_no_declaration() {
    let graph = books("ex:b1 a ex:Book ; rdfs:label \"B\" .");
    assert_eq!(
        column(&graph, "SELECT ?l { ?b a bk:Book ; rdfs:label ?l }"),
        ["B"]
    );
    // One that the query declares itself wins.
    let own = "PREFIX bk: <http://elsewhere.org/> SELECT ?b { ?b a bk:Book }";
    assert!(column(&graph, own).is_empty());
}

#[test]
fn without_a_profile_only_its_prefixes_are_missing() {
    let graph = numbers(1);
    assert!(
        graph
            .query("ASK { ?s rdfs:label ?o }", &QueryOptions::default())
            .is_ok()
    );
    let error = graph
        .query("ASK { ?s bk:p ?o }", &QueryOptions::default())
        .expect_err("an unknown prefix");
    assert!(matches!(error, KgError::Query(_)), "{error}");
}

#[test]
fn a_malformed_query_tells_where() {
    let error = memory()
        .query("SELECT *\nWHERE { ?s ?p }", &QueryOptions::default())
        .expect_err("malformed");
    assert!(matches!(error, KgError::Query(_)));
    assert!(error.to_string().contains("line 2, column 16"), "{error}");
    assert!(error.to_string().ends_with('^'), "{error}");
}

#[test]
fn empty_answers_say_so() {
    let graph = numbers(1);
    for (query, empty) in [
        ("SELECT * { ?s ?p ?o }", false),
        ("SELECT * { ?s ?p 7 }", true),
        ("ASK { ?s ?p 0 }", false),
        ("ASK { ?s ?p 7 }", true),
        ("CONSTRUCT WHERE { ?s ?p ?o }", false),
        ("CONSTRUCT WHERE { ?s ?p 7 }", true),
    ] {
        let answer = graph.query(query, &QueryOptions::default()).expect("valid");
        assert_eq!(answer.is_empty(), empty, "{query}");
    }
}
