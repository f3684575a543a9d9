//! A mapping file as a small graph whose every statement has to be understood.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxigraph::model::{NamedNode, NamedOrBlankNode, Term, vocab::rdf};

use super::node::Node;
use super::terms::{self, Name};
use crate::KgError;

/// Base for relative IRIs such as `<#Film>`, when the file declares none.
const BASE: &str = "file:///mapping";

/// The statements of a mapping file.
pub(super) struct Document {
    file: String,
    text: String,
    /// What relative IRIs are relative to.
    base: String,
    statements: HashMap<NamedOrBlankNode, Vec<(NamedNode, Term)>>,
    /// Subjects in the order in which they first appear.
    subjects: Vec<NamedOrBlankNode>,
    /// Subjects with predicates, in the order of the file.
    places: Vec<(NamedOrBlankNode, NamedNode)>,
    prefixes: Vec<(String, String)>,
    /// Subjects that some part of the mapping has read.
    read: RefCell<HashSet<NamedOrBlankNode>>,
}

impl Document {
    pub(super) fn parse(text: &str, file: &str) -> Result<Self, KgError> {
        let mut document = Self {
            file: file.to_owned(),
            text: text.to_owned(),
            base: BASE.to_owned(),
            statements: HashMap::new(),
            subjects: Vec::new(),
            places: Vec::new(),
            prefixes: Vec::new(),
            read: RefCell::default(),
        };
        let mut parser = RdfParser::from_format(RdfFormat::Turtle)
            .with_base_iri(BASE)
            .map_err(|error| document.error(None, error.to_string()))?
            .for_slice(text.as_bytes());
        for quad in parser.by_ref() {
            let quad = quad.map_err(|error| syntax(file, &error.into()))?;
            let place = (quad.subject.clone(), quad.predicate.clone());
            if document.places.last() != Some(&place) {
                document.places.push(place);
            }
            let statements = document.statements.entry(quad.subject.clone()).or_default();
            if statements.is_empty() {
                document.subjects.push(quad.subject);
            }
            statements.push((quad.predicate, quad.object));
        }
        document.prefixes = parser
            .prefixes()
            .map(|(name, namespace)| (name.to_owned(), namespace.to_owned()))
            .collect();
        if let Some(base) = parser.base_iri() {
            base.clone_into(&mut document.base);
        }
        Ok(document)
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// A term for messages, IRIs of the file itself as they were written.
    pub(super) fn short(&self, term: &Term) -> String {
        match term {
            Term::NamedNode(node) => match node.as_str().strip_prefix(&self.base) {
                Some(local) => format!("<{local}>"),
                None => node.to_string(),
            },
            Term::BlankNode(_) => "[…]".to_owned(),
            other => other.to_string(),
        }
    }

    /// What is said of a subject.
    pub(super) fn statements(&self, subject: &NamedOrBlankNode) -> Option<&[(NamedNode, Term)]> {
        self.statements.get(subject).map(Vec::as_slice)
    }

    /// Takes note that a part of the mapping has read a subject.
    pub(super) fn mark_as_read(&self, subject: &NamedOrBlankNode) {
        self.read.borrow_mut().insert(subject.clone());
    }

    pub(super) fn subject_count(&self) -> usize {
        self.subjects.len()
    }

    /// An error at the first place in the file where `word` stands.
    pub(super) fn error(&self, word: Option<&str>, message: impl Into<String>) -> KgError {
        let line = word.and_then(|word| self.lines_of(word).first().copied());
        self.error_at(line, message)
    }

    pub(super) fn error_at(&self, line: Option<usize>, message: impl Into<String>) -> KgError {
        KgError::Mapping {
            place: match line {
                Some(line) => format!("{}:{line}", self.file),
                None => self.file.clone(),
            },
            message: message.into(),
        }
    }

    /// The line on which a subject has a predicate. The parser does not tell: statements and words are
    /// counted, and if they do not match, only a word that stands on one line tells it.
    pub(super) fn line_of(
        &self,
        subject: &NamedOrBlankNode,
        predicate: &NamedNode,
    ) -> Option<usize> {
        let iri = predicate.as_str();
        let word = self
            .prefixes
            .iter()
            .find_map(|(name, namespace)| {
                let local = iri.strip_prefix(namespace.as_str())?;
                Some(format!("{name}:{local}"))
            })
            .unwrap_or_else(|| iri.to_owned());
        let lines = self.lines_of(&word);
        let uses: Vec<&NamedOrBlankNode> = self
            .places
            .iter()
            .filter(|(_, other)| other == predicate)
            .map(|(subject, _)| subject)
            .collect();
        if uses.len() == lines.len() {
            let index = uses.iter().position(|other| *other == subject)?;
            return lines.get(index).copied();
        }
        let first = lines.first().copied();
        first.filter(|first| lines.iter().all(|line| line == first))
    }

    /// The lines with `word` as a whole word, outside comments; a line for each time it stands there.
    fn lines_of(&self, word: &str) -> Vec<usize> {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let times = |line: &str| {
            let whole = |start: usize| {
                let before = line[..start].chars().next_back();
                let after = line[start + word.len()..].chars().next();
                !before.is_some_and(is_part) && !after.is_some_and(is_part)
            };
            let starts = line.match_indices(word).map(|(start, _)| start);
            starts.filter(|start| whole(*start)).count()
        };
        let lines = self.text.lines().enumerate();
        lines
            .filter(|(_, line)| !line.trim_start().starts_with('#'))
            .flat_map(|(number, line)| std::iter::repeat_n(number + 1, times(line)))
            .collect()
    }

    /// Every subject that is a triples map: it has a logical source, or says so.
    pub(super) fn triples_maps(&self) -> Vec<Node<'_>> {
        self.having(|known| known == "logicalSource", "TriplesMap")
            .collect()
    }

    /// Every description of the mapping itself.
    pub(super) fn descriptions(&self) -> Vec<Node<'_>> {
        self.having(|known| known == "tm:parameter", "tm:Mapping")
            .collect()
    }

    fn having<'d>(
        &'d self,
        is_mark: impl Fn(&str) -> bool + 'd,
        class: &'d str,
    ) -> impl Iterator<Item = Node<'d>> {
        let is_such = move |subject: &NamedOrBlankNode| {
            self.statements[subject].iter().any(|(predicate, object)| {
                matches!(terms::name(predicate.as_str()), Name::Known(known) if is_mark(&known))
                    || predicate.as_ref() == rdf::TYPE
                        && matches!(object, Term::NamedNode(node)
                            if terms::name(node.as_str()) == Name::Known(class.to_owned()))
            })
        };
        self.subjects
            .iter()
            .filter(move |subject| is_such(subject))
            .map(|subject| self.node(subject.clone()))
    }

    pub(super) fn node(&self, subject: NamedOrBlankNode) -> Node<'_> {
        Node::new(self, subject)
    }

    /// Refuses statements that no part of the mapping has read: a link to them must be misspelt.
    pub(super) fn check_all_read(&self) -> Result<(), KgError> {
        for subject in &self.subjects {
            if self.read.borrow().contains(subject) {
                continue;
            }
            for (predicate, _) in &self.statements[subject] {
                let word = match terms::name(predicate.as_str()) {
                    Name::Known(known) => terms::written(&known),
                    Name::Misspelt(written) => written,
                    Name::Foreign => continue,
                };
                return Err(self.error(
                    Some(&word),
                    format!(
                        "{word} stands on {}, which no triples map leads to",
                        self.short(&subject.clone().into())
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn syntax(file: &str, error: &RdfParseError) -> KgError {
    let place = match error {
        RdfParseError::Syntax(error) => error.location().map_or_else(
            || file.to_owned(),
            |range| format!("{file}:{}:{}", range.start.line + 1, range.start.column + 1),
        ),
        RdfParseError::Io(_) => file.to_owned(),
    };
    KgError::Mapping {
        place,
        message: error.to_string(),
    }
}
