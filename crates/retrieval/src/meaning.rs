//! What texts mean: sentence vectors of conversations and items.

use tastegraph_graph::NodeId;
use tastegraph_text::{NeighbourIndex, TextError};

/// Items nearest in meaning that gain by it; those further away are all as far.
const NEAR_ITEMS: usize = 1000;

/// A sentence vector for each of some nodes.
#[derive(Default)]
pub struct NodeVectors {
    /// Ascending; a node a row of the index.
    nodes: Vec<NodeId>,
    index: Option<NeighbourIndex>,
}

impl std::fmt::Debug for NodeVectors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NodeVectors({} nodes)", self.nodes.len())
    }
}

impl NodeVectors {
    /// Joins the rows of an index to nodes, which must be ascending. `None` if they are not, or not as many.
    #[must_use]
    pub fn new(nodes: Vec<NodeId>, index: NeighbourIndex) -> Option<Self> {
        let fits = nodes.len() == index.len() && nodes.is_sorted_by(|a, b| a < b);
        fits.then_some(Self {
            nodes,
            index: Some(index),
        })
    }

    /// How many nodes have a vector.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether no node has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The nodes nearest to a vector with the cosines, nearest first.
    ///
    /// # Errors
    /// If the vector has other dimensions, or a value that is no number.
    pub fn nearest(&self, vector: &[f32], top: usize) -> Result<Vec<(NodeId, f32)>, TextError> {
        let Some(index) = &self.index else {
            return Ok(Vec::new());
        };
        let nearest = index.near(vector).top(top).run()?;
        let named = |near: &tastegraph_text::Near| (self.nodes[near.row as usize], near.similarity);
        Ok(nearest.hits.iter().map(named).collect())
    }

    /// The inner product of a node's vector, which has length 1, with another of the same dimensions; 0 for a
    /// node without one.
    #[must_use]
    pub fn product(&self, node: NodeId, vector: &[f32]) -> f32 {
        let row = self.nodes.binary_search(&node);
        let (Some(index), Ok(row)) = (&self.index, row) else {
            return 0.0;
        };
        let values = index.row(row as u32).iter().zip(vector);
        values.map(|(a, b)| a * b).sum()
    }
}

/// Sentence vectors of what is remembered and of what can be recommended, all of one encoder.
#[derive(Debug, Default)]
pub struct Meanings {
    /// Of conversations, by how they end.
    pub conversations: NodeVectors,
    /// Of items, by their names, facts and texts.
    pub items: NodeVectors,
}

impl Meanings {
    /// For each of the items nearest in meaning how much nearer it is than those further away.
    pub(crate) fn of_items(&self, vector: &[f32]) -> Result<Vec<(NodeId, f32)>, TextError> {
        let mut near = self.items.nearest(vector, NEAR_ITEMS + 1)?;
        let floor = near.get(NEAR_ITEMS).map_or(0.0, |far| far.1.max(0.0));
        near.truncate(NEAR_ITEMS);
        for (_, similarity) in &mut near {
            *similarity = (*similarity - floor).max(0.0);
        }
        Ok(near)
    }
}
