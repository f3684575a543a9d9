//! A researcher measures an engine on conversations, compares runs, tunes, and asks where a score comes
//! from.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::Graph;

/// Conversations about the films of the fixture, as JSON lines.
struct Talks(TempDir);

impl Talks {
    fn new(lines: &[Value]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(folder.path().join("talks.jsonl"), text).expect("the folder is ours");
        Self(folder)
    }

    fn path(&self) -> String {
        let path = self.0.path().join("talks.jsonl");
        path.to_str().expect("UTF-8").to_owned()
    }

    fn out(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn film(name: &str) -> String {
    format!("https://example.org/cinema/{name}")
}

fn turn(speaker: &str, text: &str, films: &[&str]) -> Value {
    let items: Vec<String> = films.iter().map(|name| film(name)).collect();
    json!({"speaker": speaker, "text": text, "entities": [], "items_mentioned": items})
}

fn talk(id: &str, target: &str) -> Value {
    json!({"id": id, "split": "valid", "turns": [
        turn("seeker", "something like Harbour of Thieves", &["harbour-of-thieves"]),
        turn("recommender", "how about this", &[target]),
        turn("seeker", "and something scary?", &[]),
        turn("recommender", "then that", &["cellar-song", "harbour-of-thieves"]),
    ]})
}

fn talks() -> Talks {
    Talks::new(&[
        talk("a", "night-ferry"),
        talk("b", "the-tram-robbers"),
        talk("c", "sunday-orchard"),
    ])
}

fn ranks(talks: &Talks, out: &str) -> Vec<Value> {
    let text =
        std::fs::read_to_string(talks.out(out).join("tastegraph.jsonl")).expect("was written");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn an_engine_is_measured_beside_baselines() {
    let (graph, talks) = (Graph::cinema(), talks());
    let arguments = [
        "eval",
        "--dialogues",
        &talks.path(),
        "--split",
        "valid",
        "--format",
        "json",
    ];
    let report = graph.run(&arguments).exits(0).json();
    for method in [
        "tastegraph",
        "copy",
        "popularity",
        "cooccurrence",
        "ease",
        "bm25-knn",
    ] {
        for (group, instances) in [("all", 9), ("new", 6)] {
            let found = &report[method][group];
            assert_eq!(found["instances"], instances, "{method} {group}");
            assert_eq!(
                found["hr@10"], 1.0,
                "there are but eight films: {method} {group}"
            );
            assert!(
                found["mrr@10"].as_f64().is_some_and(|mrr| mrr > 0.0),
                "{method} {group}"
            );
        }
    }
}

#[test]
fn the_same_command_twice_gives_the_same_bytes() {
    let (graph, talks) = (Graph::cinema(), talks());
    for out in ["x", "y"] {
        let folder = talks.out(out);
        let folder = folder.to_str().expect("UTF-8");
        graph
            .run(&[
                "eval",
                "--dialogues",
                &talks.path(),
                "--split",
                "valid",
                "--out",
                folder,
            ])
            .exits(0);
    }
    for name in [
        "report.md",
        "report.json",
        "recall.svg",
        "tastegraph.jsonl",
        "tastegraph.new.run",
        "new.qrels",
    ] {
        let read = |out: &str| std::fs::read(talks.out(out).join(name)).expect("was written");
        assert_eq!(read("x"), read("y"), "{name}");
    }
    let run = |name: &str| {
        talks
            .out("x")
            .join(format!("{name}.jsonl"))
            .to_str()
            .expect("UTF-8")
            .to_owned()
    };
    let compared = graph
        .run(&[
            "eval",
            "compare",
            &run("popularity"),
            &run("tastegraph"),
            "--format",
            "json",
        ])
        .exits(0);
    let differences: Vec<Value> = serde_json::from_str(&compared.stdout).expect("JSON");
    assert!(
        differences
            .iter()
            .any(|d| d["group"] == "new" && d["metric"] == "mrr@10")
    );
}

#[test]
fn answers_planted_in_the_turn_later_and_in_labels_do_not_move_the_engine() {
    let graph = Graph::cinema();
    let honest = talks();
    let mut planted = talk("a", "night-ferry");
    // What the evaluated turn says, what comes later, and what is known afterwards.
    planted["turns"][1]["text"] = json!("Night Ferry, Night Ferry, it has the same fog");
    planted["turns"][1]["entities"] = json!([film("heist"), film("horror")]);
    planted["turns"][2]["items_mentioned"] = json!([film("night-ferry")]);
    planted["labels"] = json!({film("night-ferry"): {"suggested": 1, "seen": 0, "liked": 1}});
    let planted = Talks::new(&[
        planted,
        talk("b", "the-tram-robbers"),
        talk("c", "sunday-orchard"),
    ]);
    let first = |talks: &Talks| {
        let out = talks.out("out");
        let folder = out.to_str().expect("UTF-8");
        graph
            .run(&[
                "eval",
                "--dialogues",
                &talks.path(),
                "--method",
                "tastegraph",
                "--out",
                folder,
            ])
            .exits(0);
        let lines = ranks(talks, "out");
        (
            lines[0]["rank"].clone(),
            lines[0]["rank_new"].clone(),
            lines[0]["target"].clone(),
        )
    };
    let (honest, planted) = (first(&honest), first(&planted));
    assert_eq!(honest, planted);
    assert_eq!(honest.2, film("night-ferry"));
}

#[test]
fn what_the_graph_remembers_is_not_evaluated() {
    let talks = Talks::new(&[talk("talk-1", "night-ferry"), talk("b", "the-tram-robbers")]);
    Graph::cinema()
        .run(&["eval", "--dialogues", &talks.path()])
        .exits(2)
        .remarks(&[
            "1 of the evaluated conversations are in the memory too, talk-1",
            "hint:",
        ]);
}

#[test]
fn a_split_that_is_not_there_is_told() {
    Graph::cinema()
        .run(&["eval", "--dialogues", &talks().path(), "--split", "test"])
        .exits(2)
        .remarks(&[
            "no conversation is of the split \"test\"",
            "the splits are valid",
        ]);
}

#[test]
fn tuning_logs_every_step_and_writes_where_the_values_come_from() {
    let (graph, talks) = (Graph::cinema(), talks());
    let file = talks.out("tuned.toml");
    let file = file.to_str().expect("UTF-8");
    let log = graph
        .run(&[
            "tune",
            "--dialogues",
            &talks.path(),
            "--parameter",
            "content_weight=0:12",
            "--search",
            "random",
            "--budget",
            "3",
            "--objective",
            "new:mrr@10",
            "--write",
            file,
        ])
        .exits(0)
        .jsons();
    assert_eq!(log.len(), 4);
    assert!(log.iter().all(|trial| trial["held_back"].is_number()));
    let written = std::fs::read_to_string(file).expect("was written");
    assert!(
        written.starts_with("# Tuned by `tastegraph tune` on "),
        "{written}"
    );
    assert!(written.contains("content_weight"), "{written}");
}

#[test]
fn an_explanation_adds_up() {
    let graph = Graph::cinema();
    let arguments = [
        "explain",
        "I loved Harbour of Thieves",
        "The Tram Robbers (1965)",
        "--format",
        "json",
    ];
    let explanation = graph.run(&arguments).exits(0).json();
    let parts = explanation["details"].as_array().expect("parts");
    let sum: f64 = parts.iter().filter_map(|part| part["value"].as_f64()).sum();
    let total = explanation["value"].as_f64().expect("a number");
    assert!((sum - total).abs() < 1e-3, "{explanation:#}");
    let text = graph.run(&arguments[..3]).exits(0).stdout;
    assert!(text.contains("seed Harbour of Thieves"), "{text}");
}

#[test]
fn ratings_are_evaluated_without_a_graph() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("ratings.csv");
    let rated = (0..6).flat_map(|user| {
        let items = [user % 2, user % 2 + 2, user % 2 + 4];
        let rows = items.into_iter().enumerate();
        rows.map(move |(time, item)| format!("{user},{item},4.5,{time}\n"))
    });
    let table: String = std::iter::once("userId,movieId,rating,timestamp\n".to_owned())
        .chain(rated)
        .collect();
    std::fs::write(&path, table).expect("the folder is ours");
    let path = path.to_str().expect("UTF-8");
    let report = Graph::none()
        .run(&["eval", "--ratings", path, "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(report["tastegraph"]["all"]["hr@10"], 1.0);
    assert!(report["ease"]["all"]["ndcg@10"].is_number());
}

#[test]
fn a_model_is_measured_beside_retrieval() {
    let (graph, talks) = (Graph::cinema(), talks());
    // Four different contexts: ordered with a stranger, useless twice, ordered, and nothing left.
    let said = talks.out("said.jsonl");
    let answers = [
        r#"{"ranking": [2, 1, 99]}"#,
        "I like films.",
        "Still do.",
        r#"{"ranking": [1]}"#,
    ];
    let lines: Vec<String> = answers
        .iter()
        .map(|answer| json!({ "text": answer }).to_string())
        .collect();
    std::fs::write(&said, lines.join("\n")).expect("the folder is ours");
    let model = format!("replay:{}", said.display());
    let dialogues = talks.path();
    let run = |more: &[&str]| {
        let mut arguments = vec!["eval", "--dialogues", &dialogues, "--method", "tastegraph"];
        arguments.extend(["--format", "json", "--llm", &model]);
        arguments.extend(more);
        graph.run(&arguments).exits(0)
    };
    let ran = run(&[]).remarks(&[
        "| questions | 4 |",
        "| ungrounded final orders | 0 |",
        "| choices that are no candidates | 25.0 % |",
        "| questions with a repair | 25.0 % |",
        "| questions that fell back to retrieval | 50.0 % |",
    ]);
    let report = ran.json();
    let (with, without) = (&report["tastegraph+model"], &report["tastegraph"]);
    assert_eq!(with["new"]["instances"], without["new"]["instances"]);
    // The model permutes what retrieval found, and there are but eight films.
    assert_eq!(with["new"]["hr@10"], 1.0);

    let ran = run(&["--questions", "2"]);
    let sampled = ran.json();
    assert!(
        sampled["tastegraph"]["all"]["instances"].as_u64() < Some(9),
        "{sampled}"
    );

    // A model that gives no likelihoods leaves the order as it is, for every weight.
    let weights = [
        "--llm-method",
        "likelihood",
        "--llm-weight",
        "0.2",
        "--llm-weight",
        "1",
    ];
    let report = run(&weights).json();
    for method in ["tastegraph+likelihood-0.2", "tastegraph+likelihood-1"] {
        assert_eq!(
            report[method]["all"], report["tastegraph"]["all"],
            "{method}"
        );
    }
}
