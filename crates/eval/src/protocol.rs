//! What is asked: one question for each item that a recommender's turn names.
//!
//! The context of a question is everything before that turn. A method sees a [`Context`] and
//! nothing else: not the identifier of the conversation, not its opinions, not the turn that is
//! evaluated or a later one.

use std::collections::BTreeSet;

use crate::{Dialogue, EvalError, Speaker, Turn, Universe};

/// The turns before the one that is evaluated, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What has been said so far; it may be nothing.
    pub turns: &'a [Turn],
}

impl<'a> Context<'a> {
    /// The items named so far, the latest mention first, each once.
    #[must_use]
    pub fn items_latest_first(&self) -> Vec<&'a str> {
        let mut seen = BTreeSet::new();
        let backwards = self.turns.iter().rev();
        backwards
            .flat_map(|turn| turn.items.iter().rev())
            .map(String::as_str)
            .filter(|item| seen.insert(*item))
            .collect()
    }

    /// Whether the context names anything that is linked, an item or something else.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.turns
            .iter()
            .any(|turn| !turn.items.is_empty() || !turn.entities.is_empty())
    }
}

/// A turn of a recommender that names items.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The place of the conversation in the list that is evaluated.
    pub dialogue: usize,
    /// The turn that names the items; the context ends before it.
    pub turn: usize,
    /// The items that were named, one instance each.
    pub targets: Vec<Target>,
    /// Positions of the items that the context names and the universe holds, ascending.
    pub mentioned: Vec<u32>,
}

/// An item that a recommender named.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its identifier.
    pub id: String,
    /// Its position, unless the universe does not hold it: then nothing can find it.
    pub position: Option<u32>,
    /// Whether the context does not name it.
    pub new: bool,
    /// Whether the seeker liked it, where that is known.
    pub liked: Option<bool>,
}

/// The questions that conversations pose, in their order.
#[must_use]
pub fn questions(dialogues: &[Dialogue], universe: &Universe) -> Vec<Question> {
    let mut questions = Vec::new();
    for (number, dialogue) in dialogues.iter().enumerate() {
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for (index, turn) in dialogue.turns.iter().enumerate() {
            if turn.speaker == Speaker::Recommender && !turn.items.is_empty() {
                let target = |id: &String| Target {
                    id: id.clone(),
                    position: universe.position(id),
                    new: !named.contains(id.as_str()),
                    liked: dialogue.opinions.get(id).and_then(|opinion| opinion.liked),
                };
                let known = named.iter().filter_map(|id| universe.position(id));
                questions.push(Question {
                    dialogue: number,
                    turn: index,
                    targets: turn.items.iter().map(target).collect(),
                    mentioned: known.collect(),
                });
            }
            named.extend(turn.items.iter().map(String::as_str));
        }
    }
    questions
}

/// Refuses to evaluate what is remembered.
///
/// # Errors
/// [`EvalError::Overlap`] if an identifier is in both.
pub fn check_disjoint<'a>(
    memory: impl IntoIterator<Item = &'a str>,
    evaluated: &[Dialogue],
) -> Result<(), EvalError> {
    let memory: BTreeSet<&str> = memory.into_iter().collect();
    let mut both = evaluated
        .iter()
        .filter(|dialogue| memory.contains(dialogue.id.as_str()));
    match both.next() {
        None => Ok(()),
        Some(first) => Err(EvalError::Overlap {
            count: 1 + both.count(),
            example: first.id.clone(),
        }),
    }
}

/// The place of a target among all items, counted from 1, ties against it.
///
/// `excluded` holds positions, ascending, that leave the ranking. A target that the universe does
/// not hold stands behind all items.
#[must_use]
pub fn pessimistic_rank(scores: &[f32], target: Option<u32>, excluded: &[u32]) -> u32 {
    let Some(target) = target else {
        return scores.len() as u32 + 1;
    };
    let own = scores[target as usize];
    let level = scores.iter().filter(|&&score| score >= own).count();
    let gone = excluded
        .iter()
        .filter(|&&item| item != target && scores[item as usize] >= own)
        .count();
    // The target counts itself once.
    (level - gone) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn turn(speaker: Speaker, items: &[&str]) -> Turn {
        Turn {
            speaker,
            text: String::new(),
            entities: Vec::new(),
            items: items.iter().map(|&item| item.to_owned()).collect(),
        }
    }

    #[test]
    fn each_item_of_a_recommender_is_an_instance() {
        let dialogue = Dialogue {
            id: "d".into(),
            split: String::new(),
            turns: vec![
                turn(Speaker::Seeker, &["a"]),
                turn(Speaker::Recommender, &["b", "a"]),
                turn(Speaker::Recommender, &[]),
                turn(Speaker::Recommender, &["z"]),
            ],
            opinions: BTreeMap::new(),
        };
        let universe = Universe::new(["a", "b", "c"].map(str::to_owned));
        let asked = questions(&[dialogue], &universe);
        assert_eq!(asked.len(), 2);
        assert_eq!(
            (asked[0].turn, asked[0].mentioned.as_slice()),
            (1, &[0][..])
        );
        let new: Vec<bool> = asked[0].targets.iter().map(|target| target.new).collect();
        assert_eq!(new, [true, false]);
        assert_eq!(asked[1].mentioned, [0, 1]);
        assert_eq!(asked[1].targets[0].position, None);
    }

    #[test]
    fn ties_go_against_the_target() {
        let scores = [0.5, 0.5, 0.9, 0.1];
        assert_eq!(pessimistic_rank(&scores, Some(0), &[]), 3);
        assert_eq!(pessimistic_rank(&scores, Some(0), &[1, 2]), 1);
        assert_eq!(pessimistic_rank(&scores, Some(0), &[0, 2]), 2);
        assert_eq!(pessimistic_rank(&scores, None, &[]), 5);
        let left_out = [f32::NEG_INFINITY; 4];
        assert_eq!(pessimistic_rank(&left_out, Some(2), &[]), 4);
    }

    #[test]
    fn an_overlap_is_refused() {
        let dialogue = |id: &str| Dialogue {
            id: id.into(),
            split: String::new(),
            turns: Vec::new(),
            opinions: BTreeMap::new(),
        };
        let evaluated = [dialogue("a"), dialogue("b"), dialogue("c")];
        assert!(check_disjoint(["x"], &evaluated).is_ok());
        let error = check_disjoint(["b", "c"], &evaluated).expect_err("two are in both");
        assert!(matches!(error, EvalError::Overlap { count: 2, example } if example == "b"));
    }
}
