//! Sweeps that replace scores where they lie, for several queries at once.
//!
//! What is marked to be inlined always has to become part of the functions that are compiled for
//! newer processors; it would be compiled for old ones otherwise.
#![allow(clippy::inline_always)]

use super::{BLOCK, Columns, Factors, Run};

/// What a sweep does to each row, for every lane: `x ← x + ω·c` with `c = μ·Σ w·x/D − x`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relax<'a> {
    /// Chance μ to go on.
    pub(crate) mu: f32,
    /// The factor of relaxation ω.
    pub(crate) omega: f32,
    /// One weight per entry, or `None` if all are 1.
    pub(crate) weights: Option<&'a [f32]>,
    /// `D` and `1/D` by row.
    pub(crate) degrees: &'a [f32],
    pub(crate) inverse: &'a [f32],
}

/// How large the corrections `c` of a sweep are, by lane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<const LANES: usize> {
    /// `Σ D·|c|`
    pub(crate) sum: [f32; LANES],
    /// `Σ D·c²`
    pub(crate) energy: [f32; LANES],
    /// `max |c|`
    pub(crate) most: [f32; LANES],
}

impl<const LANES: usize> Change<LANES> {
    pub(crate) fn none() -> Self {
        Self {
            sum: [0.0; LANES],
            energy: [0.0; LANES],
            most: [0.0; LANES],
        }
    }

    /// Moves the values at a row towards what its neighbours ask for.
    #[inline(always)]
    pub(crate) fn correct(&mut self, x: &mut [f32; LANES], to: [f32; LANES], omega: f32, d: f32) {
        for lane in 0..LANES {
            let c = to[lane] - x[lane];
            x[lane] += omega * c;
            let size = c.abs();
            self.sum[lane] += d * size;
            self.energy[lane] += d * c * c;
            // Not `max`, which has to mind NaN and is no single instruction.
            self.most[lane] = if size > self.most[lane] {
                size
            } else {
                self.most[lane]
            };
        }
    }
}

/// How many entries ahead scores are asked for where they are larger than the second cache.
const FETCH_AHEAD: usize = 128;
/// Scores up to this many bytes are in the second cache anyway.
const FETCH_FROM_BYTES: usize = 2 << 20;

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

impl Columns {
    /// Relaxes the rows of a run, the first of which is row `first`, one after the other; up to four
    /// of them see each other's values of before.
    pub(crate) fn relax<const LANES: usize>(
        &self,
        sweep: Sweep,
        (first, run): (usize, Run),
        relax: &Relax<'_>,
        x: &mut [[f32; LANES]],
    ) -> Change<LANES> {
        assert!(x.len() >= self.nodes, "values for each node");
        assert!(first + run.rows as usize <= self.nodes, "rows of the file");
        let mut change = Change::none();
        if run.len == 0 {
            return change;
        }
        let (len, entry) = (run.len as usize, run.entry as usize);
        let rows = first..first + run.rows as usize;
        let part = Part {
            ids: &self.ids()[entry..entry + rows.len() * len],
            later: &self.ids()[entry..],
            len,
            first,
            degrees: &relax.degrees[rows.clone()],
            inverse: &relax.inverse[rows],
            mu: relax.mu,
            omega: relax.omega,
        };
        match relax.weights {
            None => run_with(sweep, &part, (), x, &mut change),
            Some(weights) => {
                let weights = &weights[entry..entry + part.ids.len()];
                run_with(sweep, &part, weights, x, &mut change);
            }
        }
        change
    }

    /// `Σ w·x` over one row of a run, for every lane.
    pub(crate) fn row_sum<const LANES: usize>(
        &self,
        row: Run,
        weights: Option<&[f32]>,
        x: &[[f32; LANES]],
    ) -> [f32; LANES] {
        assert!(x.len() >= self.nodes, "values for each node");
        let entries = row.entry as usize..row.entry as usize + row.len as usize;
        let ids = &self.ids()[entries.clone()];
        match weights {
            None => row_sum(ids, (), x),
            Some(weights) => row_sum(ids, &weights[entries], x),
        }
    }
}

/// The rows of a run and what is done to them.
#[derive(Clone, Copy)]
struct Part<'a> {
    ids: &'a [u32],
    /// The entries from the first on, and those of the rows after.
    later: &'a [u32],
    len: usize,
    first: usize,
    degrees: &'a [f32],
    inverse: &'a [f32],
    mu: f32,
    omega: f32,
}

fn run_with<const LANES: usize, W: Factors>(
    sweep: Sweep,
    part: &Part<'_>,
    weights: W,
    x: &mut [[f32; LANES]],
    change: &mut Change<LANES>,
) {
    match sweep {
        Sweep::Plain => rows(part, weights, x, change),
        // SAFETY: `Sweep::new` has asked the processor.
        #[cfg(target_arch = "x86_64")]
        Sweep::Avx2 => unsafe { with_avx2(part, weights, x, change) },
        #[cfg(target_arch = "x86_64")]
        Sweep::Avx512 => unsafe { with_avx512(part, weights, x, change) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<const LANES: usize, W: Factors>(
    part: &Part<'_>,
    weights: W,
    x: &mut [[f32; LANES]],
    change: &mut Change<LANES>,
) {
    rows(part, weights, x, change);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl")]
fn with_avx512<const LANES: usize, W: Factors>(
    part: &Part<'_>,
    weights: W,
    x: &mut [[f32; LANES]],
    change: &mut Change<LANES>,
) {
    rows(part, weights, x, change);
}

#[inline(always)]
fn rows<const LANES: usize, W: Factors>(
    part: &Part<'_>,
    weights: W,
    x: &mut [[f32; LANES]],
    change: &mut Change<LANES>,
) {
    let far = size_of_val(x) > FETCH_FROM_BYTES && LANES > 1;
    let count = part.degrees.len();
    // Four rows keep the processor busy that a few lanes do not.
    let fours = if LANES <= 4 && part.len <= BLOCK {
        count / 4
    } else {
        0
    };
    for four in 0..fours {
        if far {
            together::<LANES, true, W>(part, 4 * four, weights, x, change);
        } else {
            together::<LANES, false, W>(part, 4 * four, weights, x, change);
        }
    }
    for row in 4 * fours..count {
        let (from, to) = (row * part.len, (row + 1) * part.len);
        if far {
            for k in from..to {
                fetch(x, part.later, k + FETCH_AHEAD);
            }
        }
        let sum = row_sum(&part.ids[from..to], weights.part(from, to), x);
        part.put(row, sum, x, change);
    }
}

/// Four rows. `Columns::relax` vouches for the ids and for the rows: all are below `x.len()`.
#[inline(always)]
fn together<const LANES: usize, const FETCH: bool, W: Factors>(
    part: &Part<'_>,
    row: usize,
    weights: W,
    x: &mut [[f32; LANES]],
    change: &mut Change<LANES>,
) {
    let len = part.len;
    let starts = [row * len, (row + 1) * len, (row + 2) * len, (row + 3) * len];
    let of = |number: usize| weights.part(starts[number], starts[number] + len);
    let ids = |number: usize| &part.ids[starts[number]..][..len];
    let (ids_a, ids_b, ids_c, ids_d) = (ids(0), ids(1), ids(2), ids(3));
    let (of_a, of_b, of_c, of_d) = (of(0), of(1), of(2), of(3));
    let [mut to_a, mut to_b, mut to_c, mut to_d] = [[0.0f32; LANES]; 4];
    for k in 0..len {
        if FETCH {
            for start in starts {
                fetch(x, part.later, start + k + FETCH_AHEAD);
            }
        }
        add(&mut to_a, x, ids_a[k], of_a, k);
        add(&mut to_b, x, ids_b[k], of_b, k);
        add(&mut to_c, x, ids_c[k], of_c, k);
        add(&mut to_d, x, ids_d[k], of_d, k);
    }
    part.put(row, to_a, x, change);
    part.put(row + 1, to_b, x, change);
    part.put(row + 2, to_c, x, change);
    part.put(row + 3, to_d, x, change);
}

/// `sum += w·x[id]`; the callers vouch for the id.
#[inline(always)]
fn add<const LANES: usize, W: Factors>(
    sum: &mut [f32; LANES],
    x: &[[f32; LANES]],
    id: u32,
    weights: W,
    k: usize,
) {
    // SAFETY: see above.
    let values = unsafe { x.get_unchecked(id as usize) };
    for lane in 0..LANES {
        sum[lane] += weights.of::<f32, f32>(k, values[lane]);
    }
}

impl Part<'_> {
    #[inline(always)]
    fn put<const LANES: usize>(
        &self,
        row: usize,
        mut sum: [f32; LANES],
        x: &mut [[f32; LANES]],
        change: &mut Change<LANES>,
    ) {
        let factor = self.mu * self.inverse[row];
        for value in &mut sum {
            *value *= factor;
        }
        // SAFETY: `Columns::relax` has looked that the rows of the run are below `x.len()`.
        let here = unsafe { x.get_unchecked_mut(self.first + row) };
        change.correct(here, sum, self.omega, self.degrees[row]);
    }
}

/// One row, in blocks so that long sums keep their precision; the callers vouch for the ids.
#[inline(always)]
fn row_sum<const LANES: usize, W: Factors>(
    ids: &[u32],
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
            add(&mut to_a, x, ids[0], of, 0);
            add(&mut to_b, x, ids[1], of, 1);
            add(&mut to_c, x, ids[2], of, 2);
            add(&mut to_d, x, ids[3], of, 3);
        }
        for (k, &id) in (4 * fours.len()..).zip(rest) {
            add(&mut to_a, x, id, of, k);
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
fn fetch<const LANES: usize>(x: &[[f32; LANES]], ids: &[u32], entry: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let Some(&id) = ids.get(entry) else { return };
        let place = x.as_ptr().wrapping_add(id as usize);
        // SAFETY: asking for memory has no effect that a program can see, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (x, ids, entry);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::Words;

    const NODES: usize = 300;

    /// A sweep over rows of equal length, by the book.
    fn plain<const LANES: usize>(
        ids: &[u32],
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
                        let weight = relax.weights.map_or(1.0, |w| f64::from(w[e]));
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
                    weights: given,
                    degrees: &degrees,
                    inverse: &inverse,
                };
                let (mut expected, mut found) = (start.clone(), start.clone());
                plain(
                    &ids,
                    run,
                    &relax,
                    &mut expected,
                    if len > BLOCK { 1 } else { together },
                );
                let change = columns.relax(Sweep::new(), run, &relax, &mut found);
                for (a, b) in found.iter().flatten().zip(expected.iter().flatten()) {
                    assert!((a - b).abs() <= 1e-5 * b.abs() + 1e-7, "{a} {b}");
                }
                assert!(change.sum.iter().all(|&sum| sum > 0.0));
                // The same bits whatever the processor can do.
                let mut again = start.clone();
                let same = columns.relax(Sweep::Plain, run, &relax, &mut again);
                assert!(
                    again == found && same.sum.map(f32::to_bits) == change.sum.map(f32::to_bits)
                );
                // Without a step nothing moves, and the corrections are those of the start.
                let still = Relax {
                    omega: 0.0,
                    ..relax
                };
                let mut unmoved = start.clone();
                let change = columns.relax(Sweep::new(), run, &still, &mut unmoved);
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
