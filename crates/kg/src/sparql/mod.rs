//! SPARQL over the store: offline, bounded in time, rows and depth.

mod answer;
mod dataset;
mod explain;
mod guard;
mod query;
mod syntax;
mod update;
mod worker;

pub(crate) use answer::with_prefixes;
pub use answer::{OutputFormat, QueryAnswer, Rows};
pub(crate) use dataset::Views;
pub use explain::{Explanation, PlanNode};
pub use query::QueryOptions;
pub use syntax::QuerySyntax;
pub use update::{UpdateOptions, UpdateReport};
pub(crate) use worker::Workers;

use std::time::Duration;

use oxigraph::model::NamedNode;
use oxigraph::sparql::{DefaultServiceHandler, QuerySolutionIter, SparqlEvaluator};
use spargebra::SparqlParser;

use crate::{KgError, KnowledgeGraph, vocabulary};

/// How long work that has timed out may take to notice: most does at its next scan.
const GRACE: Duration = Duration::from_millis(500);

impl KnowledgeGraph {
    /// The prefixes that queries need not declare, name and namespace: ours, and those of the profile
    /// if there is one.
    ///
    /// # Errors
    /// [`KgError::Storage`] if the store fails.
    pub fn prefixes(&self) -> Result<Vec<(String, String)>, KgError> {
        Ok(self.view()?.prefixes.clone())
    }

    fn read_prefixes(&self) -> Vec<(String, String)> {
        let known = vocabulary::PREFIXES
            .iter()
            .map(|(name, iri)| ((*name).to_owned(), (*iri).to_owned()));
        // A graph without profile can be queried all the same.
        let profile = self.profile().map(|profile| profile.prefixes);
        known.chain(profile.unwrap_or_default()).collect()
    }
}

/// An evaluator that reaches nothing but the store. The only place that makes one: a dependency may
/// switch on oxigraph's HTTP client, and then a plain evaluator would follow `SERVICE`.
pub(crate) fn evaluator() -> SparqlEvaluator {
    SparqlEvaluator::new().with_default_service_handler(NoService)
}

fn parser(prefixes: &[(String, String)]) -> Result<SparqlParser, KgError> {
    let mut parser = SparqlParser::new();
    for (name, iri) in prefixes {
        parser = parser
            .with_prefix(name, iri)
            .map_err(|error| KgError::Iri {
                iri: iri.clone(),
                message: error.to_string(),
            })?;
    }
    Ok(parser)
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
