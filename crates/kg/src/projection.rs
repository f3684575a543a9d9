//! The view of a graph that a profile describes: nodes, relations, edges, words, numbers.
//!
//! Nodes are ordered by kind and IRI and edges by their ends, so that equal data
//! gives an equal projection in whatever order it was loaded.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxigraph::model::{Literal, NamedOrBlankNode, Term};

use crate::profile::{LinkRule, UtteranceRule, named};
use crate::{KgError, KnowledgeGraph, Matching, Profile};

/// What a node is for the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProjectedKind {
    /// Can be recommended.
    Item,
    /// Anything else that facts lead to.
    Entity,
    /// An exchange about items.
    Conversation,
    /// Somebody who rated items.
    User,
}

/// One node with all that the engine needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectedNode {
    /// Its IRI.
    pub iri: String,
    /// What it is for the engine.
    pub kind: ProjectedKind,
    /// What an instance of its class is called: "person".
    pub class: String,
    /// How its labels are matched.
    pub matching: Matching,
    /// Whether asking for it is a condition.
    pub strict: bool,
    /// Its name; the last part of the IRI if it has none.
    pub label: String,
    /// Its other names, sorted.
    pub aliases: Vec<String>,
    /// Its texts: of an item in alphabetic order, of a conversation in the order of turns.
    pub texts: Vec<String>,
    /// The number that tells it from others of the same name.
    pub qualifier: Option<i32>,
    /// Filter name → number.
    pub values: BTreeMap<String, f64>,
}

/// A relation between nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectedRelation {
    /// IRI of the property, or of the class of link nodes.
    pub iri: String,
    /// Read forward: "directed by".
    pub name: String,
    /// Read backward: "directed".
    pub inverse_name: String,
    /// Weight in the walk.
    pub weight: f32,
    /// Whether it is walked.
    pub walk: bool,
}

/// An edge between two nodes of [`Projection::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectedEdge {
    /// Position of the start.
    pub from: u32,
    /// Position of the relation in [`Projection::relations`].
    pub relation: u16,
    /// Position of the end.
    pub to: u32,
    /// 1 liked, -1 disliked, 0 a plain fact or a neutral mention.
    pub polarity: i8,
}

/// A graph, seen through its profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// All nodes, by kind and IRI.
    pub nodes: Vec<ProjectedNode>,
    /// All relations, in the order of the profile: edges, then links.
    pub relations: Vec<ProjectedRelation>,
    /// All edges, sorted, each once.
    pub edges: Vec<ProjectedEdge>,
}

impl KnowledgeGraph {
    /// Projects the whole store through `profile`.
    ///
    /// Statements about blank nodes and edges to literals are not projected, nor are facts about
    /// nodes of no declared class.
    ///
    /// # Errors
    /// [`KgError::Storage`] if reading fails; [`KgError::Profile`] if a value that should be a
    /// number is none, naming node and property.
    pub fn project(&self, profile: &Profile) -> Result<Projection, KgError> {
        let mut projector = Projector {
            graph: self,
            profile,
            positions: HashMap::new(),
            nodes: Vec::new(),
            relations: Vec::new(),
            edges: BTreeMap::new(),
        };
        projector.collect_nodes()?;
        projector.collect_edges()?;
        for rule in &profile.links {
            projector.collect_links(rule)?;
        }
        projector.collect_words()?;
        projector.collect_numbers()?;
        for rule in &profile.utterances {
            projector.collect_utterances(rule)?;
        }
        Ok(projector.finish())
    }
}

struct Projector<'a> {
    graph: &'a KnowledgeGraph,
    profile: &'a Profile,
    positions: HashMap<String, u32>,
    nodes: Vec<ProjectedNode>,
    relations: Vec<ProjectedRelation>,
    /// (from, relation, to) → sum of the polarities of all that is said of it
    edges: BTreeMap<(u32, u16, u32), i32>,
}

impl Projector<'_> {
    fn collect_nodes(&mut self) -> Result<(), KgError> {
        let profile = self.profile;
        for class in &profile.items {
            self.add_class(
                class,
                ProjectedKind::Item,
                &profile.item_name,
                Matching::Title,
                false,
            )?;
        }
        for class in &profile.conversations {
            self.add_class(
                class,
                ProjectedKind::Conversation,
                "conversation",
                Matching::Phrase,
                false,
            )?;
        }
        for class in &profile.users {
            self.add_class(class, ProjectedKind::User, "user", Matching::Phrase, false)?;
        }
        for rule in &profile.classes {
            self.add_class(
                &rule.class,
                ProjectedKind::Entity,
                &rule.name,
                rule.matching,
                rule.strict,
            )?;
        }
        Ok(())
    }

    fn add_class(
        &mut self,
        class: &str,
        kind: ProjectedKind,
        name: &str,
        matching: Matching,
        strict: bool,
    ) -> Result<(), KgError> {
        let class = named(class)?;
        let graph = self.graph;
        graph.for_instances(class.as_ref(), |instance| {
            if let NamedOrBlankNode::NamedNode(node) = instance {
                self.add_node(node.into_string(), kind, name, matching, strict);
            }
        })
    }

    /// The first class that claims a node keeps it: items before conversations, users, others.
    fn add_node(
        &mut self,
        iri: String,
        kind: ProjectedKind,
        class: &str,
        matching: Matching,
        strict: bool,
    ) -> u32 {
        let next = self.nodes.len() as u32;
        let position = *self.positions.entry(iri.clone()).or_insert(next);
        if position == next {
            self.nodes.push(ProjectedNode {
                iri,
                kind,
                class: class.to_owned(),
                matching,
                strict,
                label: String::new(),
                aliases: Vec::new(),
                texts: Vec::new(),
                qualifier: None,
                values: BTreeMap::new(),
            });
        }
        position
    }

    fn collect_edges(&mut self) -> Result<(), KgError> {
        // A fact starts at a node of a declared class; what it leads to may be of none. Facts about
        // those would be taken or left according to the order in which they are read.
        let declared = self.nodes.len() as u32;
        for rule in &self.profile.edges {
            let relation = self.relation(
                &rule.property,
                &rule.name,
                &rule.inverse_name,
                rule.weight,
                rule.walk,
            );
            let mut found = Vec::new();
            self.for_each(&rule.property, |subject, object| {
                if let (NamedOrBlankNode::NamedNode(from), Term::NamedNode(to)) = (subject, object)
                {
                    found.push((from.into_string(), to.into_string()));
                }
                Ok(())
            })?;
            for (from, to) in found {
                let from = self.positions.get(&from).copied();
                if let Some(from) = from.filter(|&from| from < declared) {
                    let to =
                        self.add_node(to, ProjectedKind::Entity, "entity", Matching::Phrase, false);
                    self.edges.entry((from, relation, to)).or_insert(0);
                }
            }
        }
        Ok(())
    }

    fn collect_links(&mut self, rule: &LinkRule) -> Result<(), KgError> {
        let relation = self.relation(
            &rule.class,
            &rule.name,
            &rule.inverse_name,
            rule.weight,
            true,
        );
        // Looking up names takes most of the time, and two can look at once.
        let ((from, to), (values, links)) = rayon::join(
            || (self.objects(&rule.from), self.objects(&rule.to)),
            || {
                (
                    self.numbers_if(rule.value.as_ref()),
                    self.instances(&rule.class),
                )
            },
        );
        let (from, to, values) = (from?, to?, values?);
        for link in links? {
            let (Some(from), Some(to)) = (from.get(&link), to.get(&link)) else {
                continue;
            };
            let (Some(&from), Some(&to)) = (self.positions.get(from), self.positions.get(to))
            else {
                continue;
            };
            let polarity = match values.get(&link) {
                Some(value) if *value >= rule.positive_from => 1,
                Some(value) if *value <= rule.negative_to => -1,
                _ => 0,
            };
            // Said twice is said once: counts help nobody. A feeling outweighs none, and of opposite
            // feelings the more frequent wins. Only a sum does not depend on the order of the links.
            *self.edges.entry((from, relation, to)).or_insert(0) += polarity;
        }
        Ok(())
    }

    fn relation(
        &mut self,
        iri: &str,
        name: &str,
        inverse_name: &str,
        weight: f32,
        walk: bool,
    ) -> u16 {
        self.relations.push(ProjectedRelation {
            iri: iri.to_owned(),
            name: name.to_owned(),
            inverse_name: inverse_name.to_owned(),
            weight,
            walk,
        });
        (self.relations.len() - 1) as u16
    }

    fn collect_words(&mut self) -> Result<(), KgError> {
        let profile = self.profile;
        let mut labels: BTreeMap<u32, BTreeSet<(u8, String)>> = BTreeMap::new();
        for property in &profile.labels {
            self.for_literals(property, |position, literal| {
                labels
                    .entry(position)
                    .or_default()
                    .insert((language_rank(&literal), literal.value().to_owned()));
                Ok(())
            })?;
        }
        let mut aliases: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        for property in &profile.aliases {
            self.for_literals(property, |position, literal| {
                aliases
                    .entry(position)
                    .or_default()
                    .insert(literal.value().to_owned());
                Ok(())
            })?;
        }
        // The best label names the node; those in other languages are further names.
        for (position, names) in labels {
            let mut names = names.into_iter().map(|(_, name)| name);
            if let Some(label) = names.next() {
                self.nodes[position as usize].label = label;
            }
            aliases.entry(position).or_default().extend(names);
        }
        for (position, names) in aliases {
            let node = &mut self.nodes[position as usize];
            node.aliases = names
                .into_iter()
                .filter(|name| *name != node.label)
                .collect();
        }
        let mut texts: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        for property in &profile.texts {
            self.for_literals(property, |position, literal| {
                texts
                    .entry(position)
                    .or_default()
                    .insert(literal.value().to_owned());
                Ok(())
            })?;
        }
        for (position, values) in texts {
            self.nodes[position as usize].texts = values.into_iter().collect();
        }
        for node in &mut self.nodes {
            if node.label.is_empty() {
                node.label = local_name(&node.iri);
            }
        }
        Ok(())
    }

    fn collect_numbers(&mut self) -> Result<(), KgError> {
        let profile = self.profile;
        if let Some(property) = &profile.qualifier {
            for (iri, value) in self.numbers(property)? {
                if let Some(&position) = self.positions.get(&iri) {
                    self.nodes[position as usize].qualifier = Some(value as i32);
                }
            }
        }
        for filter in &profile.filters {
            for (iri, value) in self.numbers(&filter.property)? {
                if let Some(&position) = self.positions.get(&iri) {
                    self.nodes[position as usize]
                        .values
                        .insert(filter.name.clone(), value);
                }
            }
        }
        Ok(())
    }

    fn collect_utterances(&mut self, rule: &UtteranceRule) -> Result<(), KgError> {
        let text = |object| match object {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        };
        let ((conversation, order), (texts, turns)) = rayon::join(
            || {
                (
                    self.objects(&rule.from),
                    self.numbers_if(rule.order.as_ref()),
                )
            },
            || {
                (
                    self.first_objects(&rule.text, text),
                    self.instances(&rule.class),
                )
            },
        );
        let (conversation, order, mut texts) = (conversation?, order?, texts?);
        let mut spoken: BTreeMap<u32, Vec<(f64, String, String)>> = BTreeMap::new();
        for turn in turns? {
            let position = conversation
                .get(&turn)
                .and_then(|iri| self.positions.get(iri));
            if let (Some(&position), Some(text)) = (position, texts.remove(&turn)) {
                let place = order.get(&turn).copied().unwrap_or(f64::INFINITY);
                spoken
                    .entry(position)
                    .or_default()
                    .push((place, turn, text));
            }
        }
        for (position, mut turns) in spoken {
            turns.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
            self.nodes[position as usize].texts =
                turns.into_iter().map(|(_, _, text)| text).collect();
        }
        Ok(())
    }

    /// Instances of a class of link nodes, blank ones included.
    fn instances(&self, class: &str) -> Result<BTreeSet<String>, KgError> {
        let class = named(class)?;
        let mut instances = BTreeSet::new();
        self.graph.for_instances(class.as_ref(), |instance| {
            instances.insert(key(&instance));
        })?;
        Ok(instances)
    }

    /// Subject → IRI of the object.
    fn objects(&self, property: &str) -> Result<HashMap<String, String>, KgError> {
        self.first_objects(property, |object| match object {
            Term::NamedNode(object) => Some(object.into_string()),
            _ => None,
        })
    }

    /// Subject → object, as `text` puts it. Of several, the first in order, so that the result is fixed.
    fn first_objects(
        &self,
        property: &str,
        text: impl Fn(Term) -> Option<String>,
    ) -> Result<HashMap<String, String>, KgError> {
        let mut found: HashMap<String, String> = HashMap::new();
        self.for_each(property, |subject, object| {
            if let Some(object) = text(object) {
                found
                    .entry(key(&subject))
                    .and_modify(|known| {
                        if object < *known {
                            known.clone_from(&object);
                        }
                    })
                    .or_insert(object);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// [`numbers`](Self::numbers), if there is a property.
    fn numbers_if(&self, property: Option<&String>) -> Result<HashMap<String, f64>, KgError> {
        property.map_or_else(|| Ok(HashMap::new()), |property| self.numbers(property))
    }

    /// Subject → number. Of several, the smallest.
    fn numbers(&self, property: &str) -> Result<HashMap<String, f64>, KgError> {
        let mut found: HashMap<String, f64> = HashMap::new();
        self.for_each(property, |subject, object| {
            let Term::Literal(literal) = &object else {
                return Ok(());
            };
            let number = parse_number(literal).ok_or_else(|| {
                KgError::Profile(format!(
                    "<{property}> of {subject} must be a number, not {literal}"
                ))
            })?;
            found
                .entry(key(&subject))
                .and_modify(|known| *known = known.min(number))
                .or_insert(number);
            Ok(())
        })?;
        Ok(found)
    }

    fn for_literals(
        &self,
        property: &str,
        mut visit: impl FnMut(u32, Literal) -> Result<(), KgError>,
    ) -> Result<(), KgError> {
        self.for_each(property, |subject, object| {
            match (self.positions.get(&key(&subject)), object) {
                (Some(&position), Term::Literal(literal)) => visit(position, literal),
                _ => Ok(()),
            }
        })
    }

    fn for_each(
        &self,
        property: &str,
        visit: impl FnMut(NamedOrBlankNode, Term) -> Result<(), KgError>,
    ) -> Result<(), KgError> {
        self.graph.for_statements(named(property)?.as_ref(), visit)
    }

    fn finish(self) -> Projection {
        let mut order: Vec<u32> = (0..self.nodes.len() as u32).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (&self.nodes[a as usize], &self.nodes[b as usize]);
            (a.kind, &a.iri).cmp(&(b.kind, &b.iri))
        });
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old as usize] = new as u32;
        }
        let mut edges: Vec<_> = self
            .edges
            .into_iter()
            .map(|((from, relation, to), feelings)| ProjectedEdge {
                from: place[from as usize],
                relation,
                to: place[to as usize],
                polarity: feelings.signum() as i8,
            })
            .collect();
        edges.sort_unstable();
        let mut nodes: Vec<_> = self.nodes.into_iter().map(Some).collect();
        Projection {
            nodes: order
                .iter()
                .filter_map(|&old| nodes[old as usize].take())
                .collect(),
            relations: self.relations,
            edges,
        }
    }
}

/// Names a subject: the IRI, or a blank node with its prefix so that the two never clash.
fn key(subject: &NamedOrBlankNode) -> String {
    match subject {
        NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
        NamedOrBlankNode::BlankNode(node) => format!("_:{}", node.as_str()),
    }
}

/// Plain strings and English first: the words of profiles and prompts are English.
fn language_rank(literal: &Literal) -> u8 {
    match literal.language() {
        None => 0,
        Some(tag) if tag == "en" || tag.starts_with("en-") => 1,
        Some(_) => 2,
    }
}

/// Numbers, and the year at the start of dates.
pub(crate) fn parse_number(literal: &Literal) -> Option<f64> {
    let text = literal.value().trim();
    let datatype = literal.datatype().as_str();
    if datatype.ends_with("#date")
        || datatype.ends_with("#dateTime")
        || datatype.ends_with("#gYear")
    {
        return text.get(..4)?.parse().ok();
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn local_name(iri: &str) -> String {
    iri.rsplit(['/', '#', ':'])
        .next()
        .unwrap_or(iri)
        .replace(['_', '-'], " ")
}
