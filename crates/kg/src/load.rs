//! RDF files into named graphs, all or nothing per file.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxigraph::model::NamedNode;
use oxigraph::store::LoaderError;

use crate::{KgError, KnowledgeGraph, vocabulary};

/// Triples between two calls of a progress callback: rare enough to cost nothing.
const PROGRESS_EVERY: u64 = 4096;

/// Extensions that mean RDF. Oxigraph takes `.txt`, `.json` and `.xml` for RDF too, but a folder of
/// data also holds such files that are none.
const EXTENSIONS: [&str; 6] = ["ttl", "nt", "nq", "trig", "rdf", "jsonld"];

/// Where a file goes, and whether it replaces what is there.
#[derive(Clone)]
pub struct LoadOptions {
    /// IRI of the named graph for triples that name none themselves.
    pub graph: String,
    /// Empties that named graph first, in the same transaction.
    pub replace: bool,
    /// Told the number of triples read so far, from time to time.
    pub progress: Option<Arc<dyn Fn(u64) + Send + Sync>>,
}

impl std::fmt::Debug for LoadOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadOptions")
            .field("graph", &self.graph)
            .field("replace", &self.replace)
            .finish_non_exhaustive()
    }
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            graph: vocabulary::DATA_GRAPH.to_owned(),
            replace: false,
            progress: None,
        }
    }
}

/// What a load did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadReport {
    /// Triples read from the file, repeated ones included.
    pub triples: u64,
}

impl KnowledgeGraph {
    /// Loads an RDF file; its name tells the format (`.ttl`, `.nt`, `.nq`, `.trig`, `.rdf`,
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
        let format = format_of(&name)?;
        let file = BufReader::new(fs::File::open(path)?);
        if is_gzip(&name) {
            self.load(MultiGzDecoder::new(file), format, &name, options)
        } else {
            self.load(file, format, &name, options)
        }
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
        self.load(rdf.as_bytes(), format_of(name)?, name, options)
    }

    fn load(
        &self,
        reader: impl Read,
        format: RdfFormat,
        name: &str,
        options: &LoadOptions,
    ) -> Result<LoadReport, KgError> {
        let graph = NamedNode::new(&options.graph).map_err(|error| KgError::Iri {
            iri: options.graph.clone(),
            message: error.to_string(),
        })?;
        // Blank nodes of different files are different nodes, whatever they are called.
        let parser = RdfParser::from_format(format)
            .with_default_graph(graph.clone())
            .rename_blank_nodes();
        self.begin_write()?;
        let triples = if options.replace {
            self.replace(&graph, parser, reader, name)?
        } else {
            self.append(parser, reader, name, options)?
        };
        self.end_write()?;
        Ok(LoadReport { triples })
    }

    /// One transaction: for small graphs that are loaded again and again, such as ontologies.
    fn replace(
        &self,
        graph: &NamedNode,
        parser: RdfParser,
        reader: impl Read,
        name: &str,
    ) -> Result<u64, KgError> {
        let quads = parser
            .for_reader(reader)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| syntax(name, error))?;
        let mut transaction = self.store.start_transaction()?;
        transaction.clear_graph(graph)?;
        transaction.extend(quads.iter().map(oxigraph::model::Quad::as_ref));
        transaction.commit()?;
        Ok(quads.len() as u64)
    }

    /// The bulk loader: its files enter the store together, at commit.
    fn append(
        &self,
        parser: RdfParser,
        reader: impl Read,
        name: &str,
        options: &LoadOptions,
    ) -> Result<u64, KgError> {
        let read = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&read);
        let progress = options.progress.clone();
        let quads = parser.for_reader(reader).inspect(move |_| {
            let count = counter.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(progress) = &progress
                && count.is_multiple_of(PROGRESS_EVERY)
            {
                progress(count);
            }
        });
        let mut loader = self.store.bulk_loader();
        loader.load_ok_quads(quads).map_err(|error| match error {
            LoadFailure::Parse(error) => syntax(name, error),
            LoadFailure::Store(error) => error.into(),
        })?;
        loader.commit()?;
        Ok(read.load(Ordering::Relaxed))
    }
}

/// Either side of a bulk load can fail.
enum LoadFailure {
    Parse(RdfParseError),
    Store(oxigraph::store::StorageError),
}

impl From<RdfParseError> for LoadFailure {
    fn from(error: RdfParseError) -> Self {
        Self::Parse(error)
    }
}

impl From<oxigraph::store::StorageError> for LoadFailure {
    fn from(error: oxigraph::store::StorageError) -> Self {
        Self::Store(error)
    }
}

impl From<LoaderError> for LoadFailure {
    fn from(error: LoaderError) -> Self {
        match error {
            LoaderError::Parsing(error) => Self::Parse(error),
            LoaderError::Storage(error) => Self::Store(error),
            other @ LoaderError::InvalidBaseIri { .. } => {
                Self::Parse(RdfParseError::Io(std::io::Error::other(other)))
            }
        }
    }
}

fn syntax(name: &str, error: RdfParseError) -> KgError {
    match error {
        RdfParseError::Io(error) => KgError::Io(std::io::Error::new(
            error.kind(),
            format!("{name}: {error}"),
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

fn is_gzip(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

fn format_of(name: &str) -> Result<RdfFormat, KgError> {
    let path = Path::new(name);
    let inner = if is_gzip(name) {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    inner
        .extension()
        .and_then(|extension| extension.to_str())
        .map(str::to_ascii_lowercase)
        .filter(|extension| EXTENSIONS.contains(&extension.as_str()))
        .and_then(|extension| RdfFormat::from_extension(&extension))
        .ok_or_else(|| KgError::UnknownFormat {
            file: name.to_owned(),
        })
}

/// The RDF files under `path`: itself if it is a file, else all below it, in name order.
///
/// # Errors
/// [`KgError::Io`] if a folder cannot be read.
pub fn rdf_files(path: impl AsRef<Path>) -> Result<Vec<PathBuf>, KgError> {
    let path = path.as_ref();
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            files.extend(rdf_files(&entry)?);
        } else if format_of(&entry.display().to_string()).is_ok() {
            files.push(entry);
        }
    }
    Ok(files)
}
