//! Adam over one vector of parameters.

use serde::{Deserialize, Serialize};

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Largest norm of a step's gradient; what is longer is scaled down.
const MAX_NORM: f64 = 1.0;

/// The state of Adam (Kingma and Ba, arXiv 1412.6980), part of a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Adam {
    steps: u32,
    first: Vec<f32>,
    second: Vec<f32>,
}

impl Adam {
    pub(super) fn new(parameters: usize) -> Self {
        Self {
            steps: 0,
            first: vec![0.0; parameters],
            second: vec![0.0; parameters],
        }
    }

    /// Moves the parameters against the gradient.
    pub(super) fn step(&mut self, parameters: &mut [f32], gradient: &[f32], rate: f32) {
        self.steps += 1;
        let squares: f64 = gradient.iter().map(|&g| f64::from(g) * f64::from(g)).sum();
        let clip = (MAX_NORM / squares.sqrt().max(MAX_NORM)) as f32;
        let power = self.steps.cast_signed();
        let corrected = rate * (1.0 - BETA_2.powi(power)).sqrt() / (1.0 - BETA_1.powi(power));
        let state = self.first.iter_mut().zip(&mut self.second);
        for ((parameter, gradient), (first, second)) in
            parameters.iter_mut().zip(gradient).zip(state)
        {
            let gradient = gradient * clip;
            *first += (1.0 - BETA_1) * (gradient - *first);
            *second += (1.0 - BETA_2) * (gradient * gradient - *second);
            *parameter -= corrected * *first / (second.sqrt() + EPSILON);
        }
    }

    /// Whether the state belongs to so many parameters.
    pub(super) fn fits(&self, parameters: usize) -> bool {
        self.first.len() == parameters && self.second.len() == parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bowl_is_descended() {
        let mut adam = Adam::new(2);
        let mut at = vec![3.0f32, -2.0];
        for _ in 0..2_000 {
            let gradient = [2.0 * (at[0] - 1.0), 20.0 * (at[1] - 0.5)];
            adam.step(&mut at, &gradient, 0.01);
        }
        assert!(
            (at[0] - 1.0).abs() < 1e-2 && (at[1] - 0.5).abs() < 1e-2,
            "{at:?}"
        );
    }

    #[test]
    fn the_first_step_is_as_long_as_the_rate() {
        let mut adam = Adam::new(1);
        let mut at = vec![0.0f32];
        adam.step(&mut at, &[0.3], 0.01);
        assert!((at[0] + 0.01).abs() < 1e-5);
    }
}
