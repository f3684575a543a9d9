//! RDF into named graphs, all or nothing per file.

mod catalog;
mod entities;
mod format;

use std::collections::BTreeSet;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxigraph::model::{GraphName, NamedNode, Quad};
use oxigraph::store::LoaderError;

use crate::{KgError, KnowledgeGraph, vocabulary};

pub use catalog::{Catalog, ImportReport};
use entities::refuse_expansion;
pub use format::rdf_files;
use format::{format_of, is_gzip};

/// Triples between two calls of a progress callback: rare enough to cost nothing.
const PROGRESS_EVERY: u64 = 4096;

/// Told the number of triples read so far, from time to time.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// Where a file goes, and whether it replaces what is there.
#[derive(Clone)]
pub struct LoadOptions {
    /// IRI of the named graph for triples that name none themselves.
    pub graph: String,
    /// Told the number of triples read so far, from time to time.
    pub progress: Option<Progress>,
}

impl std::fmt::Debug for LoadOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadOptions")
            .field("graph", &self.graph)
            .finish_non_exhaustive()
    }
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            graph: vocabulary::DATA_GRAPH.to_owned(),
            progress: None,
        }
    }
}

impl LoadOptions {
    fn graph(&self) -> Result<NamedNode, KgError> {
        NamedNode::new(&self.graph).map_err(|error| KgError::Iri {
            iri: self.graph.clone(),
            message: error.to_string(),
        })
    }

    /// Counts, and tells the progress callback now and then.
    fn counted<E>(
        &self,
        quads: impl Iterator<Item = Result<Quad, E>>,
        counter: Arc<AtomicU64>,
    ) -> impl Iterator<Item = Result<Quad, E>> {
        let progress = self.progress.clone();
        quads.inspect(move |_| {
            let count = counter.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(progress) = &progress
                && count.is_multiple_of(PROGRESS_EVERY)
            {
                progress(count);
            }
        })
    }
}

/// What a load did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadReport {
    /// Triples read, repeated ones included.
    pub triples: u64,
}

impl KnowledgeGraph {
    /// Loads an RDF file; its name tells the format (`.ttl`, `.nt`, `.nq`, `.trig`, `.rdf`, `.owl`,
    /// `.jsonld`, each also with `.gz`).
    ///
    /// # Errors
    /// [`KgError::Syntax`] with line and column, or [`KgError::Malformed`], if the file is malformed:
    /// the store is then as it was.
    pub fn load_file(
        &self,
        path: impl AsRef<Path>,
        options: &LoadOptions,
    ) -> Result<LoadReport, KgError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        format_of(&name)?;
        self.load_reader(open(path)?, &name, options)
    }

    /// Loads RDF from a string; `name` tells the format and stands for it in errors.
    ///
    /// # Errors
    /// As [`Self::load_file`].
    pub fn load_str(
        &self,
        rdf: &str,
        name: &str,
        options: &LoadOptions,
    ) -> Result<LoadReport, KgError> {
        self.load_reader(rdf.as_bytes(), name, options)
    }

    /// Loads RDF from a stream; `name` tells the format and compression and stands for it in errors.
    ///
    /// # Errors
    /// As [`Self::load_file`].
    pub fn load_reader(
        &self,
        reader: impl Read,
        name: &str,
        options: &LoadOptions,
    ) -> Result<LoadReport, KgError> {
        let parser = parser(name, &options.graph()?)?;
        let quads = parser.for_reader(plain(reader, name)?);
        self.load_quads(quads, options, |error| syntax(name, error))
    }

    /// Loads quads as they come, all or none: the first error ends it and leaves the store as it was.
    /// Memory does not grow with their number.
    ///
    /// # Errors
    /// Those of the quads, as `explain` puts them, and [`KgError::Storage`].
    pub fn load_quads<E>(
        &self,
        quads: impl Iterator<Item = Result<Quad, E>>,
        options: &LoadOptions,
        explain: impl FnOnce(E) -> KgError,
    ) -> Result<LoadReport, KgError> {
        let counter = Arc::new(AtomicU64::new(0));
        let quads = options
            .counted(quads, Arc::clone(&counter))
            .map(|quad| quad.map_err(LoadFailure::Source));
        let write = self.begin_write()?;
        // The bulk loader's files enter the store together, at commit.
        let mut loader = self.store.bulk_loader();
        if let Err(failure) = loader.load_ok_quads(quads) {
            drop(loader);
            write.abandon()?;
            return Err(match failure {
                LoadFailure::Source(error) => explain(error),
                LoadFailure::Store(error) => error,
            });
        }
        loader.commit()?;
        write.finish()?;
        Ok(LoadReport {
            triples: counter.load(Ordering::Relaxed),
        })
    }

    /// Loads files in place of what their graphs hold: the graph of `options` and every graph that a
    /// file names are emptied first. One transaction, which is held in memory.
    ///
    /// # Errors
    /// As [`Self::load_file`]; the store is then as it was.
    pub fn replace_with_files(
        &self,
        paths: &[impl AsRef<Path>],
        options: &LoadOptions,
    ) -> Result<LoadReport, KgError> {
        let graph = options.graph()?;
        let counter = Arc::new(AtomicU64::new(0));
        let mut graphs = BTreeSet::from([graph.to_string()]);
        let mut emptied = vec![GraphName::from(graph.clone())];
        let mut quads = Vec::new();
        for path in paths {
            let path = path.as_ref();
            let name = path.display().to_string();
            let parsed = parser(&name, &graph)?.for_reader(plain(open(path)?, &name)?);
            for quad in options.counted(parsed, Arc::clone(&counter)) {
                let quad = quad.map_err(|error| syntax(&name, error))?;
                if graphs.insert(quad.graph_name.to_string()) {
                    emptied.push(quad.graph_name.clone());
                }
                quads.push(quad);
            }
        }
        let mut transaction = self.store.start_transaction()?;
        for graph in &emptied {
            transaction.clear_graph(graph)?;
        }
        transaction.extend(quads.iter().map(Quad::as_ref));
        let write = self.begin_write()?;
        transaction.commit()?;
        write.finish()?;
        Ok(LoadReport {
            triples: quads.len() as u64,
        })
    }
}

/// Blank nodes of different files are different nodes, whatever they are called.
fn parser(name: &str, graph: &NamedNode) -> Result<RdfParser, KgError> {
    Ok(RdfParser::from_format(format_of(name)?)
        .with_default_graph(graph.clone())
        .rename_blank_nodes())
}

fn open(path: &Path) -> Result<fs::File, KgError> {
    if path.is_dir() {
        return Err(KgError::Malformed {
            file: path.display().to_string(),
            message: "is a folder, not a file".to_owned(),
        });
    }
    Ok(fs::File::open(path)?)
}

/// Uncompressed, and safe to give to a parser.
fn plain<'a>(reader: impl Read + 'a, name: &str) -> Result<Box<dyn Read + 'a>, KgError> {
    let reader = BufReader::new(reader);
    let reader: Box<dyn Read> = if is_gzip(name) {
        Box::new(BufReader::new(MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    };
    if format_of(name)? == RdfFormat::RdfXml {
        return refuse_expansion(reader, name);
    }
    Ok(reader)
}

/// Either side of a load can fail.
enum LoadFailure<E> {
    Source(E),
    Store(KgError),
}

impl<E> From<oxigraph::store::StorageError> for LoadFailure<E> {
    fn from(error: oxigraph::store::StorageError) -> Self {
        Self::Store(error.into())
    }
}

impl<E> From<LoaderError> for LoadFailure<E> {
    fn from(error: LoaderError) -> Self {
        Self::Store(error.into())
    }
}

fn syntax(name: &str, error: RdfParseError) -> KgError {
    match error {
        RdfParseError::Io(error) => KgError::Io(std::io::Error::new(
            error.kind(),
            format!(
                "{name}: {error}\nhint: the file is damaged or cut off; nothing of it was stored"
            ),
        )),
        RdfParseError::Syntax(error) => match error.location() {
            Some(range) => KgError::Syntax {
                file: name.to_owned(),
                line: range.start.line + 1,
                column: range.start.column + 1,
                message: without_place(&error.to_string()).to_owned(),
            },
            None => KgError::Malformed {
                file: name.to_owned(),
                message: error.to_string(),
            },
        },
    }
}

/// What the parser says, less the place that some parsers put in front and the error tells anyway.
fn without_place(message: &str) -> &str {
    match message.split_once(": ") {
        Some((place, rest)) if place.starts_with("Parser error") => rest,
        _ => message,
    }
}
