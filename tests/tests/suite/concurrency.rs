//! Many threads and many processes answer from one graph at once.

use serde_json::Value;
use tastegraph::kg::KnowledgeGraph;
use tastegraph::{DeviceChoice, Engine, Settings};

use crate::support::{Graph, HEADLINE, bundled, bundled_store, redacted};

const THREADS: usize = 8;
const REQUESTS: [&str; 4] = [
    HEADLINE,
    "a French comedy from the 60s",
    "something scary with a haunted house, nothing too old",
    "zxqv blorf Florbington",
];

fn answer(engine: &Engine, request: &str) -> Value {
    let answer = engine.recommend(request).run().expect("a valid request");
    redacted(serde_json::to_value(answer).expect("answers are JSON"))
}

#[test]
fn threads_that_share_an_engine_get_the_answers_that_one_alone_gets() {
    let mut settings = Settings::default();
    settings.reasoner.device = DeviceChoice::Cpu;
    let engine = Engine::open_with(bundled().folder(), settings).expect("it has been indexed");
    let alone: Vec<Value> = REQUESTS
        .iter()
        .map(|request| answer(&engine, request))
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (engine, alone) = (&engine, &alone);
            scope.spawn(move || {
                // Each thread starts elsewhere, so that different requests meet.
                for turn in 0..REQUESTS.len() {
                    let number = (thread + turn) % REQUESTS.len();
                    assert_eq!(answer(engine, REQUESTS[number]), alone[number]);
                }
            });
        }
    });
}

#[test]
fn the_library_answers_what_the_command_answers() {
    let mut settings = Settings::default();
    settings.reasoner.device = DeviceChoice::Cpu;
    let engine = Engine::open_with(bundled().folder(), settings).expect("it has been indexed");
    for request in REQUESTS {
        let ran = bundled().recommend(request, &[]).exits(0);
        let printed = serde_json::to_string_pretty(&answer(&engine, request)).expect("JSON");
        let commanded = serde_json::to_string_pretty(&redacted(ran.json())).expect("JSON");
        assert_eq!(shortened(&printed), shortened(&commanded), "{request}");
    }
}

/// Single-precision numbers gain digits on the way through a JSON value; only those before count.
fn shortened(json: &str) -> String {
    let mut value: Value = serde_json::from_str(json).expect("JSON");
    crate::support::each_number(&mut value, &mut |number| {
        if let Some(long) = number.as_f64() {
            *number = Value::from(f64::from(long as f32));
        }
    });
    value.to_string()
}

#[test]
fn answering_needs_no_store() {
    assert!(!bundled_store().is_empty().expect("it is open"));
    bundled().recommend(HEADLINE, &[]).exits(0);

    let graph = Graph::cinema();
    let held = KnowledgeGraph::open(graph.folder()).expect("nobody else has it");
    graph.recommend("I loved Night Ferry", &[]).exits(0);
    for command in [&["query", "ASK {}"][..], &["index"]] {
        graph
            .run(command)
            .exits(2)
            .remarks(&["in use by another process", "hint:"]);
    }
    drop(held);
    graph.query("ASK {}", &[]).exits(0);
}

#[test]
fn processes_answer_side_by_side() {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    bundled()
                        .recommend(HEADLINE, &["--format", "json"])
                        .exits(0)
                        .json()
                })
            })
            .collect();
        let answers: Vec<Value> = running
            .into_iter()
            .map(|thread| redacted(thread.join().expect("no assertion failed")))
            .collect();
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    });
}
