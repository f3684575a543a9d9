//! Training a network to guess masked facts of the graph itself.
//!
//! A step draws facts, asks for one end of each by the other (or for a node by several of its
//! neighbours), hides the facts that give the answers away from the whole step, and moves the
//! parameters so that right answers score higher than wrong ones. No conversation, user or rating
//! takes part: a [`RelationalGraph`] has none.

mod checkpoint;
mod config;
mod distmult;
mod loss;
mod optimizer;
mod ranking;
mod report;
mod sampler;
mod split;
mod step;

use std::time::Duration;

pub use config::PretrainConfig;
pub use ranking::LinkRanking;
pub use report::PretrainReport;

use checkpoint::State;
use ranking::rank;
use split::Split;
use step::{Network, Stepper};

use crate::device::{Placement, resolve};
use crate::nbfnet::{Layout, NbfNetWeights, OnDevice};
use crate::relational::RelationalGraph;
use crate::{DeviceChoice, ReasonerError};

/// What a step has brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Steps done, this one included.
    pub step: usize,
    /// Steps at most.
    pub steps: usize,
    /// The mean loss of the step's questions.
    pub loss: f32,
    /// The validation after this step, if there was one.
    pub validated: Option<LinkRanking>,
    /// The best validation MRR so far.
    pub best_mrr: f64,
}

/// A training under way.
#[derive(Debug)]
pub struct Pretraining<'a> {
    graph: &'a RelationalGraph,
    config: PretrainConfig,
    layout: Layout,
    split: Split,
    state: State,
    stepper: Stepper,
    device: String,
}

impl<'a> Pretraining<'a> {
    /// Prepares training on the facts of a graph.
    ///
    /// # Errors
    /// Settings out of range, or too few facts to keep some back. A GPU that is not there is replaced
    /// by the CPU; [`device`](Self::device) tells.
    pub fn new(
        graph: &'a RelationalGraph,
        config: PretrainConfig,
        device: &DeviceChoice,
    ) -> Result<Self, ReasonerError> {
        config.check()?;
        let layout = Layout::new(&config.network, graph.directed_relations());
        let state = State::new(layout.initial(config.seed));
        Self::with_state(graph, config, device, layout, state)
    }

    /// Goes on from a [checkpoint](Self::checkpoint): the weights become the same as without the
    /// interruption.
    ///
    /// # Errors
    /// [`ReasonerError::Checkpoint`] if it is damaged or belongs to other settings or another graph.
    pub fn resume(
        graph: &'a RelationalGraph,
        config: PretrainConfig,
        device: &DeviceChoice,
        checkpoint: &[u8],
    ) -> Result<Self, ReasonerError> {
        config.check()?;
        let layout = Layout::new(&config.network, graph.directed_relations());
        let state = State::read(checkpoint, &config, graph, layout.len)?;
        Self::with_state(graph, config, device, layout, state)
    }

    fn with_state(
        graph: &'a RelationalGraph,
        config: PretrainConfig,
        device: &DeviceChoice,
        layout: Layout,
        state: State,
    ) -> Result<Self, ReasonerError> {
        let split = Split::new(graph, &config)?;
        let Placement {
            tensors,
            description,
        } = resolve(*device, graph.edge_count());
        let on_device = tensors.map(|tensors| OnDevice::new(&split.training, tensors));
        Ok(Self {
            graph,
            config,
            layout,
            split,
            state,
            stepper: Stepper::new(on_device),
            device: description,
        })
    }

    /// Does one step; `None` when training is over, by its number of steps or because validation
    /// has not become better for long.
    ///
    /// # Errors
    /// [`ReasonerError::Diverged`] if the loss is no number any more.
    pub fn step(&mut self) -> Result<Option<Progress>, ReasonerError> {
        if self.state.step == self.config.steps || self.state.waited >= self.config.patience {
            return Ok(None);
        }
        let network = self.network();
        let gradient = self
            .stepper
            .gradient(&network, &self.config, self.state.step);
        let failed = |reason| ReasonerError::Device {
            device: self.device.clone(),
            reason,
        };
        let (loss, gradient) = gradient.map_err(failed)?;
        if !loss.is_finite() || gradient.iter().any(|value| !value.is_finite()) {
            return Err(ReasonerError::Diverged {
                step: self.state.step + 1,
            });
        }
        let rate = self.rate();
        self.state.advance(&gradient, rate);
        let last = self.state.step == self.config.steps;
        let due = last || self.state.step.is_multiple_of(self.config.validate_every);
        let validated = due.then(|| self.validate());
        Ok(Some(Progress {
            step: self.state.step,
            steps: self.config.steps,
            loss,
            validated,
            best_mrr: self.state.best_mrr,
        }))
    }

    /// Where it runs, in words, with a note if that is a fallback.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Steps done, those before an interruption included.
    #[must_use]
    pub fn steps_done(&self) -> usize {
        self.state.step
    }

    /// Everything that going on needs, with a checksum.
    #[must_use]
    pub fn checkpoint(&self) -> Vec<u8> {
        self.state.write(&self.config, self.graph)
    }

    /// The best weights by validation so far, or the newest if there was none.
    #[must_use]
    pub fn weights(&self) -> NbfNetWeights {
        let network = self.config.network.clone();
        NbfNetWeights::new(
            network,
            self.graph,
            self.state.best_mrr,
            self.best().to_vec(),
        )
    }

    /// Ranks the test facts with the best weights, on the CPU, beside two baselines: the popularity
    /// of an answer, and `DistMult` of the same dimension, which may train for `time`.
    #[must_use]
    pub fn report(&self, time: Duration) -> PretrainReport {
        PretrainReport::new(self, time)
    }

    fn best(&self) -> &[f32] {
        self.state.best.as_deref().unwrap_or(&self.state.parameters)
    }

    fn network(&self) -> Network<'_> {
        Network {
            graph: &self.split.training,
            layout: &self.layout,
            parameters: &self.state.parameters,
        }
    }

    /// Up for a twentieth of the steps, then down to 0 along a cosine.
    fn rate(&self) -> f32 {
        let (step, steps) = (self.state.step as f32 + 1.0, self.config.steps as f32);
        let warm = (steps / 20.0).max(1.0);
        let share = if step < warm {
            step / warm
        } else {
            let done = (step - warm) / (steps - warm).max(1.0);
            f32::midpoint(1.0, (std::f32::consts::PI * done).cos())
        };
        self.config.learning_rate * share
    }

    fn validate(&mut self) -> LinkRanking {
        let ranking = rank(&self.network(), self.graph, &self.split.validation);
        self.state.judge(ranking.mrr);
        ranking
    }
}
