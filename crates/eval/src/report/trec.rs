//! Runs and judgements in the format of `trec_eval`.
//!
//! Each instance is a query of its own with one relevant item, for the target decides how ties are
//! broken. `trec_eval` orders by score and not by rank, so that the score written is `depth − place`.

use std::fmt::Write;

use crate::{DEPTH, Experiment, Outcome, Run};

/// The run of a method: the first hundred items for each instance, ties against the target.
/// `new` takes the instances whose target is new, and leaves out what the context names.
#[must_use]
pub fn run_file(run: &Run, experiment: &Experiment, new: bool) -> String {
    let mut text = String::new();
    let mut outcomes = run.outcomes.iter();
    for (number, question) in experiment.questions.iter().enumerate() {
        let list = if new {
            &run.lists_new[number]
        } else {
            &run.lists[number]
        };
        for target in &question.targets {
            let Some(outcome) = outcomes.next() else {
                return text;
            };
            let rank = if new {
                outcome.rank_new
            } else {
                Some(outcome.rank)
            };
            if let Some(rank) = rank {
                let ids = placed(list, target.position, rank)
                    .into_iter()
                    .map(|item| experiment.universe.id(item));
                write_list(&mut text, outcome, ids, &run.method);
            }
        }
    }
    text
}

/// The list with the target where its pessimistic rank puts it.
fn placed(list: &[u32], target: Option<u32>, rank: u32) -> Vec<u32> {
    let mut placed: Vec<u32> = list
        .iter()
        .copied()
        .filter(|item| Some(*item) != target)
        .collect();
    if let Some(target) = target.filter(|_| rank as usize <= DEPTH) {
        placed.insert((rank as usize - 1).min(placed.len()), target);
    }
    placed.truncate(DEPTH);
    placed
}

fn write_list<'a>(
    text: &mut String,
    outcome: &Outcome,
    ids: impl Iterator<Item = &'a str>,
    method: &str,
) {
    let query = query(outcome);
    for (place, id) in ids.enumerate() {
        let (rank, score) = (place + 1, DEPTH - place);
        let _ = writeln!(text, "{query} Q0 {} {rank} {score} {method}", word(id));
    }
}

/// The judgements: for each instance its target.
#[must_use]
pub fn qrels(run: &Run, new: bool) -> String {
    let counted = run.outcomes.iter().filter(|outcome| !new || outcome.new);
    counted
        .map(|outcome| format!("{} 0 {} 1\n", query(outcome), word(&outcome.target)))
        .collect()
}

fn query(outcome: &Outcome) -> String {
    word(&format!(
        "{}#{}#{}",
        outcome.dialogue, outcome.turn, outcome.target
    ))
}

/// Fields are separated by white space, so that there must be none within.
fn word(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_stands_at_its_pessimistic_rank() {
        assert_eq!(placed(&[1, 2, 3], Some(2), 3), [1, 3, 2]);
        assert_eq!(placed(&[1, 2, 3], Some(9), 101), [1, 2, 3]);
        assert_eq!(placed(&[1, 2, 3], None, 7), [1, 2, 3]);
    }
}
