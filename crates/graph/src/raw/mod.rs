//! The one place of unsafe code in this workspace: mapping a file, and sums over rows without a
//! bounds check for each neighbour.
//!
//! Why it is worth it: ten million edges open in milliseconds when they are read where they lie on
//! disk, and a check for each neighbour costs a good part of the time of a walk. Both rest on a
//! promise that is made once, where it is cheap to keep, and both are wrapped so that code outside
//! of this module cannot break it.
#![allow(unsafe_code)]

mod relax;

use std::fs::File;
use std::ops::{AddAssign, Deref, Range};
use std::sync::Arc;

use memmap2::{Mmap, MmapOptions};
use rayon::prelude::*;
pub(crate) use relax::{Change, Relax, Sweep};

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

/// What scores of type `T` are added up in.
pub(crate) trait Sum<T>: Copy + Default + AddAssign + Into<f64> {
    /// A score as an addend.
    fn once(score: T) -> Self;
    /// A score times the weight of an edge.
    fn times(score: T, weight: f32) -> Self;
    /// A sum that was carried on in `f64`.
    fn narrow(sum: f64) -> Self;
}

impl Sum<f32> for f32 {
    fn once(score: f32) -> Self {
        score
    }
    fn times(score: f32, weight: f32) -> Self {
        score * weight
    }
    fn narrow(sum: f64) -> Self {
        sum as Self
    }
}

impl<T: Into<Self>> Sum<T> for f64 {
    fn once(score: T) -> Self {
        score.into()
    }
    fn times(score: T, weight: f32) -> Self {
        score.into() * Self::from(weight)
    }
    fn narrow(sum: f64) -> Self {
        sum
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

/// Consecutive rows of equal length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// How many rows.
    pub(crate) rows: u32,
    /// Entries of each row.
    pub(crate) len: u32,
    /// Number of the first entry.
    pub(crate) entry: u32,
}

impl Run {
    /// The first rows.
    pub(crate) fn head(self, rows: usize) -> Self {
        let rows = rows as u32;
        Self { rows, ..self }
    }

    /// The rows after the first.
    pub(crate) fn tail(self, rows: usize) -> Self {
        let rows = rows as u32;
        Self {
            rows: self.rows - rows,
            entry: self.entry + rows * self.len,
            ..self
        }
    }
}

/// How many entries are added in the precision of the sum before the sum goes on in `f64`.
const BLOCK: usize = 128;

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

    /// Fills `out` with the sum `Σ w·x[id]` over each row of a run; without weights every `w` is 1.
    ///
    /// Four rows of equal length advance together: the processor knows how long the loop is and
    /// works on four sums at a time, which matters more than the arithmetic. At most [`BLOCK`]
    /// entries in a row are added in the precision of `A`.
    pub(crate) fn sums<T: Copy, A: Sum<T>>(
        &self,
        run: Run,
        weights: Option<&[f32]>,
        x: &[T],
        out: &mut [A],
    ) {
        assert!(x.len() >= self.nodes, "one value for each node");
        assert!(out.len() == run.rows as usize, "one sum for each row");
        if run.len == 0 {
            return out.fill(A::default());
        }
        let first = run.entry as usize;
        let ids = &self.ids()[first..first + run.rows as usize * run.len as usize];
        match weights {
            None => sums(ids, (), run.len as usize, x, out),
            Some(weights) => {
                let weights = &weights[first..first + ids.len()];
                sums(ids, weights, run.len as usize, x, out);
            }
        }
    }
}

/// The weights of a slice of entries: `()` where all are 1.
trait Factors: Copy {
    fn part(self, from: usize, to: usize) -> Self;
    fn of<T, A: Sum<T>>(self, k: usize, score: T) -> A;
}

impl Factors for () {
    #[inline(always)]
    fn part(self, _: usize, _: usize) -> Self {}
    fn of<T, A: Sum<T>>(self, _: usize, score: T) -> A {
        A::once(score)
    }
}

impl Factors for &[f32] {
    fn part(self, from: usize, to: usize) -> Self {
        &self[from..to]
    }
    fn of<T, A: Sum<T>>(self, k: usize, score: T) -> A {
        A::times(score, self[k])
    }
}

/// The loops of [`Columns::sums`], which vouches for `ids` and `x`: every id is below `x.len()`.
fn sums<T: Copy, A: Sum<T>, W: Factors>(
    ids: &[u32],
    weights: W,
    len: usize,
    x: &[T],
    out: &mut [A],
) {
    // SAFETY: see above; this function is private to the module and has one caller.
    let value = |id: u32| unsafe { *x.get_unchecked(id as usize) };
    let fours = if len <= BLOCK { out.len() / 4 } else { 0 };
    let (together, alone) = out.split_at_mut(4 * fours);
    let mut at = 0;
    for out in together.chunks_exact_mut(4) {
        let row = |number: usize| {
            let (from, to) = (at + number * len, at + (number + 1) * len);
            (&ids[from..to], weights.part(from, to))
        };
        let [(ids_a, of_a), (ids_b, of_b), (ids_c, of_c), (ids_d, of_d)] =
            [row(0), row(1), row(2), row(3)];
        let [mut to_a, mut to_b, mut to_c, mut to_d] = [A::default(); 4];
        for k in 0..len {
            to_a += of_a.of(k, value(ids_a[k]));
            to_b += of_b.of(k, value(ids_b[k]));
            to_c += of_c.of(k, value(ids_c[k]));
            to_d += of_d.of(k, value(ids_d[k]));
        }
        out.copy_from_slice(&[to_a, to_b, to_c, to_d]);
        at += 4 * len;
    }
    for out in alone {
        *out = long_row(&ids[at..at + len], weights.part(at, at + len), x);
        at += len;
    }
}

/// One row by itself, its entries dealt out to four sums.
fn long_row<T: Copy, A: Sum<T>, W: Factors>(ids: &[u32], weights: W, x: &[T]) -> A {
    // SAFETY: as in `sums`, the only caller.
    let value = |id: u32| unsafe { *x.get_unchecked(id as usize) };
    let mut total = 0.0;
    let mut from = 0;
    for block in ids.chunks(4 * BLOCK) {
        let weights = weights.part(from, from + block.len());
        let [mut to_a, mut to_b, mut to_c, mut to_d] = [A::default(); 4];
        let whole = block.len() - block.len() % 4;
        for k in (0..whole).step_by(4) {
            to_a += weights.of(k, value(block[k]));
            to_b += weights.of(k + 1, value(block[k + 1]));
            to_c += weights.of(k + 2, value(block[k + 2]));
            to_d += weights.of(k + 3, value(block[k + 3]));
        }
        for (k, &id) in block.iter().enumerate().skip(whole) {
            to_a += weights.of(k, value(id));
        }
        total += [to_a, to_b, to_c, to_d].map(Into::into).iter().sum::<f64>();
        from += block.len();
    }
    A::narrow(total)
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

    #[test]
    fn sums_are_those_of_the_plain_loop() {
        let nodes = 300usize;
        let x: Vec<f64> = (0..nodes).map(|i| 1.0 / (i + 1) as f64).collect();
        let single: Vec<f32> = x.iter().map(|&v| v as f32).collect();
        for (rows, len) in [(1, 1), (9, 1), (6, 7), (2, 128), (5, 129), (3, 700)] {
            let ids: Vec<u32> = (0..rows * len + 3)
                .map(|i| (i * i % nodes) as u32)
                .collect();
            let weights: Vec<f32> = (0..ids.len()).map(|i| 0.5 + (i % 3) as f32).collect();
            let columns = columns(&ids, nodes).expect("ids are in range");
            let run = Run {
                rows: rows as u32,
                len: len as u32,
                entry: 3,
            };
            for given in [None, Some(weights.as_slice())] {
                let plain: Vec<f64> = (0..rows)
                    .map(|row| {
                        let factor = |k: usize| given.map_or(1.0, |w| f64::from(w[k]));
                        let entries = 3 + row * len..3 + (row + 1) * len;
                        entries.map(|k| factor(k) * x[ids[k] as usize]).sum()
                    })
                    .collect();
                let close = |sums: &[f64], by: f64| {
                    let mut pairs = sums.iter().zip(&plain);
                    assert!(pairs.all(|(a, b)| (a - b).abs() <= by * b));
                };
                let mut wide = vec![0.0f64; rows];
                columns.sums(run, given, &x, &mut wide);
                close(&wide, 1e-13);
                columns.sums(run, given, &single, &mut wide);
                close(&wide, 1e-7);
                let mut narrow = vec![0.0f32; rows];
                columns.sums(run, given, &single, &mut narrow);
                close(&narrow.into_iter().map(f64::from).collect::<Vec<_>>(), 1e-5);
            }
        }
    }

    #[test]
    #[should_panic(expected = "one value for each node")]
    fn short_vectors_are_refused() {
        let columns = columns(&[0, 1], 2).expect("ids are in range");
        let run = Run {
            rows: 1,
            len: 2,
            entry: 0,
        };
        columns.sums(run, None, &[0.0f32], &mut [0.0f32]);
    }
}
