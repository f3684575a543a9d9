//! A resource of a mapping, with what is said of it.

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term, vocab::rdf};

use super::document::Document;
use super::terms::{self, Name};
use crate::KgError;

/// A resource of the mapping.
#[derive(Clone)]
pub(super) struct Node<'d> {
    document: &'d Document,
    subject: NamedOrBlankNode,
}

impl<'d> Node<'d> {
    pub(super) fn new(document: &'d Document, subject: NamedOrBlankNode) -> Self {
        Self { document, subject }
    }

    pub(super) fn document(&self) -> &'d Document {
        self.document
    }

    /// Name for messages: `<#Film>`, or `[…]` for a node without name.
    pub(super) fn label(&self) -> String {
        self.document.short(&self.term())
    }

    pub(super) fn term(&self) -> Term {
        self.subject.clone().into()
    }

    /// Refuses names that do not belong on a node of this kind, and marks the node as read.
    ///
    /// `kind` is what the node is, with its article.
    pub(super) fn only(&self, kind: &str, allowed: &[&str]) -> Result<(), KgError> {
        self.document.mark_as_read(&self.subject);
        let suggestions: Vec<String> = allowed.iter().map(|name| terms::written(name)).collect();
        let Some(statements) = self.document.statements(&self.subject) else {
            return Err(self.document.error(
                None,
                format!("{kind}, {}, is not described anywhere", self.label()),
            ));
        };
        for (predicate, object) in statements {
            let word = match terms::name(predicate.as_str()) {
                Name::Known(known) if allowed.contains(&known.as_str()) => continue,
                Name::Known(known) => terms::written(&known),
                Name::Misspelt(written) => written,
                Name::Foreign => {
                    self.check_class(predicate, object)?;
                    continue;
                }
            };
            let hint = terms::did_you_mean(&word, suggestions.iter().map(String::as_str));
            return Err(self.document.error_at(
                self.document.line_of(&self.subject, predicate),
                format!("{word} is no property of {kind}{hint}"),
            ));
        }
        Ok(())
    }

    fn check_class(&self, predicate: &NamedNode, object: &Term) -> Result<(), KgError> {
        let Term::NamedNode(class) = object else {
            return Ok(());
        };
        if predicate.as_ref() != rdf::TYPE {
            return Ok(());
        }
        match terms::name(class.as_str()) {
            Name::Misspelt(word) => {
                let classes = [
                    "rr:TriplesMap",
                    "rr:SubjectMap",
                    "rr:PredicateObjectMap",
                    "rr:ObjectMap",
                    "rr:RefObjectMap",
                    "rml:LogicalSource",
                    "tm:Mapping",
                    "tm:Parameter",
                    "csvw:Table",
                ];
                let hint = terms::did_you_mean(&word, classes);
                Err(self
                    .document
                    .error(Some(&word), format!("there is no class {word}{hint}")))
            }
            _ => Ok(()),
        }
    }

    /// The values of a property, in the order of the file.
    pub(super) fn all(&self, known: &str) -> Vec<&'d Term> {
        let wanted = Name::Known(known.to_owned());
        self.document
            .statements(&self.subject)
            .into_iter()
            .flatten()
            .filter(|(predicate, _)| terms::name(predicate.as_str()) == wanted)
            .map(|(_, object)| object)
            .collect()
    }

    /// The only value of a property, if there is one.
    pub(super) fn one(&self, known: &str) -> Result<Option<&'d Term>, KgError> {
        let values = self.all(known);
        match values.as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => {
                let word = terms::written(known);
                Err(self.error(
                    known,
                    format!("{} has {} values of {word}", self.label(), values.len()),
                ))
            }
        }
    }

    pub(super) fn has(&self, known: &str) -> bool {
        !self.all(known).is_empty()
    }

    /// The only value of a property as text.
    pub(super) fn text(&self, known: &str) -> Result<Option<&'d str>, KgError> {
        self.one(known)?
            .map(|value| self.as_text(known, value))
            .transpose()
    }

    /// The values of a property as texts.
    pub(super) fn texts(&self, known: &str) -> Result<Vec<&'d str>, KgError> {
        let values = self.all(known);
        values
            .into_iter()
            .map(|value| self.as_text(known, value))
            .collect()
    }

    fn as_text(&self, known: &str, value: &'d Term) -> Result<&'d str, KgError> {
        match value {
            Term::Literal(literal) => Ok(literal.value()),
            other => Err(self.wrong(known, "a literal", other)),
        }
    }

    /// The only value of a property as an IRI.
    pub(super) fn iri(&self, known: &str) -> Result<Option<&'d NamedNode>, KgError> {
        match self.one(known)? {
            None => Ok(None),
            Some(Term::NamedNode(node)) => Ok(Some(node)),
            Some(other) => Err(self.wrong(known, "an IRI", other)),
        }
    }

    /// The only value of a property as `true` or `false`.
    pub(super) fn flag(&self, known: &str) -> Result<Option<bool>, KgError> {
        match self.text(known)? {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(other) => {
                let word = terms::written(known);
                Err(self.error(
                    known,
                    format!("{word} must be true or false, not \"{other}\""),
                ))
            }
        }
    }

    /// The values of a property as nodes.
    pub(super) fn nodes(&self, known: &str) -> Result<Vec<Node<'d>>, KgError> {
        let values = self.all(known);
        values
            .into_iter()
            .map(|value| self.as_node(known, value))
            .collect()
    }

    /// The only value of a property as a node.
    pub(super) fn child(&self, known: &str) -> Result<Option<Node<'d>>, KgError> {
        self.one(known)?
            .map(|value| self.as_node(known, value))
            .transpose()
    }

    pub(super) fn as_node(&self, known: &str, value: &Term) -> Result<Node<'d>, KgError> {
        match value {
            Term::NamedNode(node) => Ok(self.document.node(node.clone().into())),
            Term::BlankNode(node) => Ok(self.document.node(node.clone().into())),
            other => Err(self.wrong(known, "a node", other)),
        }
    }

    /// The members of an RDF list.
    pub(super) fn list(&self, known: &str, head: &Term) -> Result<Vec<&'d Term>, KgError> {
        let mut members = Vec::new();
        let mut cell = self.as_node(known, head)?;
        while cell.term() != Term::from(rdf::NIL.into_owned()) {
            let value = |property| {
                self.document.statements(&cell.subject).and_then(|all| {
                    let found = all.iter().find(|(name, _)| name.as_ref() == property);
                    found.map(|(_, value)| value)
                })
            };
            let (Some(first), Some(rest)) = (value(rdf::FIRST), value(rdf::REST)) else {
                return Err(self.wrong(known, "a list", head));
            };
            members.push(first);
            if members.len() > self.document.subject_count() {
                return Err(self.wrong(known, "a list that ends", head));
            }
            cell = self.as_node(known, rest)?;
        }
        Ok(members)
    }

    pub(super) fn wrong(&self, known: &str, expected: &str, found: &Term) -> KgError {
        let word = terms::written(known);
        self.error(
            known,
            format!(
                "{word} must be {expected}, not {}",
                self.document.short(found)
            ),
        )
    }

    /// An error about one property of this node.
    pub(super) fn error(&self, known: &str, message: impl Into<String>) -> KgError {
        let wanted = Name::Known(known.to_owned());
        let statements = self.document.statements(&self.subject);
        let mut predicates = statements
            .into_iter()
            .flatten()
            .map(|(predicate, _)| predicate);
        match predicates.find(|predicate| terms::name(predicate.as_str()) == wanted) {
            Some(predicate) => {
                let line = self.document.line_of(&self.subject, predicate);
                self.document.error_at(line, message)
            }
            None => self.document.error(Some(&terms::written(known)), message),
        }
    }
}
