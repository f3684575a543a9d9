//! Collects a graph in any order and numbers it in one.

use std::collections::{BTreeSet, HashMap};

use super::stored::{Edge, Stored};
use super::strings::StringTable;
use super::{Relation, Snapshot};
use crate::{GraphError, NodeId, NodeKind, RelationId};

/// A node while its graph is being built. Its [`NodeId`] is only known after
/// [`SnapshotBuilder::build`]; find it by IRI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeIdx(usize);

#[derive(Debug)]
struct PendingNode {
    iri: String,
    kind: NodeKind,
    label: String,
    class: String,
}

#[derive(Debug, Clone, Copy)]
struct PendingEdge {
    from: NodeIdx,
    relation: RelationId,
    to: NodeIdx,
    polarity: i8,
}

/// Collects nodes, relations and edges in any order.
///
/// Contradictions are reported by [`build`](Self::build), not where they are made, so that feeding
/// code needs no error handling of its own.
#[derive(Debug, Default)]
pub struct SnapshotBuilder {
    relations: Vec<Relation>,
    relation_by_name: HashMap<String, RelationId>,
    relation_conflicts: BTreeSet<String>,
    nodes: Vec<PendingNode>,
    node_by_iri: HashMap<String, NodeIdx>,
    kind_conflicts: BTreeSet<(String, NodeKind, NodeKind)>,
    edges: Vec<PendingEdge>,
}

impl SnapshotBuilder {
    /// An empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares a relation and returns its handle for [`edge`](Self::edge).
    ///
    /// `weight` is the strength of one edge in a walk; `walk` false keeps the relation for
    /// explanations only. Declaring the same relation again returns the same handle. The snapshot
    /// numbers relations by name, so there the id may differ: see [`Snapshot::find_relation`].
    pub fn relation(
        &mut self,
        name: &str,
        label: &str,
        inverse_label: &str,
        weight: f32,
        walk: bool,
    ) -> RelationId {
        let declared = Relation {
            name: name.to_owned(),
            label: label.to_owned(),
            inverse_label: inverse_label.to_owned(),
            weight,
            walk,
        };
        if let Some(&known) = self.relation_by_name.get(name) {
            if self.relations.get(known.index()) != Some(&declared) {
                self.relation_conflicts.insert(name.to_owned());
            }
            return known;
        }
        // `build` refuses more relations than ids, so the clamped id is never used.
        let id = RelationId(u16::try_from(self.relations.len()).unwrap_or(u16::MAX));
        self.relations.push(declared);
        self.relation_by_name.insert(name.to_owned(), id);
        id
    }

    /// Adds a node, or finds it if its IRI is known, and returns its handle.
    ///
    /// `class` is the label of the node's class, such as "person". Where the same IRI comes with
    /// several labels or classes, the smallest that is not empty wins: a choice that does not
    /// depend on the order of the calls. Coming with two kinds is an error of
    /// [`build`](Self::build).
    pub fn node(&mut self, iri: &str, kind: NodeKind, label: &str, class: &str) -> NodeIdx {
        if let Some(&known) = self.node_by_iri.get(iri) {
            let node = &mut self.nodes[known.0];
            prefer_smaller(&mut node.label, label);
            prefer_smaller(&mut node.class, class);
            if node.kind != kind {
                let (first, second) = (node.kind.min(kind), node.kind.max(kind));
                self.kind_conflicts.insert((iri.to_owned(), first, second));
            }
            return known;
        }
        let handle = NodeIdx(self.nodes.len());
        self.nodes.push(PendingNode {
            iri: iri.to_owned(),
            kind,
            label: label.to_owned(),
            class: class.to_owned(),
        });
        self.node_by_iri.insert(iri.to_owned(), handle);
        handle
    }

    /// Adds a directed edge. `polarity` is −1 for a dislike, 1 for a like, 0 for neither.
    ///
    /// Exact repetitions collapse; edges that differ in relation or polarity stay parallel.
    pub fn edge(&mut self, from: NodeIdx, relation: RelationId, to: NodeIdx, polarity: i8) {
        self.edges.push(PendingEdge {
            from,
            relation,
            to,
            polarity,
        });
    }

    /// Numbers nodes by (kind, IRI) and relations by name, and sorts the edges.
    ///
    /// # Errors
    /// Reports the first contradiction: one IRI of two kinds, one relation of two definitions, a
    /// weight or polarity out of range, a handle of another builder, too large a graph.
    pub fn build(self) -> Result<Snapshot, GraphError> {
        self.check()?;
        let mut by_id: Vec<&PendingNode> = self.nodes.iter().collect();
        by_id.sort_unstable_by(|a, b| (a.kind, &a.iri).cmp(&(b.kind, &b.iri)));
        let mut relations = self.relations.clone();
        relations.sort_unstable_by(|a, b| a.name.cmp(&b.name));

        let classes: BTreeSet<&str> = by_id.iter().map(|node| node.class.as_str()).collect();
        let class_number: HashMap<&str, u32> = classes.iter().copied().zip(0..).collect();
        let ends = NodeKind::ALL.map(|kind| by_id.partition_point(|node| node.kind <= kind) as u32);
        Snapshot::from_stored(Stored {
            kind_ends: ends,
            iris: StringTable::from_strings(by_id.iter().map(|node| node.iri.as_str()))?,
            labels: StringTable::from_strings(by_id.iter().map(|node| node.label.as_str()))?,
            class_of: by_id
                .iter()
                .map(|node| class_number[node.class.as_str()])
                .collect(),
            classes: StringTable::from_strings(classes)?,
            edges: self.numbered_edges(&by_id, &relations),
            relations,
        })
    }

    fn numbered_edges(&self, by_id: &[&PendingNode], relations: &[Relation]) -> Vec<Edge> {
        let mut node_ids = vec![NodeId::default(); by_id.len()];
        for (id, node) in by_id.iter().enumerate() {
            node_ids[self.node_by_iri[&node.iri].0] = NodeId::from_index(id);
        }
        let mut relation_ids = vec![RelationId::default(); relations.len()];
        for (id, relation) in relations.iter().enumerate() {
            relation_ids[self.relation_by_name[&relation.name].index()] = RelationId(id as u16);
        }
        let number = |edge: &PendingEdge| Edge {
            from: node_ids[edge.from.0],
            to: node_ids[edge.to.0],
            relation: relation_ids[edge.relation.index()],
            polarity: edge.polarity,
        };
        let mut edges: Vec<Edge> = self.edges.iter().map(number).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    fn check(&self) -> Result<(), GraphError> {
        if let Some((iri, first, second)) = self.kind_conflicts.first().cloned() {
            return Err(GraphError::KindConflict { iri, first, second });
        }
        if let Some(name) = self.relation_conflicts.first().cloned() {
            return Err(GraphError::RelationConflict { name });
        }
        within("nodes", self.nodes.len(), u32::MAX as usize)?;
        within("edges", self.edges.len(), u32::MAX as usize)?;
        within("relations", self.relations.len(), u16::MAX as usize)?;
        let invalid = self
            .relations
            .iter()
            .find(|r| !r.weight.is_finite() || r.weight < 0.0);
        if let Some(Relation { name, weight, .. }) = invalid {
            let what = format!("relation <{name}>");
            return Err(GraphError::InvalidWeight {
                what,
                weight: *weight,
            });
        }
        self.edges.iter().try_for_each(|edge| self.check_edge(edge))
    }

    fn check_edge(&self, edge: &PendingEdge) -> Result<(), GraphError> {
        for end in [edge.from.0, edge.to.0] {
            if end >= self.nodes.len() {
                return Err(GraphError::UnknownHandle {
                    what: "node",
                    index: end,
                });
            }
        }
        if edge.relation.index() >= self.relations.len() {
            let index = edge.relation.index();
            return Err(GraphError::UnknownHandle {
                what: "relation",
                index,
            });
        }
        if !(-1..=1).contains(&edge.polarity) {
            return Err(GraphError::InvalidPolarity {
                from: self.nodes[edge.from.0].iri.clone(),
                to: self.nodes[edge.to.0].iri.clone(),
                polarity: edge.polarity,
            });
        }
        Ok(())
    }
}

fn within(what: &'static str, count: usize, limit: usize) -> Result<(), GraphError> {
    if count > limit {
        Err(GraphError::TooLarge { what, count, limit })
    } else {
        Ok(())
    }
}

fn prefer_smaller(kept: &mut String, offered: &str) {
    if !offered.is_empty() && (kept.is_empty() || offered < kept.as_str()) {
        offered.clone_into(kept);
    }
}
