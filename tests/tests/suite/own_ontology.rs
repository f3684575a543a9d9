//! A data team brings a domain that nobody here has thought of: teas, described by a profile.

use serde_json::Value;

use crate::support::{Graph, fixture, labels, tastegraph};

fn conditions(answer: &Value) -> Vec<&Value> {
    let constraints = answer["understood"]["constraints"].as_array();
    constraints
        .expect("a list")
        .iter()
        .map(|stated| &stated["condition"])
        .collect()
}

fn mentions(answer: &Value) -> Vec<(&str, &str, &str)> {
    answer["understood"]["mentions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|mention| {
            let text = |name: &str| mention[name].as_str().expect("text");
            (text("label"), text("class"), text("stance"))
        })
        .collect()
}

#[test]
fn loading_says_what_was_indexed() {
    let graph = Graph::none();
    let ran = graph
        .run(&[
            "load",
            "--ontology",
            &fixture("tea/ontology"),
            &fixture("tea/teas.ttl"),
        ])
        .exits(0);
    ran.remarks(&["teas.ttl", "indexed 6 items, 0 conversations, 0 users"]);
}

#[test]
fn taste_is_understood_and_answered() {
    let answer = Graph::tea()
        .recommend("I love Jade Whisper", &[])
        .exits(0)
        .json();
    assert_eq!(mentions(&answer), [("Jade Whisper", "tea", "liked")]);
    assert_eq!(answer["fallback"], Value::Null);
    let labels = labels(&answer);
    assert!(!labels.contains(&"Jade Whisper"), "{labels:?}");
    // It shares two notes with the first; note and grower with the next two; one of them, or nothing, with
    // the others.
    assert!(
        ["Meadow Gate", "Petal Rain", "Orchid Thunder"].contains(&labels[0]),
        "{labels:?}"
    );
    let because = answer["items"][0]["evidence"]["summary"]
        .as_str()
        .expect("text");
    assert!(because.contains("floral"), "{because}");
}

#[test]
fn the_words_of_the_profile_are_understood() {
    let graph = Graph::tea();
    let answer = graph
        .recommend(
            "I'm in the mood for something floral, nothing too strong and quick to brew",
            &[],
        )
        .exits(0)
        .json();
    assert_eq!(mentions(&answer), [("floral", "note", "asked_for")]);
    assert_eq!(
        conditions(&answer),
        ["caffeine at most 30", "steeping at most 3"]
    );
    let mut found = labels(&answer);
    found.sort_unstable();
    assert_eq!(found, ["Jade Whisper", "Petal Rain"]);

    let short = graph
        .recommend("something floral under 4 minutes", &[])
        .exits(0)
        .json();
    assert!(
        !labels(&short).contains(&"Anvil Black"),
        "{:?}",
        labels(&short)
    );
    assert_eq!(conditions(&short).len(), 1);

    // Regions are strict in this profile: asking for one is a condition.
    let coast = graph
        .recommend("anything floral from the Copper Coast", &[])
        .exits(0)
        .json();
    assert_eq!(labels(&coast)[0], "Meadow Gate");
    assert!(
        !labels(&coast).contains(&"Petal Rain"),
        "{:?}",
        labels(&coast)
    );
}

#[test]
fn filters_and_prefixes_are_those_of_the_profile() {
    let graph = Graph::tea();
    let answer = graph
        .recommend("I love Jade Whisper", &["--filter", "caffeine>=60"])
        .exits(0)
        .json();
    let mut found = labels(&answer);
    found.sort_unstable();
    assert_eq!(found, ["Anvil Black", "Ember Kettle", "Orchid Thunder"]);
    graph
        .recommend("I love Jade Whisper", &["--filter", "year>=1990"])
        .exits(2)
        .remarks(&["\"year\"", "caffeine, steeping"]);
    graph.query("ASK { ?tea t:caffeine 70 }", &[]).exits(0);
    graph.query("ASK { ?film mv:year 1995 }", &[]).exits(2);
}

#[test]
fn nothing_says_film() {
    let graph = Graph::tea();
    let request = "I love Jade Whisper, but nothing too strong";
    let mut said = String::new();
    for more in [
        &["--format", "json"][..],
        &["--format", "table"],
        &["--show", "prompt"],
    ] {
        let ran = graph.recommend(request, more).exits(0);
        said += &ran.stdout;
        said += &ran.stderr;
    }
    said += &graph
        .recommend("Qwertzu Asdfgh", &["--format", "table"])
        .exits(0)
        .stdout;
    said += &tastegraph(&graph.folder(), &["chat", "--device", "cpu"], request)
        .exits(0)
        .stdout;
    assert!(said.contains("You recommend teas."), "{said}");
    let said = said.to_lowercase();
    for word in ["film", "movie", "heat", "runtime", "watch"] {
        assert!(!said.contains(word), "{word} in\n{said}");
    }
}

#[test]
fn loading_the_ontology_again_replaces_it() {
    let graph = Graph::tea();
    let profile = std::fs::read_to_string(fixture("tea/ontology/profile.ttl"))
        .expect("a file of the repository");
    std::fs::create_dir(graph.folder().join("../ontology")).expect("the folder is ours");
    let file = graph.file(
        "ontology/profile.ttl",
        &profile.replace("nothing too strong", "nothing wild"),
    );
    graph.run(&["load", "--ontology", &file]).exits(0);
    let answer = graph
        .recommend("something floral, nothing wild", &[])
        .exits(0)
        .json();
    assert_eq!(conditions(&answer), ["caffeine at most 30"]);
    let before = graph
        .recommend("something floral, nothing too strong", &[])
        .exits(0)
        .json();
    assert_eq!(conditions(&before), Vec::<&Value>::new());
}

#[test]
fn data_without_a_profile_can_be_queried_but_not_answered_from() {
    let graph = Graph::none();
    let teas = fixture("tea/teas.ttl");
    graph
        .run(&["load", &teas])
        .exits(2)
        .remarks(&["--no-index", "--ontology"]);
    graph.run(&["load", "--no-index", &teas]).exits(0);
    graph
        .query(
            "PREFIX t: <https://example.org/tea#> ASK { ?tea t:caffeine 70 }",
            &[],
        )
        .exits(0);
    graph
        .recommend("I love Jade Whisper", &[])
        .exits(2)
        .remarks(&["has no index", "tastegraph index"]);
    graph
        .run(&["index"])
        .exits(2)
        .remarks(&["projection profile"]);
}

#[test]
fn a_profile_that_says_too_little_is_refused_by_name() {
    let graph = Graph::none();
    let file = graph.file(
        "profile.ttl",
        "@prefix tp: <https://w3id.org/tastegraph/profile#> .
         <https://example.org/p> a tp:Profile ; tp:itemName \"tea\" .",
    );
    let ran = graph.run(&["load", "--ontology", &file]).exits(2);
    assert!(ran.stderr.contains("itemClass"), "{}", ran.stderr);
}
