//! The index: everything that answering needs, derived from the store and disposable.
//!
//! Files carry the hash of their content in their names and are synced before the manifest that
//! names them is renamed into place. A crash at any moment leaves the old manifest with its files or
//! the new one with its own; what no manifest names is swept at the next build.

mod aliases;
mod build;
mod manifest;
mod vectors;
mod weights;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fs_err as fs;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tastegraph_dialogue::Vocabulary;
use tastegraph_graph::{BuildTimes, Snapshot};
use tastegraph_kg::KnowledgeGraph;
use tastegraph_retrieval::{Catalogue, Meanings, NodeVectors};
use tastegraph_text::{Bm25, LexiconEntry};

use crate::EngineError;
use crate::Settings;
use crate::encoder::{Encoder, EncoderRecord};
use build::assemble;
use manifest::{Manifest, Origins};
use vectors::{EncodedTexts, StoredVectors};
use weights::WEIGHTS;

pub(crate) use manifest::write_synced;
pub(crate) use weights::{read_weights, write_weights};

/// Version of the index that this build reads and writes.
pub const INDEX_VERSION: u32 = 2;

const FOLDER: &str = "index";
const CONVERSATION_VECTORS: &str = "conversation-vectors";
const ITEM_VECTORS: &str = "item-vectors";

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
    /// Sentence vectors, and the encoder that they were made with.
    pub(crate) meanings: Meanings,
    pub(crate) encoder: Option<EncoderRecord>,
}

/// Which sentence encoder an index is made with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EncoderChoice {
    /// That of the settings, or else that of the index before; none if there is neither.
    #[default]
    Kept,
    /// The one in this folder.
    Folder(PathBuf),
    /// None: words alone are compared.
    None,
}

/// How an index is built.
#[derive(Default)]
pub struct IndexOptions<'a> {
    /// The sentence encoder.
    pub encoder: EncoderChoice,
    /// Told how many texts are to be encoded, and then of each few that are.
    pub progress: Option<&'a dyn Fn(IndexProgress)>,
}

/// How far the building of an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexProgress {
    /// So many texts will be encoded.
    ToEncode(usize),
    /// So many more texts are encoded.
    Encoded(usize),
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
    /// Sentence vectors.
    pub vectors: usize,
    /// Bytes on disk.
    pub bytes: u64,
    /// Where the time went.
    #[serde(skip)]
    pub times: IndexTimes,
}

/// Where the time of building an index went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IndexTimes {
    /// Reading the store through the profile.
    pub project: Duration,
    /// From what was read to the bytes of the snapshot.
    pub snapshot: Duration,
    /// The parts of that, but for handing nodes and edges over.
    pub snapshot_parts: BuildTimes,
    /// Names, words of conversations and of items, conditions.
    pub words: Duration,
    /// Sentence vectors of texts that are new.
    pub encode: Duration,
    /// Writing all of it to disk.
    pub write: Duration,
}

impl IndexTimes {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.project + self.snapshot + self.words + self.encode + self.write
    }
}

impl IndexReport {
    /// Edges a second on the way from the store to the snapshot.
    #[must_use]
    pub fn edges_per_second(&self) -> f64 {
        let seconds = (self.times.project + self.times.snapshot).as_secs_f64();
        self.edges as f64 / seconds.max(f64::MIN_POSITIVE)
    }
}

/// Builds the index of a graph and writes it into `folder`, replacing an earlier one at once.
///
/// # Errors
/// [`EngineError::Kg`] if the graph has no valid profile or cannot be read; [`EngineError::Io`].
pub fn build_index(
    graph: &KnowledgeGraph,
    folder: impl AsRef<Path>,
) -> Result<IndexReport, EngineError> {
    build_index_with(graph, folder, &IndexOptions::default())
}

/// [`build_index`] with options. Vectors of texts that have not changed are taken from the index before.
///
/// # Errors
/// As [`build_index`]; [`EngineError::Text`] if the encoder cannot be used.
pub fn build_index_with(
    graph: &KnowledgeGraph,
    folder: impl AsRef<Path>,
    options: &IndexOptions<'_>,
) -> Result<IndexReport, EngineError> {
    let folder = folder.as_ref();
    // Read before the store is: a write in between makes the index stale, not wrong.
    let generation = KnowledgeGraph::generation_of(folder)?;
    let profile = graph.profile()?;
    let aliases_hash = aliases::hash(folder)?;
    let aliases = aliases::read(folder, &profile)?;
    let encoder = open_encoder(folder, &options.encoder)?;
    let assembled = assemble(graph, &profile, &aliases)?;
    let mut times = assembled.times;
    let clock = Instant::now();
    let vectors = match &encoder {
        Some(encoder) => Some(EncodedTexts::new(
            &assembled,
            folder,
            encoder,
            options.progress,
        )?),
        None => None,
    };
    times.encode = clock.elapsed();
    let clock = Instant::now();
    let made_from = Origins {
        generation,
        profile_hash: hash(&encode(&profile)?),
        aliases_hash,
    };
    let mut report = assembled.index.write(folder, made_from, vectors.as_ref())?;
    times.write = clock.elapsed();
    report.times = times;
    Ok(report)
}

fn open_encoder(folder: &Path, choice: &EncoderChoice) -> Result<Option<Encoder>, EngineError> {
    let place = match choice {
        EncoderChoice::None => None,
        EncoderChoice::Folder(folder) => Some(folder.clone()),
        EncoderChoice::Kept => match Settings::read(folder)?.encoder {
            Some(folder) => Some(folder),
            None => Manifest::read(folder, &folder.join(FOLDER))
                .ok()
                .and_then(|manifest| Some(manifest.encoder()?.folder.clone()))
                // One that has gone since is done without, as in answering.
                .filter(|folder| folder.exists()),
        },
    };
    place.map(|folder| Encoder::open(&folder)).transpose()
}

impl Index {
    pub(crate) fn write(
        &self,
        folder: &Path,
        made_from: Origins,
        vectors: Option<&EncodedTexts>,
    ) -> Result<IndexReport, EngineError> {
        use tastegraph_graph::NodeKind;
        let place = folder.join(FOLDER);
        fs::create_dir_all(&place)?;
        let mut manifest = Manifest::new(made_from);
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
        if let Some(vectors) = vectors {
            manifest.made_with(vectors.encoder.clone());
            manifest.add(
                &place,
                CONVERSATION_VECTORS,
                &encode(&vectors.conversations)?,
            )?;
            manifest.add(&place, ITEM_VECTORS, &encode(&vectors.items)?)?;
        }
        // Trained weights outlive the index, if they are whole: what they know is relations, not nodes.
        if let Ok(mut earlier) = Manifest::read(folder, &place)
            && earlier.optional(&place, WEIGHTS).is_ok()
        {
            manifest.keep(&mut earlier, WEIGHTS);
        }
        manifest.commit(&place)?;
        Ok(IndexReport {
            nodes: self.snapshot.node_count(),
            edges: self.snapshot.edge_count(),
            items: self.snapshot.nodes_of(NodeKind::Item).count(),
            conversations: self.snapshot.nodes_of(NodeKind::Conversation).count(),
            users: self.snapshot.nodes_of(NodeKind::User).count(),
            names: self.lexicon.len(),
            vectors: vectors.map_or(0, EncodedTexts::len),
            bytes: manifest.bytes(),
            times: IndexTimes::default(),
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
        if manifest.aliases_hash() != aliases::hash(folder)? {
            return Err(EngineError::StaleAliases {
                path: folder.join(aliases::FILE),
                graph: folder.to_owned(),
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
            meanings: match manifest.encoder() {
                Some(_) => Meanings {
                    conversations: vectors_of(&manifest, &place, CONVERSATION_VECTORS)?,
                    items: vectors_of(&manifest, &place, ITEM_VECTORS)?,
                },
                None => Meanings::default(),
            },
            encoder: manifest.encoder().cloned(),
        })
    }
}

fn vectors_of(manifest: &Manifest, place: &Path, name: &str) -> Result<NodeVectors, EngineError> {
    let stored: StoredVectors = manifest.load(place, name)?;
    stored.open().map_err(|reason| EngineError::IndexDamaged {
        file: place.join(name),
        reason,
    })
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
