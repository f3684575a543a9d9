//! The gradient of one step.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::PretrainConfig;
use super::loss::self_adversarial;
use super::ranking::LinkScorer;
use super::sampler::{Example, Sampler};
use crate::nbfnet::{DeviceFailure, Host, Mask, OnDevice, Question, Workspace};
use crate::random::Random;

/// Questions whose gradients are added on one thread; sums of them are added in order, so that the
/// result does not depend on the number of threads.
const TOGETHER: usize = 4;

/// Network and training graph.
pub(super) type Network<'a> = Host<'a>;

/// Draws, asks, and keeps the room for it from step to step.
#[derive(Debug, Default)]
pub(super) struct Stepper {
    rooms: Mutex<Vec<Workspace>>,
    /// The training graph on a device, if that is not the CPU's own rows.
    on_device: Option<OnDevice>,
}

impl Stepper {
    pub(super) fn new(on_device: Option<OnDevice>) -> Self {
        Self {
            rooms: Mutex::default(),
            on_device,
        }
    }

    /// The mean loss of the questions of a step, and its gradient; or what the device reports.
    pub(super) fn gradient(
        &self,
        network: &Network<'_>,
        config: &PretrainConfig,
        step: usize,
    ) -> Result<(f32, Vec<f32>), DeviceFailure> {
        let sampler = Sampler::new(network.graph, config.wrong_answers, config.expansions);
        let mut random = Random::stream(config.seed, step as u64);
        let examples: Vec<Example> = (0..config.batch)
            .map(|_| sampler.draw(&mut random))
            .collect();
        let hidden = examples
            .iter()
            .flat_map(|e| e.hidden.iter().copied())
            .collect();
        let mask = Mask::new(network.graph, hidden);
        let parts: Vec<(f32, Vec<f32>)> = match &self.on_device {
            Some(device) => vec![on_device(device, network, &examples, &mask)?],
            None => examples
                .par_chunks(TOGETHER)
                .map(|examples| self.of_some(network, examples, &mask))
                .collect(),
        };
        let (mut loss, mut gradient) = (0.0, vec![0.0f32; network.layout.len]);
        for (part_loss, part) in parts {
            loss += part_loss;
            for (sum, value) in gradient.iter_mut().zip(part) {
                *sum += value;
            }
        }
        let share = 1.0 / config.batch as f32;
        for value in &mut gradient {
            *value *= share;
        }
        Ok((loss * share, gradient))
    }

    fn of_some(&self, network: &Network<'_>, examples: &[Example], mask: &Mask) -> (f32, Vec<f32>) {
        // A room is whole whatever happened elsewhere: it is written before it is read.
        let taken = self
            .rooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut room = taken.unwrap_or_else(|| Workspace::new(network));
        let (mut total, mut gradient) = (0.0, vec![0.0; network.layout.len]);
        for Example {
            question, targets, ..
        } in examples
        {
            let scores = network.scores(question, targets, mask, &mut room);
            let (loss, flow) = self_adversarial(&scores);
            total += loss;
            network.back(question, targets, mask, &flow, &mut room, &mut gradient);
        }
        self.rooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(room);
        (total, gradient)
    }
}

impl LinkScorer for Network<'_> {
    fn link_scores(&self, from: u32, relation: u32) -> Vec<f32> {
        let question = Question {
            seeds: vec![(from, 1.0)],
            relation,
        };
        let mut room = Workspace::forward_only(self);
        self.all_scores(&question, &Mask::default(), &mut room)
    }
}

/// The summed loss and gradient of some examples, one after the other on a device.
fn on_device(
    device: &OnDevice,
    network: &Network<'_>,
    examples: &[Example],
    mask: &Mask,
) -> Result<(f32, Vec<f32>), DeviceFailure> {
    let (mut total, mut gradient) = (0.0, vec![0.0; network.layout.len]);
    for Example {
        question, targets, ..
    } in examples
    {
        let reach = network.reach(question, mask);
        let flow = |scores: &[f32]| {
            let (loss, flow) = self_adversarial(scores);
            total += loss;
            flow
        };
        device.gradient(
            network,
            question,
            (mask, &reach),
            targets,
            flow,
            &mut gradient,
        )?;
    }
    Ok((total, gradient))
}
