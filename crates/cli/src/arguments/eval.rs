//! What can be typed for evaluation and tuning.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Which conversations, against which graph.
#[derive(Debug, Args)]
pub(crate) struct EvaluatedArguments {
    /// Conversations: our JSON lines, `ReDial` as published, or INSPIRED's table; .gz is read too
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) dialogues: Option<PathBuf>,
    /// The part of the file to evaluate, such as valid
    #[arg(long, value_name = "SPLIT", conflicts_with = "roles")]
    pub(crate) split: Option<String>,
    /// A table of conversation and role; those with the role query are evaluated
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) roles: Option<PathBuf>,
    /// A parameter of retrieval, such as restart=0.5; `config` lists them (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "The memory is what the graph holds; a conversation that is evaluated must not be in it.\n\n\
    Examples:\n  \
    tastegraph eval --graph redial.tg --dialogues dialogs.jsonl --split valid\n  \
    tastegraph eval --graph redial.tg --dialogues dialogs.jsonl --roles split.tsv --out results --format json\n  \
    tastegraph eval compare results/cooccurrence.jsonl results/tastegraph.jsonl\n  \
    tastegraph eval --ratings ratings.csv"
)]
pub(crate) struct EvalArguments {
    #[command(subcommand)]
    pub(crate) command: Option<EvalCommand>,
    #[command(flatten)]
    pub(crate) evaluated: EvaluatedArguments,
    /// Ratings to evaluate instead of conversations: user, item, rating, timestamp
    #[arg(long, value_name = "FILE", conflicts_with = "dialogues")]
    pub(crate) ratings: Option<PathBuf>,
    /// A method to run: tastegraph, copy, popularity, cooccurrence, ease, bm25-knn [default: all] (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) method: Vec<String>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = EvalFormat::Table, value_name = "FORMAT")]
    pub(crate) format: EvalFormat,
    /// Folder for the report, a picture, and for each method a line per instance, a TREC run and judgements
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// Answer one question after the other, so that times are those of single requests
    #[arg(long)]
    pub(crate) serial: bool,
    /// Evaluate so many questions only, drawn at random, the same for every method
    #[arg(long, value_name = "N")]
    pub(crate) questions: Option<usize>,
    /// With --llm-method likelihood, a weight of the likelihood [default: that of the settings] (repeatable)
    #[arg(long, value_name = "WEIGHT")]
    pub(crate) llm_weight: Vec<f64>,
    #[command(flatten)]
    pub(crate) llm: super::LlmArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvalCommand {
    /// Compare two runs by their per-instance files: paired bootstrap and randomisation by conversation
    Compare {
        /// Per-instance file of a run
        a: PathBuf,
        /// Per-instance file of another run
        b: PathBuf,
        /// How to print the differences
        #[arg(long, value_enum, default_value_t = EvalFormat::Table, value_name = "FORMAT")]
        format: EvalFormat,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    /// For people, in Markdown
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Half of the conversations are tuned on; the other half shows over-fitting.\n\n\
    Example:\n  \
    tastegraph tune --graph redial.tg --dialogues dialogs.jsonl --roles split.tsv \\\n    \
    --parameter content_weight=0:12 --parameter text_weight=0:0.8 --budget 30 --write tuned.toml"
)]
pub(crate) struct TuneArguments {
    #[command(flatten)]
    pub(crate) evaluated: EvaluatedArguments,
    /// A parameter and its range (repeatable)
    #[arg(long = "parameter", value_name = "NAME=LOW:HIGH", required = true)]
    pub(crate) parameters: Vec<String>,
    /// How to search
    #[arg(long, value_enum, default_value_t = SearchChoice::Coordinate, value_name = "SEARCH")]
    pub(crate) search: SearchChoice,
    /// The number of evaluations
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub(crate) budget: usize,
    /// What to raise: a group and a metric, such as new:hr@10 or all:mrr@10
    #[arg(long, default_value = "new:ndcg@10", value_name = "GROUP:METRIC")]
    pub(crate) objective: String,
    /// Seed of the halves and of random search
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) seed: u64,
    /// Where to write the settings found, with where they come from
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchChoice {
    /// One parameter after the other
    Coordinate,
    /// All at once, at random
    Random,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph explain \"I loved Heat\" \"Ronin (1998)\"\n  \
    tastegraph explain \"I loved Heat\" Ronin --format json")]
pub(crate) struct ExplainArguments {
    /// What you like and want, in your own words; - reads it from standard input
    pub(crate) text: String,
    /// The item: its name as answers print it, or its IRI
    pub(crate) item: String,
    /// A parameter of retrieval, such as restart=0.5; `config` lists them (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t = EvalFormat::Table, value_name = "FORMAT")]
    pub(crate) format: EvalFormat,
}
