//! Candidates made by hand, and a prompt for them.

use tastegraph_llm::{Ask, ChatModel, Ranked, Replay, rank};
use tastegraph_prompt::{CandidateLine, DialogueLine, Material, Prompt, RenderOptions, Template};

pub(crate) const TITLES: [&str; 8] = [
    "Heat (1995)",
    "Ronin (1998)",
    "Serpico (1973)",
    "The Town (2010)",
    "Thief (1981)",
    "Up (2009)",
    "Inside Man (2006)",
    "Rififi (1955)",
];

pub(crate) fn material() -> Material {
    let candidates = TITLES
        .iter()
        .enumerate()
        .map(|(number, title)| CandidateLine {
            title: (*title).to_owned(),
            facts: vec![
                "genre: crime, thriller".to_owned(),
                format!("cast: Actor Number{number}"),
            ],
        });
    Material {
        item_name: "film".to_owned(),
        preferences: vec!["likes Michael Mann (turn 1)".to_owned()],
        candidates: candidates.collect(),
        dialogue: vec![DialogueLine {
            speaker: "seeker".to_owned(),
            text: "A heist, please".to_owned(),
        }],
        ..Material::default()
    }
}

pub(crate) fn prompt(material: &Material, seed: u64) -> Prompt {
    let options = RenderOptions {
        seed,
        wanted: 3,
        ..RenderOptions::default()
    };
    Template::recommend()
        .expect("the shipped template is valid")
        .render(material, &options)
        .expect("it fits")
}

/// The number that the candidate at a position has in the prompt.
pub(crate) fn number(prompt: &Prompt, position: usize) -> usize {
    let place = prompt.order.iter().position(|&other| other == position);
    place.expect("all are in the prompt") + 1
}

/// Asks a model once, showing three.
pub(crate) fn ask(model: &dyn ChatModel, max_shift: usize) -> Ranked {
    let material = material();
    let prompt = prompt(&material, 0);
    rank(
        model,
        &Ask {
            prompts: &[prompt],
            material: &material,
            listed: 3,
            answer_tokens: 100,
            max_shift,
            items_named: &|_| Vec::new(),
        },
    )
}

/// What comes of these answers, in turn.
pub(crate) fn answered(answers: &[&str]) -> Ranked {
    ask(&Replay::answers(answers.iter().copied()), usize::MAX)
}

/// Whether an order holds each candidate once.
pub(crate) fn is_complete(ranked: &Ranked) -> bool {
    let mut order = ranked.order.clone();
    order.sort_unstable();
    order == (0..TITLES.len()).collect::<Vec<_>>()
}
