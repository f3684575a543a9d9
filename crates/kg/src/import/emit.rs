//! Rows become quads, which leave in batches.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term, vocab::rdf};

use super::evaluate::{Fault, all_hold};
use super::model::{Mapping, PropertyMap, TermMap, TriplesMap};
use super::row::Row;
use super::run::{Run, by_source};
use super::source::{Files, Halt, Visitor, read, record_error};
use super::terms::{self, Name};
use crate::{KgError, KnowledgeGraph};

/// Told the rows (lines or elements) read and the triples made so far, from time to time.
pub type MappingProgress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Quads that travel together: few enough to stay in cache, enough to pay for the way.
const BATCH: usize = 4096;
/// Rows between two calls of a progress callback.
const PROGRESS_EVERY: u64 = 512;

/// What a mapping made, or would make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MappingReport {
    /// Lines, JSON elements or JSON documents read, those of joined sources not counted.
    pub rows: u64,
    /// Triples made, repeated ones included.
    pub triples: u64,
    /// Triples by predicate.
    pub predicates: BTreeMap<String, u64>,
    /// Triples by named graph.
    pub graphs: BTreeMap<String, u64>,
    /// Subjects and resources that were held in memory, for joins and lookups. Nothing else grows.
    pub held: u64,
    /// The first triples as N-Quads, as many as were asked for.
    pub examples: Vec<String>,
    /// What people should know: keys of joins without partner, references that never had a value.
    pub remarks: Vec<String>,
}

/// Where quads go.
pub(super) type Outlet = SyncSender<Result<Vec<Quad>, KgError>>;

/// Everything that a run needs besides the mapping.
pub(super) struct Job<'a> {
    pub(super) files: &'a Files,
    pub(super) graph: Option<&'a KnowledgeGraph>,
    pub(super) default_graph: &'a NamedNode,
    pub(super) examples: usize,
    pub(super) progress: Option<MappingProgress>,
}

/// Runs a mapping and sends its quads; an error goes the same way, as the last thing. Without an
/// outlet the quads are counted only.
pub(super) fn run(
    mapping: &Mapping,
    job: &Job<'_>,
    outlet: Option<Outlet>,
) -> Result<MappingReport, KgError> {
    let error_outlet = outlet.clone();
    match produce(mapping, job, outlet) {
        Ok(report) => Ok(report),
        Err(Halt::Unwanted) => Ok(MappingReport::default()),
        Err(Halt::Error(error)) => match error_outlet {
            None => Err(error),
            Some(outlet) => {
                // If nobody listens any more, they have an error of their own to tell.
                let _ = outlet.send(Err(error));
                Ok(MappingReport::default())
            }
        },
    }
}

fn produce(
    mapping: &Mapping,
    job: &Job<'_>,
    outlet: Option<Outlet>,
) -> Result<MappingReport, Halt> {
    let run = Run::prepare(mapping, job.files, job.graph)?;
    let mut emitter = Emitter {
        run: &run,
        job,
        outlet,
        batch: Vec::with_capacity(BATCH),
        report: MappingReport::default(),
        predicates: HashMap::new(),
        graphs: HashMap::new(),
        last: vec![None; mapping.maps.len()],
        repeats: mapping
            .maps
            .iter()
            .map(TriplesMap::repeats_itself)
            .collect(),
    };
    let writers = (0..mapping.maps.len()).filter(|&map| mapping.maps[map].writes());
    for (source, maps) in by_source(mapping, writers, |map| map) {
        let files = read(mapping, source, &maps, job.files, &mut emitter)?;
        if files == 0 {
            emitter
                .report
                .remarks
                .push(format!("{}: not there, and optional", source.path));
        }
    }
    emitter.send()?;
    Ok(emitter.finish()?)
}

fn nothing(mapping: &Mapping, report: &MappingReport, remarks: &[String]) -> KgError {
    let mut message = format!("it made no triples of {} rows", report.rows);
    for remark in remarks.iter().take(3) {
        message.push_str("\n  ");
        message.push_str(remark);
    }
    message.push_str("\nhint: check its references and conditions against the data");
    KgError::Mapping {
        place: mapping.file.clone(),
        message,
    }
}

impl TriplesMap {
    /// Whether it makes triples itself, and is not there for joins only.
    pub(super) fn writes(&self) -> bool {
        !self.classes.is_empty() || !self.properties.is_empty()
    }
}

struct Emitter<'a> {
    run: &'a Run<'a>,
    job: &'a Job<'a>,
    outlet: Option<Outlet>,
    batch: Vec<Quad>,
    report: MappingReport,
    predicates: HashMap<NamedNode, u64>,
    graphs: HashMap<GraphName, u64>,
    /// By triples map: the last subject, where an equal one means equal triples.
    last: Vec<Option<Vec<Term>>>,
    repeats: Vec<bool>,
}

impl Visitor for Emitter<'_> {
    fn progress(&mut self) {
        self.report.rows += 1;
        if let Some(progress) = &self.job.progress
            && self.report.rows.is_multiple_of(PROGRESS_EVERY)
        {
            progress(self.report.rows, self.report.triples);
        }
    }

    fn row(&mut self, map: usize, row: &Row<'_>) -> Result<(), Halt> {
        let fail = |fault: Fault| Halt::Error(record_error(fault, row.place));
        let index = map;
        let map = &self.run.mapping.maps[index];
        if !all_hold(&map.when, row, self.run).map_err(fail)? {
            return Ok(());
        }
        let subjects = map.subject.terms(row, self.run).map_err(fail)?;
        if subjects.is_empty() || self.last[index].as_ref() == Some(&subjects) {
            return Ok(());
        }
        if self.repeats[index] {
            self.last[index] = Some(subjects.clone());
        }
        let graphs = self.graph_names(&map.graphs, row).map_err(fail)?;
        for subject in subjects {
            let Some(subject) = as_subject(subject) else {
                return Err(fail(Fault {
                    column: String::new(),
                    value: None,
                    message: format!("the subject of {} is no resource", map.name),
                }));
            };
            for class in &map.classes {
                self.emit(
                    &subject,
                    &rdf::TYPE.into_owned(),
                    &class.clone().into(),
                    &graphs,
                )?;
            }
            for property in &map.properties {
                self.property(&subject, property, &graphs, row)?;
            }
        }
        Ok(())
    }
}

impl Emitter<'_> {
    /// The report, unless there is nothing to report.
    fn finish(self) -> Result<MappingReport, KgError> {
        let mut report = self.report;
        let remarks = self.run.remarks();
        if report.triples == 0 {
            return Err(nothing(self.run.mapping, &report, &remarks));
        }
        report.held = self.run.held();
        report.remarks.extend(remarks);
        let predicates = self.predicates.into_iter();
        report.predicates = predicates
            .map(|(predicate, count)| (predicate.into_string(), count))
            .collect();
        let graphs = self.graphs.into_iter();
        report.graphs = graphs
            .map(|(graph, count)| (graph.to_string().trim_matches(['<', '>']).to_owned(), count))
            .collect();
        Ok(report)
    }

    fn property(
        &mut self,
        subject: &NamedOrBlankNode,
        property: &PropertyMap,
        subject_graphs: &[GraphName],
        row: &Row<'_>,
    ) -> Result<(), Halt> {
        let fail = |fault: Fault| Halt::Error(record_error(fault, row.place));
        if !all_hold(&property.when, row, self.run).map_err(fail)? {
            return Ok(());
        }
        let mut own_graphs = Vec::new();
        let graphs = if property.graphs.is_empty() {
            subject_graphs
        } else {
            own_graphs.extend(self.graph_names(&property.graphs, row).map_err(fail)?);
            own_graphs.extend(subject_graphs.iter().cloned());
            &own_graphs
        };
        for object_map in &property.objects {
            for object in object_map.terms(row, self.run).map_err(fail)? {
                for predicate_map in &property.predicates {
                    for predicate in predicate_map.terms(row, self.run).map_err(fail)? {
                        let Term::NamedNode(predicate) = predicate else {
                            return Err(fail(Fault {
                                column: String::new(),
                                value: Some(predicate.to_string()),
                                message: "is no predicate: it must be an IRI".to_owned(),
                            }));
                        };
                        self.emit(subject, &predicate, &object, graphs)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The graphs that graph maps name; none means the default.
    fn graph_names(&self, maps: &[TermMap], row: &Row<'_>) -> Result<Vec<GraphName>, Fault> {
        let mut names = Vec::new();
        for map in maps {
            for term in map.terms(row, self.run)? {
                match term {
                    Term::NamedNode(node) if is_default_graph(&node) => {
                        names.push(self.job.default_graph.clone().into());
                    }
                    Term::NamedNode(node) => names.push(node.into()),
                    other => {
                        return Err(Fault {
                            column: String::new(),
                            value: Some(other.to_string()),
                            message: "is no graph: it must be an IRI".to_owned(),
                        });
                    }
                }
            }
        }
        Ok(names)
    }

    fn emit(
        &mut self,
        subject: &NamedOrBlankNode,
        predicate: &NamedNode,
        object: &Term,
        graphs: &[GraphName],
    ) -> Result<(), Halt> {
        if graphs.is_empty() {
            let graph: GraphName = self.job.default_graph.clone().into();
            return self.push(Quad::new(
                subject.clone(),
                predicate.clone(),
                object.clone(),
                graph,
            ));
        }
        for graph in graphs {
            self.push(Quad::new(
                subject.clone(),
                predicate.clone(),
                object.clone(),
                graph.clone(),
            ))?;
        }
        Ok(())
    }

    fn push(&mut self, quad: Quad) -> Result<(), Halt> {
        self.report.triples += 1;
        if self.report.examples.len() < self.job.examples {
            self.report.examples.push(format!("{quad} ."));
        }
        count(&mut self.predicates, &quad.predicate);
        count(&mut self.graphs, &quad.graph_name);
        if self.outlet.is_some() {
            self.batch.push(quad);
            if self.batch.len() == BATCH {
                self.send()?;
            }
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), Halt> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        match &self.outlet {
            Some(outlet) if !batch.is_empty() => outlet.send(Ok(batch)).map_err(|_| Halt::Unwanted),
            _ => Ok(()),
        }
    }
}

fn count<K: Clone + Eq + std::hash::Hash>(counts: &mut HashMap<K, u64>, key: &K) {
    match counts.get_mut(key) {
        Some(count) => *count += 1,
        None => {
            counts.insert(key.clone(), 1);
        }
    }
}

fn as_subject(term: Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::BlankNode(node) => Some(node.into()),
        _ => None,
    }
}

fn is_default_graph(node: &NamedNode) -> bool {
    terms::name(node.as_str()) == Name::Known("defaultGraph".to_owned())
}
