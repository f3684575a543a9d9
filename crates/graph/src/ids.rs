//! Numbers that stand for nodes and relations.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::snapshot::KindChanges;

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

/// Nodes in order of their ids, and an iterator over them: a run of consecutive ids, with what has
/// been added to it and removed from it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRange {
    next: u32,
    end: u32,
    /// How many of the added ids have been passed.
    passed: usize,
    changes: Option<Arc<KindChanges>>,
}

impl NodeRange {
    pub(crate) const fn new(start: u32, end: u32) -> Self {
        Self {
            next: start,
            end,
            passed: 0,
            changes: None,
        }
    }

    pub(crate) fn with_changes(self, changes: Option<Arc<KindChanges>>) -> Self {
        Self { changes, ..self }
    }

    /// Whether `node` is yet to come.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        let in_run = self.next <= node.0 && node.0 < self.end;
        match &self.changes {
            None => in_run,
            Some(changes) => {
                let added = || changes.added[self.passed..].binary_search(&node).is_ok();
                (in_run || added()) && !changes.removed.contains(&node)
            }
        }
    }

    /// How many nodes come before `node`; `None` if it is not yet to come.
    #[must_use]
    pub fn place_of(&self, node: NodeId) -> Option<usize> {
        if !self.contains(node) {
            return None;
        }
        let in_run = |node: NodeId| self.next <= node.0 && node.0 < self.end;
        let Some(changes) = &self.changes else {
            return Some((node.0 - self.next) as usize);
        };
        let added = &changes.added[self.passed..];
        let place = |node: NodeId| {
            if in_run(node) {
                return Some((node.0 - self.next) as usize);
            }
            let among_added = added.binary_search(&node).ok()?;
            Some((self.end - self.next) as usize + among_added)
        };
        let place_of_node = place(node)?;
        let removed = changes.removed.iter().filter_map(|&removed| place(removed));
        Some(place_of_node - removed.filter(|&place| place < place_of_node).count())
    }

    fn is_removed(&self, node: NodeId) -> bool {
        let changes = self.changes.as_ref();
        changes.is_some_and(|changes| changes.removed.contains(&node))
    }

    /// The next id, removed or not.
    fn advance(&mut self) -> Option<NodeId> {
        if self.next < self.end {
            self.next += 1;
            return Some(NodeId(self.next - 1));
        }
        let added = self.changes.as_ref()?.added.get(self.passed).copied()?;
        self.passed += 1;
        Some(added)
    }
}

impl Iterator for NodeRange {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        loop {
            let node = self.advance()?;
            if !self.is_removed(node) {
                return Some(node);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let run = (self.end - self.next) as usize;
        let left = self.changes.as_ref().map_or(run, |changes| {
            let added = &changes.added[self.passed..];
            let removed = changes.removed.iter().filter(|&&node| {
                (self.next <= node.0 && node.0 < self.end) || added.binary_search(&node).is_ok()
            });
            run + added.len() - removed.count()
        });
        (left, Some(left))
    }
}

impl ExactSizeIterator for NodeRange {}
impl FusedIterator for NodeRange {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_knows_what_is_left() {
        let mut range = NodeRange::new(2, 5);
        assert_eq!(range.len(), 3);
        assert!(range.contains(NodeId(4)) && !range.contains(NodeId(5)));
        assert_eq!(range.next(), Some(NodeId(2)));
        assert!(range.len() == 2 && !range.contains(NodeId(2)));
        assert_eq!(range.last(), Some(NodeId(4)));
    }

    #[test]
    fn added_nodes_come_last_and_removed_ones_not_at_all() {
        let changes = KindChanges {
            added: [7, 9].map(NodeId).into(),
            removed: [3, 9].map(NodeId).into(),
        };
        let range = NodeRange::new(2, 5).with_changes(Some(Arc::new(changes)));
        assert_eq!(range.len(), 3);
        let contained = (0..12).map(NodeId).filter(|&node| range.contains(node));
        assert!(contained.eq(range.clone()));
        assert!(range.eq([2, 4, 7].map(NodeId)));
    }
}
