//! What is cut, in which order, and that the budget holds.

use proptest::prelude::*;
use tastegraph_prompt::{
    Material, Prompt, PromptError, RenderOptions, Template, TokenCounter, UserLine,
};

use crate::support::material;

const CUTS: [&str; 7] = [
    "similar conversations",
    "similar users",
    "facts of candidates",
    "facts about what was named",
    "candidates",
    "preferences",
    "the last turn",
];

fn try_render(
    material: &Material,
    token_budget: Option<usize>,
    seed: u64,
) -> Result<Prompt, PromptError> {
    let options = RenderOptions {
        seed,
        token_budget,
        ..RenderOptions::default()
    };
    Template::recommend()
        .expect("the shipped template is valid")
        .render(material, &options)
}

fn render(material: &Material, token_budget: Option<usize>, seed: u64) -> Prompt {
    try_render(material, token_budget, seed).expect("it fits")
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
    let mut material = material(8, 8, 3, 3);
    material.users = vec![UserLine {
        shared: vec!["crime".to_owned()],
        liked: vec!["Heat (1995)".to_owned()],
    }];
    let whole = render(&material, None, 0);
    assert_eq!((whole.token_budget, whole.cut.len()), (6000, 0));
    let mut before = whole.clone();
    for budget in (0..whole.tokens).rev() {
        let Ok(prompt) = try_render(&material, Some(budget), 0) else {
            break;
        };
        assert!(prompt.tokens <= budget && prompt.token_budget == budget);
        assert_eq!(prompt.cut, CUTS[..prompt.cut.len()], "budget {budget}");
        assert!(prompt.cut.len() >= before.cut.len() && prompt.tokens <= before.tokens);
        before = prompt;
    }
    assert_eq!(before.cut, CUTS);
    assert_eq!(listed(&before), ["Film 0"], "the best candidate stays");
    let error = try_render(&material, Some(before.tokens - 1), 0).expect_err("instructions stay");
    let PromptError::BudgetTooSmall { needed, budget, .. } = error else {
        panic!("{error}");
    };
    assert_eq!((needed, budget), (before.tokens, before.tokens - 1));
}

#[test]
fn recent_turns_outlive_candidates_and_old_ones_do_not() {
    let mut material = material(5, 3, 0, 0);
    material.dialogue = vec![material.dialogue[0].clone(); 20];
    for (number, turn) in material.dialogue.iter_mut().enumerate() {
        turn.text = format!("said {number}");
    }
    let whole = render(&material, None, 0);
    let prompt = render(&material, Some(whole.tokens - 1), 0);
    assert_eq!(prompt.cut, ["older turns"]);
    assert!(!prompt.user.contains("said 0\n") && prompt.user.contains("said 19"));
    let smallest = (0..whole.tokens).find_map(|budget| try_render(&material, Some(budget), 0).ok());
    let smallest = smallest.expect("some budget suffices");
    assert!(!smallest.user.contains("said 18"), "{}", smallest.user);
}

/// A tokenizer for which a word counts a lot and texts do not add up.
struct Odd;

impl TokenCounter for Odd {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count() * 3 + text.len() % 7
    }

    fn overhead(&self) -> usize {
        11
    }

    fn name(&self) -> &'static str {
        "odd"
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
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_prompt_is_never_over_its_budget(
        (candidates, facts, cases, about) in (0usize..20, 0usize..9, 0usize..5, 0usize..5),
        said in prop::collection::vec(".{0,200}", 0..10),
        budget in 0usize..1500,
        seed in any::<u64>(),
        odd in any::<bool>(),
    ) {
        let mut material = material(candidates, facts, cases, about);
        material.dialogue.extend(said.into_iter().map(|text| tastegraph_prompt::DialogueLine {
            speaker: "seeker".to_owned(),
            text: tastegraph_prompt::clean(&text),
        }));
        let template = Template::recommend().expect("the shipped template is valid");
        let options = RenderOptions { seed, token_budget: Some(budget), ..RenderOptions::default() };
        let counter: &dyn TokenCounter = if odd { &Odd } else { &tastegraph_prompt::ApproximateTokens };
        match template.render_counted(&material, &options, counter) {
            Err(error) => {
                let too_small = matches!(error, PromptError::BudgetTooSmall { needed, .. } if needed > budget);
                prop_assert!(too_small);
            }
            Ok(prompt) => {
                prop_assert!(prompt.tokens <= budget);
                let counted = counter.count(&prompt.system) + counter.count(&prompt.user);
                prop_assert_eq!(prompt.tokens, counted + counter.overhead());
                let mut order = prompt.order.clone();
                order.sort_unstable();
                prop_assert_eq!(order, (0..prompt.order.len()).collect::<Vec<_>>());
                prop_assert_eq!(listed(&prompt).len(), prompt.order.len());
                if prompt.cut.is_empty() {
                    prop_assert_eq!(prompt.order.len(), candidates);
                }
            }
        }
    }
}
