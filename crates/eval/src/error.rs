//! What can go wrong while evaluating.

use std::path::PathBuf;

/// An error of evaluation; each says where it happened and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A line of a data file is not what its format says.
    #[error("{path}, line {line}: {message}\nhint: {hint}", path = path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        message: String,
        /// What the format expects.
        hint: &'static str,
    },
    /// A file has none of the formats that are known.
    #[error("{path}: the format is not recognised\nhint: dialogues come as JSON lines with \"turns\", as ReDial's JSON lines with \"messages\", or as INSPIRED's table with a column utt_id", path = path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// Conversations are both remembered and evaluated.
    #[error(
        "{count} of the evaluated conversations are in the memory too, {example} for one\nhint: evaluate conversations that the memory does not hold; otherwise their answers are known"
    )]
    Overlap {
        /// How many.
        count: usize,
        /// The identifier of one of them.
        example: String,
    },
    /// Nothing is left to evaluate.
    #[error(
        "there is nothing to evaluate: {reason}\nhint: choose a split that the file has; {available}"
    )]
    Nothing {
        /// Why.
        reason: String,
        /// What there is.
        available: String,
    },
    /// A method returned scores that cannot be ranked.
    #[error(
        "method {method} answered {problem}\nhint: return one score for each item, none of them NaN; negative infinity leaves an item out"
    )]
    BadScores {
        /// The name of the method.
        method: String,
        /// What is wrong.
        problem: String,
    },
    /// A method failed.
    #[error("method {method} failed: {message}")]
    Method {
        /// The name of the method.
        method: String,
        /// What it says.
        message: String,
    },
    /// Two runs do not answer the same questions.
    #[error(
        "the runs cannot be compared: {reason}\nhint: compare per-instance files of the same data and split"
    )]
    NotComparable {
        /// Why.
        reason: String,
    },
    /// A parameter cannot be tuned as asked.
    #[error("{message}\nhint: {hint}")]
    Tuning {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: &'static str,
    },
}
