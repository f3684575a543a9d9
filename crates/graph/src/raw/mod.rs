//! The one place of unsafe code in this workspace: mapping a file, and sums over rows without a
//! bounds check for each neighbour.
//!
//! Why it is worth it: ten million edges open in milliseconds when they are read where they lie on
//! disk, and a check for each neighbour costs a good part of the time of a walk. Both rest on a
//! promise that is made once, where it is cheap to keep, and both are wrapped so that code outside
//! of this module cannot break it.
#![allow(unsafe_code)]

mod change;
mod relax;
mod terms;

use std::fs::File;
use std::ops::{Deref, Range};
use std::sync::Arc;

pub(crate) use change::Change;
use memmap2::{Mmap, MmapOptions};
use rayon::prelude::*;
pub(crate) use relax::{Relax, Sweep};
pub(crate) use terms::{Run, Sum, Terms};

/// Memory that does not change while it is there: a mapped file, or bytes of our own.
#[derive(Debug)]
pub(crate) enum Memory {
    /// A snapshot file.
    Mapped(Mmap),
    /// Words, for alignment, and how many of their bytes count.
    Owned(Vec<u64>, usize),
}

impl Memory {
    /// Maps a whole file for reading and asks the system to load it at once.
    pub(crate) fn map(file: &File) -> std::io::Result<Self> {
        // SAFETY: what is read through the map must not change while it is mapped. Snapshot files
        // are written under another name, renamed into place and never written again; the
        // documentation of `Snapshot::open` demands that of everybody, as every database that maps
        // its files does.
        let map = unsafe { MmapOptions::new().populate().map(file) }?;
        Ok(Self::Mapped(map))
    }

    /// Copies bytes to aligned memory.
    pub(crate) fn copy(bytes: &[u8]) -> Self {
        let mut words = vec![0u64; bytes.len().div_ceil(size_of::<u64>())];
        bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self::Owned(words, bytes.len())
    }

    /// Zeros in pages as large as the system has: with small ones, whoever jumps about in tens of
    /// megabytes waits for the table of pages as well.
    pub(crate) fn zeros(bytes: usize) -> std::io::Result<memmap2::MmapMut> {
        let map = memmap2::MmapMut::map_anon(bytes.max(1))?;
        // A wish, which not every system knows.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Ok(map)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(words, len) => &bytemuck::cast_slice(words)[..*len],
        }
    }
}

/// A list of numbers that cannot change: part of shared memory, or one of our own.
#[derive(Debug, Clone)]
pub(crate) enum Words {
    /// Bytes of shared memory, known to hold whole aligned numbers.
    Shared(Arc<Memory>, Range<usize>),
    /// A list by itself.
    Owned(Arc<[u32]>),
}

impl Words {
    /// The numbers that lie in `range` of the memory, in bytes. `None` if the range is not inside
    /// or holds no whole aligned numbers.
    pub(crate) fn shared(memory: &Arc<Memory>, range: Range<usize>) -> Option<Self> {
        bytemuck::try_cast_slice::<u8, u32>(memory.bytes().get(range.clone())?).ok()?;
        Some(Self::Shared(Arc::clone(memory), range))
    }
}

impl Deref for Words {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match self {
            Self::Shared(memory, range) => bytemuck::cast_slice(&memory.bytes()[range.clone()]),
            Self::Owned(words) => words,
        }
    }
}

/// The neighbours of all nodes one after the other, each known to be below `nodes`.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    ids: Words,
    nodes: usize,
}

impl Columns {
    /// Takes a list of ids. `None` if one is not below `nodes`.
    pub(crate) fn new(ids: Words, nodes: usize) -> Option<Self> {
        // Whole parts without an early exit, so that the compiler looks at many ids at once.
        let most = |part: &[u32]| part.iter().fold(0, |most, &id| most.max(id)) as usize;
        let sound = ids.par_chunks(1 << 16).all(|part| most(part) < nodes);
        sound.then_some(Self { ids, nodes })
    }

    /// All ids, row after row.
    pub(crate) fn ids(&self) -> &[u32] {
        &self.ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(ids: &[u32], nodes: usize) -> Option<Columns> {
        Columns::new(Words::Owned(ids.into()), nodes)
    }

    #[test]
    fn ids_out_of_range_are_refused() {
        assert!(columns(&[0, 1, 2], 3).is_some());
        assert!(columns(&[0, 3, 2], 3).is_none());
        assert!(columns(&[0], 0).is_none());
        assert!(columns(&[], 0).is_some());
    }

    #[test]
    fn words_lie_inside_and_aligned() {
        let memory = Arc::new(Memory::copy(&[1, 0, 0, 0, 2, 0, 0, 0]));
        assert_eq!(*Words::shared(&memory, 0..8).expect("is inside"), [1, 2]);
        assert_eq!(*Words::shared(&memory, 4..8).expect("is inside"), [2]);
        for range in [0..7, 1..5, 4..12] {
            assert!(Words::shared(&memory, range).is_none());
        }
    }
}
