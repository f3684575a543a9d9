//! From identifiers of a data set to IRIs of a graph.

use std::collections::HashMap;

use serde_json::Value;
use tastegraph::kg::{KnowledgeGraph, OutputFormat, QueryOptions};
use tastegraph::{Engine, EngineError};

/// What the items of a graph are called elsewhere.
const IDENTIFIERS: &str = "SELECT ?item ?id WHERE { ?item <https://schema.org/identifier> ?id }";

/// Finds the IRI that a data set's identifier stands for.
///
/// An identifier is, in this order: an IRI of the graph; a `schema:identifier` of something in it,
/// such as `redial:111776`; or the end of an IRI with a slash for the colon, so that `tmdkg:42` is
/// the thing whose IRI ends in `/tmdkg/42`.
#[derive(Debug, Clone, Default)]
pub struct Names {
    iris: HashMap<String, String>,
}

impl Names {
    /// Collects the names in a graph; `engine` says which things count.
    ///
    /// # Errors
    /// [`EngineError::Kg`] if the graph cannot be queried.
    pub fn of(graph: &KnowledgeGraph, engine: &Engine) -> Result<Self, EngineError> {
        let mut iris = HashMap::new();
        for iri in engine.nodes() {
            if let Some(name) = name_in(iri) {
                // The first of several IRIs with one ending, in their order.
                iris.entry(name).or_insert_with(|| iri.to_owned());
            }
        }
        let answer = graph.query(IDENTIFIERS, &QueryOptions::default())?;
        let mut json = Vec::new();
        answer.write(OutputFormat::Json, &[], &mut json)?;
        let parsed: Value = serde_json::from_slice(&json).unwrap_or_default();
        let rows = parsed["results"]["bindings"].as_array();
        let mut identified: Vec<(&str, &str)> = rows
            .into_iter()
            .flatten()
            .filter_map(|row| Some((row["id"]["value"].as_str()?, row["item"]["value"].as_str()?)))
            .filter(|(_, iri)| engine.knows(iri))
            .collect();
        identified.sort_unstable();
        for (id, iri) in identified {
            iris.insert(id.to_owned(), iri.to_owned());
        }
        Ok(Self { iris })
    }

    /// The IRI that an identifier stands for, or the identifier itself if nothing has it.
    #[must_use]
    pub fn resolve(&self, id: &str) -> String {
        self.iris.get(id).map_or(id, String::as_str).to_owned()
    }

    /// How many names are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iris.len()
    }

    /// Whether no name is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iris.is_empty()
    }
}

/// `…/tmdkg/42` is called `tmdkg:42`.
fn name_in(iri: &str) -> Option<String> {
    let (before, local) = iri.rsplit_once('/')?;
    let (_, prefix) = before.rsplit_once('/')?;
    (!local.is_empty() && !prefix.is_empty()).then(|| format!("{prefix}:{local}"))
}

#[cfg(test)]
mod tests {
    use super::name_in;

    #[test]
    fn the_end_of_an_iri_is_a_name() {
        let name = name_in("https://example.org/id/tmdkg/42");
        assert_eq!(name.as_deref(), Some("tmdkg:42"));
        assert_eq!(name_in("https://example.org/"), None);
        assert_eq!(name_in("urn:x"), None);
    }
}
