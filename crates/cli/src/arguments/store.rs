//! Arguments of the commands that work on the store.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::AnswerFormat;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph query \"SELECT ?title WHERE { ?f mv:directing/rdfs:label 'Akira Kurosawa' ; rdfs:label ?title }\"\n  \
    tastegraph query --format json \"ASK { ?film mv:year 1927 }\"\n  \
    tastegraph query --list\n  \
    tastegraph query --name films-by-decade\n  \
    tastegraph query --explain - < question.rq\n\n\
    The prefixes rdf, rdfs, owl, xsd, skos, schema and those of the graph's profile need no PREFIX.\n\
    A query that names no graph sees all but those of users and conversations; --all-graphs adds them.\n\
    Exit codes: 0 answered, 1 empty or false, 2 error.")]
pub(crate) struct QueryArguments {
    /// SELECT, ASK, CONSTRUCT or DESCRIBE; - reads it from standard input
    #[arg(required_unless_present_any = ["name", "list"], conflicts_with_all = ["name", "list"])]
    pub(crate) sparql: Option<String>,
    /// Run a query that came with the ontology
    #[arg(long, value_name = "NAME", conflicts_with = "list")]
    pub(crate) name: Option<String>,
    /// List the queries that came with the ontology
    #[arg(long)]
    pub(crate) list: bool,
    /// How to print the answer [default: table on a terminal, TSV in a pipe]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<QueryFormat>,
    /// Print the plan with counts and times instead of the answer (table or json)
    #[arg(long)]
    pub(crate) explain: bool,
    /// See users and conversations too
    #[arg(long)]
    pub(crate) all_graphs: bool,
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
    /// Turtle, for graphs
    #[value(alias = "ttl")]
    Turtle,
    /// N-Triples, for graphs
    #[value(alias = "nt")]
    Ntriples,
    /// N-Quads, for datasets and graphs
    #[value(alias = "nq")]
    Nquads,
    /// TriG, for datasets and graphs
    Trig,
    /// RDF/XML, for graphs
    #[value(alias = "rdf")]
    Rdfxml,
    /// JSON-LD, for datasets and graphs
    Jsonld,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph update \"INSERT DATA { GRAPH <https://example.org/g> { id:film\\/heat-1995 skos:altLabel 'Heat!' } }\"\n  \
    tastegraph update --dry-run - < change.ru\n\n\
    All operations happen or none. As in SPARQL, an operation without GRAPH or WITH works on the\n\
    unnamed graph. LOAD and SERVICE are refused. The index is renewed afterwards.")]
pub(crate) struct UpdateArguments {
    /// INSERT, DELETE and so on; - reads it from standard input
    pub(crate) sparql: String,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Stop after this many seconds
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    pub(crate) timeout: f64,
    /// Do not build the index afterwards
    #[arg(long)]
    pub(crate) no_index: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph load --graph movies.tg --ontology ontologies/movies --ontology ontologies/interactions kg\n  \
    tastegraph load --graph movies.tg --into https://example.org/graph/mine more.ttl.gz\n  \
    tastegraph load --graph movies.tg --into https://example.org/graph/mine --replace newer.ttl\n  \
    zcat dump.nq.gz | tastegraph load --format nq -\n\n\
    Formats by name: .ttl .nt .nq .trig .rdf .owl .jsonld, each also with .gz. A file with an error\n\
    leaves the store as it was before that file. What an ontology imports is read from a catalog\n\
    (catalog-v001.xml beside it, or --catalog), never from the network.")]
pub(crate) struct LoadArguments {
    /// Files, or folders of files; - reads standard input
    #[arg(value_name = "FILE", required_unless_present = "ontology", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,
    /// Folder or file with an ontology and its profile; replaces what was loaded so before (repeatable)
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) ontology: Vec<PathBuf>,
    /// Named graph for triples that name none themselves
    #[arg(long, value_name = "IRI", default_value = tastegraph::kg::vocabulary::DATA_GRAPH)]
    pub(crate) into: String,
    /// Put the files in place of what their graphs hold, all files or none
    #[arg(long)]
    pub(crate) replace: bool,
    /// Format of standard input, as an extension: ttl, nq.gz
    #[arg(long, value_name = "EXTENSION")]
    pub(crate) format: Option<String>,
    /// XML catalog that says where imported ontologies lie (repeatable)
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) catalog: Vec<PathBuf>,
    /// Do not build the index afterwards
    #[arg(long)]
    pub(crate) no_index: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph verify\n  \
    tastegraph verify --rules my-rules --fail-on warning\n  \
    tastegraph verify --shapes shapes.ttl --format json\n\n\
    Runs the rules that came with the ontologies and those given, compares the profile with the data\n\
    and validates SHACL shapes. Exit codes: 0 nothing as bad as --fail-on, 1 violations, 2 error.")]
pub(crate) struct VerifyArguments {
    /// Further rules: .rq files or folders of them (repeatable)
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
    /// SHACL shapes: Turtle files or folders of them (repeatable)
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) shapes: Vec<PathBuf>,
    /// The mildest severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// How many examples to show of each finding
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) examples: usize,
    /// How to print the report [default: table on a terminal, JSON in a pipe]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<super::AnswerFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph infer\n  \
    tastegraph infer --entailment owl-rl --into https://example.org/graph/inferred\n\n\
    Conclusions replace those drawn before; users and conversations are left out.")]
pub(crate) struct InferArguments {
    /// Which conclusions are drawn
    #[arg(long, value_enum, default_value_t = EntailmentChoice::Rdfs, value_name = "RULES")]
    pub(crate) entailment: EntailmentChoice,
    /// Named graph for the conclusions
    #[arg(long, value_name = "IRI", default_value = tastegraph::kg::vocabulary::INFERRED_GRAPH)]
    pub(crate) into: String,
    /// Do not build the index afterwards
    #[arg(long)]
    pub(crate) no_index: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EntailmentChoice {
    /// Sub-classes, sub-properties, domains, ranges
    Rdfs,
    /// OWL 2 RL (feature `reasoning`)
    OwlRl,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph index\n  \
    tastegraph index --encoder ~/.local/share/tastegraph/encoders/all-MiniLM-L6-v2\n  \
    tastegraph index --encoder none\n  \
    tastegraph index --timings\n\n\
    With a sentence encoder texts are compared by what they mean and not by their words alone;\n\
    scripts/fetch-encoder.sh gets one. Later builds keep it, and encode only texts that changed.")]
pub(crate) struct IndexArguments {
    /// Folder of a sentence encoder, or none [default: as before]
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) encoder: Option<PathBuf>,
    /// Say where the time goes: a table on a terminal, JSON in a pipe
    #[arg(long)]
    pub(crate) timings: bool,
    /// table or json for --timings [default: table on a terminal, else json]
    #[arg(long, value_enum, value_name = "FORMAT", requires = "timings")]
    pub(crate) format: Option<AnswerFormat>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph dump --output movies.trig.gz\n  \
    tastegraph dump --from https://w3id.org/tastegraph/graph/movies --format turtle")]
pub(crate) struct DumpArguments {
    /// One named graph instead of all
    #[arg(long, value_name = "IRI")]
    pub(crate) from: Option<String>,
    /// trig, nquads or jsonld for all; any graph format for one [default: by the output's name, else nquads]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<QueryFormat>,
    /// A new file, compressed if it ends in .gz [default: standard output]
    #[arg(long, short = 'o', value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tastegraph backup /var/backups/movies-monday.tg")]
pub(crate) struct BackupArguments {
    /// A new folder, usable as a graph at once
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) target: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct StatsArguments {
    /// How to print the counts [default: table on a terminal, JSON in a pipe]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<super::AnswerFormat>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph forget --user https://w3id.org/tastegraph/id/user/sample-user-01\n  \
    tastegraph forget --user https://w3id.org/tastegraph/id/user/sample-user-01 --purge\n\n\
    What belongs to them goes too: ratings, conversations, turns, mentions, and what the index has\n\
    learnt from them. Backups and dumps made before keep everything.")]
pub(crate) struct ForgetArguments {
    /// IRI of the user or conversation
    #[arg(long, value_name = "IRI", alias = "conversation")]
    pub(crate) user: String,
    /// Also write the files of the store anew, without their texts; takes as long as loading everything
    #[arg(long)]
    pub(crate) purge: bool,
}
