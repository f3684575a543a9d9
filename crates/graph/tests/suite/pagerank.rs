//! Both algorithms against the linear system they claim to solve.

use proptest::prelude::*;
use tastegraph_graph::{
    GraphError, Method, NodeId, PageRankOptions, Solver, Walk, forward_push, personalized_pagerank,
    personalized_pagerank_batch,
};

use crate::support::{Weighted, place, seeds, small_graph, walk};

const EXACT: PageRankOptions = PageRankOptions {
    restart: 0.3,
    tolerance: 1e-12,
    max_iterations: 1_000,
    solver: Solver::BySize,
};

/// Solves `(I − (1−α)(A' + p·dᵀ))·r = α·p`, where `d` marks the nodes without edges.
fn dense(walk: &Walk, seeds: &[(NodeId, f32)], restart: f64) -> Vec<f64> {
    let n = walk.node_count();
    let mut p = vec![0.0; n];
    let total: f64 = seeds.iter().map(|s| f64::from(s.1)).sum();
    for (seed, weight) in seeds {
        p[seed.index()] += f64::from(*weight) / total;
    }
    let mut rows: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let mut row = vec![0.0; n + 1];
            row[i] = 1.0;
            row[n] = restart * p[i];
            row
        })
        .collect();
    for j in (0..n).map(NodeId::from_index) {
        for (i, weight) in walk.neighbors(j) {
            let share = f64::from(weight) / walk.weighted_degree(j);
            rows[i.index()][j.index()] -= (1.0 - restart) * share;
        }
        if walk.neighbors(j).next().is_none() {
            rows.iter_mut()
                .zip(&p)
                .for_each(|(row, p)| row[j.index()] -= (1.0 - restart) * p);
        }
    }
    eliminate(rows)
}

/// Gaussian elimination with partial pivoting on an augmented matrix.
fn eliminate(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let n = rows.len();
    for column in 0..n {
        let by_size =
            |a: &usize, b: &usize| rows[*a][column].abs().total_cmp(&rows[*b][column].abs());
        let pivot = (column..n).max_by(by_size).expect("is not empty");
        rows.swap(column, pivot);
        let pivot = rows[column].clone();
        for (i, row) in rows.iter_mut().enumerate() {
            if i != column {
                let factor = row[column] / pivot[column];
                row.iter_mut()
                    .zip(&pivot)
                    .for_each(|(x, y)| *x -= factor * y);
            }
        }
    }
    (0..n).map(|i| rows[i][n] / rows[i][i]).collect()
}

proptest! {
    #[test]
    fn every_solver_solves_the_linear_system(
        graph in small_graph(),
        seeds in seeds(),
        restart in prop::sample::select(vec![0.1, 0.3, 0.8, 1.0]),
    ) {
        let walk = walk(&graph);
        let seeds = place(&seeds, &walk);
        let exact = dense(&walk, &seeds, restart);
        for (solver, method) in [
            (Solver::Relaxation, Method::Relaxation),
            (Solver::ConjugateGradient, Method::ConjugateGradient),
            (Solver::PowerIteration, Method::PowerIteration),
        ] {
            let options = PageRankOptions { restart, solver, ..EXACT };
            let rank = personalized_pagerank(&walk, &seeds, &options).expect("seeds are valid");
            prop_assert!(rank.residual <= options.tolerance && rank.method == method, "{rank:?}");
            for (score, exact) in rank.scores.iter().zip(&exact) {
                // What is left is the rounding of the result to `f32`.
                let distance = (f64::from(*score) - exact).abs();
                prop_assert!(distance < 1e-7 * exact + 1e-11, "{score} vs {exact}");
            }
        }
    }

    #[test]
    fn the_default_tolerance_bounds_the_distance_to_the_solution(
        graph in small_graph(),
        seeds in seeds(),
    ) {
        let walk = walk(&graph);
        let seeds = place(&seeds, &walk);
        let options = PageRankOptions::default();
        let rank = personalized_pagerank(&walk, &seeds, &options).expect("seeds are valid");
        let exact = dense(&walk, &seeds, options.restart);
        let distance: f64 =
            rank.scores.iter().zip(exact).map(|(s, e)| (f64::from(*s) - e).abs()).sum();
        let bound = options.tolerance * (1.0 - options.restart) / options.restart;
        prop_assert!(distance <= bound + 1e-6, "{distance} > {bound}");
    }

    #[test]
    fn a_batch_gives_what_single_queries_give(
        graph in small_graph(),
        queries in prop::collection::vec(seeds(), 1..20),
    ) {
        let walk = walk(&graph);
        let queries: Vec<_> = queries.iter().map(|seeds| place(seeds, &walk)).collect();
        let slices: Vec<_> = queries.iter().map(Vec::as_slice).collect();
        let options = PageRankOptions { max_iterations: 100, ..PageRankOptions::default() };
        let together = personalized_pagerank_batch(&walk, &slices, &options).expect("valid");
        prop_assert_eq!(together.len(), queries.len());
        for (rank, seeds) in together.iter().zip(&queries) {
            let is_alone = queries.len() == 1;
            prop_assert!(is_alone || rank.residual <= options.tolerance, "{rank:?}");
            let exact = dense(&walk, seeds, 0.3);
            let pairs = rank.scores.iter().zip(exact);
            let distance: f64 = pairs.map(|(s, e)| (f64::from(*s) - e).abs()).sum();
            prop_assert!(distance < 4e-6, "{distance} {rank:?}");
        }
    }

    #[test]
    fn forward_push_keeps_its_bound(
        graph in small_graph(),
        seeds in seeds(),
        epsilon in prop::sample::select(vec![1e-1, 1e-2, 1e-4, 1e-7]),
    ) {
        let walk = walk(&graph);
        let seeds = place(&seeds, &walk);
        let rank = forward_push(&walk, &seeds, 0.3, epsilon).expect("seeds are valid");
        let exact = dense(&walk, &seeds, 0.3);
        let mut missing = 0.0;
        let scores = rank.to_dense(walk.node_count());
        for (i, (score, exact)) in scores.iter().zip(exact).enumerate() {
            let gap = exact - f64::from(*score);
            let bound = epsilon * walk.weighted_degree(NodeId::from_index(i));
            prop_assert!(gap >= -1e-6 && gap <= bound + 1e-6, "{gap} outside 0..{bound}");
            missing += gap;
        }
        prop_assert!((missing - rank.residual).abs() < 1e-5);
        prop_assert_eq!(rank.method, Method::ForwardPush);
    }
}

/// A path of two nodes and one node alone.
fn pair_and_hermit() -> Walk {
    let mut graph = Weighted::from_edges([(0, 1, 2.0)]);
    graph.add_node(());
    walk(&graph)
}

#[test]
fn a_walk_of_two_nodes_by_hand() {
    let rank = personalized_pagerank(&pair_and_hermit(), &[(NodeId(0), 5.0)], &EXACT)
        .expect("the seed is valid");
    // r0 = .3 + .7·r1 and r1 = .7·r0, so r0 = .3 / (1 − .49).
    let expected = 0.3 / 0.51;
    assert!((rank.scores[0] - expected).abs() < 1e-6);
    assert!((rank.scores[1] - 0.7 * expected).abs() < 1e-6);
    assert!(rank.scores[2].abs() < f32::EPSILON);
}

#[test]
fn mass_at_an_isolated_seed_returns_to_all_seeds() {
    let walk = pair_and_hermit();
    let alone = [(NodeId(2), 1.0)];
    let rank = personalized_pagerank(&walk, &alone, &EXACT).expect("the seed is valid");
    assert!((rank.scores[2] - 1.0).abs() < 1e-6);
    let push = forward_push(&walk, &alone, 0.3, 1e-6).expect("the seed is valid");
    assert!((push.to_dense(3)[2] - 1.0).abs() < 1e-6);

    let both = [(NodeId(0), 1.0), (NodeId(2), 1.0)];
    let rank = personalized_pagerank(&walk, &both, &EXACT).expect("the seeds are valid");
    // d = α·½ / (1 − (1−α)·½) of the mass dwells on the hermit.
    assert!((rank.scores[2] - 0.15 / 0.65).abs() < 1e-6);
}

#[test]
fn bad_input_is_refused() {
    let walk = pair_and_hermit();
    let seed = [(NodeId(0), 1.0)];
    assert_eq!(
        personalized_pagerank(&walk, &[], &EXACT),
        Err(GraphError::EmptySeeds)
    );
    assert_eq!(
        forward_push(&walk, &[], 0.3, 1e-4),
        Err(GraphError::EmptySeeds)
    );
    let outside = personalized_pagerank(&walk, &[(NodeId(3), 1.0)], &EXACT);
    assert!(matches!(outside, Err(GraphError::SeedOutsideGraph { .. })));
    for restart in [0.0, -0.1, 1.1, f64::NAN] {
        let options = PageRankOptions { restart, ..EXACT };
        assert!(personalized_pagerank(&walk, &seed, &options).is_err());
        assert!(forward_push(&walk, &seed, restart, 1e-4).is_err());
    }
    for options in [
        PageRankOptions {
            tolerance: -1.0,
            ..EXACT
        },
        PageRankOptions {
            max_iterations: 0,
            ..EXACT
        },
    ] {
        assert!(personalized_pagerank(&walk, &seed, &options).is_err());
    }
    assert!(forward_push(&walk, &seed, 0.3, 0.0).is_err());
}

#[test]
fn work_is_counted_not_timed() {
    let walk = walk(&Weighted::from_edges((1..200).map(|i| (0, i, 1.0))));
    let seed = [(NodeId(1), 1.0)];
    let rank = personalized_pagerank(&walk, &seed, &PageRankOptions::default()).expect("valid");
    assert!(rank.iterations < 50 && rank.residual < 1e-6);
    // The first passes read the rows of the seeds and their neighbours only.
    assert!(rank.edges_touched <= rank.iterations * walk.stored_edges());
    let coarse = forward_push(&walk, &seed, 0.3, 0.1).expect("valid");
    assert!(coarse.edges_touched < walk.stored_edges());
}
