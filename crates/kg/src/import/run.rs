//! One use of a mapping: what it needs in memory, and what it counts.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use oxigraph::model::{BlankNode, Term};

use super::evaluate::{Fault, all_hold, blank_label};
use super::lookup::Lookup;
use super::model::{Expression, Join, Mapping, Source};
use super::row::Row;
use super::source::{Files, Halt, Visitor, read, record_error};
use crate::{KgError, KnowledgeGraph};

/// Parts of a composed key are joined by a character that text does not contain.
const KEY_SEPARATOR: char = '\u{1f}';

/// A mapping with its join tables and lookups filled.
pub(super) struct Run<'m> {
    pub(super) mapping: &'m Mapping,
    joins: Vec<HashMap<String, Vec<Term>>>,
    lookups: Vec<Lookup>,
    /// Blank nodes of different mappings are different nodes.
    scope: u64,
    misses: RefCell<Vec<Miss>>,
    /// Rows that are read once more later are not counted the first time.
    is_counting: Cell<bool>,
}

/// Keys of a join, or texts of a lookup, without a partner.
#[derive(Debug, Clone, Default)]
struct Miss {
    asked: u64,
    missed: u64,
    example: String,
}

impl<'m> Run<'m> {
    /// Reads what other rows are joined to; memory grows with those sources and with what lookups find
    /// in the graph, not with the rest.
    pub(super) fn prepare(
        mapping: &'m Mapping,
        files: &Files,
        graph: Option<&KnowledgeGraph>,
    ) -> Result<Self, Halt> {
        let lookups: Result<_, KgError> = mapping
            .lookups
            .iter()
            .map(|rule| Lookup::build(rule, graph))
            .collect();
        let mut hasher = DefaultHasher::new();
        mapping.file.hash(&mut hasher);
        let mut run = Self {
            mapping,
            joins: vec![HashMap::new(); mapping.joins.len()],
            lookups: lookups?,
            scope: hasher.finish(),
            misses: RefCell::new(vec![
                Miss::default();
                mapping.joins.len() + mapping.lookups.len()
            ]),
            is_counting: Cell::new(true),
        };
        for (source, tables) in by_source(mapping, 0..mapping.joins.len(), |table| {
            mapping.joins[table].parent
        }) {
            run.fill(source, &tables, files)?;
        }
        Ok(run)
    }

    fn fill(&mut self, source: &Source, tables: &[usize], files: &Files) -> Result<(), Halt> {
        let mut parents: Vec<usize> = tables
            .iter()
            .map(|&table| self.mapping.joins[table].parent)
            .collect();
        parents.sort_unstable();
        parents.dedup();
        let mut joins = std::mem::take(&mut self.joins);
        let mut filler = Filler {
            run: self,
            tables,
            joins: &mut joins,
        };
        let result = read(filler.run.mapping, source, &parents, files, &mut filler);
        self.joins = joins;
        result.map(|_| ())
    }

    /// The subjects that a row is joined to.
    pub(super) fn join(&self, join: &Join, row: &Row<'_>) -> Result<Vec<Term>, Fault> {
        match join {
            Join::SameRow { parent } => self.mapping.maps[*parent].subject.terms(row, self),
            Join::Keyed { table, keys } => self.joined(*table, keys, row),
        }
    }

    fn joined(&self, table: usize, keys: &[Expression], row: &Row<'_>) -> Result<Vec<Term>, Fault> {
        let mut terms: Vec<Term> = Vec::new();
        for key in composed(keys, row)? {
            let partners = self.joins[table].get(&key);
            self.count(table, &key, partners.is_some());
            for partner in partners.into_iter().flatten() {
                if !terms.contains(partner) {
                    terms.push(partner.clone());
                }
            }
        }
        Ok(terms)
    }

    pub(super) fn look_up(&self, lookup: usize, text: &str) -> Option<Term> {
        let found = self.lookups[lookup].find(text);
        self.count(self.mapping.joins.len() + lookup, text, found.is_some());
        found
    }

    fn count(&self, index: usize, text: &str, is_found: bool) {
        if !self.is_counting.get() {
            return;
        }
        let mut misses = self.misses.borrow_mut();
        let miss = &mut misses[index];
        miss.asked += 1;
        if !is_found {
            if miss.missed == 0 {
                miss.example = text.replace(KEY_SEPARATOR, ", ");
            }
            miss.missed += 1;
        }
    }

    pub(super) fn blank_node(&self, text: &str) -> BlankNode {
        blank_label(self.scope, text)
    }

    /// Subjects held for joins, and resources held for lookups.
    pub(super) fn held(&self) -> u64 {
        let joined = self.joins.iter().flat_map(HashMap::values).map(Vec::len);
        let found = self.lookups.iter().map(Lookup::len);
        joined.chain(found).sum::<usize>() as u64
    }

    /// What people should know: keys without partner, and references that never had a value.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let joins = self.mapping.joins.len();
        for (index, miss) in self.misses.borrow().iter().enumerate() {
            if miss.missed == 0 {
                continue;
            }
            let target = if index < joins {
                let parent = &self.mapping.maps[self.mapping.joins[index].parent];
                format!("rows of {}", parent.name)
            } else {
                let rule = &self.mapping.lookups[index - joins];
                match &rule.class {
                    Some(class) => format!("{class} of the graph by {}", rule.property),
                    None => format!("resource of the graph by {}", rule.property),
                }
            };
            remarks.push(format!(
                "{} of {} keys found no {target}; the first was \"{}\"",
                miss.missed, miss.asked, miss.example
            ));
        }
        for map in &self.mapping.maps {
            for expression in map.expressions() {
                for reference in expression.references() {
                    if reference.is_suspect() && !expression.optional {
                        remarks.push(format!(
                            "\"{}\" in {} never had a value",
                            reference.written, map.name
                        ));
                    }
                }
            }
        }
        remarks.sort();
        remarks.dedup();
        remarks
    }
}

/// Things that belong to triples maps, by source, in the order of the mapping.
pub(super) fn by_source(
    mapping: &Mapping,
    things: impl Iterator<Item = usize>,
    map_of: impl Fn(usize) -> usize,
) -> Vec<(&Source, Vec<usize>)> {
    let mut groups: Vec<(&Source, Vec<usize>)> = Vec::new();
    for thing in things {
        let source = &mapping.maps[map_of(thing)].source;
        match groups.iter_mut().find(|(other, _)| *other == source) {
            Some((_, members)) => members.push(thing),
            None => groups.push((source, vec![thing])),
        }
    }
    groups
}

/// Every combination of the values of the parts.
fn composed(keys: &[Expression], row: &Row<'_>) -> Result<Vec<String>, Fault> {
    let mut all = vec![String::new()];
    for (index, key) in keys.iter().enumerate() {
        let values = key.values(row, false)?;
        let extend = |start: &String| {
            values
                .iter()
                .map(|value| {
                    let mut text = start.clone();
                    if index > 0 {
                        text.push(KEY_SEPARATOR);
                    }
                    text.push_str(&value.text);
                    text
                })
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(extend).collect();
    }
    Ok(all)
}

/// Puts the subjects of parents under their keys.
struct Filler<'a, 'm> {
    run: &'a Run<'m>,
    tables: &'a [usize],
    joins: &'a mut Vec<HashMap<String, Vec<Term>>>,
}

impl Visitor for Filler<'_, '_> {
    fn progress(&mut self) {}

    fn row(&mut self, map: usize, row: &Row<'_>) -> Result<(), Halt> {
        let fail = |fault| record_error(fault, row.place);
        let parent = &self.run.mapping.maps[map];
        if !all_hold(&parent.when, row, self.run).map_err(fail)? {
            return Ok(());
        }
        self.run.is_counting.set(!parent.writes());
        let subjects = parent.subject.terms(row, self.run).map_err(fail)?;
        self.run.is_counting.set(true);
        for &table in self.tables {
            let rule = &self.run.mapping.joins[table];
            if rule.parent != map {
                continue;
            }
            for key in composed(&rule.keys, row).map_err(fail)? {
                let entry = self.joins[table].entry(key).or_default();
                for subject in &subjects {
                    if !entry.contains(subject) {
                        entry.push(subject.clone());
                    }
                }
            }
        }
        Ok(())
    }
}
