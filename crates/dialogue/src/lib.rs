//! What has been said: turns, preferences and constraints.
//!
//! [`understand`] reads a [`Conversation`] and gives back what it names, how the seeker feels about each of these
//! things, and which limits an answer must keep. [`Understanding::seeds`] weighs it for a walk on the graph. The
//! domain comes in as data: a [`Linker`](tastegraph_text::Linker) and a [`Vocabulary`].
//!
//! ```
//! use tastegraph_dialogue::{Conversation, FilterKind, FilterPhrase, FilterSpec, Rule, Vocabulary, understand};
//! use tastegraph_text::{LexiconEntry, Linker, Matching};
//!
//! let title = |surface: &str, entity| LexiconEntry {
//!     surface: surface.to_owned(),
//!     entity,
//!     matching: Matching::Title,
//!     preferred: true,
//!     prior: 1.0,
//!     qualifier: None,
//! };
//! let linker = Linker::new(vec![title("Heat", 0), title("The Departed", 1)])?;
//! let runtime = FilterSpec {
//!     name: "runtime".to_owned(),
//!     label: "running time".to_owned(),
//!     kind: FilterKind::Minutes,
//!     phrases: vec![FilterPhrase { text: "nothing too long".to_owned(), min: None, max: Some(130.0) }],
//! };
//! let vocabulary = Vocabulary { filters: vec![runtime], ..Vocabulary::default() };
//!
//! let conversation = Conversation::new().seeker("I loved Heat and The Departed, but nothing too long");
//! let understanding = understand(&conversation, &linker, &vocabulary);
//! assert_eq!(understanding.seeds(), [(0, 0.5), (1, 0.5)]);
//! assert_eq!(
//!     understanding.constraints[0].rule,
//!     Rule::Range { filter: "runtime".to_owned(), min: None, max: Some(130.0) },
//! );
//! # Ok::<(), tastegraph_text::TextError>(())
//! ```

mod constraint;
mod conversation;
mod cue;
mod error;
mod filter;
mod item;
mod meant;
mod reply;
mod stance;
mod transcript;
mod understand;
mod understanding;
mod vocabulary;

pub use constraint::{Constraint, Rule};
pub use conversation::{Conversation, Speaker, Turn};
pub use error::DialogueError;
pub use transcript::read_transcript;
pub use understand::understand;
pub use understanding::{Mention, Preference, Stance, Understanding};
pub use vocabulary::{FilterKind, FilterPhrase, FilterSpec, Vocabulary};
