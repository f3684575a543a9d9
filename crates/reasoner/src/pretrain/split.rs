//! Facts to train on, to watch training by, and to report on.

use super::PretrainConfig;
use crate::ReasonerError;
use crate::random::Random;
use crate::relational::{Fact, RelationalGraph};

/// At most one fact in so many is kept for validation, and as many for the test.
const SHARE: usize = 20;

/// Fewest facts of a graph that can be trained on.
const FEWEST: usize = SHARE;

#[derive(Debug)]
pub(super) struct Split {
    /// The graph without what is kept back.
    pub(super) training: RelationalGraph,
    pub(super) validation: Vec<Fact>,
    pub(super) test: Vec<Fact>,
}

impl Split {
    pub(super) fn new(
        graph: &RelationalGraph,
        config: &PretrainConfig,
    ) -> Result<Self, ReasonerError> {
        let mut facts = graph.facts().to_vec();
        if facts.len() < FEWEST {
            return Err(ReasonerError::TooFewFacts {
                found: facts.len(),
                needed: FEWEST,
            });
        }
        Random::stream(config.seed, u64::MAX).shuffle(&mut facts);
        let most = facts.len() / SHARE;
        let validation = facts.split_off(facts.len() - config.validation.min(most));
        let test = facts.split_off(facts.len() - config.test.min(most));
        Ok(Self {
            training: graph.with_facts(facts)?,
            validation,
            test,
        })
    }
}
