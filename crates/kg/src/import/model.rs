//! A mapping that has been understood.

use std::collections::{HashMap, HashSet};

use oxigraph::model::{NamedNode, Term};
use regex::Regex;

use super::parameters::Parameter;
use super::reference::{Reference, Step};
use super::template::Template;

/// How tables and JSON become triples: a mapping file, read and checked.
///
/// What it may say is described in `docs/import-your-data.md`.
#[derive(Debug)]
pub struct Mapping {
    pub(super) file: String,
    pub(super) maps: Vec<TriplesMap>,
    pub(super) joins: Vec<JoinTable>,
    pub(super) lookups: Vec<LookupRule>,
    pub(super) parameters: Vec<Parameter>,
}

/// What becomes of every row of one source.
#[derive(Debug)]
pub(super) struct TriplesMap {
    pub(super) name: String,
    pub(super) source: Source,
    /// From a document to its rows, for JSON.
    pub(super) levels: Vec<Level>,
    /// Makes rows of the parts of a value.
    pub(super) each: Option<Expression>,
    pub(super) when: Vec<Condition>,
    pub(super) subject: TermMap,
    pub(super) classes: Vec<NamedNode>,
    pub(super) graphs: Vec<TermMap>,
    pub(super) properties: Vec<PropertyMap>,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// Name relative to the source folder; the last part may hold `*` and `?`.
    pub(super) path: String,
    pub(super) format: Format,
    /// Cells that count as empty.
    pub(super) nulls: Vec<String>,
    /// A file that is not there is no error.
    pub(super) optional: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    Table {
        /// By the name of the file if it is not given.
        delimiter: Option<u8>,
        quote: Quote,
        has_header: bool,
        /// Names of columns in place of those in the header.
        columns: Option<Vec<String>>,
    },
    Json,
}

/// How cells are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// As is usual for files of this name.
    ByName,
    Nothing,
    With(u8),
}

/// Steps down to one fan-out of a JSON iterator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) steps: Vec<Step>,
    /// Whether the elements of what is reached become rows, or it is one itself.
    pub(super) fans_out: bool,
}

/// Predicates and objects of a row.
#[derive(Debug)]
pub(super) struct PropertyMap {
    pub(super) predicates: Vec<TermMap>,
    pub(super) objects: Vec<TermMap>,
    pub(super) graphs: Vec<TermMap>,
    pub(super) when: Vec<Condition>,
}

/// What makes a term of a row.
#[derive(Debug)]
pub(super) struct TermMap {
    pub(super) make: Make,
    pub(super) when: Vec<Condition>,
    /// Asked if this one gives nothing.
    pub(super) otherwise: Option<Box<TermMap>>,
}

#[derive(Debug)]
pub(super) enum Make {
    Constant(Term),
    Value {
        expression: Box<Expression>,
        kind: TermKind,
    },
    Join(Join),
}

/// What kind of term a value becomes.
#[derive(Debug)]
pub(super) enum TermKind {
    Iri {
        /// Whether any value makes a valid IRI, so that no check is needed.
        is_safe: bool,
    },
    BlankNode,
    Literal {
        datatype: Option<NamedNode>,
        language: Option<Box<Expression>>,
    },
}

/// Text from a row.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) from: Origin,
    /// A column that is not there is no error.
    pub(super) optional: bool,
    pub(super) replace: Option<Box<Replacement>>,
    pub(super) decode_python: bool,
    pub(super) separator: Option<String>,
    pub(super) pattern: Option<Regex>,
    pub(super) lower: bool,
    pub(super) translate: Option<HashMap<String, Term>>,
    /// Index into [`Mapping::lookups`].
    pub(super) lookup: Option<usize>,
}

/// What stands in place of the matches of a pattern.
#[derive(Debug)]
pub(super) struct Replacement {
    pub(super) pattern: Regex,
    /// Evaluated on a row of its own for each match; without a value the match stays.
    pub(super) with: Expression,
}

#[derive(Debug)]
pub(super) enum Origin {
    Reference(Reference),
    Template(Template),
    Constant(String),
}

/// A test of a row.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) tested: Tested,
    pub(super) test: Test,
    pub(super) negated: bool,
}

/// What a condition looks at.
#[derive(Debug)]
pub(super) enum Tested {
    Value(Expression),
    /// What a join gives.
    Join(Join),
}

#[derive(Debug)]
pub(super) enum Test {
    OneOf(HashSet<String>),
    /// Some value of one is a value of the other.
    Same(Expression),
    Exists(bool),
    Matches(Regex),
}

/// The subjects that another triples map makes.
#[derive(Debug)]
pub(super) enum Join {
    /// Of the same row.
    SameRow { parent: usize },
    /// Of the rows with equal keys.
    Keyed {
        /// Index into [`Mapping::joins`].
        table: usize,
        keys: Vec<Expression>,
    },
}

/// Subjects by key, for joins.
#[derive(Debug)]
pub(super) struct JoinTable {
    pub(super) parent: usize,
    pub(super) keys: Vec<Expression>,
    /// The keys as text: equal joins share a table.
    pub(super) signature: String,
}

/// How resources of the graph are found by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LookupRule {
    pub(super) class: Option<NamedNode>,
    pub(super) property: NamedNode,
    pub(super) year: Option<NamedNode>,
}

impl Expression {
    /// Without any of our additions.
    pub(super) fn plain(from: Origin) -> Self {
        Self {
            from,
            optional: false,
            replace: None,
            decode_python: false,
            separator: None,
            pattern: None,
            lower: false,
            translate: None,
            lookup: None,
        }
    }

    pub(super) fn references(&self) -> Vec<&Reference> {
        match &self.from {
            Origin::Reference(reference) => vec![reference],
            Origin::Template(template) => template.references().collect(),
            Origin::Constant(_) => Vec::new(),
        }
    }

    /// How many levels it goes up at most.
    pub(super) fn reach(&self) -> usize {
        let own = self.references().iter().map(|one| one.levels_up()).max();
        let replaced = self
            .replace
            .as_ref()
            .map_or(0, |replace| replace.with.reach().saturating_sub(1));
        own.unwrap_or(0).max(replaced)
    }

    /// For messages.
    pub(super) fn written(&self) -> String {
        let names: Vec<&str> = self
            .references()
            .iter()
            .map(|reference| reference.written.as_str())
            .collect();
        names.join(", ")
    }
}

impl Condition {
    fn expressions(&self) -> Vec<&Expression> {
        let mut all = match &self.tested {
            Tested::Value(expression) => vec![expression],
            Tested::Join(Join::Keyed { keys, .. }) => keys.iter().collect(),
            Tested::Join(Join::SameRow { .. }) => Vec::new(),
        };
        if let Test::Same(other) = &self.test {
            all.push(other);
        }
        all
    }
}

impl TermMap {
    pub(super) fn constant(term: impl Into<Term>) -> Self {
        Self {
            make: Make::Constant(term.into()),
            when: Vec::new(),
            otherwise: None,
        }
    }

    fn expressions<'a>(&'a self, all: &mut Vec<&'a Expression>) {
        match &self.make {
            Make::Constant(_) | Make::Join(Join::SameRow { .. }) => {}
            Make::Value { expression, kind } => {
                all.push(expression);
                if let TermKind::Literal {
                    language: Some(language),
                    ..
                } = kind
                {
                    all.push(language);
                }
            }
            Make::Join(Join::Keyed { keys, .. }) => all.extend(keys),
        }
        all.extend(self.when.iter().flat_map(Condition::expressions));
        if let Some(otherwise) = &self.otherwise {
            otherwise.expressions(all);
        }
    }
}

impl TriplesMap {
    /// Levels of a row: the document or line, one for each fan-out, one for `tm:each`.
    pub(super) fn depth(&self) -> usize {
        1 + self.levels.iter().filter(|level| level.fans_out).count()
            + usize::from(self.each.is_some())
    }

    /// Whether equal subjects in a row mean equal triples: the subject holds one value as it is, and
    /// nothing else is looked at. Tables of ratings name a user on line after line.
    pub(super) fn repeats_itself(&self) -> bool {
        let Make::Value { expression, .. } = &self.subject.make else {
            return false;
        };
        let [reference] = expression.references()[..] else {
            return false;
        };
        let is_plain = expression.replace.is_none()
            && !expression.decode_python
            && expression.separator.is_none()
            && expression.pattern.is_none()
            && !expression.lower
            && expression.translate.is_none()
            && expression.lookup.is_none()
            && self.subject.otherwise.is_none();
        let mut properties = self.properties.iter().flat_map(|property| {
            let maps = property.predicates.iter().chain(&property.objects);
            maps.chain(&property.graphs)
        });
        let is_joined = properties.any(|map| matches!(map.make, Make::Join(Join::SameRow { .. })));
        let same = |other: &Reference| other.written == reference.written;
        is_plain
            && !is_joined
            && self.expressions().iter().all(|expression| {
                expression.replace.is_none() && expression.references().into_iter().all(same)
            })
    }

    /// Whether its subject, or whether it has one, depends on other rows.
    pub(super) fn subject_needs_join(&self) -> bool {
        let joins = |condition: &Condition| matches!(condition.tested, Tested::Join(_));
        let mut subject = Some(&self.subject);
        while let Some(map) = subject {
            if matches!(map.make, Make::Join(_)) || map.when.iter().any(joins) {
                return true;
            }
            subject = map.otherwise.as_deref();
        }
        self.when.iter().any(joins)
    }

    /// Everything that is evaluated on a row, `tm:each` left out: that sees a level less.
    pub(super) fn expressions(&self) -> Vec<&Expression> {
        let mut all: Vec<&Expression> = self.when.iter().flat_map(Condition::expressions).collect();
        self.subject.expressions(&mut all);
        for graph in &self.graphs {
            graph.expressions(&mut all);
        }
        for property in &self.properties {
            all.extend(property.when.iter().flat_map(Condition::expressions));
            let maps = property.predicates.iter();
            for map in maps.chain(&property.objects).chain(&property.graphs) {
                map.expressions(&mut all);
            }
        }
        all
    }
}
