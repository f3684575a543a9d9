//! The best nodes and what is certain about them.

use proptest::prelude::*;
use tastegraph_graph::{
    BestOptions, Certainty, Method, NodeId, PageRankOptions, Walk, best_nodes, forward_push,
    personalized_pagerank,
};

use crate::support::{Weighted, generated, place, seeds, small_graph, walk};

const CONVERGED: PageRankOptions = PageRankOptions {
    restart: 0.3,
    tolerance: 1e-13,
    max_iterations: 1_000,
    solver: tastegraph_graph::Solver::ConjugateGradient,
};

fn converged(walk: &Walk, seeds: &[(NodeId, f32)]) -> Vec<f64> {
    let rank = personalized_pagerank(walk, seeds, &CONVERGED).expect("seeds are valid");
    rank.scores.into_iter().map(f64::from).collect()
}

fn options(k: usize, method: Option<Method>) -> BestOptions {
    BestOptions {
        k,
        method,
        ..BestOptions::default()
    }
}

proptest! {
    #[test]
    fn what_is_certain_is_so(
        graph in small_graph(),
        seeds in seeds(),
        k in 1usize..6,
        exponent in prop::sample::select(vec![0.0, 0.5, 1.0]),
        local in any::<bool>(),
    ) {
        let walk = walk(&graph);
        let seeds = place(&seeds, &walk);
        let method = local.then_some(Method::ForwardPush);
        let options = BestOptions { degree_exponent: exponent, ..options(k, method) };
        let mask = |node: NodeId| node.0 % 3 != 1;
        let best = best_nodes(&walk, &seeds, mask, &options).expect("seeds are valid");
        let value = |node: usize, score: f64| {
            let degree = walk.weighted_degree(NodeId::from_index(node));
            if degree > 0.0 { score * degree.powf(-exponent) } else { score }
        };
        let exact: Vec<f64> =
            converged(&walk, &seeds).into_iter().enumerate().map(|(i, s)| value(i, s)).collect();
        let nodes: Vec<usize> = best.nodes.iter().map(|(node, _)| node.index()).collect();
        prop_assert!(nodes.len() <= k && nodes.iter().all(|&n| mask(NodeId::from_index(n))));
        let slack = 1e-6;
        if best.certainty >= Certainty::Members {
            let least = nodes.iter().map(|&n| exact[n]).fold(f64::INFINITY, f64::min);
            for (other, &score) in exact.iter().enumerate() {
                let is_other = mask(NodeId::from_index(other)) && !nodes.contains(&other);
                prop_assert!(!is_other || score <= least + slack * least);
            }
        }
        if best.certainty == Certainty::Order {
            prop_assert!(nodes.windows(2).all(|w| exact[w[0]] >= exact[w[1]] * (1.0 - slack)));
        }
    }
}

#[test]
fn an_order_that_is_clear_is_certain_before_the_tolerance_is_met() {
    let walk = generated(3_000, 30_000, 1);
    let seeds = [(NodeId(1), 1.0), (NodeId(2), 0.5)];
    let best = best_nodes(&walk, &seeds, |_| true, &options(10, None)).expect("valid");
    assert_eq!(best.certainty, Certainty::Order);
    let all = personalized_pagerank(&walk, &seeds, &PageRankOptions::default()).expect("valid");
    assert!(best.edges_touched < all.edges_touched);
    let exact = converged(&walk, &seeds);
    let mut by_score: Vec<usize> = (0..exact.len()).collect();
    by_score.sort_by(|&a, &b| exact[b].total_cmp(&exact[a]));
    let found: Vec<usize> = best.nodes.iter().map(|(node, _)| node.index()).collect();
    assert_eq!(found, by_score[..10]);
}

#[test]
fn twins_are_never_ordered_but_are_members() {
    // 1 and 2 hang on 0 alike.
    let walk = walk(&Weighted::from_edges([
        (0, 1, 1.0),
        (0, 2, 1.0),
        (0, 3, 0.5),
        (3, 4, 1.0),
    ]));
    let best = best_nodes(&walk, &[(NodeId(0), 1.0)], |n| n.0 > 0, &options(2, None));
    let best = best.expect("valid");
    assert_eq!(best.certainty, Certainty::Members);
    let mut nodes: Vec<u32> = best.nodes.iter().map(|(node, _)| node.0).collect();
    nodes.sort_unstable();
    assert_eq!(nodes, [1, 2]);
}

#[test]
fn the_local_method_finds_the_best_with_a_fraction_of_the_work() {
    const QUERIES: u32 = 24;
    let walk = generated(60_000, 600_000, 2);
    let (mut found, mut read, mut read_by_exact) = (0, 0, 0);
    for query in 0..QUERIES {
        let seeds: Vec<_> = (0..5)
            .map(|k| (NodeId(2_311 * query + 457 * k), 1.0))
            .collect();
        let exact = best_nodes(&walk, &seeds, |_| true, &options(50, None)).expect("valid");
        assert_eq!(exact.method, Method::Relaxation);
        let local = options(50, Some(Method::ForwardPush));
        let local = best_nodes(&walk, &seeds, |_| true, &local).expect("valid");
        assert_eq!(local.method, Method::ForwardPush);
        let is_best = |node: NodeId| exact.nodes.iter().any(|best| best.0 == node);
        found += local.nodes.iter().filter(|best| is_best(best.0)).count();
        read += local.edges_touched;
        read_by_exact += exact.edges_touched;
    }
    let recall = found as f64 / f64::from(50 * QUERIES);
    assert!(recall >= 0.99, "{recall}");
    assert!(20 * read < read_by_exact, "{read} {read_by_exact}");
}

#[test]
fn a_push_costs_the_same_on_a_larger_graph() {
    let cost = |nodes: usize| {
        let walk = generated(nodes, nodes * 5, 3);
        let push = forward_push(&walk, &[(NodeId(11), 1.0)], 0.3, 1e-5).expect("valid");
        // Each push takes the node's degree, and those sum to at most 1/(ε·α).
        assert!(push.edges_touched as f64 <= 1.0 / (1e-5 * 0.3));
        push.edges_touched
    };
    let (small, large) = (cost(20_000), cost(80_000));
    assert!(large < 2 * small, "{small} {large}");
}
