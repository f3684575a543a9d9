//! The linear system behind a query, by position, and the passes over the graph that solve it.

use std::borrow::Cow;

use rayon::prelude::*;

use super::vectors;
use crate::raw::{Run, Sum};
use crate::walk::{ROWS_PER_CHUNK, Rows, inverse_of};
use crate::{NodeId, Walk};

/// From this many entries on, sharing a pass among threads pays for waking them up.
const PARALLEL_FROM_ENTRIES: usize = 400_000;

/// `D·x = b + μ·W·x` with `r = D·x`: what a walk with restart settles to, where each node is
/// divided by its degree, so that what a row sums over is what lies there.
///
/// `W` holds the weights and `D` their row sums, both in the unit of the rows.
pub(super) struct System<'a> {
    pub(super) walk: &'a Walk,
    /// Chance μ to go on instead of restarting.
    pub(super) go_on: f64,
    pub(super) degrees: Cow<'a, [f32]>,
    /// `D` as the sums of the weights give it.
    pub(super) exact_degrees: Cow<'a, [f64]>,
    pub(super) inverse: Cow<'a, [f32]>,
    /// What relaxation needs beside, where values are scores times scales.
    pub(super) scaled: Option<Scaled<'a>>,
    /// Differences to the rows of the file: row, column, weight; in order of the rows.
    patches: Vec<(u32, u32, f64)>,
    pub(super) parallel: bool,
}

/// Factors of rows that have a scale.
pub(super) struct Scaled<'a> {
    /// `scale/D`
    pub(super) inverse: Cow<'a, [f32]>,
    /// `1/scale`
    pub(super) own: Cow<'a, [f32]>,
}

/// The restart vector of one query, settled where it can be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Restart {
    /// Right-hand side `b` at the seeds that have edges, by position.
    pub(super) mass: Vec<(u32, f64)>,
    /// Final scores of the seeds without edges.
    pub(super) settled: Vec<(NodeId, f64)>,
}

impl Restart {
    /// Seeds must sum to 1.
    ///
    /// Only seeds can dangle. If `s` of the restart vector `p` lies on isolated nodes, their scores
    /// sum to `d = α·s / (1 − (1−α)·s)`, and `r = c·p + (1−α)·A'·r` with `c = α + (1−α)·d`.
    pub(super) fn new(walk: &Walk, seeds: &[(NodeId, f64)], restart: f64) -> Self {
        let is_dangling = |seed| walk.weighted_degree(seed) <= 0.0;
        let isolated: f64 = seeds.iter().filter(|s| is_dangling(s.0)).map(|s| s.1).sum();
        let returned = restart * isolated / (1.0 - (1.0 - restart) * isolated);
        let scale = restart + (1.0 - restart) * returned;
        let (mut mass, mut settled) = (Vec::new(), Vec::new());
        for &(seed, weight) in seeds {
            if is_dangling(seed) {
                settled.push((seed, scale * weight));
            } else {
                mass.push((walk.rows().position(seed), scale * weight));
            }
        }
        Self { mass, settled }
    }
}

/// What a pass over all rows finds, by chunks of rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Norms {
    /// `Σ|ρ_i|`
    pub(super) sum: f64,
    /// `max |ρ_i|/D_i`
    pub(super) most_per_degree: f64,
    /// `Σ ρ_i²/D_i`
    pub(super) energy: f64,
}

impl Norms {
    /// The norms of the residual divided by `scale`.
    pub(super) fn over(self, scale: f64) -> Self {
        Self {
            sum: self.sum / scale,
            most_per_degree: self.most_per_degree / scale,
            energy: self.energy / (scale * scale),
        }
    }
}

impl<'a> System<'a> {
    pub(super) fn new(walk: &'a Walk, restart: f64) -> Self {
        let rows = walk.rows();
        let (mut degrees, mut inverses) = (
            Cow::Borrowed(rows.single_degrees.as_slice()),
            Cow::Borrowed(rows.inverse.as_slice()),
        );
        let mut exact_degrees = Cow::Borrowed(rows.degrees.as_slice());
        let mut scaled = (!rows.products.are_scores()).then(|| Scaled {
            inverse: Cow::Borrowed(&rows.scaled_inverse),
            own: Cow::Borrowed(&rows.products.own),
        });
        let mut patches = Vec::new();
        let count = walk.node_count();
        if count > rows.len() || !walk.patches().is_empty() {
            degrees.to_mut().resize(count, 0.0);
            exact_degrees.to_mut().resize(count, 0.0);
            inverses.to_mut().resize(count, 0.0);
            if let Some(Scaled { inverse, own }) = &mut scaled {
                inverse.to_mut().resize(count, 0.0);
                own.to_mut().resize(count, 1.0);
            }
        }
        let unit = f64::from(rows.unit);
        for (row, patch) in walk.patches().rows() {
            let (at, degree) = (row as usize, patch.degree / unit);
            degrees.to_mut()[at] = degree as f32;
            exact_degrees.to_mut()[at] = degree;
            inverses.to_mut()[at] = inverse_of(1.0, degree);
            if let Some(Scaled { inverse, .. }) = &mut scaled {
                let scale = rows.products.scales.get(at).copied().unwrap_or(1.0);
                inverse.to_mut()[at] = inverse_of(scale.into(), degree);
            }
            let changed = patch
                .entries
                .iter()
                .filter(|(_, (before, now))| before.to_bits() != now.to_bits());
            patches.extend(changed.map(|(&column, &(before, now))| {
                let difference = (f64::from(now) - f64::from(before)) / unit;
                (row, column, difference)
            }));
        }
        let parallel =
            walk.stored_edges() >= PARALLEL_FROM_ENTRIES && rayon::current_num_threads() > 1;
        Self {
            walk,
            go_on: 1.0 - restart,
            degrees,
            exact_degrees,
            inverse: inverses,
            scaled,
            patches,
            parallel,
        }
    }

    pub(super) fn rows(&self) -> &'a Rows {
        self.walk.rows()
    }

    pub(super) fn len(&self) -> usize {
        self.degrees.len()
    }

    /// `scale/D` by row.
    pub(super) fn scaled_inverse(&self) -> &[f32] {
        match &self.scaled {
            Some(scaled) => &scaled.inverse,
            None => &self.inverse,
        }
    }

    /// `1/scale` of a row.
    pub(super) fn own(&self, row: usize) -> f32 {
        self.scaled.as_ref().map_or(1.0, |scaled| scaled.own[row])
    }

    /// The number of the value that belongs to the first row.
    pub(super) fn first_value(&self) -> usize {
        self.rows().products.others()
    }

    /// How many values rows add up, those of the rows included.
    pub(super) fn value_count(&self) -> usize {
        self.first_value() + self.len()
    }

    /// The values of scores, which lie in `space` if they are not the scores themselves.
    fn values<'v>(&self, x: &'v [f32], space: &'v mut Vec<f32>) -> &'v [f32] {
        let products = &self.rows().products;
        if products.are_scores() {
            return x;
        }
        products.values(x, space);
        space
    }

    /// Entries that a pass reads.
    pub(super) fn entries(&self) -> usize {
        self.walk.stored_edges() + self.patches.len()
    }

    /// `y ← D·q − μ·W·q`; returns `q·y`. What is in `space` does not matter.
    pub(super) fn apply(&self, q: &[f32], space: &mut Vec<f32>, y: &mut [f32]) -> f64 {
        let mu = self.go_on as f32;
        let values = self.values(q, space);
        let parts = self.by_chunks(y, |first, part| {
            self.row_sums(first, values, part);
            let rows = first..first + part.len();
            vectors::image(mu, part, &q[rows.clone()], &self.degrees[rows])
        });
        let mut dot: f64 = parts.iter().sum();
        for &(row, column, weight) in &self.patches {
            let (row, more) = (row as usize, mu * weight as f32 * q[column as usize]);
            y[row] -= more;
            dot -= f64::from(q[row] * more);
        }
        dot
    }

    /// `next ← D⁻¹·(b + μ·W·x)`, a step of the power iteration; returns `Σ|D·(next − x)|`. What is
    /// in `space` does not matter.
    pub(super) fn step(
        &self,
        mass: &[(u32, f64)],
        x: &[f32],
        space: &mut Vec<f32>,
        next: &mut [f32],
    ) -> f64 {
        let mu = self.go_on as f32;
        let values = self.values(x, space);
        let parts = self.by_chunks(next, |first, part| {
            self.row_sums(first, values, part);
            let rows = first..first + part.len();
            let by_degree = (&self.degrees[rows.clone()], &self.inverse[rows.clone()]);
            vectors::step(mu, part, &x[rows], by_degree)
        });
        let mut total: f64 = parts.iter().sum();
        let change = |row: usize, to: f32| f64::from((to - x[row]).abs() * self.degrees[row]);
        let mut add = |row: usize, more: f32| {
            total -= change(row, next[row]);
            next[row] += more;
            total += change(row, next[row]);
        };
        for &(row, column, weight) in &self.patches {
            let flow = mu * weight as f32 * x[column as usize];
            add(row as usize, flow * self.inverse[row as usize]);
        }
        for &(row, mass) in mass {
            add(row as usize, mass as f32 * self.inverse[row as usize]);
        }
        total
    }

    /// Differences to the rows of the file: row, column, weight; in order of the rows.
    pub(super) fn patches(&self) -> &[(u32, u32, f64)] {
        &self.patches
    }

    /// Fills a part of a vector, that of the chunk from row `first` on, with the sums of the rows of
    /// the file.
    fn row_sums<T: Copy, A: Sum<T>>(&self, first: usize, values: &[T], part: &mut [A]) {
        let terms = &self.rows().products.terms;
        let rest = self.each_run(first, part, |run, part| terms.sums(run, values, part));
        rest.fill(A::default());
    }

    /// Hands each run of a chunk to `fill` with its part of the part; returns the rows beyond the
    /// file.
    fn each_run<'p, T>(
        &self,
        first: usize,
        mut part: &'p mut [T],
        mut fill: impl FnMut(Run, &mut [T]),
    ) -> &'p mut [T] {
        if first < self.rows().len() {
            for &run in self.rows().chunk(first / ROWS_PER_CHUNK) {
                let (head, tail) = part.split_at_mut(run.rows as usize);
                fill(run, head);
                part = tail;
            }
        }
        part
    }

    /// Calls `work(first row, part)` for each chunk of a vector, on all threads if that pays. The
    /// results come in order of the chunks.
    pub(super) fn by_chunks<T: Send, R: Send>(
        &self,
        y: &mut [T],
        work: impl Fn(usize, &mut [T]) -> R + Sync,
    ) -> Vec<R> {
        let work = |(number, part)| work(number * ROWS_PER_CHUNK, part);
        if self.parallel {
            y.par_chunks_mut(ROWS_PER_CHUNK)
                .enumerate()
                .map(work)
                .collect()
        } else {
            y.chunks_mut(ROWS_PER_CHUNK).enumerate().map(work).collect()
        }
    }

    /// `r ← b + μ·W·x` in `f64`, and how far that is from `D·x`: the residual `ρ` of `x`, which
    /// accounts for everything, rounding in the solver included.
    pub(super) fn settle<T: Copy + Sync + Into<f64>>(
        &self,
        mass: &[(u32, f64)],
        scale: f64,
        x: &[T],
        r: &mut [f64],
    ) -> Norms {
        if self.rows().products.are_scores() {
            self.inflow(x, r);
        } else {
            let mut values: Vec<f64> = Vec::new();
            self.rows().products.values(x, &mut values);
            self.inflow(&values, r);
        }
        for &(row, column, weight) in &self.patches {
            r[row as usize] += self.go_on * weight * x[column as usize].into();
        }
        for &(row, mass) in mass {
            r[row as usize] += scale * mass;
        }
        let norms = self.by_chunks(r, |first, part| {
            let rows = first..first + part.len();
            let by_degree = (
                &self.exact_degrees[rows.clone()],
                &self.inverse[rows.clone()],
            );
            vectors::settle(1.0 / scale, part, &x[rows], by_degree)
        });
        norms.iter().fold(Norms::default(), |all, part| Norms {
            sum: all.sum + part.sum / scale,
            most_per_degree: all.most_per_degree.max(part.most_per_degree / scale),
            energy: all.energy + part.energy / (scale * scale),
        })
    }

    /// `r ← μ·W·x` from the values of `x`.
    fn inflow<T: Copy + Sync + Into<f64>>(&self, values: &[T], r: &mut [f64]) {
        self.by_chunks(r, |first, part| {
            self.row_sums(first, values, part);
            for sum in part {
                *sum *= self.go_on;
            }
        });
    }
}
