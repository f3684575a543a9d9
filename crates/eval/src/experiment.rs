//! An evaluation: questions, the memory that methods may use, and the run of one method.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::protocol::{Question, Target, check_disjoint, pessimistic_rank, questions};
use crate::{Context, Dialogue, EvalError, Memory, Recommendation, Recommender, Universe};

/// Items of a list that are kept: as deep as the deepest cut-off.
pub const DEPTH: usize = 100;

/// Most mentioned items that count as popular.
pub const HEAD: usize = 100;

/// Ranks of similar conversations whose items are looked at.
pub const SIMILAR_CUTS: [usize; 4] = [1, 3, 5, 10];

/// What is evaluated, for all methods the same.
#[derive(Debug)]
pub struct Experiment {
    /// The conversations that pose the questions.
    pub dialogues: Vec<Dialogue>,
    /// The questions.
    pub questions: Vec<Question>,
    /// The items that are ranked.
    pub universe: Universe,
    /// What methods may know.
    pub memory: Memory,
    head: BTreeSet<u32>,
    remembered: BTreeMap<String, usize>,
}

/// Whether questions are answered at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// One after the other, so that times are those of an idle machine.
    Serial,
    /// On all threads.
    Parallel,
}

/// One target and where a method put it: a line of the per-instance file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a line, by which instances are grouped"
)]
pub struct Outcome {
    /// Identifier of the conversation.
    pub dialogue: String,
    /// The turn that names the target, from 0.
    pub turn: usize,
    /// Identifier of the target.
    pub target: String,
    /// Whether the context does not name it.
    pub new: bool,
    /// Whether the seeker liked it, where that is known.
    pub liked: Option<bool>,
    /// Whether it is one of the most mentioned items of the memory.
    pub popular: bool,
    /// Whether no conversation of the memory names it.
    pub cold: bool,
    /// Whether the context names anything that is linked.
    pub linked: bool,
    /// Its rank among all items.
    pub rank: u32,
    /// Its rank among the items that the context does not name, if it is one of them.
    pub rank_new: Option<u32>,
    /// The place of the first similar conversation that names it, if it is new.
    pub similar: Option<u32>,
}

/// What a method answered.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name of the method.
    pub method: String,
    /// One outcome for each target, in the order of the questions.
    pub outcomes: Vec<Outcome>,
    /// For each question its best items, those named in the context included, best first.
    pub lists: Vec<Vec<u32>>,
    /// For each question its best items without those named in the context.
    pub lists_new: Vec<Vec<u32>>,
    /// Whether the method named similar conversations.
    pub has_similar: bool,
    /// The time that each answer took.
    pub times: Vec<Duration>,
}

impl Experiment {
    /// Puts the questions of `evaluated` over a memory.
    ///
    /// # Errors
    /// [`EvalError::Overlap`] if a conversation is in both; [`EvalError::Nothing`] if no turn of a
    /// recommender names an item.
    pub fn new(
        universe: Universe,
        memory: Memory,
        evaluated: Vec<Dialogue>,
    ) -> Result<Self, EvalError> {
        check_disjoint(memory.ids.iter().map(String::as_str), &evaluated)?;
        let questions = questions(&evaluated, &universe);
        if questions.is_empty() {
            return Err(EvalError::Nothing {
                reason: format!("{} conversations recommend no item", evaluated.len()),
                available: "an item counts if a recommender's turn names it".to_owned(),
            });
        }
        Ok(Self {
            head: memory.head(HEAD).into_iter().collect(),
            remembered: memory.ids.iter().cloned().zip(0..).collect(),
            dialogues: evaluated,
            questions,
            universe,
            memory,
        })
    }

    /// Lets a method answer all questions.
    ///
    /// # Errors
    /// [`EvalError::BadScores`] if an answer cannot be ranked; whatever the method reports.
    pub fn run(&self, method: &dyn Recommender, pace: Pace) -> Result<Run, EvalError> {
        let ask = |question: &Question| {
            let turns = &self.dialogues[question.dialogue].turns[..question.turn];
            let context = Context { turns };
            let clock = Instant::now();
            let answer = method.recommend(&context)?;
            let time = answer.time.unwrap_or_else(|| clock.elapsed());
            self.check(method.name(), &answer)?;
            Ok(self.judge(question, &context, &answer, time))
        };
        let judged: Vec<Judged> = match pace {
            Pace::Serial => self
                .questions
                .iter()
                .map(ask)
                .collect::<Result<_, EvalError>>()?,
            Pace::Parallel => self
                .questions
                .par_iter()
                .map(ask)
                .collect::<Result<_, EvalError>>()?,
        };
        let mut run = Run {
            method: method.name().to_owned(),
            outcomes: Vec::new(),
            lists: Vec::new(),
            lists_new: Vec::new(),
            has_similar: false,
            times: Vec::new(),
        };
        for one in judged {
            run.outcomes.extend(one.outcomes);
            run.lists.push(one.list);
            run.lists_new.push(one.list_new);
            run.has_similar |= one.has_similar;
            run.times.push(one.time);
        }
        Ok(run)
    }

    fn check(&self, method: &str, answer: &Recommendation) -> Result<(), EvalError> {
        let (found, expected) = (answer.scores.len(), self.universe.len());
        let problem = if found != expected {
            format!("{found} scores for {expected} items")
        } else if answer.scores.iter().any(|score| score.is_nan()) {
            "a score that is not a number".to_owned()
        } else {
            return Ok(());
        };
        Err(EvalError::BadScores {
            method: method.to_owned(),
            problem,
        })
    }

    fn judge(
        &self,
        question: &Question,
        context: &Context<'_>,
        answer: &Recommendation,
        time: Duration,
    ) -> Judged {
        let linked = context.is_linked();
        let outcome = |target: &Target| {
            let rank_of =
                |excluded: &[u32]| pessimistic_rank(&answer.scores, target.position, excluded);
            let mentions = |item: u32| self.memory.mentions[item as usize];
            Outcome {
                dialogue: self.dialogues[question.dialogue].id.clone(),
                turn: question.turn,
                target: target.id.clone(),
                new: target.new,
                liked: target.liked,
                popular: target
                    .position
                    .is_some_and(|item| self.head.contains(&item)),
                cold: target.position.is_none_or(|item| mentions(item) == 0),
                linked,
                rank: rank_of(&[]),
                rank_new: target.new.then(|| rank_of(&question.mentioned)),
                similar: target
                    .new
                    .then(|| self.found_in(target, &answer.similar))
                    .flatten(),
            }
        };
        Judged {
            outcomes: question.targets.iter().map(outcome).collect(),
            list: best(&answer.scores, &[]),
            list_new: best(&answer.scores, &question.mentioned),
            has_similar: !answer.similar.is_empty(),
            time,
        }
    }

    /// The place of the first of the similar conversations that names the target, from 1.
    fn found_in(&self, target: &Target, similar: &[String]) -> Option<u32> {
        let item = target.position?;
        let names = |id: &String| {
            let known = self.remembered.get(id);
            known.is_some_and(|&place| self.memory.items[place].binary_search(&item).is_ok())
        };
        let place = similar.iter().take(DEPTH).position(names)?;
        Some(place as u32 + 1)
    }
}

/// One question's results.
struct Judged {
    outcomes: Vec<Outcome>,
    list: Vec<u32>,
    list_new: Vec<u32>,
    has_similar: bool,
    time: Duration,
}

/// The best items that are not excluded, ties by position. Items that were left out stay out.
fn best(scores: &[f32], excluded: &[u32]) -> Vec<u32> {
    let kept = |item: &u32| {
        scores[*item as usize] > f32::NEG_INFINITY && excluded.binary_search(item).is_err()
    };
    let mut order: Vec<u32> = (0..scores.len() as u32).filter(kept).collect();
    let by_score = |a: &u32, b: &u32| {
        let (a_score, b_score) = (scores[*a as usize], scores[*b as usize]);
        b_score.total_cmp(&a_score).then(a.cmp(b))
    };
    if order.len() > DEPTH {
        order.select_nth_unstable_by(DEPTH - 1, by_score);
        order.truncate(DEPTH);
    }
    order.sort_unstable_by(by_score);
    order
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn the_best_come_first_and_exclusions_are_obeyed() {
        let scores = [0.1, 0.9, f32::NEG_INFINITY, 0.9, 0.5];
        assert_eq!(best(&scores, &[]), [1, 3, 4, 0]);
        assert_eq!(best(&scores, &[1]), [3, 4, 0]);
    }
}
