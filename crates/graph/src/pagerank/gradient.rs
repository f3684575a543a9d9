//! Conjugate gradients on the walk.
//!
//! `D − μ·W` is symmetric and positive definite, and after division by the degrees its eigenvalues
//! lie between α and `2 − α`. Conjugate gradients (Hestenes and Stiefel 1952, preconditioned by the
//! degrees) need about half as many passes over the edges as power iteration to the same tolerance,
//! and fewer where the spectrum is kinder than its bounds.

use rayon::prelude::*;

use super::system::{Norms, System};
use super::vectors::{self, Totals};
use crate::walk::ROWS_PER_CHUNK;

/// Seeds reach few nodes at first. As long as the rows of those have no more than this share of all
/// entries, their mass is handed on instead of every row collecting: an entry then costs many times as
/// much, and no other thread helps. A query of five seeds on a million nodes took 156 ms on one thread
/// and 92 on two with an eighth, 145 and 77 with a 32nd, 148 and 74 with a hundredth.
const SPARSE_SHARE: usize = 64;

/// The right-hand side is scaled up so that products of small residuals are no denormal numbers,
/// which the processor handles slowly; by a power of two, which rounds nothing.
pub(super) const SCALE: f64 = (1u64 << 40) as f64;

/// The state of a solution of `(D − μ·W)·x = b`, everything times [`SCALE`] and by position.
pub(super) struct Gradient<'a> {
    system: &'a System<'a>,
    /// The solution so far.
    pub(super) x: Vec<f32>,
    /// `b − (D − μ·W)·x` as the recurrence has it.
    residual: Vec<f32>,
    direction: Vec<f32>,
    image: Vec<f32>,
    /// For the values of the direction, where they are not the direction.
    values: Vec<f32>,
    /// `Σ residual²/D`, scaled twice.
    energy: f64,
    /// The positions where anything is not 0, while they are few.
    support: Option<Vec<u32>>,
    in_support: Vec<bool>,
    /// `Σ|residual|` and `max |residual|/D`, scale taken out.
    pub(super) sum: f64,
    most_per_degree: f64,
    /// Entries read so far.
    pub(super) entries: usize,
}

impl<'a> Gradient<'a> {
    /// Starts at `x = 0` with a few values on the right-hand side.
    pub(super) fn new(system: &'a System<'a>, mass: &[(u32, f64)]) -> Self {
        let mut state = Self::empty(system);
        let mut support = Vec::new();
        for &(row, mass) in mass {
            state.residual[row as usize] = (mass * SCALE) as f32;
            if !std::mem::replace(&mut state.in_support[row as usize], true) {
                support.push(row);
            }
        }
        state.support = Some(support);
        state.measure();
        state
    }

    /// Starts at `x = 0` with any right-hand side that was scaled.
    pub(super) fn refine(system: &'a System<'a>, residual: Vec<f32>) -> Self {
        let mut state = Self::empty(system);
        state.residual = residual;
        state.measure();
        state
    }

    fn empty(system: &'a System<'a>) -> Self {
        let zeros = || vec![0.0; system.len()];
        Self {
            system,
            x: zeros(),
            residual: zeros(),
            direction: zeros(),
            image: zeros(),
            values: Vec::new(),
            energy: 0.0,
            support: None,
            in_support: vec![false; system.len()],
            sum: 0.0,
            most_per_degree: 0.0,
            entries: 0,
        }
    }

    /// First direction: the residual over the degrees.
    fn measure(&mut self) {
        let inverse = &self.system.inverse;
        for ((direction, residual), inverse) in self
            .direction
            .iter_mut()
            .zip(&self.residual)
            .zip(inverse.iter())
        {
            *direction = residual * inverse;
        }
        let products = self.direction.iter().zip(&self.residual);
        self.energy = products.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        self.sum = self
            .residual
            .iter()
            .map(|r| f64::from(r.abs()))
            .sum::<f64>()
            / SCALE;
    }

    /// The size of the residual, scale taken out.
    pub(super) fn norms(&self) -> Norms {
        Norms {
            sum: self.sum,
            most_per_degree: self.most_per_degree,
            energy: self.energy / (SCALE * SCALE),
        }
    }

    /// One iteration. `false` if there is nothing left to improve in this precision.
    pub(super) fn step(&mut self) -> bool {
        let product = if let Some(support) = self.support.take() {
            self.apply_to(support)
        } else {
            self.apply()
        };
        if product <= 0.0 || self.energy <= 0.0 {
            return false;
        }
        let alpha = (self.energy / product) as f32;
        let energy = self.advance(alpha);
        let beta = (energy / self.energy) as f32;
        self.energy = energy;
        self.turn(beta);
        true
    }

    /// The image of the direction, by collecting.
    fn apply(&mut self) -> f64 {
        self.entries += self.system.entries();
        self.system
            .apply(&self.direction, &mut self.values, &mut self.image)
    }

    /// The image of a direction with few values, by handing on.
    fn apply_to(&mut self, mut support: Vec<u32>) -> f64 {
        let rows = self.system.rows();
        let entries: usize = support.iter().map(|&row| rows.entries(row).len()).sum();
        if entries > self.system.entries() / SPARSE_SHARE {
            return self.apply();
        }
        self.entries += entries;
        let mu = self.system.go_on as f32;
        for &row in &support {
            let row = row as usize;
            self.image[row] = self.system.degrees[row] * self.direction[row];
        }
        for at in 0..support.len() {
            let row = support[at];
            let flow = mu * self.direction[row as usize];
            let mut hand_on = |id: u32, weight: f32| {
                let id = id as usize;
                if !std::mem::replace(&mut self.in_support[id], true) {
                    self.image[id] = 0.0;
                    support.push(id as u32);
                }
                self.image[id] -= flow * weight;
            };
            let entries = rows.entries(row);
            let ids = &rows.columns.ids()[entries.clone()];
            if self.system.walk.patches().row(row).is_some() {
                let unit = 1.0 / rows.unit;
                let mut neighbors = self.system.walk.neighbors_at(row);
                while let Some((id, weight)) = neighbors.advance() {
                    hand_on(id, weight * unit);
                }
            } else if rows.is_uniform() {
                for &id in ids {
                    hand_on(id, 1.0);
                }
            } else {
                for (&id, entry) in ids.iter().zip(entries) {
                    hand_on(id, rows.products.weight(entry));
                }
            }
        }
        let dot = |&row: &u32| {
            f64::from(self.direction[row as usize]) * f64::from(self.image[row as usize])
        };
        let product = support.iter().map(dot).sum();
        self.support = Some(support);
        product
    }

    /// `x += α·direction`, `residual −= α·image`; returns the new energy.
    fn advance(&mut self, alpha: f32) -> f64 {
        let inverse: &[f32] = &self.system.inverse;
        if let Some(support) = &self.support {
            let (mut energy, mut sum, mut most) = (0.0, 0.0, 0.0f32);
            for &row in support {
                let row = row as usize;
                self.x[row] += alpha * self.direction[row];
                let rest = self.residual[row] - alpha * self.image[row];
                self.residual[row] = rest;
                energy += f64::from(rest) * f64::from(rest * inverse[row]);
                sum += f64::from(rest.abs());
                most = most.max((rest * inverse[row]).abs());
            }
            self.sum = sum / SCALE;
            self.most_per_degree = f64::from(most) / SCALE;
            return energy;
        }
        let (image, direction) = (&self.image, &self.direction);
        let work = |(number, (x, residual)): (usize, (&mut [f32], &mut [f32]))| {
            let first = number * ROWS_PER_CHUNK;
            let rows = first..first + x.len();
            let change = (&direction[rows.clone()], &image[rows.clone()]);
            vectors::advance(alpha, (x, residual), change, &inverse[rows])
        };
        let (x, residual) = (&mut self.x, &mut self.residual);
        let parts: Vec<Totals> = if self.system.parallel {
            let residual = residual.par_chunks_mut(ROWS_PER_CHUNK);
            let chunks = x.par_chunks_mut(ROWS_PER_CHUNK).zip(residual);
            chunks.enumerate().map(work).collect()
        } else {
            let residual = residual.chunks_mut(ROWS_PER_CHUNK);
            let chunks = x.chunks_mut(ROWS_PER_CHUNK).zip(residual);
            chunks.enumerate().map(work).collect()
        };
        let all = parts.into_iter().fold(Totals::default(), Totals::with);
        self.sum = all.sum / SCALE;
        self.most_per_degree = f64::from(all.most) / SCALE;
        all.energy
    }

    /// `direction ← residual/D + β·direction`
    fn turn(&mut self, beta: f32) {
        let inverse: &[f32] = &self.system.inverse;
        if let Some(support) = &self.support {
            for &row in support {
                let row = row as usize;
                self.direction[row] =
                    self.residual[row] * inverse[row] + beta * self.direction[row];
            }
            return;
        }
        let residual = &self.residual;
        self.system.by_chunks(&mut self.direction, |first, part| {
            let rows = first..first + part.len();
            vectors::turn(beta, part, &residual[rows.clone()], &inverse[rows]);
        });
    }
}
