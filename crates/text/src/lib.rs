//! Words: entity linking over the labels of a graph, and BM25 over documents.
//!
//! A [`Linker`] finds the entities that a text names. What it knows comes in as [`LexiconEntry`]s, so that it serves
//! any domain; what it finds points into the *original* text, whatever was normalised on the way.
//!
//! With the feature `encoder` a [`SentenceEncoder`] turns texts into vectors, and with `neighbours` a
//! [`NeighbourIndex`] finds the vectors nearest to one.
//!
//! ```
//! use tastegraph_text::{LexiconEntry, Linker, Matching};
//!
//! let entry = |surface: &str, entity, matching| LexiconEntry {
//!     surface: surface.to_owned(),
//!     entity,
//!     matching,
//!     preferred: true,
//!     prior: 1.0,
//!     qualifier: None,
//! };
//! let linker = Linker::new(vec![
//!     entry("Amélie", 0, Matching::Title),
//!     entry("Up", 1, Matching::Title),
//!     entry("comedy", 2, Matching::Term),
//! ])?;
//!
//! let text = "Comedies like AMELIE cheer me up.";
//! let linked = linker.link(text);
//! let found: Vec<_> = linked.links.iter().map(|link| (&text[link.span.clone()], link.entity)).collect();
//! assert_eq!(found, [("Comedies", 2), ("AMELIE", 0)]);
//! # Ok::<(), tastegraph_text::TextError>(())
//! ```

mod bm25;
#[cfg(feature = "encoder")]
mod encoder;
mod entry;
mod error;
mod inflection;
mod link;
mod linker;
#[cfg(feature = "neighbours")]
mod neighbours;
mod normalize;
mod ordinary;
mod tokenize;
mod words;

pub use bm25::{Bm25, Bm25Builder};
#[cfg(feature = "encoder")]
pub use encoder::{Device, EncoderOptions, Keep, Reading, SentenceEncoder};
pub use entry::{EntityId, LexiconEntry, Matching};
pub use error::TextError;
pub use link::{Link, LinkReason, LinkWork, Linked, Unlinked};
pub use linker::{Linker, LinkerMemory};
#[cfg(feature = "neighbours")]
pub use neighbours::{Near, Nearest, NeighbourIndex, NeighbourOptions, NeighbourSearch, RowSet};
pub use normalize::{Normalized, normalize};
pub use tokenize::tokenize;
