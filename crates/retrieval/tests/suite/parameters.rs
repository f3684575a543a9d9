//! Parameters out of range are refused before anything is computed.

use tastegraph_dialogue::Understanding;
use tastegraph_retrieval::{Parameters, Request, RetrievalError};

use crate::support::World;

/// The defaults with one field changed.
fn with(change: impl FnOnce(&mut Parameters)) -> Parameters {
    let mut parameters = Parameters::default();
    change(&mut parameters);
    parameters
}

#[test]
fn out_of_range_is_refused_by_name() {
    let world = World::new();
    let cases = [
        ("restart", with(|p| p.restart = 0.0)),
        ("restart", with(|p| p.restart = 1.1)),
        ("restart", with(|p| p.restart = f64::NAN)),
        ("tolerance", with(|p| p.tolerance = 0.0)),
        ("max_iterations", with(|p| p.max_iterations = 0)),
        ("reasoner_weight", with(|p| p.reasoner_weight = 1.0)),
        ("reasoner_weight", with(|p| p.reasoner_weight = -0.1)),
        ("text_weight", with(|p| p.text_weight = 1.0)),
        ("popularity_weight", with(|p| p.popularity_weight = 1.5)),
        ("popularity_weight", with(|p| p.popularity_weight = -0.5)),
        ("asked_weight", with(|p| p.asked_weight = -1.0)),
        ("asked_weight", with(|p| p.asked_weight = f32::INFINITY)),
        // e^1000 is no number that scores could be made of.
        ("asked_weight", with(|p| p.asked_weight = 1000.0)),
        ("candidates", with(|p| p.candidates = 0)),
    ];
    for (field, parameters) in cases {
        let request = Request {
            understanding: &Understanding::default(),
            words: "",
            meaning: None,
            rules: &[],
            parameters: &parameters,
        };
        let error = world.retriever.retrieve(&request).expect_err(field);
        assert!(
            matches!(error, RetrievalError::Parameter { name, .. } if name == field),
            "{field}: {error}"
        );
    }
}

#[test]
fn the_ends_of_the_ranges_work() {
    let world = World::new();
    let cases = [
        with(|p| p.restart = 1.0),
        with(|p| p.max_iterations = 1),
        with(|p| p.popularity_weight = 1.0),
        with(|p| p.popularity_weight = 0.0),
        with(|p| p.asked_weight = 50.0),
        with(|p| p.candidates = 1),
        with(|p| p.evidence_conversations = 0),
        with(|p| p.facts_per_item = 0),
        with(|p| (p.similar_conversations, p.similar_users) = (0, 0)),
        with(|p| (p.text_conversations, p.reasoner_entities) = (0, 0)),
    ];
    for parameters in cases {
        for text in ["", "I loved Heat", "a comedy with Al Pacino"] {
            let found = world.ask_with(text, &parameters);
            let finite = found.candidates.iter().all(|c| c.score.is_finite());
            assert!(
                finite && !found.candidates.is_empty(),
                "{text}: {parameters:?}"
            );
        }
    }
}
