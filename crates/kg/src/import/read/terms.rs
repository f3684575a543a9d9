//! Term maps.

use oxigraph::model::{Literal, Term};

use super::super::model::{Expression, Make, Origin, TermKind, TermMap};
use super::super::node::Node;
use super::super::terms::{self, Name};
use super::Reader;
use super::expression::{EXPRESSION, STEPS};
use crate::KgError;

/// What makes a term.
pub(super) const TERM_MAP: &[&str] = &[
    "reference",
    "template",
    "constant",
    "termType",
    "datatype",
    "language",
    "languageMap",
    "parentTriplesMap",
    "joinCondition",
    "tm:optional",
    "tm:replace",
    "tm:decode",
    "tm:separator",
    "tm:pattern",
    "tm:case",
    "tm:translate",
    "tm:lookup",
    "tm:when",
    "tm:unless",
    "tm:otherwise",
];

/// Where a term will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Subject,
    Predicate,
    Object,
    Graph,
}

impl Role {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Subject => "a subject map",
            Self::Predicate => "a predicate map",
            Self::Object => "an object map",
            Self::Graph => "a graph map",
        }
    }
}

/// Refuses a constant that cannot stand where it is to stand.
pub(super) fn check_constant(
    node: &Node<'_>,
    known: &str,
    constant: &Term,
    role: Role,
) -> Result<(), KgError> {
    let fits = match role {
        Role::Object => true,
        Role::Subject => matches!(constant, Term::NamedNode(_) | Term::BlankNode(_)),
        Role::Predicate | Role::Graph => matches!(constant, Term::NamedNode(_)),
    };
    if fits {
        Ok(())
    } else {
        Err(node.wrong(known, "an IRI", constant))
    }
}

impl Reader {
    pub(super) fn term_map(
        &mut self,
        node: &Node<'_>,
        role: Role,
        map: usize,
    ) -> Result<TermMap, KgError> {
        let make = if node.has("parentTriplesMap") {
            if matches!(role, Role::Predicate | Role::Graph) {
                return Err(node.error(
                    "parentTriplesMap",
                    format!("{} cannot be a join", role.kind()),
                ));
            }
            Make::Join(self.join(node, map)?)
        } else if let Some(constant) = node.one("constant")?
            && is_fixed(node, constant)
        {
            check_constant(node, "constant", constant, role)?;
            Make::Constant(constant.clone())
        } else {
            let expression = self.expression(node, map)?;
            let kind = self.term_kind(node, &expression, role, map)?;
            Make::Value {
                expression: Box::new(expression),
                kind,
            }
        };
        let otherwise = match node.child("tm:otherwise")? {
            None => None,
            Some(other) => {
                other.only(role.kind(), TERM_MAP)?;
                let other = self.inside(&other, |reader| reader.term_map(&other, role, map))?;
                Some(Box::new(other))
            }
        };
        Ok(TermMap {
            make,
            when: self.conditions(node, map)?,
            otherwise,
        })
    }

    fn term_kind(
        &mut self,
        node: &Node<'_>,
        expression: &Expression,
        role: Role,
        map: usize,
    ) -> Result<TermKind, KgError> {
        let datatype = node.iri("datatype")?.cloned();
        let language = self.language(node, map)?.map(Box::new);
        if datatype.is_some() && language.is_some() {
            return Err(node.error(
                "datatype",
                "a literal has a datatype or a language, not both",
            ));
        }
        let is_literal = role == Role::Object
            && (datatype.is_some()
                || language.is_some()
                || matches!(expression.from, Origin::Reference(_) | Origin::Constant(_)));
        let default = if is_literal { "Literal" } else { "IRI" };
        let wanted = match node.iri("termType")?.map(|iri| terms::name(iri.as_str())) {
            None => default.to_owned(),
            Some(Name::Known(name)) => name,
            Some(_) => String::new(),
        };
        let refuse = |what: &str| {
            let message = format!("{} cannot make {what}", role.kind());
            Err(node.error("termType", message))
        };
        match (wanted.as_str(), role) {
            ("Literal", Role::Object) => Ok(TermKind::Literal { datatype, language }),
            ("Literal", _) => refuse("literals"),
            ("BlankNode", Role::Predicate | Role::Graph) => refuse("blank nodes"),
            ("BlankNode", _) => Ok(TermKind::BlankNode),
            ("IRI", _) => Ok(TermKind::Iri {
                is_safe: matches!(&expression.from, Origin::Template(template) if template.is_safe_iri()),
            }),
            _ => Err(node.error(
                "termType",
                "rr:termType must be rr:IRI, rr:BlankNode or rr:Literal",
            )),
        }
    }

    fn language(&mut self, node: &Node<'_>, map: usize) -> Result<Option<Expression>, KgError> {
        if let Some(tag) = node.text("language")? {
            if let Err(error) = Literal::new_language_tagged_literal("", tag) {
                return Err(node.error("language", format!("\"{tag}\": {error}")));
            }
            return Ok(Some(Expression::plain(Origin::Constant(tag.to_owned()))));
        }
        match node.child("languageMap")? {
            None => Ok(None),
            Some(child) => {
                child.only("a language map", EXPRESSION)?;
                Ok(Some(self.expression(&child, map)?))
            }
        }
    }
}

/// Whether a constant is the term itself: no parameter is in it, and nothing is done to it.
fn is_fixed(node: &Node<'_>, constant: &Term) -> bool {
    match constant {
        Term::Literal(literal) => {
            !literal.value().contains("{$") && !STEPS.iter().any(|step| node.has(step))
        }
        _ => true,
    }
}

pub(super) fn missing(node: &Node<'_>, role: Role) -> KgError {
    node.document().error(
        None,
        format!("{} {} makes nothing", role.kind(), node.label()),
    )
}
