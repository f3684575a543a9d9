//! Settings of pre-training.

use serde::{Deserialize, Serialize};

use crate::{NbfNetConfig, ReasonerError};

/// How a network is trained on the facts of a graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PretrainConfig {
    /// The size of the network.
    pub network: NbfNetConfig,
    /// Steps at most; the learning rate falls to 0 towards the last.
    pub steps: usize,
    /// Questions in a step.
    pub batch: usize,
    /// Wrong answers to each question.
    pub wrong_answers: usize,
    /// Share of the questions that ask for a node by several of its neighbours, as an expansion
    /// does, instead of one end of a fact by the other, in (0, 1].
    pub expansions: f32,
    /// The learning rate of Adam at its highest.
    pub learning_rate: f32,
    /// Facts that are kept from training to watch it, at most a twentieth of all.
    pub validation: usize,
    /// Facts that are kept to report on, at most a twentieth of all.
    pub test: usize,
    /// Steps between two validations.
    pub validate_every: usize,
    /// Validations without a better one after which training stops.
    pub patience: usize,
    /// Everything random follows from it: equal seeds give equal weights on equal processors,
    /// whatever the number of threads.
    pub seed: u64,
}

impl Default for PretrainConfig {
    fn default() -> Self {
        Self {
            network: NbfNetConfig::default(),
            steps: 2_000,
            batch: 32,
            wrong_answers: 64,
            expansions: 0.2,
            learning_rate: 5e-3,
            validation: 200,
            test: 1_000,
            validate_every: 100,
            patience: 5,
            seed: 1,
        }
    }
}

impl PretrainConfig {
    pub(super) fn check(&self) -> Result<(), ReasonerError> {
        self.network.check()?;
        let counts = [
            ("steps", self.steps),
            ("batch", self.batch),
            ("wrong_answers", self.wrong_answers),
            ("validate_every", self.validate_every),
            ("patience", self.patience),
        ];
        let invalid = |name, problem: &str| {
            Err(ReasonerError::InvalidConfig {
                name,
                problem: problem.to_owned(),
            })
        };
        if let Some((name, _)) = counts.into_iter().find(|(_, count)| *count == 0) {
            return invalid(name, "is 0; use at least 1");
        }
        // Without such questions the vector of an expansion would stay as random as it began.
        if !(self.expansions > 0.0 && self.expansions <= 1.0) {
            return invalid(
                "expansions",
                "is a share; use a number above 0 and at most 1",
            );
        }
        if !self.learning_rate.is_finite() || self.learning_rate <= 0.0 {
            return invalid("learning_rate", "must be a finite number above 0");
        }
        Ok(())
    }
}
