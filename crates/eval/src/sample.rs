//! A part of the questions, for methods that take seconds.

use crate::Experiment;
use crate::random::Random;

impl Experiment {
    /// Keeps `count` questions, drawn by a seed, in their order; all if there are no more.
    pub fn sample(&mut self, count: usize, seed: u64) {
        let mut random = Random::new(seed);
        let mut left: Vec<usize> = (0..self.questions.len()).collect();
        while left.len() > count {
            left.swap_remove(random.below(left.len()));
        }
        left.sort_unstable();
        self.questions = left
            .into_iter()
            .map(|number| self.questions[number].clone())
            .collect();
    }
}
