//! What has changed since the bytes were written.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::assemble::{Edge, NodeText, assemble};
use super::{BuildTimes, MAX_EDGES, Meta, Snapshot};
use crate::{GraphError, NodeId, NodeKind, RelationId};

/// Changes are worth writing into new bytes from this many on, and from this share of the edges.
const COMPACT_FROM_CHANGES: usize = 10_000;
const COMPACT_FROM_SHARE: usize = 20;

/// A node that is not in the bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Added {
    pub(super) iri: String,
    pub(super) kind: NodeKind,
    pub(super) texts: Texts,
}

/// What a node is called.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Texts {
    pub(super) label: String,
    pub(super) class: String,
}

/// Edges that were added or removed, by one of their ends; lists are in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Side {
    added: HashMap<NodeId, Vec<(NodeId, Meta)>>,
    removed: HashMap<NodeId, Vec<(NodeId, Meta)>>,
}

type Ends<'a> = &'a [(NodeId, Meta)];

impl Side {
    /// The edges added and removed at a node.
    pub(super) fn of(&self, node: NodeId) -> (Ends<'_>, Ends<'_>) {
        (
            self.added.get(&node).map_or(&[], Vec::as_slice),
            self.removed.get(&node).map_or(&[], Vec::as_slice),
        )
    }
}

/// Puts an entry into a node's list. Whether it was news.
fn insert(
    lists: &mut HashMap<NodeId, Vec<(NodeId, Meta)>>,
    at: NodeId,
    entry: (NodeId, Meta),
) -> bool {
    let list = lists.entry(at).or_default();
    let place = list.binary_search(&entry);
    if let Err(place) = place {
        list.insert(place, entry);
    }
    place.is_err()
}

/// Takes an entry out of a node's list. Whether it was there.
fn take(
    lists: &mut HashMap<NodeId, Vec<(NodeId, Meta)>>,
    at: NodeId,
    entry: (NodeId, Meta),
) -> bool {
    let Some(list) = lists.get_mut(&at) else {
        return false;
    };
    let place = list.binary_search(&entry);
    if let Ok(place) = place {
        list.remove(place);
        if list.is_empty() {
            lists.remove(&at);
        }
    }
    place.is_ok()
}

/// All changes, found by node.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Changes {
    pub(super) added: Vec<Added>,
    pub(super) by_iri: HashMap<String, NodeId>,
    /// Added and removed nodes of each kind, in order.
    kinds: [Arc<KindChanges>; 4],
    removed: BTreeSet<NodeId>,
    /// Nodes of the bytes with other texts than there.
    renamed: HashMap<NodeId, Texts>,
    out: Side,
    incoming: Side,
    pub(super) edges_added: usize,
    pub(super) edges_removed: usize,
    /// Every pair of nodes whose edges changed, in the order of the changes: what walks catch up on.
    log: Vec<(NodeId, NodeId)>,
}

/// Which ids a kind has beyond or without those of the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct KindChanges {
    pub(crate) added: Vec<NodeId>,
    pub(crate) removed: BTreeSet<NodeId>,
}

impl Changes {
    pub(super) fn is_removed(&self, node: NodeId) -> bool {
        self.removed.contains(&node)
    }

    pub(super) fn of_kind(&self, kind: NodeKind) -> Option<Arc<KindChanges>> {
        let changes = &self.kinds[kind as usize];
        let any = !changes.added.is_empty() || !changes.removed.is_empty();
        any.then(|| Arc::clone(changes))
    }

    pub(super) fn side(&self, outgoing: bool) -> &Side {
        if outgoing { &self.out } else { &self.incoming }
    }

    pub(super) fn texts(&self, node: NodeId, base: usize) -> Option<&Texts> {
        match node.index().checked_sub(base) {
            Some(added) => Some(&self.added[added].texts),
            None if self.renamed.is_empty() => None,
            None => self.renamed.get(&node),
        }
    }

    /// The number of edges at a node that has `base` of them in the bytes.
    pub(super) fn degree(&self, node: NodeId, base: usize) -> usize {
        [&self.out, &self.incoming]
            .iter()
            .fold(base, |degree, side| {
                let (added, removed) = side.of(node);
                degree + added.len() - removed.len()
            })
    }

    fn set_removed(&mut self, node: NodeId, kind: NodeKind, removed: bool) {
        let of_kind = Arc::make_mut(&mut self.kinds[kind as usize]);
        if removed {
            self.removed.insert(node);
            of_kind.removed.insert(node);
        } else {
            self.removed.remove(&node);
            of_kind.removed.remove(&node);
        }
    }
}

/// Changes. Each costs what the change touches, whatever the size of the graph: about the number of
/// changes so far at the nodes concerned, and for the removal of a node its edges. A snapshot that
/// shares its changes with a clone copies them first.
impl Snapshot {
    /// Adds a node, or gives a known one these texts, and returns its id.
    ///
    /// # Errors
    /// [`GraphError::KindConflict`] if the IRI is known with another kind, or too many nodes.
    pub fn add_node(
        &mut self,
        iri: &str,
        kind: NodeKind,
        label: &str,
        class: &str,
    ) -> Result<NodeId, GraphError> {
        let texts = Texts {
            label: label.to_owned(),
            class: class.to_owned(),
        };
        let known = self.changes.by_iri.get(iri).copied();
        if let Some(node) = known.or_else(|| self.find_in_image(iri)) {
            let found = self.kind(node);
            if found != kind {
                let (first, second) = (found.min(kind), found.max(kind));
                let iri = iri.to_owned();
                return Err(GraphError::KindConflict { iri, first, second });
            }
            let base = self.image.nodes;
            let same = self.label(node) == label && self.class(node) == class;
            let changes = Arc::make_mut(&mut self.changes);
            changes.set_removed(node, kind, false);
            match node.index().checked_sub(base) {
                Some(added) => changes.added[added].texts = texts,
                None if same => {}
                None => {
                    changes.renamed.insert(node, texts);
                }
            }
            return Ok(node);
        }
        let (count, limit) = (self.node_count() + 1, u32::MAX as usize);
        if count > limit {
            let what = "nodes";
            return Err(GraphError::TooLarge { what, count, limit });
        }
        let node = NodeId::from_index(self.node_count());
        let changes = Arc::make_mut(&mut self.changes);
        changes.added.push(Added {
            iri: iri.to_owned(),
            kind,
            texts,
        });
        changes.by_iri.insert(iri.to_owned(), node);
        Arc::make_mut(&mut changes.kinds[kind as usize])
            .added
            .push(node);
        Ok(node)
    }

    /// Adds a directed edge. `false` if it was there.
    ///
    /// # Errors
    /// A node or relation that is not of this snapshot (any more), a polarity that is none of −1, 0, 1, or too
    /// many edges.
    pub fn add_edge(
        &mut self,
        from: NodeId,
        relation: RelationId,
        to: NodeId,
        polarity: i8,
    ) -> Result<bool, GraphError> {
        let meta = self.check_edge(from, relation, to, polarity)?;
        let in_bytes = self.is_in_bytes(from, to, meta);
        let (count, limit) = (self.edge_count() + 1, MAX_EDGES);
        if count > limit {
            let what = "edges";
            return Err(GraphError::TooLarge { what, count, limit });
        }
        let changes = Arc::make_mut(&mut self.changes);
        let news = if in_bytes {
            take(&mut changes.incoming.removed, to, (from, meta));
            let news = take(&mut changes.out.removed, from, (to, meta));
            changes.edges_removed -= usize::from(news);
            news
        } else {
            insert(&mut changes.incoming.added, to, (from, meta));
            let news = insert(&mut changes.out.added, from, (to, meta));
            changes.edges_added += usize::from(news);
            news
        };
        if news {
            changes.log.push((from, to));
        }
        Ok(news)
    }

    /// Removes a directed edge. `false` if it was not there.
    ///
    /// # Errors
    /// As [`add_edge`](Self::add_edge).
    pub fn remove_edge(
        &mut self,
        from: NodeId,
        relation: RelationId,
        to: NodeId,
        polarity: i8,
    ) -> Result<bool, GraphError> {
        let meta = self.check_edge(from, relation, to, polarity)?;
        Ok(self.remove(from, to, meta))
    }

    fn remove(&mut self, from: NodeId, to: NodeId, meta: Meta) -> bool {
        let in_bytes = self.is_in_bytes(from, to, meta);
        let changes = Arc::make_mut(&mut self.changes);
        let news = if in_bytes {
            insert(&mut changes.incoming.removed, to, (from, meta));
            let news = insert(&mut changes.out.removed, from, (to, meta));
            changes.edges_removed += usize::from(news);
            news
        } else {
            take(&mut changes.incoming.added, to, (from, meta));
            let news = take(&mut changes.out.added, from, (to, meta));
            changes.edges_added -= usize::from(news);
            news
        };
        if news {
            changes.log.push((from, to));
        }
        news
    }

    /// Removes a node with all its edges: a conversation or user that is to be forgotten.
    ///
    /// # Errors
    /// A node that is not of this snapshot.
    pub fn remove_node(&mut self, node: NodeId) -> Result<(), GraphError> {
        self.check_node(node)?;
        let leaving: Vec<_> = self.side(node, true).collect();
        let arriving: Vec<_> = self.side(node, false).collect();
        for (to, meta) in leaving {
            self.remove(node, to, meta);
        }
        for (from, meta) in arriving {
            self.remove(from, node, meta);
        }
        let kind = self.kind(node);
        Arc::make_mut(&mut self.changes).set_removed(node, kind, true);
        Ok(())
    }

    /// Whether so much has changed that [`compact`](Self::compact) is worth its time: 10,000 edges
    /// and a twentieth of all.
    #[must_use]
    pub fn wants_compaction(&self) -> bool {
        let changed = self.changes.edges_added + self.changes.edges_removed;
        changed >= COMPACT_FROM_CHANGES && changed >= self.edge_count() / COMPACT_FROM_SHARE
    }

    /// A snapshot with all changes in its bytes, the same as if it were built anew. Ids change:
    /// look nodes up by their IRIs.
    ///
    /// # Errors
    /// Too large a graph.
    pub fn compact(&self) -> Result<Self, GraphError> {
        let mut nodes: Vec<(NodeText<'_>, NodeId)> = self
            .nodes()
            .filter(|&node| !self.changes.is_removed(node))
            .map(|node| (self.texts(node), node))
            .collect();
        nodes.sort_unstable();
        let mut ids = vec![0; self.node_count()];
        for (id, (_, node)) in (0..).zip(&nodes) {
            ids[node.index()] = id;
        }
        let edges = self
            .nodes()
            .flat_map(|from| {
                self.side(from, true)
                    .map(move |(to, meta)| (from, to, meta))
            })
            .map(|(from, to, meta)| Edge {
                from: ids[from.index()],
                to: ids[to.index()],
                meta,
            })
            .collect();
        let nodes: Vec<NodeText<'_>> = nodes.into_iter().map(|(texts, _)| texts).collect();
        let mut times = BuildTimes::default();
        let memory = assemble(&nodes, &self.image.relations, edges, &mut times)?;
        Self::from_memory(memory)
    }

    fn texts(&self, node: NodeId) -> NodeText<'_> {
        NodeText {
            kind: self.kind(node),
            iri: self.iri(node),
            label: self.label(node),
            class: self.class(node),
        }
    }

    /// The pairs of nodes whose edges have changed, in the order of the changes.
    pub(crate) fn log(&self) -> &[(NodeId, NodeId)] {
        &self.changes.log
    }

    /// The walked relations between two nodes, in order; a pair's weight is the sum of theirs.
    pub(crate) fn walked_between(&self, a: NodeId, b: NodeId) -> Vec<RelationId> {
        let mut relations = Vec::new();
        for (from, to) in [(a, b), (b, a)] {
            let (nodes, metas) = self.base_row(from, true);
            let (added, removed) = self.changes.out.of(from);
            let first = nodes.partition_point(|&node| node < to.0);
            let base = nodes[first..].iter().zip(&metas[first..]);
            let base = base
                .take_while(|(node, _)| **node == to.0)
                .map(|(_, &meta)| (to, Meta(meta)))
                .filter(|entry| removed.binary_search(entry).is_err());
            let first = added.partition_point(|&(node, _)| node < to);
            let added = added[first..].iter().take_while(|(node, _)| *node == to);
            relations.extend(
                base.chain(added.copied())
                    .map(|(_, meta)| meta)
                    .filter(|meta| meta.polarity() >= 0 && self.relation(meta.relation()).walk)
                    .map(Meta::relation),
            );
        }
        relations.sort_unstable();
        relations
    }

    pub(super) fn added(&self, node: NodeId) -> Option<&Added> {
        let number = node.index().checked_sub(self.image.nodes)?;
        Some(&self.changes.added[number])
    }

    fn check_node(&self, node: NodeId) -> Result<(), GraphError> {
        if self.contains(node) && !self.changes.is_removed(node) {
            return Ok(());
        }
        let (what, index) = ("node", node.index());
        Err(GraphError::NotInSnapshot { what, index })
    }

    fn check_edge(
        &self,
        from: NodeId,
        relation: RelationId,
        to: NodeId,
        polarity: i8,
    ) -> Result<Meta, GraphError> {
        self.check_node(from)?;
        self.check_node(to)?;
        if relation.index() >= self.image.relations.len() {
            let (what, index) = ("relation", relation.index());
            return Err(GraphError::NotInSnapshot { what, index });
        }
        if !(-1..=1).contains(&polarity) {
            let (from, to) = (self.iri(from).to_owned(), self.iri(to).to_owned());
            return Err(GraphError::InvalidPolarity { from, to, polarity });
        }
        Ok(Meta::new(relation, polarity))
    }

    fn is_in_bytes(&self, from: NodeId, to: NodeId, meta: Meta) -> bool {
        let (nodes, metas) = self.base_row(from, true);
        let first = nodes.partition_point(|&node| node < to.0);
        let last = first + nodes[first..].partition_point(|&node| node == to.0);
        metas[first..last].binary_search(&meta.0).is_ok()
    }
}
