//! An engineer asks the graph in SPARQL and pipes the answers on.

use std::time::{Duration, Instant};

use crate::support::{Graph, tastegraph};

const FILM: &str = "SELECT ?film ?year { ?film rdfs:label 'Night Ferry' ; mv:year ?year }";
const CONSTRUCT: &str =
    "CONSTRUCT { ?film rdfs:label ?title } { ?film mv:year 1965 ; rdfs:label ?title }";

#[test]
fn rows_come_in_every_format_without_prefixes() {
    let graph = Graph::cinema();
    let iri = "https://example.org/cinema/night-ferry";
    let print = |format: &str| graph.query(FILM, &["--format", format]).exits(0);

    // The standard ends lines of CSV so.
    assert_eq!(print("csv").stdout, format!("film,year\r\n{iri},2003\r\n"));
    assert_eq!(
        print("tsv").stdout,
        format!("?film\t?year\n<{iri}>\t2003\n")
    );
    let json = print("json").json();
    assert_eq!(json["head"]["vars"], serde_json::json!(["film", "year"]));
    let row = &json["results"]["bindings"][0];
    assert_eq!(row["film"]["value"], iri);
    assert_eq!(row["year"]["value"], "2003");
    let xml = print("xml").stdout;
    assert!(
        xml.contains("http://www.w3.org/2005/sparql-results#") && xml.contains(iri),
        "{xml}"
    );
    let table = print("table").stdout;
    assert!(
        table.contains("film") && table.contains(iri) && table.contains("2003"),
        "{table}"
    );
    // In a pipe, TSV needs no asking for.
    assert_eq!(graph.query(FILM, &[]).exits(0).stdout, print("tsv").stdout);
}

#[test]
fn graphs_come_in_every_format() {
    let graph = Graph::cinema();
    let print = |format: &str| graph.query(CONSTRUCT, &["--format", format]).exits(0);
    let statement = "<https://example.org/cinema/the-tram-robbers> \
        <http://www.w3.org/2000/01/rdf-schema#label> \"The Tram Robbers\" .\n";
    assert_eq!(print("tsv").stdout, statement);
    for format in ["csv", "table"] {
        assert!(print(format).stdout.contains("\"The Tram Robbers\""));
    }
    assert!(print("xml").stdout.contains("<rdf:RDF"));
    assert_eq!(
        print("json").json()[0]["@id"],
        "https://example.org/cinema/the-tram-robbers"
    );
}

#[test]
fn what_is_printed_as_a_graph_can_be_loaded() {
    let graph = Graph::cinema();
    for (format, name) in [
        ("tsv", "a.nt"),
        ("csv", "a.ttl"),
        ("xml", "a.rdf"),
        ("json", "a.jsonld"),
    ] {
        let printed = graph
            .query(CONSTRUCT, &["--format", format])
            .exits(0)
            .stdout;
        let file = graph.file(name, &printed);
        let target = format!("https://example.org/graph/{format}");
        graph
            .run(&["load", "--no-index", "--into", &target, &file])
            .exits(0)
            .remarks(&["loaded 1 triples"]);
        graph
            .query(
                &format!("ASK {{ GRAPH <{target}> {{ ?film rdfs:label 'The Tram Robbers' }} }}"),
                &[],
            )
            .exits(0);
    }
}

#[test]
fn exit_codes_tell_found_from_empty_from_wrong() {
    let graph = Graph::cinema();
    for (query, code) in [
        ("ASK { ?film mv:year 1965 }", 0),
        ("ASK { ?film mv:year 1700 }", 1),
        ("SELECT ?film { ?film mv:year 1965 }", 0),
        ("SELECT ?film { ?film mv:year 1700 }", 1),
        ("CONSTRUCT { ?film a mv:Film } { ?film mv:year 1700 }", 1),
        ("DESCRIBE <https://example.org/cinema/night-ferry>", 0),
        ("SELECT ?film { ?film unknown:year 1965 }", 2),
        ("DELETE WHERE { ?s ?p ?o }", 2),
    ] {
        let ran = graph.query(query, &[]);
        assert_eq!(ran.code, code, "{query}: {ran:#?}");
    }
}

#[test]
fn a_query_can_come_from_standard_input() {
    let graph = Graph::cinema();
    let ran = tastegraph(&graph.folder(), &["query", "-"], FILM).exits(0);
    assert_eq!(ran.stdout, graph.query(FILM, &[]).stdout);
}

#[test]
fn no_query_reaches_the_network() {
    let graph = Graph::cinema();
    graph
        .query(
            "SELECT ?s { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }",
            &[],
        )
        .exits(2)
        .remarks(&["SERVICE is not allowed"]);
    // SILENT asks for an empty solution where the service fails; refusing is such a failure.
    let silent = graph.query(
        "SELECT ?s { SERVICE SILENT <http://127.0.0.1:9/sparql> { ?s ?p ?o } }",
        &[],
    );
    assert_ne!(silent.code, -1, "{silent:#?}");
    graph
        .query(
            "SELECT ?s FROM <http://127.0.0.1:9/data.ttl> { ?s ?p ?o }",
            &[],
        )
        .exits(1);
}

#[test]
fn a_mistake_is_pointed_at() {
    let ran = Graph::cinema()
        .query("SELECT ?film {\n  ?film mv:year }", &[])
        .exits(2);
    assert!(ran.stderr.contains("line 2, column 17"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_query_that_takes_too_long_is_stopped() {
    let graph = Graph::cinema();
    // Every pair of pairs of statements: hours, and nothing that an optimiser could pull out.
    let all = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l
        FILTER(CONTAINS(STR(?a), CONCAT(STR(?f), STR(?i), STR(?l))))";
    for query in [
        format!("SELECT ?a {{ {all} }}"),
        format!("SELECT ?a {{ {all} }} ORDER BY ?a"),
        format!("SELECT (COUNT(*) AS ?n) {{ {all} }}"),
        format!("ASK {{ {all} }}"),
        format!("CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {all} }}"),
    ] {
        let clock = Instant::now();
        graph
            .query(&query, &["--timeout", "0.2"])
            .exits(2)
            .remarks(&["stopped after 0.2 s", "--timeout"]);
        assert!(clock.elapsed() < Duration::from_secs(20), "{query}");
    }
    graph
        .query(FILM, &["--timeout", "0"])
        .exits(2)
        .remarks(&["--timeout"]);
}

#[test]
fn rows_can_be_limited() {
    let ran = Graph::cinema()
        .query("SELECT ?film { ?film a mv:Film }", &["--limit", "2"])
        .exits(0)
        .remarks(&["cut after 2 rows"]);
    assert_eq!(ran.stdout.lines().count(), 1 + 2);
}
