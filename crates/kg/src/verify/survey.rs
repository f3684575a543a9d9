//! One pass over the data, for all checks of the profile.

use std::collections::{BTreeMap, HashMap, HashSet};

use oxigraph::model::{GraphName, Literal, NamedOrBlankNode, Quad, Term};

use crate::projection::parse_number;
use crate::vocabulary::{ONTOLOGY_GRAPH, RDF_TYPE};
use crate::{KgError, KnowledgeGraph, Profile};

/// What is known of one thing.
#[derive(Debug, Default)]
pub(super) struct Thing {
    /// Class of items and linkable things that the profile knows, the first by name.
    pub(super) class: Option<String>,
    pub(super) is_item: bool,
    /// Whether it is of any class that becomes a node, users and conversations included.
    pub(super) is_node: bool,
    pub(super) labels: Vec<String>,
    pub(super) qualifier: Option<String>,
    /// Facts, mentions and ratings.
    pub(super) edges: usize,
    /// A property of an edge that starts here.
    pub(super) starts: Option<String>,
}

/// A statement with a literal: subject as N-Triples writes it, property, value.
pub(super) type LiteralStatement = (String, String, String);

/// What the data holds, as far as the profile is concerned.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) predicates: BTreeMap<String, u64>,
    pub(super) classes: BTreeMap<String, u64>,
    pub(super) things: BTreeMap<String, Thing>,
    /// Literals that the projection wants as numbers and that are none.
    pub(super) not_numbers: Vec<LiteralStatement>,
    /// Literals where an edge should lead to a node.
    pub(super) literal_ends: Vec<LiteralStatement>,
    /// Objects of edges of which nothing is said.
    pub(super) dangling: Vec<(String, String)>,
    /// IRIs in use with http and with https, without the scheme.
    pub(super) two_schemes: Vec<String>,
}

const HTTP: u8 = 1;
const HTTPS: u8 = 2;

impl Survey {
    /// Reads every statement outside the ontologies' own graphs.
    pub(super) fn new(graph: &KnowledgeGraph, profile: &Profile) -> Result<Self, KgError> {
        let mut reader = Reader {
            terms: Terms::new(profile),
            survey: Self::default(),
            schemes: HashMap::new(),
            described: HashSet::new(),
            targets: BTreeMap::new(),
        };
        for quad in &graph.store {
            let quad = quad?;
            if is_ontology(&quad.graph_name) {
                // Individuals of an ontology, such as roles, are described there.
                reader.describe(&quad.subject);
            } else {
                reader.read(&quad);
            }
        }
        Ok(reader.finish())
    }
}

/// The profile by what it makes of a property or class.
struct Terms<'a> {
    edges: HashSet<&'a str>,
    /// Lead from a mention or rating to what it is about.
    link_ends: HashSet<&'a str>,
    numbers: HashSet<&'a str>,
    labels: HashSet<&'a str>,
    qualifier: Option<&'a str>,
    items: HashSet<&'a str>,
    /// Items and what can be linked.
    named: HashSet<&'a str>,
    people: HashSet<&'a str>,
}

impl<'a> Terms<'a> {
    fn new(profile: &'a Profile) -> Self {
        let set = |list: &'a [String]| list.iter().map(String::as_str).collect::<HashSet<_>>();
        let links = &profile.links;
        let utterances = &profile.utterances;
        let items = set(&profile.items);
        let classes = profile.classes.iter().map(|class| class.class.as_str());
        let filters = profile.filters.iter().map(|rule| rule.property.as_str());
        Self {
            edges: profile
                .edges
                .iter()
                .map(|rule| rule.property.as_str())
                .collect(),
            link_ends: links.iter().map(|rule| rule.to.as_str()).collect(),
            numbers: filters
                .chain(profile.qualifier.as_deref())
                .chain(links.iter().filter_map(|rule| rule.value.as_deref()))
                .chain(utterances.iter().filter_map(|rule| rule.order.as_deref()))
                .collect(),
            labels: set(&profile.labels),
            qualifier: profile.qualifier.as_deref(),
            named: classes.chain(items.iter().copied()).collect(),
            items,
            people: &set(&profile.users) | &set(&profile.conversations),
        }
    }
}

struct Reader<'a> {
    terms: Terms<'a>,
    survey: Survey,
    schemes: HashMap<String, u8>,
    described: HashSet<String>,
    /// Object of an edge → a subject.
    targets: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn describe(&mut self, subject: &NamedOrBlankNode) {
        if let NamedOrBlankNode::NamedNode(subject) = subject {
            self.described.insert(subject.as_str().to_owned());
        }
    }

    fn thing(&mut self, iri: &str) -> &mut Thing {
        self.survey.things.entry(iri.to_owned()).or_default()
    }

    fn read(&mut self, quad: &Quad) {
        let predicate = quad.predicate.as_str();
        note_scheme(&mut self.schemes, predicate);
        let known = self.survey.predicates.entry(predicate.to_owned());
        *known.or_default() += 1;
        self.describe(&quad.subject);
        if let NamedOrBlankNode::NamedNode(subject) = &quad.subject {
            note_scheme(&mut self.schemes, subject.as_str());
        }
        match &quad.object {
            Term::NamedNode(object) => {
                note_scheme(&mut self.schemes, object.as_str());
                self.read_link(quad, object.as_str());
            }
            Term::Literal(literal) => self.read_literal(quad, literal),
            Term::BlankNode(_) | Term::Triple(_) => {}
        }
    }

    fn read_link(&mut self, quad: &Quad, object: &str) {
        let predicate = quad.predicate.as_str();
        if self.terms.link_ends.contains(predicate) {
            self.thing(object).edges += 1;
        }
        let is_type = quad.predicate.as_ref() == RDF_TYPE;
        if is_type {
            // Mentions, ratings and turns may be blank nodes.
            let known = self.survey.classes.entry(object.to_owned());
            *known.or_default() += 1;
        }
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            return;
        };
        let subject = subject.as_str();
        if is_type {
            self.read_type(subject, object);
        } else if self.terms.edges.contains(predicate) {
            self.thing(object).edges += 1;
            let start = self.thing(subject);
            start.edges += 1;
            start.starts.get_or_insert_with(|| predicate.to_owned());
            self.targets
                .entry(object.to_owned())
                .or_insert_with(|| subject.to_owned());
        }
    }

    fn read_type(&mut self, subject: &str, class: &str) {
        let is_item = self.terms.items.contains(class);
        if self.terms.named.contains(class) {
            let thing = self.thing(subject);
            thing.is_node = true;
            thing.is_item |= is_item;
            let name = class.to_owned();
            thing.class = Some(thing.class.take().map_or(name.clone(), |old| old.min(name)));
        } else if self.terms.people.contains(class) {
            self.thing(subject).is_node = true;
        }
    }

    fn read_literal(&mut self, quad: &Quad, literal: &Literal) {
        let predicate = quad.predicate.as_str();
        let statement = || {
            (
                quad.subject.to_string(),
                predicate.to_owned(),
                literal.value().to_owned(),
            )
        };
        if self.terms.numbers.contains(predicate) && parse_number(literal).is_none() {
            self.survey.not_numbers.push(statement());
        }
        if self.terms.edges.contains(predicate) {
            self.survey.literal_ends.push(statement());
        }
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            return;
        };
        if self.terms.labels.contains(predicate) {
            let label = literal.value().to_owned();
            self.thing(subject.as_str()).labels.push(label);
        } else if self.terms.qualifier == Some(predicate) {
            self.thing(subject.as_str()).qualifier = Some(literal.value().to_owned());
        }
    }

    fn finish(self) -> Survey {
        let mut survey = self.survey;
        let described = self.described;
        survey.dangling = self
            .targets
            .into_iter()
            .filter(|(object, _)| !described.contains(object))
            .collect();
        survey.two_schemes = self
            .schemes
            .into_iter()
            .filter(|&(_, seen)| seen == HTTP | HTTPS)
            .map(|(iri, _)| iri)
            .collect();
        survey.two_schemes.sort();
        survey.not_numbers.sort();
        survey.literal_ends.sort();
        survey
    }
}

fn is_ontology(graph: &GraphName) -> bool {
    matches!(graph, GraphName::NamedNode(node) if node.as_str().starts_with(ONTOLOGY_GRAPH))
}

fn note_scheme(schemes: &mut HashMap<String, u8>, iri: &str) {
    let (rest, scheme) = if let Some(rest) = iri.strip_prefix("https://") {
        (rest, HTTPS)
    } else if let Some(rest) = iri.strip_prefix("http://") {
        (rest, HTTP)
    } else {
        return;
    };
    match schemes.get_mut(rest) {
        Some(seen) => *seen |= scheme,
        None => {
            schemes.insert(rest.to_owned(), scheme);
        }
    }
}
