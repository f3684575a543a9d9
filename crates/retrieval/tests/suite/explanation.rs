//! The parts of an explanation add up to the score.

use tastegraph_retrieval::{Explanation, LinkedRequest, Named, Parameters};

use crate::support::World;

/// Nodes whose details simply add up: all but those that say how they follow.
fn check_sums(explanation: &Explanation) {
    let sum: f32 = explanation.details.iter().map(|detail| detail.value).sum();
    let expected = if explanation.details.is_empty() {
        explanation.value
    } else if explanation.description.contains("ln(sum)") {
        sum.ln()
    } else if explanation.description.contains("ln(1 + sum") {
        0.3 * (sum / 1e-3).ln_1p()
    } else {
        sum
    };
    assert!(
        (expected - explanation.value).abs() < 1e-3,
        "{expected} is not {}: {}",
        explanation.value,
        explanation.to_text()
    );
    explanation.details.iter().for_each(check_sums);
}

#[test]
fn every_number_follows_from_its_details() {
    let world = World::new();
    let parameters = Parameters {
        long_tail: 0.2,
        ..Parameters::default()
    };
    for text in [
        "I loved Heat",
        "a comedy with Roberto Benigni",
        "heist with Al Pacino, like Ronin",
    ] {
        for item in ["i/town", "i/serpico", "i/beautiful", "i/hermit"] {
            let (explanation, log_odds) = world.explain(text, item, &parameters);
            assert!((explanation.value - log_odds).abs() < 1e-5);
            check_sums(&explanation);
        }
    }
}

#[test]
fn it_says_which_seed_and_what_is_shared() {
    let world = World::new();
    let (explanation, _) = world.explain("I loved Heat", "i/town", &Parameters::default());
    let text = explanation.to_text();
    assert!(text.contains("seed Heat"), "{text}");
    assert!(text.contains("keyword heist, as Heat has"), "{text}");
    let json = serde_json::to_value(&explanation).expect("plain data");
    assert!(
        json["details"]
            .as_array()
            .is_some_and(|details| details.len() > 1)
    );
}

#[test]
fn only_items_have_scores() {
    let world = World::new();
    let pacino = world.node("e/pacino");
    let request = LinkedRequest {
        mentions: &[],
        turns: 0,
        words: "",
        meaning: None,
        rules: &[],
        repeats: false,
        parameters: &Parameters::default(),
    };
    let error = world
        .retriever()
        .explain_linked(&request, pacino)
        .expect_err("no item");
    assert!(error.to_string().contains("Al Pacino"), "{error}");
}

#[test]
fn what_was_named_comes_back_only_where_that_is_wanted() {
    use tastegraph_dialogue::Speaker;
    use tastegraph_retrieval::LinkedMention;
    let world = World::new();
    let heat = world.node("i/heat");
    let mentions = [LinkedMention {
        turn: 0,
        speaker: Speaker::Recommender,
        node: heat,
    }];
    let parameters = Parameters::default();
    let ask = |repeats| {
        let request = LinkedRequest {
            mentions: &mentions,
            turns: 1,
            words: "",
            meaning: None,
            rules: &[],
            repeats,
            parameters: &parameters,
        };
        world.retriever().retrieve_linked(&request).expect("valid")
    };
    let names = |found: &tastegraph_retrieval::Retrieved| -> Vec<_> {
        found
            .candidates
            .iter()
            .map(|candidate| candidate.node)
            .collect()
    };
    assert!(!names(&ask(false)).contains(&heat));
    let again = ask(true);
    let found = again
        .candidates
        .iter()
        .find(|candidate| candidate.node == heat)
        .expect("comes back");
    assert!((found.stages.parts.repeat + parameters.repeat_penalty).abs() < 1e-6);
    assert_ne!(Named::Before, Named::JustNow);
}
