//! What references look into: one row, and the levels above it.

use std::borrow::Cow;

use csv::StringRecord;
use serde_json::Value as Json;

/// The first line of a table, or the names given in the mapping.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) columns: Vec<String>,
    /// Cells that count as empty.
    pub(super) nulls: Vec<String>,
}

/// One thing that an iteration has reached.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    /// A line of a table.
    Record {
        header: &'a Header,
        fields: &'a StringRecord,
    },
    /// A JSON value.
    Json(&'a Json),
    /// A part of a cell or string, from `tm:each`.
    Text(&'a str),
}

/// A level of iteration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) item: Item<'a>,
    /// Where it stands among its siblings, from 1; rows of a file count from 1 too.
    pub(super) position: u64,
    /// Its name, if it is a member of a JSON object.
    pub(super) key: Option<&'a str>,
}

/// One step of an iteration with the levels above it, the outermost first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) frames: &'a [Frame<'a>],
    pub(super) place: Place<'a>,
}

impl<'a> Row<'a> {
    /// The level `up` levels above the innermost.
    pub(super) fn frame(&self, up: usize) -> Option<Frame<'a>> {
        let index = self.frames.len().checked_sub(up + 1)?;
        self.frames.get(index).copied()
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    /// From 1; for an element of a JSON document its position in the array that is read.
    pub(super) line: u64,
    /// What `line` counts: lines, or elements.
    pub(super) unit: Unit,
}

/// What the number of a place counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Line,
    Element,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.unit {
            Unit::Line => write!(f, "{}:{}", self.file, self.line),
            Unit::Element => write!(f, "{}: element {}", self.file, self.line),
        }
    }
}

/// A value before it becomes a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) natural: Natural,
}

/// What a value is by itself: RML gives JSON numbers and truth values their datatypes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Natural {
    Text,
    Integer,
    Double,
    Boolean,
}

impl<'a> Value<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            text: text.into(),
            natural: Natural::Text,
        }
    }
}
