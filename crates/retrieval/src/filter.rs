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
    /// Required entities by class: one of each class must be there ("French or Italian").
    required: BTreeMap<String, BTreeSet<NodeId>>,
    forbidden: BTreeSet<NodeId>,
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
                        .or_default()
                        .insert(entity);
                }
                Rule::Forbid(entity) => {
                    filter.forbidden.insert(NodeId(*entity));
                }
            }
        }
        Ok(filter)
    }

    /// Whether an item passes. A number that is not known is no reason to leave an item out.
    pub(crate) fn passes(&self, item: NodeId, snapshot: &Snapshot, catalogue: &Catalogue) -> bool {
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
        if self.required.is_empty() && self.forbidden.is_empty() {
            return true;
        }
        let has: BTreeSet<NodeId> = snapshot
            .neighbors(item)
            .map(|neighbor| neighbor.node)
            .collect();
        self.required
            .values()
            .all(|choices| !choices.is_disjoint(&has))
            && self.forbidden.is_disjoint(&has)
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
