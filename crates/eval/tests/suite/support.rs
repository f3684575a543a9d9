//! A few conversations about furniture.

use std::collections::BTreeMap;

use tastegraph_eval::{Baselines, Dialogue, Experiment, Memory, Opinion, Speaker, Turn, Universe};

pub(crate) const ITEMS: [&str; 8] = [
    "i:bench", "i:chair", "i:desk", "i:lamp", "i:rug", "i:shelf", "i:sofa", "i:table",
];

pub(crate) fn turn(speaker: Speaker, text: &str, items: &[&str]) -> Turn {
    Turn {
        speaker,
        text: text.to_owned(),
        entities: vec!["e:wood".to_owned()],
        items: items.iter().map(|&item| item.to_owned()).collect(),
    }
}

pub(crate) fn dialogue(id: &str, turns: Vec<Turn>) -> Dialogue {
    Dialogue {
        id: id.to_owned(),
        split: "valid".to_owned(),
        turns,
        opinions: BTreeMap::new(),
    }
}

/// Conversations that name items next to each other in [`ITEMS`].
pub(crate) fn remembered() -> Vec<Dialogue> {
    let pair = |number: usize| {
        let [a, b] = [ITEMS[number % 8], ITEMS[(number * 3 + 1) % 8]];
        let text = format!("something to go with number {}", number % 3);
        let turns = vec![
            turn(Speaker::Seeker, &text, &[a]),
            turn(Speaker::Recommender, "this", &[b]),
        ];
        dialogue(&format!("m{number}"), turns)
    };
    (0..12).map(pair).collect()
}

/// Conversations that are evaluated.
pub(crate) fn evaluated() -> Vec<Dialogue> {
    let ask = |number: usize| {
        let [a, b, c] = [1, 4, 6].map(|step| ITEMS[(number + step) % 8]);
        let mut asked = dialogue(
            &format!("q{number}"),
            vec![
                turn(Speaker::Seeker, "something to go with number 1", &[a]),
                turn(Speaker::Recommender, "maybe this", &[b]),
                turn(Speaker::Seeker, "and number 2?", &[]),
                turn(Speaker::Recommender, "or these", &[c, a]),
            ],
        );
        asked.opinions.insert(
            b.to_owned(),
            Opinion {
                liked: Some(number.is_multiple_of(2)),
            },
        );
        asked
    };
    (0..9).map(ask).collect()
}

pub(crate) fn universe() -> Universe {
    Universe::new(ITEMS.map(str::to_owned))
}

pub(crate) fn experiment(evaluated: Vec<Dialogue>) -> (Experiment, Baselines) {
    let (universe, remembered) = (universe(), remembered());
    let memory = Memory::new(&remembered, &universe);
    let baselines = Baselines::new(&universe, &memory, &remembered, |_| true);
    let experiment = Experiment::new(universe, memory, evaluated).expect("no overlap");
    (experiment, baselines)
}
