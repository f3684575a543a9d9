//! The index: everything that answering needs, derived from the store and disposable.
//!
//! Files carry the hash of their content in their names and are synced before the manifest that
//! names them is renamed into place. A crash at any moment leaves the old manifest with its files or
//! the new one with its own; what no manifest names is swept at the next build.

mod aliases;
mod build;
mod manifest;

use std::path::Path;

use fs_err as fs;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tastegraph_dialogue::Vocabulary;
use tastegraph_graph::Snapshot;
use tastegraph_kg::KnowledgeGraph;
use tastegraph_retrieval::Catalogue;
use tastegraph_text::{Bm25, LexiconEntry};

use crate::EngineError;
use build::assemble;
use manifest::Manifest;

/// Version of the index that this build reads and writes.
pub const INDEX_VERSION: u32 = 2;

const FOLDER: &str = "index";

/// The parts of an index, in memory.
pub(crate) struct Index {
    pub(crate) snapshot: Snapshot,
    pub(crate) lexicon: Vec<LexiconEntry>,
    /// Conversations by their words.
    pub(crate) words: Bm25,
    /// Items by the words of their names, facts and texts.
    pub(crate) item_words: Bm25,
    pub(crate) catalogue: Catalogue,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) item_name: String,
}

/// What an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct IndexReport {
    /// Nodes of all kinds.
    pub nodes: usize,
    /// Edges between them.
    pub edges: usize,
    /// Items that can be recommended.
    pub items: usize,
    /// Conversations.
    pub conversations: usize,
    /// Users.
    pub users: usize,
    /// Names by which things can be linked in text.
    pub names: usize,
    /// Bytes on disk.
    pub bytes: u64,
}

/// Builds the index of a graph and writes it into `folder`, replacing an earlier one at once.
///
/// # Errors
/// [`EngineError::Kg`] if the graph has no valid profile or cannot be read; [`EngineError::Io`].
pub fn build_index(
    graph: &KnowledgeGraph,
    folder: impl AsRef<Path>,
) -> Result<IndexReport, EngineError> {
    let folder = folder.as_ref();
    // Read before the store is: a write in between makes the index stale, not wrong.
    let generation = KnowledgeGraph::generation_of(folder)?;
    let profile = graph.profile()?;
    let aliases = aliases::read(folder, &profile)?;
    let index = assemble(graph, &profile, &aliases)?;
    let profile_hash = hash(&encode(&profile)?);
    index.write(folder, generation, profile_hash)
}

impl Index {
    pub(crate) fn write(
        &self,
        folder: &Path,
        generation: String,
        profile_hash: String,
    ) -> Result<IndexReport, EngineError> {
        use tastegraph_graph::NodeKind;
        let place = folder.join(FOLDER);
        fs::create_dir_all(&place)?;
        let mut manifest = Manifest::new(generation, profile_hash);
        manifest.add(&place, "snapshot", self.snapshot.as_bytes())?;
        manifest.add(&place, "lexicon", &encode(&self.lexicon)?)?;
        manifest.add(&place, "words", &encode(&self.words)?)?;
        manifest.add(&place, "items", &encode(&self.item_words)?)?;
        manifest.add(&place, "catalogue", &encode(&self.catalogue)?)?;
        manifest.add(
            &place,
            "vocabulary",
            &encode(&(&self.vocabulary, &self.item_name))?,
        )?;
        manifest.commit(&place)?;
        Ok(IndexReport {
            nodes: self.snapshot.node_count(),
            edges: self.snapshot.edge_count(),
            items: self.snapshot.nodes_of(NodeKind::Item).count(),
            conversations: self.snapshot.nodes_of(NodeKind::Conversation).count(),
            users: self.snapshot.nodes_of(NodeKind::User).count(),
            names: self.lexicon.len(),
            bytes: manifest.bytes(),
        })
    }

    /// Reads the index of a graph and checks that it belongs to the store as it is.
    pub(crate) fn read(folder: &Path) -> Result<Self, EngineError> {
        let generation = KnowledgeGraph::generation_of(folder)?;
        let place = folder.join(FOLDER);
        let manifest = Manifest::read(folder, &place)?;
        if manifest.generation() != generation {
            return Err(EngineError::StaleIndex {
                path: folder.to_owned(),
            });
        }
        let (vocabulary, item_name) = manifest.load(&place, "vocabulary")?;
        Ok(Self {
            snapshot: manifest.snapshot(&place)?,
            lexicon: manifest.load(&place, "lexicon")?,
            words: manifest.load(&place, "words")?,
            item_words: manifest.load(&place, "items")?,
            catalogue: manifest.load(&place, "catalogue")?,
            vocabulary,
            item_name,
        })
    }
}

fn encode(value: &impl Serialize) -> Result<Vec<u8>, EngineError> {
    postcard::to_stdvec(value).map_err(|error| EngineError::Io(std::io::Error::other(error)))
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
