//! What was just said, said again.

use super::popularity::scaled;
use crate::{Context, EvalError, Memory, Recommendation, Recommender, Universe};

/// Ranks the items that the context names, the latest first, and then the popular ones. Nearly every
/// tenth target repeats an item, so that a method that cannot beat this one has learned little.
#[derive(Debug, Clone)]
pub struct Copy {
    universe: Universe,
    popularity: Vec<f32>,
}

impl Copy {
    /// Prepares the popularity of items.
    #[must_use]
    pub fn new(universe: &Universe, memory: &Memory) -> Self {
        Self {
            universe: universe.clone(),
            popularity: scaled(memory),
        }
    }
}

impl Recommender for Copy {
    fn name(&self) -> &'static str {
        "copy"
    }

    fn recommend(&self, context: &Context<'_>) -> Result<Recommendation, EvalError> {
        let mut scores = self.popularity.clone();
        let named = self.universe.named(context);
        for (age, &item) in named.iter().enumerate() {
            // Popularity is at most 1.
            scores[item as usize] = (named.len() - age) as f32 + 1.0;
        }
        Ok(Recommendation {
            scores,
            similar: Vec::new(),
            ..Recommendation::default()
        })
    }
}
