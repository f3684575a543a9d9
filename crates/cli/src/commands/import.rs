//! `tastegraph import`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use indicatif::{HumanCount, ProgressBar};
use tastegraph::kg::{KnowledgeGraph, Mapping, MappingOptions, MappingReport};

use crate::arguments::ImportArguments;
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &ImportArguments) -> anyhow::Result<Outcome> {
    let mapping = Mapping::read(&arguments.mapping, &parameters(&arguments.set)?)?;
    let name = arguments.mapping.display().to_string();
    let bar = output::spinner(name.clone());
    let mut options = options(arguments)?;
    options.progress = Some(progress(&bar, &name));
    if arguments.dry_run {
        let report = rehearse(folder, &mapping, &options);
        bar.finish_and_clear();
        print(&report?)?;
        return Ok(Outcome::Done);
    }
    let graph = KnowledgeGraph::open_or_create(folder)?;
    let report = graph.import(&mapping, &options);
    bar.finish_and_clear();
    let report = report?;
    for remark in &report.remarks {
        output::note(&format!("note: {remark}"));
    }
    output::note(&format!(
        "imported {} triples of {} rows into {} graphs with {name}",
        report.triples,
        report.rows,
        report.graphs.len()
    ));
    if !arguments.no_index {
        super::index::build(&graph, folder).context(
            "the data is imported, but it cannot be indexed (--no-index leaves that for later)",
        )?;
    }
    Ok(Outcome::Done)
}

fn parameters(set: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    set.iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.to_owned())),
            None => bail!("--set {text}: a parameter is given as NAME=VALUE"),
        })
        .collect()
}

fn options(arguments: &ImportArguments) -> anyhow::Result<MappingOptions> {
    let mut options = MappingOptions {
        graph: arguments.into.clone(),
        replace: arguments.replace,
        examples: if arguments.dry_run {
            arguments.examples
        } else {
            0
        },
        ..MappingOptions::default()
    };
    let mut folder = None;
    for source in &arguments.source {
        let path = PathBuf::from(source);
        match source.split_once('=') {
            Some((name, file)) if !path.exists() => {
                options.files.insert(name.to_owned(), PathBuf::from(file));
            }
            _ if folder.is_some() => {
                bail!("--source names two folders; give single files as NAME=FILE")
            }
            _ if !path.is_dir() => bail!(
                "--source {source}: there is no such folder\nhint: a file for one source is given as NAME=FILE"
            ),
            _ => folder = Some(path),
        }
    }
    if let Some(folder) = folder {
        options.folder = folder;
    }
    Ok(options)
}

/// Counts rows beside the triples that the bar counts itself.
fn progress(bar: &ProgressBar, name: &str) -> Arc<dyn Fn(u64, u64) + Send + Sync> {
    let (bar, name) = (bar.clone(), name.to_owned());
    Arc::new(move |rows, triples| {
        let rate = u128::from(rows) * 1000 / bar.elapsed().as_millis().max(100);
        bar.set_message(format!(
            "{name}: {} rows, {}/s;",
            HumanCount(rows),
            HumanCount(rate as u64)
        ));
        bar.set_position(triples);
    })
}

/// The store is opened only if the mapping looks things up in it.
fn rehearse(
    folder: &Path,
    mapping: &Mapping,
    options: &MappingOptions,
) -> anyhow::Result<MappingReport> {
    let graph = if mapping.needs_graph() && folder.exists() {
        Some(KnowledgeGraph::open(folder)?)
    } else {
        None
    };
    Ok(mapping.rehearse(graph.as_ref(), options)?)
}

/// N-Quads, with the counts as comments.
fn print(report: &MappingReport) -> anyhow::Result<()> {
    output::print(|out| {
        for example in &report.examples {
            writeln!(out, "{example}")?;
        }
        writeln!(out, "# {} triples of {} rows", report.triples, report.rows)?;
        for (what, counts) in [("predicate", &report.predicates), ("graph", &report.graphs)] {
            writeln!(out, "# by {what}:")?;
            let mut counts: Vec<(&String, &u64)> = counts.iter().collect();
            counts.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
            for (name, count) in counts.iter().take(SHOWN) {
                writeln!(out, "# {count:>10}  <{name}>")?;
            }
            if counts.len() > SHOWN {
                writeln!(out, "#             and {} more", counts.len() - SHOWN)?;
            }
        }
        for remark in &report.remarks {
            writeln!(out, "# note: {}", output::plain(remark).replace('\n', " "))?;
        }
        Ok(())
    })
}

/// Predicates and graphs that are listed; a mapping may write a graph for every user.
const SHOWN: usize = 40;
