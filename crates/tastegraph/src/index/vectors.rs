//! Sentence vectors of an index.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tastegraph_graph::{NodeId, NodeKind, Snapshot};
use tastegraph_kg::{ProjectedKind, ProjectedNode};
use tastegraph_retrieval::{Catalogue, NodeVectors};
use tastegraph_text::{NeighbourIndex, NeighbourOptions, Reading};

use super::build::Assembled;
use super::manifest::Manifest;
use super::{CONVERSATION_VECTORS, FOLDER, ITEM_VECTORS, IndexProgress};
use crate::EngineError;
use crate::encoder::{CONVERSATION, Encoder, EncoderRecord, ITEM};

/// Bytes of a text's hash that are kept: enough for no two texts to share one.
const TEXT_HASH: usize = 16;

type TextHash = [u8; TEXT_HASH];

/// Vectors as they lie in a file, with the hashes of the texts that they were made from.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredVectors {
    nodes: Vec<u32>,
    texts: Vec<TextHash>,
    index: Vec<u8>,
}

impl StoredVectors {
    /// The vectors for use. The reason if they are not what was written.
    pub(super) fn open(&self) -> Result<NodeVectors, String> {
        if self.nodes.is_empty() {
            return Ok(NodeVectors::default());
        }
        let index = NeighbourIndex::from_bytes(&self.index).map_err(|error| error.to_string())?;
        let nodes = self.nodes.iter().copied().map(NodeId).collect();
        NodeVectors::new(nodes, index).ok_or_else(|| "its nodes do not fit its vectors".to_owned())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Vectors by the hash of their text, to be used again.
    pub(super) fn by_text(&self) -> HashMap<TextHash, Vec<f32>> {
        let Ok(index) = NeighbourIndex::from_bytes(&self.index) else {
            return HashMap::new();
        };
        let rows = self.texts.iter().zip(0..index.len() as u32);
        rows.map(|(text, row)| (*text, index.row(row).to_vec()))
            .collect()
    }
}

/// The texts of some nodes, in the order of the nodes.
pub(super) type Texts = Vec<(NodeId, String)>;

/// What was said in each conversation.
pub(super) fn of_conversations<'a>(
    nodes: impl Iterator<Item = (NodeId, &'a ProjectedNode)>,
) -> Texts {
    nodes
        .filter(|(_, node)| node.kind == ProjectedKind::Conversation)
        .map(|(id, node)| (id, node.texts.join("\n")))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect()
}

/// Name, texts and facts of each item; facts in the order of the profile.
pub(super) fn of_items<'a>(
    nodes: impl Iterator<Item = (NodeId, &'a ProjectedNode)>,
    snapshot: &Snapshot,
    catalogue: &Catalogue,
) -> Texts {
    let text = |(id, node): (NodeId, &ProjectedNode)| {
        let mut facts: Vec<(usize, &str)> = snapshot
            .neighbors(id)
            .filter(|neighbor| snapshot.kind(neighbor.node) == NodeKind::Entity)
            .map(|neighbor| {
                let relation = &snapshot.relation(neighbor.relation).name;
                let label = snapshot.label(neighbor.node);
                (catalogue.relation_place(relation), label)
            })
            .collect();
        facts.sort_unstable();
        facts.dedup();
        let facts: Vec<&str> = facts.into_iter().map(|(_, label)| label).collect();
        let mut parts = vec![node.label.clone()];
        parts.extend(node.texts.iter().cloned());
        if !facts.is_empty() {
            parts.push(facts.join(", "));
        }
        (id, parts.join(". "))
    };
    let mut texts: Texts = nodes
        .filter(|(_, node)| node.kind == ProjectedKind::Item)
        .map(text)
        .collect();
    texts.sort_by_key(|(id, _)| *id);
    texts
}

/// Vectors of an index with the encoder that made them.
pub(crate) struct EncodedTexts {
    pub(super) encoder: EncoderRecord,
    pub(super) conversations: StoredVectors,
    pub(super) items: StoredVectors,
}

impl EncodedTexts {
    /// Encodes the texts of an index, those aside that the index before has with the same encoder.
    pub(super) fn new(
        assembled: &Assembled,
        folder: &Path,
        encoder: &Encoder,
        progress: Option<&dyn Fn(IndexProgress)>,
    ) -> Result<Self, EngineError> {
        let place = folder.join(FOLDER);
        let earlier = Manifest::read(folder, &place).ok().filter(|manifest| {
            let record = manifest.encoder();
            record.is_some_and(|record| record.fingerprint == encoder.fingerprint())
        });
        let vectors = |name: &str, texts: &Texts, reading: Reading| {
            let stored: Option<StoredVectors> = earlier
                .as_ref()
                .and_then(|manifest| manifest.load(&place, name).ok());
            let before = stored.map(|stored| stored.by_text()).unwrap_or_default();
            encode(texts, &before, encoder, reading, progress)
        };
        Ok(Self {
            conversations: vectors(
                CONVERSATION_VECTORS,
                &assembled.conversation_texts,
                CONVERSATION,
            )?,
            items: vectors(ITEM_VECTORS, &assembled.item_texts, ITEM)?,
            encoder: EncoderRecord {
                folder: encoder.folder().to_owned(),
                fingerprint: encoder.fingerprint().to_owned(),
            },
        })
    }

    /// How many vectors there are.
    pub(super) fn len(&self) -> usize {
        self.conversations.len() + self.items.len()
    }
}

/// Encodes texts, those aside that were encoded before.
fn encode(
    texts: &Texts,
    before: &HashMap<TextHash, Vec<f32>>,
    encoder: &Encoder,
    reading: Reading,
    progress: Option<&dyn Fn(IndexProgress)>,
) -> Result<StoredVectors, EngineError> {
    if texts.is_empty() {
        return Ok(StoredVectors::default());
    }
    let hashes: Vec<TextHash> = texts.iter().map(|(_, text)| hash(text)).collect();
    let is_new = |hash: &TextHash| !before.contains_key(hash);
    let fresh: Vec<&str> = texts
        .iter()
        .zip(&hashes)
        .filter(|(_, hash)| is_new(hash))
        .map(|((_, text), _)| text.as_str())
        .collect();
    let tell = |step: IndexProgress| {
        if let Some(progress) = progress {
            progress(step);
        }
    };
    tell(IndexProgress::ToEncode(fresh.len()));
    let done = |count: usize| tell(IndexProgress::Encoded(count));
    let mut fresh = encoder.encode(&fresh, reading, &done)?.into_iter();
    let mut values = Vec::with_capacity(texts.len() * encoder.dimensions());
    for hash in &hashes {
        match before.get(hash) {
            Some(vector) => values.extend(vector),
            None => values.extend(fresh.next().unwrap_or_default()),
        }
    }
    let index = NeighbourIndex::build(encoder.dimensions(), values, &NeighbourOptions::default())?;
    Ok(StoredVectors {
        nodes: texts.iter().map(|(node, _)| node.0).collect(),
        texts: hashes,
        index: index.to_bytes(),
    })
}

fn hash(text: &str) -> TextHash {
    let mut short = [0; TEXT_HASH];
    short.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..TEXT_HASH]);
    short
}
