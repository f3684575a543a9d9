//! What a domain lets people ask for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tastegraph_text::EntityId;

/// The filters of a domain, and which of its entities filter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Properties with a range. Of several filters of one kind, years and durations go to the first.
    pub filters: Vec<FilterSpec>,
    /// Terms that an answer must have if they are asked for, such as languages and countries, each with its class.
    /// What a later turn asks for replaces what an earlier one asked for of the same class.
    pub hard: BTreeMap<EntityId, String>,
    /// What relations are called: the "music" in "music by X" is no term.
    pub relations: Vec<String>,
}

/// A property that a range can limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilterSpec {
    /// Its key: "year", "runtime".
    pub name: String,
    /// What people call it.
    pub label: String,
    /// How ranges of it are written.
    pub kind: FilterKind,
    /// Expressions that stand for a range.
    pub phrases: Vec<FilterPhrase>,
}

/// How ranges of a filter are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterKind {
    /// Calendar years: "before 1990", "the 80s".
    Year,
    /// Durations, in minutes: "under two hours".
    Minutes,
    /// Plain numbers beside the name or label of the filter: "rating over 7".
    Number,
}

/// An expression that stands for a range: "not too long" for at most 130. One without ends takes earlier ranges back:
/// "any length".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilterPhrase {
    /// The expression. Case, accents, punctuation and apostrophes do not matter.
    pub text: String,
    /// The least value, included.
    pub min: Option<f64>,
    /// The greatest value, included.
    pub max: Option<f64>,
}
