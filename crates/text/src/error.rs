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
    /// Values that do not fill rows.
    #[cfg(feature = "neighbours")]
    #[error(
        "{values} values do not make rows of {dimensions} dimensions\nhint: give rows × dimensions values, \
         with 1 to 65,536 dimensions"
    )]
    VectorShape {
        /// How many values there are.
        values: usize,
        /// How many a row should have.
        dimensions: usize,
    },
    /// A vector holds something that is no number.
    #[cfg(feature = "neighbours")]
    #[error("row {row} of the vectors holds {value}\nhint: every value must be finite")]
    VectorValue {
        /// The row, 0 for a query.
        row: usize,
        /// The value.
        value: f32,
    },
    /// A query is not of the index's dimensions.
    #[cfg(feature = "neighbours")]
    #[error(
        "the query has {given} values and the index {dimensions} dimensions\nhint: encode the query with the model \
         that the index was built with"
    )]
    QueryShape {
        /// Values of the query.
        given: usize,
        /// Dimensions of the index.
        dimensions: usize,
    },
    /// An index of vectors cannot be read.
    #[cfg(feature = "neighbours")]
    #[error("the index of vectors is damaged: {reason}\nhint: build it again")]
    VectorIndex {
        /// What is wrong.
        reason: &'static str,
    },
    /// A file cannot be read or written.
    #[cfg(any(feature = "encoder", feature = "neighbours"))]
    #[error("{0}\nhint: check that the path is right and that the file may be read or written")]
    File(std::io::Error),
    /// A file of a sentence encoder is broken or does not fit the others.
    #[cfg(feature = "encoder")]
    #[error(
        "the sentence encoder's {}: {reason}\nhint: get the files of the model anew, all from one source",
        path.display()
    )]
    ModelFile {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A model that is no sentence encoder of the kind that can be run.
    #[cfg(feature = "encoder")]
    #[error(
        "the model of {} cannot be run: {reason}\nhint: use a BERT model with GELU and mean pooling, such as \
         all-MiniLM-L6-v2",
        path.display()
    )]
    ModelUnsupported {
        /// The file that says so.
        path: std::path::PathBuf,
        /// What is not supported.
        reason: String,
    },
    /// A sentence encoder gives no numbers.
    #[cfg(feature = "encoder")]
    #[error(
        "the sentence encoder gives a vector without a direction\nhint: get the files of the model anew"
    )]
    ModelOutput,
    /// A device fails.
    #[cfg(feature = "encoder")]
    #[error("the device of the sentence encoder fails: {reason}\nhint: use the CPU")]
    Device {
        /// What it says.
        reason: String,
    },
}
