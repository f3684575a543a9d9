//! The folder of a graph: made, opened, refused.

use fs_err as fs;
use std::path::Path;

use tastegraph_kg::{FORMAT_VERSION, KgError, KnowledgeGraph, LoadOptions};

const TRIPLE: &str = "<http://e.org/a> <http://e.org/p> <http://e.org/b> .";

fn generation(folder: &Path) -> String {
    KnowledgeGraph::generation_of(folder).expect("a graph is there")
}

#[test]
fn data_survives_closing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("new/graph");
    let graph = KnowledgeGraph::open_or_create(&path).expect("a new graph");
    assert!(graph.is_empty().expect("readable"));
    graph
        .load_str(TRIPLE, "x.ttl", &LoadOptions::default())
        .expect("valid");
    drop(graph);
    // One after the other, for only one can be open.
    for open in [KnowledgeGraph::open, KnowledgeGraph::open_or_create] {
        let graph = open(&path).expect("it exists");
        assert_eq!(graph.len().expect("readable"), 1);
    }
}

#[test]
fn a_missing_folder_is_not_made_by_opening() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("absent");
    let error = KnowledgeGraph::open(&path).expect_err("it is not there");
    assert!(matches!(error, KgError::Missing { .. }), "{error}");
    assert!(error.to_string().contains("absent"), "{error}");
    assert!(!path.exists());
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("letter.txt"), "dear").expect("writable");
    for result in [
        KnowledgeGraph::open(folder.path()),
        KnowledgeGraph::open_or_create(folder.path()),
    ] {
        let error = result.expect_err("it is not ours");
        assert!(matches!(error, KgError::Foreign { .. }), "{error}");
    }
    let left = fs::read_dir(folder.path()).expect("readable").count();
    assert_eq!(left, 1);
}

#[test]
fn a_damaged_marker_is_foreign() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("store.json"), "{").expect("writable");
    let error = KnowledgeGraph::open_or_create(folder.path()).expect_err("unreadable");
    assert!(matches!(error, KgError::Foreign { .. }), "{error}");
}

#[test]
fn another_format_version_is_refused_with_both_numbers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    drop(KnowledgeGraph::open_or_create(folder.path()).expect("a new graph"));
    let marker = folder.path().join("store.json");
    let text = fs::read_to_string(&marker).expect("readable");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    value["format_version"] = 99.into();
    fs::write(&marker, value.to_string()).expect("writable");
    let error = KnowledgeGraph::open_or_create(folder.path()).expect_err("another version");
    assert!(matches!(
        error,
        KgError::Version {
            found: 99,
            supported: FORMAT_VERSION,
            ..
        }
    ));
}

#[test]
fn a_held_store_is_locked_but_tells_its_generation() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let held = KnowledgeGraph::open_or_create(folder.path()).expect("a new graph");
    let error = KnowledgeGraph::open(folder.path()).expect_err("it is held");
    assert!(matches!(error, KgError::Locked { .. }), "{error}");
    assert!(!generation(folder.path()).is_empty());
    drop(held);
    assert!(KnowledgeGraph::open(folder.path()).is_ok());
}

#[test]
fn the_generation_changes_with_every_write_and_only_then() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let graph = KnowledgeGraph::open_or_create(folder.path()).expect("a new graph");
    let mut seen = vec![generation(folder.path())];
    for content in [TRIPLE, TRIPLE, "broken"] {
        for replace in [false, true] {
            let options = LoadOptions::default();
            let loaded = if replace {
                let file = folder.path().join("x.ttl");
                fs::write(&file, content).expect("writable");
                graph.replace_with_files(&[file], &options)
            } else {
                graph.load_str(content, "x.ttl", &options)
            };
            let now = generation(folder.path());
            if content == "broken" {
                // Nothing was written, so an index made before is as good as it was.
                assert!(loaded.is_err());
                assert_eq!(seen.last(), Some(&now));
            } else {
                assert!(loaded.is_ok());
                assert!(!seen.contains(&now), "{now} again");
                seen.push(now);
            }
        }
    }
    drop(graph);
    drop(KnowledgeGraph::open(folder.path()).expect("it exists"));
    assert_eq!(seen.last(), Some(&generation(folder.path())));
}

#[test]
fn a_crash_while_the_folder_was_made_does_not_block_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // What is left when the marker was written but not yet renamed.
    fs::write(folder.path().join("store.json.new"), "{").expect("writable");
    fs::create_dir(folder.path().join("store")).expect("writable");
    assert!(KnowledgeGraph::open_or_create(folder.path()).is_ok());
}

#[test]
fn somebody_elses_store_is_foreign() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("store")).expect("writable");
    fs::write(folder.path().join("store/letter.txt"), "dear").expect("writable");
    let error = KnowledgeGraph::open_or_create(folder.path()).expect_err("it is not ours");
    assert!(matches!(error, KgError::Foreign { .. }), "{error}");
}

#[test]
fn a_lost_store_is_not_replaced_by_an_empty_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    drop(KnowledgeGraph::open_or_create(folder.path()).expect("a new graph"));
    fs::remove_dir_all(folder.path().join("store")).expect("writable");
    let error = KnowledgeGraph::open_or_create(folder.path()).expect_err("the data is gone");
    assert!(error.to_string().contains("is gone"), "{error}");
}
