//! Several queries in one pass over the edges, by [relaxation](super::relaxation).

use rayon::prelude::*;

use super::gradient::SCALE;
use super::relaxation::Relaxation;
use super::system::{Norms, Restart, System};
use super::{PageRank, PageRankOptions, Solver, check_options, personalized_pagerank};
use crate::raw::Memory;
use crate::{GraphError, Method, NodeId, Walk, normalize_seeds};

/// Queries that share a pass: their scores at a node are one cache line.
const MOST_LANES: usize = 16;
/// Threads that could share the queries do not tear apart fewer than these.
const LEAST_LANES: usize = 4;

/// `f32` takes the residual no further than this; smaller tolerances are left to single queries.
const SMALLEST_TOLERANCE: f64 = 8e-7;
/// From this many bytes on values lie in large pages, which the system has to hand out each time;
/// less is at hand from one batch to the next.
const LARGE: usize = 8 << 20;
/// A sweep is tried for its residual when it looks like this share of the tolerance.
const TRY_AT: f64 = 1.0;

/// Exact Personalized `PageRank` of several queries, with the results of
/// [`personalized_pagerank`] within the tolerance, at a fraction of the cost of one by one.
///
/// Two queries share a pass as well as sixteen do, so this pays from two on. Iterates by successive
/// over-relaxation in `f32`; the reported residual is measured in that precision. For tolerances
/// below 8e-7, and for solvers other than relaxation that are asked for by name, the queries run one
/// by one.
///
/// # Errors
/// As [`personalized_pagerank`]; one bad query fails the batch. [`GraphError::Memory`] if there is
/// no room for 4 bytes for each node and query.
pub fn personalized_pagerank_batch(
    walk: &Walk,
    queries: &[&[(NodeId, f32)]],
    options: &PageRankOptions,
) -> Result<Vec<PageRank>, GraphError> {
    check_options(options)?;
    let by_name = matches!(
        options.solver,
        Solver::ConjugateGradient | Solver::PowerIteration
    );
    if queries.len() == 1 || options.tolerance < SMALLEST_TOLERANCE || by_name {
        let one = |seeds: &&[_]| personalized_pagerank(walk, seeds, options);
        return queries.iter().map(one).collect();
    }
    let mut restarts = Vec::new();
    for seeds in queries {
        let seeds = normalize_seeds(seeds, walk.node_count())?;
        restarts.push(Restart::new(walk, &seeds, options.restart));
    }
    let system = System::new(walk, options.restart);
    let threads = if system.parallel {
        rayon::current_num_threads()
    } else {
        1
    };
    let lanes = restarts
        .len()
        .div_ceil(threads)
        .clamp(LEAST_LANES, MOST_LANES);
    let groups: Vec<&[Restart]> = restarts.chunks(lanes).collect();
    let solve = |group: &&[Restart]| match group.len() {
        0..=2 => solve::<2>(&system, group, options),
        3..=4 => solve::<4>(&system, group, options),
        5..=8 => solve::<8>(&system, group, options),
        _ => solve::<MOST_LANES>(&system, group, options),
    };
    let solved: std::io::Result<Vec<Vec<PageRank>>> = if threads > 1 {
        groups.par_iter().map(solve).collect()
    } else {
        groups.iter().map(solve).collect()
    };
    let solved = solved.map_err(|error| GraphError::Memory {
        reason: error.to_string(),
    })?;
    let mut ranks: Vec<PageRank> = solved.into_iter().flatten().collect();
    for (rank, seeds) in ranks.iter_mut().zip(queries) {
        // What rounding has stopped short of the tolerance takes the way that knows how to go on.
        if rank.residual > options.tolerance && rank.iterations < options.max_iterations {
            *rank = personalized_pagerank(walk, seeds, options)?;
        }
    }
    Ok(ranks)
}

fn solve<const LANES: usize>(
    system: &System<'_>,
    restarts: &[Restart],
    options: &PageRankOptions,
) -> std::io::Result<Vec<PageRank>> {
    let bytes = system.value_count() * size_of::<[f32; LANES]>();
    let (mut few, mut many);
    let x: &mut [f32] = if bytes < LARGE {
        few = vec![0.0; system.value_count() * LANES];
        &mut few
    } else {
        many = Memory::zeros(bytes)?;
        bytemuck::cast_slice_mut(&mut many[..bytes])
    };
    let x = x.as_chunks_mut::<LANES>().0;
    let mut relaxation = Relaxation::<LANES>::new(system, restarts, SCALE);
    let (mut iterations, mut wanted) = (0, TRY_AT * options.tolerance);
    let residuals = loop {
        let can_go_on = iterations + 1 < options.max_iterations && relaxation.step(x);
        iterations += usize::from(can_go_on);
        let looks = worst((0..restarts.len()).map(|lane| relaxation.norms(lane).sum / SCALE));
        if can_go_on && looks > wanted {
            continue;
        }
        let residuals = relaxation.residuals(x);
        iterations += 1;
        let found = worst(residuals.iter().map(|norms| norms.sum / SCALE));
        if !can_go_on || found <= options.tolerance || iterations >= options.max_iterations {
            break residuals;
        }
        wanted = 0.7 * looks * options.tolerance / found;
    };
    let entries = relaxation.entries;
    let columns = columns(system, restarts.len(), &x[system.first_value()..]);
    let one = |((restart, mut scores), norms): ((&Restart, Vec<f32>), &Norms)| {
        for &(node, score) in &restart.settled {
            scores[node.index()] = score as f32;
        }
        PageRank {
            scores,
            iterations,
            residual: norms.sum / SCALE,
            method: Method::Relaxation,
            // A pass is read once for all.
            edges_touched: entries / restarts.len(),
        }
    };
    Ok(restarts
        .iter()
        .zip(columns)
        .zip(&residuals)
        .map(one)
        .collect())
}

fn worst(sums: impl Iterator<Item = f64>) -> f64 {
    sums.fold(0.0, f64::max)
}

/// Takes the lanes apart: the scores of each query by node, from the values of the rows.
fn columns<const LANES: usize>(
    system: &System<'_>,
    count: usize,
    x: &[[f32; LANES]],
) -> Vec<Vec<f32>> {
    let rows = system.rows();
    let scale = (1.0 / SCALE) as f32;
    let mut columns: Vec<Vec<f32>> = (0..count).map(|_| Vec::with_capacity(x.len())).collect();
    // A few nodes at a time, each read once, and written where the last ones were.
    let mut block = [[0.0; LANES]; 16];
    for first in (0..x.len()).step_by(block.len()) {
        let nodes = first..x.len().min(first + block.len());
        for (values, node) in block.iter_mut().zip(nodes.clone()) {
            let position = rows.position(NodeId::from_index(node)) as usize;
            let factor = system.degrees[position] * system.own(position) * scale;
            *values = x[position].map(|value| value * factor);
        }
        for (lane, column) in columns.iter_mut().enumerate() {
            column.extend(block[..nodes.len()].iter().map(|values| values[lane]));
        }
    }
    columns
}
