//! `(XᵀX + λI)·y = b` for a sparse binary X, by conjugate gradients.
//!
//! The inverse of such a matrix is dense, with as many rows as there are items; solving for what is
//! asked needs no memory beyond the data. Eight right-hand sides share one pass over X.

use super::cooccurrence::holders;
use crate::Memory;

/// Right-hand sides of one pass.
pub(super) const LANES: usize = 8;

/// Relative residual at which a solution is good enough for ranking.
const TOLERANCE: f64 = 1e-8;

/// More than the square root of the condition number asks for on any data set seen.
const MAX_ITERATIONS: usize = 500;

type Block = Vec<[f64; LANES]>;

/// The Gram matrix of a set of sets, never written out.
#[derive(Debug, Clone)]
pub(super) struct Gram {
    /// Rows of X: items of each set.
    sets: Vec<Vec<u32>>,
    /// Columns of X: sets that hold each item.
    holders: Vec<Vec<u32>>,
    lambda: f64,
}

impl Gram {
    pub(super) fn new(memory: &Memory, lambda: f64) -> Self {
        Self {
            sets: memory.items.clone(),
            holders: holders(memory),
            lambda,
        }
    }

    pub(super) fn items(&self) -> usize {
        self.holders.len()
    }

    fn apply(&self, x: &Block, per_set: &mut Block, out: &mut Block) {
        for (sum, set) in per_set.iter_mut().zip(&self.sets) {
            *sum = gather(x, set);
        }
        for ((out, own), sets) in out.iter_mut().zip(x).zip(&self.holders) {
            let sum = gather(per_set, sets);
            *out = std::array::from_fn(|lane| self.lambda * own[lane] + sum[lane]);
        }
    }

    /// Solves for each lane of `b`.
    pub(super) fn solve(&self, b: &Block) -> Block {
        let zero = [0.0; LANES];
        let mut per_set = vec![zero; self.sets.len()];
        let mut applied = vec![zero; b.len()];
        let mut solution = vec![zero; b.len()];
        let mut residual = b.clone();
        let mut direction = b.clone();
        let mut norm = dot(&residual, &residual);
        let enough = norm.map(|norm| norm * TOLERANCE * TOLERANCE);
        for _ in 0..MAX_ITERATIONS {
            if (0..LANES).all(|lane| norm[lane] <= enough[lane]) {
                break;
            }
            self.apply(&direction, &mut per_set, &mut applied);
            let curvature = dot(&direction, &applied);
            let step = ratio(norm, curvature);
            add_scaled(&mut solution, step, &direction);
            add_scaled(&mut residual, step.map(|step| -step), &applied);
            let next = dot(&residual, &residual);
            let keep = ratio(next, norm);
            for (direction, residual) in direction.iter_mut().zip(&residual) {
                *direction =
                    std::array::from_fn(|lane| residual[lane] + keep[lane] * direction[lane]);
            }
            norm = next;
        }
        solution
    }
}

fn gather(values: &Block, places: &[u32]) -> [f64; LANES] {
    let mut sum = [0.0; LANES];
    for &place in places {
        for (sum, value) in sum.iter_mut().zip(&values[place as usize]) {
            *sum += value;
        }
    }
    sum
}

fn dot(a: &Block, b: &Block) -> [f64; LANES] {
    let mut sum = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sum[lane] += a[lane] * b[lane];
        }
    }
    sum
}

fn add_scaled(to: &mut Block, scale: [f64; LANES], what: &Block) {
    for (to, what) in to.iter_mut().zip(what) {
        for lane in 0..LANES {
            to[lane] += scale[lane] * what[lane];
        }
    }
}

/// A lane that is solved already stands still.
fn ratio(a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
    std::array::from_fn(|lane| {
        if b[lane] > 0.0 {
            a[lane] / b[lane]
        } else {
            0.0
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solution_solves() {
        let sets = [vec![0, 1, 2], vec![1, 2], vec![0, 3], vec![3]];
        let memory = Memory::from_sets(sets.map(|set| (String::new(), set)), 5);
        let gram = Gram::new(&memory, 0.5);
        let mut b = vec![[0.0; LANES]; 5];
        for (lane, row) in b.iter_mut().enumerate() {
            row[lane] = 1.0;
        }
        let solution = gram.solve(&b);
        let (mut per_set, mut back) = (vec![[0.0; LANES]; 4], vec![[0.0; LANES]; 5]);
        gram.apply(&solution, &mut per_set, &mut back);
        for (row, expected) in back.iter().zip(&b) {
            for lane in 0..LANES {
                assert!((row[lane] - expected[lane]).abs() < 1e-7, "{back:?}");
            }
        }
    }
}
