//! References into a row: a column of a table, a path into JSON, and steps up to what encloses it.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value as Json;

use super::row::{Frame, Item, Natural, Row, Value};
use super::terms;

/// How references of a source are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// A reference is the name of a column.
    Table,
    /// A reference is a path.
    Json,
}

/// `^^.labels[.].liked`: levels up, then a path.
#[derive(Debug)]
pub(super) struct Reference {
    /// As it was written.
    pub(super) written: String,
    up: usize,
    target: Target,
    asked: AtomicBool,
    found: AtomicBool,
}

#[derive(Debug)]
enum Target {
    /// The row itself.
    Whole,
    Position,
    Key,
    Column(String),
    Path(Vec<Step>),
}

/// A step of a JSON path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Element(usize),
    All,
    /// `[.]`: the member that the row itself names.
    Named,
}

impl Reference {
    pub(super) fn parse(written: &str, dialect: Dialect) -> Result<Self, String> {
        let rest = written.trim_start_matches('^');
        let up = written.len() - rest.len();
        let rest = if up > 0 {
            rest.strip_prefix('.').unwrap_or(rest)
        } else {
            rest
        };
        let target = match rest {
            "" if up == 0 => return Err("a reference is empty".to_owned()),
            "" | "." | "@" | "$" => Target::Whole,
            "position()" => Target::Position,
            "key()" => Target::Key,
            column if dialect == Dialect::Table => Target::Column(column.to_owned()),
            path => {
                let path = path.strip_prefix(['$', '@']).unwrap_or(path);
                Target::Path(parse_path(path).map_err(|reason| format!("\"{written}\": {reason}"))?)
            }
        };
        Ok(Self {
            written: written.to_owned(),
            up,
            target,
            asked: AtomicBool::new(false),
            found: AtomicBool::new(false),
        })
    }

    /// How many levels it goes up.
    pub(super) fn levels_up(&self) -> usize {
        self.up
    }

    /// Whether it is a path that has been followed and never led to a value: it may be misspelt.
    /// (Columns are compared with the header.)
    pub(super) fn is_suspect(&self) -> bool {
        let is_path = matches!(self.target, Target::Path(_));
        is_path && self.asked.load(Ordering::Relaxed) && !self.found.load(Ordering::Relaxed)
    }

    /// Its values in a row; none if the cell is empty or the member is missing or null. A missing
    /// column is no error if `optional`.
    pub(super) fn values<'a>(
        &self,
        row: &Row<'a>,
        optional: bool,
    ) -> Result<Vec<Value<'a>>, String> {
        let Some(frame) = row.frame(self.up) else {
            return Err(format!(
                "{} goes up {} levels, and there are {}",
                self.written,
                self.up,
                row.frames.len() - 1
            ));
        };
        let mut values = Vec::new();
        match &self.target {
            Target::Position => values.push(Value {
                text: frame.position.to_string().into(),
                natural: Natural::Integer,
            }),
            Target::Key => values.extend(frame.key.map(Value::text)),
            Target::Whole => whole(frame, &mut values)?,
            Target::Column(name) => values.extend(column(frame, name, optional)?.map(Value::text)),
            Target::Path(steps) => match frame.item {
                Item::Json(json) => follow(json, steps, row, &mut values)?,
                _ => return Err(format!("{} is no path into a text", self.written)),
            },
        }
        self.asked.store(true, Ordering::Relaxed);
        if !values.is_empty() {
            self.found.store(true, Ordering::Relaxed);
        }
        Ok(values)
    }
}

fn whole<'a>(frame: Frame<'a>, values: &mut Vec<Value<'a>>) -> Result<(), String> {
    match frame.item {
        Item::Text(text) => values.extend((!text.is_empty()).then(|| Value::text(text))),
        Item::Json(json) => scalars(json, values)?,
        Item::Record { .. } => return Err("a whole line is no value; name a column".to_owned()),
    }
    Ok(())
}

fn column<'a>(frame: Frame<'a>, name: &str, optional: bool) -> Result<Option<&'a str>, String> {
    let Item::Record { header, fields } = frame.item else {
        return Err(format!(
            "{name} is no column here: this level is a part of a cell; ^.{name} is the column of its line"
        ));
    };
    let Some(index) = header.columns.iter().position(|column| column == name) else {
        if optional {
            return Ok(None);
        }
        let names = header.columns.iter().map(String::as_str);
        return Err(format!(
            "there is no column `{name}`{}",
            terms::did_you_mean(name, names)
        ));
    };
    let cell = fields.get(index).unwrap_or_default();
    let is_empty = cell.is_empty() || header.nulls.iter().any(|null| null == cell);
    Ok((!is_empty).then_some(cell))
}

fn follow<'a>(
    json: &'a Json,
    steps: &[Step],
    row: &Row<'a>,
    values: &mut Vec<Value<'a>>,
) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        return scalars(json, values);
    };
    match step {
        Step::All => {
            for (_, child) in children(json) {
                follow(child, rest, row, values)?;
            }
        }
        Step::Named => {
            let mut names = Vec::new();
            if let Some(frame) = row.frame(0) {
                whole(frame, &mut names)?;
            }
            for name in names {
                if let Some(child) = json.get(&*name.text) {
                    follow(child, rest, row, values)?;
                }
            }
        }
        single => {
            if let Some(child) = descend(json, single) {
                follow(child, rest, row, values)?;
            }
        }
    }
    Ok(())
}

/// The child by name or index.
pub(super) fn descend<'a>(json: &'a Json, step: &Step) -> Option<&'a Json> {
    match step {
        Step::Member(name) => json.get(name),
        Step::Element(index) => json.get(index),
        Step::All | Step::Named => None,
    }
}

/// The elements of an array, or the members of an object with their names.
pub(super) fn children(json: &Json) -> Vec<(Option<&str>, &Json)> {
    match json {
        Json::Array(elements) => elements.iter().map(|element| (None, element)).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, member)| (Some(name.as_str()), member))
            .collect(),
        _ => Vec::new(),
    }
}

fn scalars<'a>(json: &'a Json, values: &mut Vec<Value<'a>>) -> Result<(), String> {
    let (text, natural) = match json {
        Json::Null => return Ok(()),
        Json::String(text) if text.is_empty() => return Ok(()),
        Json::String(text) => (text.as_str().into(), Natural::Text),
        Json::Bool(flag) => (flag.to_string().into(), Natural::Boolean),
        Json::Number(number) if number.is_f64() => (number.to_string().into(), Natural::Double),
        Json::Number(number) => (number.to_string().into(), Natural::Integer),
        Json::Array(elements) => {
            return elements
                .iter()
                .try_for_each(|element| scalars(element, values));
        }
        Json::Object(_) => return Err("is a JSON object, not a value".to_owned()),
    };
    values.push(Value { text, natural });
    Ok(())
}

/// Reads `.a.b[0]['c'][*]`; the first dot may be missing.
pub(super) fn parse_path(path: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (step, after) = bracket(inner)?;
            steps.push(step);
            rest = after;
            continue;
        }
        let from = match rest.strip_prefix('.') {
            Some(from) => from,
            None if steps.is_empty() => rest,
            None => return Err(format!("a dot or bracket must come before {rest}")),
        };
        let end = from.find(['.', '[']).unwrap_or(from.len());
        let name = &from[..end];
        if name.is_empty() || name.contains([' ', '?', '(', ')', '^']) {
            return Err(format!(
                "{rest} is no name\nhint: paths have .name, ['a name'], [0], [*] and [.]; ^ stands at the front only"
            ));
        }
        steps.push(if name == "*" {
            Step::All
        } else {
            Step::Member(name.to_owned())
        });
        rest = &from[end..];
    }
    Ok(steps)
}

/// What is in brackets, and what comes after them.
fn bracket(inner: &str) -> Result<(Step, &str), String> {
    if let Some(quote) = inner.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let name = &inner[1..];
        let closing = format!("{quote}]");
        let end = name
            .find(&closing)
            .ok_or_else(|| format!("[{inner} is not closed"))?;
        return Ok((Step::Member(name[..end].to_owned()), &name[end + 2..]));
    }
    let end = inner
        .find(']')
        .ok_or_else(|| format!("[{inner} is not closed"))?;
    let step = match &inner[..end] {
        "*" => Step::All,
        "." => Step::Named,
        number => Step::Element(number.parse().map_err(|_| {
            format!("[{number}] is no step\nhint: [0], [*], [.] and ['a name'] are")
        })?),
    };
    Ok((step, &inner[end + 1..]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::row::{Place, Unit};

    const PLACE: Place<'_> = Place {
        file: "test.json",
        line: 1,
        unit: Unit::Line,
    };

    fn texts(reference: &str, levels: &[&Json]) -> Vec<String> {
        let frames: Vec<Frame<'_>> = levels
            .iter()
            .map(|json| Frame {
                item: Item::Json(json),
                position: 7,
                key: None,
            })
            .collect();
        let row = Row {
            frames: &frames,
            place: PLACE,
        };
        Reference::parse(reference, Dialect::Json)
            .expect("valid")
            .values(&row, false)
            .expect("scalars")
            .into_iter()
            .map(|value| value.text.into_owned())
            .collect()
    }

    #[test]
    fn paths_go_down_and_up() {
        let root = json!({"id": 5, "labels": {"m1": {"liked": 1}}, "tags": ["a", null, "", "b"]});
        let item = json!("m1");
        assert_eq!(texts("id", &[&root]), ["5"]);
        assert_eq!(texts("$.tags[*]", &[&root]), ["a", "b"]);
        assert_eq!(texts("tags", &[&root]), ["a", "b"]);
        assert_eq!(texts("tags[3]", &[&root]), ["b"]);
        assert_eq!(texts("['labels']['m1'].liked", &[&root]), ["1"]);
        assert_eq!(texts("^.labels[.].liked", &[&root, &item]), ["1"]);
        assert_eq!(texts(".", &[&root, &item]), ["m1"]);
        assert_eq!(texts("^.position()", &[&root, &item]), ["7"]);
        assert_eq!(texts("missing.entirely", &[&root]), [""; 0]);
    }

    #[test]
    fn malformed_paths_are_refused() {
        for wrong in ["", "a..b", "a[", "a[x]", "a['b", "a[0]b", "$.a ^"] {
            assert!(Reference::parse(wrong, Dialect::Json).is_err(), "{wrong}");
        }
    }
}
