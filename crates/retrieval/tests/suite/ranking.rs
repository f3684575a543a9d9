//! Scores and their order.

use tastegraph_dialogue::Conversation;
use tastegraph_graph::NodeId;
use tastegraph_reasoner::{Expansion, Reasoner, ReasonerError};
use tastegraph_retrieval::Parameters;

use crate::support::{World, timeless};

const REQUESTS: [&str; 5] = [
    "",
    "I loved Heat",
    "a comedy",
    "French films",
    "a bank robbery",
];

#[test]
fn scores_fall_and_sum_to_one() {
    let world = World::new();
    for text in REQUESTS {
        let found = world.ask(text);
        let scores: Vec<f32> = found.candidates.iter().map(|c| c.score).collect();
        assert!(
            scores.iter().all(|score| (0.0..=1.0).contains(score)),
            "{text}: {scores:?}"
        );
        assert!(scores.is_sorted_by(|a, b| a >= b), "{text}: {scores:?}");
        // All items fit into the answer, so nothing is missing from the sum.
        assert!(
            (scores.iter().sum::<f32>() - 1.0).abs() < 1e-5,
            "{text}: {scores:?}"
        );
    }
}

#[test]
fn the_number_of_candidates_cuts_but_does_not_change_scores() {
    let world = World::new();
    let few = Parameters {
        candidates: 3,
        ..Parameters::default()
    };
    let (all, few) = (
        world.ask("I loved Heat"),
        world.ask_with("I loved Heat", &few),
    );
    assert_eq!(few.candidates, all.candidates[..3]);
}

#[test]
fn equal_scores_are_ordered_by_id() {
    let world = World::new();
    let found = world.ask("");
    let nodes: Vec<_> = found
        .candidates
        .iter()
        .filter(|candidate| (candidate.score - found.candidates[1].score).abs() < 1e-9)
        .map(|candidate| candidate.node)
        .collect();
    assert_eq!(nodes.len(), 5, "five films have one fan each");
    assert!(nodes.is_sorted());
}

#[test]
fn a_liked_item_brings_its_kin_to_the_top() {
    let world = World::new();
    let found = world.ask("I loved Amélie");
    assert_eq!(world.iris(&found)[0], "i/airplane");
    let found = world.ask("I loved Serpico");
    assert_eq!(world.iris(&found)[0], "i/heat");
}

#[test]
fn having_what_was_asked_for_raises_an_item() {
    let world = World::new();
    let text = "I loved Amélie and want something with Al Pacino";
    let odds = |asked_weight| {
        let parameters = Parameters {
            asked_weight,
            ..Parameters::default()
        };
        let found = world.ask_with(text, &parameters);
        world.candidate(&found, "i/serpico").score / world.candidate(&found, "i/airplane").score
    };
    // The weight is what the odds gain in logarithm.
    assert!(((odds(2.0) / odds(0.0)).ln() - 2.0).abs() < 1e-3);
    let found = world.ask(text);
    let asked = |iri| world.candidate(&found, iri).stages.asked;
    assert_eq!(asked("i/serpico").to_bits(), 1.0f32.to_bits());
    assert_eq!(asked("i/airplane").to_bits(), 0.0f32.to_bits());
}

#[test]
fn each_thing_asked_for_counts_its_share() {
    let world = World::new();
    let found = world.ask("I want a crime film about a heist with Al Pacino");
    let asked = |iri| world.candidate(&found, iri).stages.asked;
    for (iri, share) in [("i/heat", 1.0), ("i/serpico", 2.0 / 3.0), ("i/ronin", 0.0)] {
        assert!((asked(iri) - share).abs() < 1e-6, "{iri}: {}", asked(iri));
    }
    assert_eq!(world.iris(&found)[0], "i/heat");
}

#[test]
fn similar_words_bring_in_what_was_liked_there() {
    let world = World::new();
    let share = |text_weight| {
        let parameters = Parameters {
            text_weight,
            ..Parameters::default()
        };
        let found = world.ask_with("I loved Airplane! and bank robbery", &parameters);
        world.candidate(&found, "i/town").stages.pagerank
    };
    assert!(share(0.5) > 1.5 * share(0.0));
}

#[test]
fn naming_what_a_conversation_named_makes_it_similar() {
    // No word of the request occurs in any conversation; the entity does.
    let world = World::new();
    let text = "Serpico";
    let without = Parameters {
        text_weight: 0.0,
        ..Parameters::default()
    };
    let (found, plain) = (world.ask(text), world.ask_with(text, &without));
    let walked = |found| world.candidate(found, "i/heat").stages.pagerank;
    assert!(walked(&found) > walked(&plain));
}

#[test]
fn equal_requests_have_equal_answers() {
    let (one, other) = (World::new(), World::new());
    for text in REQUESTS {
        assert_eq!(timeless(one.ask(text)), timeless(other.ask(text)), "{text}");
    }
}

#[test]
fn what_there_should_be_less_of_counts_against_an_item() {
    let world = World::new();
    let asked = |text| world.candidate(&world.ask(text), "i/serpico").stages.asked;
    assert!(asked("I loved Heat, less crime") < asked("I loved Heat"));
    assert!(asked("I loved Heat, more crime") > asked("I loved Heat"));
    // It is no condition.
    let found = world.ask("I loved Heat, less crime");
    assert!(world.iris(&found).contains(&"i/town"));
}

#[test]
fn an_unanswered_recommendation_comes_back_lower() {
    let world = World::new();
    let conversation = Conversation::new()
        .seeker("I loved Serpico")
        .recommender("How about Heat?")
        .seeker("something with Al Pacino");
    let score = |repeat_penalty| {
        let parameters = Parameters {
            repeat_penalty,
            ..Parameters::default()
        };
        let found = world.answer(&conversation, &[], &parameters);
        world.candidate(&found, "i/heat").score
    };
    assert!(score(0.0) > score(2.0) && score(2.0) > score(50.0));
    let refused = conversation.seeker("no thanks");
    let found = world.answer(&refused, &[], &Parameters::default());
    // The refusal comes a turn too late to speak of it.
    assert!(world.iris(&found).contains(&"i/heat"));
}

#[test]
fn diversity_keeps_like_from_beside_like() {
    let world = World::new();
    let with = |diversity| {
        let parameters = Parameters {
            diversity,
            ..Parameters::default()
        };
        world.ask_with("I loved Serpico", &parameters)
    };
    let (plain, diverse) = (with(0.0), with(20.0));
    let (plain_order, order) = (world.iris(&plain), world.iris(&diverse));
    assert_ne!(plain_order, order);
    assert_eq!(plain_order[0], order[0]);
    let sorted = |mut iris: Vec<&str>| {
        iris.sort_unstable();
        iris.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(sorted(plain_order), sorted(order));
    let lost = |at: usize| diverse.candidates[at].stages.parts.diversity;
    assert!(lost(0).abs() < f32::EPSILON && (1..3).all(|at| lost(at) <= 0.0));
    assert!(
        diverse
            .candidates
            .iter()
            .any(|one| one.stages.parts.diversity < -1.0)
    );
    assert!(
        diverse.candidates.is_sorted_by(|a, b| a.score >= b.score),
        "an item that comes later has no higher score"
    );
}

#[test]
fn where_recency_counts_the_old_lose() {
    let world = World::new();
    let recency = |iri| {
        let parameters = Parameters {
            recency_weight: 2.0,
            ..Parameters::default()
        };
        let found = world.ask_with("I loved Heat", &parameters);
        world.candidate(&found, iri).stages.parts.recency
    };
    // 1973, 1998 and 2010; the last is the newest of all.
    let years = ["i/serpico", "i/ronin", "i/town"].map(recency);
    for (lost, expected) in years.into_iter().zip([-7.4, -2.4, 0.0]) {
        assert!((lost - expected).abs() < 1e-5, "{years:?}");
    }
    let found = world.ask("I loved Heat");
    let parts = world.candidate(&found, "i/serpico").stages.parts;
    assert!(parts.recency.abs() < f32::EPSILON);
}

/// Implies one node, whatever the seeds, as long as there are some.
struct Hint(NodeId);

impl Reasoner for Hint {
    fn name(&self) -> &'static str {
        "hint"
    }

    fn expand(&self, seeds: &[(NodeId, f32)], m: usize) -> Result<Expansion, ReasonerError> {
        let implied = !seeds.is_empty() && m > 0;
        Ok(Expansion {
            entities: implied.then_some((self.0, 1.0)).into_iter().collect(),
            reasoner: self.name(),
            device: "none".to_owned(),
        })
    }
}

#[test]
fn the_share_of_the_reasoner_decides_how_much_its_hints_count() {
    let world = World::with_reasoner(|snapshot| {
        Box::new(Hint(snapshot.find("e/comedy").expect("is in the tables")))
    });
    let walked = |reasoner_weight| {
        let parameters = Parameters {
            reasoner_weight,
            ..Parameters::default()
        };
        let found = world.ask_with("I loved Serpico", &parameters);
        // One that has no share is not asked.
        let hint = (world.node("e/comedy"), 1.0);
        let expected = (reasoner_weight > 0.0).then_some(hint);
        assert_eq!(
            found.expansion.entities,
            expected.into_iter().collect::<Vec<_>>()
        );
        world.candidate(&found, "i/beautiful").stages.pagerank
    };
    assert!(walked(0.5) > 2.0 * walked(0.1) && walked(0.1) > 2.0 * walked(0.0));
    assert!(world.ask("").expansion.entities.is_empty());
}
