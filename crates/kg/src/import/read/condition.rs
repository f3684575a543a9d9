//! Conditions and joins.

use std::collections::HashSet;

use fs_err as fs;
use oxigraph::model::Term;

use super::super::model::{Condition, Expression, Join, JoinTable, Origin, Test, Tested};
use super::super::node::Node;
use super::super::parameters::Filled;
use super::super::reference::Reference;
use super::super::terms;
use super::Reader;
use super::expression::{EXPRESSION, regex};
use super::terms::{Role, missing};
use crate::KgError;

const JOIN: &[&str] = &["parentTriplesMap", "joinCondition"];
const CONDITION: &[&str] = &["tm:equals", "tm:listedIn", "tm:exists", "tm:matches"];

impl Reader {
    /// `tm:when` and `tm:unless`; conditions on parameters without a value are left out.
    pub(super) fn conditions(
        &mut self,
        node: &Node<'_>,
        map: usize,
    ) -> Result<Vec<Condition>, KgError> {
        let mut conditions = Vec::new();
        for (known, negated) in [("tm:when", false), ("tm:unless", true)] {
            for child in node.nodes(known)? {
                child.only("a condition", &[EXPRESSION, JOIN, CONDITION].concat())?;
                let tested = if child.has("parentTriplesMap") {
                    Tested::Join(self.join(&child, map)?)
                } else {
                    Tested::Value(self.expression(&child, map)?)
                };
                if let Some(test) = self.test(&child, map)? {
                    conditions.push(Condition {
                        tested,
                        test,
                        negated,
                    });
                }
            }
        }
        Ok(conditions)
    }

    fn test(&mut self, node: &Node<'_>, map: usize) -> Result<Option<Test>, KgError> {
        if let [Term::BlankNode(_)] = node.all("tm:equals")[..]
            && let Some(other) = node.child("tm:equals")?
        {
            other.only("the other side of tm:equals", EXPRESSION)?;
            let other = self.inside(&other, |reader| reader.expression(&other, map))?;
            return Ok(Some(Test::Same(other)));
        }
        let given: Vec<&&str> = CONDITION.iter().filter(|test| node.has(test)).collect();
        match given[..] {
            [] => Err(node.error(
                "tm:when",
                "a condition needs tm:equals, tm:listedIn, tm:exists or tm:matches",
            )),
            [&"tm:exists"] => Ok(node.flag("tm:exists")?.map(Test::Exists)),
            [&"tm:matches"] => Ok(regex(node, "tm:matches")?.map(Test::Matches)),
            [&known] => self.listed(node, known),
            [first, second, ..] => Err(node.error(
                second,
                format!("a condition has one test, not {first} and {second}"),
            )),
        }
    }

    /// The values of `tm:equals` or those in the files of `tm:listedIn`; nothing if a parameter in them
    /// has no value.
    fn listed(&self, node: &Node<'_>, known: &str) -> Result<Option<Test>, KgError> {
        let mut values = HashSet::new();
        for original in node.texts(known)? {
            let filled = self.parameters.fill(original, false);
            let text = match filled.map_err(|reason| node.error(known, reason))? {
                Filled::Text(text) => text,
                Filled::Unset(_) => return Ok(None),
            };
            if known == "tm:listedIn" {
                let lines = fs::read_to_string(&text)?;
                let firsts = lines
                    .lines()
                    .filter_map(|line| line.split('\t').next())
                    .map(|value| value.trim().to_owned());
                values.extend(firsts.filter(|value| !value.is_empty()));
            } else if text == original {
                values.insert(text);
            } else {
                // A parameter may be a list, `--set split=train,valid`; in the mapping itself a comma
                // is a comma.
                values.extend(text.split(',').map(|one| one.trim().to_owned()));
            }
        }
        Ok(Some(Test::OneOf(values)))
    }

    pub(super) fn join(&mut self, node: &Node<'_>, map: usize) -> Result<Join, KgError> {
        let parent_term = node
            .one("parentTriplesMap")?
            .ok_or_else(|| missing(node, Role::Object))?;
        let Some(parent) = self.names.iter().position(|name| name == parent_term) else {
            let short = |term| node.document().short(term);
            let names: Vec<String> = self.names.iter().map(short).collect();
            let written = short(parent_term);
            let hint = terms::did_you_mean(&written, names.iter().map(String::as_str));
            return Err(node.document().error(
                Some(written.trim_matches(['<', '>'])),
                format!("{written} is no triples map{hint}"),
            ));
        };
        self.parents.push(parent);
        let conditions = node.nodes("joinCondition")?;
        if conditions.is_empty() {
            return self.same_row(node, map, parent);
        }
        let (mut keys, mut parent_keys) = (Vec::new(), Vec::new());
        for condition in conditions {
            condition.only(
                "a join condition",
                &["child", "childMap", "parent", "parentMap"],
            )?;
            keys.push(self.join_key(&condition, "child", "childMap", map)?);
            parent_keys.push(self.join_key(&condition, "parent", "parentMap", parent)?);
        }
        Ok(Join::Keyed {
            table: self.join_table(parent, parent_keys),
            keys,
        })
    }

    /// Joins to equal keys of one triples map share a table.
    fn join_table(&mut self, parent: usize, keys: Vec<Expression>) -> usize {
        let signature = format!("{keys:?}");
        let known = self
            .joins
            .iter()
            .position(|table| table.parent == parent && table.signature == signature);
        known.unwrap_or_else(|| {
            self.joins.push(JoinTable {
                parent,
                keys,
                signature,
            });
            self.joins.len() - 1
        })
    }

    fn same_row(&self, node: &Node<'_>, map: usize, parent: usize) -> Result<Join, KgError> {
        let (own, other) = (&self.sources[map], &self.sources[parent]);
        if own.source != other.source || own.levels != other.levels {
            return Err(node.error(
                "parentTriplesMap",
                format!(
                    "{} reads another source, so the join needs an rr:joinCondition",
                    node.document().short(&self.names[parent])
                ),
            ));
        }
        Ok(Join::SameRow { parent })
    }

    fn join_key(
        &mut self,
        node: &Node<'_>,
        short: &str,
        long: &str,
        map: usize,
    ) -> Result<Expression, KgError> {
        if let Some(child) = node.child(long)? {
            child.only("the key of a join", EXPRESSION)?;
            return self.expression(&child, map);
        }
        let text = node.text(short)?.ok_or_else(|| {
            node.error(
                "joinCondition",
                format!("a join condition needs rr:{short} or rml:{long}"),
            )
        })?;
        let reference = Reference::parse(text, self.dialect(map))
            .map_err(|reason| node.error(short, reason))?;
        Ok(Expression::plain(Origin::Reference(reference)))
    }
}
