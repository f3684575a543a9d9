//! Neither queries nor files reach the network.

use std::io::ErrorKind;
use std::net::TcpListener;

use tastegraph_kg::{KgError, LoadOptions, QueryOptions};

use crate::support::{load, memory};

/// A server on this machine that nobody is to call.
struct Bait {
    listener: TcpListener,
    address: String,
}

impl Bait {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("supported");
        let port = listener.local_addr().expect("it is bound").port();
        Self {
            listener,
            address: format!("http://127.0.0.1:{port}/"),
        }
    }

    fn assert_untouched(&self) {
        let error = self.listener.accept().expect_err("nobody may connect");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
}

#[test]
fn service_is_refused_without_a_connection() {
    let bait = Bait::new();
    let graph = memory();
    load(&graph, "ex:a ex:p ex:b .");
    let query = format!(
        "SELECT * {{ ?s ?p ?o . SERVICE <{}> {{ ?s ?q ?r }} }}",
        bait.address
    );
    let error = graph
        .query(&query, &QueryOptions::default())
        .expect_err("SERVICE is refused");
    assert!(matches!(error, KgError::Evaluation(_)), "{error}");
    assert!(
        error.to_string().contains("SERVICE is not allowed"),
        "{error}"
    );
    bait.assert_untouched();
}

#[test]
fn silent_and_variable_services_do_not_connect_either() {
    let bait = Bait::new();
    let graph = memory();
    load(&graph, &format!("ex:a ex:endpoint <{}> .", bait.address));
    for query in [
        format!(
            "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
            bait.address
        ),
        "SELECT * { ?a ?b ?endpoint . SERVICE ?endpoint { ?s ?p ?o } }".to_owned(),
        format!("SELECT * FROM <{}> {{ ?s ?p ?o }}", bait.address),
    ] {
        // Whether the answer is empty or an error is SPARQL's business.
        let _ = graph.query(&query, &QueryOptions::default());
        bait.assert_untouched();
    }
}

#[test]
fn updates_are_no_queries() {
    let bait = Bait::new();
    let graph = memory();
    for update in [
        format!("LOAD <{}>", bait.address),
        "INSERT DATA { <http://e.org/a> <http://e.org/p> 1 }".to_owned(),
    ] {
        let error = graph
            .query(&update, &QueryOptions::default())
            .expect_err("queries only");
        assert!(matches!(error, KgError::Query(_)), "{error}");
    }
    assert!(graph.is_empty().expect("readable"));
    bait.assert_untouched();
}

#[test]
fn remote_contexts_and_imports_are_not_fetched() {
    let bait = Bait::new();
    let graph = memory();
    let json = format!(
        r#"{{"@context": "{}", "@id": "http://e.org/a", "p": 1}}"#,
        bait.address
    );
    let error = graph
        .load_str(&json, "x.jsonld", &LoadOptions::default())
        .expect_err("the context is not here");
    assert!(error.to_string().contains("context"), "{error}");
    let xml = format!(
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"{}\">]>\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"http://e.org/\">\
         <rdf:Description rdf:about=\"http://e.org/a\"><e:p>&x;</e:p></rdf:Description></rdf:RDF>",
        bait.address
    );
    let _ = graph.load_str(&xml, "x.rdf", &LoadOptions::default());
    let turtle = format!(
        "<http://e.org/o> <http://www.w3.org/2002/07/owl#imports> <{}> .",
        bait.address
    );
    graph
        .load_str(&turtle, "x.ttl", &LoadOptions::default())
        .expect("an import is a statement like any other");
    bait.assert_untouched();
}

#[cfg(feature = "shacl")]
#[test]
fn shapes_do_not_reach_the_network() {
    let bait = Bait::new();
    let graph = crate::support::books("ex:a a ex:Book ; rdfs:label \"A\" .");
    let folder = tempfile::tempdir().expect("a folder");
    let shapes = folder.path().join("shapes.ttl");
    let text = format!(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .
         @prefix owl: <http://www.w3.org/2002/07/owl#> .
         <http://e.org/shapes> a owl:Ontology ; owl:imports <{0}> .
         <http://e.org/Shape> a sh:NodeShape ; sh:targetClass <http://example.org/Book> ;
             sh:sparql [ sh:select \"SELECT $this WHERE {{ SERVICE <{0}> {{ $this ?p ?o }} }}\" ] ,
                 [ sh:select \"SELECT $this WHERE {{ $this ?p ?o }}\" ] .",
        bait.address
    );
    fs_err::write(&shapes, text).expect("the folder is ours");
    let options = tastegraph_kg::VerifyOptions {
        shapes: vec![shapes],
        examples: 9,
        ..Default::default()
    };
    let report = graph.verify(&options).expect("good shapes");
    bait.assert_untouched();
    // Neither constraint is run, and that is said.
    let check = "sparql-constraints-not-checked";
    let mut findings = report.findings.iter();
    let found = findings.find(|found| found.check == check);
    let found = found.expect("it is told");
    assert_eq!(found.count, 2);
    assert!(
        found.examples[0].contains("shapes.ttl: <http://e.org/Shape>"),
        "{found:?}"
    );
    assert!(report.findings.iter().all(|found| found.check != "shapes"));
}
