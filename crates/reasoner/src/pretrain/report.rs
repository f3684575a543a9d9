//! What training has reached, beside baselines.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Pretraining;
use super::distmult::DistMult;
use super::ranking::{LinkRanking, Popularity, rank};
use super::sampler::Sampler;
use super::step::Network;
use crate::random::Random;

/// Epochs of `DistMult` without a better validation after which it stops.
const PATIENCE: usize = 5;

/// Epochs of `DistMult` at most.
const MOST_EPOCHS: usize = 200;

/// Ranking of the test facts, none of which was seen in training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PretrainReport {
    /// Items and entities.
    pub nodes: usize,
    /// Facts trained on.
    pub training_facts: usize,
    /// Facts that training was watched by.
    pub validation_facts: usize,
    /// Facts ranked here.
    pub test_facts: usize,
    /// Steps done.
    pub steps: usize,
    /// Questions asked, as a multiple of what could be asked: both ends of each fact.
    pub epochs: f64,
    /// Numbers in the network.
    pub parameters: usize,
    /// The network with its best weights.
    pub nbfnet: LinkRanking,
    /// `DistMult` of the same dimension, stopped by validation or time.
    pub distmult: LinkRanking,
    /// Its epochs.
    pub distmult_epochs: usize,
    /// Answers by how often a relation leads to them.
    pub popularity: LinkRanking,
}

impl PretrainReport {
    pub(super) fn new(training: &Pretraining<'_>, time: Duration) -> Self {
        let (all, split, config) = (training.graph, &training.split, &training.config);
        let network = Network {
            parameters: training.best(),
            ..training.network()
        };
        let (distmult, distmult_epochs) = distmult(training, time);
        let asked = training.state.step * config.batch;
        Self {
            nodes: all.node_count(),
            training_facts: split.training.facts().len(),
            validation_facts: split.validation.len(),
            test_facts: split.test.len(),
            steps: training.state.step,
            epochs: asked as f64 / (2 * split.training.facts().len()) as f64,
            parameters: training.layout.len,
            nbfnet: rank(&network, all, &split.test),
            distmult,
            distmult_epochs,
            popularity: rank(&Popularity(&split.training), all, &split.test),
        }
    }
}

fn distmult(training: &Pretraining<'_>, time: Duration) -> (LinkRanking, usize) {
    let (all, split, config) = (training.graph, &training.split, &training.config);
    let clock = Instant::now();
    let mut random = Random::stream(config.seed, u64::MAX - 1);
    let sampler = Sampler::new(&split.training, config.wrong_answers, 0.0);
    let mut model = DistMult::new(&split.training, config.network.dimension, config.seed);
    let (mut best, mut result, mut waited, mut epochs) = (0.0, LinkRanking::default(), 0, 0);
    while epochs < MOST_EPOCHS && waited < PATIENCE {
        model.epoch(&sampler, split.training.facts().len(), &mut random);
        epochs += 1;
        waited += 1;
        let mrr = rank(&model, all, &split.validation).mrr;
        if epochs == 1 || mrr > best {
            (best, waited) = (mrr, 0);
            result = rank(&model, all, &split.test);
        }
        if clock.elapsed() > time {
            break;
        }
    }
    (result, epochs)
}
