//! What a linker finds.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{EntityId, Matching};

/// The result of linking one text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Linked {
    /// The links, ordered by span; no two overlap.
    pub links: Vec<Link>,
    /// Spans that look like a name and matched nothing, ordered by span.
    pub unlinked: Vec<Unlinked>,
    /// What it took to find them.
    pub work: LinkWork,
}

/// What linking a text took: guards of speed count this rather than time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkWork {
    /// Occurrences of surfaces in the text, at word boundaries or not.
    pub occurrences: usize,
    /// Spans looked up as misspellings; a few hundred at most, however long the text is.
    pub lookups: usize,
}

/// A span of the text and the entity it names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Bytes of the original text, on character boundaries. Includes the year that goes with a title.
    pub span: Range<usize>,
    /// The entity.
    pub entity: EntityId,
    /// How the surface was matched.
    pub matching: Matching,
    /// Confidence, 0 to 1. It orders links; it is not a probability.
    pub score: f32,
    /// What the link rests on.
    pub reason: LinkReason,
    /// Other terms of the same surface with equal right to it: a text that says "romance" means the genre and the
    /// theme of that name.
    pub also: Vec<EntityId>,
    /// Other entities of the same surface, best first.
    pub alternatives: Vec<EntityId>,
}

/// What a link rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkReason {
    /// The label of the entity.
    Exact,
    /// An alias, given or derived (no article, another numeral, no subtitle).
    Alias,
    /// A year in the text decided.
    Qualifier,
    /// A misspelling.
    Fuzzy {
        /// Edits (insertions, deletions, substitutions, swaps of neighbours) between text and surface.
        distance: u8,
    },
    /// The last word of a name.
    ShortForm,
    /// The plural or singular of a term.
    Inflected,
}

/// A span that looks like a name and matched nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlinked {
    /// Bytes of the original text, on character boundaries.
    pub span: Range<usize>,
    /// The text of the span.
    pub text: String,
}
