//! Sweeps that replace scores where they lie, for several queries at once.
//!
//! What is marked to be inlined always has to become part of the functions that are compiled for
//! newer processors; it would be compiled for old ones otherwise.
#![allow(clippy::inline_always)]

use std::ops::Range;

use super::change::{Change, Changes};
use super::terms::{BLOCK, Factors, Number, Numbers, Run, Terms};

/// What a sweep does to the value `x` of each row, for every lane: `x ← x + ω·c` with
/// `c = s·μ·Σ/D − x`, where `Σ` is what the row adds up and `s` its scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relax<'a> {
    /// Chance μ to go on.
    pub(crate) mu: f32,
    /// The factor of relaxation ω.
    pub(crate) omega: f32,
    /// `D` and `s/D` by row.
    pub(crate) degrees: &'a [f32],
    pub(crate) inverse: &'a [f32],
    /// `1/s` by row, or `None` if all are 1.
    pub(crate) own: Option<&'a [f32]>,
}

/// How many entries ahead scores are asked for where they are larger than the second cache.
const FETCH_AHEAD: usize = 256;
/// Scores up to this many bytes are near enough without.
const FETCH_FROM_BYTES: usize = 4 << 20;

/// The instructions that this processor has, looked up once for a sweep.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sweep {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Sweep {
    pub(crate) fn new() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") {
                return Self::Avx2;
            }
        }
        Self::Plain
    }
}

impl Terms {
    /// Relaxes the rows of a run, the first of which is row `first`, one after the other; up to four
    /// of them see each other's values of before.
    pub(crate) fn relax<const LANES: usize>(
        &self,
        sweep: Sweep,
        (first, run): (usize, Run),
        relax: &Relax<'_>,
        x: &mut [[f32; LANES]],
    ) -> Change<LANES> {
        assert!(x.len() >= self.values, "all values");
        let rows = first..first + run.rows as usize;
        assert!(self.first_row + rows.end <= x.len(), "values of the rows");
        if run.len == 0 {
            return Change::none();
        }
        let entries = run.entries();
        let own = relax.own.map(|own| &own[rows.clone()]);
        let rows = Rows {
            len: run.len as usize,
            value: self.first_row + first,
            degrees: &relax.degrees[rows.clone()],
            inverse: &relax.inverse[rows],
            mu: relax.mu,
            omega: relax.omega,
        };
        match (&self.numbers, own) {
            (Numbers::Narrow(all), None) => rows.relax(sweep, (all, entries), (), (), x),
            (Numbers::Narrow(all), Some(own)) => rows.relax(sweep, (all, entries), (), own, x),
            (Numbers::Wide(all), None) => rows.relax(sweep, (all, entries), (), (), x),
            (Numbers::Wide(all), Some(own)) => rows.relax(sweep, (all, entries), (), own, x),
            (Numbers::Weighted(all, weights), _) => {
                let weights = &weights[entries.clone()];
                rows.relax(sweep, (all, entries), weights, (), x)
            }
        }
    }

    /// The sum over one row of a run, for every lane.
    pub(crate) fn row_sum<const LANES: usize>(&self, row: Run, x: &[[f32; LANES]]) -> [f32; LANES] {
        assert!(x.len() >= self.values, "all values");
        let entries = row.entries();
        match &self.numbers {
            Numbers::Narrow(all) => row_sum(&all[entries], (), x),
            Numbers::Wide(all) => row_sum(&all[entries], (), x),
            Numbers::Weighted(all, weights) => row_sum(&all[entries.clone()], &weights[entries], x),
        }
    }
}

/// Consecutive rows of equal length.
#[derive(Clone, Copy)]
struct Rows<'a> {
    len: usize,
    /// The value of the first row.
    value: usize,
    degrees: &'a [f32],
    inverse: &'a [f32],
    mu: f32,
    omega: f32,
}

/// Rows with what they add.
#[derive(Clone, Copy)]
struct Part<'a, N, W, O> {
    ids: &'a [N],
    /// The entries from the first on, and those of the rows after.
    later: &'a [N],
    /// By entry.
    weights: W,
    /// `1/scale` by row.
    own: O,
    rows: Rows<'a>,
}

impl Rows<'_> {
    fn relax<const LANES: usize, N: Number, W: Factors, O: Factors>(
        self,
        sweep: Sweep,
        (all, entries): (&[N], Range<usize>),
        weights: W,
        own: O,
        x: &mut [[f32; LANES]],
    ) -> Change<LANES> {
        let part = Part {
            later: &all[entries.start..],
            ids: &all[entries],
            weights,
            own,
            rows: self,
        };
        match sweep {
            // With instructions that collect, the compiler would use them for a single lane, and
            // they are slower than single loads.
            _ if LANES == 1 => part.relax(x),
            Sweep::Plain => part.relax(x),
            // SAFETY: `Sweep::new` has asked the processor.
            #[cfg(target_arch = "x86_64")]
            Sweep::Avx2 => unsafe { with_avx2(&part, x) },
            #[cfg(target_arch = "x86_64")]
            Sweep::Avx512 => unsafe { with_avx512(&part, x) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<const LANES: usize, N: Number, W: Factors, O: Factors>(
    part: &Part<'_, N, W, O>,
    x: &mut [[f32; LANES]],
) -> Change<LANES> {
    part.relax(x)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl")]
fn with_avx512<const LANES: usize, N: Number, W: Factors, O: Factors>(
    part: &Part<'_, N, W, O>,
    x: &mut [[f32; LANES]],
) -> Change<LANES> {
    part.relax(x)
}

impl<N: Number, W: Factors, O: Factors> Part<'_, N, W, O> {
    #[inline(always)]
    fn relax<const LANES: usize>(&self, x: &mut [[f32; LANES]]) -> Change<LANES> {
        let mut change = Change::none();
        let far = size_of_val(x) > FETCH_FROM_BYTES && LANES > 1;
        // Four rows keep the processor busy that a few lanes do not.
        let done = if LANES > 4 || self.rows.len > BLOCK {
            0
        } else if far {
            self.by_fours::<LANES, true>(x, &mut change)
        } else {
            self.by_fours::<LANES, false>(x, &mut change)
        };
        let len = self.rows.len;
        let mut changes = Changes::<1, LANES>::none();
        for row in done..self.rows.degrees.len() {
            let (from, to) = (row * len, (row + 1) * len);
            if far {
                for k in from..to {
                    fetch(x, self.later, k + FETCH_AHEAD);
                }
            }
            let sum = row_sum(&self.ids[from..to], self.weights.part(from, to), x);
            let by_row = ([self.rows.degrees[row]], [self.rows.inverse[row]]);
            self.put(row, [sum], by_row, x, &mut changes);
        }
        change.add(&changes);
        change
    }

    /// Four rows at a time, as many as there are; returns how many rows. Most rows of most graphs are
    /// short, so what is done for each four counts as much as what is done for each entry.
    ///
    /// `Terms::relax` vouches for the ids and for the rows: all are below `x.len()`.
    #[inline(always)]
    fn by_fours<const LANES: usize, const FETCH: bool>(
        &self,
        x: &mut [[f32; LANES]],
        change: &mut Change<LANES>,
    ) -> usize {
        let len = self.rows.len;
        let mut changes = Changes::<4, LANES>::none();
        let (degrees, inverse) = (
            self.rows.degrees.as_chunks().0,
            self.rows.inverse.as_chunks().0,
        );
        let (mut row, mut entry) = (0, 0);
        let fours = self.ids.chunks_exact(4 * len);
        for (ids, (&degrees, &inverse)) in fours.zip(degrees.iter().zip(inverse)) {
            let (ids_a, ids) = ids.split_at(len);
            let (ids_b, ids) = ids.split_at(len);
            let (ids_c, ids_d) = ids.split_at(len);
            let ids_d = &ids_d[..len];
            let weights = self.weights.part(entry, entry + 4 * len);
            let [mut to_a, mut to_b, mut to_c, mut to_d] = [[0.0f32; LANES]; 4];
            for k in 0..len {
                if FETCH {
                    for ahead in 0..4 {
                        fetch(x, self.later, entry + ahead * len + k + FETCH_AHEAD);
                    }
                }
                add(&mut to_a, x, ids_a[k].index(), weights, k);
                add(&mut to_b, x, ids_b[k].index(), weights, len + k);
                add(&mut to_c, x, ids_c[k].index(), weights, 2 * len + k);
                add(&mut to_d, x, ids_d[k].index(), weights, 3 * len + k);
            }
            let mut sums = [to_a, to_b, to_c, to_d];
            if LANES == 1 && N::IS_WIDE {
                // Four numbers by themselves: made into one vector, as the compiler would from here,
                // each entry takes an instruction more, a tenth of the time on a large graph.
                sums = sums.map(std::hint::black_box);
            }
            self.put(row, sums, (degrees, inverse), x, &mut changes);
            row += 4;
            entry += 4 * len;
        }
        change.add(&changes);
        row
    }

    /// Gives consecutive rows what their sums ask for, all at once.
    #[inline(always)]
    fn put<const LANES: usize, const ROWS: usize>(
        &self,
        first: usize,
        mut to: [[f32; LANES]; ROWS],
        (degrees, inverse): ([f32; ROWS], [f32; ROWS]),
        x: &mut [[f32; LANES]],
        changes: &mut Changes<ROWS, LANES>,
    ) {
        for row in 0..ROWS {
            let factor = self.rows.mu * inverse[row];
            for value in &mut to[row] {
                *value *= factor;
            }
        }
        let from = self.rows.value + first;
        let here = &mut x[from..from + ROWS].as_chunks_mut().0[0];
        let own = self.own.chunk(first);
        changes.correct(here, to, self.rows.omega, degrees, own);
    }
}

/// `sum += w·x[id]`; the callers vouch for the id.
#[inline(always)]
fn add<const LANES: usize, W: Factors>(
    sum: &mut [f32; LANES],
    x: &[[f32; LANES]],
    id: usize,
    weights: W,
    k: usize,
) {
    // SAFETY: see above.
    let values = unsafe { x.get_unchecked(id) };
    for lane in 0..LANES {
        sum[lane] += weights.of::<f32, f32>(k, values[lane]);
    }
}

/// One row, in blocks so that long sums keep their precision; the callers vouch for the ids.
#[inline(always)]
fn row_sum<const LANES: usize, N: Number, W: Factors>(
    ids: &[N],
    weights: W,
    x: &[[f32; LANES]],
) -> [f32; LANES] {
    let mut total = [0.0f32; LANES];
    let mut from = 0;
    for block in ids.chunks(BLOCK) {
        let of = weights.part(from, from + block.len());
        let [mut to_a, mut to_b, mut to_c, mut to_d] = [[0.0f32; LANES]; 4];
        let (fours, rest) = block.as_chunks::<4>();
        for (number, ids) in fours.iter().enumerate() {
            let of = of.part(4 * number, 4 * number + 4);
            let ids = N::indices(*ids);
            add(&mut to_a, x, ids[0], of, 0);
            add(&mut to_b, x, ids[1], of, 1);
            add(&mut to_c, x, ids[2], of, 2);
            add(&mut to_d, x, ids[3], of, 3);
        }
        for (k, &id) in (4 * fours.len()..).zip(rest) {
            add(&mut to_a, x, id.index(), of, k);
        }
        for lane in 0..LANES {
            total[lane] += (to_a[lane] + to_b[lane]) + (to_c[lane] + to_d[lane]);
        }
        from += block.len();
    }
    total
}

/// Asks for the values at the node of an entry, so that they are there when their turn comes. A whole
/// cache line for each node is more than the processor looks ahead for by itself.
#[inline(always)]
fn fetch<const LANES: usize, N: Number>(x: &[[f32; LANES]], ids: &[N], entry: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let Some(&id) = ids.get(entry) else { return };
        let place = x.as_ptr().wrapping_add(id.index());
        // SAFETY: asking for memory has no effect that a program can see, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (x, ids, entry);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::{Columns, Words};

    const NODES: usize = 300;

    /// A sweep over rows of equal length, by the book.
    fn plain<const LANES: usize>(
        ids: &[u32],
        weights: Option<&[f32]>,
        (first, run): (usize, Run),
        relax: &Relax<'_>,
        x: &mut [[f32; LANES]],
        together: usize,
    ) {
        let len = run.len as usize;
        let rows: Vec<usize> = (0..run.rows as usize).collect();
        let fours = run.rows as usize / 4 * 4;
        let (whole, alone) = rows.split_at(if together == 4 { fours } else { 0 });
        let groups = whole.chunks(4).chain(alone.chunks(1));
        for group in groups {
            let before = x.to_vec();
            for &row in group {
                for lane in 0..LANES {
                    let entries =
                        run.entry as usize + row * len..run.entry as usize + (row + 1) * len;
                    let value = |e: usize| {
                        let weight = weights.map_or(1.0, |w| f64::from(w[e]));
                        weight * f64::from(before[ids[e] as usize][lane])
                    };
                    let at = first + row;
                    let sum: f64 = entries.map(value).sum();
                    let to = f64::from(relax.mu) * sum * f64::from(relax.inverse[at]);
                    let now = f64::from(before[at][lane]);
                    x[at][lane] = (now + f64::from(relax.omega) * (to - now)) as f32;
                }
            }
        }
    }

    fn check<const LANES: usize>(together: usize) {
        for (rows, len) in [(1, 1), (9, 1), (6, 7), (4, 128), (5, 129), (3, 700)] {
            let ids: Vec<u32> = (0..rows * len + 3)
                .map(|i| (i * i % NODES) as u32)
                .collect();
            let weights: Vec<f32> = (0..ids.len()).map(|i| 0.5 + (i % 3) as f32).collect();
            let columns = Columns::new(Words::Owned(ids.as_slice().into()), NODES);
            let columns = columns.expect("ids are in range");
            let (degrees, inverse) = (vec![len as f32; NODES], vec![1.0 / len as f32; NODES]);
            let run = (
                5,
                Run {
                    rows: rows as u32,
                    len: len as u32,
                    entry: 3,
                },
            );
            let start: Vec<[f32; LANES]> = (0..NODES)
                .map(|i| std::array::from_fn(|lane| 1.0 / (i + 1 + lane) as f32))
                .collect();
            for given in [None, Some(weights.as_slice())] {
                let relax = Relax {
                    mu: 0.7,
                    omega: 1.2,
                    degrees: &degrees,
                    inverse: &inverse,
                    own: None,
                };
                let terms = match given {
                    None => Terms::of(&columns),
                    Some(weights) => Terms::weighted(&columns, weights.to_vec()),
                };
                let (mut expected, mut found) = (start.clone(), start.clone());
                plain(
                    &ids,
                    given,
                    run,
                    &relax,
                    &mut expected,
                    if len > BLOCK { 1 } else { together },
                );
                let change = terms.relax(Sweep::new(), run, &relax, &mut found);
                for (a, b) in found.iter().flatten().zip(expected.iter().flatten()) {
                    assert!((a - b).abs() <= 1e-5 * b.abs() + 1e-7, "{a} {b}");
                }
                assert!(change.sum.iter().all(|&sum| sum > 0.0));
                // The same bits whatever the processor can do.
                let mut again = start.clone();
                let same = terms.relax(Sweep::Plain, run, &relax, &mut again);
                assert!(
                    again == found && same.sum.map(f32::to_bits) == change.sum.map(f32::to_bits)
                );
                // Without a step nothing moves, and the corrections are those of the start.
                let still = Relax {
                    omega: 0.0,
                    ..relax
                };
                let mut unmoved = start.clone();
                let change = terms.relax(Sweep::new(), run, &still, &mut unmoved);
                assert!(unmoved == start && change.most.iter().all(|&most| most > 0.0));
            }
        }
    }

    #[test]
    fn sweeps_are_those_of_the_book() {
        check::<1>(4);
        check::<2>(4);
        check::<4>(4);
        check::<8>(1);
        check::<16>(1);
    }
}
