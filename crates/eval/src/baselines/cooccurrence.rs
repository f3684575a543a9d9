//! Items that are named together.

use super::popularity::scaled;
use super::with_popularity;
use crate::{Context, EvalError, Memory, Recommendation, Recommender, Universe};

/// Ranks item `j` by `Σ_i P(j | i)` over the items `i` that the context names, where `P(j | i)` is
/// the share of the conversations with `i` that name `j`. An item names itself.
#[derive(Debug, Clone)]
pub struct CoOccurrence {
    universe: Universe,
    popularity: Vec<f32>,
    /// For each item the conversations that name it.
    holders: Vec<Vec<u32>>,
    /// For each conversation its items.
    sets: Vec<Vec<u32>>,
}

impl CoOccurrence {
    /// Indexes the memory.
    #[must_use]
    pub fn new(universe: &Universe, memory: &Memory) -> Self {
        Self {
            universe: universe.clone(),
            popularity: scaled(memory),
            holders: holders(memory),
            sets: memory.items.clone(),
        }
    }

    /// The scores for some items at hand.
    pub(crate) fn scores(&self, named: &[u32]) -> Vec<f32> {
        let mut scores = vec![0.0; self.popularity.len()];
        for &item in named {
            let holders = &self.holders[item as usize];
            let share = (holders.len() as f32).recip();
            for &other in holders.iter().flat_map(|&set| &self.sets[set as usize]) {
                scores[other as usize] += share;
            }
        }
        with_popularity(scores, &self.popularity)
    }
}

/// For each item the sets that hold it, ascending.
pub(super) fn holders(memory: &Memory) -> Vec<Vec<u32>> {
    let mut holders = vec![Vec::new(); memory.mentions.len()];
    for (set, number) in memory.items.iter().zip(0..) {
        for &item in set {
            holders[item as usize].push(number);
        }
    }
    holders
}

impl Recommender for CoOccurrence {
    fn name(&self) -> &'static str {
        "cooccurrence"
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

    #[test]
    fn computes_conditional_shares() {
        let sets = [vec![0, 1], vec![0, 2], vec![0, 1, 2], vec![1]];
        let memory = Memory::from_sets(sets.map(|set| (String::new(), set)), 4);
        let universe = Universe::new(["a", "b", "c", "d"].map(str::to_owned));
        let scores = CoOccurrence::new(&universe, &memory).scores(&[0]);
        for (score, expected) in scores.iter().zip([1.0, 2.0 / 3.0, 2.0 / 3.0, 0.0]) {
            assert!((score - expected).abs() < 1e-4, "{scores:?}");
        }
    }
}
