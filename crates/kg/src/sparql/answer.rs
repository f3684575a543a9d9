//! What a query gives, and the formats it is written in.

use std::io::Write;

use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxigraph::model::Term;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, QuerySolutionIter, Variable};

use crate::KnowledgeGraph;

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

/// A machine format for an answer. The first four fit every kind of answer, the others only graphs.
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
    /// Turtle.
    Turtle,
    /// N-Triples.
    NTriples,
    /// N-Quads.
    NQuads,
    /// TriG.
    TriG,
    /// RDF/XML.
    RdfXml,
    /// JSON-LD.
    JsonLd,
}

impl OutputFormat {
    /// The format for rows and booleans.
    fn for_rows(self) -> Option<QueryResultsFormat> {
        match self {
            Self::Json => Some(QueryResultsFormat::Json),
            Self::Xml => Some(QueryResultsFormat::Xml),
            Self::Csv => Some(QueryResultsFormat::Csv),
            Self::Tsv => Some(QueryResultsFormat::Tsv),
            _ => None,
        }
    }

    /// The format for graphs.
    pub(crate) fn for_graphs(self) -> RdfFormat {
        match self {
            Self::Json | Self::JsonLd => RdfFormat::JsonLd {
                profile: JsonLdProfileSet::empty(),
            },
            Self::Xml | Self::RdfXml => RdfFormat::RdfXml,
            Self::Csv | Self::Turtle => RdfFormat::Turtle,
            Self::Tsv | Self::NTriples => RdfFormat::NTriples,
            Self::NQuads => RdfFormat::NQuads,
            Self::TriG => RdfFormat::TriG,
        }
    }
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
}

pub(super) fn collect(
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

    /// Writes the answer in a standard format. Prefixes make Turtle, TriG and RDF/XML readable.
    ///
    /// # Errors
    /// Those of the writer; `InvalidInput` if the format is one for graphs and the answer is none.
    pub fn write(
        &self,
        format: OutputFormat,
        prefixes: &[(String, String)],
        writer: impl Write,
    ) -> std::io::Result<()> {
        let serializer = || {
            format
                .for_rows()
                .map(QueryResultsSerializer::from_format)
                .ok_or_else(|| {
                    std::io::Error::new(
                        std::io::ErrorKind::InvalidInput,
                        "this format is for graphs, and the answer is a table or a boolean\nhint: choose json, xml, csv or tsv, or ask with CONSTRUCT",
                    )
                })
        };
        match self {
            Self::Boolean(value) => {
                serializer()?.serialize_boolean_to_writer(writer, *value)?;
            }
            Self::Rows(rows) => {
                let variables = rows
                    .variables
                    .iter()
                    .map(Variable::new_unchecked)
                    .collect::<Vec<_>>();
                let mut output =
                    serializer()?.serialize_solutions_to_writer(writer, variables.clone())?;
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
                let mut output =
                    with_prefixes(RdfSerializer::from_format(format.for_graphs()), prefixes)
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

/// A prefix whose namespace is no IRI is left out: the output is longer, not wrong.
pub(crate) fn with_prefixes(
    mut serializer: RdfSerializer,
    prefixes: &[(String, String)],
) -> RdfSerializer {
    for (name, iri) in prefixes {
        if let Ok(with) = serializer.clone().with_prefix(name, iri) {
            serializer = with;
        }
    }
    serializer
}
