//! An index or a store that does not fit is refused by name, never silently used; the index can be
//! renewed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Graph, Ran};

const REQUEST: &str = "I loved Night Ferry";

fn ask(graph: &Graph) -> Ran {
    graph.recommend(REQUEST, &[])
}

/// Demands a refusal with a hint, then a working graph after the hint has been taken.
fn refused_until_indexed(graph: &Graph, parts: &[&str]) {
    let ran = ask(graph)
        .exits(2)
        .remarks(parts)
        .remarks(&["hint:", "tastegraph index"]);
    assert_eq!(ran.stdout, "");
    // Each culprit once, and one way out.
    let once = |what: &&str| ran.stderr.matches(what).count() == 1;
    assert!(parts.iter().chain(&["hint:"]).all(once), "{}", ran.stderr);
    graph.run(&["index"]).exits(0);
    ask(graph).exits(0);
}

fn edit_json(path: &Path, field: &str, value: Value) {
    let text = std::fs::read_to_string(path).expect("it is there");
    let mut json: Value = serde_json::from_str(&text).expect("it is JSON");
    assert!(json.get(field).is_some(), "no {field} in {text}");
    json[field] = value;
    std::fs::write(path, json.to_string()).expect("the folder is ours");
}

fn manifest(graph: &Graph) -> PathBuf {
    graph.folder().join("index/manifest.json")
}

/// The binary files of the index.
fn index_files(graph: &Graph) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(graph.folder().join("index"))
        .expect("there is an index")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "bin"))
        .collect();
    files.sort();
    assert!(files.len() >= 4, "{files:?}");
    files
}

/// What a file of the index holds: the name before the hash of its content.
fn part(file: &Path) -> String {
    let stem = file.file_stem().expect("a file").to_string_lossy();
    let (part, _) = stem.rsplit_once('-').expect("names end in a hash");
    part.to_owned()
}

fn parts() -> Vec<String> {
    index_files(&Graph::cinema())
        .iter()
        .map(|file| part(file))
        .collect()
}

/// The file of the index that holds a part, and its name.
fn part_of(graph: &Graph, wanted: &str) -> (PathBuf, String) {
    let file = index_files(graph)
        .into_iter()
        .find(|file| part(file) == wanted)
        .expect("every index has all parts");
    let name = file.file_name().expect("a file").to_string_lossy();
    (file.clone(), name.into_owned())
}

#[test]
fn a_graph_without_index_says_how_to_make_one() {
    let graph = Graph::cinema();
    std::fs::remove_dir_all(graph.folder().join("index")).expect("the folder is ours");
    refused_until_indexed(&graph, &["has no index"]);
}

#[test]
fn an_index_older_than_the_data_is_refused() {
    let graph = Graph::cinema();
    let film = graph.file(
        "more.ttl",
        "@prefix mv: <https://w3id.org/tastegraph/movies#> .
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
         <https://example.org/cinema/fog-bank> a mv:Film ; rdfs:label \"Fog Bank\" ; mv:year 2020 ;
             mv:runtime 99 ; mv:keyword <https://example.org/cinema/harbour> .",
    );
    graph.run(&["load", "--no-index", &film]).exits(0);
    refused_until_indexed(&graph, &["earlier state"]);
    assert!(ask(&graph).stdout.contains("Fog Bank (2020)"));
}

#[test]
fn an_index_of_another_version_is_refused() {
    let graph = Graph::cinema();
    edit_json(&manifest(&graph), "format_version", json!(99));
    refused_until_indexed(&graph, &["format 99"]);
}

#[test]
fn a_manifest_that_is_no_manifest_is_refused() {
    for content in ["", "{", "[]", "null"] {
        let graph = Graph::cinema();
        std::fs::write(manifest(&graph), content).expect("the folder is ours");
        refused_until_indexed(&graph, &["manifest.json", "damaged"]);
    }
}

#[test]
fn a_flipped_bit_in_any_file_of_the_index_is_noticed() {
    for part in parts() {
        let graph = Graph::cinema();
        let (file, name) = part_of(&graph, &part);
        let mut bytes = std::fs::read(&file).expect("it is there");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, bytes).expect("the folder is ours");
        refused_until_indexed(&graph, &[&name, "damaged"]);
    }
}

#[test]
fn a_truncated_or_missing_file_of_the_index_is_noticed() {
    for part in parts() {
        let graph = Graph::cinema();
        let (file, name) = part_of(&graph, &part);
        let bytes = std::fs::read(&file).expect("it is there");
        std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("the folder is ours");
        refused_until_indexed(&graph, &[&name, "damaged"]);

        let (file, name) = part_of(&graph, &part);
        std::fs::remove_file(&file).expect("the folder is ours");
        ask(&graph).exits(2).remarks(&[&name]);
        graph.run(&["index"]).exits(0);
        ask(&graph).exits(0);
    }
}

#[test]
fn a_store_of_another_version_is_left_alone() {
    let graph = Graph::cinema();
    edit_json(
        &graph.folder().join("store.json"),
        "format_version",
        json!(99),
    );
    let file = graph.file("good.nt", "<a:s> <a:p> <a:o> .\n");
    for command in [
        &["recommend", "--device", "cpu", REQUEST][..],
        &["query", "ASK {}"],
        &["index"],
        &["load", &file],
    ] {
        graph
            .run(command)
            .exits(2)
            .remarks(&["store format 99", "hint:"]);
    }
}

#[test]
fn building_the_index_again_leaves_one_of_it() {
    let graph = Graph::cinema();
    let before: Vec<String> = index_files(&graph).iter().map(|file| part(file)).collect();
    graph.run(&["index"]).exits(0);
    let after: Vec<String> = index_files(&graph).iter().map(|file| part(file)).collect();
    assert_eq!(after, before);
}

#[test]
fn the_same_store_gives_the_same_index() {
    let graph = Graph::cinema();
    let before = index_files(&graph);
    for _ in 0..4 {
        graph.run(&["index"]).exits(0);
        assert_eq!(index_files(&graph), before);
    }
}
