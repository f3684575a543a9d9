//! The RDF graph on disk: the one source of truth of tastegraph.
//!
//! A [`KnowledgeGraph`] is a folder with an Oxigraph store in it. RDF files are
//! loaded into named graphs, all or nothing per file; SPARQL reads them, without
//! ever reaching the network. A *projection profile* ([`Profile`]), itself RDF that
//! lies beside an ontology, says what of the graph the recommendation engine sees;
//! [`Projection`] is that view, as plain numbers and strings in a fixed order.
//!
//! ```
//! use tastegraph_kg::{KnowledgeGraph, LoadOptions, QueryOptions, QueryAnswer};
//!
//! let graph = KnowledgeGraph::in_memory()?;
//! graph.load_str(
//!     "@prefix ex: <http://example.org/> . ex:heat ex:year 1995 .",
//!     "example.ttl",
//!     &LoadOptions::default(),
//! )?;
//! let answer = graph.query("ASK { ?film ?p 1995 }", &QueryOptions::default())?;
//! assert!(matches!(answer, QueryAnswer::Boolean(true)));
//! # Ok::<(), tastegraph_kg::KgError>(())
//! ```

mod error;
mod load;
mod profile;
mod projection;
mod query;
mod store;
pub mod vocabulary;

pub use error::KgError;
pub use load::{LoadOptions, LoadReport, rdf_files};
pub use profile::{
    ClassRule, EdgeRule, FilterKind, FilterPhrase, FilterRule, LinkRule, Matching, Profile,
    UtteranceRule,
};
pub use projection::{ProjectedEdge, ProjectedKind, ProjectedNode, ProjectedRelation, Projection};
pub use query::{OutputFormat, QueryAnswer, QueryOptions, Rows};
pub use store::{FORMAT_VERSION, KnowledgeGraph};
