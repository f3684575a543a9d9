//! The list of an index's files with their checksums.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tastegraph_graph::{GraphError, Snapshot};

use super::{INDEX_VERSION, decode, hash};
use crate::EngineError;
use crate::encoder::EncoderRecord;

const FILE: &str = "manifest.json";
/// Characters of a hash in a file name: enough to tell files of one folder apart.
const SHORT_HASH: usize = 16;

/// What an index is made from.
#[derive(Debug)]
pub(crate) struct Origins {
    pub(super) generation: String,
    pub(super) profile_hash: String,
    pub(super) aliases_hash: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format_version: u32,
    store_generation: String,
    profile_hash: String,
    /// Of the file with further names; nothing if there is none.
    #[serde(default)]
    aliases_hash: String,
    #[serde(default)]
    encoder: Option<EncoderRecord>,
    files: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    file: String,
    bytes: u64,
    blake3: String,
}

/// Only what every version's manifest has.
#[derive(Deserialize)]
struct AnyVersion {
    format_version: u32,
}

impl Manifest {
    pub(super) fn new(made_from: Origins) -> Self {
        Self {
            format_version: INDEX_VERSION,
            store_generation: made_from.generation,
            profile_hash: made_from.profile_hash,
            aliases_hash: made_from.aliases_hash,
            encoder: None,
            files: BTreeMap::new(),
        }
    }

    pub(super) fn generation(&self) -> &str {
        &self.store_generation
    }

    pub(super) fn aliases_hash(&self) -> &str {
        &self.aliases_hash
    }

    /// The sentence encoder that its vectors were made with.
    pub(super) fn encoder(&self) -> Option<&EncoderRecord> {
        self.encoder.as_ref()
    }

    pub(super) fn made_with(&mut self, encoder: EncoderRecord) {
        self.encoder = Some(encoder);
    }

    pub(super) fn bytes(&self) -> u64 {
        self.files.values().map(|entry| entry.bytes).sum()
    }

    /// Writes a file of the index. It counts only once the manifest is committed.
    pub(super) fn add(
        &mut self,
        place: &Path,
        name: &str,
        content: &[u8],
    ) -> Result<(), EngineError> {
        let blake3 = hash(content);
        let file = format!("{name}-{}.bin", &blake3[..SHORT_HASH]);
        write_synced(&place.join(&file), content)?;
        let entry = Entry {
            file,
            bytes: content.len() as u64,
            blake3,
        };
        self.files.insert(name.to_owned(), entry);
        Ok(())
    }

    /// Takes over a file of an earlier manifest of the same folder, if that had it.
    pub(super) fn keep(&mut self, earlier: &mut Self, name: &str) {
        if let Some(entry) = earlier.files.remove(name) {
            self.files.insert(name.to_owned(), entry);
        }
    }

    /// The content of a file that an index may lack, after checking that it is what was written.
    pub(super) fn optional(
        &self,
        place: &Path,
        name: &str,
    ) -> Result<Option<Vec<u8>>, EngineError> {
        if self.files.contains_key(name) {
            self.content(place, name).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Makes this the index of the folder and sweeps what it does not name.
    pub(super) fn commit(&self, place: &Path) -> Result<(), EngineError> {
        let json = serde_json::to_vec_pretty(self).map_err(std::io::Error::other)?;
        write_synced(&place.join(FILE), &json)?;
        sync_folder(place)?;
        for entry in fs::read_dir(place)? {
            let entry = entry?;
            let name = entry.file_name();
            let named =
                name == FILE || self.files.values().any(|known| name == known.file.as_str());
            if !named {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    pub(super) fn read(folder: &Path, place: &Path) -> Result<Self, EngineError> {
        let path = place.join(FILE);
        if !path.exists() {
            return Err(EngineError::NoIndex {
                path: folder.to_owned(),
            });
        }
        let json = fs::read(&path)?;
        let damaged = |error: serde_json::Error| EngineError::IndexDamaged {
            file: path.clone(),
            reason: error.to_string(),
        };
        let AnyVersion { format_version } = serde_json::from_slice(&json).map_err(damaged)?;
        if format_version != INDEX_VERSION {
            return Err(EngineError::IndexVersion {
                path: folder.to_owned(),
                found: format_version,
                supported: INDEX_VERSION,
            });
        }
        serde_json::from_slice(&json).map_err(damaged)
    }

    /// Maps the snapshot, which checks itself: its bytes need not be read twice.
    pub(super) fn snapshot(&self, place: &Path) -> Result<Snapshot, EngineError> {
        let (file, _) = self.entry(place, "snapshot")?;
        Snapshot::open(&file).map_err(|error| {
            // The file and what to do are said once, by the engine.
            let reason = match error {
                GraphError::Corrupt { reason, .. } => reason.into_owned(),
                GraphError::Io { reason, .. } => reason,
                GraphError::SnapshotVersion { found, supported } => {
                    format!("it has format {found}, this program reads {supported}")
                }
                other => other.to_string(),
            };
            EngineError::IndexDamaged { file, reason }
        })
    }

    /// Reads a file of the index, after checking that it is the one that was written.
    pub(super) fn load<T: DeserializeOwned>(
        &self,
        place: &Path,
        name: &str,
    ) -> Result<T, EngineError> {
        let content = self.content(place, name)?;
        let (file, _) = self.entry(place, name)?;
        decode(&content).map_err(|reason| EngineError::IndexDamaged { file, reason })
    }

    fn content(&self, place: &Path, name: &str) -> Result<Vec<u8>, EngineError> {
        let (file, entry) = self.entry(place, name)?;
        let content = fs::read(&file)?;
        if hash(&content) == entry.blake3 {
            return Ok(content);
        }
        Err(EngineError::IndexDamaged {
            file,
            reason: "its content does not match its checksum".to_owned(),
        })
    }

    /// Where a file of the index lies, and what it should be.
    fn entry(&self, place: &Path, name: &str) -> Result<(PathBuf, &Entry), EngineError> {
        match self.files.get(name) {
            Some(entry) => Ok((place.join(&entry.file), entry)),
            None => Err(EngineError::IndexDamaged {
                file: place.join(FILE),
                reason: format!("it names no {name}"),
            }),
        }
    }
}

/// Writes to a temporary name, syncs, renames.
pub(crate) fn write_synced(path: &Path, content: &[u8]) -> Result<(), EngineError> {
    let temporary = path.with_extension("new");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    Ok(())
}

/// Makes the renames in a folder survive a power cut, where the system can.
fn sync_folder(place: &Path) -> Result<(), EngineError> {
    if cfg!(unix) {
        fs::File::open(place)?.sync_all()?;
    }
    Ok(())
}
