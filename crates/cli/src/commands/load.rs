//! `tastegraph load`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use tastegraph::kg::{Catalog, KnowledgeGraph, LoadOptions, LoadReport, rdf_files, vocabulary};

use crate::arguments::LoadArguments;
use crate::{Outcome, output};

/// The name that ontology editors give a catalog.
const CATALOG: &str = "catalog-v001.xml";

pub(crate) fn run(folder: &Path, arguments: &LoadArguments) -> anyhow::Result<Outcome> {
    let graph = KnowledgeGraph::open_or_create(folder)?;
    load_ontologies(&graph, arguments)?;
    load_data(&graph, arguments)?;
    if !arguments.no_index {
        super::index::build(&graph, folder).context(
            "the data is loaded, but it cannot be indexed (--no-index leaves that for later)",
        )?;
    }
    Ok(Outcome::Done)
}

fn load_ontologies(graph: &KnowledgeGraph, arguments: &LoadArguments) -> anyhow::Result<()> {
    let mut catalog = Catalog::default();
    for ontology in &arguments.ontology {
        for file in ontology_files(ontology)? {
            // A graph a file: loading an ontology again replaces just its own statements.
            let options = LoadOptions {
                graph: format!("{}/{}", vocabulary::ONTOLOGY_GRAPH, identifier(&file)),
                progress: None,
            };
            let report = graph.replace_with_files(&[&file], &options)?;
            loaded(report, &file.display().to_string());
        }
        graph.keep_companions(ontology)?;
        let beside = ontology.join(CATALOG);
        if beside.is_file() {
            catalog = catalog.merged(Catalog::read(beside)?);
        }
    }
    for file in &arguments.catalog {
        catalog = catalog.merged(Catalog::read(file)?);
    }
    if arguments.ontology.is_empty() && arguments.catalog.is_empty() {
        return Ok(());
    }
    let imports = graph.load_imports(&catalog)?;
    for (iri, file) in imports.loaded {
        output::note(&format!(
            "loaded <{iri}>, imported, from {}",
            file.display()
        ));
    }
    for iri in imports.missing {
        output::note(&format!(
            "warning: <{iri}> is imported and not there\nhint: name its file in {CATALOG} beside the ontology, or in a --catalog"
        ));
    }
    Ok(())
}

/// The Turtle of an ontology; what lies in its sub-folders is no part of it.
fn ontology_files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = rdf_files(path)?;
    if path.is_dir() {
        files.retain(|file| file.parent() == Some(path));
    }
    if files.is_empty() {
        bail!("{}: no RDF files in it", path.display());
    }
    Ok(files)
}

fn load_data(graph: &KnowledgeGraph, arguments: &LoadArguments) -> anyhow::Result<()> {
    let mut files = Vec::new();
    for path in &arguments.files {
        let found = if path.as_os_str() == "-" {
            vec![path.clone()]
        } else {
            rdf_files(path)?
        };
        if found.is_empty() {
            bail!("{}: no RDF files in it", path.display());
        }
        files.extend(found);
    }
    if arguments.replace && !files.is_empty() {
        if files.iter().any(|file| file.as_os_str() == "-") {
            bail!("--replace reads its files first; standard input cannot be one of them");
        }
        let report = with_progress("replacing", &arguments.into, |options| {
            graph.replace_with_files(&files, options)
        })?;
        loaded(
            report,
            &format!("{} files, in place of what was there", files.len()),
        );
        return Ok(());
    }
    for file in files {
        let (name, report) = if file.as_os_str() == "-" {
            let Some(format) = &arguments.format else {
                bail!("standard input has no name\nhint: say its format with --format ttl");
            };
            let name = format!("standard-input.{format}");
            let report = with_progress(&name, &arguments.into, |options| {
                graph.load_reader(std::io::stdin().lock(), &name, options)
            })?;
            (name, report)
        } else {
            let name = file.display().to_string();
            let report = with_progress(&name, &arguments.into, |options| {
                graph.load_file(&file, options)
            })?;
            (name, report)
        };
        loaded(report, &name);
    }
    Ok(())
}

/// Loads under a line that counts.
pub(super) fn with_progress<E>(
    name: &str,
    into: &str,
    load: impl FnOnce(&LoadOptions) -> Result<LoadReport, E>,
) -> Result<LoadReport, E> {
    let bar = output::spinner(name.to_owned());
    let moving = bar.clone();
    let report = load(&LoadOptions {
        graph: into.to_owned(),
        progress: Some(Arc::new(move |count| moving.set_position(count))),
    });
    bar.finish_and_clear();
    report
}

fn loaded(report: LoadReport, name: &str) {
    output::note(&format!("loaded {} triples from {name}", report.triples));
}

/// The last folder and name of a file, as part of an IRI: "movies/profile".
fn identifier(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let folder = file
        .canonicalize()
        .ok()
        .and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_default();
    format!("{folder}/{stem}")
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "/._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect()
}
