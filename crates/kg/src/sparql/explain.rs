//! How a query is evaluated: the plan as a tree, with what each step gave.

use std::fmt;

use serde::Serialize;

use crate::KgError;

/// A plan with statistics.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Seconds spent on planning.
    pub planning_seconds: f64,
    /// The step that gives the answer.
    pub plan: PlanNode,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanNode {
    /// What the step does.
    pub name: String,
    /// How many results it gave; `None` if it never ran.
    pub results: Option<u64>,
    /// Seconds spent in it and the steps below.
    pub seconds: Option<f64>,
    /// The steps it draws from.
    pub children: Vec<PlanNode>,
}

impl Explanation {
    /// Reads the evaluator's JSON.
    pub(super) fn from_json(json: &[u8]) -> Result<Self, KgError> {
        let value: serde_json::Value =
            serde_json::from_slice(json).map_err(|error| KgError::Evaluation(error.to_string()))?;
        Ok(Self {
            planning_seconds: value["planning duration in seconds"]
                .as_f64()
                .unwrap_or(0.0),
            plan: PlanNode::from_value(&value["plan"]),
        })
    }
}

impl PlanNode {
    fn from_value(value: &serde_json::Value) -> Self {
        Self {
            name: value["name"].as_str().unwrap_or_default().to_owned(),
            results: value["number of results"].as_u64(),
            seconds: value["duration in seconds"].as_f64(),
            children: value["children"]
                .as_array()
                .map(|children| children.iter().map(Self::from_value).collect())
                .unwrap_or_default(),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "{}{}", "  ".repeat(depth), self.name)?;
        if let (Some(results), Some(seconds)) = (self.results, self.seconds) {
            write!(f, "  [{results} results, {:.3} ms]", seconds * 1e3)?;
        }
        writeln!(f)?;
        self.children
            .iter()
            .try_for_each(|child| child.write(f, depth + 1))
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "planning {:.3} ms", self.planning_seconds * 1e3)?;
        self.plan.write(f, 0)
    }
}
