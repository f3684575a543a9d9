//! What can go wrong between RDF and disk.

use std::path::PathBuf;

use crate::QuerySyntax;

/// An error of the knowledge graph; each says where it happened and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KgError {
    /// The folder does not exist.
    #[error("no graph at {path}\nhint: create one with `tastegraph load --graph {path} --ontology DIR FILE…`", path = path.display())]
    Missing {
        /// The folder that was asked for.
        path: PathBuf,
    },
    /// The folder exists, but no graph of ours is in it.
    #[error("{path} is not a tastegraph graph: it has no {marker}\nhint: choose an empty or new folder, or one that `tastegraph load` has made", path = path.display())]
    Foreign {
        /// The folder that was asked for.
        path: PathBuf,
        /// The file that marks a graph.
        marker: &'static str,
    },
    /// The store was written by another version.
    #[error("{path} has store format {found}, this program reads format {supported}\nhint: use the version of tastegraph that wrote it, or load the data into a new folder", path = path.display())]
    Version {
        /// The folder.
        path: PathBuf,
        /// Version found on disk.
        found: u32,
        /// Version that this build reads and writes.
        supported: u32,
    },
    /// Another process holds the store.
    #[error("the store in {path} is in use by another process\nhint: wait until it ends; `recommend` and `chat` read the index only and work while a store is queried", path = path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// An RDF file is malformed.
    #[error(
        "{file}:{line}:{column}: {message}\nhint: mend the file and load it again; nothing of it was stored"
    )]
    Syntax {
        /// File, as it was named.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1, in characters.
        column: u64,
        /// What the parser expected.
        message: String,
    },
    /// An RDF file is malformed, in a format whose parser does not tell where.
    #[error("{file}: {message}\nhint: mend the file and load it again; nothing of it was stored")]
    Malformed {
        /// File, as it was named.
        file: String,
        /// What the parser expected.
        message: String,
    },
    /// The name of a file does not tell its RDF format.
    #[error(
        "{file}: not a known RDF file\nhint: use .ttl, .nt, .nq, .trig, .rdf, .owl or .jsonld, each also with .gz"
    )]
    UnknownFormat {
        /// File, as it was named.
        file: String,
    },
    /// A format that cannot hold what it is to hold.
    #[error("{0}")]
    Format(String),
    /// The store has no named graph of this name.
    #[error("there is no named graph <{iri}>\nhint: `tastegraph stats` lists the graphs")]
    NoSuchGraph {
        /// The name asked for.
        iri: String,
    },
    /// Nothing in the store mentions this.
    #[error("nothing is known of <{iri}>")]
    Unknown {
        /// The name asked for.
        iri: String,
    },
    /// A verification rule is incomplete or malformed.
    #[error("{file}:{line}: {message}")]
    Rule {
        /// The file of the rule.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// SHACL shapes cannot be used.
    #[error("{file}: {message}")]
    Shapes {
        /// The file of the shapes.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// Inference failed or is not possible.
    #[error("inference: {0}")]
    Inference(String),
    /// A folder that was to be made is there and not empty.
    #[error("{path} exists and is not empty\nhint: name a new folder", path = path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A SPARQL query is malformed.
    #[error("SPARQL: {0}")]
    Query(QuerySyntax),
    /// A SPARQL query failed while it ran.
    #[error("SPARQL evaluation: {0}")]
    Evaluation(String),
    /// A SPARQL query ran longer than it was allowed to.
    #[error(
        "the query was stopped after {seconds} s\nhint: narrow the query, or raise the limit with --timeout"
    )]
    Timeout {
        /// Seconds allowed.
        seconds: f64,
    },
    /// The graph has no profile, or a profile that says too little.
    #[error("projection profile: {0}")]
    Profile(String),
    /// A mapping says something that is not understood, or that makes nothing.
    #[error("{place}: {message}")]
    Mapping {
        /// The file of the mapping, with the line where one is known.
        place: String,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A row of a source cannot become triples.
    #[error(
        "{}\nhint: mend the file or the mapping; nothing was stored",
        crate::import::located(place, column, value, message)
    )]
    Record {
        /// File and line, or element of a JSON document.
        place: String,
        /// The column or path, as the mapping names it.
        column: String,
        /// What was found there.
        value: String,
        /// What is wrong with it.
        message: String,
    },
    /// An IRI is malformed.
    #[error("<{iri}> is not an IRI: {message}")]
    Iri {
        /// The text given.
        iri: String,
        /// What is wrong with it.
        message: String,
    },
    /// Reading or writing a file failed; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The store itself failed.
    #[error("store: {0}")]
    Storage(String),
}

impl From<oxigraph::store::StorageError> for KgError {
    fn from(error: oxigraph::store::StorageError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<oxigraph::store::LoaderError> for KgError {
    fn from(error: oxigraph::store::LoaderError) -> Self {
        match error {
            oxigraph::store::LoaderError::Storage(error) => error.into(),
            other => Self::Storage(other.to_string()),
        }
    }
}
