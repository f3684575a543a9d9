//! Ranking by likelihood: the model does not write, it says how probable each name is.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tastegraph_prompt::Prompt;

use crate::order::{bounded, standardised};
use crate::{ChatModel, LlmError, Message, Role};

/// For each candidate, how much more probable its name is as the next message of this conversation
/// than as the next message of none, per token of the name, in nats:
/// `(ln P(name | conversation) − ln P(name | nothing)) / tokens`.
///
/// Without the second term a model prefers names that it has read often (domain-conditional pointwise
/// mutual information; Holtzman et al. 2021, Surface Form Competition).
///
/// # Errors
/// As [`ChatModel::likelihoods`].
pub fn likelihood_scores(
    model: &dyn ChatModel,
    prompt: &Prompt,
    nothing: &Prompt,
    titles: &[String],
    known: &Priors,
) -> Result<Vec<f64>, LlmError> {
    let with = model.likelihoods(&messages(prompt), titles)?;
    let without = known.of(model, nothing, titles)?;
    Ok(with
        .iter()
        .zip(without)
        .map(|(with, without)| with.mean() - without)
        .collect())
}

/// What names are worth without a conversation; asked once for each name.
#[derive(Debug, Default)]
pub struct Priors {
    by_title: Mutex<HashMap<String, f64>>,
}

impl Priors {
    fn of(
        &self,
        model: &dyn ChatModel,
        nothing: &Prompt,
        titles: &[String],
    ) -> Result<Vec<f64>, LlmError> {
        let mut known = self.by_title.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<String> = titles
            .iter()
            .filter(|title| !known.contains_key(*title))
            .cloned()
            .collect();
        if !new.is_empty() {
            let found = model.likelihoods(&messages(nothing), &new)?;
            known.extend(new.into_iter().zip(found.iter().map(|found| found.mean())));
        }
        Ok(titles.iter().map(|title| known[title]).collect())
    }
}

fn messages(prompt: &Prompt) -> [Message; 2] {
    [
        Message::new(Role::System, &*prompt.system),
        Message::new(Role::User, &*prompt.user),
    ]
}

/// The order by `(1 − weight) · retrieval + weight · likelihood`, both standardised over the
/// candidates, with no candidate further than `max_shift` places from where it stood. `retrieval`
/// holds log-odds, best first.
#[must_use]
pub fn mixed_order(
    retrieval: &[f64],
    likelihood: &[f64],
    weight: f64,
    max_shift: usize,
) -> Vec<usize> {
    let (retrieval, likelihood) = (standardised(retrieval), standardised(likelihood));
    let mixed: Vec<f64> = retrieval
        .iter()
        .zip(&likelihood)
        .map(|(retrieval, likelihood)| (1.0 - weight) * retrieval + weight * likelihood)
        .collect();
    let mut order: Vec<usize> = (0..mixed.len()).collect();
    order.sort_by(|&a, &b| mixed[b].total_cmp(&mixed[a]).then(a.cmp(&b)));
    bounded(&order, max_shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_decides() {
        let (retrieval, likelihood) = ([3.0, 2.0, 1.0], [-3.0, -2.0, -1.0]);
        assert_eq!(mixed_order(&retrieval, &likelihood, 0.0, 9), [0, 1, 2]);
        assert_eq!(mixed_order(&retrieval, &likelihood, 1.0, 9), [2, 1, 0]);
        assert_eq!(mixed_order(&retrieval, &likelihood, 1.0, 0), [0, 1, 2]);
    }

    #[test]
    fn numbers_that_are_none_say_nothing() {
        let order = mixed_order(&[2.0, 1.0], &[f64::NAN, 0.0], 0.5, 9);
        assert_eq!(order, [0, 1]);
    }
}
