//! Exact scores: iterate in `f32`, judge in `f64`.
//!
//! Vectors of the iteration are `f32`: half the memory to wait for. What that costs in accuracy is
//! not estimated but measured: a last pass in `f64` computes `r = b + (1−α)·A'·r̃` from the solution
//! `r̃` and with it the residual `ρ = r − r̃`, rounding included. From it follow
//!
//! * `‖r* − r‖₁ ≤ (1−α)/α · ‖ρ‖₁`, for `A'` has column sums of at most 1, and
//! * `|r*_i − r_i| ≤ (1−α)/α · D_i · max_j |ρ_j|/D_j`, for after division by the degrees the matrix
//!   has row sums of at most 1, and
//! * `|r*_i − r̃_i| ≤ √(D_i · Σ_j ρ_j²/D_j / (α·(1−(1−α)²)))`, by the inequality of Cauchy and
//!   Schwarz in the norm of `D − (1−α)·W`: that matrix is at least `α·D`, and the diagonal of its
//!   inverse at most `1/(D_i·(1−(1−α)²))`, for a walk comes back after two steps at the soonest.
//!
//! Where the residual is still too large, the same iteration solves for what is missing (iterative
//! refinement, Wilkinson 1963), so that tolerances far below the precision of `f32` are met too.

use std::borrow::Cow;

use super::gradient::{Gradient, SCALE};
use super::relaxation::Relaxation;
use super::system::{Norms, Restart, System};
use super::{Method, PageRankOptions};

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

/// Asked on an estimate before a pass in `f64` and again after it, whether scores whose residual has
/// these norms are good enough. The last call is about the scores that are returned.
pub(super) type Enough<'a> = dyn FnMut(&Norms, Judged<'_>) -> bool + 'a;

/// What there is to judge.
pub(super) enum Judged<'a> {
    /// Scores over degrees, times [`SCALE`], before the last pass.
    Draft(&'a dyn Fn() -> Cow<'a, [f32]>),
    /// Scores.
    Final(&'a [f64]),
}

/// Iterates until the residual is below the tolerance, or until `enough`, if given, says so.
pub(super) fn solve(
    system: &System<'_>,
    restart: &Restart,
    options: &PageRankOptions,
    enough: Option<&mut Enough<'_>>,
) -> Exact {
    match options.solver.method(system.walk) {
        Method::PowerIteration => by_power(system, restart, options, enough),
        Method::Relaxation => {
            let mut relaxation = Relaxation::new(system, std::slice::from_ref(restart), SCALE);
            if enough.is_some() {
                relaxation.aim_early();
            }
            let values = vec![[0.0]; system.value_count()];
            by_rounds(
                system,
                restart,
                options,
                Round::Relaxation(relaxation, values),
                enough,
            )
        }
        _ => {
            let gradient = Gradient::new(system, &restart.mass);
            by_rounds(system, restart, options, Round::Gradient(gradient), enough)
        }
    }
}

/// An iteration in `f32` in progress.
enum Round<'a> {
    Gradient(Gradient<'a>),
    Relaxation(Relaxation<'a, 1>, Vec<[f32; 1]>),
}

impl Round<'_> {
    fn step(&mut self) -> bool {
        match self {
            Self::Gradient(gradient) => gradient.step(),
            Self::Relaxation(relaxation, values) => relaxation.step(values),
        }
    }

    /// The size of the residual, scale taken out; what relaxation knows is an estimate.
    fn norms(&self) -> Norms {
        match self {
            Self::Gradient(gradient) => gradient.norms(),
            Self::Relaxation(relaxation, _) => relaxation.norms(0).over(SCALE),
        }
    }

    fn x(&self) -> Cow<'_, [f32]> {
        match self {
            Self::Gradient(gradient) => Cow::Borrowed(&gradient.x),
            Self::Relaxation(relaxation, values) => relaxation.scores(values.as_flattened()),
        }
    }

    /// Entries read since this was last asked.
    fn take_entries(&mut self) -> usize {
        match self {
            Self::Gradient(gradient) => std::mem::take(&mut gradient.entries),
            Self::Relaxation(relaxation, _) => std::mem::take(&mut relaxation.entries),
        }
    }
}

impl Exact {
    fn new(system: &System<'_>) -> Self {
        Self {
            scores: vec![0.0; system.len()],
            norms: Norms::default(),
            iterations: 0,
            entries: 0,
        }
    }

    /// The last pass: scores and norms of a solution.
    fn settle<T: Copy + Sync + Into<f64>>(
        &mut self,
        system: &System<'_>,
        restart: &Restart,
        x: &[T],
    ) {
        self.norms = system.settle(&restart.mass, SCALE, x, &mut self.scores);
        self.iterations += 1;
        self.entries += system.entries();
    }

    /// The scores as a solution in `f64`: over degrees, times the scale.
    fn solution(&self, system: &System<'_>) -> Vec<f64> {
        let one = |(row, score): (usize, &f64)| {
            let degree = system.exact_degrees[row];
            if degree > 0.0 {
                score * SCALE / degree
            } else {
                0.0
            }
        };
        self.scores.iter().enumerate().map(one).collect()
    }
}

fn by_rounds<'a>(
    system: &'a System<'_>,
    restart: &Restart,
    options: &PageRankOptions,
    mut round: Round<'a>,
    mut enough: Option<&mut Enough<'_>>,
) -> Exact {
    let mut exact = Exact::new(system);
    let mut ask = |norms: &Norms, judged: Judged<'_>| {
        enough.as_mut().is_some_and(|enough| enough(norms, judged))
    };
    // What earlier rounds have found, in `f64`; the first needs none. And how large the residual
    // was that this round started from.
    let mut found: Option<Vec<f64>> = None;
    let mut start: f64 = restart.mass.iter().map(|(_, mass)| mass).sum();
    let mut unit = 1.0;
    // A little below the tolerance, so that rounding does not cost another round.
    let mut wanted = 0.8 * options.tolerance;
    loop {
        let least = SINGLE_PRECISION * start / options.restart;
        let is_draft = found.is_none();
        let (mut can_go_on, mut looks_enough) = (true, false);
        while can_go_on && !looks_enough && round.norms().sum * unit > wanted.max(least) {
            // One iteration is left for the last pass.
            can_go_on = exact.iterations + 1 < options.max_iterations && round.step();
            exact.iterations += usize::from(can_go_on);
            looks_enough = is_draft && ask(&round.norms(), Judged::Draft(&|| round.x()));
        }
        exact.entries += round.take_entries();
        match &mut found {
            None => exact.settle(system, restart, &round.x()),
            Some(found) => {
                add(found, &round.x(), unit);
                exact.settle(system, restart, found);
            }
        }
        let mut is_enough = ask(&exact.norms, Judged::Final(&exact.scores));
        if !is_enough && looks_enough && exact.iterations < options.max_iterations {
            // What is wrong is the rounding of large scores to `f32`, which a step in `f64` mends.
            let solution = exact.solution(system);
            exact.settle(system, restart, &solution);
            is_enough = ask(&exact.norms, Judged::Final(&exact.scores));
        }
        let is_done = is_enough
            || exact.norms.sum <= options.tolerance
            || exact.iterations >= options.max_iterations
            // Another round has to gain something.
            || (!is_draft && exact.norms.sum > 0.5 * start);
        if is_done {
            return exact;
        }
        let estimate = round.norms().sum;
        if is_draft && can_go_on && estimate > least {
            // The draft looked better than it was: the same iteration goes on.
            if estimate <= wanted {
                wanted = 0.5 * estimate * options.tolerance / exact.norms.sum;
            }
            continue;
        }
        start = exact.norms.sum;
        unit = start;
        wanted = 0.8 * options.tolerance;
        // The scores are one step further than the solution that they come from.
        let solution = exact.solution(system);
        exact.settle(system, restart, &solution);
        let rest = residual(system, &solution, &exact.scores, unit);
        found = Some(solution);
        round = Round::Gradient(Gradient::refine(system, rest));
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
        ((score * SCALE - found * system.exact_degrees[row]) / unit) as f32
    };
    found.iter().zip(scores).enumerate().map(rest).collect()
}

fn by_power(
    system: &System<'_>,
    restart: &Restart,
    options: &PageRankOptions,
    mut enough: Option<&mut Enough<'_>>,
) -> Exact {
    let scaled: Vec<(u32, f64)> = restart
        .mass
        .iter()
        .map(|&(row, mass)| (row, mass * SCALE))
        .collect();
    let mut exact = Exact::new(system);
    let total: f64 = restart.mass.iter().map(|(_, mass)| mass).sum();
    let (mut x, mut next) = (vec![0.0f32; system.len()], vec![0.0f32; system.len()]);
    // All mass at the seeds, so that every iterate sums to what the solution sums to.
    let whole = total / options.restart;
    let floor = SINGLE_PRECISION * whole;
    for &(row, mass) in &scaled {
        x[row as usize] = (mass / total * whole) as f32 * system.inverse[row as usize];
    }
    let mut space = Vec::new();
    let mut before = f64::INFINITY;
    while exact.iterations + 1 < options.max_iterations {
        let change = system.step(&scaled, &x, &mut space, &mut next) / SCALE;
        std::mem::swap(&mut x, &mut next);
        exact.iterations += 1;
        exact.entries += system.entries();
        // In exact arithmetic each change is smaller than the one before.
        if change * system.go_on < options.tolerance.max(floor) || change >= before {
            break;
        }
        before = change;
    }
    exact.settle(system, restart, &x);
    loop {
        // Asked in any case: who asks also keeps the last answer.
        let is_enough = enough
            .as_mut()
            .is_some_and(|enough| enough(&exact.norms, Judged::Final(&exact.scores)));
        let is_done = is_enough
            || exact.norms.sum <= options.tolerance
            || exact.iterations >= options.max_iterations;
        if is_done {
            return exact;
        }
        let solution = exact.solution(system);
        exact.settle(system, restart, &solution);
    }
}
