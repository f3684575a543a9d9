//! SPARQL over the store: read-only, offline, bounded in time and rows.

use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{
    CancellationToken, DefaultServiceHandler, QueryEvaluationError, QueryResults,
    QuerySolutionIter, SparqlEvaluator,
};

use crate::{KgError, KnowledgeGraph, vocabulary};

/// How long a query that has timed out may take to notice: most do at their next scan.
const GRACE: Duration = Duration::from_millis(500);

/// Bounds of a query.
#[derive(Debug, Clone, Default)]
pub struct QueryOptions {
    /// Stop after this long.
    pub timeout: Option<Duration>,
    /// Return at most this many rows.
    pub limit: Option<usize>,
}

/// Rows of a SELECT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Names of the columns, without the question mark.
    pub variables: Vec<String>,
    /// Values; `None` is unbound.
    pub rows: Vec<Vec<Option<Term>>>,
    /// Whether the row limit cut the answer.
    pub truncated: bool,
}

/// What a query gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryAnswer {
    /// SELECT.
    Rows(Rows),
    /// ASK.
    Boolean(bool),
    /// CONSTRUCT and DESCRIBE.
    Graph(Vec<oxigraph::model::Triple>),
}

/// A machine format for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// SPARQL JSON for rows and booleans, JSON-LD for graphs.
    Json,
    /// SPARQL XML, RDF/XML.
    Xml,
    /// Comma-separated rows; Turtle for graphs.
    Csv,
    /// Tab-separated rows; N-Triples for graphs.
    Tsv,
}

impl KnowledgeGraph {
    /// A term as people read it: literals without quotes, IRIs without brackets.
    #[must_use]
    pub fn display(term: &Term) -> String {
        match term {
            Term::NamedNode(node) => node.as_str().to_owned(),
            Term::Literal(literal) => literal.value().to_owned(),
            Term::BlankNode(node) => node.to_string(),
            Term::Triple(triple) => triple.to_string(),
        }
    }

    /// Runs a SELECT, ASK, CONSTRUCT or DESCRIBE over the union of all named graphs.
    ///
    /// The prefixes of [`vocabulary::PREFIXES`] and those of the profile need no declaration.
    /// `SERVICE` is refused: no query reaches the network.
    ///
    /// The evaluator notices a cancellation between scans only, so the query runs on a thread of its
    /// own: at the timeout this returns, and the thread ends at its next scan.
    ///
    /// # Errors
    /// [`KgError::Query`] with position if the query is malformed, [`KgError::Timeout`],
    /// [`KgError::Evaluation`].
    pub fn query(&self, sparql: &str, options: &QueryOptions) -> Result<QueryAnswer, KgError> {
        let token = CancellationToken::new();
        let mut evaluator = SparqlEvaluator::new()
            .with_default_service_handler(NoService)
            .with_cancellation_token(token.clone());
        // A graph without profile can be queried all the same.
        let profile = self
            .profile()
            .map(|profile| profile.prefixes)
            .unwrap_or_default();
        let known = vocabulary::PREFIXES.iter().map(|(name, iri)| (*name, *iri));
        for (name, iri) in known.chain(
            profile
                .iter()
                .map(|(name, iri)| (name.as_str(), iri.as_str())),
        ) {
            evaluator = evaluator
                .with_prefix(name, iri)
                .map_err(|error| KgError::Iri {
                    iri: iri.to_owned(),
                    message: error.to_string(),
                })?;
        }
        let mut prepared = evaluator
            .parse_query(sparql)
            .map_err(|error| KgError::Query(error.to_string()))?;
        // Data lives in named graphs; a query without FROM means all of them.
        if prepared.dataset().is_default_dataset() {
            prepared.dataset_mut().set_default_graph_as_union();
        }
        let limit = options.limit;
        let store = self.store.clone();
        let (done, waiting) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let answer = prepared
                .on_store(&store)
                .execute()
                .and_then(|results| collect(results, limit));
            // Nobody waits any more after a timeout.
            let _ = done.send(answer);
        });
        let answer = match options.timeout {
            None => waiting.recv().map_err(|error| error.to_string()),
            Some(timeout) => match waiting.recv_timeout(timeout) {
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    token.cancel();
                    if waiting.recv_timeout(GRACE).is_ok() {
                        let _ = thread.join();
                    }
                    return Err(KgError::Timeout {
                        seconds: timeout.as_secs_f64(),
                    });
                }
                answer => answer.map_err(|error| error.to_string()),
            },
        };
        // The thread still has to let go of the store; a process that ended meanwhile would take
        // RocksDB's locks away from under it.
        let _ = thread.join();
        answer
            .map_err(KgError::Evaluation)?
            .map_err(|error| KgError::Evaluation(error.to_string()))
    }
}

fn collect(
    results: QueryResults<'_>,
    limit: Option<usize>,
) -> Result<QueryAnswer, QueryEvaluationError> {
    Ok(match results {
        QueryResults::Boolean(value) => QueryAnswer::Boolean(value),
        QueryResults::Graph(triples) => QueryAnswer::Graph(
            triples
                .take(limit.unwrap_or(usize::MAX))
                .collect::<Result<_, _>>()?,
        ),
        QueryResults::Solutions(solutions) => QueryAnswer::Rows(rows(solutions, limit)?),
    })
}

fn rows(
    mut solutions: QuerySolutionIter<'_>,
    limit: Option<usize>,
) -> Result<Rows, QueryEvaluationError> {
    let limit = limit.unwrap_or(usize::MAX);
    let variables = solutions
        .variables()
        .iter()
        .map(|variable| variable.as_str().to_owned())
        .collect();
    let mut rows = Vec::new();
    let mut truncated = false;
    for solution in solutions.by_ref() {
        if rows.len() == limit {
            truncated = true;
            break;
        }
        rows.push(solution?.values().to_vec());
    }
    Ok(Rows {
        variables,
        rows,
        truncated,
    })
}

impl QueryAnswer {
    /// Whether there is nothing in it: no rows, no triples, or `false`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Rows(rows) => rows.rows.is_empty(),
            Self::Boolean(value) => !value,
            Self::Graph(triples) => triples.is_empty(),
        }
    }

    /// Writes the answer in a standard format.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, format: OutputFormat, writer: impl Write) -> std::io::Result<()> {
        let (results, graph) = match format {
            OutputFormat::Json => (
                QueryResultsFormat::Json,
                RdfFormat::from_extension("jsonld"),
            ),
            OutputFormat::Xml => (QueryResultsFormat::Xml, Some(RdfFormat::RdfXml)),
            OutputFormat::Csv => (QueryResultsFormat::Csv, Some(RdfFormat::Turtle)),
            OutputFormat::Tsv => (QueryResultsFormat::Tsv, Some(RdfFormat::NTriples)),
        };
        let serializer = QueryResultsSerializer::from_format(results);
        match self {
            Self::Boolean(value) => {
                serializer.serialize_boolean_to_writer(writer, *value)?;
            }
            Self::Rows(rows) => {
                let variables = rows
                    .variables
                    .iter()
                    .map(oxigraph::sparql::Variable::new_unchecked)
                    .collect::<Vec<_>>();
                let mut output =
                    serializer.serialize_solutions_to_writer(writer, variables.clone())?;
                for row in &rows.rows {
                    output.serialize(
                        variables
                            .iter()
                            .zip(row)
                            .filter_map(|(variable, value)| Some((variable, value.as_ref()?))),
                    )?;
                }
                output.finish()?;
            }
            Self::Graph(triples) => {
                let mut output = RdfSerializer::from_format(graph.unwrap_or(RdfFormat::NTriples))
                    .for_writer(writer);
                for triple in triples {
                    output.serialize_triple(triple)?;
                }
                output.finish()?;
            }
        }
        Ok(())
    }
}

/// Stands in for the client that would follow `SERVICE`.
struct NoService;

/// Why a `SERVICE` clause fails.
#[derive(Debug, thiserror::Error)]
#[error("SERVICE is not allowed: queries do not reach the network")]
struct ServiceRefused;

impl DefaultServiceHandler for NoService {
    type Error = ServiceRefused;

    fn handle(
        &self,
        _service: &NamedNode,
        _pattern: &spargebra::algebra::GraphPattern,
        _base_iri: Option<&oxiri::Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>, Self::Error> {
        Err(ServiceRefused)
    }
}
