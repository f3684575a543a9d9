//! Expressions: what makes a value of a row.

use std::collections::HashMap;

use oxigraph::model::Term;
use regex::Regex;

use super::super::model::{Expression, LookupRule, Origin, Replacement};
use super::super::node::Node;
use super::super::reference::Reference;
use super::super::template::Template;
use super::super::terms::{self, Name};
use super::Reader;
use crate::KgError;

/// What makes a value.
pub(super) const EXPRESSION: &[&str] = &[
    "reference",
    "template",
    "constant",
    "tm:optional",
    "tm:replace",
    "tm:decode",
    "tm:separator",
    "tm:pattern",
    "tm:case",
    "tm:translate",
    "tm:lookup",
];

/// What can be done to a value.
pub(super) const STEPS: &[&str] = &[
    "tm:replace",
    "tm:decode",
    "tm:separator",
    "tm:pattern",
    "tm:case",
    "tm:translate",
    "tm:lookup",
];

impl Reader {
    /// The value that a node describes; its properties have been checked by the caller.
    pub(super) fn expression(
        &mut self,
        node: &Node<'_>,
        map: usize,
    ) -> Result<Expression, KgError> {
        let dialect = self.dialect(map);
        let kinds = ["reference", "template", "constant"];
        let given: Vec<&str> = kinds.into_iter().filter(|kind| node.has(kind)).collect();
        let [kind] = given[..] else {
            return Err(node.document().error(
                node.all("reference").first().map(|_| "rml:reference"),
                format!(
                    "{} in {} needs exactly one of rml:reference, rr:template and rr:constant",
                    node.label(),
                    node.document().short(&self.names[map]),
                ),
            ));
        };
        let text = node.text(kind)?.unwrap_or_default();
        let from = match kind {
            "template" => self
                .parameters
                .require(text, true)
                .and_then(|text| Template::parse(&text, dialect))
                .map(Origin::Template),
            "reference" => Reference::parse(text, dialect).map(Origin::Reference),
            _ => self.parameters.require(text, false).map(Origin::Constant),
        };
        Ok(Expression {
            from: from.map_err(|reason| node.error(kind, reason))?,
            optional: node.flag("tm:optional")?.unwrap_or(false),
            replace: self.replacement(node, map)?,
            decode_python: only_choice(node, "tm:decode", "tm:PythonDict")?,
            separator: node.text("tm:separator")?.map(str::to_owned),
            pattern: regex(node, "tm:pattern")?,
            lower: only_choice(node, "tm:case", "tm:Lower")?,
            translate: translation(node)?,
            lookup: self.lookup(node)?,
        })
    }

    fn replacement(
        &mut self,
        node: &Node<'_>,
        map: usize,
    ) -> Result<Option<Box<Replacement>>, KgError> {
        let Some(replace) = node.child("tm:replace")? else {
            return Ok(None);
        };
        replace.only("a tm:replace", &["tm:pattern", "tm:with"])?;
        let (Some(pattern), Some(with)) =
            (regex(&replace, "tm:pattern")?, replace.child("tm:with")?)
        else {
            return Err(replace.error("tm:replace", "tm:replace needs a tm:pattern and a tm:with"));
        };
        with.only("a tm:with", EXPRESSION)?;
        let with = self.inside(&with, |reader| reader.expression(&with, map))?;
        Ok(Some(Box::new(Replacement { pattern, with })))
    }

    fn lookup(&mut self, node: &Node<'_>) -> Result<Option<usize>, KgError> {
        let Some(lookup) = node.child("tm:lookup")? else {
            return Ok(None);
        };
        lookup.only("a lookup", &["tm:class", "tm:property", "tm:year"])?;
        let rule = LookupRule {
            class: lookup.iri("tm:class")?.cloned(),
            property: lookup
                .iri("tm:property")?
                .cloned()
                .ok_or_else(|| lookup.error("tm:lookup", "a lookup needs a tm:property"))?,
            year: lookup.iri("tm:year")?.cloned(),
        };
        let known = self.lookups.iter().position(|other| *other == rule);
        Ok(Some(known.unwrap_or_else(|| {
            self.lookups.push(rule);
            self.lookups.len() - 1
        })))
    }
}

/// Whether a property is there; it can have one value only.
fn only_choice(node: &Node<'_>, known: &str, choice: &str) -> Result<bool, KgError> {
    match node.iri(known)? {
        None => Ok(false),
        Some(iri) if terms::name(iri.as_str()) == Name::Known(choice.to_owned()) => Ok(true),
        Some(other) => Err(node.wrong(known, choice, &other.clone().into())),
    }
}

pub(super) fn regex(node: &Node<'_>, known: &str) -> Result<Option<Regex>, KgError> {
    node.text(known)?
        .map(|pattern| Regex::new(pattern).map_err(|error| node.error(known, error.to_string())))
        .transpose()
}

fn translation(node: &Node<'_>) -> Result<Option<HashMap<String, Term>>, KgError> {
    let entries = node.nodes("tm:translate")?;
    if entries.is_empty() {
        return Ok(None);
    }
    let mut table = HashMap::new();
    for entry in entries {
        entry.only("an entry of tm:translate", &["tm:from", "tm:to"])?;
        let to = entry
            .one("tm:to")?
            .ok_or_else(|| entry.error("tm:translate", "an entry needs a tm:to"))?;
        let from = entry.texts("tm:from")?;
        if from.is_empty() {
            return Err(entry.error("tm:translate", "an entry needs a tm:from"));
        }
        for value in from {
            if table.insert(value.to_owned(), to.clone()).is_some() {
                return Err(entry.error("tm:from", format!("\"{value}\" is translated twice")));
            }
        }
    }
    Ok(Some(table))
}
