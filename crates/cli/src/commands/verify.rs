//! `tastegraph verify`.

use std::fmt::Write;
use std::path::Path;

use tastegraph::kg::{KnowledgeGraph, Severity, VerifyOptions, VerifyReport};

use super::request::default_format;
use crate::arguments::{AnswerFormat, FailOn, VerifyArguments};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &VerifyArguments) -> anyhow::Result<Outcome> {
    let graph = KnowledgeGraph::open(folder)?;
    let bar = output::spinner("checking".to_owned());
    let report = graph.verify(&VerifyOptions {
        rules: arguments.rules.clone(),
        shapes: arguments.shapes.clone(),
        examples: arguments.examples,
    });
    bar.finish_and_clear();
    let report = report?;
    if arguments.format.unwrap_or_else(default_format) == AnswerFormat::Table {
        let text = text(&report);
        output::print(|out| write!(out, "{}", output::plain(&text)))?;
    } else {
        let json = serde_json::to_string_pretty(&report)?;
        output::print(|out| writeln!(out, "{json}"))?;
    }
    let limit = match arguments.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Info => Severity::Info,
    };
    Ok(if report.worst().is_some_and(|worst| worst >= limit) {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn text(report: &VerifyReport) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let _ = text.write_fmt(format_args!(
            "{}: {} ({}, {})\n",
            finding.severity, finding.title, finding.check, finding.count
        ));
        for example in &finding.examples {
            let _ = text.write_fmt(format_args!("  {example}\n"));
        }
        if finding.count > finding.examples.len() {
            let _ = text.write_fmt(format_args!(
                "  and {} more\n",
                finding.count - finding.examples.len()
            ));
        }
        if let Some(hint) = &finding.hint {
            let _ = text.write_fmt(format_args!("  hint: {hint}\n"));
        }
    }
    let _ = text.write_fmt(format_args!(
        "{} checks: {} errors, {} warnings, {} remarks\n",
        report.checks,
        report.count(Severity::Error),
        report.count(Severity::Warning),
        report.count(Severity::Info),
    ));
    text
}
