//! With a sentence encoder texts are compared by what they mean; without one, or without it any more,
//! by their words alone, and the answer says which. The model here is tiny and knows nothing: what is
//! looked at is what is done with it.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tastegraph::kg::KnowledgeGraph;
use tastegraph::{EncoderChoice, IndexOptions, IndexProgress, build_index_with};

use crate::support::{Graph, redacted, repository};

const REQUEST: &str = "I loved Night Ferry";

fn model() -> PathBuf {
    repository().join("crates/text/tests/fixtures/tiny-bert")
}

/// The model in a folder of its own, with one of its files changed if `change` says so.
fn copy_of_model(into: &Path, change: Option<(&str, &str)>) {
    std::fs::create_dir_all(into.join("1_Pooling")).expect("the folder is ours");
    for file in [
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "sentence_bert_config.json",
        "1_Pooling/config.json",
    ] {
        std::fs::copy(model().join(file), into.join(file)).expect("it is there");
    }
    if let Some((from, to)) = change {
        let place = into.join("tokenizer.json");
        let text = std::fs::read_to_string(&place).expect("it is text");
        assert!(text.contains(from), "no {from} in the tokenizer");
        std::fs::write(&place, text.replacen(from, to, 1)).expect("the folder is ours");
    }
}

fn indexed_with(folder: &Path) -> Graph {
    let graph = Graph::cinema();
    let folder = folder.to_string_lossy();
    graph
        .run(&["index", "--encoder", &folder])
        .exits(0)
        .remarks(&["sentence vectors"]);
    graph
}

fn answer(graph: &Graph) -> Value {
    graph.recommend(REQUEST, &[]).exits(0).json()
}

/// Texts that are encoded when the index is built again.
fn encoded_again(graph: &Graph) -> usize {
    let store = KnowledgeGraph::open(graph.folder()).expect("it is there");
    let count = std::cell::Cell::new(0);
    let progress = |step| {
        if let IndexProgress::Encoded(texts) = step {
            count.set(count.get() + texts);
        }
    };
    let options = IndexOptions {
        encoder: EncoderChoice::Kept,
        progress: Some(&progress),
    };
    build_index_with(&store, graph.folder(), &options).expect("it can be indexed");
    count.get()
}

#[test]
fn without_one_the_answer_says_what_to_do() {
    let answer = answer(&Graph::cinema());
    assert_eq!(answer["text"]["compared_by"], "words");
    assert_eq!(answer["text"]["encoder"], Value::Null);
    let reason = answer["text"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("tastegraph index --encoder"), "{reason}");
}

#[test]
fn with_one_meaning_counts_until_it_is_taken_away() {
    let graph = indexed_with(&model());
    let with = answer(&graph);
    assert_eq!(with["text"]["compared_by"], "words_and_meaning");
    assert_eq!(with["text"]["encoder"], "tiny-bert");
    assert_eq!(with["text"]["reason"], Value::Null);
    let meant: Vec<f64> = with["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["stages"]["parts"]["meaning"].as_f64().expect("a part"))
        .collect();
    assert!(meant.iter().any(|&part| part > 0.0), "{meant:?}");

    // Later builds keep it, and a table says how texts were compared.
    graph
        .run(&["index"])
        .exits(0)
        .remarks(&["sentence vectors"]);
    assert_eq!(redacted(answer(&graph)), redacted(with));
    let table = graph.recommend(REQUEST, &["--format", "table"]).exits(0);
    assert!(table.stdout.contains("(words and meaning)"), "{table:#?}");

    // Where it has no weight it has not been compared, and nothing says so.
    let none = [
        "--set",
        "meaning_weight=0",
        "--set",
        "description_meaning_weight=0",
    ];
    let weightless = graph.recommend(REQUEST, &none).exits(0).json();
    assert_eq!(weightless["text"]["compared_by"], "words");
    assert_eq!(weightless["text"]["encoder"], Value::Null);

    graph.run(&["index", "--encoder", "none"]).exits(0);
    graph.run(&["index"]).exits(0);
    assert_eq!(redacted(answer(&graph)), redacted(answer(&Graph::cinema())));
}

#[test]
fn only_texts_that_changed_are_encoded_again() {
    let graph = indexed_with(&model());
    assert_eq!(encoded_again(&graph), 0);
    graph
        .run(&[
            "update",
            "PREFIX mv: <https://w3id.org/tastegraph/movies#> \
             INSERT { GRAPH ?g { ?film mv:plot \"Two bakers open a shop.\" } } \
             WHERE { { SELECT ?film ?g WHERE { GRAPH ?g { ?film a mv:Film } } ORDER BY ?film LIMIT 1 } }",
        ])
        .exits(0);
    // The command has built the index, with the one text that is new.
    assert_eq!(encoded_again(&graph), 0);
    assert_eq!(answer(&graph)["text"]["compared_by"], "words_and_meaning");
}

#[test]
fn one_that_has_gone_or_changed_is_done_without_and_named() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("model");
    copy_of_model(&folder, None);
    let graph = indexed_with(&folder);
    let moved = place.path().join("elsewhere");
    std::fs::rename(&folder, &moved).expect("the folder is ours");
    let gone = answer(&graph);
    assert_eq!(gone["text"]["compared_by"], "words");
    let reason = gone["text"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("model"), "{reason}");

    // The settings say where it is now.
    std::fs::write(
        graph.folder().join("tastegraph.toml"),
        format!("encoder = {:?}\n", moved.to_string_lossy()),
    )
    .expect("the folder is ours");
    assert_eq!(answer(&graph)["text"]["compared_by"], "words_and_meaning");

    // Another tokenizer makes other vectors.
    copy_of_model(&moved, Some(("{\"version\": ", "{ \"version\": ")));
    let other = answer(&graph);
    assert_eq!(other["text"]["compared_by"], "words");
    let reason = other["text"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("another sentence encoder"), "{reason}");
}

#[test]
fn damaged_vectors_are_refused() {
    let graph = indexed_with(&model());
    let index = graph.folder().join("index");
    for part in ["conversation-vectors", "item-vectors"] {
        let files = std::fs::read_dir(&index).expect("there is an index");
        let file = files
            .map(|entry| entry.expect("readable").path())
            .find(|path| path.to_string_lossy().contains(part))
            .expect("it has vectors");
        let mut bytes = std::fs::read(&file).expect("it is there");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, bytes).expect("the folder is ours");
        graph
            .recommend(REQUEST, &[])
            .exits(2)
            .remarks(&[part, "damaged", "tastegraph index"]);
        // What is damaged is not used again.
        graph.run(&["index"]).exits(0);
        assert_eq!(answer(&graph)["text"]["compared_by"], "words_and_meaning");
    }
}

#[test]
fn a_folder_that_is_no_model_changes_nothing() {
    let graph = indexed_with(&model());
    let before = redacted(answer(&graph));
    let empty = tempfile::tempdir().expect("a folder");
    let folder = empty.path().to_string_lossy().into_owned();
    graph
        .run(&["index", "--encoder", &folder])
        .exits(2)
        .remarks(&["config.json"]);
    assert_eq!(redacted(answer(&graph)), before);
}
