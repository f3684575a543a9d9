//! From the statements of a mapping file to a [`Mapping`].

mod condition;
mod expression;
mod source;
mod terms;

use std::collections::BTreeMap;
use std::path::Path;

use fs_err as fs;
use oxigraph::model::{NamedNode, Term};

use super::document::Document;
use super::model::{
    Expression, Format, JoinTable, LookupRule, Mapping, PropertyMap, TermMap, TriplesMap,
};
use super::node::Node;
use super::parameters::{Parameter, Parameters};
use super::reference::Dialect;
use crate::KgError;
use terms::{Role, TERM_MAP};

impl Mapping {
    /// Reads a mapping file, with values for its parameters.
    ///
    /// # Errors
    /// [`KgError::Mapping`] with the line if the file says something that is not understood, a misspelt
    /// name among it; [`KgError::Io`].
    pub fn read(
        path: impl AsRef<Path>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, KgError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)?;
        Self::parse(&text, &path.display().to_string(), parameters)
    }

    /// Reads a mapping from a string; `file` stands for it in errors.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(
        turtle: &str,
        file: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, KgError> {
        let document = Document::parse(turtle, file)?;
        let parameters = Parameters::read(&document, parameters)?;
        let nodes = document.triples_maps();
        if nodes.is_empty() {
            return Err(document.error(
                None,
                "there is no triples map in it\nhint: one has an rml:logicalSource and an rr:subjectMap",
            ));
        }
        let mut reader = Reader {
            parameters,
            names: nodes.iter().map(Node::term).collect(),
            sources: Vec::new(),
            joins: Vec::new(),
            parents: Vec::new(),
            depth: 0,
            lookups: Vec::new(),
        };
        for node in &nodes {
            node.only("a triples map", TRIPLES_MAP)?;
            reader.sources.push(reader.logical_source(node)?);
        }
        let mut maps = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            maps.push(reader.triples_map(node, index)?);
        }
        let Reader {
            joins,
            lookups,
            parameters,
            parents,
            ..
        } = reader;
        document.check_all_read()?;
        let mapping = Self {
            file: document.file().to_owned(),
            maps,
            joins,
            lookups,
            parameters: parameters.declared,
        };
        mapping.check_depths(&document)?;
        mapping.check_parents(&document, &parents)?;
        Ok(mapping)
    }

    /// What can be set.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// No reference may go further up than there are levels.
    fn check_depths(&self, document: &Document) -> Result<(), KgError> {
        for map in &self.maps {
            let each = map.each.iter().map(|each| (each, map.depth() - 1));
            let rest = map.expressions().into_iter().map(|one| (one, map.depth()));
            for (expression, depth) in each.chain(rest) {
                check_depth(document, map, expression, depth)?;
            }
        }
        Ok(())
    }

    /// The triples maps that are joined to must not need a join themselves, to find their subjects.
    fn check_parents(&self, document: &Document, parents: &[usize]) -> Result<(), KgError> {
        for &parent in parents {
            let map = &self.maps[parent];
            if map.subject_needs_join() {
                return Err(document.error(
                    Some(map.name.trim_matches(['<', '>'])),
                    format!(
                        "{} is joined to, so its own subject and conditions cannot come from a join",
                        map.name
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn check_depth(
    document: &Document,
    map: &TriplesMap,
    expression: &Expression,
    depth: usize,
) -> Result<(), KgError> {
    for reference in expression.references() {
        if reference.levels_up() >= depth {
            return Err(document.error(
                Some(&reference.written),
                format!(
                    "\"{}\" goes up {} levels, and in {} only {} are above a row",
                    reference.written,
                    reference.levels_up(),
                    map.name,
                    depth - 1
                ),
            ));
        }
    }
    match &expression.replace {
        Some(replace) => check_depth(document, map, &replace.with, depth + 1),
        None => Ok(()),
    }
}

const TRIPLES_MAP: &[&str] = &[
    "logicalSource",
    "subjectMap",
    "subject",
    "predicateObjectMap",
];
const PROPERTY_MAP: &[&str] = &[
    "predicate",
    "predicateMap",
    "object",
    "objectMap",
    "graph",
    "graphMap",
    "tm:when",
    "tm:unless",
];

/// The reader's state: the document, and what has been read of it.
struct Reader {
    parameters: Parameters,
    /// The triples maps, in the order of [`Mapping::maps`].
    names: Vec<Term>,
    sources: Vec<source::LogicalSource>,
    joins: Vec<JoinTable>,
    /// Triples maps that are joined to.
    parents: Vec<usize>,
    /// How far descriptions inside each other go at the moment.
    depth: usize,
    lookups: Vec<LookupRule>,
}

/// Descriptions inside each other; more than this must lead back to where they began.
const MAX_DEPTH: usize = 40;

impl Reader {
    /// Reads a description inside another one.
    fn inside<T>(
        &mut self,
        node: &Node<'_>,
        read: impl FnOnce(&mut Self) -> Result<T, KgError>,
    ) -> Result<T, KgError> {
        if self.depth == MAX_DEPTH {
            return Err(node.document().error(
                None,
                format!(
                    "{} is the {MAX_DEPTH}th description inside another\nhint: does it lead back to itself?",
                    node.label()
                ),
            ));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// How references of a triples map are written.
    fn dialect(&self, map: usize) -> Dialect {
        match self.sources[map].source.format {
            Format::Table { .. } => Dialect::Table,
            Format::Json => Dialect::Json,
        }
    }

    fn triples_map(&mut self, node: &Node<'_>, index: usize) -> Result<TriplesMap, KgError> {
        let logical = &self.sources[index];
        let (source, levels) = (logical.source.clone(), logical.levels.clone());
        let source_node = source::source_node(node)?;
        let each = match source_node.child("tm:each")? {
            None => None,
            Some(each) => {
                each.only("a tm:each", expression::EXPRESSION)?;
                Some(self.expression(&each, index)?)
            }
        };
        let when = self.conditions(&source_node, index)?;
        let (subject, classes, graphs) = self.subject(node, index)?;
        let mut properties = Vec::new();
        for property in node.nodes("predicateObjectMap")? {
            properties.push(self.property_map(&property, index)?);
        }
        Ok(TriplesMap {
            name: node.label(),
            source,
            levels,
            each,
            when,
            subject,
            classes,
            graphs,
            properties,
        })
    }

    /// The subject of a triples map, with classes and graphs.
    fn subject(
        &mut self,
        node: &Node<'_>,
        index: usize,
    ) -> Result<(TermMap, Vec<NamedNode>, Vec<TermMap>), KgError> {
        match (node.child("subjectMap")?, node.one("subject")?) {
            (Some(subject), None) => {
                let allowed = [TERM_MAP, &["class", "graph", "graphMap"]].concat();
                subject.only("a subject map", &allowed)?;
                let classes = subject.all("class").into_iter();
                let classes: Result<_, _> = classes
                    .map(|class| named(&subject, "class", class))
                    .collect();
                let graphs = self.term_maps(&subject, "graph", "graphMap", Role::Graph, index)?;
                Ok((
                    self.term_map(&subject, Role::Subject, index)?,
                    classes?,
                    graphs,
                ))
            }
            (None, Some(constant)) => {
                terms::check_constant(node, "subject", constant, Role::Subject)?;
                Ok((TermMap::constant(constant.clone()), Vec::new(), Vec::new()))
            }
            _ => Err(node.error(
                "subjectMap",
                format!("{} needs one rr:subjectMap or rr:subject", node.label()),
            )),
        }
    }

    fn property_map(&mut self, node: &Node<'_>, map: usize) -> Result<PropertyMap, KgError> {
        node.only("a predicate-object map", PROPERTY_MAP)?;
        let predicates = self.term_maps(node, "predicate", "predicateMap", Role::Predicate, map)?;
        let objects = self.term_maps(node, "object", "objectMap", Role::Object, map)?;
        if predicates.is_empty() || objects.is_empty() {
            return Err(node.error(
                "predicateObjectMap",
                format!(
                    "a predicate-object map of {} needs an rr:predicate and an rr:object or rr:objectMap",
                    node.document().short(&self.names[map])
                ),
            ));
        }
        Ok(PropertyMap {
            predicates,
            objects,
            graphs: self.term_maps(node, "graph", "graphMap", Role::Graph, map)?,
            when: self.conditions(node, map)?,
        })
    }

    /// Constants under the short name and term maps under the long one.
    fn term_maps(
        &mut self,
        node: &Node<'_>,
        short: &str,
        long: &str,
        role: Role,
        map: usize,
    ) -> Result<Vec<TermMap>, KgError> {
        let mut maps = Vec::new();
        for constant in node.all(short) {
            terms::check_constant(node, short, constant, role)?;
            maps.push(TermMap::constant(constant.clone()));
        }
        for child in node.nodes(long)? {
            child.only(role.kind(), TERM_MAP)?;
            maps.push(self.term_map(&child, role, map)?);
        }
        Ok(maps)
    }
}

/// An IRI that must be one.
fn named(node: &Node<'_>, known: &str, term: &Term) -> Result<NamedNode, KgError> {
    match term {
        Term::NamedNode(name) => Ok(name.clone()),
        other => Err(node.wrong(known, "an IRI", other)),
    }
}
