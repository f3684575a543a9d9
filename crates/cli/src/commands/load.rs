//! `tastegraph load`.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use tastegraph::kg::{KnowledgeGraph, LoadOptions, rdf_files, vocabulary};

use crate::arguments::LoadArguments;
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &LoadArguments) -> anyhow::Result<Outcome> {
    let graph = KnowledgeGraph::open_or_create(folder)?;
    for ontology in &arguments.ontology {
        for file in rdf_files(ontology)? {
            // A graph a file: loading an ontology again replaces just its own statements.
            let name = identifier(&file);
            let options = LoadOptions {
                graph: format!("{}/{name}", vocabulary::ONTOLOGY_GRAPH),
                replace: true,
                progress: None,
            };
            load(&graph, &file, &options)?;
        }
    }
    for path in &arguments.files {
        let files = rdf_files(path)?;
        if files.is_empty() {
            bail!("{}: no RDF files in it", path.display());
        }
        for file in files {
            let options = LoadOptions {
                graph: arguments.into.clone(),
                ..LoadOptions::default()
            };
            load(&graph, &file, &options)?;
        }
    }
    if !arguments.no_index {
        super::index::build(&graph, folder).context(
            "the data is loaded, but it cannot be indexed (--no-index leaves that for later)",
        )?;
    }
    Ok(Outcome::Done)
}

fn load(graph: &KnowledgeGraph, file: &Path, options: &LoadOptions) -> anyhow::Result<()> {
    let bar = output::spinner(file.display().to_string());
    let moving = bar.clone();
    let report = graph.load_file(
        file,
        &LoadOptions {
            progress: Some(Arc::new(move |count| moving.set_position(count))),
            ..options.clone()
        },
    );
    bar.finish_and_clear();
    output::note(&format!(
        "loaded {} triples from {}",
        report?.triples,
        file.display()
    ));
    Ok(())
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
