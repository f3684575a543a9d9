//! From what somebody said to what they may like: the retrieval half of graph
//! retrieval-augmented recommendation (G-CRS, arXiv 2503.06430).
//!
//! A [`Retriever`] takes the weighted seeds of an
//! [`Understanding`](tastegraph_dialogue::Understanding) and
//!
//! 1. mixes them with what the [reasoner](tastegraph_reasoner) implies and with conversations that
//!    read alike into one restart vector ([`restart`](mod@restart));
//! 2. walks: Personalized PageRank over entities, conversations and users;
//! 3. filters and orders the items ([`rank`](mod@rank));
//! 4. finds similar conversations and users, and the paths that explain each item.
//!
//! Nothing here knows a domain: nodes have kinds, relations have names, numbers have filter names.
//!
//! ```
//! use tastegraph_dialogue::Understanding;
//! use tastegraph_graph::{NodeKind, SnapshotBuilder};
//! use tastegraph_reasoner::NoReasoner;
//! use tastegraph_retrieval::{Catalogue, Fallback, Parameters, Request, Retriever};
//! use tastegraph_text::Bm25Builder;
//!
//! let mut builder = SnapshotBuilder::new();
//! builder.node("ex:chair", NodeKind::Item, "Chair", "furniture");
//! let retriever = Retriever::new(
//!     builder.build()?,
//!     Catalogue::default(),
//!     Bm25Builder::new().build(),
//!     Box::new(NoReasoner),
//! );
//! // Nothing was said, so the most popular items answer, and the answer says so.
//! let found = retriever.retrieve(&Request {
//!     understanding: &Understanding::default(),
//!     words: "",
//!     meaning: None,
//!     rules: &[],
//!     parameters: &Parameters::default(),
//! })?;
//! assert_eq!(found.fallback, Some(Fallback::Popularity));
//! assert_eq!(found.candidates.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod catalogue;
mod content;
mod diversity;
mod error;
mod evidence;
mod explanation;
mod filter;
mod found;
mod implied;
mod meaning;
mod parameters;
pub mod rank;
mod request;
pub mod restart;
mod retriever;
mod said;

pub use catalogue::{Catalogue, NodeDetails};
pub use error::RetrievalError;
pub use evidence::{Evidence, Fact};
pub use explanation::Explanation;
pub use found::{Candidate, Fallback, Retrieved, SimilarNode, StageTimings};
pub use meaning::{Meanings, NodeVectors};
pub use parameters::Parameters;
pub use rank::{Parts, Stages};
pub use request::{LinkedRequest, Request};
pub use retriever::{Retriever, entity_token};
pub use said::{LinkedMention, Named};

use content::Content;
