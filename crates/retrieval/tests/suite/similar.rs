//! Similar conversations and users.

use tastegraph_retrieval::Parameters;

use crate::support::World;

#[test]
fn the_conversation_with_most_in_common_comes_first() {
    let world = World::new();
    let found = world.ask("I loved Serpico");
    let first = &found.similar_conversations[0];
    assert_eq!(first.node, world.node("c/cops"));
    assert!(first.shared.iter().any(|(node, part)| {
        *node == world.node("i/serpico") && *part > 0.0 && *part <= first.score
    }));
    let scores: Vec<f32> = found
        .similar_conversations
        .iter()
        .map(|s| s.score)
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
}

#[test]
fn what_was_liked_there_comes_along() {
    let world = World::new();
    let found = world.ask("I loved Heat");
    let liked = |iri| {
        let mut similar = found
            .similar_conversations
            .iter()
            .chain(&found.similar_users);
        let node = world.node(iri);
        let similar = similar
            .find(|similar| similar.node == node)
            .expect("similar");
        let liked = similar.liked.iter().map(|item| world.snapshot().iri(*item));
        liked.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(liked("c/bank"), "i/heat i/town");
    // Once, although it was named twice; what was only mentioned is not liked.
    assert_eq!(liked("c/laugh"), "i/airplane i/amelie");
    assert_eq!(liked("u/ann"), "i/heat i/ronin");
}

#[test]
fn the_numbers_asked_for_are_kept() {
    let world = World::new();
    let parameters = Parameters {
        similar_conversations: 1,
        similar_users: 0,
        ..Parameters::default()
    };
    let found = world.ask_with("I loved Heat", &parameters);
    assert_eq!(found.similar_conversations.len(), 1);
    assert!(found.similar_users.is_empty());
    // What speaks for an item is counted among more than are shown.
    let heat_fans = &world.candidate(&found, "i/airplane").evidence.liked_in;
    assert_eq!(heat_fans, &[world.node("c/laugh")]);
}

#[test]
fn nothing_said_resembles_nobody() {
    let world = World::new();
    let found = world.ask("");
    assert!(found.similar_conversations.is_empty() && found.similar_users.is_empty());
}
