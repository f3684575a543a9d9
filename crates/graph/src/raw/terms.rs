//! Which values the rows of a walk add up, and sums of them without a check for each.

use std::ops::{AddAssign, Range};

use super::{Columns, Words};

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
    /// The entries of all rows.
    pub(super) fn entries(self) -> Range<usize> {
        let first = self.entry as usize;
        first..first + self.rows as usize * self.len as usize
    }

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
pub(super) const BLOCK: usize = 128;

/// For each entry of each row the number of a value that the row adds.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(super) numbers: Numbers,
    /// How many values there are at least: all numbers are below.
    pub(super) values: usize,
    /// The value that belongs to the first row; those of the others follow.
    pub(super) first_row: usize,
}

#[derive(Debug)]
pub(super) enum Numbers {
    /// Half the memory where it is enough: the numbers of a small graph fit into the second cache.
    Narrow(Box<[u16]>),
    Wide(Words),
    /// The values are multiplied by weights.
    Weighted(Words, Vec<f32>),
}

impl Terms {
    /// Rows that add values of their neighbours, which are numbered like rows.
    pub(crate) fn of(columns: &Columns) -> Self {
        let (numbers, values) = (&columns.ids, columns.nodes);
        let numbers = if values <= 1 << 16 {
            Numbers::Narrow(numbers.iter().map(|&number| number as u16).collect())
        } else {
            Numbers::Wide(numbers.clone())
        };
        Self {
            numbers,
            values,
            first_row: 0,
        }
    }

    /// Rows that add values of their neighbours, each times a weight.
    pub(crate) fn weighted(columns: &Columns, weights: Vec<f32>) -> Self {
        assert!(
            weights.len() == columns.ids.len(),
            "a weight for each entry"
        );
        Self {
            numbers: Numbers::Weighted(columns.ids.clone(), weights),
            values: columns.nodes,
            first_row: 0,
        }
    }

    /// Rows that add any of `values` values; those of the rows themselves start at `first_row`.
    /// `None` if a number is not below `values`.
    pub(crate) fn new(numbers: Vec<u32>, values: usize, first_row: usize) -> Option<Self> {
        let columns = Columns::new(Words::Owned(numbers.into()), values)?;
        Some(Self {
            first_row,
            ..Self::of(&columns)
        })
    }

    /// The number of the value that an entry adds.
    pub(crate) fn number(&self, entry: usize) -> usize {
        match &self.numbers {
            Numbers::Narrow(numbers) => numbers[entry].into(),
            Numbers::Wide(numbers) | Numbers::Weighted(numbers, _) => numbers[entry] as usize,
        }
    }

    /// What the values are multiplied by, entry by entry, if by anything.
    pub(crate) fn weights(&self) -> Option<&[f32]> {
        match &self.numbers {
            Numbers::Weighted(_, weights) => Some(weights),
            Numbers::Narrow(_) | Numbers::Wide(_) => None,
        }
    }

    /// Fills `out` with the sum over each row of a run.
    ///
    /// Four rows of equal length advance together: the processor knows how long the loop is and
    /// works on four sums at a time, which matters more than the arithmetic. At most [`BLOCK`]
    /// entries in a row are added in the precision of `A`.
    pub(crate) fn sums<T: Copy, A: Sum<T>>(&self, run: Run, x: &[T], out: &mut [A]) {
        assert!(x.len() >= self.values, "all values");
        assert!(out.len() == run.rows as usize, "one sum for each row");
        if run.len == 0 {
            return out.fill(A::default());
        }
        let (len, entries) = (run.len as usize, run.entries());
        match &self.numbers {
            Numbers::Narrow(all) => sums(&all[entries], (), len, x, out),
            Numbers::Wide(all) => sums(&all[entries], (), len, x, out),
            Numbers::Weighted(all, weights) => {
                sums(&all[entries.clone()], &weights[entries], len, x, out);
            }
        }
    }
}

/// The number of a value.
pub(super) trait Number: Copy {
    /// Whether a number takes more than two bytes.
    const IS_WIDE: bool;
    fn index(self) -> usize;
    /// Four at a time, with as few loads as that takes.
    fn indices(four: [Self; 4]) -> [usize; 4];
}

impl Number for u16 {
    const IS_WIDE: bool = false;

    #[inline]
    fn index(self) -> usize {
        self.into()
    }

    #[inline]
    fn indices(four: [Self; 4]) -> [usize; 4] {
        let all = u64::from_le_bytes(bytemuck::cast(four.map(u16::to_le)));
        [0, 16, 32, 48].map(|shift| usize::from((all >> shift) as u16))
    }
}

impl Number for u32 {
    const IS_WIDE: bool = true;

    #[inline]
    fn index(self) -> usize {
        self as usize
    }

    #[inline]
    fn indices(four: [Self; 4]) -> [usize; 4] {
        four.map(Self::index)
    }
}

/// One factor for each entry or row of a slice: `()` where all are 1.
pub(super) trait Factors: Copy {
    fn part(self, from: usize, to: usize) -> Self;
    fn of<T, A: Sum<T>>(self, k: usize, score: T) -> A;
    /// `N` of them.
    fn chunk<const N: usize>(self, from: usize) -> [f32; N];
}

impl Factors for () {
    #[inline(always)]
    fn part(self, _: usize, _: usize) -> Self {}
    fn of<T, A: Sum<T>>(self, _: usize, score: T) -> A {
        A::once(score)
    }
    #[inline]
    fn chunk<const N: usize>(self, _: usize) -> [f32; N] {
        [1.0; N]
    }
}

impl Factors for &[f32] {
    fn part(self, from: usize, to: usize) -> Self {
        &self[from..to]
    }
    fn of<T, A: Sum<T>>(self, k: usize, score: T) -> A {
        A::times(score, self[k])
    }
    #[inline]
    fn chunk<const N: usize>(self, from: usize) -> [f32; N] {
        self[from..from + N].as_chunks().0[0]
    }
}

/// The loops of [`Terms::sums`], which vouches for `ids` and `x`: every number is below `x.len()`.
fn sums<T: Copy, A: Sum<T>, N: Number, W: Factors>(
    ids: &[N],
    weights: W,
    len: usize,
    x: &[T],
    out: &mut [A],
) {
    // SAFETY: see above; this function is private to the module and has one caller.
    let at_index = |index: usize| unsafe { *x.get_unchecked(index) };
    let value = |id: N| at_index(id.index());
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
        let whole = len - len % 4;
        for k in (0..whole).step_by(4) {
            let four = |ids: &[N]| N::indices([ids[k], ids[k + 1], ids[k + 2], ids[k + 3]]);
            let indices = [four(ids_a), four(ids_b), four(ids_c), four(ids_d)];
            for (j, k) in (k..k + 4).enumerate() {
                let values = indices.map(|of_row| at_index(of_row[j]));
                to_a += of_a.of(k, values[0]);
                to_b += of_b.of(k, values[1]);
                to_c += of_c.of(k, values[2]);
                to_d += of_d.of(k, values[3]);
            }
        }
        for k in whole..len {
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
fn long_row<T: Copy, A: Sum<T>, N: Number, W: Factors>(ids: &[N], weights: W, x: &[T]) -> A {
    // SAFETY: as in `sums`, the only caller.
    let value = |id: N| unsafe { *x.get_unchecked(id.index()) };
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

    /// Few values, so that numbers are narrow, and many.
    const VALUES: [usize; 2] = [300, 70_000];

    fn terms(ids: &[u32], values: usize, weights: Option<&[f32]>) -> Terms {
        let columns = Columns::new(Words::Owned(ids.into()), values).expect("ids are in range");
        match weights {
            None => Terms::of(&columns),
            Some(weights) => Terms::weighted(&columns, weights.to_vec()),
        }
    }

    #[test]
    fn sums_are_those_of_the_plain_loop() {
        for values in VALUES {
            let x: Vec<f64> = (0..values).map(|i| 1.0 / (i + 1) as f64).collect();
            let single: Vec<f32> = x.iter().map(|&v| v as f32).collect();
            for (rows, len) in [(1, 1), (9, 1), (6, 7), (2, 128), (5, 129), (3, 700)] {
                let ids: Vec<u32> = (0..rows * len + 3)
                    .map(|i| (i * i % values) as u32)
                    .collect();
                let weights: Vec<f32> = (0..ids.len()).map(|i| 0.5 + (i % 3) as f32).collect();
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
                    let terms = terms(&ids, values, given);
                    let mut wide = vec![0.0f64; rows];
                    terms.sums(run, &x, &mut wide);
                    close(&wide, 1e-13);
                    terms.sums(run, &single, &mut wide);
                    close(&wide, 1e-7);
                    let mut narrow = vec![0.0f32; rows];
                    terms.sums(run, &single, &mut narrow);
                    close(&narrow.into_iter().map(f64::from).collect::<Vec<_>>(), 1e-5);
                }
            }
        }
    }

    #[test]
    fn numbers_stay_what_they_are() {
        for values in VALUES {
            let numbers = vec![0, 7, values as u32 - 1];
            let terms = Terms::new(numbers.clone(), values, 0).expect("numbers are in range");
            let found: Vec<u32> = (0..3).map(|entry| terms.number(entry) as u32).collect();
            assert_eq!(found, numbers);
            assert!(Terms::new(vec![values as u32], values, 0).is_none());
        }
    }

    #[test]
    #[should_panic(expected = "all values")]
    fn short_vectors_are_refused() {
        let terms = Terms::new(vec![0, 1], 2, 0).expect("numbers are in range");
        let run = Run {
            rows: 1,
            len: 2,
            entry: 0,
        };
        terms.sums(run, &[0.0f32], &mut [0.0f32]);
    }

    #[test]
    fn runs_are_cut_between_rows() {
        let run = Run {
            rows: 5,
            len: 3,
            entry: 7,
        };
        let (head, tail) = (run.head(2), run.tail(2));
        assert_eq!((head.rows, head.len, head.entry), (2, 3, 7));
        assert_eq!((tail.rows, tail.len, tail.entry), (3, 3, 13));
    }
}
