//! The dataset as RDF, whole or one graph of it.

use std::io::Write;

use oxigraph::io::RdfSerializer;
use oxigraph::model::NamedNode;

use crate::sparql::with_prefixes;
use crate::{KgError, KnowledgeGraph, OutputFormat};

impl KnowledgeGraph {
    /// Writes every quad, in TriG or N-Quads; loading what was written gives the same dataset, but
    /// for the names of blank nodes.
    ///
    /// # Errors
    /// [`KgError::Format`] for formats that cannot hold named graphs; [`KgError::Io`].
    pub fn dump(&self, format: OutputFormat, writer: impl Write) -> Result<(), KgError> {
        let rdf = format.for_graphs();
        if !rdf.supports_datasets() {
            return Err(KgError::Format(format!(
                "{} holds one graph, and this is a dataset of many\nhint: choose trig, nquads or jsonld, or one graph with --from IRI",
                rdf.name()
            )));
        }
        let mut output =
            with_prefixes(RdfSerializer::from_format(rdf), &self.prefixes()?).for_writer(writer);
        for quad in &self.store {
            output.serialize_quad(&quad?)?;
        }
        output.finish()?.flush()?;
        Ok(())
    }

    /// Writes the triples of one named graph.
    ///
    /// # Errors
    /// [`KgError::NoSuchGraph`]; [`KgError::Io`].
    pub fn dump_graph(
        &self,
        graph: &str,
        format: OutputFormat,
        writer: impl Write,
    ) -> Result<(), KgError> {
        let node = NamedNode::new(graph).map_err(|error| KgError::Iri {
            iri: graph.to_owned(),
            message: error.to_string(),
        })?;
        if !self.store.contains_named_graph(&node)? {
            return Err(KgError::NoSuchGraph {
                iri: graph.to_owned(),
            });
        }
        let mut output = with_prefixes(
            RdfSerializer::from_format(format.for_graphs()),
            &self.prefixes()?,
        )
        .for_writer(writer);
        for quad in self
            .store
            .quads_for_pattern(None, None, None, Some(node.as_ref().into()))
        {
            let quad = quad?;
            output.serialize_triple(oxigraph::model::TripleRef::from(quad.as_ref()))?;
        }
        output.finish()?.flush()?;
        Ok(())
    }
}
