//! Conditions: what an item must or must not be.

use std::collections::{BTreeMap, BTreeSet};

use tastegraph_dialogue::Rule;
use tastegraph_graph::{NodeId, Snapshot};

use crate::{Catalogue, RetrievalError};

/// A set of rules, ready to be asked about items.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    ranges: Vec<(String, f64, f64)>,
    /// Ranges in which a number must not lie.
    holes: Vec<(String, f64, f64)>,
    /// For each class of required entities what is joined to one of them: one of each class must be there ("French or
    /// Italian").
    required: BTreeMap<String, NodeSet>,
    /// What is joined to something that is ruled out.
    forbidden: Option<NodeSet>,
    excluded: BTreeSet<NodeId>,
}

impl Filter {
    pub(crate) fn new<'a>(
        rules: impl IntoIterator<Item = &'a Rule>,
        excluded: BTreeSet<NodeId>,
        snapshot: &Snapshot,
        catalogue: &Catalogue,
    ) -> Result<Self, RetrievalError> {
        let mut filter = Self {
            excluded,
            ..Self::default()
        };
        for rule in rules {
            match rule {
                Rule::Range {
                    filter: name,
                    min,
                    max,
                } => {
                    check_filter(name, catalogue)?;
                    filter.ranges.push((
                        name.clone(),
                        min.unwrap_or(f64::NEG_INFINITY),
                        max.unwrap_or(f64::INFINITY),
                    ));
                }
                Rule::Outside {
                    filter: name,
                    min,
                    max,
                } => {
                    check_filter(name, catalogue)?;
                    filter.holes.push((name.clone(), *min, *max));
                }
                Rule::Require(entity) => {
                    let entity = NodeId(*entity);
                    filter
                        .required
                        .entry(snapshot.class(entity).to_owned())
                        .or_insert_with(|| NodeSet::none(snapshot))
                        .add_neighbors(entity, snapshot);
                }
                Rule::Forbid(entity) => {
                    filter
                        .forbidden
                        .get_or_insert_with(|| NodeSet::none(snapshot))
                        .add_neighbors(NodeId(*entity), snapshot);
                }
            }
        }
        Ok(filter)
    }

    /// Whether an item passes. A number that is not known is no reason to leave an item out.
    pub(crate) fn passes(&self, item: NodeId, catalogue: &Catalogue) -> bool {
        if self.excluded.contains(&item) {
            return false;
        }
        let in_ranges = self.ranges.iter().all(|(name, min, max)| {
            catalogue
                .value(item, name)
                .is_none_or(|value| (*min..=*max).contains(&value))
        });
        let in_hole = self.holes.iter().any(|(name, min, max)| {
            catalogue
                .value(item, name)
                .is_some_and(|value| (*min..=*max).contains(&value))
        });
        if !in_ranges || in_hole {
            return false;
        }
        let is_forbidden = self.forbidden.as_ref();
        self.required.values().all(|joined| joined.contains(item))
            && is_forbidden.is_none_or(|joined| !joined.contains(item))
    }
}

/// A set of nodes as a table: it is asked about every item.
#[derive(Debug)]
struct NodeSet(Vec<bool>);

impl NodeSet {
    fn none(snapshot: &Snapshot) -> Self {
        Self(vec![false; snapshot.node_count()])
    }

    fn add_neighbors(&mut self, node: NodeId, snapshot: &Snapshot) {
        for neighbor in snapshot.neighbors(node) {
            self.0[neighbor.node.index()] = true;
        }
    }

    fn contains(&self, node: NodeId) -> bool {
        self.0[node.index()]
    }
}

fn check_filter(name: &str, catalogue: &Catalogue) -> Result<(), RetrievalError> {
    if catalogue.filters().iter().any(|known| known == name) {
        return Ok(());
    }
    Err(RetrievalError::UnknownFilter {
        name: name.to_owned(),
        known: match catalogue.filters() {
            [] => "none".to_owned(),
            names => names.join(", "),
        },
    })
}
