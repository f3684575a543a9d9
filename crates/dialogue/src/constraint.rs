//! Limits that an answer must keep.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use tastegraph_text::EntityId;

/// A limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A property must lie in a range, ends included.
    Range {
        /// The name of the filter.
        filter: String,
        /// The least value.
        min: Option<f64>,
        /// The greatest value.
        max: Option<f64>,
    },
    /// A property must lie outside of a range, the ends of which are inside.
    Outside {
        /// The name of the filter.
        filter: String,
        /// The least value that must not be.
        min: f64,
        /// The greatest value that must not be.
        max: f64,
    },
    /// An answer must be connected with the entity.
    Require(EntityId),
    /// An answer must not be connected with the entity.
    Forbid(EntityId),
}

/// A limit and where it was stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// The limit.
    pub rule: Rule,
    /// The turn, counted from 0.
    pub turn: usize,
    /// Bytes of the text of the turn.
    pub span: Range<usize>,
    /// The text of the span.
    pub text: String,
}

/// Adds a constraint; what it corrects is withdrawn.
pub(crate) fn add(constraints: &mut Vec<Constraint>, new: Constraint) {
    constraints.retain(|old| !is_corrected(&old.rule, &new.rule));
    constraints.push(new);
}

/// Withdraws a ban on an entity that is wanted after all.
pub(crate) fn permit(constraints: &mut Vec<Constraint>, entity: EntityId) {
    constraints.retain(|constraint| constraint.rule != Rule::Forbid(entity));
}

/// Withdraws whatever was said about an entity.
pub(crate) fn withdraw(constraints: &mut Vec<Constraint>, entity: EntityId) {
    constraints.retain(|constraint| {
        ![Rule::Forbid(entity), Rule::Require(entity)].contains(&constraint.rule)
    });
}

/// Withdraws the ranges of a filter.
pub(crate) fn withdraw_filter(constraints: &mut Vec<Constraint>, name: &str) {
    constraints.retain(|constraint| match &constraint.rule {
        Rule::Range { filter, .. } | Rule::Outside { filter, .. } => filter != name,
        Rule::Require(_) | Rule::Forbid(_) => true,
    });
}

fn is_corrected(old: &Rule, new: &Rule) -> bool {
    match (old, new) {
        (Rule::Require(old) | Rule::Forbid(old), Rule::Require(new) | Rule::Forbid(new)) => {
            old == new
        }
        (
            Rule::Range {
                filter: old,
                min: old_min,
                max: old_max,
            },
            Rule::Range {
                filter: new,
                min: new_min,
                max: new_max,
            },
        ) => {
            let shares_side = (old_min.is_some() && new_min.is_some())
                || (old_max.is_some() && new_max.is_some());
            let crosses = |min: &Option<f64>, max: &Option<f64>| {
                min.zip(*max).is_some_and(|(min, max)| min > max)
            };
            old == new && (shares_side || crosses(old_min, new_max) || crosses(new_min, old_max))
        }
        // A range that lies in the hole, and a hole that leaves nothing of the range.
        (
            Rule::Outside {
                filter: old,
                min: hole_min,
                max: hole_max,
            },
            Rule::Range {
                filter: new,
                min,
                max,
            },
        )
        | (
            Rule::Range {
                filter: old,
                min,
                max,
            },
            Rule::Outside {
                filter: new,
                min: hole_min,
                max: hole_max,
            },
        ) => {
            old == new
                && min.is_some_and(|min| min >= *hole_min)
                && max.is_some_and(|max| max <= *hole_max)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(min: Option<f64>, max: Option<f64>) -> Rule {
        Rule::Range {
            filter: "year".to_owned(),
            min,
            max,
        }
    }

    fn hole(min: f64, max: f64) -> Rule {
        Rule::Outside {
            filter: "year".to_owned(),
            min,
            max,
        }
    }

    #[test]
    fn the_later_rule_corrects_the_earlier() {
        let other = Rule::Range {
            filter: "runtime".to_owned(),
            min: Some(90.0),
            max: None,
        };
        for (old, new, corrected) in [
            (Rule::Require(1), Rule::Forbid(1), true),
            (Rule::Forbid(1), Rule::Require(1), true),
            (Rule::Forbid(1), Rule::Forbid(1), true),
            (Rule::Forbid(1), Rule::Forbid(2), false),
            (Rule::Forbid(1), range(Some(1.0), None), false),
            (range(Some(1990.0), None), range(Some(1980.0), None), true),
            (
                range(Some(1980.0), Some(1989.0)),
                range(None, Some(2000.0)),
                true,
            ),
            (range(Some(1990.0), None), range(None, Some(2000.0)), false),
            (range(Some(1990.0), None), range(None, Some(1980.0)), true),
            (range(Some(1990.0), None), other, false),
            (
                hole(1980.0, 1989.0),
                range(Some(1982.0), Some(1985.0)),
                true,
            ),
            (
                range(Some(1982.0), Some(1985.0)),
                hole(1980.0, 1989.0),
                true,
            ),
            (hole(1980.0, 1989.0), range(Some(1970.0), None), false),
            (hole(1980.0, 1989.0), hole(1990.0, 1999.0), false),
        ] {
            assert_eq!(is_corrected(&old, &new), corrected, "{old:?} {new:?}");
        }
    }
}
