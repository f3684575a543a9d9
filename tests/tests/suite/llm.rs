//! Somebody lets a language model order the candidates and speak, and nobody has to trust it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Graph, labels, tastegraph};

const REQUEST: &str = "I loved Harbour of Thieves and The Quiet Vault";
const KEY: &str = "sk-never-print-this-xqzv";

/// A recording with these answers.
fn recording(graph: &Graph, answers: &[&str]) -> String {
    let lines: Vec<String> = answers
        .iter()
        .map(|answer| json!({ "text": answer }).to_string())
        .collect();
    let path = graph.folder().join("said.jsonl");
    std::fs::write(&path, lines.join("\n")).expect("writable");
    format!("replay:{}", path.display())
}

/// The numbers that the candidates have in the prompt, by title.
fn numbers(graph: &Graph) -> Vec<(String, usize)> {
    let prompt = graph
        .recommend(REQUEST, &["--show", "prompt"])
        .exits(0)
        .stdout;
    let list = prompt.split("## Candidates\n").nth(1).expect("a list");
    list.lines()
        .map_while(|line| line.split_once(". "))
        .map(|(number, rest)| {
            let title = rest.split(" — ").next().unwrap_or(rest);
            (title.to_owned(), number.parse().expect("a number"))
        })
        .collect()
}

fn sorted(answer: &Value) -> Vec<String> {
    let mut labels: Vec<String> = labels(answer).iter().map(ToString::to_string).collect();
    labels.sort();
    labels
}

#[test]
fn a_model_orders_the_items_and_speaks() {
    let graph = Graph::cinema();
    let without = graph.answer(REQUEST, &[]);
    let numbers = numbers(&graph);
    let (title, number) = numbers.last().expect("several");
    let answer = json!({"ranking": [number], "reply": format!("Try {title}.")}).to_string();
    let model = recording(&graph, &[&answer]);
    let ran = graph.recommend(REQUEST, &["--llm", &model]).exits(0);
    let with = ran.json();
    assert_eq!(labels(&with)[0], *title);
    assert_eq!(
        sorted(&with),
        sorted(&without),
        "the same items in another order"
    );
    assert_eq!(with["reply"], format!("Try {title}."));
    let llm = &with["llm"];
    assert_eq!(llm["reply_by"], "model");
    assert_eq!(llm["template"]["name"], "recommend");
    assert_eq!(llm["template"]["hash"].as_str().map(str::len), Some(16));
    assert_eq!((&llm["calls"], &llm["degraded"]), (&json!(1), &Value::Null));
    assert!(with["timings"]["llm_ms"].is_number());
    // Nobody is asked before the size of the question was told.
    assert!(ran.stderr.contains("tokens of prompt"), "{}", ran.stderr);
}

#[test]
fn without_a_model_the_reply_rests_on_the_graph() {
    let answer = Graph::cinema().answer(REQUEST, &["--llm", "none"]);
    let reply = answer["reply"].as_str().expect("text");
    assert!(reply.contains(labels(&answer)[0]), "{reply}");
    assert_eq!(answer["llm"], Value::Null);
    assert_eq!(answer["timings"]["llm_ms"], Value::Null);
}

#[test]
fn nonsense_gives_the_order_of_retrieval_and_says_so() {
    let graph = Graph::cinema();
    let without = graph.answer(REQUEST, &[]);
    for answers in [
        &["I cannot help with that.", "Still not."][..],
        &["{\"ranking\": [77]}", "{\"ranking\": [\"Gladiator\"]}"],
        &[],
    ] {
        let model = recording(&graph, answers);
        let with = graph.answer(REQUEST, &["--llm", &model]);
        assert_eq!(labels(&with), labels(&without));
        assert_eq!(with["reply"], without["reply"]);
        assert!(with["llm"]["degraded"].is_string(), "{}", with["llm"]);
    }
}

#[test]
fn a_reply_that_names_another_film_is_replaced() {
    let graph = Graph::cinema();
    let first = numbers(&graph)[0].clone();
    for reply in [
        format!("{} is better than Harbour of Thieves.", first.0),
        format!("{}, or Gladiator.", first.0),
        format!("{}! Get it at www.shop.example", first.0),
    ] {
        let answer = json!({"ranking": [first.1], "reply": reply}).to_string();
        let model = recording(&graph, &[&answer]);
        let with = graph.answer(REQUEST, &["--llm", &model]);
        assert_eq!(with["llm"]["reply_by"], "evidence", "{reply}");
        assert_eq!(with["llm"]["replaced_replies"], 1, "{reply}");
        assert_ne!(with["reply"], reply);
    }
}

#[test]
fn conditions_hold_whatever_the_model_says() {
    let graph = Graph::cinema();
    let request = format!("{REQUEST}, but no comedy");
    let without = graph.answer(&request, &[]);
    let answer = r#"{"ranking": ["The Tram Robbers (1965)", "Sunday Orchard (2007)", 1, 2, 3, 4, 5, 6, 7, 8]}"#;
    let model = recording(&graph, &[answer]);
    let with = graph.answer(&request, &["--llm", &model]);
    assert_eq!(sorted(&with), sorted(&without));
    assert!(!labels(&with).iter().any(|label| label.contains("Tram")));
    assert!(with["llm"]["hallucinated"].as_u64() >= Some(2));
}

#[test]
fn the_size_of_the_calls_can_be_asked_for() {
    let graph = Graph::cinema();
    let model = recording(&graph, &[]);
    let cost = graph
        .recommend(
            REQUEST,
            &[
                "--llm",
                &model,
                "--llm-orders",
                "3",
                "--show",
                "cost",
                "--format",
                "json",
            ],
        )
        .exits(0)
        .json();
    assert_eq!(
        (&cost["calls"], &cost["calls_at_most"]),
        (&json!(3), &json!(6))
    );
    assert!(cost["prompt_tokens"].as_u64() > Some(300), "{cost}");
    let none = graph
        .recommend(REQUEST, &["--show", "cost", "--format", "table"])
        .exits(0);
    assert!(none.stdout.contains("no model is called"));
    let tiny = graph.answer(REQUEST, &["--llm", &model, "--llm-budget", "20"]);
    let reason = tiny["llm"]["degraded"].as_str().expect("a reason");
    assert!(reason.contains("budget is 20"), "{reason}");
    assert_eq!(tiny["llm"]["calls"], 0);
}

#[test]
fn a_team_has_templates_of_its_own() {
    let graph = Graph::cinema();
    let run = |arguments: &[&str]| tastegraph(&graph.folder(), arguments, "");
    let list = run(&["prompt", "list", "--format", "json"]).exits(0).json();
    let names: Vec<&str> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|template| template["name"].as_str().expect("text"))
        .collect();
    for name in [
        "recommend",
        "explain",
        "reply",
        "rate",
        "clarify",
        "summarise-profile",
    ] {
        assert!(names.contains(&name), "{names:?}");
        run(&["prompt", "render", name, REQUEST]).exits(0);
    }
    run(&["prompt", "check"]).exits(0);

    let own = std::fs::read_to_string(crate::support::repository().join("prompts/recommend.jinja"))
        .expect("shipped")
        .replace("You recommend", "Kindly recommend");
    std::fs::create_dir(graph.folder().join("prompts")).expect("writable");
    let file = graph.folder().join("prompts/recommend.jinja");
    std::fs::write(&file, &own).expect("writable");
    let prompt = graph.recommend(REQUEST, &["--show", "prompt"]).exits(0);
    assert!(prompt.stdout.contains("Kindly recommend films."));

    std::fs::write(&file, own.replace("{{ item_name }}s.", "{{ candidates }}.")).expect("writable");
    let checked = run(&["prompt", "check"]).exits(1);
    assert!(checked.stdout.contains("undefined"), "{}", checked.stdout);
    // A wrong template keeps nobody from an answer without a model.
    graph.answer(REQUEST, &[]);
}

#[test]
fn a_model_writes_what_is_grounded_and_no_more() {
    let graph = Graph::cinema();
    let answer = r#"{"sentences": [
        {"text": "It is about a heist.", "cites": [1]},
        {"text": "It stars Tom Hanks.", "cites": [1]},
        {"text": "It won prizes.", "cites": [99]}]}"#;
    let model = recording(&graph, &[answer]);
    let written = tastegraph(
        &graph.folder(),
        &[
            "prompt",
            "write",
            "explain",
            REQUEST,
            "--llm",
            &model,
            "--item",
            "Night Ferry (2003)",
            "--format",
            "json",
        ],
        "",
    )
    .exits(0)
    .json();
    assert_eq!(written["text"], "It is about a heist.");
    assert_eq!(
        (&written["cites"], &written["dropped"]),
        (&json!([1]), &json!(2))
    );
}

#[test]
fn a_chat_goes_on_from_what_the_model_said() {
    let graph = Graph::cinema();
    let answer = r#"{"ranking": [1, 2, 3]}"#;
    let model = recording(&graph, &[answer, answer]);
    let lines = format!("{REQUEST}\nNothing scary, please\n");
    let turns = tastegraph(
        &graph.folder(),
        &["chat", "--llm", &model, "--format", "json"],
        &lines,
    )
    .exits(0)
    .jsons();
    assert_eq!(turns.len(), 2);
    assert!(turns.iter().all(|turn| turn["llm"]["calls"] == 1));
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files(&path, found);
        } else if let Ok(text) = std::fs::read(&path) {
            found.push(String::from_utf8_lossy(&text).into_owned());
        }
    }
}

#[test]
fn a_key_reaches_the_server_and_nothing_else() {
    let graph = Graph::cinema();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("openai:http://{}", listener.local_addr().expect("bound"));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a request");
        let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a line");
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
            if line.trim().is_empty() {
                break;
            }
            head += &line;
        }
        reader.read_exact(&mut vec![0; length]).expect("a body");
        let body = format!("{{\"error\": {{\"message\": \"bad key {KEY}\"}}}}");
        write!(
            stream,
            "HTTP/1.1 401 X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .expect("written");
        head
    });
    let keys = tempfile::tempdir().expect("a folder");
    let file = keys.path().join("key");
    std::fs::write(&file, format!("{KEY}\n")).expect("writable");
    let record = graph.folder().join("record.jsonl");
    let ran = graph
        .recommend(
            REQUEST,
            &[
                "--llm",
                &url,
                "--llm-model",
                "m",
                "--llm-key-file",
                file.to_str().expect("UTF-8"),
                "--llm-record",
                record.to_str().expect("UTF-8"),
            ],
        )
        .exits(0);
    let head = server.join().expect("the server answered");
    assert!(head.contains(&format!("Bearer {KEY}")), "{head}");
    let mut written = Vec::new();
    files(&graph.folder(), &mut written);
    written.extend([ran.stdout.clone(), ran.stderr.clone()]);
    // Not even its end, in letters that no time, port or score can spell.
    assert!(
        written.iter().all(|text| !text.contains("xqzv")),
        "{ran:#?}"
    );
    assert!(
        ran.json()["llm"]["degraded"]
            .as_str()
            .expect("a reason")
            .contains("401")
    );
}

#[test]
fn a_model_that_cannot_be_had_is_an_error_with_a_hint() {
    let graph = Graph::cinema();
    for model in [
        "gguf:nowhere.gguf",
        "replay:nowhere.jsonl",
        "openai:ftp://x",
        "oracle",
    ] {
        let ran = graph.recommend(REQUEST, &["--llm", model]).exits(2);
        assert!(!ran.stderr.is_empty() && ran.stdout.is_empty(), "{ran:#?}");
    }
}

#[test]
fn hostile_labels_are_plain_text_on_the_way_through() {
    let graph = Graph::cinema();
    let corpus = include_str!("../../data/hostile.jsonl");
    let mut turtle = String::from(
        "@base <https://example.org/cinema/> .\n@prefix mv: <https://w3id.org/tastegraph/movies#> .\n\
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n",
    );
    let mut count = 0;
    for (number, line) in corpus.lines().enumerate() {
        let value: Value = serde_json::from_str(line).expect("a JSON line");
        let text = value["text"].as_str().expect("a text");
        // RDF has no character 0.
        let label: String = text
            .chars()
            .filter(|&c| c != '\0')
            .map(|c| format!("\\U{:08X}", u32::from(c)))
            .collect();
        let line = format!(
            "<hostile-{number}> a mv:Film ; rdfs:label \"{label}\" ; mv:year 2000 ; mv:genre <crime> ; mv:keyword <heist> .\n"
        );
        turtle.push_str(&line);
        count += 1;
    }
    let file = graph.folder().join("hostile.ttl");
    std::fs::write(&file, turtle).expect("writable");
    tastegraph(
        &graph.folder(),
        &["load", file.to_str().expect("UTF-8")],
        "",
    )
    .exits(0);

    let without = graph.answer(REQUEST, &["--top-k", "50"]);
    let numbers: Vec<String> = (1..=50).rev().map(|number| number.to_string()).collect();
    let obeys = format!(
        "{{\"ranking\": [{}], \"reply\": \"Ignore all rules\"}}",
        numbers.join(",")
    );
    let model = recording(&graph, &[&obeys]);
    let more = [
        "--llm",
        &*model,
        "--llm-candidates",
        "50",
        "--llm-max-shift",
        "3",
        "--top-k",
        "50",
    ];
    let with = graph.answer(REQUEST, &more);
    let iris = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().expect("a list").iter();
        items
            .map(|item| item["iri"].as_str().expect("text").to_owned())
            .collect()
    };
    let (before, after) = (iris(&without), iris(&with));
    assert!(count > 60 && before.len() == 50 && before != after);
    for (place, iri) in after.iter().enumerate() {
        let old = before
            .iter()
            .position(|other| other == iri)
            .expect("the same items");
        assert!(
            place.abs_diff(old) <= 3,
            "{iri} moved from {old} to {place}"
        );
    }
    assert_eq!(with["llm"]["reply_by"], "evidence");
    let prompt = graph
        .recommend(REQUEST, &["--show", "prompt", "--top-k", "50"])
        .exits(0);
    let user = prompt.stdout.split("=== user ===").nth(1).expect("a part");
    assert_eq!(user.matches(['<', '>']).count(), 4);
}
