//! One pass over the data, for all checks of the profile.

use std::collections::{BTreeMap, HashMap, HashSet};

use oxigraph::model::{GraphName, NamedOrBlankNode, Term};

use crate::vocabulary::{ONTOLOGY_GRAPH, RDF_TYPE};
use crate::{KgError, KnowledgeGraph, Profile};

/// What is known of one item or other linkable thing.
#[derive(Debug, Default)]
pub(super) struct Thing {
    /// Class that the profile knows, the first by name.
    pub(super) class: Option<String>,
    pub(super) is_item: bool,
    pub(super) labels: Vec<String>,
    pub(super) qualifier: Option<String>,
    pub(super) edges: usize,
}

/// What the data holds, as far as the profile is concerned.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) predicates: BTreeMap<String, u64>,
    pub(super) classes: BTreeMap<String, u64>,
    pub(super) things: BTreeMap<String, Thing>,
    /// Subject, property and value of literals that a filter cannot read as a number.
    pub(super) not_numbers: Vec<(String, String, String)>,
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
        let edges: HashSet<&str> = profile
            .edges
            .iter()
            .map(|edge| edge.property.as_str())
            .collect();
        let filters: HashSet<&str> = profile
            .filters
            .iter()
            .map(|filter| filter.property.as_str())
            .collect();
        let labels: HashSet<&str> = profile.labels.iter().map(String::as_str).collect();
        let items: HashSet<&str> = profile.items.iter().map(String::as_str).collect();
        let classes: HashSet<&str> = profile
            .classes
            .iter()
            .map(|class| class.class.as_str())
            .chain(items.iter().copied())
            .collect();
        let mut survey = Self::default();
        let mut schemes: HashMap<String, u8> = HashMap::new();
        let mut described: HashSet<String> = HashSet::new();
        let mut targets: BTreeMap<String, String> = BTreeMap::new();
        for quad in &graph.store {
            let quad = quad?;
            if is_ontology(&quad.graph_name) {
                continue;
            }
            let predicate = quad.predicate.as_str();
            note_scheme(&mut schemes, predicate);
            *survey.predicates.entry(predicate.to_owned()).or_default() += 1;
            let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
                continue;
            };
            note_scheme(&mut schemes, subject.as_str());
            described.insert(subject.as_str().to_owned());
            if let Term::NamedNode(object) = &quad.object {
                note_scheme(&mut schemes, object.as_str());
            }
            let is_type = quad.predicate.as_ref() == RDF_TYPE;
            match &quad.object {
                Term::NamedNode(class) if is_type => {
                    *survey.classes.entry(class.as_str().to_owned()).or_default() += 1;
                    if classes.contains(class.as_str()) {
                        let thing = survey
                            .things
                            .entry(subject.as_str().to_owned())
                            .or_default();
                        thing.is_item |= items.contains(class.as_str());
                        let name = class.as_str().to_owned();
                        thing.class =
                            Some(thing.class.take().map_or(name.clone(), |old| old.min(name)));
                    }
                }
                Term::NamedNode(object) if edges.contains(predicate) => {
                    for end in [subject.as_str(), object.as_str()] {
                        survey.things.entry(end.to_owned()).or_default().edges += 1;
                    }
                    targets
                        .entry(object.as_str().to_owned())
                        .or_insert_with(|| subject.as_str().to_owned());
                }
                Term::Literal(literal) => {
                    let thing = survey.things.entry(subject.as_str().to_owned());
                    if labels.contains(predicate) {
                        thing.or_default().labels.push(literal.value().to_owned());
                    } else if profile.qualifier.as_deref() == Some(predicate) {
                        thing.or_default().qualifier = Some(literal.value().to_owned());
                    }
                    let number = literal.value().trim().parse::<f64>();
                    if filters.contains(predicate) && !number.is_ok_and(f64::is_finite) {
                        survey.not_numbers.push((
                            subject.as_str().to_owned(),
                            predicate.to_owned(),
                            literal.value().to_owned(),
                        ));
                    }
                }
                _ => {}
            }
        }
        survey.dangling = targets
            .into_iter()
            .filter(|(object, _)| !described.contains(object))
            .collect();
        survey.two_schemes = schemes
            .into_iter()
            .filter(|&(_, seen)| seen == HTTP | HTTPS)
            .map(|(iri, _)| iri)
            .collect();
        survey.two_schemes.sort();
        survey.not_numbers.sort();
        Ok(survey)
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
