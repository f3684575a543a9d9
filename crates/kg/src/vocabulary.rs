//! The IRIs that this crate knows: the profile vocabulary and the graphs it writes.

use oxigraph::model::NamedNodeRef;

/// Namespace of the projection profile vocabulary (`ontologies/profile`).
pub const PROFILE: &str = "https://w3id.org/tastegraph/profile#";
/// Named graph into which ontologies and profiles are loaded.
pub const ONTOLOGY_GRAPH: &str = "https://w3id.org/tastegraph/graph/ontology";
/// Named graph into which data goes when no other is named.
pub const DATA_GRAPH: &str = "https://w3id.org/tastegraph/graph/data";

/// Named graph into which conclusions go when no other is named.
pub const INFERRED_GRAPH: &str = "https://w3id.org/tastegraph/graph/inferred";

/// Prefixes that every query may use without declaring them; a profile adds its own.
pub const PREFIXES: &[(&str, &str)] = &[
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("schema", "https://schema.org/"),
    ("tp", PROFILE),
];

pub(crate) const RDF_TYPE: NamedNodeRef<'_> = oxigraph::model::vocab::rdf::TYPE;
