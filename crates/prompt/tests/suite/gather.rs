//! From what was retrieved to the lines of a prompt.

use tastegraph_dialogue::Conversation;

use crate::support::{Words, World};

#[test]
fn preferences_tell_stance_condition_and_turn() {
    let world = World::new(&Words::default());
    let conversation = Conversation::new()
        .seeker("I loved Heat")
        .recommender("Al Pacino is in many films")
        .seeker("I have seen Heat. No heist films");
    let material = world.gather(&conversation);
    assert_eq!(
        material.preferences,
        [
            "likes Heat (1995) (turn 1)",
            "mentions Al Pacino (turn 2)",
            "mentions Heat (1995), has seen it (turn 3)",
            "dislikes heist (turn 3)",
            "condition: no heist (turn 3)",
        ]
    );
}

#[test]
fn what_was_named_and_implied_is_described_once() {
    let world = World::new(&Words::default());
    // Al Pacino is named here, and implied by the reasoner as well.
    let material = world.gather(&"I loved Heat and Al Pacino, Heat is great".into());
    assert_eq!(
        material.facts,
        [
            "Heat (1995): cast: Al Pacino; keyword: heist",
            "Al Pacino: appears in: Heat (1995)"
        ]
    );
    let implied = world.gather(&"I loved Heat".into());
    assert_eq!(implied.facts, material.facts);
}

#[test]
fn candidates_come_with_facts_and_numbers() {
    let world = World::new(&Words::default());
    let material = world.gather(&"I loved Heat".into());
    let lines: Vec<_> = material
        .candidates
        .iter()
        .map(|line| (line.title.as_str(), line.facts.join("; ")))
        .collect();
    // The year stands in the title, the feelings of others in the cases.
    let facts = "keyword: heist; runtime 170".to_owned();
    assert_eq!(
        lines,
        [("The Town (1995)", facts.clone()), ("Ronin (1995)", facts)]
    );
}

#[test]
fn long_lists_are_cut() {
    let films = (0..9).map(|number| format!("Film {number}")).collect();
    let world = World::new(&Words {
        films,
        ..Words::default()
    });
    let material = world.gather(&"Something about a heist".into());
    let heist = &material.facts[0];
    assert!(heist.starts_with("heist (1995)") || heist.starts_with("heist: keyword of: "));
    assert_eq!(heist.matches("(1995)").count(), 5, "{heist}");
}

#[test]
fn a_case_is_its_opening_and_what_was_liked() {
    let world = World::new(&Words {
        opening: "é".repeat(500),
        ..Words::default()
    });
    let material = world.gather(&"I loved Heat".into());
    assert_eq!(material.cases.len(), 1);
    assert_eq!(material.cases[0].said, format!("{}…", "é".repeat(160)));
    assert_eq!(
        material.cases[0].liked,
        ["Heat (1995)", "The Town (1995)", "Ronin (1995)"]
    );
}

#[test]
fn the_dialogue_keeps_its_speakers() {
    let world = World::new(&Words::default());
    let conversation = Conversation::new()
        .seeker("Hi\n there")
        .recommender("Hello");
    let material = world.gather(&conversation);
    let lines: Vec<_> = material
        .dialogue
        .iter()
        .map(|line| (line.speaker.as_str(), line.text.as_str()))
        .collect();
    assert_eq!(lines, [("seeker", "Hi there"), ("recommender", "Hello")]);
    assert!(material.preferences.is_empty());
}
