//! Nothing of the evaluated turn or later reaches a method.

use std::sync::Mutex;

use tastegraph_eval::{
    Context, Dialogue, EvalError, Opinion, Pace, Recommendation, Recommender, Speaker,
};

use crate::support::{ITEMS, evaluated, experiment, turn};

/// Notes what a method answers.
struct Witness<'a> {
    method: &'a dyn Recommender,
    seen: Mutex<Vec<(String, Recommendation)>>,
}

impl Recommender for Witness<'_> {
    fn name(&self) -> &str {
        self.method.name()
    }

    fn recommend(&self, context: &Context<'_>) -> Result<Recommendation, EvalError> {
        let answer = self.method.recommend(context)?;
        let mut seen = self.seen.lock().expect("nobody panics");
        seen.push((format!("{context:?}"), answer.clone()));
        Ok(answer)
    }
}

/// Contexts and answers for the first question of each conversation.
fn first_answers(dialogues: Vec<Dialogue>) -> Vec<(String, Recommendation)> {
    let questions: Vec<usize> = dialogues.iter().map(first_question).collect();
    let (experiment, baselines) = experiment(dialogues);
    let mut answers = Vec::new();
    for method in baselines.iter() {
        let witness = Witness {
            method,
            seen: Mutex::new(Vec::new()),
        };
        experiment
            .run(&witness, Pace::Serial)
            .expect("baselines answer");
        let mut seen = witness
            .seen
            .into_inner()
            .expect("nobody panics")
            .into_iter();
        for (number, question) in experiment.questions.iter().enumerate() {
            let answer = seen.next().expect("one answer for each question");
            let first =
                number == 0 || experiment.questions[number - 1].dialogue != question.dialogue;
            if first {
                assert_eq!(question.turn, questions[question.dialogue]);
                answers.push(answer);
            }
        }
    }
    answers
}

fn first_question(dialogue: &Dialogue) -> usize {
    let asks = |turn: &tastegraph_eval::Turn| {
        turn.speaker == Speaker::Recommender && !turn.items.is_empty()
    };
    dialogue.turns.iter().position(asks).expect("each has one")
}

#[test]
fn answers_planted_in_the_turn_later_and_in_labels_move_nothing() {
    let honest = evaluated();
    let mut planted = honest.clone();
    for dialogue in &mut planted {
        let at = first_question(dialogue);
        let target = dialogue.turns[at].items[0].clone();
        // The evaluated turn says it loud, names others, and comes with links.
        dialogue.turns[at].text = format!("the answer is {target} {target} something to go with");
        dialogue.turns[at].entities.push("e:answer".to_owned());
        dialogue.turns[at]
            .items
            .extend([ITEMS[0].to_owned(), ITEMS[3].to_owned()]);
        dialogue.turns[at].items.sort();
        dialogue.turns[at].items.dedup();
        // So do all later turns, and the forms filled in afterwards.
        dialogue.turns.truncate(at + 1);
        for _ in 0..3 {
            dialogue.turns.push(turn(
                Speaker::Seeker,
                &format!("I love {target}"),
                &[&target],
            ));
        }
        dialogue.opinions.clear();
        for item in ITEMS {
            let liked = Some(item == target);
            dialogue.opinions.insert(item.to_owned(), Opinion { liked });
        }
        // And the conversation itself is renamed after it.
        dialogue.id = format!("{target} {}", dialogue.id);
        dialogue.split = target;
    }
    let (honest, planted) = (first_answers(honest), first_answers(planted));
    assert_eq!(honest.len(), 9 * 5);
    assert_eq!(honest, planted);
}

#[test]
fn the_test_would_notice() {
    // The same plant one turn earlier, where it is part of the context, does move the scores.
    let honest = evaluated();
    let mut planted = honest.clone();
    for dialogue in &mut planted {
        let at = first_question(dialogue);
        let target = dialogue.turns[at].items[0].clone();
        dialogue.turns[at - 1].items.push(target);
    }
    let (honest, planted) = (first_answers(honest), first_answers(planted));
    let moved = honest
        .iter()
        .zip(&planted)
        .filter(|(a, b)| a.1.scores != b.1.scores)
        .count();
    assert!(moved > 20, "{moved}");
}
