//! The graph: nodes, relations, and edges readable from both ends, in one file that is read where
//! it lies, and changes on top of it.

mod assemble;
mod builder;
mod changes;
mod format;
mod image;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use builder::{NodeIdx, SnapshotBuilder};
use changes::Changes;
pub(crate) use changes::KindChanges;
pub(crate) use format::Section;
pub(crate) use image::Image;

use crate::raw::Memory;
use crate::walk::Rows;
use crate::{GraphError, NodeId, NodeKind, NodeRange, RelationId};

/// Merged edges lie in the rows of both their ends, and entries are numbered by `u32`.
const MAX_EDGES: usize = (u32::MAX / 2) as usize;

/// A kind of edge.
#[derive(Debug, Clone, PartialEq)]
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

/// Relation and polarity of an edge in two bytes; ordered by relation, then polarity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Meta(u16);

impl Meta {
    const MAX_RELATIONS: usize = 1 << 14;

    /// `polarity` is −1, 0 or 1 and the relation one of at most [`Self::MAX_RELATIONS`].
    pub(crate) fn new(relation: RelationId, polarity: i8) -> Self {
        Self(relation.0 << 2 | u16::from((polarity + 1).cast_unsigned() & 3))
    }

    fn numbers(all: &[Self]) -> Vec<u16> {
        all.iter().map(|meta| meta.0).collect()
    }

    pub(crate) fn relation(self) -> RelationId {
        RelationId(self.0 >> 2)
    }

    pub(crate) fn polarity(self) -> i8 {
        (self.0 & 3).cast_signed() as i8 - 1
    }
}

/// Where the time of [`SnapshotBuilder::build_timed`] went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BuildTimes {
    /// Checking the input and ordering the nodes.
    pub nodes: Duration,
    /// Sorting the edges, from both ends.
    pub edges: Duration,
    /// Merging parallel edges for walks.
    pub merge: Duration,
    /// Putting neighbours near each other in memory.
    pub order: Duration,
    /// Writing the bytes with their checksums.
    pub write: Duration,
    /// Checking the bytes as if they came from a file.
    pub check: Duration,
}

impl BuildTimes {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.nodes + self.edges + self.merge + self.order + self.write + self.check
    }
}

/// A typed multigraph with numbered nodes.
///
/// Nodes are ordered by (kind, IRI) and edges by (source, target, relation, polarity), so two
/// snapshots of the same graph have the same bytes whatever order the graph was read in. The bytes
/// are the file format: [`save`](Self::save) writes them, [`open`](Self::open) maps them into
/// memory and checks them, and nothing is rebuilt. Cloning is cheap: clones share the bytes.
///
/// Changes ([`add_node`](Self::add_node), [`add_edge`](Self::add_edge),
/// [`remove_edge`](Self::remove_edge), [`remove_node`](Self::remove_node)) are kept on top of the
/// bytes, at a cost that depends on the change alone; [`compact`](Self::compact) writes them into
/// new bytes, the same that a rebuild gives. Until then, nodes that were added have ids after all
/// others, and a removed node keeps its id as a node without edges that no search finds.
///
/// Per edge 12 bytes, and 4 for each entry of the walk (2 more if relations differ); per node 36
/// bytes and its texts.
///
/// Methods that take an id panic if the id is not of this snapshot, as indexing a slice does.
#[derive(Debug, Clone)]
pub struct Snapshot {
    image: Arc<Image>,
    /// The rows of the walk with the relations' own weights, made on first use.
    rows: Arc<OnceLock<Arc<Rows>>>,
    changes: Arc<Changes>,
}

impl PartialEq for Snapshot {
    /// Whether both hold the same bytes and the same changes.
    fn eq(&self, other: &Self) -> bool {
        self.image.bytes() == other.image.bytes() && self.changes == other.changes
    }
}

impl Snapshot {
    /// Maps a file and checks all of it: 280 MB, ten million edges, took 19 ms on two cores where the
    /// system had the file in memory already.
    ///
    /// The file must not be written to or cut while the snapshot lives; replace it by renaming a
    /// new one into its place, as [`save`](Self::save) does.
    ///
    /// # Errors
    /// [`GraphError::Io`], [`GraphError::SnapshotVersion`], or [`GraphError::Corrupt`] if any byte
    /// is not as it was written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, GraphError> {
        Ok(Self::from_image(Image::open(path.as_ref())?))
    }

    /// Reads a snapshot from its bytes; they are copied.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GraphError> {
        Self::from_memory(Memory::copy(bytes))
    }

    fn from_memory(memory: Memory) -> Result<Self, GraphError> {
        Ok(Self::from_image(Image::new(memory)?))
    }

    fn from_image(image: Image) -> Self {
        Self {
            image: Arc::new(image),
            rows: Arc::default(),
            changes: Arc::default(),
        }
    }

    /// The bytes of the file, without later changes: see [`compact`](Self::compact).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.image.bytes()
    }

    /// Writes the file under a temporary name, syncs it and renames it into place. Changes that
    /// were not compacted are not in it.
    ///
    /// # Errors
    /// [`GraphError::Io`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), GraphError> {
        let path = path.as_ref();
        write_synced(path, self.as_bytes()).map_err(|error| GraphError::Io {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }

    /// Number of nodes, those removed since the last compaction included.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.image.nodes + self.changes.added.len()
    }

    /// Number of distinct directed edges.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        let base = self.image.u32s(Section::OutNodes).len();
        base + self.changes.edges_added - self.changes.edges_removed
    }

    /// Whether `node` is an id of this snapshot.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        node.index() < self.node_count()
    }

    /// All ids in order.
    #[must_use]
    pub fn nodes(&self) -> NodeRange {
        NodeRange::new(0, self.node_count() as u32)
    }

    /// The nodes of one kind, in order of their ids, without those removed.
    #[must_use]
    pub fn nodes_of(&self, kind: NodeKind) -> NodeRange {
        let ends = &self.image.kind_ends;
        let start = (kind as usize)
            .checked_sub(1)
            .map_or(0, |before| ends[before]);
        NodeRange::new(start, ends[kind as usize]).with_changes(self.changes.of_kind(kind))
    }

    /// The kind of a node.
    #[must_use]
    pub fn kind(&self, node: NodeId) -> NodeKind {
        if let Some(added) = self.added(node) {
            return added.kind;
        }
        NodeKind::ALL[self.image.kind_ends.partition_point(|&end| end <= node.0)]
    }

    /// The IRI of a node.
    #[must_use]
    pub fn iri(&self, node: NodeId) -> &str {
        if let Some(added) = self.added(node) {
            return &added.iri;
        }
        let (text, ends) = (Section::IriText, Section::IriEnds);
        self.image.string(text, ends, node.index())
    }

    /// The human-readable name of a node.
    #[must_use]
    pub fn label(&self, node: NodeId) -> &str {
        if let Some(texts) = self.changes.texts(node, self.image.nodes) {
            return &texts.label;
        }
        let (text, ends) = (Section::LabelText, Section::LabelEnds);
        self.image.string(text, ends, node.index())
    }

    /// The label of a node's class, such as "person".
    #[must_use]
    pub fn class(&self, node: NodeId) -> &str {
        if let Some(texts) = self.changes.texts(node, self.image.nodes) {
            return &texts.class;
        }
        let class = self.image.u32s(Section::ClassOf)[node.index()] as usize;
        let (text, ends) = (Section::ClassText, Section::ClassEnds);
        self.image.string(text, ends, class)
    }

    /// The node with this IRI. Takes a binary search per kind.
    #[must_use]
    pub fn find(&self, iri: &str) -> Option<NodeId> {
        if let Some(&added) = self.changes.by_iri.get(iri) {
            return (!self.changes.is_removed(added)).then_some(added);
        }
        self.find_in_image(iri)
            .filter(|&node| !self.changes.is_removed(node))
    }

    fn find_in_image(&self, iri: &str) -> Option<NodeId> {
        let mut start = 0;
        self.image.kind_ends.into_iter().find_map(|end| {
            let (mut low, mut high) = (start, end as usize);
            start = high;
            while low < high {
                let middle = low.midpoint(high);
                let found = self
                    .image
                    .string(Section::IriText, Section::IriEnds, middle);
                match found.cmp(iri) {
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
        &self.image.relations[relation.index()]
    }

    /// All relations with their ids, in order of their names.
    #[must_use]
    pub fn relations(&self) -> impl ExactSizeIterator<Item = (RelationId, &Relation)> {
        let with_id = |(i, relation)| (RelationId(i as u16), relation);
        self.image.relations.iter().enumerate().map(with_id)
    }

    /// The relation with this name.
    #[must_use]
    pub fn find_relation(&self, name: &str) -> Option<RelationId> {
        let relations = &self.image.relations;
        let found = relations.binary_search_by(|r| r.name.as_str().cmp(name));
        found.ok().map(|i| RelationId(i as u16))
    }

    /// Both directions of all edges at `node`: first those that leave it, by target, then those
    /// that arrive, by source; in both parts, edges that were added later come last. Parallel edges
    /// each count; a self loop appears in both parts.
    pub fn neighbors(&self, node: NodeId) -> impl Iterator<Item = Neighbor> {
        let seen = |outgoing| {
            move |(node, meta): (NodeId, Meta)| Neighbor {
                node,
                relation: meta.relation(),
                outgoing,
                polarity: meta.polarity(),
            }
        };
        let leaving = self.side(node, true).map(seen(true));
        leaving.chain(self.side(node, false).map(seen(false)))
    }

    /// Number of edges at `node`, both directions together.
    #[must_use]
    pub fn degree(&self, node: NodeId) -> usize {
        let base = self.base_row(node, true).0.len() + self.base_row(node, false).0.len();
        self.changes.degree(node, base)
    }

    fn side(&self, node: NodeId, outgoing: bool) -> impl Iterator<Item = (NodeId, Meta)> {
        let (nodes, metas) = self.base_row(node, outgoing);
        let (added, removed) = self.changes.side(outgoing).of(node);
        let base = nodes.iter().zip(metas);
        base.map(|(&node, &meta)| (NodeId(node), Meta(meta)))
            .filter(move |entry| removed.is_empty() || removed.binary_search(entry).is_err())
            .chain(added.iter().copied())
    }

    /// The edges at a node in the bytes: other ends and metas, in order.
    fn base_row(&self, node: NodeId, outgoing: bool) -> (&[u32], &[u16]) {
        if node.index() >= self.image.nodes {
            assert!(self.contains(node), "{node} is not of this snapshot");
            return (&[], &[]);
        }
        let (starts, nodes, meta) = if outgoing {
            (Section::OutStarts, Section::OutNodes, Section::OutMeta)
        } else {
            (Section::InStarts, Section::InNodes, Section::InMeta)
        };
        let starts = self.image.u32s(starts);
        let row = starts[node.index()] as usize..starts[node.index() + 1] as usize;
        (
            &self.image.u32s(nodes)[row.clone()],
            &self.image.u16s(meta)[row],
        )
    }

    pub(crate) fn image(&self) -> &Arc<Image> {
        &self.image
    }

    pub(crate) fn default_rows(&self) -> Arc<Rows> {
        let make = || Arc::new(Rows::of_image(&self.image, &self.own_weights()));
        Arc::clone(self.rows.get_or_init(make))
    }

    /// The relations' weights as the snapshot has them.
    pub(crate) fn own_weights(&self) -> Vec<f32> {
        self.image.relations.iter().map(|r| r.weight).collect()
    }
}

/// Writes to a temporary name, syncs, renames.
fn write_synced(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let temporary = path.with_extension("new");
    let mut file = fs_err::File::create(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs_err::rename(&temporary, path)
}
