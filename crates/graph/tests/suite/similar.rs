//! Similar conversations and users, computed by hand.

use std::f32::consts::E;

use tastegraph_graph::{NodeId, NodeKind, Snapshot, similar_nodes};

use crate::support::{node, snapshot};

/// Two conversations share the item i1; c1 also has the rare i2, and dislikes i3.
fn talk() -> Snapshot {
    snapshot(&[
        ("c1", "strong", "i1", 1),
        ("c1", "weak", "i1", 0),
        ("c1", "strong", "i2", 1),
        ("c1", "strong", "i3", -1),
        ("c2", "strong", "i1", 0),
        ("c3", "strong", "e1", 0),
        ("u1", "strong", "i2", 1),
    ])
}

fn scores(graph: &Snapshot, of: &[(&str, f32)]) -> Vec<f32> {
    let mut scores = vec![0.0; graph.node_count()];
    for (iri, score) in of {
        scores[node(graph, iri).index()] = *score;
    }
    scores
}

#[test]
fn the_formula_by_hand() {
    let graph = talk();
    let r = scores(
        &graph,
        &[("i1", 0.4), ("i2", 0.2), ("i3", 0.9), ("c2", 0.5)],
    );
    let found = similar_nodes(&graph, NodeKind::Conversation, &r, 5, &[]);
    let id = |iri| node(&graph, iri);
    // Two conversations hold i1, one holds i2; the parallel edge and the dislike do not count.
    let (of_i1, of_i2) = (0.4 / (E + 2.0).ln(), 0.2 / (E + 1.0).ln());
    assert_eq!(
        found.iter().map(|s| s.node).collect::<Vec<_>>(),
        [id("c1"), id("c2")]
    );
    assert!((found[0].score - (of_i1 + of_i2)).abs() < 1e-6);
    assert!((found[1].score - of_i1).abs() < 1e-6);
    assert_eq!(
        found[0].shared.iter().map(|s| s.0).collect::<Vec<_>>(),
        [id("i1"), id("i2")]
    );
    assert!((found[0].shared[1].1 - of_i2).abs() < 1e-6);
}

#[test]
fn users_are_counted_among_users() {
    let graph = talk();
    let r = scores(&graph, &[("i2", 1.0)]);
    let found = similar_nodes(&graph, NodeKind::User, &r, 5, &[]);
    assert_eq!(found.len(), 1);
    assert!((found[0].score - 1.0 / (E + 1.0).ln()).abs() < 1e-6);
}

#[test]
fn skipped_surplus_and_unscored_nodes_stay_out() {
    let graph = talk();
    let r = scores(&graph, &[("i1", 1.0), ("i2", 1.0)]);
    let of = |n, skip: &[NodeId]| -> Vec<NodeId> {
        let found = similar_nodes(&graph, NodeKind::Conversation, &r, n, skip);
        found.into_iter().map(|s| s.node).collect()
    };
    assert_eq!(of(1, &[]), [node(&graph, "c1")]);
    assert_eq!(of(5, &[node(&graph, "c1")]), [node(&graph, "c2")]);
    assert!(similar_nodes(&graph, NodeKind::Conversation, &[], 5, &[]).is_empty());
}
