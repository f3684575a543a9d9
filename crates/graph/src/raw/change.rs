//! What a sweep does to values, and how much that is.
//!
//! Inlined always, for the reason that [`relax`](super::relax) gives.
#![allow(clippy::inline_always)]

/// How large the corrections `c` of a sweep are, scales taken out, by lane.
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

    /// Moves the values at a row towards what its neighbours ask for; `own` takes the scale out.
    pub(crate) fn correct(
        &mut self,
        x: &mut [f32; LANES],
        to: [f32; LANES],
        omega: f32,
        (degree, own): (f32, f32),
    ) {
        let mut changes = Changes::none();
        changes.correct(std::array::from_mut(x), [to], omega, [degree], [own]);
        self.add(&changes);
    }

    #[inline(always)]
    pub(super) fn add<const ROWS: usize>(&mut self, changes: &Changes<ROWS, LANES>) {
        for row in 0..ROWS {
            for lane in 0..LANES {
                self.sum[lane] += changes.sum[row][lane];
                self.energy[lane] += changes.energy[row][lane];
                self.most[lane] = larger(self.most[lane], changes.most[row][lane]);
            }
        }
    }
}

/// A [`Change`] for each of a few rows.
pub(super) struct Changes<const ROWS: usize, const LANES: usize> {
    sum: [[f32; LANES]; ROWS],
    energy: [[f32; LANES]; ROWS],
    most: [[f32; LANES]; ROWS],
}

impl<const ROWS: usize, const LANES: usize> Changes<ROWS, LANES> {
    #[inline(always)]
    pub(super) fn none() -> Self {
        Self {
            sum: [[0.0; LANES]; ROWS],
            energy: [[0.0; LANES]; ROWS],
            most: [[0.0; LANES]; ROWS],
        }
    }

    #[inline(always)]
    pub(super) fn correct(
        &mut self,
        x: &mut [[f32; LANES]; ROWS],
        to: [[f32; LANES]; ROWS],
        omega: f32,
        degrees: [f32; ROWS],
        own: [f32; ROWS],
    ) {
        if LANES > 1 {
            for row in 0..ROWS {
                for lane in 0..LANES {
                    let c = to[row][lane] - x[row][lane];
                    x[row][lane] += omega * c;
                    let size = (own[row] * c).abs();
                    let by_degree = degrees[row] * size;
                    self.sum[row][lane] += by_degree;
                    self.energy[row][lane] += by_degree * size;
                    self.most[row][lane] = larger(self.most[row][lane], size);
                }
            }
            return;
        }
        // The same, one operation for all rows after the other: the compiler makes it one instruction
        // for all rows, which it does not find by itself.
        let c = each::<ROWS, LANES>(|row| to[row][0] - x[row][0]);
        *x = each(|row| x[row][0] + omega * c[row][0]);
        let size = each::<ROWS, LANES>(|row| (own[row] * c[row][0]).abs());
        let by_degree = each::<ROWS, LANES>(|row| degrees[row] * size[row][0]);
        self.sum = each(|row| self.sum[row][0] + by_degree[row][0]);
        let squares = each::<ROWS, LANES>(|row| by_degree[row][0] * size[row][0]);
        self.energy = each(|row| self.energy[row][0] + squares[row][0]);
        self.most = each(|row| larger(self.most[row][0], size[row][0]));
    }
}

/// What a single lane is to be in each row.
#[inline(always)]
fn each<const ROWS: usize, const LANES: usize>(of: impl Fn(usize) -> f32) -> [[f32; LANES]; ROWS] {
    std::array::from_fn(|row| [of(row); LANES])
}

/// Not `max`, which has to mind NaN and is no single instruction.
#[inline(always)]
fn larger(most: f32, size: f32) -> f32 {
    if size > most { size } else { most }
}
