//! What is cut, in which order, and that the budget holds.

use proptest::prelude::*;
use tastegraph_prompt::{Material, Prompt, RenderOptions, Template};

use crate::support::material;

const CUTS: [&str; 4] = [
    "similar conversations",
    "facts of candidates",
    "facts about what was named",
    "candidates",
];

fn render(material: &Material, token_budget: Option<usize>, seed: u64) -> Prompt {
    let options = RenderOptions {
        seed,
        token_budget,
        ..RenderOptions::default()
    };
    Template::recommend()
        .expect("the shipped template is valid")
        .render(material, &options)
        .expect("it names nothing unknown")
}

/// Titles of the candidates by their number in the prompt.
fn listed(prompt: &Prompt) -> Vec<&str> {
    let from = prompt.user.find("## Candidates").expect("a heading");
    let to = prompt.user.find("## Dialogue").expect("a heading");
    prompt.user[from..to]
        .lines()
        .filter_map(|line| line.split_once(". "))
        .map(|(_, rest)| rest.split(" — ").next().unwrap_or(rest))
        .collect()
}

#[test]
fn things_go_in_a_fixed_order() {
    let material = material(8, 8, 3, 3);
    let whole = render(&material, None, 0);
    assert_eq!((whole.token_budget, whole.cut.len()), (6000, 0));
    let mut before = whole.clone();
    for budget in (0..whole.tokens).rev() {
        let prompt = render(&material, Some(budget), 0);
        assert_eq!(prompt.token_budget, budget);
        assert_eq!(prompt.cut, CUTS[..prompt.cut.len()], "budget {budget}");
        assert!(prompt.cut.len() >= before.cut.len() && prompt.tokens <= before.tokens);
        before = prompt;
    }
    assert_eq!(before.cut, CUTS);
    assert_eq!(listed(&before), ["Film 0"], "the best candidate stays");
    for kept in ["likes Heat (1995) (turn 1)", "seeker: I loved Heat"] {
        assert!(
            before.user.contains(kept),
            "{kept} is what the answer is for"
        );
    }
}

#[test]
fn the_least_similar_conversation_goes_first() {
    let material = material(3, 2, 3, 2);
    let whole = render(&material, None, 0);
    let prompt = render(&material, Some(whole.tokens - 1), 0);
    assert!(prompt.user.contains("opening 0") && !prompt.user.contains("opening 2"));
}

#[test]
fn facts_thin_out_before_candidates_go() {
    // The tail of each list is the least telling part of it.
    let material = material(4, 8, 0, 0);
    let whole = render(&material, None, 0);
    let prompt = render(&material, Some(whole.tokens - 1), 0);
    assert_eq!(prompt.order.len(), 4);
    for (fact, stays) in [(0, true), (5, true), (6, false), (7, false)] {
        for number in 0..4 {
            let fact = format!("fact {fact} of {number}");
            assert_eq!(prompt.user.contains(&fact), stays, "{fact}");
        }
    }
}

#[test]
fn candidates_go_from_the_tail() {
    let material = material(6, 0, 0, 0);
    let whole = render(&material, None, 0);
    let prompt = render(&material, Some(whole.tokens - 1), 0);
    let mut left = listed(&prompt);
    left.sort_unstable();
    assert_eq!(left, ["Film 0", "Film 1", "Film 2", "Film 3", "Film 4"]);
    assert_eq!(prompt.cut, ["candidates"]);
}

#[test]
fn a_seed_gives_an_order_and_its_key() {
    let material = material(12, 1, 0, 0);
    let prompts: Vec<_> = (0..4).map(|seed| render(&material, None, seed)).collect();
    for prompt in &prompts {
        let titles: Vec<_> = prompt
            .order
            .iter()
            .map(|&position| material.candidates[position].title.as_str())
            .collect();
        assert_eq!(listed(prompt), titles);
    }
    assert_eq!(prompts[1], render(&material, None, 1));
    assert!(
        prompts
            .windows(2)
            .all(|pair| pair[0].order != pair[1].order)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_budget_holds_or_only_one_candidate_is_left(
        (candidates, facts, cases, about) in (0usize..20, 0usize..9, 0usize..5, 0usize..5),
        budget in 0usize..1500,
        seed in any::<u64>(),
    ) {
        let material = material(candidates, facts, cases, about);
        let prompt = render(&material, Some(budget), seed);
        let mut order = prompt.order.clone();
        order.sort_unstable();
        prop_assert_eq!(order, (0..prompt.order.len()).collect::<Vec<_>>());
        prop_assert_eq!(listed(&prompt).len(), prompt.order.len());
        if prompt.tokens > budget {
            prop_assert!(prompt.order.len() <= 1);
            for gone in ["## Similar", "## Facts", " — "] {
                prop_assert!(!prompt.user.contains(gone), "{} in {}", gone, prompt.user);
            }
        }
        if prompt.cut.is_empty() {
            prop_assert_eq!(prompt.order.len(), candidates);
        }
    }
}
