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

mod companion;
mod dump;
mod error;
mod forget;
mod import;
mod inference;
mod load;
mod profile;
mod projection;
mod sparql;
mod statements;
mod stats;
mod store;
mod verify;
pub mod vocabulary;

pub use companion::QueryFile;
pub use error::KgError;
pub use import::{Mapping, MappingOptions, MappingProgress, MappingReport, Parameter};
pub use inference::{Entailment, InferenceReport};
pub use load::{Catalog, ImportReport, LoadOptions, LoadReport, Progress, rdf_files};
pub use profile::{
    ClassRule, EdgeRule, FilterKind, FilterPhrase, FilterRule, LinkRule, Matching, Profile,
    UtteranceRule,
};
pub use projection::{ProjectedEdge, ProjectedKind, ProjectedNode, ProjectedRelation, Projection};
pub use sparql::{
    Explanation, OutputFormat, PlanNode, QueryAnswer, QueryOptions, QuerySyntax, Rows,
    UpdateOptions, UpdateReport,
};
pub use stats::Statistics;
pub use store::{FORMAT_VERSION, KnowledgeGraph};
pub use verify::{Finding, Severity, VerifyOptions, VerifyReport};
