//! What can be typed.

mod eval;
mod import;
mod llm;
mod pretrain;
mod store;

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tastegraph::DeviceChoice;

pub(crate) use eval::{
    EvalArguments, EvalCommand, EvalFormat, EvaluatedArguments, ExplainArguments, SearchChoice,
    TuneArguments,
};
pub(crate) use import::ImportArguments;
pub(crate) use llm::{
    FocusedArguments, LlmArguments, MethodChoice, PromptArguments, PromptCommand,
};
pub(crate) use pretrain::{PretrainArguments, PretrainFormat};
pub(crate) use store::{
    BackupArguments, DumpArguments, EntailmentChoice, FailOn, ForgetArguments, IndexArguments,
    InferArguments, LoadArguments, QueryArguments, QueryFormat, StatsArguments, UpdateArguments,
    VerifyArguments,
};

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
        Exit codes: 0 done, 1 nothing found or violations, 2 error."
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
    /// Change the graph in SPARQL
    Update(UpdateArguments),
    /// Load RDF files into a graph, new or existing
    Load(LoadArguments),
    /// Import CSV, TSV, JSON or JSON Lines through a mapping
    Import(ImportArguments),
    /// Check the data against its rules, its profile and SHACL shapes
    Verify(VerifyArguments),
    /// Draw conclusions into a named graph of their own
    Infer(InferArguments),
    /// Write the whole dataset, or one graph of it, as RDF
    Dump(DumpArguments),
    /// Copy the graph while others use it
    Backup(BackupArguments),
    /// Count what is in the graph
    Stats(StatsArguments),
    /// Remove a user or conversation with everything derived from it
    Forget(ForgetArguments),
    /// Build the index that answers requests
    Index(IndexArguments),
    /// Show where the score of an item comes from
    Explain(ExplainArguments),
    /// List, check and fill the templates of prompts
    Prompt(PromptArguments),
    /// Measure recommendation on conversations or ratings, beside baselines
    Eval(EvalArguments),
    /// Search better parameters, with half of the conversations held back
    Tune(TuneArguments),
    /// Train the reasoner on the facts of the graph
    Pretrain(PretrainArguments),
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
    #[command(flatten)]
    pub(crate) llm: LlmArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph recommend \"I loved Heat and The Departed, but nothing too long\"\n  \
    tastegraph recommend \"a French comedy from the 60s\" --top-k 5 --format json\n  \
    tastegraph recommend \"something like Alien\" --filter \"year>=1990\" --show prompt\n  \
    tastegraph recommend \"a tense heist\" --llm openai:http://127.0.0.1:8080\n  \
    echo \"funny heist movies\" | tastegraph recommend -\n  \
    tastegraph recommend --conversation chat.txt\n\n\
    Exit codes: 0 answered, 1 nothing meets all conditions, 2 error.")]
pub(crate) struct RecommendArguments {
    /// What you like and want, in your own words; - reads it from standard input
    #[arg(required_unless_present = "conversation")]
    pub(crate) text: Option<String>,
    /// A transcript to go on from: text with speakers, JSON lines or the messages of a chat model; - reads it from
    /// standard input
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) conversation: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,
    /// Print the prompt for a language model, or the size of the calls, instead of an answer
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
    /// The tokens that the model would read and write; it is not called
    Cost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For people
    Table,
    /// Everything, for programs
    Json,
}
