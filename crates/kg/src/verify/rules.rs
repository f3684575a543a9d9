//! Rules: one SELECT a file, a row is a violation.
//!
//! The header says how bad it is and what to say: `# severity: error`, `# message: {?film} has no
//! year`, and optionally `# title:` and `# hint:`.

use oxigraph::model::Term;

use super::report::{Severity, VerifyReport};
use crate::{KgError, KnowledgeGraph, QueryAnswer, QueryFile, QueryOptions, Rows};

const KEYS: [&str; 4] = ["severity", "message", "title", "hint"];

/// Runs one rule over everything, people included.
///
/// # Errors
/// [`KgError::Rule`] if the header lacks a key, has one that is not known or names a column that the
/// query does not give, or if the query fails.
pub(super) fn run(
    graph: &KnowledgeGraph,
    rule: &QueryFile,
    report: &mut VerifyReport,
) -> Result<(), KgError> {
    let severity = severity(rule)?;
    let message = required(rule, "message")?;
    check_keys(rule)?;
    report.checks += 1;
    let rows = rows(graph, rule)?;
    if let Some(name) = named_in(message).find(|name| !rows.variables.iter().any(|v| v == name)) {
        let problem = format!("the message names ?{name}, and the query gives no such column");
        return Err(fault(rule, rule.line_of("message").unwrap_or(1), problem));
    }
    let title = rule
        .header
        .get("title")
        .map_or(rule.name.as_str(), String::as_str);
    let hint = rule.header.get("hint").map(String::as_str);
    for row in &rows.rows {
        let text = filled(message, &rows.variables, row);
        report.find_with_hint(severity, &rule.name, title, hint, text);
    }
    Ok(())
}

fn check_keys(rule: &QueryFile) -> Result<(), KgError> {
    let Some(key) = rule.header.keys().find(|key| !KEYS.contains(&key.as_str())) else {
        return Ok(());
    };
    let problem = format!(
        "unknown key `{key}` in the header; the keys are {}",
        KEYS.join(", ")
    );
    Err(fault(rule, rule.line_of(key).unwrap_or(1), problem))
}

fn rows(graph: &KnowledgeGraph, rule: &QueryFile) -> Result<Rows, KgError> {
    let options = QueryOptions {
        all_graphs: true,
        ..QueryOptions::default()
    };
    let answer = graph
        .query(&rule.sparql, &options)
        .map_err(|error| match error {
            KgError::Query(syntax) => {
                let line = syntax.line.unwrap_or(1);
                fault(rule, line, syntax.to_string())
            }
            other => fault(rule, 1, other.to_string()),
        })?;
    match answer {
        QueryAnswer::Rows(rows) => Ok(rows),
        QueryAnswer::Boolean(_) | QueryAnswer::Graph(_) => Err(fault(
            rule,
            1,
            "a rule is a SELECT: each row a violation".to_owned(),
        )),
    }
}

/// The columns that a message names: `{?film}`.
fn named_in(message: &str) -> impl Iterator<Item = &str> {
    message
        .split("{?")
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0))
}

/// The message with the values of a row in it; what is unbound leaves nothing.
fn filled(message: &str, variables: &[String], row: &[Option<Term>]) -> String {
    let mut parts = message.split("{?");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or(("", part));
        let place = variables.iter().position(|variable| variable == name);
        if let Some(value) = place.and_then(|place| row[place].as_ref()) {
            text += &KnowledgeGraph::display(value);
        }
        text += rest;
    }
    text.trim().to_owned()
}

fn severity(rule: &QueryFile) -> Result<Severity, KgError> {
    match required(rule, "severity")? {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        "info" => Ok(Severity::Info),
        other => Err(fault(
            rule,
            rule.line_of("severity").unwrap_or(1),
            format!("severity is `{other}`; it must be error, warning or info"),
        )),
    }
}

fn required<'a>(rule: &'a QueryFile, key: &str) -> Result<&'a str, KgError> {
    rule.header
        .get(key)
        .map(String::as_str)
        .ok_or_else(|| fault(rule, 1, format!("the header has no line `# {key}: …`")))
}

fn fault(rule: &QueryFile, line: usize, message: String) -> KgError {
    KgError::Rule {
        file: rule.path.display().to_string(),
        line,
        message,
    }
}
