//! What people type, and what must be understood from it: `tests/data/requests.txt`.

#![allow(
    clippy::print_stdout,
    reason = "the rate and the failures are to be read"
)]

use tastegraph::{Conversation, Engine, RuleReport, Stance, UnderstoodReport};

use crate::support::{State, bundled, read_requests};

/// The least share of requests that must be exactly right.
const RATE: f64 = 0.95;

fn state(said: &UnderstoodReport) -> State {
    let mut state = State::default();
    for preference in &said.preferences {
        let rule = |wanted: fn(&RuleReport) -> Option<&str>| {
            let mut stated = said
                .constraints
                .iter()
                .filter_map(|stated| wanted(&stated.rule));
            stated.any(|iri| iri == preference.iri)
        };
        let required = || {
            rule(|rule| match rule {
                RuleReport::With(thing) => Some(&thing.iri),
                _ => None,
            })
        };
        let forbidden = || {
            rule(|rule| match rule {
                RuleReport::Without(thing) => Some(&thing.iri),
                _ => None,
            })
        };
        let heading = match preference.stance {
            Stance::Liked | Stance::AskedFor if required() => "must",
            Stance::Liked => "likes",
            Stance::AskedFor => "asks",
            Stance::Neutral if preference.seen => "seen",
            Stance::Neutral => "names",
            Stance::Disliked if forbidden() => "never",
            Stance::Disliked => "dislikes",
            Stance::Rejected => "rejects",
            Stance::Withdrawn => "dropped",
        };
        state.add(heading, &preference.iri, &preference.text);
        if preference.seen {
            state.add("seen", &preference.iri, &preference.text);
        }
    }
    for stated in &said.constraints {
        match &stated.rule {
            RuleReport::Range { filter, min, max } => state.add_filter(filter, false, *min, *max),
            RuleReport::Outside { filter, min, max } => {
                state.add_filter(filter, true, Some(*min), Some(*max));
            }
            RuleReport::With(_) | RuleReport::Without(_) => {}
        }
    }
    for span in &said.unlinked {
        state.add_unknown(&span.text);
    }
    state
}

#[test]
fn requests_are_understood() {
    let engine = Engine::open(bundled().folder()).expect("the bundled graph has an index");
    let cases = read_requests();
    assert!(cases.len() >= 200, "there are {} requests", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let mut conversation = Conversation::new();
        for (seeker, text) in &case.turns {
            conversation = if *seeker {
                conversation.seeker(text)
            } else {
                conversation.recommender(text)
            };
        }
        let answer = engine
            .recommend(conversation)
            .top_k(1)
            .run()
            .expect("a request");
        let found = state(&answer.understood);
        if !case.expected.is_met_by(&found) {
            let said: Vec<&str> = case.turns.iter().map(|(_, text)| text.as_str()).collect();
            wrong.push(format!(
                "line {}: {said:?}\n    expected {}\n    found    {found}",
                case.line, case.expected
            ));
        }
    }
    let rate = 1.0 - wrong.len() as f64 / cases.len() as f64;
    // Shown when the test runs with --nocapture, and when it fails.
    println!(
        "{:.1} % of {} requests are exactly right",
        rate * 100.0,
        cases.len()
    );
    println!("{}", wrong.join("\n"));
    assert!(
        rate >= RATE,
        "only {rate:.3} of the requests are exactly right"
    );
}
