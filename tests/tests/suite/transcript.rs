//! A conversation that was had elsewhere is given as a file, or on standard input.

use serde_json::Value;

use crate::support::{Graph, bundled, labels, tastegraph};

const PLAIN: &str = "Seeker: something like Heat\nRecommender: How about The Departed?\nSeeker: seen it, nothing too long\n";
const LINES: &str = r#"{"speaker": "seeker", "text": "something like Heat"}
{"speaker": "recommender", "text": "How about The Departed?"}
{"speaker": "seeker", "text": "seen it, nothing too long"}
"#;
const MESSAGES: &str = r#"{"model": "any", "messages": [
    {"role": "system", "content": "No horror, ever."},
    {"role": "user", "content": "something like Heat"},
    {"role": "assistant", "content": "How about The Departed?"},
    {"role": "user", "content": [{"type": "text", "text": "seen it, nothing too long"}]}
]}"#;

fn recommend(arguments: &[&str], stdin: &str) -> Value {
    let mut all = vec!["recommend", "--device", "cpu"];
    all.extend(arguments);
    tastegraph(&bundled().folder(), &all, stdin).exits(0).json()
}

fn recommended(graph: &Graph, text: &str) -> Value {
    tastegraph(&graph.folder(), &["recommend", "--device", "cpu", text], "")
        .exits(0)
        .json()
}

fn conditions(answer: &Value) -> Vec<&str> {
    let stated = answer["understood"]["constraints"]
        .as_array()
        .expect("a list");
    stated
        .iter()
        .map(|stated| stated["condition"].as_str().expect("text"))
        .collect()
}

#[test]
fn every_format_says_the_same() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("chat");
    let path = file.to_str().expect("UTF-8");
    let mut answers = Vec::new();
    for transcript in [PLAIN, LINES, MESSAGES] {
        std::fs::write(&file, transcript).expect("a file");
        let answer = recommend(&["--conversation", path], "");
        assert_eq!(conditions(&answer), ["runtime at most 130"], "{transcript}");
        let seen = answer["understood"]["preferences"]
            .as_array()
            .expect("a list");
        let seen = seen
            .iter()
            .find(|preference| preference["seen"] == true)
            .expect("one is known");
        assert_eq!(seen["label"], "The Departed (2006)");
        assert!(!labels(&answer).contains(&"The Departed (2006)"));
        assert_eq!(
            recommend(&["--conversation", "-"], transcript)["items"],
            answer["items"]
        );
        answers.push(answer["items"].clone());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_sentence_goes_on_where_the_transcript_ends() {
    let answer = recommend(&["--conversation", "-", "actually, in French"], PLAIN);
    assert_eq!(
        conditions(&answer),
        ["runtime at most 130", "language French"]
    );
}

#[test]
fn what_is_no_transcript_is_told() {
    let graph = Graph::cinema();
    for (stdin, parts) in [
        ("", ["no turn", "hint: "]),
        ("{\"role\": \"user\"}", ["message 1", "hint: "]),
        ("{oops", ["line 1", "hint: "]),
        ("A: x\nB: y\nC: z", ["A, B, C", "hint: "]),
    ] {
        tastegraph(
            &graph.folder(),
            &["recommend", "--conversation", "-"],
            stdin,
        )
        .exits(2)
        .remarks(&parts);
    }
    let missing = ["recommend", "--conversation", "nowhere.txt"];
    tastegraph(&graph.folder(), &missing, "")
        .exits(2)
        .remarks(&["nowhere.txt"]);
}

#[test]
fn aliases_of_the_keepers_are_linked() {
    let graph = Graph::cinema();
    let file = graph.folder().join("aliases.tsv");
    let iri = "https://w3id.org/tastegraph/id/film/heat-1995";
    std::fs::write(&file, format!("# ours\n{iri}\tthe diner scene one\n")).expect("a file");
    tastegraph(&graph.folder(), &["index"], "")
        .exits(2)
        .remarks(&["line 2", iri, "hint: "]);
    std::fs::write(&file, "no tab here\n").expect("a file");
    tastegraph(&graph.folder(), &["index"], "")
        .exits(2)
        .remarks(&["line 1", "hint: "]);

    std::fs::remove_file(&file).expect("it is there");
    let known = recommended(&graph, "I loved The Hollow House");
    let house = &known["understood"]["mentions"][0]["iri"];
    let house = house.as_str().expect("it is in the graph");
    std::fs::write(&file, format!("{house}\tthat creaky mansion picture\n")).expect("a file");
    // The index does not know of it yet.
    graph
        .recommend("I loved The Hollow House", &[])
        .exits(2)
        .remarks(&["aliases.tsv has changed", "tastegraph index"]);
    tastegraph(&graph.folder(), &["index"], "").exits(0);
    let answer = recommended(&graph, "i loved that creaky mansion picture");
    assert_eq!(answer["understood"]["mentions"][0]["iri"], house);
}
