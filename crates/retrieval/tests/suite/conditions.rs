//! What must not come back, and what must hold of what does.

use tastegraph_dialogue::{Conversation, Rule};
use tastegraph_reasoner::NoReasoner;
use tastegraph_retrieval::{Catalogue, Fallback, Parameters, Request, RetrievalError, Retriever};
use tastegraph_text::Bm25Builder;

use crate::support::{World, at_most};

fn sorted(mut iris: Vec<&str>) -> Vec<&str> {
    iris.sort_unstable();
    iris
}

#[test]
fn what_was_named_does_not_come_back() {
    let world = World::new();
    for text in [
        "I loved Heat",
        "something like Heat",
        "I hate Heat",
        "I saw Heat",
    ] {
        let found = world.ask(text);
        assert!(!world.iris(&found).contains(&"i/heat"), "{text}");
        assert_eq!(
            found.candidates.len(),
            7,
            "{text}: the others are candidates"
        );
    }
}

#[test]
fn what_was_seen_or_turned_down_does_not_come_back() {
    let world = World::new();
    for reply in ["I have seen it", "No thanks, not that one"] {
        let conversation = Conversation::new()
            .seeker("Something like Heat")
            .recommender("How about Serpico?")
            .seeker(reply);
        let found = world.answer(&conversation, &[], &Parameters::default());
        assert!(!world.iris(&found).contains(&"i/serpico"), "{reply}");
    }
}

#[test]
fn a_number_that_is_not_known_is_no_reason() {
    let world = World::new();
    let found = world.under(&[at_most("runtime", 122.0)]);
    assert_eq!(
        sorted(world.iris(&found)),
        [
            "i/airplane",
            "i/amelie",
            "i/beautiful",
            "i/hermit",
            "i/ronin"
        ]
    );
}

#[test]
fn ranges_include_their_ends_and_all_must_hold() {
    let world = World::new();
    let year = Rule::Range {
        filter: "year".to_owned(),
        min: Some(1995.0),
        max: Some(1998.0),
    };
    let found = world.under(std::slice::from_ref(&year));
    assert_eq!(
        sorted(world.iris(&found)),
        ["i/beautiful", "i/heat", "i/ronin"]
    );
    let found = world.under(&[year, at_most("runtime", 122.0)]);
    assert_eq!(sorted(world.iris(&found)), ["i/beautiful", "i/ronin"]);
}

#[test]
fn a_range_can_be_ruled_out() {
    let world = World::new();
    let found = world.under(&[Rule::Outside {
        filter: "year".to_owned(),
        min: 1973.0,
        max: 1998.0,
    }]);
    assert_eq!(
        sorted(world.iris(&found)),
        ["i/amelie", "i/hermit", "i/town"]
    );
}

#[test]
fn one_of_each_class_is_required() {
    let world = World::new();
    let require = |iri| Rule::Require(world.node(iri).0);
    let under = |rules: &[Rule]| {
        let found = world.under(rules);
        sorted(world.iris(&found)).join(" ")
    };
    assert_eq!(
        under(&[require("e/french"), require("e/italian")]),
        "i/amelie i/beautiful i/ronin"
    );
    assert_eq!(
        under(&[
            require("e/french"),
            require("e/italian"),
            require("e/comedy")
        ]),
        "i/amelie i/beautiful"
    );
    assert_eq!(
        under(&[require("e/french"), require("e/deniro")]),
        "i/ronin"
    );
}

#[test]
fn what_is_forbidden_is_gone() {
    let world = World::new();
    let forbid = |iri| Rule::Forbid(world.node(iri).0);
    let found = world.under(&[forbid("e/comedy"), forbid("e/pacino")]);
    assert_eq!(
        sorted(world.iris(&found)),
        ["i/hermit", "i/ronin", "i/town"]
    );
    let found = world.under(&[Rule::Require(world.node("e/french").0), forbid("e/comedy")]);
    assert_eq!(world.iris(&found), ["i/ronin"]);
}

#[test]
fn conditions_of_the_conversation_and_of_the_application_add_up() {
    let world = World::new();
    let conversation = Conversation::from("I want something French");
    let found = world.answer(&conversation, &[], &Parameters::default());
    assert_eq!(sorted(world.iris(&found)), ["i/amelie", "i/ronin"]);
    let rules = [Rule::Forbid(world.node("e/comedy").0)];
    let found = world.answer(&conversation, &rules, &Parameters::default());
    assert_eq!(world.iris(&found), ["i/ronin"]);
}

#[test]
fn disliked_people_are_left_out() {
    let world = World::new();
    let found = world.ask("Something like Ronin but I hate Al Pacino");
    let iris = world.iris(&found);
    assert!(
        !iris.contains(&"i/serpico") && !iris.contains(&"i/heat"),
        "{iris:?}"
    );
}

#[test]
fn conditions_that_nothing_meets_leave_nothing() {
    let world = World::new();
    let found = world.under(&[at_most("year", 1900.0)]);
    assert!(found.candidates.is_empty());
    assert_eq!(found.fallback, Some(Fallback::NothingMatches));
}

#[test]
fn an_unknown_filter_is_answered_with_the_known_ones() {
    let world = World::new();
    let request = Request {
        understanding: &world.understand(&Conversation::new()),
        words: "",
        meaning: None,
        rules: &[at_most("budget", 1.0)],
        parameters: &Parameters::default(),
    };
    let error = world
        .retriever
        .retrieve(&request)
        .expect_err("no such filter");
    assert!(matches!(&error, RetrievalError::UnknownFilter { name, .. } if name == "budget"));
    assert!(error.to_string().contains("year, runtime"), "{error}");
    // A graph of which no number is known says so.
    let bare = Retriever::new(
        world.snapshot().clone(),
        Catalogue::default(),
        Bm25Builder::new().build(),
        Box::new(NoReasoner),
    );
    let error = bare.retrieve(&request).expect_err("no filters at all");
    assert!(error.to_string().contains("none"), "{error}");
}
