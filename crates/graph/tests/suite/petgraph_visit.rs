//! petgraph's own algorithms on a walk, compared with the same on petgraph's graph.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{connected_components, dijkstra, is_bipartite_undirected};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Bfs, EdgeRef, GraphProp, IntoEdgeReferences, IntoEdges};
use proptest::prelude::*;
use tastegraph_graph::{GraphError, NodeId, Walk};

use crate::support::{Weighted, small_graph, walk};

proptest! {
    #[test]
    fn hop_counts_agree(graph in small_graph()) {
        let walk = walk(&graph);
        let ours: BTreeMap<usize, u32> = dijkstra(&walk, NodeId(0), None, |_| 1u32)
            .into_iter()
            .map(|(node, cost)| (node.index(), cost))
            .collect();
        let theirs: BTreeMap<usize, u32> = dijkstra(&graph, NodeIndex::new(0), None, |_| 1u32)
            .into_iter()
            .map(|(node, cost)| (node.index(), cost))
            .collect();
        prop_assert_eq!(ours, theirs);
        prop_assert_eq!(connected_components(&walk), connected_components(&graph));
    }

    #[test]
    fn each_edge_is_listed_once_and_seen_from_both_ends(graph in small_graph()) {
        let walk = walk(&graph);
        let edges: Vec<_> = walk.edge_references().map(|edge| edge.id()).collect();
        prop_assert_eq!(edges.len(), walk.edge_count());
        let different: BTreeSet<_> = edges.iter().collect();
        prop_assert_eq!(different.len(), edges.len());
        for edge in walk.edge_references() {
            let back = IntoEdges::edges(&walk, edge.target()).find(|e| e.target() == edge.source());
            let back = back.expect("is undirected");
            prop_assert_eq!((back.id(), back.weight()), (edge.id(), edge.weight()));
        }
    }
}

#[test]
fn weights_reach_the_cost_function() {
    let walk = walk(&Weighted::from_edges([
        (0, 1, 1.0),
        (1, 2, 1.0),
        (0, 2, 5.0),
    ]));
    let costs = dijkstra(&walk, NodeId(0), Some(NodeId(2)), |edge| *edge.weight());
    assert_eq!(costs.get(&NodeId(2)), Some(&2.0));
}

#[test]
fn other_algorithms_run_too() {
    let square = walk(&Weighted::from_edges([
        (0, 1, 1.0),
        (1, 2, 1.0),
        (2, 3, 1.0),
        (3, 0, 1.0),
    ]));
    assert!(is_bipartite_undirected(&square, NodeId(0)));
    assert!(!square.is_directed());
    let mut search = Bfs::new(&square, NodeId(0));
    let visited: Vec<_> = std::iter::from_fn(|| search.next(&square)).collect();
    assert_eq!(visited, [NodeId(0), NodeId(1), NodeId(3), NodeId(2)]);
}

#[test]
fn opposite_directed_edges_merge() {
    let graph = DiGraph::<(), ()>::from_edges([(0, 1), (1, 0), (1, 2), (2, 2)]);
    let walk = Walk::from_petgraph(&graph, |_| 0.5).expect("weights are valid");
    let mut neighbors: Vec<_> = walk.neighbors(NodeId(1)).collect();
    neighbors.sort_by_key(|&(node, _)| node);
    assert_eq!(neighbors, [(NodeId(0), 1.0), (NodeId(2), 0.5)]);
}

#[test]
fn weights_that_are_none_are_refused() {
    let graph = Weighted::from_edges([(0, 1, 1.0)]);
    for weight in [-1.0, f32::NAN, f32::INFINITY] {
        let refused = Walk::from_petgraph(&graph, |_| weight);
        assert!(matches!(refused, Err(GraphError::InvalidWeight { .. })));
    }
}
