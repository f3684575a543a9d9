//! What a linker knows: surface forms and the entities they stand for.

use serde::{Deserialize, Serialize};

/// The dense node id of an entity in the graph snapshot.
pub type EntityId = u32;

/// How a surface form may be matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// The label of an item. Matches without a leading article, with numerals written differently and without its
    /// subtitle; needs a cue in the text if it consists of common words.
    Title,
    /// The proper name of a person. The last word alone may stand for it.
    Name,
    /// A proper name that is only ever given in full, such as a company, a series or a prize.
    Phrase,
    /// The value of a facet, such as a genre. Singular and plural both match, in any case.
    Term,
}

impl Matching {
    /// Whether it is a proper name of something other than an item.
    pub(crate) const fn is_proper(self) -> bool {
        matches!(self, Self::Name | Self::Phrase)
    }
}

/// One surface form of one entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LexiconEntry {
    /// The form as it is written.
    pub surface: String,
    /// What it stands for.
    pub entity: EntityId,
    /// How it may be matched.
    pub matching: Matching,
    /// Whether it is the label of the entity rather than an alias.
    pub preferred: bool,
    /// Popularity of the entity, finite and not negative, in any unit; decides between entities of one surface.
    pub prior: f32,
    /// A four-digit number, such as a year, that tells entities of one surface apart: "Heat (1995)".
    pub qualifier: Option<i32>,
}
