//! Personalized `PageRank`: how often a walk that keeps restarting at its seeds is at each node.
//!
//! Both algorithms solve `r = α·p + (1−α)·A'·r` with `A' = A·D⁻¹`, where α is the **restart**
//! probability (not the damping factor 1−α of the original `PageRank`) and `p` the seeds scaled to
//! sum 1. The share of `r` at nodes without edges returns to `p`, so `r` sums to 1.
//!
//! Source: Haveliwala, "Topic-Sensitive `PageRank`" (WWW 2002); with seeds from a dialogue as in
//! G-CRS (arXiv 2503.06430).

mod power;
mod push;

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
}

impl Default for PageRankOptions {
    fn default() -> Self {
        Self {
            restart: 0.3,
            tolerance: 1e-6,
            max_iterations: 50,
        }
    }
}

/// The algorithm behind a [`PageRank`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Exact up to the tolerance; every iteration reads the whole graph.
    PowerIteration,
    /// Approximate with a bound; reads only the surroundings of the seeds.
    ForwardPush,
}

/// The scores and what they took.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRank {
    /// One score per node. They sum to 1, or to 1 − `residual` after a forward push.
    pub scores: Vec<f32>,
    /// Iterations of the power method, or single pushes.
    pub iterations: usize,
    /// Power iteration: L1 change of the last iteration. Forward push: the mass that was not
    /// distributed, which is the exact L1 distance to the true scores.
    pub residual: f64,
    /// The algorithm that was used.
    pub method: Method,
    /// How many stored edges were read, each time counted: the cost, independent of the machine.
    pub edges_touched: usize,
}

/// Personalized `PageRank` by power iteration.
///
/// Pulls: each score is computed from its own row, `r_i ← α·p_i + (1−α)·Σ_j w_ij·r_j/D_j`, in
/// `f64`. No two threads write the same score and partial sums are added in a fixed order, so the
/// result does not depend on the number of threads.
///
/// # Errors
/// Seeds outside the graph, negative, or without any positive weight; options out of range.
pub fn personalized_pagerank(
    walk: &Walk,
    seeds: &[(NodeId, f32)],
    options: &PageRankOptions,
) -> Result<PageRank, GraphError> {
    check_restart(options.restart)?;
    let PageRankOptions {
        tolerance,
        max_iterations,
        ..
    } = *options;
    if !tolerance.is_finite() || tolerance < 0.0 {
        let expected = "a finite number that is not negative";
        return Err(GraphError::InvalidOption {
            name: "tolerance",
            value: tolerance,
            expected,
        });
    }
    if max_iterations == 0 {
        let expected = "at least 1";
        return Err(GraphError::InvalidOption {
            name: "max_iterations",
            value: 0.0,
            expected,
        });
    }
    let restart_vector = normalize_seeds(seeds, walk.node_count())?;
    Ok(power::iterate(walk, &restart_vector, options))
}

/// Personalized `PageRank` by forward push, for graphs too large to read as a whole.
///
/// Keeps for each node an estimate `r̂` and a residue; while some node's residue exceeds
/// `epsilon·D`, keeps α of it and pushes the rest to the neighbours. On return, for every node
/// `v`, `0 ≤ r_v − r̂_v ≤ epsilon·D_v`, where `D` is the weighted degree; summed over all nodes the
/// gap is exactly [`PageRank::residual`]. The weighted degrees of the pushed nodes sum to at most
/// `1/(epsilon·α)`, whatever the size of the graph. Scores are stored as `f32`, so the bound holds
/// up to that rounding.
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
) -> Result<PageRank, GraphError> {
    check_restart(restart)?;
    if !epsilon.is_finite() || epsilon <= 0.0 {
        let expected = "a finite positive number";
        return Err(GraphError::InvalidOption {
            name: "epsilon",
            value: epsilon,
            expected,
        });
    }
    let restart_vector = normalize_seeds(seeds, walk.node_count())?;
    Ok(push::push(walk, &restart_vector, restart, epsilon))
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
