//! Tables and JSON into the graph, as a mapping says.
//!
//! A mapping is Turtle in a subset of RML (the names of R2RML and RML, classic or new), with a few terms
//! of our own for what RML has none for. [`Mapping::read`] understands it or says where it does not;
//! [`KnowledgeGraph::import`] streams the sources through it into the store, all or nothing. Sources
//! are read a line or an element at a time; only what rows are *joined to* is held in memory.

mod datatype;
mod document;
mod emit;
mod evaluate;
mod lookup;
mod model;
mod node;
mod parameters;
mod python;
mod read;
mod reference;
mod row;
mod run;
mod source;
mod template;
mod terms;

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};

use oxigraph::model::{NamedNode, Quad};

use crate::{KgError, KnowledgeGraph, LoadOptions, vocabulary};

pub use emit::{MappingProgress, MappingReport};
pub use model::Mapping;
pub use parameters::Parameter;

use emit::{Job, run};
use source::Files;

/// Batches of quads under way: the maker may be this far ahead of the store.
const AHEAD: usize = 16;

/// Where the sources of a mapping lie, and where its triples go.
#[derive(Clone)]
pub struct MappingOptions {
    /// Folder that the sources are relative to.
    pub folder: PathBuf,
    /// Files for single sources, by the path that the mapping has, its last part, or that up to the
    /// first dot.
    pub files: BTreeMap<String, PathBuf>,
    /// IRI of the named graph for triples to which the mapping gives none.
    pub graph: String,
    /// Put the triples in place of what their graphs hold, in one transaction; the difference is held in
    /// memory. The sources are then read twice.
    pub replace: bool,
    /// How many triples the report shows.
    pub examples: usize,
    /// Told how far it is, from time to time.
    pub progress: Option<MappingProgress>,
}

impl Default for MappingOptions {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("."),
            files: BTreeMap::new(),
            graph: vocabulary::DATA_GRAPH.to_owned(),
            replace: false,
            examples: 0,
            progress: None,
        }
    }
}

impl std::fmt::Debug for MappingOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MappingOptions")
            .field("folder", &self.folder)
            .field("files", &self.files)
            .field("graph", &self.graph)
            .field("replace", &self.replace)
            .finish_non_exhaustive()
    }
}

impl Mapping {
    /// Does everything but store: reads all sources, makes all triples, counts them, shows the first.
    /// Lookups ask `graph`, if there is one.
    ///
    /// # Errors
    /// As [`KnowledgeGraph::import`], those of the store aside.
    pub fn rehearse(
        &self,
        graph: Option<&KnowledgeGraph>,
        options: &MappingOptions,
    ) -> Result<MappingReport, KgError> {
        let files = Files::new(self, &options.folder, &options.files)?;
        let default_graph = graph_name(&options.graph)?;
        let job = job(&files, graph, &default_graph, options);
        run(self, &job, None)
    }

    /// Whether it looks anything up in the graph.
    #[must_use]
    pub fn needs_graph(&self) -> bool {
        !self.lookups.is_empty()
    }
}

impl KnowledgeGraph {
    /// Imports tables and JSON through a mapping, all or nothing.
    ///
    /// # Errors
    /// [`KgError::Record`] with file, line, column and value if a row cannot become triples;
    /// [`KgError::Syntax`] and [`KgError::Malformed`] if a file is not what its name says;
    /// [`KgError::Mapping`] if no triple comes of it at all; [`KgError::Io`]; [`KgError::Storage`].
    /// The store is then as it was.
    pub fn import(
        &self,
        mapping: &Mapping,
        options: &MappingOptions,
    ) -> Result<MappingReport, KgError> {
        let files = Files::new(mapping, &options.folder, &options.files)?;
        let default_graph = graph_name(&options.graph)?;
        let job = job(&files, Some(self), &default_graph, options);
        // Into graphs that are empty the bulk loader brings it faster, and without memory for it.
        let replaces = options.replace && self.holds_any(&run(mapping, &job, None)?)?;
        let (outlet, inlet) = sync_channel(AHEAD);
        std::thread::scope(|scope| {
            // The store is fed on this thread, for it borrows the graph; triples are made on another.
            let maker = scope.spawn(|| run(mapping, &job, Some(outlet)));
            let quads = Quads {
                inlet,
                batch: Vec::new().into_iter(),
            };
            if replaces {
                self.replace_quads(quads)?;
            } else {
                self.load_quads(quads, &LoadOptions::default(), |error| error)?;
            }
            maker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Whether anything is in the graphs of a report.
    fn holds_any(&self, report: &MappingReport) -> Result<bool, KgError> {
        for graph in report.graphs.keys() {
            let graph = graph_name(graph)?;
            let mut quads =
                self.store
                    .quads_for_pattern(None, None, None, Some(graph.as_ref().into()));
            if quads.next().transpose()?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One transaction with the difference: what is new, and what of the graphs is not said again.
    fn replace_quads(
        &self,
        quads: impl Iterator<Item = Result<Quad, KgError>>,
    ) -> Result<(), KgError> {
        let mut transaction = self.store.start_transaction()?;
        let mut graphs = HashSet::new();
        let mut kept = HashSet::new();
        for quad in quads {
            let quad = quad?;
            if !graphs.contains(&quad.graph_name) {
                graphs.insert(quad.graph_name.clone());
            }
            // As the store has it: numbers come back from it in another form than they went in.
            match self.stored(&quad)? {
                Some(stored) => {
                    kept.insert(digest(&stored));
                }
                None => transaction.insert(&quad),
            }
        }
        for graph in &graphs {
            for quad in self
                .store
                .quads_for_pattern(None, None, None, Some(graph.as_ref()))
            {
                let quad = quad?;
                if !kept.contains(&digest(&quad)) {
                    transaction.remove(&quad);
                }
            }
        }
        let write = self.begin_write()?;
        transaction.commit()?;
        write.finish()
    }

    fn stored(&self, quad: &Quad) -> Result<Option<Quad>, KgError> {
        let mut quads = self.store.quads_for_pattern(
            Some(quad.subject.as_ref()),
            Some(quad.predicate.as_ref()),
            Some(quad.object.as_ref()),
            Some(quad.graph_name.as_ref()),
        );
        Ok(quads.next().transpose()?)
    }
}

/// 128 bits in place of a quad: enough that two of a billion quads are hardly ever taken for one.
fn digest(quad: &Quad) -> (u64, u64) {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        quad.hash(&mut hasher);
        hasher.finish()
    };
    (half(0), half(1))
}

fn job<'a>(
    files: &'a Files,
    graph: Option<&'a KnowledgeGraph>,
    default_graph: &'a NamedNode,
    options: &MappingOptions,
) -> Job<'a> {
    Job {
        files,
        graph,
        default_graph,
        examples: options.examples,
        progress: options.progress.clone(),
    }
}

/// `movies.csv:3: column "year", value "19x5": is not a valid xsd:integer`.
pub(crate) fn located(place: &str, column: &str, value: &str, message: &str) -> String {
    /// Longer values are cut.
    const SHOWN: usize = 80;
    let mut parts = Vec::new();
    if !column.is_empty() {
        parts.push(format!("column `{column}`"));
    }
    if !value.is_empty() {
        let mut shown: String = value.chars().take(SHOWN).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        parts.push(format!("value \"{shown}\""));
    }
    if parts.is_empty() {
        format!("{place}: {message}")
    } else {
        format!("{place}: {}: {message}", parts.join(", "))
    }
}

fn graph_name(iri: &str) -> Result<NamedNode, KgError> {
    NamedNode::new(iri).map_err(|error| KgError::Iri {
        iri: iri.to_owned(),
        message: error.to_string(),
    })
}

/// Quads out of batches.
struct Quads {
    inlet: Receiver<Result<Vec<Quad>, KgError>>,
    batch: std::vec::IntoIter<Quad>,
}

impl Iterator for Quads {
    type Item = Result<Quad, KgError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(quad) = self.batch.next() {
                return Some(Ok(quad));
            }
            match self.inlet.recv() {
                Ok(Ok(batch)) => self.batch = batch.into_iter(),
                Ok(Err(error)) => return Some(Err(error)),
                Err(_) => return None,
            }
        }
    }
}
