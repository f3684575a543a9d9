//! A second domain, from its ontology to recommendations: invented artists and listeners.

use serde_json::Value;

use crate::support::{Graph, labels};

fn condition(answer: &Value) -> Vec<&str> {
    let stated = answer["understood"]["constraints"].as_array();
    let stated = stated.expect("a list").iter();
    stated
        .map(|stated| stated["condition"].as_str().expect("text"))
        .collect()
}

#[test]
fn the_data_is_right_by_its_own_rules() {
    let graph = Graph::music();
    let report = graph
        .run(&["verify", "--fail-on", "warning"])
        .exits(0)
        .json();
    assert_eq!(report["findings"][0]["check"], "predicate-not-in-profile");
    assert_eq!(
        report["findings"].as_array().map(Vec::len),
        Some(1),
        "{report}"
    );
}

#[test]
fn tags_listeners_and_talk_lead_to_artists() {
    let graph = Graph::music();
    let answer = graph
        .recommend("I love Ironmoor, anything like it?", &[])
        .exits(0)
        .json();
    let found = labels(&answer);
    assert!(!found.contains(&"Ironmoor"), "{found:?}");
    // Raith is similar, shares a tag and a member; Skarn Valley has the same listeners.
    assert!(found[..3].contains(&"Raith"), "{found:?}");
    assert!(found[..5].contains(&"Skarn Valley"), "{found:?}");

    let shanties = graph
        .recommend("something with sea shanties", &[])
        .exits(0)
        .json();
    let mut first: Vec<&str> = labels(&shanties)[..2].to_vec();
    first.sort_unstable();
    assert_eq!(first, ["Brackwater Three", "Corrie Isles Band"]);
}

#[test]
fn countries_and_years_are_conditions() {
    let graph = Graph::music();
    let answer = graph
        .recommend("Japanese artists with a saxophone", &[])
        .exits(0)
        .json();
    assert_eq!(condition(&answer), ["country Japan"]);
    let found = labels(&answer);
    for artist in ["Kenji Ota", "Ota Blue Orchestra", "Paper Crane MCs"] {
        assert!(found.contains(&artist), "{found:?}");
    }
    assert!(!found.contains(&"Marguerite Sall"), "she is from Senegal");

    let old = graph
        .recommend("surf rock from before 1970", &[])
        .exits(0)
        .json();
    assert_eq!(condition(&old), ["active from at most 1969"]);
    assert!(labels(&old)[..2].contains(&"Los Faros Perdidos"), "{old}");
    assert!(!labels(&old).contains(&"Praia Norte"), "of 2017");

    let new = graph
        .recommend("dreamy, but nothing too old", &[])
        .exits(0)
        .json();
    assert_eq!(condition(&new), ["active from at least 1990"]);
}

#[test]
fn nothing_says_film() {
    let graph = Graph::music();
    let mut said = String::new();
    for format in [&["--format", "table"][..], &["--show", "prompt"]] {
        said += &graph
            .recommend("I love Velvet Static", format)
            .exits(0)
            .stdout;
    }
    assert!(said.contains("artist"), "{said}");
    let said = said.to_lowercase();
    for word in ["film", "movie", "director"] {
        assert!(!said.contains(word), "{word} in\n{said}");
    }
}

#[test]
fn a_listener_can_leave() {
    let graph = Graph::music();
    let ana = "https://example.org/music/listener/ana";
    graph
        .run(&["forget", "--user", ana])
        .exits(0)
        .remarks(&["removed", "indexed"]);
    graph
        .query(&format!("ASK {{ GRAPH ?g {{ <{ana}> ?p ?o }} }}"), &[])
        .exits(1);
    // What she looked for goes with her, and so do the friendships that others stated.
    graph
        .query(
            &format!("ASK {{ GRAPH ?g {{ {{ ?talk ix:seeker <{ana}> }} UNION {{ ?friend mu:friend <{ana}> }} }} }}"),
            &[],
        )
        .exits(1);
    graph.recommend("I love Glass Ferry", &[]).exits(0);
    graph.run(&["verify"]).exits(0);
}
