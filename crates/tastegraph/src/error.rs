//! What can go wrong between a folder and an answer.

use std::path::{Path, PathBuf};

/// An error of the engine; each says where it happened and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Nobody said anything.
    #[error(
        "the request is empty\nhint: say what you like, for example \"I loved Heat, but nothing too long\""
    )]
    EmptyRequest,
    /// The graph has not been indexed.
    #[error("{path} has no index\nhint: make one with `tastegraph index --graph {path}`", path = path.display())]
    NoIndex {
        /// The folder of the graph.
        path: PathBuf,
    },
    /// The graph has changed since it was indexed.
    #[error("the index of {path} was made from an earlier state of its store\nhint: renew it with `tastegraph index --graph {path}`", path = path.display())]
    StaleIndex {
        /// The folder of the graph.
        path: PathBuf,
    },
    /// The file with further names has changed since the graph was indexed.
    #[error("{path} has changed since the index was made\nhint: renew it with `tastegraph index --graph {graph}`", path = path.display(), graph = graph.display())]
    StaleAliases {
        /// The file.
        path: PathBuf,
        /// The folder of the graph.
        graph: PathBuf,
    },
    /// The index was written by another version.
    #[error("the index of {path} has format {found}, this program reads format {supported}\nhint: renew it with `tastegraph index --graph {path}`", path = path.display())]
    IndexVersion {
        /// The folder of the graph.
        path: PathBuf,
        /// Version found on disk.
        found: u32,
        /// Version that this build reads and writes.
        supported: u32,
    },
    /// A file of the index is not what was written.
    #[error(
        "{file} is damaged: {reason}\nhint: renew the index with `tastegraph index --graph {graph}`",
        file = file.display(), graph = graph_of(file).display()
    )]
    IndexDamaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The trained reasoner is asked for and has not been trained.
    #[error("the reasoner \"nbfnet\" has no weights in {path}\nhint: train it with `tastegraph pretrain --graph {path}`, or choose another in tastegraph.toml", path = path.display())]
    NoWeights {
        /// The folder of the graph.
        path: PathBuf,
    },
    /// The settings file or an override is wrong.
    #[error("{place}: {message}")]
    Settings {
        /// The file, or the name of the override.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// A line of the alias file is incomplete.
    #[error(
        "aliases.tsv, line {line}: there is no name for anything\nhint: write an IRI, a tab and the name, such as \"id:film/heat-1995\\tthe bank heist one\""
    )]
    Alias {
        /// The line, from 1.
        line: usize,
    },
    /// The alias file names a thing that cannot be linked.
    #[error(
        "aliases.tsv, line {line}: there is no item or entity <{iri}> in the graph\nhint: correct the IRI, or load the data that has it first"
    )]
    AliasOfNothing {
        /// The line, from 1.
        line: usize,
        /// The IRI given.
        iri: String,
    },
    /// A filter names a thing that the graph does not have.
    #[error("there is no <{iri}> in the graph")]
    UnknownIri {
        /// The IRI given.
        iri: String,
    },
    /// The knowledge graph failed.
    #[error(transparent)]
    Kg(#[from] tastegraph_kg::KgError),
    /// The snapshot failed.
    #[error(transparent)]
    Graph(#[from] tastegraph_graph::GraphError),
    /// Retrieval failed.
    #[error(transparent)]
    Retrieval(#[from] tastegraph_retrieval::RetrievalError),
    /// The reasoner could not be prepared.
    #[error(transparent)]
    Reasoner(#[from] tastegraph_reasoner::ReasonerError),
    /// The linker could not be built.
    #[error(transparent)]
    Text(#[from] tastegraph_text::TextError),
    /// The prompt could not be rendered.
    #[error(transparent)]
    Prompt(#[from] tastegraph_prompt::PromptError),
    /// The language model failed where only it can answer.
    #[error(transparent)]
    Llm(#[from] tastegraph_llm::LlmError),
    /// A language model is needed and none is there.
    #[error(
        "this needs a language model\nhint: name one with --llm, such as openai:http://127.0.0.1:8080"
    )]
    NoModel,
    /// Reading or writing a file failed; the message names it.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The folder of the graph that a file of an index belongs to.
fn graph_of(file: &Path) -> &Path {
    file.ancestors().nth(2).unwrap_or(file)
}
