//! Files, and the rows in them.

mod files;
mod json;
mod table;

use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use fs_err as fs;

use super::evaluate::Fault;
use super::model::{Format, Mapping, Source};
use super::row::{Frame, Item, Place, Row};
use crate::KgError;

pub(super) use files::Files;

/// Why reading has ended early.
#[derive(Debug)]
pub(super) enum Halt {
    Error(KgError),
    /// Whoever takes the triples has gone; the reason is theirs to tell.
    Unwanted,
}

impl<E: Into<KgError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// What is done with the rows of one source.
pub(super) trait Visitor {
    /// A line, or an element of a document, has been reached.
    fn progress(&mut self);
    /// A row of a triples map, whether it meets the conditions or not.
    fn row(&mut self, map: usize, row: &Row<'_>) -> Result<(), Halt>;
}

/// Reads a source once, for all triples maps in `maps`; returns how many files it is.
pub(super) fn read(
    mapping: &Mapping,
    source: &Source,
    maps: &[usize],
    files: &Files,
    visitor: &mut dyn Visitor,
) -> Result<usize, Halt> {
    let paths = files.resolve(source)?;
    for path in &paths {
        let name = path.display().to_string();
        let rows = Rows { mapping, maps };
        let reader = open(path)?;
        match &source.format {
            Format::Table { .. } => table::read(reader, &name, source, &rows, visitor)?,
            Format::Json if is_lines(&name) => json::read_lines(reader, &name, &rows, visitor)?,
            Format::Json => json::read_document(reader, &name, &rows, visitor)?,
        }
    }
    Ok(paths.len())
}

fn open(path: &Path) -> Result<Box<dyn Read>, KgError> {
    if path.is_dir() {
        return Err(KgError::Malformed {
            file: path.display().to_string(),
            message: "is a folder, not a file".to_owned(),
        });
    }
    let file = BufReader::with_capacity(1 << 16, fs::File::open(path)?);
    Ok(if is_gzip(&path.display().to_string()) {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

fn is_gzip(name: &str) -> bool {
    ends_with(name, ".gz")
}

fn is_lines(name: &str) -> bool {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    ends_with(name, ".jsonl") || ends_with(name, ".ndjson")
}

fn ends_with(name: &str, ending: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ending)
}

/// An error of reading, with the file's name and what it means for the store.
fn unreadable(file: &str, error: &std::io::Error) -> KgError {
    KgError::Io(std::io::Error::new(
        error.kind(),
        format!("{file}: {error}\nhint: the file is damaged or cut off; nothing of it was stored"),
    ))
}

/// The triples maps that share a source.
struct Rows<'m> {
    mapping: &'m Mapping,
    maps: &'m [usize],
}

impl Rows<'_> {
    /// Goes through the rows that one line, or one document, holds.
    fn visit(
        &self,
        frame: Frame<'_>,
        place: Place<'_>,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Halt> {
        for &map in self.maps {
            let mut frames = Vec::with_capacity(4);
            frames.push(frame);
            let levels = &self.mapping.maps[map].levels;
            json::fan_out(levels, &frames, place, &mut |frames, place| {
                self.visit_row(map, frames, place, visitor)
            })?;
        }
        Ok(())
    }

    /// Splits a row by `tm:each`.
    fn visit_row(
        &self,
        map: usize,
        frames: &[Frame<'_>],
        place: Place<'_>,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Halt> {
        let row = Row { frames, place };
        let Some(each) = &self.mapping.maps[map].each else {
            return visitor.row(map, &row);
        };
        let values = each
            .values(&row, false)
            .map_err(|fault| record_error(fault, place))?;
        for (index, value) in values.iter().enumerate() {
            let mut inner = frames.to_vec();
            inner.push(Frame {
                item: Item::Text(&value.text),
                position: index as u64 + 1,
                key: None,
            });
            let row = Row {
                frames: &inner,
                place,
            };
            visitor.row(map, &row)?;
        }
        Ok(())
    }
}

/// The error of a row, with its place.
pub(super) fn record_error(fault: Fault, place: Place<'_>) -> KgError {
    KgError::Record {
        place: place.to_string(),
        column: fault.column,
        value: fault.value.unwrap_or_default(),
        message: fault.message,
    }
}
