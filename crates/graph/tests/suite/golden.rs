//! Scores as `NetworkX` and `igraph` compute them; `tests/golden/pagerank.py` made the file.

use serde_json::Value;
use tastegraph_graph::{
    NodeId, PageRankOptions, Solver, Walk, forward_push, personalized_pagerank,
};

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn node(value: &Value) -> NodeId {
    NodeId::from_index(index(value))
}

fn index(value: &Value) -> usize {
    value.as_u64().expect("a number that is not negative") as usize
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn networkx_and_igraph_agree() {
    let cases: Value =
        serde_json::from_str(include_str!("../golden/pagerank.json")).expect("is valid JSON");
    for case in list(&cases) {
        let edge = |e: &Value| (node(&e[0]), node(&e[1]), number(&e[2]) as f32);
        let edges = list(&case["edges"]).iter().map(edge);
        let walk = Walk::from_edges(index(&case["nodes"]), edges).expect("is valid");
        let seed = |s: &Value| (node(&s[0]), number(&s[1]) as f32);
        let seeds: Vec<_> = list(&case["seeds"]).iter().map(seed).collect();
        let expected: Vec<f64> = list(&case["scores"]).iter().map(number).collect();
        let compare = |scores: &[f32], by: f64| {
            assert_eq!(scores.len(), expected.len());
            for (ours, theirs) in scores.iter().zip(&expected) {
                let distance = (f64::from(*ours) - theirs).abs();
                assert!(distance < by, "{}: {ours} {theirs}", case["name"]);
            }
        };
        for solver in [
            Solver::Relaxation,
            Solver::ConjugateGradient,
            Solver::PowerIteration,
        ] {
            let options = PageRankOptions {
                restart: 0.3,
                tolerance: 1e-12,
                max_iterations: 500,
                solver,
            };
            let rank = personalized_pagerank(&walk, &seeds, &options).expect("is valid");
            // Scores and weights are `f32`.
            compare(&rank.scores, 3e-8);
        }
        let push = forward_push(&walk, &seeds, 0.3, 1e-10).expect("is valid");
        compare(&push.to_dense(walk.node_count()), 1e-7);
    }
}
