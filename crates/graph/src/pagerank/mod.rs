//! Personalized `PageRank`: how often a walk that keeps restarting at its seeds is at each node.
//!
//! All algorithms solve `r = α·p + (1−α)·A'·r` with `A' = A·D⁻¹`, where α is the **restart**
//! probability (not the damping factor 1−α of the original `PageRank`) and `p` the seeds scaled to
//! sum 1. The share of `r` at nodes without edges returns to `p`, so `r` sums to 1.
//!
//! Source: Haveliwala, "Topic-Sensitive `PageRank`" (WWW 2002); with seeds from a dialogue as in
//! G-CRS (arXiv 2503.06430).

mod batch;
mod best;
mod exact;
mod gradient;
mod push;
mod relaxation;
mod system;
mod vectors;

pub use batch::personalized_pagerank_batch;
pub use best::{Best, BestOptions, Certainty, best_nodes};
pub use push::LocalRank;
use system::{Restart, System};

use crate::{GraphError, NodeId, Walk, normalize_seeds};

/// How [`personalized_pagerank`] walks and when it stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageRankOptions {
    /// Restart probability α in (0, 1]: the chance to jump back to the seeds at each step.
    /// Rankings on conversation graphs hardly change between .15 and .8.
    pub restart: f64,
    /// Stop when an iteration changes the scores by less than this in all (L1 norm).
    /// The distance to the exact solution is then below `tolerance·(1−α)/α`.
    pub tolerance: f64,
    /// Stop after this many iterations in any case; at least 1.
    pub max_iterations: usize,
    /// How the equation is solved. The result is the same within the tolerance.
    pub solver: Solver,
}

impl Default for PageRankOptions {
    fn default() -> Self {
        Self {
            restart: 0.3,
            tolerance: 1e-6,
            max_iterations: 50,
            solver: Solver::default(),
        }
    }
}

/// How exact scores are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solver {
    /// Relaxation on graphs that one thread is through with in a few milliseconds, conjugate
    /// gradients, which threads can share, on larger ones.
    #[default]
    BySize,
    /// Successive over-relaxation: each row replaced where it lies, seen by the rows after it.
    Relaxation,
    /// Conjugate gradients on the symmetric form of the equation: about half the iterations.
    ConjugateGradient,
    /// `r ← α·p + (1−α)·A'·r` until it moves no more: the textbook, for comparison.
    PowerIteration,
}

/// The algorithm behind a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Exact up to the tolerance, by conjugate gradients; an iteration reads the whole graph.
    ConjugateGradient,
    /// Exact up to the tolerance, by power iteration.
    PowerIteration,
    /// Exact up to the tolerance, by successive over-relaxation; an iteration reads the whole graph.
    Relaxation,
    /// Approximate with a bound; reads only the surroundings of the seeds.
    ForwardPush,
}

/// From this many entries on, threads are worth more than fewer bytes.
const GRADIENT_FROM_ENTRIES: usize = 4_000_000;

impl Solver {
    /// The method for a walk.
    fn method(self, walk: &Walk) -> Method {
        match self {
            Self::BySize if walk.stored_edges() >= GRADIENT_FROM_ENTRIES => {
                Method::ConjugateGradient
            }
            Self::BySize | Self::Relaxation => Method::Relaxation,
            Self::ConjugateGradient => Method::ConjugateGradient,
            Self::PowerIteration => Method::PowerIteration,
        }
    }
}

/// The scores and what they took.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRank {
    /// One score per node. They sum to 1 within the tolerance.
    pub scores: Vec<f32>,
    /// Passes over the edges.
    pub iterations: usize,
    /// L1 change of the last iteration, which is a step of the power iteration in `f64`: rounding
    /// of the iterations before is in it.
    pub residual: f64,
    /// The algorithm that was used.
    pub method: Method,
    /// How many stored edges were read, each time counted: the cost, independent of the machine.
    pub edges_touched: usize,
}

/// Exact Personalized `PageRank`.
///
/// No two threads write the same score and partial sums are added in a fixed order, so the result
/// does not depend on the number of threads. Threads of the current rayon pool share the work from
/// 400,000 stored edges on.
///
/// # Errors
/// Seeds outside the graph, negative, or without any positive weight; options out of range.
pub fn personalized_pagerank(
    walk: &Walk,
    seeds: &[(NodeId, f32)],
    options: &PageRankOptions,
) -> Result<PageRank, GraphError> {
    check_options(options)?;
    let seeds = normalize_seeds(seeds, walk.node_count())?;
    let restart = Restart::new(walk, &seeds, options.restart);
    let system = System::new(walk, options.restart);
    let exact = exact::solve(&system, &restart, options, None);
    let mut scores = vec![0.0; walk.node_count()];
    for (position, &score) in (0..).zip(&exact.scores) {
        scores[walk.rows().node(position).index()] = score as f32;
    }
    for (node, score) in restart.settled {
        scores[node.index()] = score as f32;
    }
    Ok(PageRank {
        scores,
        iterations: exact.iterations,
        residual: exact.norms.sum,
        method: options.solver.method(walk),
        edges_touched: exact.entries,
    })
}

/// Personalized `PageRank` by forward push, for graphs too large to read as a whole.
///
/// Keeps for each node an estimate `r̂` and a residue; while some node's residue exceeds
/// `epsilon·D`, keeps α of it and pushes the rest to the neighbours. On return, for every node
/// `v`, `0 ≤ r_v − r̂_v ≤ epsilon·D_v`, where `D` is the weighted degree; summed over all nodes the
/// gap is exactly [`LocalRank::residual`]. The weighted degrees of the pushed nodes sum to at most
/// `1/(epsilon·α)`, whatever the size of the graph.
///
/// Source: Andersen, Chung, Lang, "Local Graph Partitioning using `PageRank` Vectors" (FOCS 2006),
/// on the plain instead of the lazy walk.
///
/// # Errors
/// As for [`personalized_pagerank`]; `epsilon` must be finite and positive.
pub fn forward_push(
    walk: &Walk,
    seeds: &[(NodeId, f32)],
    restart: f64,
    epsilon: f64,
) -> Result<LocalRank, GraphError> {
    check_restart(restart)?;
    if !epsilon.is_finite() || epsilon <= 0.0 {
        let expected = "a finite positive number";
        return Err(GraphError::InvalidOption {
            name: "epsilon",
            value: epsilon,
            expected,
        });
    }
    let seeds = normalize_seeds(seeds, walk.node_count())?;
    let mut push = push::Push::new(walk, &Restart::new(walk, &seeds, restart), restart);
    push.run(epsilon, usize::MAX);
    Ok(push.finish())
}

fn check_options(options: &PageRankOptions) -> Result<(), GraphError> {
    check_restart(options.restart)?;
    let tolerance = options.tolerance;
    if !tolerance.is_finite() || tolerance < 0.0 {
        let expected = "a finite number that is not negative";
        return Err(GraphError::InvalidOption {
            name: "tolerance",
            value: tolerance,
            expected,
        });
    }
    if options.max_iterations == 0 {
        let expected = "at least 1";
        return Err(GraphError::InvalidOption {
            name: "max_iterations",
            value: 0.0,
            expected,
        });
    }
    Ok(())
}

fn check_restart(restart: f64) -> Result<(), GraphError> {
    if restart > 0.0 && restart <= 1.0 {
        return Ok(());
    }
    let expected = "a probability above 0 and at most 1";
    Err(GraphError::InvalidOption {
        name: "restart",
        value: restart,
        expected,
    })
}
