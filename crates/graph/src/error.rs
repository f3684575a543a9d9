//! What can go wrong while a graph is built, loaded or walked.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::{NodeId, NodeKind};

/// An error of this crate. Each message names the culprit and what to do about it.
#[derive(Debug, thiserror::Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum GraphError {
    /// One IRI was added with two kinds.
    #[error("<{iri}> was added as {first:?} and as {second:?}; give each IRI one kind")]
    KindConflict {
        /// The IRI in question.
        iri: String,
        /// The smaller of the two kinds.
        first: NodeKind,
        /// The larger of the two kinds.
        second: NodeKind,
    },
    /// One relation name was declared with two definitions.
    #[error("relation <{name}> was declared twice with different labels, weight or walk flag")]
    RelationConflict {
        /// The relation's name.
        name: String,
    },
    /// A relation or edge weight is negative or not finite.
    #[error("{what} has weight {weight}; weights must be finite and not negative")]
    InvalidWeight {
        /// What carries the weight.
        what: String,
        /// The weight as given.
        weight: f32,
    },
    /// An edge's polarity is none of −1, 0, 1.
    #[error("edge from <{from}> to <{to}> has polarity {polarity}; use -1, 0 or 1")]
    InvalidPolarity {
        /// IRI of the edge's source.
        from: String,
        /// IRI of the edge's target.
        to: String,
        /// The polarity as given.
        polarity: i8,
    },
    /// An edge names a node or a relation that this builder never handed out.
    #[error("an edge uses {what} {index}, which belongs to another builder")]
    UnknownHandle {
        /// "node" or "relation".
        what: &'static str,
        /// The handle's number.
        index: usize,
    },
    /// The graph is larger than its numbering allows.
    #[error("the graph has {count} {what}, the limit is {limit}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        count: usize,
        /// How much there may be.
        limit: usize,
    },
    /// The bytes of a snapshot are not what was written.
    #[error("the snapshot{} is damaged: {reason}\nhint: rebuild the index", of(.path.as_deref()))]
    Corrupt {
        /// The file, if it came from one.
        path: Option<PathBuf>,
        /// What was found.
        reason: Cow<'static, str>,
    },
    /// A snapshot was written in a format of another version.
    #[error(
        "the snapshot has format {found}, this build reads format {supported}\n\
         hint: rebuild the index"
    )]
    SnapshotVersion {
        /// Version of the file.
        found: u32,
        /// Version of this build.
        supported: u32,
    },
    /// A snapshot file could not be read or written.
    #[error("snapshot {}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system reported.
        reason: String,
    },
    /// The system has no memory for the vectors of a batch.
    #[error("no memory for a batch of queries: {reason}")]
    Memory {
        /// What the system reported.
        reason: String,
    },
    /// A change names a node or a relation that the snapshot does not have.
    #[error("the snapshot has no {what} {index}; add it first, or find it by its name")]
    NotInSnapshot {
        /// "node" or "relation".
        what: &'static str,
        /// The number that was given.
        index: usize,
    },
    /// No seed has a positive weight, so there is nowhere to restart from.
    #[error("no seed has a positive weight; name at least one node to start from")]
    EmptySeeds,
    /// A seed is not a node of the graph.
    #[error("seed {seed} is outside the graph of {node_count} nodes; is the index out of date?")]
    SeedOutsideGraph {
        /// The seed.
        seed: NodeId,
        /// Number of nodes in the graph.
        node_count: usize,
    },
    /// A seed's weight is negative or not finite.
    #[error("seed {seed} has weight {weight}; weights must be finite and not negative")]
    InvalidSeedWeight {
        /// The seed.
        seed: NodeId,
        /// The weight as given.
        weight: f32,
    },
    /// A parameter lies outside its range.
    #[error("{name} is {value}, expected {expected}")]
    InvalidOption {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The range in words.
        expected: &'static str,
    },
}

impl GraphError {
    pub(crate) fn corrupt(reason: impl Into<Cow<'static, str>>) -> Self {
        let reason = reason.into();
        Self::Corrupt { path: None, reason }
    }

    /// Names the file that turned out to be damaged.
    pub(crate) fn in_file(self, file: &Path) -> Self {
        match self {
            Self::Corrupt { reason, .. } => Self::Corrupt {
                path: Some(file.to_owned()),
                reason,
            },
            other => other,
        }
    }
}

fn of(path: Option<&Path>) -> String {
    path.map_or_else(String::new, |path| format!(" {}", path.display()))
}
