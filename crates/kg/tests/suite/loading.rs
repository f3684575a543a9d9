//! Files in every format, and what is left of the store when one is broken.

use std::io::Write;
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use fs_err as fs;
use tastegraph_kg::{KgError, KnowledgeGraph, LoadOptions, rdf_files};

use crate::support::{column, into_graph, memory};

const TURTLE: &str = "<http://e.org/a> <http://e.org/p> <http://e.org/b> , \"né\" .";
const XML: &str = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">
<rdf:Description rdf:about="http://e.org/a"><e:p rdf:resource="http://e.org/b"/><e:p>né</e:p></rdf:Description>
</rdf:RDF>"#;
const JSON: &str =
    r#"{"@id": "http://e.org/a", "http://e.org/p": [{"@id": "http://e.org/b"}, "né"]}"#;
const LINES: &str = "<http://e.org/a> <http://e.org/p> <http://e.org/b> .\n\
                     <http://e.org/a> <http://e.org/p> \"n\\u00E9\" .\n";

/// Two statements in every format that the documentation promises.
const FILES: &[(&str, &str)] = &[
    ("x.ttl", TURTLE),
    ("x.TTL", TURTLE),
    ("x.trig", TURTLE),
    ("x.nt", LINES),
    ("x.nq", LINES),
    ("x.rdf", XML),
    ("x.jsonld", JSON),
];

const OBJECTS: &str =
    "SELECT ?o { GRAPH <http://example.org/graph/in> { <http://e.org/a> ?p ?o } } ORDER BY ?o";

fn compressed(content: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(content.as_bytes())
        .expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

#[test]
fn every_format_loads_plain_and_compressed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in FILES {
        let plain = folder.path().join(name);
        let gzip = folder.path().join(format!("{name}.gz"));
        fs::write(&plain, content).expect("writable");
        fs::write(&gzip, compressed(content)).expect("writable");
        for file in [plain, gzip] {
            let graph = memory();
            let report = graph
                .load_file(&file, &into_graph("in"))
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            assert_eq!(report.triples, 2, "{}", file.display());
            assert_eq!(column(&graph, OBJECTS), ["http://e.org/b", "né"], "{name}");
        }
    }
}

#[test]
fn quads_keep_the_graph_that_they_name() {
    let graph = memory();
    let trig = "<http://e.org/g> { <http://e.org/a> <http://e.org/p> 1 }
                <http://e.org/a> <http://e.org/p> 2 .";
    graph
        .load_str(trig, "x.trig", &into_graph("in"))
        .expect("valid");
    let sparql = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o";
    assert_eq!(
        column(&graph, sparql),
        ["http://e.org/g", "http://example.org/graph/in"]
    );
}

#[test]
fn blank_nodes_of_two_files_stay_apart() {
    let graph = memory();
    for _ in 0..2 {
        graph
            .load_str("_:x <http://e.org/p> 1 .", "x.ttl", &into_graph("in"))
            .expect("valid");
    }
    assert_eq!(graph.len().expect("readable"), 2);
}

#[test]
fn unknown_extensions_are_refused_by_name() {
    // A reader that guessed would take a README.txt for N-Triples.
    for name in [
        "films.csv",
        "README.txt",
        "package.json",
        "pom.xml",
        "ttl",
        "x.gz",
        "x.ttl.zip",
    ] {
        let error = memory()
            .load_str("", name, &LoadOptions::default())
            .expect_err(name);
        assert!(matches!(&error, KgError::UnknownFormat { file } if file == name));
        assert!(error.to_string().contains(".ttl"), "{error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = memory()
        .load_file("/nowhere/x.ttl", &LoadOptions::default())
        .expect_err("there is no such file");
    assert!(matches!(error, KgError::Io(_)));
    assert!(error.to_string().contains("/nowhere/x.ttl"), "{error}");
}

#[test]
fn a_graph_name_that_is_no_iri_is_refused() {
    let options = LoadOptions {
        graph: "no iri".to_owned(),
        ..LoadOptions::default()
    };
    let error = memory()
        .load_str(TURTLE, "x.ttl", &options)
        .expect_err("refused");
    assert!(error.to_string().contains("<no iri>"), "{error}");
}

#[test]
fn replace_empties_its_graph_and_no_other() {
    let graph = memory();
    for name in ["in", "other"] {
        graph
            .load_str(TURTLE, "x.ttl", &into_graph(name))
            .expect("valid");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("x.ttl");
    fs::write(&file, "<http://e.org/a> <http://e.org/p> 3 .").expect("writable");
    graph
        .replace_with_files(&[file], &into_graph("in"))
        .expect("valid");
    assert_eq!(column(&graph, OBJECTS), ["3"]);
    assert_eq!(graph.len().expect("readable"), 3);
}

#[test]
fn progress_is_told_now_and_then() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&calls);
    let options = LoadOptions {
        progress: Some(Arc::new(move |count| {
            told.lock().expect("no thread panicked").push(count);
        })),
        ..LoadOptions::default()
    };
    memory()
        .load_str(&many_lines(10_000), "x.nt", &options)
        .expect("valid");
    assert_eq!(*calls.lock().expect("no thread panicked"), [4096, 8192]);
}

fn many_lines(count: usize) -> String {
    let line = |n: usize| {
        format!(
            "<http://e.org/{n}> <http://e.org/p> {:?} .\n",
            n.to_string()
        )
    };
    (0..count).map(line).collect()
}

/// Loads what is broken into a store that holds something, and expects it untouched.
fn assert_unchanged(graph: &KnowledgeGraph, broken: &str, replace: bool) -> KgError {
    graph
        .load_str(TURTLE, "good.ttl", &into_graph("in"))
        .expect("valid");
    let before = graph.len().expect("readable");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bad.ttl");
    fs::write(&file, broken).expect("writable");
    let loaded = if replace {
        graph.replace_with_files(&[file], &into_graph("in"))
    } else {
        graph.load_file(file, &into_graph("in"))
    };
    let error = loaded.expect_err("it is broken");
    assert_eq!(graph.len().expect("readable"), before);
    assert_eq!(column(graph, OBJECTS), ["http://e.org/b", "né"]);
    error
}

#[test]
fn a_broken_file_changes_nothing() {
    // Enough good lines before the bad one for a loader to have begun to write.
    let broken = format!("{}<http://e.org/a> é oops .\n", many_lines(20_000));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let on_disk = KnowledgeGraph::open_or_create(folder.path()).expect("a new graph");
    for graph in [memory(), on_disk] {
        for replace in [false, true] {
            let error = assert_unchanged(&graph, &broken, replace);
            let KgError::Syntax {
                file,
                line,
                column,
                message,
            } = &error
            else {
                panic!("expected a syntax error, got {error}");
            };
            assert!(file.ends_with("bad.ttl"), "{file}");
            assert_eq!((*line, *column), (20_001, 18));
            assert!(!message.contains("line"), "the place is told once: {error}");
            assert!(error.to_string().contains("bad.ttl:20001:18: "), "{error}");
        }
    }
}

#[test]
fn the_place_of_an_error_in_json_is_told() {
    let error = memory()
        .load_str("{\n \"@id\": oops}", "x.jsonld", &LoadOptions::default())
        .expect_err("it is broken");
    assert!(matches!(error, KgError::Syntax { line: 2, .. }), "{error}");
}

#[test]
fn an_error_in_xml_claims_no_place() {
    // The parser of RDF/XML does not tell where it stopped; "line 1" would send people astray.
    let error = memory()
        .load_str("<rdf:RDF>\n<a>\n</b>", "x.rdf", &LoadOptions::default())
        .expect_err("it is broken");
    assert!(matches!(error, KgError::Malformed { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.starts_with("x.rdf: ") && text.contains("nothing of it was stored"),
        "{text}"
    );
}

#[test]
fn a_cut_off_archive_is_named_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("cut.nt.gz");
    let whole = compressed(&many_lines(5000));
    fs::write(&file, &whole[..whole.len() / 2]).expect("writable");
    let graph = memory();
    let error = graph
        .load_file(&file, &LoadOptions::default())
        .expect_err("it ends too early");
    assert!(error.to_string().contains("cut.nt.gz"), "{error}");
    assert!(graph.is_empty().expect("readable"));
}

#[test]
fn rdf_files_are_listed_in_name_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("b")).expect("writable");
    for name in [
        "c.ttl",
        "a.nt.gz",
        "b/z.rdf",
        "b/a.trig",
        "README.md",
        "notes.txt",
        "d.csv",
    ] {
        fs::write(folder.path().join(name), "").expect("writable");
    }
    let files = rdf_files(folder.path()).expect("readable");
    let names: Vec<_> = files
        .iter()
        .filter_map(|file| file.strip_prefix(folder.path()).ok()?.to_str())
        .collect();
    assert_eq!(names, ["a.nt.gz", "b/a.trig", "b/z.rdf", "c.ttl"]);
}

#[test]
fn a_single_file_is_listed_as_it_is() {
    // Whether it is there and what it holds is for the load to say.
    let files = rdf_files("some/where.csv").expect("nothing is read");
    assert_eq!(files, [std::path::PathBuf::from("some/where.csv")]);
}
