//! The most mentioned items, whatever is asked.

use crate::{Context, EvalError, Memory, Recommendation, Recommender};

/// Ranks by the number of remembered conversations that name an item.
#[derive(Debug, Clone)]
pub struct Popularity {
    scores: Vec<f32>,
}

impl Popularity {
    /// Counts.
    #[must_use]
    pub fn new(memory: &Memory) -> Self {
        let scores = scaled(memory);
        Self { scores }
    }
}

/// Mentions of each item over those of the most mentioned one.
pub(super) fn scaled(memory: &Memory) -> Vec<f32> {
    let most = memory.mentions.iter().copied().max().unwrap_or(0).max(1) as f32;
    memory
        .mentions
        .iter()
        .map(|&count| count as f32 / most)
        .collect()
}

impl Recommender for Popularity {
    fn name(&self) -> &'static str {
        "popularity"
    }

    fn recommend(&self, _: &Context<'_>) -> Result<Recommendation, EvalError> {
        Ok(Recommendation {
            scores: self.scores.clone(),
            similar: Vec::new(),
            ..Recommendation::default()
        })
    }
}
