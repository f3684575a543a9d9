//! The projection profile: RDF statements that say how an ontology becomes a graph.
//!
//! The vocabulary is documented in `ontologies/profile/ontology.ttl`. All resources
//! of class `tp:Profile` in the store are read and added up, so that a domain
//! (movies) and what people do with it (interactions) are described apart.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term};
use oxigraph::store::Store;
use serde::{Deserialize, Serialize};

use crate::vocabulary::{PROFILE, RDF_TYPE};
use crate::{KgError, KnowledgeGraph};

/// The place of an edge that names none: after all that do.
const DEFAULT_PRIORITY: i32 = 100;

/// How the labels of a class are found in what a person writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// Titles of items; common words need a cue.
    Title,
    /// Names of people; the last word may stand for the whole.
    Name,
    /// Proper names that are only given in full.
    Phrase,
    /// Everyday words, in singular and plural.
    Term,
}

/// A class whose instances may be linked in text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassRule {
    /// IRI of the class.
    pub class: String,
    /// What an instance is called: "person".
    pub name: String,
    /// How its labels are matched.
    pub matching: Matching,
    /// Whether asking for an instance is a condition rather than a taste.
    pub strict: bool,
}

/// A property that becomes an edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EdgeRule {
    /// IRI of the property.
    pub property: String,
    /// Read from subject to object: "directed by".
    pub name: String,
    /// Read from object to subject: "directed".
    pub inverse_name: String,
    /// Weight in the walk, above 0.
    pub weight: f32,
    /// Edges of a lower number are told first where facts are listed.
    pub priority: i32,
    /// Whether the edge is walked, or only filtered by and explained with.
    pub walk: bool,
}

/// A class of nodes that stand for an edge, such as mentions and ratings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkRule {
    /// IRI of the class.
    pub class: String,
    /// Property that leads to the start of the edge (a conversation, a user).
    pub from: String,
    /// Property that leads to its end (what was named or rated).
    pub to: String,
    /// Read from start to end: "mentions".
    pub name: String,
    /// Read from end to start: "mentioned in".
    pub inverse_name: String,
    /// Weight in the walk, above 0.
    pub weight: f32,
    /// Property with a number that says what was felt.
    pub value: Option<String>,
    /// Values from here up are positive.
    pub positive_from: f64,
    /// Values up to here are negative.
    pub negative_to: f64,
}

/// A class of nodes that carry the words of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtteranceRule {
    /// IRI of the class.
    pub class: String,
    /// Property that leads to the conversation.
    pub from: String,
    /// Property with the words.
    pub text: String,
    /// Property with the number that orders utterances.
    pub order: Option<String>,
}

/// What kind of number a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterKind {
    /// Calendar years.
    Year,
    /// Durations in minutes.
    Minutes,
    /// Any other number.
    Number,
}

/// Words that set a filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilterPhrase {
    /// The words.
    pub text: String,
    /// Lower bound, inclusive.
    pub minimum: Option<f64>,
    /// Upper bound, inclusive.
    pub maximum: Option<f64>,
}

/// A number of an item that can be asked about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilterRule {
    /// IRI of the property.
    pub property: String,
    /// Name of the filter: "year".
    pub name: String,
    /// What it compares.
    pub kind: FilterKind,
    /// Words that set it.
    pub phrases: Vec<FilterPhrase>,
}

/// What the engine sees of a graph. Rules are in a fixed order, edges by
/// priority, so equal profiles are equal values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// What one item is called: "film".
    pub item_name: String,
    /// Classes whose instances are recommended.
    pub items: Vec<String>,
    /// Classes of users.
    pub users: Vec<String>,
    /// Classes of conversations.
    pub conversations: Vec<String>,
    /// Properties that lead from something to the person it belongs to.
    pub owners: Vec<String>,
    /// Properties that name things.
    pub labels: Vec<String>,
    /// Properties with other names.
    pub aliases: Vec<String>,
    /// Properties with text on items.
    pub texts: Vec<String>,
    /// Property with the number that tells items of one name apart.
    pub qualifier: Option<String>,
    /// Classes of other things that can be linked.
    pub classes: Vec<ClassRule>,
    /// Properties that become edges.
    pub edges: Vec<EdgeRule>,
    /// Nodes that become edges.
    pub links: Vec<LinkRule>,
    /// Nodes that carry words.
    pub utterances: Vec<UtteranceRule>,
    /// Numbers that can be asked about.
    pub filters: Vec<FilterRule>,
    /// Prefixes for queries: name → namespace.
    pub prefixes: BTreeMap<String, String>,
}

impl KnowledgeGraph {
    /// Reads the profiles of the store, added up.
    ///
    /// # Errors
    /// [`KgError::Profile`] if there is none, if no item class is named, or if a rule is
    /// incomplete; the message names the resource and the missing property.
    pub fn profile(&self) -> Result<Profile, KgError> {
        let reader = Reader { store: &self.store };
        let mut profile = Profile::default();
        let roots = reader.subjects_of_class("Profile")?;
        if roots.is_empty() {
            return Err(KgError::Profile(format!(
                "the graph has no resource of class <{PROFILE}Profile>\n\
                 hint: load one with the ontology: `tastegraph load --ontology DIR …`"
            )));
        }
        for root in roots {
            reader.read(root.as_ref(), &mut profile)?;
        }
        profile.normalise();
        if profile.items.is_empty() {
            return Err(KgError::Profile(
                "no tp:itemClass is named, so nothing could be recommended".to_owned(),
            ));
        }
        Ok(profile)
    }
}

impl Profile {
    /// Puts everything into an order that does not depend on how it was stored.
    fn normalise(&mut self) {
        for list in [
            &mut self.items,
            &mut self.users,
            &mut self.conversations,
            &mut self.owners,
            &mut self.labels,
            &mut self.aliases,
            &mut self.texts,
        ] {
            list.sort();
            list.dedup();
        }
        for filter in &mut self.filters {
            sort(&mut filter.phrases, |phrase| &phrase.text);
        }
        sort(&mut self.classes, |rule| &rule.class);
        sort(&mut self.edges, |rule| &rule.property);
        self.edges.sort_by_key(|rule| rule.priority);
        sort(&mut self.links, |rule| &rule.class);
        sort(&mut self.utterances, |rule| &rule.class);
        sort(&mut self.filters, |rule| &rule.property);
        if self.item_name.is_empty() {
            "item".clone_into(&mut self.item_name);
        }
    }
}

/// Sorts rules by IRI. Several may share one, and blank nodes have no order of their own, so that
/// the other fields decide then, all of which are in the debug form.
fn sort<T: std::fmt::Debug>(rules: &mut [T], iri: impl Fn(&T) -> &String) {
    rules.sort_by_cached_key(|rule| (iri(rule).clone(), format!("{rule:?}")));
}

/// Reads statements in the profile vocabulary.
struct Reader<'a> {
    store: &'a Store,
}

impl Reader<'_> {
    fn read(&self, root: NamedOrBlankNodeRef<'_>, profile: &mut Profile) -> Result<(), KgError> {
        profile.items.extend(self.iris(root, "itemClass")?);
        profile.users.extend(self.iris(root, "userClass")?);
        profile
            .conversations
            .extend(self.iris(root, "conversationClass")?);
        profile.owners.extend(self.iris(root, "owner")?);
        profile.labels.extend(self.iris(root, "label")?);
        profile.aliases.extend(self.iris(root, "alias")?);
        profile.texts.extend(self.iris(root, "text")?);
        if let Some(name) = self.string(root, "itemName")? {
            profile.item_name = name;
        }
        if let Some(qualifier) = self.iris(root, "qualifier")?.into_iter().next() {
            profile.qualifier = Some(qualifier);
        }
        for node in self.nodes(root, "prefix")? {
            let node = node.as_ref();
            profile.prefixes.insert(
                self.required(node, "name")?,
                self.required(node, "namespace")?,
            );
        }
        for node in self.nodes(root, "class")? {
            profile.classes.push(self.class(node.as_ref())?);
        }
        for node in self.nodes(root, "edge")? {
            profile.edges.push(self.edge(node.as_ref())?);
        }
        for node in self.nodes(root, "link")? {
            profile.links.push(self.link(node.as_ref())?);
        }
        for node in self.nodes(root, "utterance")? {
            let node = node.as_ref();
            profile.utterances.push(UtteranceRule {
                class: self.iri(node, "of")?,
                from: self.iri(node, "from")?,
                text: self.iri(node, "text")?,
                order: self.iris(node, "order")?.into_iter().next(),
            });
        }
        for node in self.nodes(root, "filter")? {
            profile.filters.push(self.filter(node.as_ref())?);
        }
        Ok(())
    }

    fn class(&self, node: NamedOrBlankNodeRef<'_>) -> Result<ClassRule, KgError> {
        let matching = self.iri(node, "matching")?;
        Ok(ClassRule {
            class: self.iri(node, "of")?,
            name: self.required(node, "name")?,
            matching: match matching.strip_prefix(PROFILE) {
                Some("Title") => Matching::Title,
                Some("Name") => Matching::Name,
                Some("Phrase") => Matching::Phrase,
                Some("Term") => Matching::Term,
                _ => {
                    return Err(KgError::Profile(format!(
                        "<{matching}> is no manner of matching; use tp:Title, tp:Name, tp:Phrase or tp:Term"
                    )));
                }
            },
            strict: self.boolean(node, "strict")?.unwrap_or(false),
        })
    }

    fn edge(&self, node: NamedOrBlankNodeRef<'_>) -> Result<EdgeRule, KgError> {
        let name = self.required(node, "name")?;
        Ok(EdgeRule {
            property: self.iri(node, "property")?,
            inverse_name: self
                .string(node, "inverseName")?
                .unwrap_or_else(|| format!("{name} of")),
            weight: self.weight(node, &name)?,
            priority: self
                .number(node, "priority")?
                .map_or(DEFAULT_PRIORITY, |number| number as i32),
            walk: self.boolean(node, "walk")?.unwrap_or(true),
            name,
        })
    }

    fn link(&self, node: NamedOrBlankNodeRef<'_>) -> Result<LinkRule, KgError> {
        let name = self.required(node, "name")?;
        Ok(LinkRule {
            class: self.iri(node, "of")?,
            from: self.iri(node, "from")?,
            to: self.iri(node, "to")?,
            inverse_name: self
                .string(node, "inverseName")?
                .unwrap_or_else(|| format!("{name} by")),
            weight: self.weight(node, &name)?,
            value: self.iris(node, "value")?.into_iter().next(),
            positive_from: self.number(node, "positiveFrom")?.unwrap_or(f64::INFINITY),
            negative_to: self
                .number(node, "negativeTo")?
                .unwrap_or(f64::NEG_INFINITY),
            name,
        })
    }

    fn filter(&self, node: NamedOrBlankNodeRef<'_>) -> Result<FilterRule, KgError> {
        let kind = self.iri(node, "kind")?;
        let mut phrases = Vec::new();
        for phrase in self.nodes(node, "phrase")? {
            let phrase = phrase.as_ref();
            phrases.push(FilterPhrase {
                text: self.required(phrase, "text")?,
                minimum: self.number(phrase, "minimum")?,
                maximum: self.number(phrase, "maximum")?,
            });
        }
        Ok(FilterRule {
            property: self.iri(node, "property")?,
            name: self.required(node, "name")?,
            kind: match kind.strip_prefix(PROFILE) {
                Some("Year") => FilterKind::Year,
                Some("Minutes") => FilterKind::Minutes,
                Some("Number") => FilterKind::Number,
                _ => {
                    return Err(KgError::Profile(format!(
                        "<{kind}> is no kind of filter; use tp:Year, tp:Minutes or tp:Number"
                    )));
                }
            },
            phrases,
        })
    }

    fn weight(&self, node: NamedOrBlankNodeRef<'_>, name: &str) -> Result<f32, KgError> {
        let weight = self.number(node, "weight")?.unwrap_or(1.0) as f32;
        if weight > 0.0 && weight.is_finite() {
            Ok(weight)
        } else {
            Err(KgError::Profile(format!(
                "the weight of \"{name}\" is {weight}; it must be above 0"
            )))
        }
    }

    fn subjects_of_class(&self, class: &str) -> Result<Vec<NamedOrBlankNode>, KgError> {
        let class = term(class);
        let mut subjects = self
            .store
            .quads_for_pattern(None, Some(RDF_TYPE), Some(class.as_ref().into()), None)
            .map(|quad| quad.map(|quad| quad.subject))
            .collect::<Result<Vec<_>, _>>()?;
        subjects.sort_by_key(ToString::to_string);
        subjects.dedup();
        Ok(subjects)
    }

    /// In a fixed order and each once: where one value is expected the first is taken, and a
    /// statement may stand in several named graphs.
    fn objects(&self, node: NamedOrBlankNodeRef<'_>, property: &str) -> Result<Vec<Term>, KgError> {
        let property = term(property);
        let mut objects = self
            .store
            .quads_for_pattern(Some(node), Some(property.as_ref()), None, None)
            .map(|quad| quad.map(|quad| quad.object))
            .collect::<Result<Vec<_>, _>>()?;
        objects.sort_by_cached_key(ToString::to_string);
        objects.dedup();
        Ok(objects)
    }

    fn nodes(
        &self,
        node: NamedOrBlankNodeRef<'_>,
        property: &str,
    ) -> Result<Vec<NamedOrBlankNode>, KgError> {
        self.objects(node, property)?
            .into_iter()
            .map(|object| match object {
                Term::NamedNode(node) => Ok(node.into()),
                Term::BlankNode(node) => Ok(node.into()),
                other @ (Term::Literal(_) | Term::Triple(_)) => Err(KgError::Profile(format!(
                    "tp:{property} of {node} must lead to a node, not to {other}"
                ))),
            })
            .collect()
    }

    fn iris(&self, node: NamedOrBlankNodeRef<'_>, property: &str) -> Result<Vec<String>, KgError> {
        self.objects(node, property)?
            .into_iter()
            .map(|object| match object {
                Term::NamedNode(iri) => Ok(iri.into_string()),
                other => Err(KgError::Profile(format!(
                    "tp:{property} of {node} must be an IRI, not {other}"
                ))),
            })
            .collect()
    }

    fn iri(&self, node: NamedOrBlankNodeRef<'_>, property: &str) -> Result<String, KgError> {
        self.iris(node, property)?
            .into_iter()
            .next()
            .ok_or_else(|| missing(node, property))
    }

    fn string(
        &self,
        node: NamedOrBlankNodeRef<'_>,
        property: &str,
    ) -> Result<Option<String>, KgError> {
        match self.objects(node, property)?.into_iter().next() {
            None => Ok(None),
            Some(Term::Literal(literal)) => Ok(Some(literal.value().to_owned())),
            Some(other) => Err(KgError::Profile(format!(
                "tp:{property} of {node} must be a literal, not {other}"
            ))),
        }
    }

    fn required(&self, node: NamedOrBlankNodeRef<'_>, property: &str) -> Result<String, KgError> {
        self.string(node, property)?
            .ok_or_else(|| missing(node, property))
    }

    fn number(
        &self,
        node: NamedOrBlankNodeRef<'_>,
        property: &str,
    ) -> Result<Option<f64>, KgError> {
        self.string(node, property)?
            .map(|text| {
                text.parse().map_err(|_| {
                    KgError::Profile(format!(
                        "tp:{property} of {node} must be a number, not \"{text}\""
                    ))
                })
            })
            .transpose()
    }

    fn boolean(
        &self,
        node: NamedOrBlankNodeRef<'_>,
        property: &str,
    ) -> Result<Option<bool>, KgError> {
        match self.string(node, property)?.as_deref() {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(other) => Err(KgError::Profile(format!(
                "tp:{property} of {node} must be true or false, not \"{other}\""
            ))),
        }
    }
}

fn term(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{PROFILE}{local}"))
}

fn missing(node: NamedOrBlankNodeRef<'_>, property: &str) -> KgError {
    KgError::Profile(format!(
        "the rule {node} lacks tp:{property}; see ontologies/profile/ontology.ttl"
    ))
}

/// An IRI that a profile gave, checked.
pub(crate) fn named(iri: &str) -> Result<NamedNode, KgError> {
    NamedNodeRef::new(iri)
        .map(NamedNodeRef::into_owned)
        .map_err(|error| KgError::Iri {
            iri: iri.to_owned(),
            message: error.to_string(),
        })
}
