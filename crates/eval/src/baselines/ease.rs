//! Embarrassingly shallow auto-encoders (Steck, WWW 2019).

use rayon::prelude::*;

use super::popularity::scaled;
use super::solver::{Gram, LANES};
use super::with_popularity;
use crate::{Context, EvalError, Memory, Recommendation, Recommender, Universe};

/// A linear model of items from items with a closed form: with `P = (XᵀX + λI)⁻¹` and the items at
/// hand `x`, item `j` scores `Σ_i x_i·B_ij`, where `B_ij = −P_ij / P_jj` off the diagonal and 0 on it.
///
/// `P·x` is one linear system for each answer; only the diagonal of `P` is computed ahead.
#[derive(Debug, Clone)]
pub struct Ease {
    universe: Universe,
    popularity: Vec<f32>,
    gram: Gram,
    /// `P_jj`
    diagonal: Vec<f64>,
}

impl Ease {
    /// The regularisation λ that is best for conversations; ratings want about the same.
    pub const LAMBDA: f64 = 200.0;

    /// Prepares the diagonal, which takes a system for each item that is mentioned.
    #[must_use]
    pub fn new(universe: &Universe, memory: &Memory, lambda: f64) -> Self {
        let gram = Gram::new(memory, lambda);
        Self {
            universe: universe.clone(),
            popularity: scaled(memory),
            diagonal: diagonal(&gram, &memory.mentions, lambda),
            gram,
        }
    }

    /// The scores for some items at hand.
    pub(crate) fn scores(&self, named: &[u32]) -> Vec<f32> {
        if named.is_empty() {
            return with_popularity(vec![0.0; self.popularity.len()], &self.popularity);
        }
        let mut x = vec![[0.0; LANES]; self.gram.items()];
        for &item in named {
            x[item as usize][0] = 1.0;
        }
        let solved = self.gram.solve(&x);
        let score = |((px, x), diagonal): ((&[f64; LANES], &[f64; LANES]), &f64)| {
            ((x[0] * diagonal - px[0]) / diagonal) as f32
        };
        let pairs = solved.iter().zip(&x).zip(&self.diagonal);
        with_popularity(pairs.map(score).collect(), &self.popularity)
    }
}

fn diagonal(gram: &Gram, mentions: &[u32], lambda: f64) -> Vec<f64> {
    let mut diagonal = vec![lambda.recip(); mentions.len()];
    let mentioned: Vec<usize> = (0..mentions.len())
        .filter(|&item| mentions[item] > 0)
        .collect();
    let solved: Vec<(usize, f64)> = mentioned
        .par_chunks(LANES)
        .flat_map_iter(|items| {
            let mut unit = vec![[0.0; LANES]; mentions.len()];
            for (lane, &item) in items.iter().enumerate() {
                unit[item][lane] = 1.0;
            }
            let solution = gram.solve(&unit);
            let own = items.iter().enumerate();
            own.map(|(lane, &item)| (item, solution[item][lane]))
                .collect::<Vec<_>>()
        })
        .collect();
    for (item, value) in solved {
        diagonal[item] = value;
    }
    diagonal
}

impl Recommender for Ease {
    fn name(&self) -> &'static str {
        "ease"
    }

    fn recommend(&self, context: &Context<'_>) -> Result<Recommendation, EvalError> {
        Ok(Recommendation {
            scores: self.scores(&self.universe.named(context)),
            similar: Vec::new(),
            ..Recommendation::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two items in one set, λ = 1: `XᵀX + I = [[2, 1], [1, 2]]`, `P = [[2, −1], [−1, 2]] / 3`,
    /// `B_01 = 1/2`.
    #[test]
    fn worked_by_hand() {
        let memory = Memory::from_sets([(String::new(), vec![0, 1])], 2);
        let universe = Universe::new(["a", "b"].map(str::to_owned));
        let ease = Ease::new(&universe, &memory, 1.0);
        assert!((ease.diagonal[0] - 2.0 / 3.0).abs() < 1e-9);
        let scores = ease.scores(&[0]);
        // Scaled to a maximum of 1, plus the tie break.
        assert!(
            scores[0].abs() < 1e-4 && (scores[1] - 1.0).abs() < 1e-4,
            "{scores:?}"
        );
    }
}
