//! Exact scores: iterate in `f32`, judge in `f64`.
//!
//! Vectors of the iteration are `f32`: half the memory to wait for. What that costs in accuracy is
//! not estimated but measured: a last pass in `f64` computes `r = b + (1−α)·A'·r̃` from the solution
//! `r̃` and with it the residual `ρ = r − r̃`, rounding included. From it follow
//!
//! * `‖r* − r‖₁ ≤ (1−α)/α · ‖ρ‖₁`, for `A'` has column sums of at most 1, and
//! * `|r*_i − r_i| ≤ (1−α)/α · D_i · max_j |ρ_j|/D_j`, for after division by the degrees the matrix
//!   has row sums of at most 1.
//!
//! Where the residual is still too large, the same iteration solves for what is missing (iterative
//! refinement, Wilkinson 1963), so that tolerances far below the precision of `f32` are met too.

use super::gradient::{Gradient, SCALE};
use super::system::{Norms, Restart, System};
use super::{PageRankOptions, Solver};

/// Residual that one solution in `f32` can reach, for each unit of the solution: a few roundings.
const SINGLE_PRECISION: f64 = 4e-7;

/// A solution and how good it is.
pub(super) struct Exact {
    /// By position, without the settled seeds.
    pub(super) scores: Vec<f64>,
    pub(super) norms: Norms,
    pub(super) iterations: usize,
    pub(super) entries: usize,
}

/// Asked after a pass in `f64` (second argument) or before it on an estimate, whether scores of
/// these errors are good enough.
pub(super) type Enough<'a> = dyn FnMut(&Norms, Judged<'_>) -> bool + 'a;

/// What there is to judge.
pub(super) enum Judged<'a> {
    /// Scores over degrees, times [`SCALE`], before the last pass.
    Draft(&'a [f32]),
    /// Scores.
    Final(&'a [f64]),
}

/// Iterates until `enough` says so or the residual is below the tolerance.
pub(super) fn solve(
    system: &System<'_>,
    restart: &Restart,
    options: &PageRankOptions,
    enough: &mut Enough<'_>,
) -> Exact {
    match options.solver {
        Solver::ConjugateGradient => by_gradient(system, restart, options, enough),
        Solver::PowerIteration => by_power(system, restart, options, enough),
    }
}

fn by_gradient(
    system: &System<'_>,
    restart: &Restart,
    options: &PageRankOptions,
    enough: &mut Enough<'_>,
) -> Exact {
    let mut exact = Exact {
        scores: vec![0.0; system.len()],
        norms: Norms::default(),
        iterations: 0,
        entries: 0,
    };
    let mut state = Gradient::new(system, &restart.mass);
    // What earlier rounds have found, in `f64`; the first needs none. And how large the residual
    // was that this round started from.
    let mut found: Option<Vec<f64>> = None;
    let mut start: f64 = restart.mass.iter().map(|(_, mass)| mass).sum();
    let mut unit = 1.0;
    loop {
        // A little below the tolerance, so that rounding does not cost another round.
        let target = (0.8 * options.tolerance).max(SINGLE_PRECISION * start / options.restart);
        let is_draft = found.is_none();
        let mut can_go_on = true;
        while can_go_on && state.sum * unit > target {
            // One iteration is left for the last pass.
            can_go_on = exact.iterations + 1 < options.max_iterations && state.step();
            exact.iterations += usize::from(can_go_on);
            let (sum, most_per_degree) = (state.sum, state.most_per_degree);
            let norms = Norms {
                sum,
                most_per_degree,
            };
            if is_draft && enough(&norms, Judged::Draft(&state.x)) {
                break;
            }
        }
        exact.iterations += 1;
        exact.entries += std::mem::take(&mut state.entries) + system.entries();
        exact.norms = match &mut found {
            None => system.settle(&restart.mass, SCALE, &state.x, &mut exact.scores),
            Some(found) => {
                add(found, &state.x, unit);
                system.settle(&restart.mass, SCALE, found, &mut exact.scores)
            }
        };
        let is_done = exact.norms.sum <= options.tolerance
            || enough(&exact.norms, Judged::Final(&exact.scores))
            || exact.iterations >= options.max_iterations
            // Another round has to gain something.
            || (!is_draft && exact.norms.sum > 0.5 * start);
        if is_done {
            return exact;
        }
        if is_draft && can_go_on && state.sum > target {
            // The draft looked better than it was: the same iteration goes on.
            continue;
        }
        start = exact.norms.sum;
        unit = start;
        let so_far = found.get_or_insert_with(|| state.x.iter().map(|&x| f64::from(x)).collect());
        let rest = residual(system, so_far, &exact.scores, unit);
        state = Gradient::refine(system, rest);
    }
}

fn add(found: &mut [f64], correction: &[f32], unit: f64) {
    for (found, &correction) in found.iter_mut().zip(correction) {
        *found += f64::from(correction) * unit;
    }
}

/// What `found` (scores over degrees, times the scale) leaves of the equation, scaled like a
/// right-hand side of sum 1.
fn residual(system: &System<'_>, found: &[f64], scores: &[f64], unit: f64) -> Vec<f32> {
    let rest = |(row, (&found, &score)): (usize, (&f64, &f64))| {
        ((score * SCALE - found * system.degree(row)) / unit) as f32
    };
    found.iter().zip(scores).enumerate().map(rest).collect()
}

fn by_power(
    system: &System<'_>,
    restart: &Restart,
    options: &PageRankOptions,
    enough: &mut Enough<'_>,
) -> Exact {
    let scaled: Vec<(u32, f64)> =
        restart.mass.iter().map(|&(row, mass)| (row, mass * SCALE)).collect();
    let mut exact = Exact {
        scores: vec![0.0; system.len()],
        norms: Norms::default(),
        iterations: 0,
        entries: 0,
    };
    let total: f64 = restart.mass.iter().map(|(_, mass)| mass).sum();
    let (mut x, mut next) = (vec![0.0f32; system.len()], vec![0.0f32; system.len()]);
    // All mass at the seeds, so that every iterate sums to what the solution sums to.
    let whole = total / options.restart;
    let floor = SINGLE_PRECISION * whole;
    for &(row, mass) in &scaled {
        x[row as usize] = (mass / total * whole) as f32 * system.inverse[row as usize];
    }
    let mut before = f64::INFINITY;
    while exact.iterations + 1 < options.max_iterations {
        let change = system.step(&scaled, &x, &mut next) / SCALE;
        std::mem::swap(&mut x, &mut next);
        exact.iterations += 1;
        exact.entries += system.entries();
        // In exact arithmetic each change is smaller than the one before.
        if change * system.go_on < options.tolerance.max(floor) || change >= before {
            break;
        }
        before = change;
    }
    let mut found: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
    loop {
        exact.norms = system.settle(&restart.mass, SCALE, &found, &mut exact.scores);
        exact.iterations += 1;
        exact.entries += system.entries();
        let is_done = exact.norms.sum < options.tolerance
            || enough(&exact.norms, Judged::Final(&exact.scores))
            || exact.iterations >= options.max_iterations;
        if is_done {
            return exact;
        }
        for (row, (found, score)) in found.iter_mut().zip(&exact.scores).enumerate() {
            let degree = system.degree(row);
            *found = if degree > 0.0 { score * SCALE / degree } else { 0.0 };
        }
    }
}
