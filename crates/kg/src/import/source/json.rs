//! JSON: a document a line, or one document, of which only an element is held at a time where the
//! mapping allows it.

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess};
use serde_json::Value as Json;

use super::super::model::{Level, TriplesMap};
use super::super::reference::{Step, children, descend};
use super::super::row::{Frame, Item, Place, Unit};
use super::{Halt, Rows, Visitor, unreadable};
use crate::KgError;

/// A JSON document on every line; empty lines are skipped.
pub(super) fn read_lines(
    reader: impl Read,
    name: &str,
    rows: &Rows<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Halt> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let mut bytes = Vec::new();
    let (mut line, mut position) = (0, 0);
    loop {
        bytes.clear();
        let read = reader.read_until(b'\n', &mut bytes);
        if read.map_err(|error| unreadable(name, &error))? == 0 {
            return Ok(());
        }
        line += 1;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        position += 1;
        let json: Json = serde_json::from_slice(&bytes)
            .map_err(|error| syntax(name, line + error.line() as u64 - 1, &error))?;
        visitor.progress();
        let place = Place {
            file: name,
            line,
            unit: Unit::Line,
        };
        rows.visit(document(&json, position), place, visitor)?;
    }
}

fn document(json: &Json, position: u64) -> Frame<'_> {
    Frame {
        item: Item::Json(json),
        position,
        key: None,
    }
}

/// One document. It is read an element of its first array at a time, if every triples map begins with
/// that array and none looks above it; else it is held in memory.
pub(super) fn read_document(
    reader: impl Read,
    name: &str,
    rows: &Rows<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Halt> {
    let reader = BufReader::with_capacity(1 << 16, reader);
    let mut parser = serde_json::Deserializer::from_reader(reader);
    if let Some(path) = common_array(rows) {
        let mut halt = None;
        let mut count = 0;
        let result = Stream {
            path,
            on_element: &mut |key, json| {
                count += 1;
                visitor.progress();
                let element = rows.visit_element(key, &json, count, name, visitor);
                element.map_err(|reason| halt = Some(reason)).is_ok()
            },
        }
        .deserialize(&mut parser)
        .and_then(|()| parser.end());
        return match (halt, result) {
            (Some(reason), _) => Err(reason),
            (None, Err(error)) => Err(document_error(name, &error).into()),
            (None, Ok(())) => Ok(()),
        };
    }
    let json = <Json as serde::Deserialize>::deserialize(&mut parser)
        .and_then(|json| parser.end().map(|()| json))
        .map_err(|error| document_error(name, &error))?;
    visitor.progress();
    let place = Place {
        file: name,
        line: 1,
        unit: Unit::Element,
    };
    rows.visit(document(&json, 1), place, visitor)
}

/// The array that all triples maps begin with, if none of them needs what is above it.
fn common_array<'m>(rows: &Rows<'m>) -> Option<&'m [Step]> {
    let first = |map: &'m TriplesMap| map.levels.first().filter(|level| level.fans_out);
    let source = &rows.mapping.maps[*rows.maps.first()?].source;
    // Those that write nothing themselves count, for a join may ask them about the same row.
    let all = rows.mapping.maps.iter().filter(|map| map.source == *source);
    let mut common: Option<&[Step]> = None;
    for map in all {
        let level = first(map)?;
        let is_named = level
            .steps
            .iter()
            .all(|step| matches!(step, Step::Member(_)));
        let top = map.depth() - 1;
        let looks_above = map.expressions().iter().any(|one| one.reach() >= top)
            || map.each.iter().any(|each| each.reach() + 1 >= top);
        if !is_named || looks_above {
            return None;
        }
        if common.is_some_and(|steps| steps != level.steps.as_slice()) {
            return None;
        }
        common = Some(&level.steps);
    }
    common
}

impl Rows<'_> {
    /// An element of the array that is read, whose document is not there any more.
    fn visit_element(
        &self,
        key: Option<&str>,
        json: &Json,
        position: u64,
        file: &str,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Halt> {
        let place = Place {
            file,
            line: position,
            unit: Unit::Element,
        };
        let frames = [
            document(&Json::Null, 1),
            Frame {
                item: Item::Json(json),
                position,
                key,
            },
        ];
        for &map in self.maps {
            let levels = &self.mapping.maps[map].levels[1..];
            fan_out(levels, &frames, place, &mut |frames, place| {
                self.visit_row(map, frames, place, visitor)
            })?;
        }
        Ok(())
    }
}

/// What is done with the levels of a row.
type Leaf<'a> = dyn FnMut(&[Frame<'_>], Place<'_>) -> Result<(), Halt> + 'a;

/// Goes down the levels of an iterator and calls `leaf` for every row.
pub(super) fn fan_out(
    levels: &[Level],
    frames: &[Frame<'_>],
    place: Place<'_>,
    leaf: &mut Leaf<'_>,
) -> Result<(), Halt> {
    let Some((level, rest)) = levels.split_first() else {
        return leaf(frames, place);
    };
    let Some((
        last @ Frame {
            item: Item::Json(json),
            ..
        },
        above,
    )) = frames.split_last()
    else {
        return leaf(frames, place);
    };
    let mut reached = *json;
    for step in &level.steps {
        match descend(reached, step) {
            Some(child) => reached = child,
            None => return Ok(()),
        }
    }
    if !level.fans_out {
        let mut inner = above.to_vec();
        inner.push(Frame {
            item: Item::Json(reached),
            ..*last
        });
        return fan_out(rest, &inner, place, leaf);
    }
    for (index, (key, child)) in children(reached).into_iter().enumerate() {
        let position = index as u64 + 1;
        let mut inner = frames.to_vec();
        inner.push(Frame {
            item: Item::Json(child),
            position,
            key,
        });
        let is_outermost = place.unit == Unit::Element && frames.len() == 1;
        let line = if is_outermost { position } else { place.line };
        fan_out(rest, &inner, Place { line, ..place }, leaf)?;
    }
    Ok(())
}

fn syntax(file: &str, line: u64, error: &serde_json::Error) -> KgError {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    KgError::Syntax {
        file: file.to_owned(),
        line,
        column: error.column() as u64,
        message: message.to_owned(),
    }
}

fn document_error(file: &str, error: &serde_json::Error) -> KgError {
    if error.is_io() {
        return unreadable(file, &std::io::Error::other(error.to_string()));
    }
    syntax(file, error.line() as u64, error)
}

/// Goes along `path` through a document and hands on the elements of what is there, one at a time;
/// stops when `on_element` says no.
struct Stream<'s> {
    path: &'s [Step],
    on_element: &'s mut dyn FnMut(Option<&str>, Json) -> bool,
}

/// The error that stops the parser; what is told is the reason kept aside.
const STOPPED: &str = "stopped";

impl<'de> DeserializeSeed<'de> for Stream<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Stream<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.first() {
            Some(Step::Member(name)) => write!(f, "an object with \"{name}\""),
            _ => write!(f, "an array or object, as the iterator says"),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        if !self.path.is_empty() {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        }
        while let Some(json) = elements.next_element::<Json>()? {
            if !(self.on_element)(None, json) {
                return Err(A::Error::custom(STOPPED));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let wanted = match self.path.first() {
            Some(Step::Member(name)) => Some(name.as_str()),
            _ => None,
        };
        while let Some(key) = members.next_key::<String>()? {
            match wanted {
                Some(name) if name == key => members.next_value_seed(Stream {
                    path: &self.path[1..],
                    on_element: &mut *self.on_element,
                })?,
                Some(_) => {
                    members.next_value::<IgnoredAny>()?;
                }
                None => {
                    let json = members.next_value::<Json>()?;
                    if !(self.on_element)(Some(&key), json) {
                        return Err(A::Error::custom(STOPPED));
                    }
                }
            }
        }
        Ok(())
    }
}
