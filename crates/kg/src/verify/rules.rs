//! Rules: one SELECT a file, a row is a violation.
//!
//! The header says how bad it is and what to say: `# severity: error`, `# message: {?film} has no
//! year`, and optionally `# title:` and `# hint:`.

use super::report::{Severity, VerifyReport};
use crate::{KgError, KnowledgeGraph, QueryAnswer, QueryFile, QueryOptions};

const KEYS: [&str; 4] = ["severity", "message", "title", "hint"];

/// Runs one rule over everything, people included.
///
/// # Errors
/// [`KgError::Rule`] if the header lacks a key, has one that is not known, or the query fails.
pub(super) fn run(
    graph: &KnowledgeGraph,
    rule: &QueryFile,
    report: &mut VerifyReport,
) -> Result<(), KgError> {
    let severity = severity(rule)?;
    let message = required(rule, "message")?;
    if let Some(key) = rule.header.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let line = rule.line_of(key).unwrap_or(1);
        return Err(fault(
            rule,
            line,
            format!(
                "unknown key `{key}` in the header; the keys are {}",
                KEYS.join(", ")
            ),
        ));
    }
    report.checks += 1;
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
    let QueryAnswer::Rows(rows) = answer else {
        return Err(fault(
            rule,
            1,
            "a rule is a SELECT: each row a violation".to_owned(),
        ));
    };
    let title = rule
        .header
        .get("title")
        .map_or(rule.name.as_str(), String::as_str);
    let hint = rule.header.get("hint").map(String::as_str);
    for row in &rows.rows {
        let mut text = message.to_owned();
        for (variable, value) in rows.variables.iter().zip(row) {
            let value = value.as_ref().map(KnowledgeGraph::display);
            text = text.replace(&format!("{{?{variable}}}"), &value.unwrap_or_default());
        }
        report.find_with_hint(severity, &rule.name, title, hint, text);
    }
    Ok(())
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
