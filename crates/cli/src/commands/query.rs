//! `tastegraph query`.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use tastegraph::kg::{KnowledgeGraph, OutputFormat, QueryAnswer, QueryOptions, Rows};

use super::text_or_stdin;
use crate::arguments::{QueryArguments, QueryFormat};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &QueryArguments) -> anyhow::Result<Outcome> {
    ensure!(
        arguments.timeout > 0.0 && arguments.timeout.is_finite(),
        "--timeout must be a number of seconds above 0"
    );
    let sparql = text_or_stdin(&arguments.sparql)?;
    let graph = KnowledgeGraph::open(folder)?;
    let answer = graph.query(
        &sparql,
        &QueryOptions {
            timeout: Some(Duration::from_secs_f64(arguments.timeout)),
            limit: arguments.limit,
        },
    )?;
    let by_default = if output::on_terminal() {
        QueryFormat::Table
    } else {
        QueryFormat::Tsv
    };
    let format = match arguments.format.unwrap_or(by_default) {
        QueryFormat::Table => None,
        QueryFormat::Json => Some(OutputFormat::Json),
        QueryFormat::Xml => Some(OutputFormat::Xml),
        QueryFormat::Csv => Some(OutputFormat::Csv),
        QueryFormat::Tsv => Some(OutputFormat::Tsv),
    };
    output::print(|out| match (format, &answer) {
        (Some(format), answer) => answer.write(format, &mut *out),
        (None, QueryAnswer::Rows(rows)) => {
            writeln!(out, "{}", output::plain(&table(rows).to_string()))
        }
        (None, QueryAnswer::Boolean(value)) => writeln!(out, "{value}"),
        (None, graph) => graph.write(OutputFormat::Csv, &mut *out),
    })?;
    if let QueryAnswer::Rows(rows) = &answer
        && rows.truncated
    {
        output::note(&format!(
            "cut after {} rows; --limit raises that",
            rows.rows.len()
        ));
    }
    Ok(if answer.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn table(rows: &Rows) -> comfy_table::Table {
    let mut table = output::table(rows.variables.iter());
    for row in &rows.rows {
        let cells = row.iter().map(|value| {
            value
                .as_ref()
                .map(KnowledgeGraph::display)
                .unwrap_or_default()
        });
        table.add_row(cells);
    }
    table
}
