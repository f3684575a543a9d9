//! Somebody pulls the plug in the middle of a load.

use std::time::{Duration, Instant, SystemTime};

use tastegraph::kg::{KnowledgeGraph, QueryAnswer, QueryOptions};

use crate::support::{Graph, LOAD_BUNDLED, bundled_store, load_bundled, spawn};

const KILLS: u32 = 5;
/// Each is all in one file, and a file enters the store as a whole or not at all.
const WHOLE: [&str; 3] = ["mv:Person", "mv:Genre", "mv:Company"];

fn count(graph: &KnowledgeGraph, class: &str) -> String {
    // The graph may lack its profile still, and with it the prefix.
    let query = format!(
        "PREFIX mv: <https://w3id.org/tastegraph/movies#>
        SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {class} }}"
    );
    let Ok(QueryAnswer::Rows(rows)) = graph.query(&query, &QueryOptions::default()) else {
        panic!("the query is valid");
    };
    KnowledgeGraph::display(rows.rows[0][0].as_ref().expect("a count is bound"))
}

/// A different moment in every run; the assertions tell which.
fn moments(whole: Duration) -> Vec<Duration> {
    let mut state = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(1, |now| u64::from(now.subsec_nanos()) | 1);
    let mut random = || {
        // xorshift64: enough to scatter five moments.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 1000) as u32
    };
    // One in each fifth, so that early and late ones occur in every run.
    (0..KILLS)
        .map(|part| whole * (part * 1000 + random()) / (KILLS * 1000))
        .collect()
}

#[test]
fn a_killed_load_leaves_a_graph_that_opens_and_can_be_loaded_again() {
    let intact = WHOLE.map(|class| count(bundled_store(), class));
    let graph = Graph::none();
    let clock = Instant::now();
    load_bundled(&Graph::none().folder()).exits(0);
    for moment in moments(clock.elapsed()) {
        let mut child = spawn(&graph.folder(), &LOAD_BUNDLED);
        std::thread::sleep(moment);
        child.kill().expect("SIGKILL, on Unix");
        child.wait().expect("it has ended");

        let opened = KnowledgeGraph::open_or_create(graph.folder())
            .unwrap_or_else(|error| panic!("killed after {moment:?}: {error}"));
        for (class, whole) in WHOLE.iter().zip(&intact) {
            let found = count(&opened, class);
            assert!(
                found == "0" || found == *whole,
                "killed after {moment:?}: {found} {class}"
            );
        }
        drop(opened);
        // Ready, or refused by name: never half an index.
        let ran = graph.recommend("I loved Heat", &[]);
        let refused =
            ran.code == 2 && ran.stderr.contains("hint:") && !ran.stderr.contains("damaged");
        assert!(
            ran.code == 0 || refused,
            "killed after {moment:?}: {ran:#?}"
        );
    }
    load_bundled(&graph.folder()).exits(0);
    graph.recommend("I loved Heat", &[]).exits(0);
    let opened = KnowledgeGraph::open(graph.folder()).expect("nobody else has it");
    assert_eq!(WHOLE.map(|class| count(&opened, class)), intact);
}

#[test]
fn a_killed_index_leaves_the_last_good_one() {
    let graph = Graph::cinema();
    let clock = Instant::now();
    graph.run(&["index"]).exits(0);
    for moment in moments(clock.elapsed()) {
        let mut child = spawn(&graph.folder(), &["index"]);
        std::thread::sleep(moment);
        child.kill().expect("SIGKILL, on Unix");
        child.wait().expect("it has ended");
        let ran = graph.recommend("I loved Night Ferry", &[]);
        assert_eq!(ran.code, 0, "killed after {moment:?}: {ran:#?}");
    }
}
