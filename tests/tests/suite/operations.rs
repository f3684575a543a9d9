//! Somebody keeps a graph: changes it, copies it, counts it, and lets people leave.

use serde_json::Value;

use crate::support::{Graph, labels, tastegraph};

const FERRY: &str = "https://example.org/cinema/night-ferry";
const FILMS: &str = "https://w3id.org/tastegraph/graph/data";
const ANA: &str = "https://example.org/cinema/ana";

fn total(graph: &Graph) -> String {
    let count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }";
    graph
        .query(count, &["--all-graphs", "--format", "csv"])
        .exits(0)
        .stdout
}

#[test]
fn an_update_is_in_the_next_answer() {
    let graph = Graph::cinema();
    let renamed = format!(
        "WITH <{FILMS}> DELETE {{ <{FERRY}> rdfs:label ?old }} \
         INSERT {{ <{FERRY}> rdfs:label 'Morning Ferry' }} WHERE {{ <{FERRY}> rdfs:label ?old }}"
    );
    let before = total(&graph);
    graph
        .run(&["update", "--dry-run", &renamed])
        .exits(0)
        .remarks(&["would be"]);
    graph
        .query("ASK { ?film rdfs:label 'Morning Ferry' }", &[])
        .exits(1);
    graph
        .run(&["update", &renamed])
        .exits(0)
        .remarks(&["indexed"]);
    assert_eq!(total(&graph), before);
    let answer = graph
        .recommend("I loved Harbour of Thieves", &[])
        .exits(0)
        .json();
    assert!(
        labels(&answer).contains(&"Morning Ferry (2003)"),
        "{answer}"
    );
}

#[test]
fn building_an_index_says_where_the_time_goes() {
    let graph = Graph::cinema();
    let timings = graph.run(&["index", "--timings"]).exits(0).json();
    assert!(
        timings["edges_per_second"].as_f64() > Some(0.0),
        "{timings}"
    );
    let steps = timings["steps_ms"].as_object().expect("steps have names");
    let sum: f64 = steps.values().filter_map(Value::as_f64).sum();
    let total = timings["total_ms"].as_f64().expect("a number");
    assert!((sum - total).abs() <= 0.01 * total, "{timings}");
    let table = ["index", "--timings", "--format", "table"];
    let table = graph.run(&table).exits(0).stdout;
    assert!(
        table.contains("read the store") && table.contains("edges a second"),
        "{table}"
    );
    // A format of what is not asked for.
    graph.run(&["index", "--format", "json"]).exits(2);
}

#[test]
fn an_update_that_is_wrong_or_reaches_out_changes_nothing() {
    let graph = Graph::cinema();
    let before = total(&graph);
    for (update, says) in [
        ("INSERT DATA { <a:b> <a:c> }", "line 1, column"),
        (
            "LOAD <http://127.0.0.1:9/data.ttl>",
            "LOAD <http://127.0.0.1:9/data.ttl> is not allowed",
        ),
        (
            "INSERT DATA { <a:b> <a:c> 1 } ; LOAD <http://127.0.0.1:9/>",
            "not allowed",
        ),
        (
            "DELETE { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SERVICE is not allowed",
        ),
    ] {
        graph.run(&["update", update]).exits(2).remarks(&[says]);
        assert_eq!(total(&graph), before, "{update}");
    }
    // Nothing was written, so the index is still good.
    graph.recommend("I loved Night Ferry", &[]).exits(0);
}

#[test]
fn a_dump_makes_the_same_graph_elsewhere() {
    let graph = Graph::cinema();
    let dumped = graph.run(&["dump"]).exits(0).stdout;
    let copy = Graph::none();
    tastegraph(
        &copy.folder(),
        &["load", "--no-index", "--format", "nq", "-"],
        &dumped,
    )
    .exits(0);
    assert_eq!(total(&copy), total(&graph));
    let again = copy.run(&["dump"]).exits(0).stdout;
    assert_eq!(without_blank_nodes(&again), without_blank_nodes(&dumped));
}

/// Blank nodes have other names after every load.
fn without_blank_nodes(nquads: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = nquads.lines().filter(|line| !line.contains("_:")).collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_dump_goes_to_files_of_every_kind() {
    let graph = Graph::cinema();
    for name in ["all.nq", "all.trig.gz", "all.jsonld"] {
        let file = graph.file(name, "");
        graph.run(&["dump", "--output", &file]).exits(0);
        let copy = Graph::none();
        copy.run(&["load", "--no-index", &file]).exits(0);
        assert_eq!(total(&copy), total(&graph), "{name}");
    }
    let file = graph.file("films.ttl", "");
    graph
        .run(&["dump", "--output", &file])
        .exits(2)
        .remarks(&["many", "--from"]);
    graph
        .run(&["dump", "--from", FILMS, "--output", &file])
        .exits(0);
    let text = std::fs::read_to_string(&file).expect("it was written");
    assert!(
        text.contains("@prefix mv:") && text.contains("mv:Film"),
        "{text}"
    );
    graph
        .run(&["dump", "--from", "https://example.org/none"])
        .exits(2)
        .remarks(&["https://example.org/none", "tastegraph stats"]);
}

#[test]
fn a_backup_answers_at_once() {
    let graph = Graph::cinema();
    let place = Graph::none();
    let target = place.folder();
    let name = target.to_str().expect("UTF-8").to_owned();
    graph.run(&["backup", &name]).exits(0).remarks(&[&name]);
    graph
        .run(&["backup", &name])
        .exits(2)
        .remarks(&["not empty", "new folder"]);
    // What happens to the one does not happen to the other.
    graph.run(&["update", "--no-index", "DROP ALL"]).exits(0);
    let answer = place.recommend("I loved Night Ferry", &[]).exits(0).json();
    assert!(!labels(&answer).is_empty());
    place.query("ASK { ?film a mv:Film }", &[]).exits(0);
}

#[test]
fn statistics_add_up() {
    let graph = Graph::cinema();
    let stats = graph.run(&["stats"]).exits(0).json();
    let quads = stats["quads"].as_u64().expect("a number");
    let sum = |field: &str| -> u64 {
        let list = stats[field].as_array().expect("a list");
        list.iter()
            .map(|row| row[1].as_u64().expect("a count"))
            .sum()
    };
    assert_eq!(sum("predicates"), quads);
    assert_eq!(sum("graphs"), quads);
    let count_of = |field: &str, name: &str| -> Option<u64> {
        let list = stats[field].as_array().expect("a list");
        let row = list.iter().find(|row| row[0] == name)?;
        row[1].as_u64()
    };
    assert_eq!(
        count_of("classes", "https://w3id.org/tastegraph/movies#Film"),
        Some(8)
    );
    let table = graph.run(&["stats", "--format", "table"]).exits(0).stdout;
    for part in ["statements about", "named graph", "█", "movies#Film"] {
        assert!(table.contains(part), "no {part:?} in\n{table}");
    }
}

#[test]
fn who_is_forgotten_is_in_no_file_and_no_answer() {
    let graph = Graph::cinema();
    let answer = graph
        .recommend("I loved Harbour of Thieves", &[])
        .exits(0)
        .json();
    assert!(answer.to_string().contains(ANA), "{answer}");
    graph
        .run(&["forget", "--purge", "--user", ANA])
        .exits(0)
        .remarks(&["removed", "anew", "indexed"]);
    let answer = graph
        .recommend("I loved Harbour of Thieves", &[])
        .exits(0)
        .json();
    assert!(!answer.to_string().contains(ANA), "{answer}");
    assert!(!graph.run(&["dump"]).exits(0).stdout.contains(ANA));
    for entry in std::fs::read_dir(graph.folder().join("index")).expect("an index") {
        let path = entry.expect("readable").path();
        let bytes = std::fs::read(&path).expect("readable");
        let found = bytes.windows(ANA.len()).any(|part| part == ANA.as_bytes());
        assert!(!found, "{} still names who has left", path.display());
    }
    graph
        .run(&["forget", "--user", ANA])
        .exits(2)
        .remarks(&["nothing is known", ANA]);
}

#[test]
fn conclusions_are_kept_apart() {
    let graph = Graph::cinema();
    let ontology = graph.file(
        "more.ttl",
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
         @prefix mv: <https://w3id.org/tastegraph/movies#> .
         mv:Film rdfs:subClassOf <https://example.org/Work> .",
    );
    graph.run(&["load", "--no-index", &ontology]).exits(0);
    let question = format!("ASK {{ <{FERRY}> a <https://example.org/Work> }}");
    graph.query(&question, &[]).exits(1);
    for rules in ["rdfs", "owl-rl"] {
        graph
            .run(&["infer", "--no-index", "--entailment", rules])
            .exits(0)
            .remarks(&["new conclusions", "graph/inferred"]);
        graph.query(&question, &[]).exits(0);
        let everything_is_a_thing = "ASK { GRAPH <https://w3id.org/tastegraph/graph/inferred> \
            { ?s a <http://www.w3.org/2002/07/owl#Thing> } }";
        graph.query(everything_is_a_thing, &[]).exits(1);
    }
}

#[test]
fn people_are_left_out_of_queries_unless_asked_for() {
    let graph = Graph::cinema();
    let question = "SELECT ?user { ?user a ix:User }";
    graph.query(question, &[]).exits(1);
    let all = graph.query(question, &["--all-graphs"]).exits(0).stdout;
    assert!(all.contains(ANA), "{all}");
    let named =
        format!("SELECT ?user {{ GRAPH ?g {{ ?user a ix:User FILTER(?user = <{ANA}>) }} }}");
    graph.query(&named, &[]).exits(0);
}

#[test]
fn a_changed_file_takes_the_place_of_the_old() {
    let graph = Graph::none();
    let into = "https://example.org/graph/mine";
    let load = |name: &str, text: &str, more: &[&str]| {
        let file = graph.file(name, text);
        let mut arguments = vec!["load", "--no-index", "--into", into, &file];
        arguments.extend(more);
        graph.run(&arguments)
    };
    load("old.ttl", "<a:s> <a:p> 1 , 2 .", &[]).exits(0);
    load("new.ttl", "<a:s> <a:p> 2 , 3 .", &["--replace"]).exits(0);
    let rows = graph
        .query("SELECT ?o { ?s ?p ?o } ORDER BY ?o", &["--format", "csv"])
        .exits(0)
        .stdout;
    assert_eq!(rows, "o\r\n2\r\n3\r\n");
    load("bad.ttl", "<a:s> <a:p> 4 . oops", &["--replace"])
        .exits(2)
        .remarks(&["bad.ttl:1:"]);
    assert_eq!(total(&graph), "n\r\n2\r\n");
}

#[test]
fn imports_come_from_a_catalog_and_never_from_the_network() {
    let graph = Graph::none();
    let ontology = graph.file(
        "domain.ttl",
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .
         <http://127.0.0.1:9/domain> a owl:Ontology ;
             owl:imports <http://127.0.0.1:9/base> , <http://127.0.0.1:9/elsewhere> .",
    );
    graph.file(
        "base.ttl",
        "<http://127.0.0.1:9/base> a <http://www.w3.org/2002/07/owl#Ontology> . <a:s> <a:p> 1 .",
    );
    let catalog = graph.file(
        "catalog-v001.xml",
        "<catalog><uri name=\"http://127.0.0.1:9/base\" uri=\"base.ttl\"/></catalog>",
    );
    graph
        .run(&[
            "load",
            "--no-index",
            "--ontology",
            &ontology,
            "--catalog",
            &catalog,
        ])
        .exits(0)
        .remarks(&[
            "<http://127.0.0.1:9/base>, imported",
            "warning: <http://127.0.0.1:9/elsewhere>",
        ]);
    graph.query("ASK { <a:s> <a:p> 1 }", &[]).exits(0);
    let remote = graph.file(
        "remote.xml",
        "<catalog><uri name=\"http://127.0.0.1:9/base\" uri=\"http://127.0.0.1:9/base.ttl\"/></catalog>",
    );
    graph
        .run(&[
            "load",
            "--no-index",
            "--ontology",
            &ontology,
            "--catalog",
            &remote,
        ])
        .exits(2)
        .remarks(&["remote.xml", "not a local file"]);
}

#[test]
fn a_plan_is_explained_for_people_and_for_programs() {
    let graph = Graph::cinema();
    let query = "SELECT ?name { ?film mv:year 1994 ; mv:directing/rdfs:label ?name }";
    let text = graph.query(query, &["--explain"]).exits(0).stdout;
    assert!(
        text.contains("planning") && text.contains("results"),
        "{text}"
    );
    let json = graph
        .query(query, &["--explain", "--format", "json"])
        .exits(0)
        .json();
    assert!(json["plan"]["name"].is_string(), "{json}");
    assert_eq!(top_results(&json["plan"]), Some(1), "{json}");
    graph
        .query(query, &["--explain", "--format", "csv"])
        .exits(2)
        .remarks(&["table or json"]);
}

/// The number of results of the top step that counted any.
fn top_results(plan: &Value) -> Option<u64> {
    plan["results"].as_u64().or_else(|| {
        let children = plan["children"].as_array()?;
        children.iter().find_map(top_results)
    })
}
