//! Arguments about language models.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tastegraph::models::ModelSpec;

use super::{AnswerArguments, AnswerFormat};

/// Which model, and how it is used.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Language model")]
pub(crate) struct LlmArguments {
    /// none, openai:URL, gguf:FILE or replay:FILE [default: that of tastegraph.toml, else none]
    #[arg(long, value_name = "MODEL")]
    pub(crate) llm: Option<ModelSpec>,
    /// Name of the model on the server [default: the first that it lists]
    #[arg(long, value_name = "NAME")]
    pub(crate) llm_model: Option<String>,
    /// File with the key of the server; TASTEGRAPH_LLM_KEY holds one too
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) llm_key_file: Option<PathBuf>,
    /// tokenizer.json to count tokens with [default: an estimate; an embedded model counts itself]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) llm_tokenizer: Option<PathBuf>,
    /// What the model is asked for
    #[arg(long, value_enum, value_name = "METHOD")]
    pub(crate) llm_method: Option<MethodChoice>,
    /// Template of the prompt; `prompt list` shows them
    #[arg(long, value_name = "NAME")]
    pub(crate) llm_template: Option<String>,
    /// Candidates that the model sees
    #[arg(long, value_name = "N")]
    pub(crate) llm_candidates: Option<usize>,
    /// Most tokens of the prompt
    #[arg(long, value_name = "TOKENS")]
    pub(crate) llm_budget: Option<usize>,
    /// Most tokens of an answer
    #[arg(long, value_name = "TOKENS")]
    pub(crate) llm_answer: Option<usize>,
    /// Prompts with differently shuffled candidates, whose orders are joined
    #[arg(long, value_name = "N")]
    pub(crate) llm_orders: Option<usize>,
    /// Most places by which the model may move a candidate
    #[arg(long, value_name = "PLACES")]
    pub(crate) llm_max_shift: Option<usize>,
    /// Threads of an embedded model
    #[arg(long, value_name = "N")]
    pub(crate) llm_threads: Option<usize>,
    /// Most seconds for one answer of a server
    #[arg(long, value_name = "SECONDS")]
    pub(crate) llm_timeout: Option<f64>,
    /// Record answers in a file that replay:FILE reads
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) llm_record: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MethodChoice {
    /// An order of the candidates and a reply
    Generate,
    /// How probable each name is, mixed with retrieval
    Likelihood,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph prompt list\n  \
    tastegraph prompt check my/recommend.jinja\n  \
    tastegraph prompt render explain \"I loved Heat\" --item \"Ronin (1998)\"\n  \
    tastegraph prompt write summarise-profile \"I loved Heat\" --llm gguf:model.gguf\n\n\
    Files prompts/*.jinja in the folder of a graph replace the built-in templates of the same names.\n\
    Exit codes: 0 done, 1 a template is wrong or nothing was written, 2 error.")]
pub(crate) struct PromptArguments {
    #[command(subcommand)]
    pub(crate) command: PromptCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PromptCommand {
    /// List the templates with purpose, version, budget and hash
    List {
        /// How to print the list [default: table on a terminal, JSON in a pipe]
        #[arg(long, value_enum, value_name = "FORMAT")]
        format: Option<AnswerFormat>,
    },
    /// Check the templates of the graph, or those in files
    Check {
        /// Template files
        #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
    /// Print the prompt that a template makes of a request
    Render(FocusedArguments),
    /// Let a model write what a template asks for, and print what of it is grounded
    Write(FocusedArguments),
}

/// A template, a request and what the prompt is about.
#[derive(Debug, Args)]
pub(crate) struct FocusedArguments {
    /// Name of the template
    pub(crate) template: String,
    /// What is liked and wanted; - reads it from standard input
    pub(crate) text: String,
    /// The item, by name or IRI, for templates about one [default: the first of the answer]
    #[arg(long, value_name = "ITEM")]
    pub(crate) item: Option<String>,
    /// The facet, such as genre, for templates about one [default: one that most candidates share]
    #[arg(long, value_name = "CLASS")]
    pub(crate) facet: Option<String>,
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,
}
