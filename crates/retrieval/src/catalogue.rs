//! What is known of nodes besides their edges: numbers to filter by, words, popularity.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tastegraph_graph::{NodeId, NodeKind, Snapshot};

/// The numbers and words of one node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeDetails {
    /// The number shown behind its label, such as the year of a film.
    pub qualifier: Option<i32>,
    /// Filter name → number.
    pub values: BTreeMap<String, f64>,
    /// Texts: the description of an item, the turns of a conversation.
    pub texts: Vec<String>,
}

/// Details by node. Nodes without any need no entry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    details: BTreeMap<u32, NodeDetails>,
    filters: Vec<String>,
    /// Names of relations in the order in which facts are told.
    relations: Vec<String>,
}

impl Catalogue {
    /// A catalogue for graphs whose items can be filtered by the numbers called `filters`.
    #[must_use]
    pub fn new(filters: Vec<String>) -> Self {
        Self {
            filters,
            ..Self::default()
        }
    }

    /// Sets the order in which facts are told: names of relations, first things first.
    #[must_use]
    pub fn with_relation_order(mut self, relations: Vec<String>) -> Self {
        self.relations = relations;
        self
    }

    /// The place of a relation in that order; relations that it does not name come last.
    #[must_use]
    pub fn relation_place(&self, name: &str) -> usize {
        self.relations
            .iter()
            .position(|relation| relation == name)
            .unwrap_or(self.relations.len())
    }

    /// Sets what is known of a node.
    pub fn insert(&mut self, node: NodeId, details: NodeDetails) {
        self.details.insert(node.0, details);
    }

    /// Names of the filters.
    #[must_use]
    pub fn filters(&self) -> &[String] {
        &self.filters
    }

    /// The number called `filter` of a node.
    #[must_use]
    pub fn value(&self, node: NodeId, filter: &str) -> Option<f64> {
        self.details.get(&node.0)?.values.get(filter).copied()
    }

    /// All numbers of a node.
    pub fn values(&self, node: NodeId) -> impl Iterator<Item = (&str, f64)> {
        self.details.get(&node.0).into_iter().flat_map(|details| {
            details
                .values
                .iter()
                .map(|(name, value)| (name.as_str(), *value))
        })
    }

    /// The texts of a node.
    #[must_use]
    pub fn texts(&self, node: NodeId) -> &[String] {
        self.details
            .get(&node.0)
            .map_or(&[], |details| &details.texts)
    }

    /// A node's label with its qualifier: "Heat (1995)".
    #[must_use]
    pub fn title(&self, snapshot: &Snapshot, node: NodeId) -> String {
        let label = snapshot.label(node);
        match self
            .details
            .get(&node.0)
            .and_then(|details| details.qualifier)
        {
            Some(qualifier) => format!("{label} ({qualifier})"),
            None => label.to_owned(),
        }
    }
}

/// By how much the qualifier of each item is below the highest; the mean for those without one. In the order of the
/// snapshot's items.
#[must_use]
pub(crate) fn ages(snapshot: &Snapshot, catalogue: &Catalogue) -> Vec<f32> {
    let items = snapshot.nodes_of(NodeKind::Item);
    let qualifier = |item: NodeId| catalogue.details.get(&item.0)?.qualifier;
    let known: Vec<i32> = items.clone().filter_map(qualifier).collect();
    let Some(&newest) = known.iter().max() else {
        return vec![0.0; items.len()];
    };
    let age = |qualifier: i32| (f64::from(newest) - f64::from(qualifier)) as f32;
    let mean = known.iter().map(|&known| age(known)).sum::<f32>() / known.len() as f32;
    items
        .map(|item| qualifier(item).map_or(mean, age))
        .collect()
}

/// How often each item is named: `1 + n_i` where `n_i` counts the conversations and users with an edge
/// to item `i` that is no dislike. In the order of the snapshot's items.
#[must_use]
pub(crate) fn mentions(snapshot: &Snapshot) -> Vec<f32> {
    snapshot
        .nodes_of(NodeKind::Item)
        .map(|item| {
            let mut fans: Vec<NodeId> = snapshot
                .neighbors(item)
                .filter(|neighbor| {
                    neighbor.polarity >= 0
                        && matches!(
                            snapshot.kind(neighbor.node),
                            NodeKind::Conversation | NodeKind::User
                        )
                })
                .map(|neighbor| neighbor.node)
                .collect();
            // One conversation may name an item with and without a feeling.
            fans.sort_unstable();
            fans.dedup();
            1.0 + fans.len() as f32
        })
        .collect()
}
