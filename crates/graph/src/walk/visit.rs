//! petgraph's visit traits for [`Walk`], so that its algorithms run on our rows without a copy.

use petgraph::Undirected;
use petgraph::visit::{
    Data, EdgeCount, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors,
    IntoNodeIdentifiers, NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
};

use super::Walk;
use crate::{NodeId, NodeRange};

/// An edge of a [`Walk`] as petgraph sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WalkEdge<'a> {
    source: NodeId,
    target: NodeId,
    weight: &'a f32,
}

impl EdgeRef for WalkEdge<'_> {
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
        self.weight
    }

    /// The two ends, smaller first: the same from whichever end the edge was reached.
    fn id(&self) -> (NodeId, NodeId) {
        (self.source.min(self.target), self.source.max(self.target))
    }
}

/// The neighbours of one node; made by petgraph's `IntoNeighbors`.
#[derive(Debug, Clone)]
pub struct WalkNeighbors<'a>(std::slice::Iter<'a, NodeId>);

impl Iterator for WalkNeighbors<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().copied()
    }
}

/// The edges at one node, that node being their source; made by petgraph's `IntoEdges`.
#[derive(Debug, Clone)]
pub struct WalkEdges<'a> {
    source: NodeId,
    row: std::iter::Zip<std::slice::Iter<'a, NodeId>, std::slice::Iter<'a, f32>>,
}

impl<'a> WalkEdges<'a> {
    fn of(walk: &'a Walk, source: NodeId) -> Self {
        let (ids, weights) = walk.neighbors(source);
        Self {
            source,
            row: ids.iter().zip(weights),
        }
    }
}

impl<'a> Iterator for WalkEdges<'a> {
    type Item = WalkEdge<'a>;

    fn next(&mut self) -> Option<WalkEdge<'a>> {
        let (&target, weight) = self.row.next()?;
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
    row: WalkEdges<'a>,
    rest: NodeRange,
}

impl<'a> Iterator for WalkEdgeReferences<'a> {
    type Item = WalkEdge<'a>;

    fn next(&mut self) -> Option<WalkEdge<'a>> {
        loop {
            if let Some(edge) = self.row.find(|edge| edge.source < edge.target) {
                return Some(edge);
            }
            self.row = WalkEdges::of(self.walk, self.rest.next()?);
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
    type Neighbors = WalkNeighbors<'a>;

    fn neighbors(self, node: NodeId) -> WalkNeighbors<'a> {
        WalkNeighbors(Walk::neighbors(self, node).0.iter())
    }
}

impl<'a> IntoEdges for &'a Walk {
    type Edges = WalkEdges<'a>;

    fn edges(self, node: NodeId) -> WalkEdges<'a> {
        WalkEdges::of(self, node)
    }
}

impl<'a> IntoEdgeReferences for &'a Walk {
    type EdgeRef = WalkEdge<'a>;
    type EdgeReferences = WalkEdgeReferences<'a>;

    fn edge_references(self) -> WalkEdgeReferences<'a> {
        let nothing = WalkEdges {
            source: NodeId(0),
            row: [].iter().zip(&[]),
        };
        WalkEdgeReferences {
            walk: self,
            row: nothing,
            rest: self.node_identifiers(),
        }
    }
}
