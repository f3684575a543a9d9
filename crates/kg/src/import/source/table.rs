//! Comma- and tab-separated tables, a line at a time.

use std::io::Read;

use csv::{Error, ErrorKind, ReaderBuilder, StringRecord};

use super::super::model::{Format, Quote, Source};
use super::super::row::{Frame, Header, Item, Place, Unit};
use super::{Halt, Rows, Visitor, ends_with, unreadable};
use crate::KgError;

pub(super) fn read(
    reader: impl Read,
    name: &str,
    source: &Source,
    rows: &Rows<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Halt> {
    let mut lines = lines(reader, name, &source.format);
    let header = header(&mut lines, name, source)?;
    let mut fields = StringRecord::new();
    let mut position = 0;
    while next(&mut lines, &mut fields, name)? {
        position += 1;
        let line = fields.position().map_or(0, csv::Position::line);
        if fields.len() != header.columns.len() {
            return Err(uneven(name, line, fields.len(), header.columns.len()).into());
        }
        visitor.progress();
        let item = Item::Record {
            header: &header,
            fields: &fields,
        };
        let frame = Frame {
            item,
            position,
            key: None,
        };
        let place = Place {
            file: name,
            line,
            unit: Unit::Line,
        };
        rows.visit(frame, place, visitor)?;
    }
    Ok(())
}

/// A reader with the signs of the dialect, or those that are usual for files of this name.
fn lines<R: Read>(reader: R, name: &str, format: &Format) -> csv::Reader<R> {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let is_tab = ends_with(plain, ".tsv") || ends_with(plain, ".tab");
    let (delimiter, quote) = match format {
        Format::Table {
            delimiter, quote, ..
        } => (*delimiter, *quote),
        Format::Json => (None, Quote::ByName),
    };
    let quote = match quote {
        // Tab-separated values as registered (text/tab-separated-values) know no quotes.
        Quote::ByName => (!is_tab).then_some(b'"'),
        Quote::Nothing => None,
        Quote::With(byte) => Some(byte),
    };
    ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(if is_tab { b'\t' } else { b',' }))
        .quoting(quote.is_some())
        .quote(quote.unwrap_or(b'"'))
        .has_headers(false)
        .buffer_capacity(1 << 16)
        .from_reader(reader)
}

/// The names of columns: those of the mapping, or those on the first line.
fn header(
    lines: &mut csv::Reader<impl Read>,
    name: &str,
    source: &Source,
) -> Result<Header, KgError> {
    let (has_header, given) = match &source.format {
        Format::Table {
            has_header,
            columns,
            ..
        } => (*has_header, columns.clone()),
        Format::Json => (false, None),
    };
    let mut first = StringRecord::new();
    if has_header && !next(lines, &mut first, name)? {
        return Err(malformed(name, 1, "is empty; a header is missing"));
    }
    let header = Header {
        columns: given.unwrap_or_else(|| first.iter().map(|name| name.trim().to_owned()).collect()),
        nulls: source.nulls.clone(),
    };
    check_header(&header, name)?;
    Ok(header)
}

fn next(
    lines: &mut csv::Reader<impl Read>,
    fields: &mut StringRecord,
    name: &str,
) -> Result<bool, KgError> {
    lines
        .read_record(fields)
        .map_err(|error| explain(name, error))
}

fn check_header(header: &Header, name: &str) -> Result<(), KgError> {
    for (index, column) in header.columns.iter().enumerate() {
        if header.columns[..index].contains(column) && !column.is_empty() {
            return Err(malformed(
                name,
                1,
                &format!("two columns are called `{column}`"),
            ));
        }
    }
    Ok(())
}

fn explain(name: &str, error: Error) -> KgError {
    match error.into_kind() {
        ErrorKind::Io(error) => unreadable(name, &error),
        ErrorKind::Utf8 { pos, err } => malformed(
            name,
            pos.map_or(1, |pos| pos.line()),
            &format!("column {}: is not UTF-8", err.field() + 1),
        ),
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => uneven(
            name,
            pos.map_or(1, |pos| pos.line()),
            len as usize,
            expected_len as usize,
        ),
        other => malformed(name, 1, &format!("{other:?}")),
    }
}

fn uneven(name: &str, line: u64, found: usize, expected: usize) -> KgError {
    malformed(
        name,
        line,
        &format!("has {found} columns, the header {expected}"),
    )
}

fn malformed(name: &str, line: u64, message: &str) -> KgError {
    KgError::Malformed {
        file: format!("{name}:{line}"),
        message: message.to_owned(),
    }
}
