//! Collects a graph in any order and numbers it in one.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use rayon::prelude::*;

use super::assemble::{Edge, NodeText, assemble};
use super::{BuildTimes, MAX_EDGES, Meta, Relation, Snapshot};
use crate::{GraphError, NodeKind, RelationId};

/// A node while its graph is being built. Its [`NodeId`](crate::NodeId) is only known after
/// [`SnapshotBuilder::build`]; find it by IRI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeIdx(u32);

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
            let node = &mut self.nodes[known.0 as usize];
            prefer_smaller(&mut node.label, label);
            prefer_smaller(&mut node.class, class);
            if node.kind != kind {
                let (first, second) = (node.kind.min(kind), node.kind.max(kind));
                self.kind_conflicts.insert((iri.to_owned(), first, second));
            }
            return known;
        }
        // `build` refuses more nodes than handles, so the clamped one is never used.
        let handle = NodeIdx(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
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
        Ok(self.build_timed()?.0)
    }

    /// As [`build`](Self::build), and says where the time went.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_timed(self) -> Result<(Snapshot, BuildTimes), GraphError> {
        let mut times = BuildTimes::default();
        let clock = Instant::now();
        self.check()?;
        let mut by_id: Vec<(NodeText<'_>, usize)> = self.nodes.iter().zip(0..).map(text).collect();
        by_id.par_sort_unstable();
        let mut node_ids = vec![0; by_id.len()];
        for (id, (_, handle)) in (0..).zip(&by_id) {
            node_ids[*handle] = id;
        }
        let nodes: Vec<NodeText<'_>> = by_id.into_iter().map(|(node, _)| node).collect();
        times.nodes += clock.elapsed();

        let mut relations = self.relations.clone();
        relations.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let edges = self.numbered_edges(&node_ids, &relations);
        let memory = assemble(&nodes, &relations, edges, &mut times)?;
        let clock = Instant::now();
        let snapshot = Snapshot::from_memory(memory)?;
        times.check += clock.elapsed();
        Ok((snapshot, times))
    }

    fn numbered_edges(&self, node_ids: &[u32], relations: &[Relation]) -> Vec<Edge> {
        let mut relation_ids = vec![RelationId::default(); relations.len()];
        for (id, relation) in relations.iter().enumerate() {
            relation_ids[self.relation_by_name[&relation.name].index()] = RelationId(id as u16);
        }
        let number = |edge: &PendingEdge| Edge {
            from: node_ids[edge.from.0 as usize],
            to: node_ids[edge.to.0 as usize],
            meta: Meta::new(relation_ids[edge.relation.index()], edge.polarity),
        };
        self.edges.iter().map(number).collect()
    }

    fn check(&self) -> Result<(), GraphError> {
        if let Some((iri, first, second)) = self.kind_conflicts.first().cloned() {
            return Err(GraphError::KindConflict { iri, first, second });
        }
        if let Some(name) = self.relation_conflicts.first().cloned() {
            return Err(GraphError::RelationConflict { name });
        }
        within("nodes", self.nodes.len(), u32::MAX as usize)?;
        within("edges", self.edges.len(), MAX_EDGES)?;
        within("relations", self.relations.len(), Meta::MAX_RELATIONS)?;
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
        for end in [edge.from.0 as usize, edge.to.0 as usize] {
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
                from: self.nodes[edge.from.0 as usize].iri.clone(),
                to: self.nodes[edge.to.0 as usize].iri.clone(),
                polarity: edge.polarity,
            });
        }
        Ok(())
    }
}

fn text((node, handle): (&PendingNode, usize)) -> (NodeText<'_>, usize) {
    let text = NodeText {
        kind: node.kind,
        iri: &node.iri,
        label: &node.label,
        class: &node.class,
    };
    (text, handle)
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
