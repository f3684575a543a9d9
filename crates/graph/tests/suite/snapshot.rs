//! Building, reading, storing.

use proptest::prelude::*;
use tastegraph_graph::{GraphError, Neighbor, NodeId, NodeKind, Snapshot, SnapshotBuilder};

use crate::support::{node, snapshot};

/// A statement about nodes by number: kind follows from the number, labels vary on purpose.
type Statement = (u8, u8, u8, i8, u8);

fn build(statements: &[Statement]) -> Snapshot {
    let mut builder = SnapshotBuilder::new();
    for &(from, relation, to, polarity, label) in statements {
        let name = format!("r{relation}");
        let relation = builder.relation(&name, &name, "inverse", f32::from(relation), true);
        let label = if label == 0 {
            String::new()
        } else {
            format!("label {label}")
        };
        let [from, to] = [from, to].map(|number| {
            let kind = NodeKind::ALL[usize::from(number % 4)];
            builder.node(&format!("n{number}"), kind, &label, &label)
        });
        builder.edge(from, relation, to, polarity);
    }
    builder.build().expect("kinds and relations are consistent")
}

fn statements() -> impl Strategy<Value = Vec<Statement>> {
    prop::collection::vec((0u8..15, 0u8..4, 0u8..15, -1i8..=1, 0u8..4), 0..40)
}

proptest! {
    #[test]
    fn order_of_insertion_does_not_matter(
        (first, second) in statements().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle()))
    ) {
        prop_assert_eq!(build(&first), build(&second));
    }

    #[test]
    fn a_stored_snapshot_comes_back_equal(statements in statements()) {
        let snapshot = build(&statements);
        let loaded = Snapshot::from_bytes(snapshot.as_bytes()).expect("is sound");
        prop_assert_eq!(&loaded, &snapshot);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("snapshot.bin");
        snapshot.save(&file).expect("is written");
        prop_assert_eq!(Snapshot::open(&file).expect("is sound"), snapshot);
    }

    #[test]
    fn every_edge_is_seen_from_both_ends(statements in statements()) {
        let snapshot = build(&statements);
        let mut seen = 0;
        for here in snapshot.nodes() {
            prop_assert_eq!(snapshot.find(snapshot.iri(here)), Some(here));
            prop_assert!(snapshot.nodes_of(snapshot.kind(here)).contains(here));
            prop_assert_eq!(snapshot.neighbors(here).count(), snapshot.degree(here));
            for there in snapshot.neighbors(here) {
                let back = Neighbor { node: here, outgoing: !there.outgoing, ..there };
                prop_assert!(snapshot.neighbors(there.node).any(|n| n == back));
                seen += 1;
            }
        }
        prop_assert_eq!(seen, 2 * snapshot.edge_count());
    }
}

#[test]
fn nodes_are_numbered_by_kind_then_iri() {
    let graph = snapshot(&[("u1", "strong", "i2", 1), ("c1", "weak", "i1", 0)]);
    let iris: Vec<&str> = graph.nodes().map(|n| graph.iri(n)).collect();
    assert_eq!(iris, ["i1", "i2", "c1", "u1"]);
    assert_eq!(graph.nodes_of(NodeKind::Entity).len(), 0);
    assert_eq!(
        graph.nodes_of(NodeKind::Conversation).collect::<Vec<_>>(),
        [NodeId(2)]
    );
    assert_eq!(graph.kind(NodeId(2)), NodeKind::Conversation);
    assert_eq!((graph.find("i3"), graph.find("")), (None, None));
}

#[test]
fn relations_are_found_by_name() {
    let graph = snapshot(&[("i1", "weak", "e1", 0), ("i1", "strong", "e1", 0)]);
    let names: Vec<&str> = graph.relations().map(|(_, r)| r.name.as_str()).collect();
    assert_eq!(names, ["strong", "weak"]);
    let weak = graph.find_relation("weak").expect("was declared");
    assert!((graph.relation(weak).weight - 0.2).abs() < 1e-6);
    assert_eq!(graph.find_relation("absent"), None);
}

#[test]
fn repeated_edges_collapse_and_parallel_ones_stay() {
    let graph = snapshot(&[
        ("u1", "strong", "i1", 1),
        ("u1", "strong", "i1", 1),
        ("u1", "strong", "i1", 0),
        ("u1", "weak", "i1", 1),
    ]);
    assert_eq!(graph.edge_count(), 3);
    assert_eq!(graph.degree(node(&graph, "i1")), 3);
    assert!(graph.neighbors(node(&graph, "i1")).all(|n| !n.outgoing));
}

#[test]
fn the_smallest_label_that_is_not_empty_wins() {
    let mut builder = SnapshotBuilder::new();
    for (label, class) in [("", "thing"), ("Zoo", ""), ("Ark", "vessel")] {
        builder.node("x", NodeKind::Entity, label, class);
    }
    let graph = builder.build().expect("is consistent");
    assert_eq!(
        (graph.label(NodeId(0)), graph.class(NodeId(0))),
        ("Ark", "thing")
    );
}

#[test]
fn an_empty_graph_is_a_graph() {
    let graph = SnapshotBuilder::new().build().expect("nothing contradicts");
    assert_eq!(
        (
            graph.node_count(),
            graph.edge_count(),
            graph.nodes().count()
        ),
        (0, 0, 0)
    );
}

#[test]
fn contradictions_are_reported_by_name() {
    let mut builder = SnapshotBuilder::new();
    builder.node("x", NodeKind::Entity, "", "");
    builder.node("x", NodeKind::Item, "", "");
    let error = builder.build().expect_err("two kinds");
    assert_eq!(
        error.to_string(),
        "<x> was added as Item and as Entity; give each IRI one kind"
    );

    let mut builder = SnapshotBuilder::new();
    builder.relation("r", "r", "", 1.0, true);
    builder.relation("r", "r", "", 1.0, false);
    let error = builder.build().expect_err("two definitions");
    assert_eq!(error, GraphError::RelationConflict { name: "r".into() });

    let mut builder = SnapshotBuilder::new();
    builder.relation("r", "r", "", f32::NAN, true);
    assert!(matches!(
        builder.build(),
        Err(GraphError::InvalidWeight { .. })
    ));
}

#[test]
fn edges_are_checked() {
    let mut builder = SnapshotBuilder::new();
    let relation = builder.relation("r", "r", "", 1.0, true);
    let x = builder.node("x", NodeKind::Entity, "", "");
    builder.edge(x, relation, x, 2);
    assert!(matches!(
        builder.build(),
        Err(GraphError::InvalidPolarity { polarity: 2, .. })
    ));

    let mut other = SnapshotBuilder::new();
    other.edge(x, relation, x, 0);
    assert!(matches!(
        other.build(),
        Err(GraphError::UnknownHandle { what: "node", .. })
    ));
    let mut other = SnapshotBuilder::new();
    let x = other.node("x", NodeKind::Entity, "", "");
    other.edge(x, relation, x, 0);
    assert!(matches!(
        other.build(),
        Err(GraphError::UnknownHandle {
            what: "relation",
            ..
        })
    ));
}

#[test]
fn every_changed_byte_and_every_cut_is_noticed() {
    let graph = snapshot(&[("i1", "strong", "e1", 0), ("i2", "weak", "e1", 1)]);
    let bytes = graph.as_bytes();
    for at in 0..bytes.len() {
        let mut damaged = bytes.to_vec();
        damaged[at] ^= 1 << (at % 8);
        let error = Snapshot::from_bytes(&damaged).expect_err("a byte has changed");
        let is_named = matches!(
            error,
            GraphError::Corrupt { .. } | GraphError::SnapshotVersion { .. }
        );
        assert!(is_named, "{at}: {error}");
        let cut = Snapshot::from_bytes(&bytes[..at]).expect_err("bytes are missing");
        assert!(matches!(cut, GraphError::Corrupt { .. }), "{at}: {cut}");
    }
    let longer = [bytes, &[0; 8]].concat();
    assert!(Snapshot::from_bytes(&longer).is_err());
}

#[test]
fn a_damaged_file_is_refused_by_name() {
    let graph = snapshot(&[("i1", "strong", "e1", 0)]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("snapshot.bin");
    let refusal = || Snapshot::open(&file).expect_err("is damaged").to_string();
    assert!(refusal().contains("snapshot.bin"), "there is no file");
    fs_err::write(&file, []).expect("is written");
    assert!(refusal().contains("it is empty"));
    let bytes = graph.as_bytes();
    fs_err::write(&file, &bytes[..bytes.len() - 1]).expect("is written");
    let cut = refusal();
    assert!(cut.contains("snapshot.bin is damaged: it has"), "{cut}");
    assert!(cut.contains("hint: rebuild the index"), "{cut}");
    let mut newer = bytes.to_vec();
    newer[8] += 1;
    fs_err::write(&file, newer).expect("is written");
    assert!(refusal().contains("format 2, this build reads format 1"));
}
