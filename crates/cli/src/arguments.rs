//! What can be typed.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tastegraph::DeviceChoice;

/// Graph retrieval-augmented recommendation over an RDF knowledge graph.
#[derive(Debug, Parser)]
#[command(
    name = "tastegraph",
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  \
        tastegraph recommend \"I loved Heat and The Departed, but nothing too long\"\n  \
        tastegraph chat\n  \
        tastegraph query \"SELECT ?film WHERE { ?film mv:year 1995 }\"\n\n\
        Exit codes: 0 done, 1 nothing found, 2 error."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) graph: GraphArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct GraphArguments {
    /// Folder of the graph [default: the one that scripts/quickstart.sh makes]
    #[arg(long = "graph", short = 'g', global = true, env = "TASTEGRAPH_GRAPH", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: Option<PathBuf>,
}

impl GraphArguments {
    /// The folder given, or `tastegraph/movies` in the user's data folder (XDG base directories).
    pub(crate) fn folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.folder {
            return Ok(folder.clone());
        }
        let data = match std::env::var_os("XDG_DATA_HOME").filter(|value| !value.is_empty()) {
            Some(data) => PathBuf::from(data),
            None => PathBuf::from(
                std::env::var_os("HOME")
                    .context("HOME is not set\nhint: say which graph with --graph DIR")?,
            )
            .join(".local/share"),
        };
        Ok(data.join("tastegraph/movies"))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Recommend items for a sentence
    Recommend(RecommendArguments),
    /// Recommend over several turns
    Chat(AnswerArguments),
    /// Ask the graph in SPARQL (read-only)
    Query(QueryArguments),
    /// Load RDF files into a graph, new or existing
    Load(LoadArguments),
    /// Build the index that answers requests
    Index,
    /// Print the settings in force
    Config,
    /// List the devices that the reasoner can use
    Devices,
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  tastegraph completions bash > ~/.local/share/bash-completion/completions/tastegraph"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// How an answer is shaped; shared by `recommend` and `chat`.
#[derive(Debug, Args)]
pub(crate) struct AnswerArguments {
    /// How many items
    #[arg(long, short = 'k', default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) top_k: u16,
    /// A condition on a number of the item, such as year>=1990 or runtime<=120 (repeatable)
    #[arg(long, value_name = "NAME<=NUMBER")]
    pub(crate) filter: Vec<String>,
    /// A parameter of retrieval, such as restart=0.5; `config` lists them (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Where the reasoner computes: auto, cpu, gpu, gpu:N
    #[arg(long, env = "TASTEGRAPH_DEVICE", value_name = "DEVICE")]
    pub(crate) device: Option<DeviceChoice>,
    /// How to print answers [default: table on a terminal, JSON in a pipe]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<AnswerFormat>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph recommend \"I loved Heat and The Departed, but nothing too long\"\n  \
    tastegraph recommend \"a French comedy from the 60s\" --top-k 5 --format json\n  \
    tastegraph recommend \"something like Alien\" --filter \"year>=1990\" --show prompt\n  \
    echo \"funny heist movies\" | tastegraph recommend -\n\n\
    Exit codes: 0 answered, 1 nothing meets all conditions, 2 error.")]
pub(crate) struct RecommendArguments {
    /// What you like and want, in your own words; - reads it from standard input
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,
    /// Print the structured prompt for a language model instead of an answer
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) show: Option<Show>,
    /// Seed of the order of candidates in the prompt
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Show {
    /// The prompt
    Prompt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For people
    Table,
    /// Everything, for programs
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph query \"SELECT ?title WHERE { ?f mv:directing/rdfs:label 'Akira Kurosawa' ; rdfs:label ?title }\"\n  \
    tastegraph query --format json \"ASK { ?film mv:year 1927 }\"\n  \
    tastegraph query - < question.rq\n\n\
    The prefixes rdf, rdfs, owl, xsd, skos, schema and those of the graph's profile need no PREFIX.\n\
    Exit codes: 0 answered, 1 empty or false, 2 error.")]
pub(crate) struct QueryArguments {
    /// SELECT, ASK, CONSTRUCT or DESCRIBE; - reads it from standard input
    pub(crate) sparql: String,
    /// How to print the answer [default: table on a terminal, TSV in a pipe]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<QueryFormat>,
    /// Stop after this many seconds
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    pub(crate) timeout: f64,
    /// Print at most this many rows
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryFormat {
    /// For people
    Table,
    /// SPARQL JSON; JSON-LD for graphs
    Json,
    /// SPARQL XML; RDF/XML for graphs
    Xml,
    /// Comma-separated; Turtle for graphs
    Csv,
    /// Tab-separated; N-Triples for graphs
    Tsv,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph load --graph movies.tg --ontology ontologies/movies --ontology ontologies/interactions kg\n  \
    tastegraph load --graph movies.tg --into https://example.org/graph/mine more.ttl.gz\n\n\
    Formats by name: .ttl .nt .nq .trig .rdf .jsonld, each also with .gz. A file with an error\n\
    leaves the store as it was before that file.")]
pub(crate) struct LoadArguments {
    /// Files, or folders of files
    #[arg(value_name = "FILE", required_unless_present = "ontology", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,
    /// Folder or file with an ontology and its profile; replaces what was loaded so before (repeatable)
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) ontology: Vec<PathBuf>,
    /// Named graph for triples that name none themselves
    #[arg(long, value_name = "IRI", default_value = tastegraph::kg::vocabulary::DATA_GRAPH)]
    pub(crate) into: String,
    /// Do not build the index afterwards
    #[arg(long)]
    pub(crate) no_index: bool,
}
