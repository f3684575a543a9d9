//! The part of a snapshot that goes to disk, and the checks it must pass on the way back.

use serde::{Deserialize, Serialize};

use super::Relation;
use super::strings::StringTable;
use crate::{GraphError, NodeId, RelationId};

/// A directed edge. The field order is the sort order: parallel edges lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Edge {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) relation: RelationId,
    pub(super) polarity: i8,
}

/// Everything a snapshot is made of; the adjacency is derived from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    /// Sorted by name.
    pub(super) relations: Vec<Relation>,
    /// For each kind, the id after its last node.
    pub(super) kind_ends: [u32; 4],
    /// One IRI a node; sorted within a kind.
    pub(super) iris: StringTable,
    /// One label a node.
    pub(super) labels: StringTable,
    /// The distinct class labels.
    pub(super) classes: StringTable,
    /// For each node, its class label's position.
    pub(super) class_of: Vec<u32>,
    /// Sorted and free of duplicates.
    pub(super) edges: Vec<Edge>,
}

impl Stored {
    /// Makes sure that no later access can go out of bounds and that searches find what is there.
    pub(super) fn check(&self) -> Result<(), GraphError> {
        let corrupt = |reason| Err(GraphError::Corrupt { reason });
        if ![&self.iris, &self.labels, &self.classes]
            .iter()
            .all(|table| table.is_sound())
        {
            return corrupt("a string table does not fit its text");
        }
        let nodes = self.iris.len();
        if self.labels.len() != nodes || self.class_of.len() != nodes {
            return corrupt("node tables differ in length");
        }
        if !self.kind_ends.is_sorted() || self.kind_ends[3] as usize != nodes {
            return corrupt("node kinds do not cover the nodes");
        }
        if !self.iris_ascend() {
            return corrupt("nodes are not in order");
        }
        if self
            .class_of
            .iter()
            .any(|&class| class as usize >= self.classes.len())
        {
            return corrupt("a node's class does not exist");
        }
        if !self.relations.is_sorted_by(|a, b| a.name < b.name) {
            return corrupt("relations are not in order");
        }
        if self
            .relations
            .iter()
            .any(|r| !r.weight.is_finite() || r.weight < 0.0)
        {
            return corrupt("a relation's weight is negative or not finite");
        }
        self.check_edges(nodes)
    }

    fn check_edges(&self, nodes: usize) -> Result<(), GraphError> {
        let corrupt = |reason| Err(GraphError::Corrupt { reason });
        let fits = |edge: &Edge| {
            edge.from.index() < nodes
                && edge.to.index() < nodes
                && edge.relation.index() < self.relations.len()
                && (-1..=1).contains(&edge.polarity)
        };
        if !self.edges.iter().all(fits) {
            return corrupt("an edge has an end, relation or polarity that does not exist");
        }
        if !self.edges.is_sorted_by(|a, b| a < b) {
            return corrupt("edges are not in order");
        }
        if u32::try_from(self.edges.len()).is_err() {
            return corrupt("there are more edges than can be numbered");
        }
        Ok(())
    }

    fn iris_ascend(&self) -> bool {
        let mut start = 0;
        self.kind_ends.iter().all(|&end| {
            let ascend = (start + 1..end as usize).all(|i| self.iris.get(i - 1) < self.iris.get(i));
            start = end as usize;
            ascend
        })
    }
}
