//! The folder: Oxigraph's store, and the small file that says what it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use fs_err as fs;
use oxigraph::store::Store;
use serde::{Deserialize, Serialize};

use crate::KgError;
use crate::sparql::{Views, Workers};

/// Version of the layout that this build reads and writes.
pub const FORMAT_VERSION: u32 = 1;

/// Marks a folder as a graph, and holds its generation.
const MARKER: &str = "store.json";
const UNFINISHED_MARKER: &str = "store.json.new";
const STORE: &str = "store";
/// The store as it is being written anew, and the old one while the new one takes its place.
const REWRITTEN_STORE: &str = "store.new";
const REPLACED_STORE: &str = "store.old";

#[derive(Serialize, Deserialize)]
struct Marker {
    format_version: u32,
    generation: String,
}

/// An RDF dataset in a folder (or in memory, for tests and examples).
///
/// At most one process can hold a folder's store open; whatever only answers
/// requests reads the derived index and does not need it.
pub struct KnowledgeGraph {
    pub(crate) store: Store,
    folder: Option<PathBuf>,
    pub(crate) views: Arc<Views>,
    pub(crate) workers: Workers,
}

impl std::fmt::Debug for KnowledgeGraph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnowledgeGraph")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl KnowledgeGraph {
    /// An empty dataset that lives as long as the value.
    ///
    /// # Errors
    /// [`KgError::Storage`] if memory for it cannot be had.
    pub fn in_memory() -> Result<Self, KgError> {
        Ok(Self {
            store: Store::new()?,
            folder: None,
            views: Arc::default(),
            workers: Workers::default(),
        })
    }

    /// Opens the graph in `folder`, or makes an empty one if the folder is new or empty.
    ///
    /// # Errors
    /// [`KgError::Foreign`] if the folder holds something else, and the errors of [`Self::open`].
    pub fn open_or_create(folder: impl AsRef<Path>) -> Result<Self, KgError> {
        let folder = folder.as_ref();
        if !folder.join(MARKER).exists() {
            if folder.exists() && is_occupied(folder)? {
                return Err(foreign(folder));
            }
            fs::create_dir_all(folder.join(STORE))?;
            write_marker(folder)?;
        }
        Self::open(folder)
    }

    /// Opens the graph in `folder`.
    ///
    /// # Errors
    /// [`KgError::Missing`], [`KgError::Foreign`], [`KgError::Version`] or [`KgError::Locked`]
    /// if it is not there, not ours, not of this version, or held by another process.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, KgError> {
        let folder = folder.as_ref();
        Self::generation_of(folder)?;
        undo_interrupted_purge(folder)?;
        // RocksDB would make an empty store in its place.
        if !folder.join(STORE).is_dir() {
            return Err(KgError::Storage(format!(
                "{} is gone\nhint: restore it from a copy, or load the data into a new folder",
                folder.join(STORE).display()
            )));
        }
        let store = Store::open(folder.join(STORE)).map_err(|error| {
            let message = error.to_string();
            // RocksDB reports its lock file only in words.
            if message.contains("LOCK") || message.contains("lock") {
                KgError::Locked {
                    path: folder.to_owned(),
                }
            } else {
                KgError::Storage(format!("{}: {message}", folder.display()))
            }
        })?;
        clear_up_purge(folder)?;
        Ok(Self {
            store,
            folder: Some(folder.to_owned()),
            views: Arc::default(),
            workers: Workers::default(),
        })
    }

    /// The generation of the store in `folder`, read without opening it.
    ///
    /// The generation changes *before* every write, so that an index made from an
    /// earlier state never matches, not even after a crash in the middle of a load.
    ///
    /// # Errors
    /// As [`Self::open`], but for the lock.
    pub fn generation_of(folder: impl AsRef<Path>) -> Result<String, KgError> {
        let folder = folder.as_ref();
        if !folder.is_dir() {
            return Err(KgError::Missing {
                path: folder.to_owned(),
            });
        }
        let path = folder.join(MARKER);
        if !path.exists() {
            return Err(foreign(folder));
        }
        let marker: Marker =
            serde_json::from_str(&fs::read_to_string(&path)?).map_err(|_| foreign(folder))?;
        if marker.format_version != FORMAT_VERSION {
            return Err(KgError::Version {
                path: folder.to_owned(),
                found: marker.format_version,
                supported: FORMAT_VERSION,
            });
        }
        Ok(marker.generation)
    }

    /// Number of quads, in all named graphs together.
    ///
    /// # Errors
    /// [`KgError::Storage`] if the store fails.
    pub fn len(&self) -> Result<usize, KgError> {
        Ok(self.store.len()?)
    }

    /// Whether nothing has been loaded.
    ///
    /// # Errors
    /// [`KgError::Storage`] if the store fails.
    pub fn is_empty(&self) -> Result<bool, KgError> {
        Ok(self.store.is_empty()?)
    }

    /// A second handle on the same store.
    pub(crate) fn handle(&self) -> Self {
        Self {
            store: self.store.clone(),
            folder: self.folder.clone(),
            views: Arc::clone(&self.views),
            workers: self.workers.clone(),
        }
    }

    /// The folder, unless the graph is in memory.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// To be called before anything is written: from here on no index matches.
    pub(crate) fn begin_write(&self) -> Result<Write<'_>, KgError> {
        let previous = match &self.folder {
            Some(folder) => {
                let previous = fs::read(folder.join(MARKER))?;
                write_marker(folder)?;
                Some(previous)
            }
            None => None,
        };
        self.views.invalidate();
        Ok(Write {
            graph: self,
            previous,
        })
    }

    /// A copy of the graph in a new folder, made while others go on reading the index: the store as
    /// it is at this moment, and everything else in the folder. Files of the store are hard links
    /// where the file system has them.
    ///
    /// # Errors
    /// [`KgError::Foreign`] if `target` exists and is not empty, [`KgError::Storage`], [`KgError::Io`].
    pub fn backup(&self, target: impl AsRef<Path>) -> Result<(), KgError> {
        let target = target.as_ref();
        let Some(folder) = &self.folder else {
            return Err(KgError::Storage(
                "a graph in memory has no files to copy\nhint: dump it instead".to_owned(),
            ));
        };
        if target.exists() && fs::read_dir(target)?.next().is_some() {
            return Err(KgError::Occupied {
                path: target.to_owned(),
            });
        }
        fs::create_dir_all(target)?;
        self.store.backup(target.join(STORE))?;
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            let is_copied = [
                STORE,
                REWRITTEN_STORE,
                REPLACED_STORE,
                MARKER,
                UNFINISHED_MARKER,
            ]
            .iter()
            .all(|kept| name != *kept);
            if is_copied {
                copy(&folder.join(&name), &target.join(&name))?;
            }
        }
        // Last: without it the folder is no graph, so an interrupted copy is not taken for one.
        copy(&folder.join(MARKER), &target.join(MARKER))?;
        Ok(())
    }
}

impl KnowledgeGraph {
    /// Writes the store anew, so that nothing of what was removed remains in its files. The store keeps
    /// every text that it ever held, removed or not: only new files are without it. Takes as long as a
    /// load of everything.
    ///
    /// # Errors
    /// [`KgError::Storage`], [`KgError::Io`]; the store is then as it was.
    pub fn purge(self) -> Result<Self, KgError> {
        let Some(folder) = self.folder.clone() else {
            return Ok(self);
        };
        let rewritten = folder.join(REWRITTEN_STORE);
        let copy = Store::open(&rewritten)?;
        let mut loader = copy.bulk_loader();
        loader.load_ok_quads::<_, KgError>(self.store.iter())?;
        loader.commit()?;
        // A named graph can be empty.
        for graph in self.store.named_graphs() {
            copy.insert_named_graph(graph?.as_ref())?;
        }
        copy.flush()?;
        drop(copy);
        drop(self);
        fs::rename(folder.join(STORE), folder.join(REPLACED_STORE))?;
        fs::rename(rewritten, folder.join(STORE))?;
        sync_folder(&folder)?;
        Self::open(folder)
    }
}

/// Puts the old store back if a purge was interrupted before the new one had taken its place. At every
/// moment of a purge either `store` is whole, or it is missing and the one that it replaces still there.
fn undo_interrupted_purge(folder: &Path) -> Result<(), KgError> {
    let (store, replaced) = (folder.join(STORE), folder.join(REPLACED_STORE));
    if replaced.exists() && !store.exists() {
        fs::rename(replaced, store)?;
        sync_folder(folder)?;
    }
    Ok(())
}

/// Removes what a purge leaves. Only for who holds the store: somebody else may be in the middle of one.
fn clear_up_purge(folder: &Path) -> Result<(), KgError> {
    for left in [REPLACED_STORE, REWRITTEN_STORE] {
        let left = folder.join(left);
        if left.exists() {
            fs::remove_dir_all(left)?;
        }
    }
    Ok(())
}

/// A write that has begun.
#[must_use]
pub(crate) struct Write<'a> {
    graph: &'a KnowledgeGraph,
    previous: Option<Vec<u8>>,
}

impl Write<'_> {
    /// The write is complete: RocksDB does not sync by itself.
    pub(crate) fn finish(self) -> Result<(), KgError> {
        if self.graph.folder.is_some() {
            self.graph.store.flush()?;
        }
        Ok(())
    }

    /// Nothing was written after all: the index is as good as it was.
    pub(crate) fn abandon(mut self) -> Result<(), KgError> {
        match (&self.graph.folder, self.previous.take()) {
            (Some(folder), Some(previous)) => replace_marker(folder, &previous),
            _ => Ok(()),
        }
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.graph.views.invalidate();
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), KgError> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            copy(&from.join(&name), &to.join(&name))?;
        }
    } else {
        fs::copy(from, to)?;
        fs::File::open(to)?.sync_all()?;
    }
    Ok(())
}

/// Whether anything is in the folder but what a crash leaves of a graph that was being made.
fn is_occupied(folder: &Path) -> Result<bool, KgError> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let is_unused_store =
            entry.file_name() == STORE && path.is_dir() && fs::read_dir(&path)?.next().is_none();
        if !is_unused_store && entry.file_name() != UNFINISHED_MARKER {
            return Ok(true);
        }
    }
    Ok(false)
}

fn foreign(folder: &Path) -> KgError {
    KgError::Foreign {
        path: folder.to_owned(),
        marker: MARKER,
    }
}

/// Writes the marker with a fresh generation.
fn write_marker(folder: &Path) -> Result<(), KgError> {
    let nanos = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_nanos());
    let marker = Marker {
        format_version: FORMAT_VERSION,
        generation: format!("{nanos:x}-{:x}", std::process::id()),
    };
    let text = serde_json::to_string_pretty(&marker).map_err(std::io::Error::other)?;
    replace_marker(folder, text.as_bytes())
}

/// To a temporary name, synced, renamed; then the folder is synced, for the new name to last.
fn replace_marker(folder: &Path, text: &[u8]) -> Result<(), KgError> {
    use std::io::Write;
    let temporary = folder.join(UNFINISHED_MARKER);
    let mut file = fs::File::create(&temporary)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&temporary, folder.join(MARKER))?;
    sync_folder(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), KgError> {
    Ok(fs::File::open(folder)?.sync_all()?)
}

/// Elsewhere a folder cannot be opened, and a rename lasts without it.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), KgError> {
    Ok(())
}
