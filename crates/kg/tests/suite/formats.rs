//! Answers in the standard formats.

use tastegraph_kg::{KnowledgeGraph, LoadOptions, OutputFormat, QueryOptions};

use crate::support::{load, memory};

const ALL: [OutputFormat; 4] = [
    OutputFormat::Json,
    OutputFormat::Xml,
    OutputFormat::Csv,
    OutputFormat::Tsv,
];

fn sample() -> KnowledgeGraph {
    let graph = memory();
    load(
        &graph,
        "ex:a ex:p \"x, \\\"y\\\"\" ; ex:q \"é\"@fr . ex:b ex:p 1 .",
    );
    graph
}

fn written(graph: &KnowledgeGraph, query: &str, format: OutputFormat) -> String {
    let answer = graph.query(query, &QueryOptions::default()).expect("valid");
    let mut bytes = Vec::new();
    answer
        .write(format, &[], &mut bytes)
        .expect("memory can be written");
    String::from_utf8(bytes).expect("all formats are UTF-8")
}

#[test]
fn rows() {
    let graph = sample();
    let query = "SELECT ?s ?o ?none { ?s ex:p ?o OPTIONAL { ?s ex:r ?none } } ORDER BY ?s";
    let query = format!("PREFIX ex: <http://example.org/> {query}");
    assert_eq!(
        written(&graph, &query, OutputFormat::Csv),
        "s,o,none\r\nhttp://example.org/a,\"x, \"\"y\"\"\",\r\nhttp://example.org/b,1,\r\n"
    );
    assert_eq!(
        written(&graph, &query, OutputFormat::Tsv),
        "?s\t?o\t?none\n<http://example.org/a>\t\"x, \\\"y\\\"\"\t\n<http://example.org/b>\t1\t\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&written(&graph, &query, OutputFormat::Json)).expect("JSON");
    assert_eq!(json["head"]["vars"], serde_json::json!(["s", "o", "none"]));
    let bindings = json["results"]["bindings"].as_array().expect("a list");
    assert_eq!(bindings.len(), 2);
    assert_eq!(bindings[0]["o"]["value"], "x, \"y\"");
    assert!(bindings[0].get("none").is_none(), "unbound is left out");
    let xml = written(&graph, &query, OutputFormat::Xml);
    assert!(xml.contains("<uri>http://example.org/a</uri>"), "{xml}");
}

#[test]
fn booleans() {
    let graph = sample();
    let expected = [
        "\"boolean\":true",
        "<boolean>true</boolean>",
        "true",
        "true",
    ];
    for (format, expected) in ALL.into_iter().zip(expected) {
        let text = written(&graph, "ASK { ?s ?p 1 }", format);
        assert!(text.contains(expected), "{format:?}: {text}");
    }
}

#[test]
fn graphs_can_be_read_back() {
    let graph = sample();
    let names = ["x.jsonld", "x.rdf", "x.ttl", "x.nt"];
    for (format, name) in ALL.into_iter().zip(names) {
        let text = written(&graph, "CONSTRUCT WHERE { ?s ?p ?o }", format);
        let copy = memory();
        copy.load_str(&text, name, &LoadOptions::default())
            .unwrap_or_else(|error| panic!("{format:?}: {error}\n{text}"));
        assert_eq!(copy.len().expect("readable"), 3, "{format:?}");
        let ask = "ASK { <http://example.org/a> <http://example.org/q> \"é\"@fr }";
        assert_eq!(written(&copy, ask, OutputFormat::Csv), "true", "{format:?}");
    }
}
