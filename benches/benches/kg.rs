//! How fast RDF is loaded and SPARQL answered, beside pyoxigraph: `scripts/bench.sh kg [--data DIR]`.
//!
//! `scripts/peers/kg.py` makes the data, calls this program for our side and prints the table:
//!
//! ```text
//! kg load FILE FOLDER GRAPH        loads FILE into the named graph; prints seconds and statements
//! kg query FOLDER QUERIES ROUNDS   QUERIES is a JSON object of name → SPARQL; prints times and sizes
//! ```
//!
//! Without peers it measures three queries on the bundled graph.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Map, Value, json};
use tastegraph::kg::{KnowledgeGraph, LoadOptions, OutputFormat, QueryAnswer, QueryOptions};
use tastegraph_benches::bundled;

/// Set by `scripts/bench.sh` to the script of the peers.
const PEER: &str = "PEER_SCRIPT";
/// Rounds on the bundled graph.
const ROUNDS: usize = 20;
/// What is asked when no peer asks: the shapes that people type.
const QUERIES: [(&str, &str); 3] = [
    ("lookup", "SELECT ?film { ?film rdfs:label 'Heat' }"),
    (
        "join",
        "SELECT ?title { ?film mv:directing/rdfs:label 'Akira Kurosawa' ; rdfs:label ?title }",
    ),
    (
        "group",
        "SELECT ?genre (COUNT(*) AS ?n) { ?film mv:genre ?genre } GROUP BY ?genre ORDER BY DESC(?n)",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let printed = match arguments[..] {
        ["load", file, folder, graph] => load(file, folder, graph)?,
        ["query", folder, queries, rounds] => {
            let queries: Map<String, Value> =
                serde_json::from_str(&fs_err::read_to_string(queries)?)?;
            query(&KnowledgeGraph::open(folder)?, &queries, rounds.parse()?)?
        }
        _ if std::env::var_os(PEER).is_some() => return beside_the_peer(&arguments),
        _ => {
            let queries = QUERIES.map(|(name, sparql)| (name.to_owned(), json!(sparql)));
            let graph = bundled()?;
            let store = KnowledgeGraph::open(graph.folder())?;
            query(&store, &queries.into_iter().collect(), ROUNDS)?
        }
    };
    writeln!(std::io::stdout(), "{printed}")?;
    Ok(())
}

/// Hands over to the script that runs both sides.
fn beside_the_peer(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let python = std::env::var_os("PEER_PYTHON").ok_or("PEER_PYTHON is not set")?;
    let script = std::env::var_os(PEER).ok_or("PEER_SCRIPT is not set")?;
    let status = Command::new(python)
        .arg(script)
        .arg(std::env::current_exe()?)
        .args(arguments)
        // What it starts is our side, and must not start it again.
        .env_remove(PEER)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the peer script failed: {status}").into())
    }
}

/// Opening is no part of it, the flush at the end is.
fn load(file: &str, folder: &str, graph: &str) -> Result<Value, Box<dyn Error>> {
    let store = KnowledgeGraph::open_or_create(Path::new(folder))?;
    let options = LoadOptions {
        graph: graph.to_owned(),
        ..LoadOptions::default()
    };
    let clock = Instant::now();
    let report = store.load_file(file, &options)?;
    let seconds = clock.elapsed().as_secs_f64();
    Ok(json!({"seconds": seconds, "statements": report.triples}))
}

/// From the text of the query to the bytes of the answer, in milliseconds, one warm-up before each.
fn query(
    store: &KnowledgeGraph,
    queries: &Map<String, Value>,
    rounds: usize,
) -> Result<Value, Box<dyn Error>> {
    let mut measured = Map::new();
    for (name, sparql) in queries {
        let sparql = sparql.as_str().ok_or("a query is a string")?;
        let mut times = Vec::new();
        let mut size = (0, 0);
        for round in 0..=rounds {
            let clock = Instant::now();
            let answer = store.query(sparql, &QueryOptions::default())?;
            let mut bytes = Vec::new();
            let format = match &answer {
                QueryAnswer::Graph(_) => OutputFormat::NTriples,
                _ => OutputFormat::Json,
            };
            answer.write(format, &[], &mut bytes)?;
            if round > 0 {
                times.push(clock.elapsed().as_secs_f64() * 1e3);
            }
            size = (length(&answer), bytes.len());
        }
        let entry = json!({"ms": times, "results": size.0, "bytes": size.1});
        measured.insert(name.clone(), entry);
    }
    Ok(Value::Object(measured))
}

fn length(answer: &QueryAnswer) -> usize {
    match answer {
        QueryAnswer::Rows(rows) => rows.rows.len(),
        QueryAnswer::Boolean(value) => usize::from(*value),
        QueryAnswer::Graph(triples) => triples.len(),
    }
}
