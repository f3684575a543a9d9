//! A data team has tables and JSON: they look at what a mapping makes of it, import it, and get
//! recommendations; mistakes are told, and cost nothing.

use std::process::Command;

use serde_json::Value;

use crate::support::{Graph, Ran, fixture, labels, repository};

/// A graph with the ontologies and nothing in it.
fn empty() -> Graph {
    let graph = Graph::none();
    let load = [
        "load",
        "--no-index",
        "--ontology",
        "ontologies/profile",
        "--ontology",
        "ontologies/movies",
        "--ontology",
        "ontologies/interactions",
    ];
    graph.run(&load).exits(0);
    graph
}

fn import(graph: &Graph, mapping: &str, more: &[&str]) -> Ran {
    let mapping = format!("ontologies/movies/mappings/{mapping}.ttl");
    let source = fixture("import");
    let mut arguments = vec!["import", &mapping, "--source", &source];
    arguments.extend(more);
    graph.run(&arguments)
}

fn generation(graph: &Graph) -> String {
    std::fs::read_to_string(graph.folder().join("store.json")).expect("every graph has it")
}

#[test]
fn from_tables_and_conversations_to_a_recommendation() {
    let graph = empty();
    import(&graph, "tmdkg", &["--no-index"])
        .exits(0)
        .remarks(&["imported", "triples of 16 rows into 1 graphs"]);
    import(&graph, "redial-movies", &["--no-index"]).exits(0);
    import(&graph, "redial", &["--set", "split=train"])
        .exits(0)
        .remarks(&["indexed", "2 conversations"]);
    let answer = graph.recommend("I loved Heat", &[]).exits(0).json();
    assert_eq!(labels(&answer)[0], "Ronin (1998)", "{answer:#}");
    let talk = answer["similar_conversations"][0]["iri"].as_str();
    assert!(
        talk.is_some_and(|talk| talk.contains("redial-1")),
        "{answer:#}"
    );
    assert_eq!(answer["fallback"], Value::Null);
}

#[test]
fn a_dry_run_prints_and_stores_nothing() {
    let graph = Graph::none();
    let ran = import(&graph, "tmdkg", &["--dry-run", "--examples", "2"]).exits(0);
    let (data, counts): (Vec<&str>, Vec<&str>) =
        ran.stdout.lines().partition(|line| !line.starts_with('#'));
    assert_eq!(data.len(), 2, "{ran:#?}");
    assert!(data.iter().all(|line| line.ends_with(" .")), "{data:?}");
    let counts = counts.join("\n");
    assert!(counts.contains("triples of 16 rows"), "{counts}");
    assert!(
        counts.contains("  9  <http://www.w3.org/2000/01/rdf-schema#label>"),
        "{counts}"
    );
    assert!(!graph.folder().exists(), "nobody asked for a graph");
}

#[test]
fn mistakes_are_told_and_cost_nothing() {
    let graph = empty();
    import(&graph, "tmdkg", &["--no-index"]).exits(0);
    let before = generation(&graph);
    let mapping = graph.file(
        "mapping.ttl",
        "@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
         @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix ex: <http://example.org/> .
         ex:Map rml:logicalSource [ rml:source \"t.csv\" ] ; rr:subjectMap [ rr:template \"http://example.org/{id}\" ] ;
            rr:predicateObjectMap [ rr:predicate ex:n ; rr:objectMap [ rml:reference \"n\" ; rr:datatype xsd:integer ] ] .",
    );
    let table = format!("t={}", graph.file("t.csv", "id,n\n1,1\n2,many\n"));
    graph
        .run(&["import", &mapping, "--source", &table])
        .exits(2)
        .remarks(&["t.csv:3: column `n`, value \"many\": is not a valid xsd:integer"]);
    import(&graph, "redial", &["--set", "spilt=train"])
        .exits(2)
        .remarks(&["no parameter spilt", "hint: did you mean split?"]);
    import(&graph, "redial", &["--set", "split=nosuch"])
        .exits(2)
        .remarks(&["made no triples"]);
    graph
        .run(&["import", &mapping, "--source", "no/such/folder"])
        .exits(2)
        .remarks(&["there is no such folder"]);
    assert_eq!(generation(&graph), before, "the index is as good as it was");
}

#[test]
fn importing_again_in_place() {
    let graph = empty();
    for more in [&["--no-index"][..], &["--no-index", "--replace"]] {
        import(&graph, "tmdkg", more).exits(0);
        let count = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?f a mv:Film } }";
        let answer = graph.query(count, &["--format", "csv"]).exits(0);
        assert_eq!(answer.stdout.lines().last(), Some("4"));
    }
}

#[test]
fn one_command_makes_a_graph_of_redial() {
    let graph = Graph::none();
    let ids = graph.file("ids.txt", "redial-2\nredial-3\n");
    let script = |arguments: &[&str]| {
        let mut command = Command::new("bash");
        let binary = crate::support::binary();
        command
            .current_dir(repository())
            .env("TASTEGRAPH", binary)
            .env_remove("TASTEGRAPH_GRAPH")
            .arg("scripts/redial-graph.sh")
            .args(arguments);
        command.output().expect("there is a bash")
    };
    let (out, data) = (graph.folder().display().to_string(), fixture("import"));
    let made = script(&[&out, "--data", &data, "--ids", &ids]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let talks = graph
        .query(
            "SELECT ?l WHERE { ?t a ix:Conversation ; rdfs:label ?l } ORDER BY ?l",
            &["--format", "csv", "--all-graphs"],
        )
        .exits(0);
    let talks: Vec<&str> = talks.stdout.lines().skip(1).collect();
    assert_eq!(talks, ["redial-2", "redial-3"]);
    graph.recommend("Heat", &[]).exits(0);
    for wrong in [
        &[out.as_str(), "--data", &data, "--split", "train"][..],
        &["new", "--data", &data],
        &["new", "--data", "no/such/folder", "--split", "train"],
    ] {
        assert_eq!(script(wrong).status.code(), Some(2), "{wrong:?}");
    }
}
