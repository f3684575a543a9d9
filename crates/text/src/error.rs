//! What can go wrong when a linker is built.

use thiserror::Error;

/// An error of this crate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TextError {
    /// A lexicon entry has a popularity that cannot be compared.
    #[error(
        "the surface {surface:?} of entity {entity} has the prior {prior}; give a finite number that is not negative"
    )]
    Prior {
        /// The surface form as it was given.
        surface: String,
        /// The entity it stands for.
        entity: crate::EntityId,
        /// The offending value.
        prior: f32,
    },
    /// The automaton over all surface forms could not be built.
    #[error("the automaton over {surfaces} surface forms could not be built; split the lexicon")]
    Automaton {
        /// How many distinct normalised surface forms there were.
        surfaces: usize,
        /// What the automaton says.
        #[source]
        source: aho_corasick::BuildError,
    },
}
