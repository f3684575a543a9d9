//! Logical sources: which file, in which format, and what in it is a row.

use oxigraph::model::Term;

use super::super::model::{Format, Level, Quote, Source};
use super::super::node::Node;
use super::super::reference::{Step, parse_path};
use super::super::terms::{self, Name};
use super::Reader;
use crate::KgError;

const LOGICAL_SOURCE: &[&str] = &[
    "source",
    "referenceFormulation",
    "iterator",
    "tm:each",
    "tm:when",
    "tm:unless",
    "tm:optional",
];
const SOURCE: &[&str] = &["path", "null", "compression", "encoding"];
const TABLE: &[&str] = &["csvw:url", "csvw:null", "csvw:dialect", "csvw:tableSchema"];
const DIALECT: &[&str] = &["csvw:delimiter", "csvw:quoteChar", "csvw:header"];

/// What is known of a source before any term map is read.
pub(super) struct LogicalSource {
    pub(super) source: Source,
    pub(super) levels: Vec<Level>,
}

impl Reader {
    pub(super) fn logical_source(&self, map: &Node<'_>) -> Result<LogicalSource, KgError> {
        let node = source_node(map)?;
        node.only("a logical source", LOGICAL_SOURCE)?;
        let Some(source) = node.one("source")? else {
            return Err(node.error(
                "logicalSource",
                format!("the logical source of {} needs an rml:source", map.label()),
            ));
        };
        let mut source = self.source(&node, source)?;
        source.optional = node.flag("tm:optional")?.unwrap_or(false);
        if let Some(formulation) = node.iri("referenceFormulation")? {
            let known = terms::name(formulation.as_str());
            match (&known, &source.format) {
                (Name::Known(name), Format::Table { .. }) if name == "CSV" => {}
                (Name::Known(name), _) if name == "JSONPath" => source.format = Format::Json,
                (Name::Known(name), _) if name == "CSV" => source.format = plain_table(),
                _ => {
                    return Err(node.wrong(
                        "referenceFormulation",
                        "ql:CSV or ql:JSONPath",
                        &formulation.clone().into(),
                    ));
                }
            }
        }
        let levels = match node.text("iterator")? {
            None => Vec::new(),
            Some(_) if source.format != Format::Json => {
                return Err(node.error("iterator", "rml:iterator is for JSON only"));
            }
            Some(iterator) => levels(iterator).map_err(|reason| node.error("iterator", reason))?,
        };
        Ok(LogicalSource { source, levels })
    }

    fn source(&self, node: &Node<'_>, term: &Term) -> Result<Source, KgError> {
        if let Term::Literal(path) = term {
            let path = self.filled(node, "source", path.value())?;
            return Ok(Source {
                format: by_name(&path),
                path,
                nulls: Vec::new(),
                optional: false,
            });
        }
        let source = node.as_node("source", term)?;
        if source.has("csvw:url") {
            return self.table(&source);
        }
        source.only("a source", SOURCE)?;
        let path = source
            .text("path")?
            .ok_or_else(|| source.error("source", "a source needs an rml:path"))?;
        let path = self.filled(&source, "path", path)?;
        Ok(Source {
            format: by_name(&path),
            path,
            nulls: owned(source.texts("null")?),
            optional: false,
        })
    }

    fn table(&self, node: &Node<'_>) -> Result<Source, KgError> {
        node.only("a csvw:Table", TABLE)?;
        let url = node.text("csvw:url")?.unwrap_or_default();
        let path = self.filled(node, "csvw:url", url)?;
        let mut format = plain_table();
        if let Format::Table {
            delimiter,
            quote,
            has_header,
            columns,
        } = &mut format
        {
            if let Some(dialect) = node.child("csvw:dialect")? {
                dialect.only("a csvw:Dialect", DIALECT)?;
                *delimiter = byte(&dialect, "csvw:delimiter")?.flatten();
                *quote = match byte(&dialect, "csvw:quoteChar")? {
                    None => Quote::ByName,
                    Some(None) => Quote::Nothing,
                    Some(Some(byte)) => Quote::With(byte),
                };
                *has_header = dialect.flag("csvw:header")?.unwrap_or(true);
            }
            if let Some(schema) = node.child("csvw:tableSchema")? {
                schema.only("a csvw:Schema", &["csvw:column"])?;
                *columns = Some(column_names(&schema)?);
            }
            if !*has_header && columns.is_none() {
                return Err(node.error(
                    "csvw:header",
                    "a table without header needs names: csvw:tableSchema [ csvw:column ( [ csvw:name \"…\" ] … ) ]",
                ));
            }
        }
        Ok(Source {
            path,
            format,
            nulls: owned(node.texts("csvw:null")?),
            optional: false,
        })
    }

    pub(super) fn filled(
        &self,
        node: &Node<'_>,
        known: &str,
        text: &str,
    ) -> Result<String, KgError> {
        self.parameters
            .require(text, false)
            .map_err(|reason| node.error(known, reason))
    }
}

/// The node of a triples map's logical source.
pub(super) fn source_node<'n>(map: &Node<'n>) -> Result<Node<'n>, KgError> {
    map.child("logicalSource")?.ok_or_else(|| {
        map.error(
            "TriplesMap",
            format!("{} needs an rml:logicalSource", map.label()),
        )
    })
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

fn plain_table() -> Format {
    Format::Table {
        delimiter: None,
        quote: Quote::ByName,
        has_header: true,
        columns: None,
    }
}

/// JSON by its usual endings; everything else is a table.
fn by_name(path: &str) -> Format {
    let path = path.strip_suffix(".gz").unwrap_or(path);
    let is_json = [".json", ".jsonl", ".ndjson"]
        .iter()
        .any(|ending| path.ends_with(ending));
    if is_json { Format::Json } else { plain_table() }
}

/// A single ASCII character, or none for the empty string.
#[expect(clippy::option_option, reason = "not given is not the same as empty")]
fn byte(node: &Node<'_>, known: &str) -> Result<Option<Option<u8>>, KgError> {
    match node.text(known)? {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some("\\t") => Ok(Some(Some(b'\t'))),
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii() => Ok(Some(Some(*byte))),
            _ => Err(node.error(
                known,
                format!("{known} must be one ASCII character, not \"{text}\""),
            )),
        },
    }
}

fn column_names(schema: &Node<'_>) -> Result<Vec<String>, KgError> {
    let head = schema
        .one("csvw:column")?
        .ok_or_else(|| schema.error("csvw:tableSchema", "a schema needs a list csvw:column"))?;
    let mut names = Vec::new();
    for member in schema.list("csvw:column", head)? {
        let column = schema.as_node("csvw:column", member)?;
        column.only("a column", &["csvw:name"])?;
        match column.text("csvw:name")? {
            Some(name) => names.push(name.to_owned()),
            None => return Err(column.error("csvw:column", "a column needs a csvw:name")),
        }
    }
    Ok(names)
}

/// `$.turns[*].items[*]` as two levels.
fn levels(iterator: &str) -> Result<Vec<Level>, String> {
    let path = iterator
        .strip_prefix('$')
        .ok_or_else(|| format!("the iterator \"{iterator}\" must begin with $"))?;
    let steps = parse_path(path).map_err(|reason| format!("\"{iterator}\": {reason}"))?;
    let mut levels = Vec::new();
    let mut current = Vec::new();
    for step in steps {
        match step {
            Step::All => levels.push(Level {
                steps: std::mem::take(&mut current),
                fans_out: true,
            }),
            Step::Named => return Err(format!("\"{iterator}\": [.] is for references")),
            other => current.push(other),
        }
    }
    if !current.is_empty() {
        levels.push(Level {
            steps: current,
            fans_out: false,
        });
    }
    Ok(levels)
}
