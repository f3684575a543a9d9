//! Arguments of `import`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph import ontologies/movies/mappings/tmdkg.ttl --source data --dry-run\n  \
    tastegraph import ontologies/movies/mappings/redial.ttl --source data --set split=train,valid\n  \
    tastegraph import ontologies/movies/mappings/movielens.ttl --source ml-25m --replace\n  \
    tastegraph import my-mapping.ttl --source books=new/books.csv.gz\n\n\
    A mapping is Turtle in a subset of RML; docs/import-your-data.md tells what it may say. Sources are\n\
    CSV, TSV, JSON and JSON Lines, each also with .gz. An error leaves the store as it was.\n\
    Exit codes: 0 imported, 2 error; no triples at all is an error.")]
pub(crate) struct ImportArguments {
    /// The mapping, a Turtle file
    #[arg(value_name = "MAPPING", value_hint = clap::ValueHint::FilePath)]
    pub(crate) mapping: PathBuf,
    /// Folder that the sources are relative to [default: .], or a file for one of them (repeatable)
    #[arg(long, value_name = "DIR|NAME=FILE", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) source: Vec<String>,
    /// A parameter of the mapping (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Named graph for triples to which the mapping gives none
    #[arg(long, value_name = "IRI", default_value = tastegraph::kg::vocabulary::DATA_GRAPH)]
    pub(crate) into: String,
    /// Put the triples in place of what their graphs hold, all or nothing
    #[arg(long)]
    pub(crate) replace: bool,
    /// Read everything, print the first triples and the counts, and store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How many triples --dry-run prints
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) examples: usize,
    /// Do not build the index afterwards
    #[arg(long)]
    pub(crate) no_index: bool,
}
