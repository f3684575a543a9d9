//! Simple methods that every other one is measured against.

mod cooccurrence;
mod copy;
mod ease;
mod knn;
mod popularity;
mod solver;

pub use cooccurrence::CoOccurrence;
pub use copy::Copy;
pub use ease::Ease;
pub use knn::ConversationKnn;
pub use popularity::Popularity;

use crate::{Dialogue, Memory, Recommender, Universe};

/// The baselines that are always printed beside.
pub struct Baselines(Vec<Box<dyn Recommender>>);

impl std::fmt::Debug for Baselines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|method| method.name()))
            .finish()
    }
}

impl Baselines {
    /// Prepares those that are `wanted` by name over the remembered conversations.
    #[must_use]
    pub fn new(
        universe: &Universe,
        memory: &Memory,
        remembered: &[Dialogue],
        wanted: impl Fn(&str) -> bool,
    ) -> Self {
        type Make<'a> = Box<dyn FnOnce() -> Box<dyn Recommender> + 'a>;
        let all: [(&str, Make<'_>); 5] = [
            ("copy", Box::new(|| Box::new(Copy::new(universe, memory)))),
            ("popularity", Box::new(|| Box::new(Popularity::new(memory)))),
            (
                "cooccurrence",
                Box::new(|| Box::new(CoOccurrence::new(universe, memory))),
            ),
            (
                "ease",
                Box::new(|| Box::new(Ease::new(universe, memory, Ease::LAMBDA))),
            ),
            (
                "bm25-knn",
                Box::new(|| Box::new(ConversationKnn::new(memory, remembered))),
            ),
        ];
        let made = all.into_iter().filter(|(name, _)| wanted(name));
        Self(made.map(|(_, make)| make()).collect())
    }

    /// The methods, in the order of reports.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Recommender> {
        self.0.iter().map(AsRef::as_ref)
    }
}

/// Adds what breaks ties and answers where nothing else does: a little popularity.
///
/// The scores of a method are first scaled to a maximum of 1, so that what is added stays below
/// differences that mean something.
fn with_popularity(mut scores: Vec<f32>, popularity: &[f32]) -> Vec<f32> {
    let highest = scores.iter().copied().fold(0.0, f32::max);
    let scale = if highest > 0.0 { highest.recip() } else { 1.0 };
    for (score, popular) in scores.iter_mut().zip(popularity) {
        *score = *score * scale + TIE_BREAK * popular;
    }
    scores
}

/// The most that popularity adds to scores of at most 1.
const TIE_BREAK: f32 = 1e-5;
