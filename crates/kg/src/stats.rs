//! What is in the store, counted.

use std::collections::{BTreeMap, HashMap};

use oxigraph::model::{GraphName, NamedOrBlankNode, Term};
use serde::Serialize;

use crate::vocabulary::RDF_TYPE;
use crate::{KgError, KnowledgeGraph};

/// Counts of a dataset, each list largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Quads.
    pub quads: u64,
    /// Different subjects.
    pub subjects: u64,
    /// Instances by class.
    pub classes: Vec<(String, u64)>,
    /// Statements by predicate.
    pub predicates: Vec<(String, u64)>,
    /// Statements by named graph; the unnamed graph is the empty string.
    pub graphs: Vec<(String, u64)>,
    /// How many resources have a degree (statements in which they stand as subject or object) from
    /// `2^i` to `2^(i+1) − 1`, by `i`.
    pub degrees: Vec<u64>,
}

impl KnowledgeGraph {
    /// Counts everything in one pass; memory grows with the number of resources.
    ///
    /// # Errors
    /// [`KgError::Storage`] if the store fails.
    pub fn statistics(&self) -> Result<Statistics, KgError> {
        let mut classes: HashMap<Term, u64> = HashMap::new();
        let mut predicates: HashMap<String, u64> = HashMap::new();
        let mut graphs: HashMap<GraphName, u64> = HashMap::new();
        let mut degrees: HashMap<NamedOrBlankNode, (u64, bool)> = HashMap::new();
        let mut quads = 0;
        for quad in &self.store {
            let quad = quad?;
            quads += 1;
            if quad.predicate.as_ref() == RDF_TYPE {
                *classes.entry(quad.object.clone()).or_default() += 1;
            }
            *graphs.entry(quad.graph_name).or_default() += 1;
            *predicates.entry(quad.predicate.into_string()).or_default() += 1;
            let subject = degrees.entry(quad.subject).or_default();
            subject.0 += 1;
            subject.1 = true;
            let object: Option<NamedOrBlankNode> = match quad.object {
                Term::NamedNode(node) => Some(node.into()),
                Term::BlankNode(node) => Some(node.into()),
                Term::Literal(_) | Term::Triple(_) => None,
            };
            if let Some(object) = object {
                degrees.entry(object).or_default().0 += 1;
            }
        }
        let mut histogram: BTreeMap<u32, u64> = BTreeMap::new();
        for (degree, _) in degrees.values() {
            *histogram.entry(degree.ilog2()).or_default() += 1;
        }
        let widest = histogram.keys().next_back().map_or(0, |last| last + 1);
        Ok(Statistics {
            quads,
            subjects: degrees.values().filter(|(_, subject)| *subject).count() as u64,
            classes: largest_first(
                classes
                    .into_iter()
                    .map(|(class, count)| (Self::display(&class), count)),
            ),
            predicates: largest_first(predicates.into_iter()),
            graphs: largest_first(graphs.into_iter().map(|(graph, count)| {
                let name = match graph {
                    GraphName::NamedNode(node) => node.into_string(),
                    GraphName::BlankNode(node) => node.to_string(),
                    GraphName::DefaultGraph => String::new(),
                };
                (name, count)
            })),
            degrees: (0..widest)
                .map(|bucket| histogram.get(&bucket).copied().unwrap_or(0))
                .collect(),
        })
    }
}

fn largest_first(counts: impl Iterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
