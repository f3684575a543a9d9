//! `tastegraph query`.

use std::path::Path;

use anyhow::{Context, bail};
use tastegraph::kg::{KnowledgeGraph, OutputFormat, QueryAnswer, QueryOptions, Rows};

use super::{text_or_stdin, timeout};
use crate::arguments::{QueryArguments, QueryFormat};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &QueryArguments) -> anyhow::Result<Outcome> {
    let options = QueryOptions {
        timeout: Some(timeout(arguments.timeout)?),
        limit: arguments.limit,
        all_graphs: arguments.all_graphs,
    };
    let graph = KnowledgeGraph::open(folder)?;
    if arguments.list {
        return list(&graph);
    }
    let sparql = sparql(&graph, arguments)?;
    let format = arguments.format.unwrap_or(if output::on_terminal() {
        QueryFormat::Table
    } else {
        QueryFormat::Tsv
    });
    if arguments.explain {
        return explain(&graph, &sparql, &options, arguments.format);
    }
    let answer = graph.query(&sparql, &options)?;
    let prefixes = graph.prefixes()?;
    output::print(|out| match (machine(format), &answer) {
        (Some(format), answer) => answer.write(format, &prefixes, &mut *out),
        (None, QueryAnswer::Rows(rows)) => {
            writeln!(out, "{}", output::plain(&table(rows).to_string()))
        }
        (None, QueryAnswer::Boolean(value)) => writeln!(out, "{value}"),
        (None, graph) => graph.write(OutputFormat::Turtle, &prefixes, &mut *out),
    })?;
    if let QueryAnswer::Rows(rows) = &answer
        && rows.truncated
    {
        output::note(&format!(
            "cut after {} rows; --limit raises that",
            rows.rows.len()
        ));
    }
    Ok(found(&answer))
}

fn found(answer: &QueryAnswer) -> Outcome {
    if answer.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Done
    }
}

/// The query typed, read or named.
fn sparql(graph: &KnowledgeGraph, arguments: &QueryArguments) -> anyhow::Result<String> {
    let Some(name) = &arguments.name else {
        let typed = arguments.sparql.as_deref().context("no query")?;
        return Ok(text_or_stdin(typed)?);
    };
    let known = graph.queries()?;
    if let Some(query) = known.iter().find(|query| query.name == *name) {
        return Ok(query.sparql.clone());
    }
    let names: Vec<&str> = known.iter().map(|query| query.name.as_str()).collect();
    if names.is_empty() {
        bail!("no queries came with the ontologies of this graph");
    }
    bail!(
        "there is no query `{name}`\nhint: there are {}",
        names.join(", ")
    );
}

fn list(graph: &KnowledgeGraph) -> anyhow::Result<Outcome> {
    let queries = graph.queries()?;
    let mut table = output::table(["name", "title"]);
    for query in &queries {
        let title = query.header.get("title").map_or("", String::as_str);
        table.add_row([query.name.as_str(), title]);
    }
    output::print(|out| {
        if output::on_terminal() {
            return writeln!(out, "{}", output::plain(&table.to_string()));
        }
        for query in &queries {
            let title = query.header.get("title").map_or("", String::as_str);
            writeln!(out, "{}\t{title}", query.name)?;
        }
        Ok(())
    })?;
    Ok(if queries.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn explain(
    graph: &KnowledgeGraph,
    sparql: &str,
    options: &QueryOptions,
    format: Option<QueryFormat>,
) -> anyhow::Result<Outcome> {
    let (answer, explanation) = graph.explain(sparql, options)?;
    match format {
        None | Some(QueryFormat::Table) => {
            output::print(|out| write!(out, "{}", output::plain(&explanation.to_string())))?;
        }
        Some(QueryFormat::Json) => {
            let json = serde_json::to_string_pretty(&explanation)?;
            output::print(|out| writeln!(out, "{json}"))?;
        }
        Some(_) => bail!("a plan is printed as table or json"),
    }
    Ok(found(&answer))
}

/// The format for programs, if it is one.
pub(super) fn machine(format: QueryFormat) -> Option<OutputFormat> {
    Some(match format {
        QueryFormat::Table => return None,
        QueryFormat::Json => OutputFormat::Json,
        QueryFormat::Xml => OutputFormat::Xml,
        QueryFormat::Csv => OutputFormat::Csv,
        QueryFormat::Tsv => OutputFormat::Tsv,
        QueryFormat::Turtle => OutputFormat::Turtle,
        QueryFormat::Ntriples => OutputFormat::NTriples,
        QueryFormat::Nquads => OutputFormat::NQuads,
        QueryFormat::Trig => OutputFormat::TriG,
        QueryFormat::Rdfxml => OutputFormat::RdfXml,
        QueryFormat::Jsonld => OutputFormat::JsonLd,
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
