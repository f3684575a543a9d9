//! Scans of the whole store that look up no more names than they hand out.
//!
//! The store keeps numbers for names. Its iterator over quads looks up all four of each, though the
//! property is always the same and nobody asks for the graph; a query looks up what it selects. On
//! conversations that halves the time, nearly all of which goes into looking up.

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};
use oxigraph::sparql::{QueryResults, QuerySolution};

use crate::sparql::evaluator;
use crate::{KgError, KnowledgeGraph};

impl KnowledgeGraph {
    /// Calls `visit` with subject and object of every statement with a property, whatever its graph.
    pub(crate) fn for_statements(
        &self,
        property: NamedNodeRef<'_>,
        mut visit: impl FnMut(NamedOrBlankNode, Term) -> Result<(), KgError>,
    ) -> Result<(), KgError> {
        self.scan(&format!("SELECT ?s ?o {{ ?s {property} ?o }}"), |row| {
            if let [Some(subject), Some(object)] = row.values()
                && let Some(subject) = resource(subject)
            {
                visit(subject, object.clone())?;
            }
            Ok(())
        })
    }

    /// Calls `visit` with every instance of a class, once for each graph that says so.
    pub(crate) fn for_instances(
        &self,
        class: NamedNodeRef<'_>,
        mut visit: impl FnMut(NamedOrBlankNode),
    ) -> Result<(), KgError> {
        self.scan(&format!("SELECT ?s {{ ?s a {class} }}"), |row| {
            if let [Some(subject)] = row.values() {
                resource(subject).map(&mut visit);
            }
            Ok(())
        })
    }

    fn scan(
        &self,
        query: &str,
        mut visit: impl FnMut(QuerySolution) -> Result<(), KgError>,
    ) -> Result<(), KgError> {
        let failed = |message: String| KgError::Evaluation(message);
        let mut query = evaluator()
            .parse_query(query)
            .map_err(|error| failed(error.to_string()))?;
        query.dataset_mut().set_default_graph_as_union();
        let results = query.on_store(&self.store).execute();
        if let QueryResults::Solutions(rows) = results.map_err(|e| failed(e.to_string()))? {
            for row in rows {
                visit(row.map_err(|error| failed(error.to_string()))?)?;
            }
        }
        Ok(())
    }
}

fn resource(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}
