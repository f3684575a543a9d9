//! The reasoner is trained on the graph's own facts, used, and refused where it does not fit.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Graph, Ran, spawn};

const REQUEST: &str = "I loved Night Ferry";

/// A network as small as the graph.
fn arguments<'a>(steps: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let small = [
        "pretrain",
        "--steps",
        steps,
        "--dimension",
        "16",
        "--layers",
        "2",
        "--validate-every",
        "20",
        "--device",
        "cpu",
    ];
    small.into_iter().chain(more.iter().copied()).collect()
}

fn pretrain(graph: &Graph, steps: &str, more: &[&str]) -> Ran {
    graph.run(&arguments(steps, more))
}

/// Makes the trained reasoner the one in use, with a share in the walk.
fn choose_trained(graph: &Graph) {
    graph.file(
        "graph/tastegraph.toml",
        "[parameters]\nreasoner_weight = 0.2\n\n[reasoner]\nkind = \"nbfnet\"\n",
    );
}

fn weights(graph: &Graph) -> Vec<PathBuf> {
    let files = std::fs::read_dir(graph.folder().join("index")).expect("there is an index");
    let files = files.map(|entry| entry.expect("readable").path());
    files
        .filter(|path| {
            path.file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with("reasoner-"))
        })
        .collect()
}

fn understood(ran: &Ran) -> Value {
    ran.json()["understood"].clone()
}

#[test]
fn a_trained_reasoner_implies_things_and_says_by_which_statements() {
    let graph = Graph::cinema();
    let report = pretrain(&graph, "60", &["--format", "json"])
        .exits(0)
        .json();
    for method in ["nbfnet", "distmult", "popularity"] {
        let mrr = report["report"][method]["mrr"].as_f64().expect("a number");
        assert!(mrr > 0.0 && mrr <= 1.0, "{method}: {mrr}");
    }
    choose_trained(&graph);
    let answer = graph.recommend(REQUEST, &["--format", "json"]).exits(0);
    let understood = understood(&answer);
    let reasoner = understood["reasoner"].as_str().expect("a name");
    assert!(reasoner.starts_with("nbfnet on cpu"), "{reasoner}");
    let implied = understood["implied"].as_array().expect("a list");
    assert!(!implied.is_empty());
    for thing in implied {
        let path = thing["path"].as_array().expect("a list");
        let last = path.last().expect("what is implied has a path");
        let ends = [&last["subject"]["iri"], &last["object"]["iri"]];
        assert!(ends.contains(&&thing["iri"]), "{thing:#}");
    }
}

#[test]
fn without_weights_the_trained_reasoner_is_refused_with_the_way_out() {
    let graph = Graph::cinema();
    choose_trained(&graph);
    let ran = graph.recommend(REQUEST, &[]).exits(2);
    ran.remarks(&["nbfnet", "no weights", "hint:", "tastegraph pretrain"]);
}

#[test]
fn weights_outlive_the_index_and_tell_when_facts_have_changed() {
    let graph = Graph::cinema();
    pretrain(&graph, "20", &["--no-report"]).exits(0);
    choose_trained(&graph);
    let before = weights(&graph);
    assert_eq!(before.len(), 1);
    graph.run(&["index"]).exits(0);
    assert_eq!(weights(&graph), before);
    let reasoner = |graph: &Graph| {
        let answer = graph.recommend(REQUEST, &["--format", "json"]).exits(0);
        understood(&answer)["reasoner"].to_string()
    };
    assert!(!reasoner(&graph).contains("another state"));
    let change = "DELETE { GRAPH ?g { ?film mv:genre ?genre } } \
        WHERE { { SELECT ?g ?film ?genre { GRAPH ?g { ?film mv:genre ?genre } } ORDER BY ?film ?genre LIMIT 1 } }";
    graph.run(&["update", change]).exits(0);
    assert_eq!(weights(&graph), before);
    assert!(reasoner(&graph).contains("trained on another state of the facts"));
}

#[test]
fn damaged_weights_are_named_and_a_renewed_index_is_without_them() {
    let graph = Graph::cinema();
    pretrain(&graph, "20", &["--no-report"]).exits(0);
    choose_trained(&graph);
    let file = weights(&graph).remove(0);
    let mut bytes = std::fs::read(&file).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("the folder is ours");
    let ran = graph.recommend(REQUEST, &[]).exits(2);
    ran.remarks(&["reasoner-", "damaged", "hint:", "tastegraph index"]);
    graph.run(&["index"]).exits(0);
    assert!(weights(&graph).is_empty());
    graph
        .recommend(REQUEST, &[])
        .exits(2)
        .remarks(&["tastegraph pretrain"]);
}

#[test]
fn a_killed_training_goes_on_and_ends_with_the_same_weights() {
    // Large enough that the steps take their time.
    let large = |steps: &'static str| {
        [
            "pretrain",
            "--steps",
            steps,
            "--dimension",
            "128",
            "--layers",
            "4",
            "--validate-every",
            "10",
            "--device",
            "cpu",
            "--no-report",
        ]
    };
    let graph = Graph::cinema();
    let checkpoint = graph.folder().join("pretrain.checkpoint");
    let mut child = spawn(&graph.folder(), &large("100"));
    let clock = Instant::now();
    while !checkpoint.exists() && clock.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("SIGKILL, on Unix");
    child.wait().expect("it has ended");
    assert!(
        checkpoint.exists() && weights(&graph).is_empty(),
        "it was over before it was killed"
    );

    let refused = graph.run(&large("99")).exits(2);
    refused.remarks(&["other settings", "hint:", "--restart"]);
    graph
        .run(&large("100"))
        .exits(0)
        .remarks(&["went on from step"]);
    assert!(!checkpoint.exists());
    let name = |graph: &Graph| weights(graph)[0].file_name().expect("a file").to_owned();
    let whole = Graph::cinema();
    whole.run(&large("100")).exits(0);
    // Named by their content.
    assert_eq!(name(&graph), name(&whole));
}

#[test]
fn a_gpu_that_is_not_there_is_replaced_with_one_clear_line() {
    let graph = Graph::cinema();
    let ran = graph.run(&[
        "pretrain",
        "--steps",
        "3",
        "--dimension",
        "16",
        "--layers",
        "1",
        "--no-report",
        "--device",
        "gpu:77",
    ]);
    ran.exits(0).remarks(&["gpu:77 is not usable", "cpu"]);
    graph.run(&["devices"]).exits(0);
    let ran = graph.run(&["pretrain", "--device", "tpu"]).exits(2);
    ran.remarks(&["unknown device"]);
}
