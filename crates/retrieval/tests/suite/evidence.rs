//! Why an item is a candidate.

use tastegraph_graph::NodeId;
use tastegraph_retrieval::{Evidence, Parameters, Retrieved};

use crate::support::World;

fn phrases(world: &World, found: &Retrieved, iri: &str) -> Vec<String> {
    let facts = &world.candidate(found, iri).evidence.facts;
    let mut phrases: Vec<_> = facts.iter().map(|f| f.phrase(world.snapshot())).collect();
    phrases.sort();
    phrases
}

fn iris<'a>(world: &'a World, nodes: &[NodeId]) -> Vec<&'a str> {
    let mut iris: Vec<_> = nodes
        .iter()
        .map(|node| world.snapshot().iri(*node))
        .collect();
    iris.sort_unstable();
    iris
}

#[test]
fn what_an_item_shares_with_a_seed_is_a_fact() {
    let world = World::new();
    let found = world.ask("I loved Heat");
    // A bare word where relation and class say the same, else the relation in front.
    assert_eq!(phrases(&world, &found, "i/town"), ["crime", "heist"]);
    assert_eq!(
        phrases(&world, &found, "i/serpico"),
        ["cast Al Pacino", "crime"]
    );
    for fact in &world.candidate(&found, "i/serpico").evidence.facts {
        assert_eq!(fact.item, world.node("i/serpico"));
        assert_eq!(fact.seed, world.node("i/heat"));
        assert!(fact.outgoing && fact.seed_relation.is_some() && fact.weight > 0.0);
    }
}

#[test]
fn having_what_was_named_is_a_fact_of_one_step() {
    let world = World::new();
    let found = world.ask("anything with Al Pacino");
    let facts = &world.candidate(&found, "i/serpico").evidence.facts;
    assert_eq!(facts[0].entity, world.node("e/pacino"));
    assert_eq!(
        (facts[0].seed, facts[0].seed_relation),
        (world.node("e/pacino"), None)
    );
    assert_eq!(facts[0].phrase(world.snapshot()), "cast Al Pacino");
}

#[test]
fn what_is_not_walked_can_be_a_reason() {
    let world = World::new();
    let found = world.ask("I want something French");
    assert_eq!(phrases(&world, &found, "i/ronin"), ["French"]);
}

#[test]
fn no_thing_is_cited_twice() {
    let world = World::new();
    // Both seeds have the genre, and it is asked for as well.
    let found = world.ask("I loved Heat and Serpico, crime is great");
    assert_eq!(phrases(&world, &found, "i/town"), ["crime", "heist"]);
}

#[test]
fn the_number_of_facts_is_kept() {
    let world = World::new();
    let one = Parameters {
        facts_per_item: 1,
        ..Parameters::default()
    };
    let (found, all) = (
        world.ask_with("I loved Heat", &one),
        world.ask("I loved Heat"),
    );
    let facts = |found| world.candidate(found, "i/town").evidence.facts.clone();
    assert_eq!(facts(&found), facts(&all)[..1], "the best one stays");
}

#[test]
fn only_those_who_liked_it_speak_for_an_item() {
    let world = World::new();
    let found = world.ask("I loved Serpico and Ronin");
    let evidence = |iri| &world.candidate(&found, iri).evidence;
    // The third conversation named Heat without a feeling.
    assert_eq!(
        iris(&world, &evidence("i/heat").liked_in),
        ["c/bank", "c/cops"]
    );
    assert_eq!(iris(&world, &evidence("i/heat").liked_by), ["u/ann"]);
    // Disliked in one conversation and by one user.
    assert_eq!(iris(&world, &evidence("i/amelie").liked_in), ["c/laugh"]);
    assert!(evidence("i/amelie").liked_by.is_empty());
}

#[test]
fn fans_stand_in_the_order_of_similarity() {
    let world = World::new();
    let found = world.ask("I loved Serpico");
    let similar: Vec<_> = found.similar_conversations.iter().map(|s| s.node).collect();
    let liked_in = &world.candidate(&found, "i/heat").evidence.liked_in;
    assert_eq!(liked_in[0], world.node("c/cops"));
    assert_eq!(similar[..2], liked_in[..2]);
}

#[test]
fn fans_are_looked_for_among_the_similar_only() {
    let world = World::new();
    let parameters = Parameters {
        evidence_conversations: 1,
        ..Parameters::default()
    };
    let found = world.ask_with("I loved Serpico", &parameters);
    let liked_in = &world.candidate(&found, "i/heat").evidence.liked_in;
    assert_eq!(iris(&world, liked_in), ["c/cops"]);
}

#[test]
fn without_facts_and_fans_a_path_explains() {
    let world = World::new();
    let parameters = Parameters {
        evidence_conversations: 0,
        ..Parameters::default()
    };
    let found = world.ask_with("I loved Airplane!", &parameters);
    let evidence = &world.candidate(&found, "i/heat").evidence;
    assert!(evidence.facts.is_empty() && evidence.liked_in.is_empty());
    assert_eq!(
        evidence.summary(world.snapshot()),
        "Airplane! → named in → c/laugh → named → Heat"
    );
    // Where a fact is at hand, no path is told.
    assert!(world.candidate(&found, "i/amelie").evidence.path.is_none());
}

#[test]
fn what_nothing_connects_is_merely_popular() {
    let world = World::new();
    let found = world.ask("I loved Heat");
    let evidence = &world.candidate(&found, "i/hermit").evidence;
    assert_eq!(*evidence, Evidence::default());
    assert_eq!(evidence.summary(world.snapshot()), "popular");
}

#[test]
fn a_summary_puts_bare_words_first() {
    let world = World::new();
    let found = world.ask("I loved Heat");
    let summary = |iri| {
        world
            .candidate(&found, iri)
            .evidence
            .summary(world.snapshot())
    };
    assert_eq!(
        summary("i/serpico"),
        "crime; cast Al Pacino; liked in 1 similar conversation"
    );
    assert_eq!(
        summary("i/ronin"),
        "cast Robert De Niro; rated well by 1 similar user"
    );
    let found = world.ask("I loved Serpico");
    let heat = world
        .candidate(&found, "i/heat")
        .evidence
        .summary(world.snapshot());
    assert!(
        heat.ends_with("liked in 2 similar conversations; rated well by 1 similar user"),
        "{heat}"
    );
}

#[test]
fn who_did_two_things_is_named_once() {
    let world = World::new();
    let found = world.ask("anything with Roberto Benigni");
    let evidence = &world.candidate(&found, "i/beautiful").evidence;
    assert_eq!(evidence.facts.len(), 2);
    assert_eq!(
        evidence.summary(world.snapshot()),
        "cast and directed by Roberto Benigni"
    );
}

#[test]
fn a_long_chain_stays_in_the_data() {
    let world = World::new();
    let parameters = Parameters {
        evidence_conversations: 0,
        ..Parameters::default()
    };
    let found = world.ask_with("I loved Life Is Beautiful", &parameters);
    let evidence = &world.candidate(&found, "i/heat").evidence;
    let steps = evidence.path.as_ref().map(|path| path.steps.len());
    assert_eq!(steps, Some(4));
    assert_eq!(evidence.summary(world.snapshot()), "loosely related");
}
