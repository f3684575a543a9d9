//! The immutable graph: nodes, relations, and edges readable from both ends.

mod builder;
mod stored;
mod strings;

pub use builder::{NodeIdx, SnapshotBuilder};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use stored::{Edge, Stored};

use crate::{GraphError, NodeId, NodeKind, NodeRange, RelationId};

/// A kind of edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// IRI or key that identifies the relation.
    pub name: String,
    /// How the edge reads from source to target.
    pub label: String,
    /// How the edge reads from target to source.
    pub inverse_label: String,
    /// Strength of an edge of this relation; finite and not negative.
    pub weight: f32,
    /// Whether walks follow the relation; otherwise it only serves explanations.
    pub walk: bool,
}

/// One end of an edge as seen from the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Neighbor {
    /// The node at the other end.
    pub node: NodeId,
    /// The edge's relation.
    pub relation: RelationId,
    /// Whether the edge points from here to there.
    pub outgoing: bool,
    /// −1 for a dislike, 1 for a like, 0 for neither.
    pub polarity: i8,
}

/// An immutable, typed multigraph with numbered nodes.
///
/// Nodes are ordered by (kind, IRI) and edges by (source, target, relation, polarity), so two
/// snapshots of the same graph are equal whatever order the graph was read in. Serialisation
/// stores the nodes and edges only; loading checks them and rebuilds the adjacency.
///
/// Methods that take an id panic if the id is not of this snapshot, as indexing a slice does.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    stored: Stored,
    /// Edges of node `n` as a source: `edges[out_starts[n]..out_starts[n + 1]]`.
    out_starts: Vec<u32>,
    /// Edges of node `n` as a target: those numbered `incoming[in_starts[n]..in_starts[n + 1]]`.
    in_starts: Vec<u32>,
    incoming: Vec<u32>,
}

impl Snapshot {
    /// Checks the parts against each other and indexes the edges from both ends.
    fn from_stored(stored: Stored) -> Result<Self, GraphError> {
        stored.check()?;
        let nodes = stored.iris.len();
        let out_starts = starts(nodes, stored.edges.iter().map(|e| e.from));
        let in_starts = starts(nodes, stored.edges.iter().map(|e| e.to));
        let mut cursor = in_starts.clone();
        let mut incoming = vec![0; stored.edges.len()];
        for (number, edge) in (0u32..).zip(&stored.edges) {
            let slot = &mut cursor[edge.to.index()];
            incoming[*slot as usize] = number;
            *slot += 1;
        }
        Ok(Self {
            stored,
            out_starts,
            in_starts,
            incoming,
        })
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.stored.iris.len()
    }

    /// Number of distinct directed edges.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.stored.edges.len()
    }

    /// Whether `node` is a node of this snapshot.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        node.index() < self.node_count()
    }

    /// All nodes in order of their ids.
    #[must_use]
    pub fn nodes(&self) -> NodeRange {
        NodeRange::new(0, self.stored.kind_ends[NodeKind::User as usize])
    }

    /// The nodes of one kind; their ids are consecutive.
    #[must_use]
    pub fn nodes_of(&self, kind: NodeKind) -> NodeRange {
        let ends = &self.stored.kind_ends;
        let start = (kind as usize)
            .checked_sub(1)
            .map_or(0, |before| ends[before]);
        NodeRange::new(start, ends[kind as usize])
    }

    /// The kind of a node.
    #[must_use]
    pub fn kind(&self, node: NodeId) -> NodeKind {
        NodeKind::ALL[self.stored.kind_ends.partition_point(|&end| end <= node.0)]
    }

    /// The IRI of a node.
    #[must_use]
    pub fn iri(&self, node: NodeId) -> &str {
        self.stored.iris.get(node.index())
    }

    /// The human-readable name of a node.
    #[must_use]
    pub fn label(&self, node: NodeId) -> &str {
        self.stored.labels.get(node.index())
    }

    /// The label of a node's class, such as "person".
    #[must_use]
    pub fn class(&self, node: NodeId) -> &str {
        self.stored
            .classes
            .get(self.stored.class_of[node.index()] as usize)
    }

    /// The node with this IRI. Takes a binary search per kind.
    #[must_use]
    pub fn find(&self, iri: &str) -> Option<NodeId> {
        NodeKind::ALL.into_iter().find_map(|kind| {
            let range = self.nodes_of(kind).as_indices();
            let (mut low, mut high) = (range.start, range.end);
            while low < high {
                let middle = low.midpoint(high);
                match self.stored.iris.get(middle).cmp(iri) {
                    std::cmp::Ordering::Less => low = middle + 1,
                    std::cmp::Ordering::Equal => return Some(NodeId::from_index(middle)),
                    std::cmp::Ordering::Greater => high = middle,
                }
            }
            None
        })
    }

    /// A relation by its id.
    #[must_use]
    pub fn relation(&self, relation: RelationId) -> &Relation {
        &self.stored.relations[relation.index()]
    }

    /// All relations with their ids, in order of their names.
    #[must_use]
    pub fn relations(&self) -> impl ExactSizeIterator<Item = (RelationId, &Relation)> {
        let with_id = |(i, relation)| (RelationId(i as u16), relation);
        self.stored.relations.iter().enumerate().map(with_id)
    }

    /// The relation with this name.
    #[must_use]
    pub fn find_relation(&self, name: &str) -> Option<RelationId> {
        let found = self
            .stored
            .relations
            .binary_search_by(|r| r.name.as_str().cmp(name));
        found.ok().map(|i| RelationId(i as u16))
    }

    /// Both directions of all edges at `node`: first those that leave it, by target, then those
    /// that arrive, by source. Parallel edges each count; a self loop appears in both parts.
    pub fn neighbors(&self, node: NodeId) -> impl Iterator<Item = Neighbor> {
        let seen_from = |edge: &Edge, outgoing| Neighbor {
            node: if outgoing { edge.to } else { edge.from },
            relation: edge.relation,
            outgoing,
            polarity: edge.polarity,
        };
        let leaving = &self.stored.edges[span(&self.out_starts, node)];
        let arriving = &self.incoming[span(&self.in_starts, node)];
        let arriving = arriving
            .iter()
            .map(|&number| &self.stored.edges[number as usize]);
        let leaving = leaving.iter().map(move |edge| seen_from(edge, true));
        leaving.chain(arriving.map(move |edge| seen_from(edge, false)))
    }

    /// Number of edges at `node`, both directions together.
    #[must_use]
    pub fn degree(&self, node: NodeId) -> usize {
        span(&self.out_starts, node).len() + span(&self.in_starts, node).len()
    }

    /// Every edge once: source, relation, target, polarity; in the order of storage.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (NodeId, RelationId, NodeId, i8)> {
        self.stored
            .edges
            .iter()
            .map(|e| (e.from, e.relation, e.to, e.polarity))
    }
}

/// Where each node's entries start when entries are grouped by node, plus one end marker.
fn starts(nodes: usize, entries: impl Iterator<Item = NodeId>) -> Vec<u32> {
    let mut starts = vec![0; nodes + 1];
    for node in entries {
        starts[node.index() + 1] += 1;
    }
    for i in 0..nodes {
        starts[i + 1] += starts[i];
    }
    starts
}

fn span(starts: &[u32], node: NodeId) -> std::ops::Range<usize> {
    starts[node.index()] as usize..starts[node.index() + 1] as usize
}

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_stored(Stored::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
