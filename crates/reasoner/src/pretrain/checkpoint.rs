//! The state of a training, in memory and in bytes.

use serde::{Deserialize, Serialize};

use super::PretrainConfig;
use super::optimizer::Adam;
use crate::ReasonerError;
use crate::relational::RelationalGraph;
use crate::sealed::{open, seal};

/// First bytes of a checkpoint; the digits are the version of the format.
const MAGIC: [u8; 8] = *b"tgckp001";

/// What changes from step to step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Steps done. Random numbers follow from it and the seed.
    pub(super) step: usize,
    pub(super) parameters: Vec<f32>,
    adam: Adam,
    /// The parameters that validated best.
    pub(super) best: Option<Vec<f32>>,
    pub(super) best_mrr: f64,
    /// Validations since then.
    pub(super) waited: usize,
}

impl State {
    pub(super) fn new(parameters: Vec<f32>) -> Self {
        let adam = Adam::new(parameters.len());
        Self {
            step: 0,
            parameters,
            adam,
            best: None,
            best_mrr: 0.0,
            waited: 0,
        }
    }

    pub(super) fn advance(&mut self, gradient: &[f32], rate: f32) {
        self.adam.step(&mut self.parameters, gradient, rate);
        self.step += 1;
    }

    /// Keeps the parameters if they validated better than any before.
    pub(super) fn judge(&mut self, mrr: f64) {
        if self.best.is_none() || mrr > self.best_mrr {
            self.best = Some(self.parameters.clone());
            self.best_mrr = mrr;
            self.waited = 0;
        } else {
            self.waited += 1;
        }
    }

    pub(super) fn write(&self, config: &PretrainConfig, graph: &RelationalGraph) -> Vec<u8> {
        seal(MAGIC, &(config, graph.fingerprint(), self))
    }

    pub(super) fn read(
        bytes: &[u8],
        config: &PretrainConfig,
        graph: &RelationalGraph,
        parameters: usize,
    ) -> Result<Self, ReasonerError> {
        let refused = |reason: &str| ReasonerError::Checkpoint {
            reason: reason.to_owned(),
        };
        let (of, fingerprint, state): (PretrainConfig, String, Self) =
            open(MAGIC, bytes).map_err(|reason| refused(&reason))?;
        if of != *config {
            return Err(refused("it was made with other settings"));
        }
        if fingerprint != graph.fingerprint() {
            return Err(refused(
                "it was made on another graph, or an earlier state of it",
            ));
        }
        let fits = |values: &[f32]| values.len() == parameters;
        if !fits(&state.parameters)
            || !state.best.as_deref().is_none_or(fits)
            || !state.adam.fits(parameters)
        {
            return Err(refused("it holds too few or too many parameters"));
        }
        Ok(state)
    }
}
