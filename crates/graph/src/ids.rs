//! Numbers that stand for nodes and relations.

use std::fmt;
use std::iter::FusedIterator;

use serde::{Deserialize, Serialize};

/// A node of a snapshot: its position in the order by (kind, IRI).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The id as a position in a vector with one entry per node.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The id at a position. Snapshots and walks refuse more than `u32::MAX` nodes when they are
    /// built, so positions taken from them always fit.
    #[must_use]
    pub const fn from_index(index: usize) -> Self {
        Self(index as u32)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A relation of a snapshot: its position in the order by name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct RelationId(pub u16);

impl RelationId {
    /// The id as a position in the list of relations.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What part a node plays in a recommendation. The order of the variants is the order of the ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NodeKind {
    /// Something that can be recommended.
    Item,
    /// Anything else the knowledge graph describes.
    Entity,
    /// A conversation that mentions items and entities.
    Conversation,
    /// Somebody who took part in conversations or rated items.
    User,
}

impl NodeKind {
    /// All kinds in the order of the ids.
    pub const ALL: [Self; 4] = [Self::Item, Self::Entity, Self::Conversation, Self::User];
}

/// A run of consecutive node ids, and an iterator over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRange {
    next: u32,
    end: u32,
}

impl NodeRange {
    pub(crate) const fn new(start: u32, end: u32) -> Self {
        Self { next: start, end }
    }

    /// Whether `node` lies in the run.
    #[must_use]
    pub const fn contains(&self, node: NodeId) -> bool {
        self.next <= node.0 && node.0 < self.end
    }

    /// The positions of the run in a vector with one entry per node.
    #[must_use]
    pub const fn as_indices(&self) -> std::ops::Range<usize> {
        self.next as usize..self.end as usize
    }
}

impl Iterator for NodeRange {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        (self.next < self.end).then(|| {
            self.next += 1;
            NodeId(self.next - 1)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.end - self.next) as usize;
        (left, Some(left))
    }
}

impl DoubleEndedIterator for NodeRange {
    fn next_back(&mut self) -> Option<NodeId> {
        (self.next < self.end).then(|| {
            self.end -= 1;
            NodeId(self.end)
        })
    }
}

impl ExactSizeIterator for NodeRange {}
impl FusedIterator for NodeRange {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_iterates_from_both_ends() {
        let mut range = NodeRange::new(2, 5);
        assert_eq!(range.len(), 3);
        assert!(range.contains(NodeId(4)) && !range.contains(NodeId(5)));
        assert_eq!(range.next(), Some(NodeId(2)));
        assert_eq!(range.next_back(), Some(NodeId(4)));
        assert_eq!(range.next(), Some(NodeId(3)));
        assert_eq!((range.next(), range.next_back()), (None, None));
    }
}
