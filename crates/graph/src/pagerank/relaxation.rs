//! Successive over-relaxation, several queries side by side.
//!
//! The scores of `LANES` queries at one node lie side by side: whoever fetches one has fetched them
//! all, and the ids of the neighbours are read once for all. Rows are replaced where they lie, so
//! that the next row sees the new values (Gauss and Seidel) and nothing is read or written beside
//! them; each row goes a little further than it is asked to (Young 1954, Frankel 1950).
//!
//! The matrix `D − μ·W` is symmetric and positive definite. Rows that are summed together see each
//! other's values of before, which makes the method a block splitting `M = D/ω + L`; it converges
//! where `M + Mᵀ − A` is positive definite: for every graph if `ω < 2/(1+μ)`, so certainly for
//! `ω = 1`, which is what remains if a larger factor does not do: where changes do not fall as fast
//! as those of power iteration must.

use std::borrow::Cow;

use crate::raw::{Change, Relax, Run, Sweep};
use crate::walk::ROWS_PER_CHUNK;

use super::system::{Norms, Restart, System};

/// The share of `μ` that eigenvalues are treated as reaching; see [`factor`]. Young's theory is for
/// graphs without odd cycles; measured on ReDial with TMDKG: 15 sweeps with 0.9, 14 with 1, 11 with
/// 1.05, 12 with 1.1. On a graph with communities 13 sweeps with 0.95 to 1.05.
const INTERVAL: f64 = 1.05;
/// The same for who stops early: what a larger factor gains comes late.
const EARLY_INTERVAL: f64 = 0.95;
/// Sweeps until the factor must have proved itself.
const TRUST_AFTER: usize = 4;
/// What changes fall by at least as long as it is not rounding that makes them.
const STILL_FALLS: f64 = 0.999;
/// How much of the estimate of a residual is left as signs differ; measured, on the safe side.
const CANCEL: f64 = 0.6;

/// Young's best factor where eigenvalues of the walk lie in `[−ρ, ρ]` with `ρ` a share of `μ`.
fn factor(mu: f64, interval: f64) -> f64 {
    let rho = (interval * mu).min(0.99);
    2.0 / (1.0 + (1.0 - rho * rho).sqrt())
}

/// A row with more than the file knows: where queries restart, or with changed edges.
struct Special<const LANES: usize> {
    row: u32,
    /// `b/D`, times the scale of the row.
    source: [f32; LANES],
    /// Column and weight of each difference, the scale of the column taken out.
    patches: Vec<(u32, f32)>,
}

/// `LANES` solutions of `(D − μ·W)·x = b` in progress.
pub(super) struct Relaxation<'a, const LANES: usize> {
    system: &'a System<'a>,
    special: Vec<Special<LANES>>,
    omega: f64,
    sweep: Sweep,
    sweeps: usize,
    /// What the last sweep changed, by lane.
    change: [Norms; LANES],
    /// Entries read so far.
    pub(super) entries: usize,
}

impl<'a, const LANES: usize> Relaxation<'a, LANES> {
    /// For queries that start at `x = 0`; the right-hand sides are multiplied by `scale`.
    pub(super) fn new(system: &'a System<'a>, restarts: &[Restart], scale: f64) -> Self {
        let mut rows: std::collections::BTreeMap<u32, Special<LANES>> =
            std::collections::BTreeMap::new();
        let inverse = system.scaled_inverse();
        let empty = |row| Special {
            row,
            source: [0.0; LANES],
            patches: Vec::new(),
        };
        for (lane, restart) in restarts.iter().enumerate() {
            for &(row, mass) in &restart.mass {
                let value = (mass * scale) as f32 * inverse[row as usize];
                rows.entry(row).or_insert_with(|| empty(row)).source[lane] += value;
            }
        }
        for &(row, column, weight) in system.patches() {
            let special = rows.entry(row).or_insert_with(|| empty(row));
            let own = system.own(column as usize);
            special.patches.push((column, weight as f32 * own));
        }
        Self {
            system,
            special: rows.into_values().collect(),
            omega: factor(system.go_on, INTERVAL),
            sweep: Sweep::new(),
            sweeps: 0,
            change: [Norms {
                sum: f64::INFINITY,
                ..Norms::default()
            }; LANES],
            entries: 0,
        }
    }

    /// Takes the factor that is best if the tolerance need not be met.
    pub(super) fn aim_early(&mut self) {
        self.omega = factor(self.system.go_on, EARLY_INTERVAL);
    }

    /// The scores over degrees that belong to values.
    pub(super) fn scores<'v>(&self, values: &'v [f32]) -> Cow<'v, [f32]> {
        let of_rows = &values[self.system.first_value()..];
        match &self.system.scaled {
            None => Cow::Borrowed(of_rows),
            Some(scaled) => of_rows
                .iter()
                .zip(&*scaled.own)
                .map(|(x, own)| x * own)
                .collect(),
        }
    }

    /// One sweep over all rows; `x` are values. `false` if there is nothing left to improve in this precision.
    pub(super) fn step(&mut self, x: &mut [[f32; LANES]]) -> bool {
        let omega = if self.sweeps == 0 { 1.0 } else { self.omega };
        let before = self.change;
        self.change = self.pass(omega as f32, x);
        self.sweeps += 1;
        self.entries += self.system.entries();
        if self.sweeps < TRUST_AFTER {
            return true;
        }
        // Queries that are done no longer fall; the slowest one counts.
        let slowest = |change: &[Norms]| change.iter().map(|norms| norms.sum).fold(0.0, f64::max);
        let rate = slowest(&self.change) / slowest(&before).max(f64::MIN_POSITIVE);
        // A factor of 1 makes at least this progress on every graph.
        if self.omega > 1.0 && rate > self.system.go_on {
            self.omega = 1.0;
            return true;
        }
        rate < STILL_FALLS
    }

    /// The norms of the residual, measured in a pass that changes nothing.
    pub(super) fn residuals(&mut self, x: &mut [[f32; LANES]]) -> [Norms; LANES] {
        self.entries += self.system.entries();
        self.pass(0.0, x)
    }

    fn pass(&self, omega: f32, x: &mut [[f32; LANES]]) -> [Norms; LANES] {
        let rows = self.system.rows();
        let relax = Relax {
            mu: self.system.go_on as f32,
            omega,
            degrees: &self.system.degrees,
            inverse: self.system.scaled_inverse(),
            own: self.system.scaled.as_ref().map(|scaled| &*scaled.own),
        };
        let mut norms = [Norms::default(); LANES];
        let (products, terms) = (&rows.products, &rows.products.terms);
        let mut special = self.special.iter().peekable();
        let (mut first, mut next_product) = (0, 0);
        for chunk in 0..rows.len().div_ceil(ROWS_PER_CHUNK) {
            for &run in rows.chunk(chunk) {
                let (mut row, mut rest) = (first, run);
                first += run.rows as usize;
                while let Some(here) = special.next_if(|here| (here.row as usize) < first) {
                    let plain = here.row as usize - row;
                    let change = terms.relax(self.sweep, (row, rest.head(plain)), &relax, x);
                    add(&mut norms, &change);
                    rest = rest.tail(plain);
                    self.relax_special(here, rest.head(1), &relax, x, &mut norms);
                    rest = rest.tail(1);
                    row = here.row as usize + 1;
                }
                let change = terms.relax(self.sweep, (row, rest), &relax, x);
                add(&mut norms, &change);
                next_product = products.update_before(first, next_product, x);
            }
        }
        let none = Run {
            rows: 1,
            len: 0,
            entry: 0,
        };
        for here in special {
            self.relax_special(here, none, &relax, x, &mut norms);
        }
        norms
    }

    fn relax_special(
        &self,
        here: &Special<LANES>,
        row: Run,
        relax: &Relax<'_>,
        x: &mut [[f32; LANES]],
        norms: &mut [Norms; LANES],
    ) {
        let first = self.system.first_value();
        let mut sum = self.system.rows().products.terms.row_sum(row, x);
        for &(column, weight) in &here.patches {
            for (sum, value) in sum.iter_mut().zip(&x[first + column as usize]) {
                *sum += weight * value;
            }
        }
        let at = here.row as usize;
        let factor = relax.mu * relax.inverse[at];
        for (sum, source) in sum.iter_mut().zip(&here.source) {
            *sum = factor * *sum + source;
        }
        let mut change = Change::none();
        let own = self.system.own(at);
        change.correct(
            &mut x[first + at],
            sum,
            relax.omega,
            (relax.degrees[at], own),
        );
        add(norms, &change);
    }

    /// An estimate of the residual's norms after the last sweep.
    ///
    /// With `c` the corrections of the sweep, the residual is `(ω−1)·D·c − ω·μ·U·c`, where `U` holds
    /// the weights of the entries that lead to later rows, half of all.
    pub(super) fn norms(&self, lane: usize) -> Norms {
        let share = CANCEL * (self.omega - 1.0 + self.omega * self.system.go_on / 2.0);
        let Norms {
            sum,
            most_per_degree,
            energy,
        } = self.change[lane];
        Norms {
            sum: sum * share,
            most_per_degree: most_per_degree * share,
            energy: energy * share * share,
        }
    }
}

fn add<const LANES: usize>(norms: &mut [Norms; LANES], change: &Change<LANES>) {
    for (lane, norms) in norms.iter_mut().enumerate() {
        norms.sum += f64::from(change.sum[lane]);
        norms.energy += f64::from(change.energy[lane]);
        norms.most_per_degree = norms.most_per_degree.max(f64::from(change.most[lane]));
    }
}
