//! What cannot be done is refused with a reason and a way on; what is kept stays whole.

use serde_json::Value;

use crate::support::{Graph, Ran, bundled, labels};

#[test]
fn an_empty_request_is_an_error_with_a_hint() {
    for text in ["", "   ", "\n\t"] {
        let ran = bundled()
            .recommend(text, &[])
            .exits(2)
            .remarks(&["empty", "hint:"]);
        assert_eq!(ran.stdout, "");
    }
}

/// Demands that a table says what the same answer in JSON gives as the reason of its fallback.
fn assert_explained(answer: &Value, table: &Ran) {
    let explanation = answer["fallback"]["explanation"].as_str().expect("text");
    assert!(!explanation.is_empty());
    let note = format!("Note: {explanation}");
    assert!(
        table.stdout.contains(&note),
        "no {note:?} in\n{}",
        table.stdout
    );
}

#[test]
fn unknown_words_are_answered_and_flagged() {
    let request = "zxqv blorf Florbington";
    let answer = bundled().answer(request, &[]);
    assert_eq!(labels(&answer).len(), 10);
    assert_eq!(answer["fallback"]["kind"], "popularity");
    assert_explained(
        &answer,
        &bundled()
            .recommend(request, &["--format", "table"])
            .exits(0),
    );
}

#[test]
fn a_name_that_the_graph_lacks_is_told() {
    let answer = bundled().answer("I loved Heat and The Florbington Paradox Strikes", &[]);
    let unlinked = answer["understood"]["unlinked"].to_string();
    assert!(unlinked.contains("Florbington"), "{unlinked}");
    assert_eq!(answer["fallback"], Value::Null);
}

#[test]
fn conditions_that_nothing_meets_give_exit_code_1() {
    let ran = bundled()
        .recommend("I loved Heat", &["--filter", "year>=2100"])
        .exits(1);
    let answer = ran.json();
    assert_eq!(labels(&answer), Vec::<&str>::new());
    assert_eq!(answer["fallback"]["kind"], "nothing_matches");
    let table = bundled().recommend(
        "I loved Heat",
        &["--filter", "year>=2100", "--format", "table"],
    );
    assert_explained(&answer, &table.exits(1));
}

#[test]
fn flags_that_do_not_exist_are_refused_with_those_that_do() {
    for (flags, parts) in [
        (
            ["--filter", "lenght<=100"],
            &["\"lenght\"", "runtime", "year"][..],
        ),
        (["--filter", "year"], &["NAME<=NUMBER", "year>=1990"]),
        (["--filter", "year>=soon"], &["NAME<=NUMBER"]),
        (
            ["--set", "restrat=0.5"],
            &["restrat", "restart", "tolerance"],
        ),
        (
            ["--set", "restart=7"],
            &["restart is 7", "above 0 and at most 1"],
        ),
        (["--set", "restart=high"], &["restart", "not a number"]),
        (["--set", "restart"], &["NAME=VALUE"]),
        (["--device", "tpu"], &["\"tpu\"", "auto, cpu", "gpu"]),
        (["--top-k", "0"], &["1..=1000"]),
        (["--format", "yaml"], &["table, json"]),
    ] {
        let ran = bundled().recommend("I loved Heat", &flags);
        assert_eq!(ran.code, 2, "{flags:?}: {ran:#?}");
        for part in parts {
            assert!(
                ran.stderr.contains(part),
                "{flags:?}: no {part:?} in\n{}",
                ran.stderr
            );
        }
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn a_missing_gpu_is_replaced_and_the_answer_says_so() {
    // No machine has so many.
    let flags = ["--device", "gpu:99", "--set", "reasoner_weight=0.2"];
    let answer = bundled().answer("I loved Heat", &flags);
    let reasoner = answer["understood"]["reasoner"].as_str().expect("text");
    assert!(
        reasoner.contains("gpu:99") && reasoner.contains("cpu"),
        "{reasoner}"
    );
}

#[test]
fn a_settings_file_with_a_misspelt_key_is_refused() {
    let graph = Graph::cinema();
    let file = graph.folder().join("tastegraph.toml");
    std::fs::write(&file, "[parameters]\nrestrat = 0.5\n").expect("the folder is ours");
    graph
        .recommend("I loved Night Ferry", &[])
        .exits(2)
        .remarks(&["tastegraph.toml", "restrat", "line 2"]);
}

#[test]
fn a_broken_file_is_pointed_at_and_changes_nothing() {
    let graph = Graph::cinema();
    let before = graph
        .query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", &[])
        .stdout;
    let file = graph.file(
        "broken.ttl",
        "@prefix mv: <https://w3id.org/tastegraph/movies#> .\n\
         <https://example.org/new> a mv:Film .\n\
         <https://example.org/newer> a mv:Film mv:year 2001 .\n",
    );
    graph
        .run(&["load", &file])
        .exits(2)
        .remarks(&["broken.ttl:3:", "nothing of it was stored"]);
    assert_eq!(
        graph
            .query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", &[])
            .stdout,
        before
    );
    graph
        .query("ASK { <https://example.org/new> ?p ?o }", &[])
        .exits(1);
    graph.run(&["index"]).exits(0);
    graph.recommend("I loved Night Ferry", &[]).exits(0);
}

#[test]
fn files_that_are_no_rdf_are_refused() {
    let graph = Graph::cinema();
    let text = graph.file("notes.txt", "hello");
    graph
        .run(&["load", &text])
        .exits(2)
        .remarks(&["notes.txt", ".ttl"]);
    graph
        .run(&["load", "/nowhere/films.ttl"])
        .exits(2)
        .remarks(&["/nowhere/films.ttl"]);
    let fake = graph.file("films.ttl.gz", "this is not gzip");
    graph
        .run(&["load", &fake])
        .exits(2)
        .remarks(&["films.ttl.gz"]);
    let data = graph.file("good.nt", "<a:s> <a:p> <a:o> .\n");
    graph
        .run(&["load", "--into", "not an iri", &data])
        .exits(2)
        .remarks(&["not an iri"]);
}

#[test]
fn a_folder_that_is_missing_or_not_ours_is_refused_by_every_command() {
    let graph = Graph::none();
    let folder = graph.folder();
    let name = folder.to_str().expect("UTF-8").to_owned();
    let commands = [
        &["recommend", "--device", "cpu", "I loved Heat"][..],
        &["query", "ASK {}"],
        &["index"],
        &["chat", "--device", "cpu"],
    ];
    for command in commands {
        graph
            .run(command)
            .exits(2)
            .remarks(&["no graph at", &name, "tastegraph load"]);
    }
    assert!(!folder.exists(), "only load makes a graph");

    std::fs::create_dir(&folder).expect("the folder is ours");
    std::fs::write(folder.join("thesis.doc"), "precious").expect("the folder is ours");
    let file = graph.file("good.nt", "<a:s> <a:p> <a:o> .\n");
    for command in commands.into_iter().chain([&["load", &file][..]]) {
        graph
            .run(command)
            .exits(2)
            .remarks(&["is not a tastegraph graph", &name]);
    }
    let left: Vec<_> = std::fs::read_dir(&folder)
        .expect("it is there")
        .map(|entry| entry.expect("readable").file_name())
        .collect();
    assert_eq!(left, ["thesis.doc"]);
}
