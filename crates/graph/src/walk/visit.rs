//! petgraph's visit traits for [`Walk`], so that its algorithms run on our rows without a copy.

use std::collections::btree_map;

use petgraph::Undirected;
use petgraph::visit::{
    Data, EdgeCount, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors,
    IntoNodeIdentifiers, NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
};

use super::patches::PatchedRow;
use super::{Rows, Walk};
use crate::{NodeId, NodeRange};

/// An edge of a [`Walk`] as petgraph sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WalkEdge {
    source: NodeId,
    target: NodeId,
    weight: f32,
}

impl EdgeRef for WalkEdge {
    type NodeId = NodeId;
    type EdgeId = (NodeId, NodeId);
    type Weight = f32;

    fn source(&self) -> NodeId {
        self.source
    }

    fn target(&self) -> NodeId {
        self.target
    }

    fn weight(&self) -> &f32 {
        &self.weight
    }

    /// The two ends, smaller first: the same from whichever end the edge was reached.
    fn id(&self) -> (NodeId, NodeId) {
        (self.source.min(self.target), self.source.max(self.target))
    }
}

/// The neighbours of one node with the weights of the edges to them.
#[derive(Debug, Clone)]
pub struct WalkNeighbors<'a> {
    rows: &'a Rows,
    /// What is left of the row in the file: entries and the neighbours there.
    entries: std::iter::Zip<std::ops::Range<usize>, std::slice::Iter<'a, u32>>,
    patched: Option<&'a PatchedRow>,
    /// The neighbours that the file does not have.
    new: Option<btree_map::Iter<'a, u32, (f32, f32)>>,
}

impl<'a> WalkNeighbors<'a> {
    pub(super) fn new(walk: &'a Walk, position: u32) -> Self {
        let rows = walk.rows();
        let entries = rows.entries(position);
        let patched = walk.patches().row(position);
        Self {
            rows,
            entries: entries.clone().zip(&rows.columns.ids()[entries]),
            patched,
            new: patched.map(|row| row.entries.iter()),
        }
    }

    /// The next neighbour as a position, and the weight of the edge to it.
    pub(crate) fn advance(&mut self) -> Option<(u32, f32)> {
        for (entry, &id) in self.entries.by_ref() {
            let stored = self.rows.weight(entry);
            let changed = self.patched.and_then(|row| row.entries.get(&id));
            let weight = changed.map_or(stored, |(_, now)| *now);
            if weight > 0.0 {
                return Some((id, weight));
            }
        }
        let is_new = |(_, (stored, now)): &(&u32, &(f32, f32))| *stored <= 0.0 && *now > 0.0;
        let (&id, &(_, weight)) = self.new.as_mut()?.find(is_new)?;
        Some((id, weight))
    }
}

impl Iterator for WalkNeighbors<'_> {
    type Item = (NodeId, f32);

    fn next(&mut self) -> Option<(NodeId, f32)> {
        let (id, weight) = self.advance()?;
        Some((self.rows.node(id), weight))
    }
}

/// The neighbours of one node alone; made by petgraph's `IntoNeighbors`.
#[derive(Debug, Clone)]
pub struct WalkNeighborIds<'a>(WalkNeighbors<'a>);

impl Iterator for WalkNeighborIds<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(|(node, _)| node)
    }
}

/// The edges at one node, that node being their source; made by petgraph's `IntoEdges`.
#[derive(Debug, Clone)]
pub struct WalkEdges<'a> {
    source: NodeId,
    row: WalkNeighbors<'a>,
}

impl<'a> WalkEdges<'a> {
    fn of(walk: &'a Walk, source: NodeId) -> Self {
        let row = walk.neighbors(source);
        Self { source, row }
    }
}

impl Iterator for WalkEdges<'_> {
    type Item = WalkEdge;

    fn next(&mut self) -> Option<WalkEdge> {
        let (target, weight) = self.row.next()?;
        Some(WalkEdge {
            source: self.source,
            target,
            weight,
        })
    }
}

/// Every edge once, smaller end first; made by petgraph's `IntoEdgeReferences`.
#[derive(Debug, Clone)]
pub struct WalkEdgeReferences<'a> {
    walk: &'a Walk,
    row: Option<WalkEdges<'a>>,
    rest: NodeRange,
}

impl Iterator for WalkEdgeReferences<'_> {
    type Item = WalkEdge;

    fn next(&mut self) -> Option<WalkEdge> {
        loop {
            let row = self.row.as_mut();
            if let Some(edge) = row.and_then(|row| row.find(|edge| edge.source < edge.target)) {
                return Some(edge);
            }
            self.row = Some(WalkEdges::of(self.walk, self.rest.next()?));
        }
    }
}

/// The set of nodes a petgraph traversal has been to.
#[derive(Debug, Clone, Default)]
pub struct Visited(Vec<bool>);

impl VisitMap<NodeId> for Visited {
    fn visit(&mut self, node: NodeId) -> bool {
        !std::mem::replace(&mut self.0[node.index()], true)
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        self.0[node.index()]
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        std::mem::replace(&mut self.0[node.index()], false)
    }
}

impl GraphBase for Walk {
    type NodeId = NodeId;
    type EdgeId = (NodeId, NodeId);
}

impl Data for Walk {
    type NodeWeight = ();
    type EdgeWeight = f32;
}

impl GraphProp for Walk {
    type EdgeType = Undirected;
}

impl NodeCount for Walk {
    fn node_count(&self) -> usize {
        self.node_count()
    }
}

impl EdgeCount for Walk {
    fn edge_count(&self) -> usize {
        self.edge_count()
    }
}

impl NodeIndexable for Walk {
    fn node_bound(&self) -> usize {
        self.node_count()
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId::from_index(index)
    }
}

impl NodeCompactIndexable for Walk {}

impl Visitable for Walk {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(vec![false; self.node_count()])
    }

    fn reset_map(&self, map: &mut Visited) {
        *map = self.visit_map();
    }
}

impl IntoNodeIdentifiers for &Walk {
    type NodeIdentifiers = NodeRange;

    fn node_identifiers(self) -> NodeRange {
        NodeRange::new(0, self.node_count() as u32)
    }
}

impl<'a> IntoNeighbors for &'a Walk {
    type Neighbors = WalkNeighborIds<'a>;

    fn neighbors(self, node: NodeId) -> WalkNeighborIds<'a> {
        WalkNeighborIds(Walk::neighbors(self, node))
    }
}

impl<'a> IntoEdges for &'a Walk {
    type Edges = WalkEdges<'a>;

    fn edges(self, node: NodeId) -> WalkEdges<'a> {
        WalkEdges::of(self, node)
    }
}

impl<'a> IntoEdgeReferences for &'a Walk {
    type EdgeRef = WalkEdge;
    type EdgeReferences = WalkEdgeReferences<'a>;

    fn edge_references(self) -> WalkEdgeReferences<'a> {
        WalkEdgeReferences {
            walk: self,
            row: None,
            rest: self.node_identifiers(),
        }
    }
}
