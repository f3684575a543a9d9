//! Changes give the answers that building anew gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tastegraph_graph::{
    GraphError, NodeId, NodeKind, PageRankOptions, PathFinder, Similarity, Snapshot,
    SnapshotBuilder, Solver, Walk, personalized_pagerank, personalized_pagerank_batch,
};

use crate::support::{node, snapshot};

/// What a random sequence does, by number of node.
#[derive(Debug, Clone)]
enum Operation {
    AddNode(u8, u8),
    RemoveNode(u8),
    AddEdge(u8, u8, u8, i8),
    RemoveEdge(usize),
    RemoveAbsentEdge(u8, u8, u8, i8),
}

const RELATIONS: [(&str, f32, bool); 3] = [
    ("weak", 0.2, true),
    ("strong", 1.0, true),
    ("hidden", 1.0, false),
];
const NODES: u8 = 24;

fn operation() -> impl Strategy<Value = Operation> {
    let node = || 0..NODES;
    let edge = || (node(), 0u8..3, node(), -1i8..=1);
    prop_oneof![
        2 => (node(), 0u8..3).prop_map(|(n, label)| Operation::AddNode(n, label)),
        1 => node().prop_map(Operation::RemoveNode),
        6 => edge().prop_map(|(a, r, b, p)| Operation::AddEdge(a, r, b, p)),
        3 => any::<usize>().prop_map(Operation::RemoveEdge),
        1 => edge().prop_map(|(a, r, b, p)| Operation::RemoveAbsentEdge(a, r, b, p)),
    ]
}

/// The graph as plain sets.
#[derive(Debug, Clone, Default)]
struct Model {
    nodes: BTreeMap<u8, String>,
    edges: BTreeSet<(u8, u8, u8, i8)>,
}

fn kind(number: u8) -> NodeKind {
    NodeKind::ALL[usize::from(number % 4)]
}

fn iri(number: u8) -> String {
    format!("n{number:02}")
}

impl Model {
    fn build(&self) -> Snapshot {
        let mut builder = SnapshotBuilder::new();
        let relations = RELATIONS
            .map(|(name, weight, walk)| builder.relation(name, name, "inverse", weight, walk));
        let handles: BTreeMap<u8, _> = self
            .nodes
            .iter()
            .map(|(&n, label)| (n, builder.node(&iri(n), kind(n), label, "class")))
            .collect();
        for &(from, relation, to, polarity) in &self.edges {
            builder.edge(
                handles[&from],
                relations[usize::from(relation)],
                handles[&to],
                polarity,
            );
        }
        builder.build().expect("is consistent")
    }

    /// Does the same to the model and to a snapshot.
    fn apply(&mut self, operation: &Operation, snapshot: &mut Snapshot) {
        let relation = |snapshot: &Snapshot, r: u8| {
            snapshot
                .find_relation(RELATIONS[usize::from(r)].0)
                .expect("is declared")
        };
        match *operation {
            Operation::AddNode(n, label) => {
                let label = format!("label {label}");
                snapshot
                    .add_node(&iri(n), kind(n), &label, "class")
                    .expect("is valid");
                self.nodes.insert(n, label);
            }
            Operation::RemoveNode(n) => {
                if self.nodes.remove(&n).is_some() {
                    self.edges.retain(|&(a, _, b, _)| a != n && b != n);
                    snapshot
                        .remove_node(node(snapshot, &iri(n)))
                        .expect("is there");
                }
            }
            Operation::AddEdge(a, r, b, p) => {
                for n in [a, b] {
                    if !self.nodes.contains_key(&n) {
                        self.apply(&Operation::AddNode(n, 0), snapshot);
                    }
                }
                let (from, to) = (node(snapshot, &iri(a)), node(snapshot, &iri(b)));
                let added = snapshot.add_edge(from, relation(snapshot, r), to, p);
                assert_eq!(added, Ok(self.edges.insert((a, r, b, p))));
            }
            Operation::RemoveEdge(number) => {
                let number = number % self.edges.len().max(1);
                if let Some(&(a, r, b, p)) = self.edges.iter().nth(number) {
                    self.apply(&Operation::RemoveAbsentEdge(a, r, b, p), snapshot);
                }
            }
            Operation::RemoveAbsentEdge(a, r, b, p) => {
                if self.nodes.contains_key(&a) && self.nodes.contains_key(&b) {
                    let (from, to) = (node(snapshot, &iri(a)), node(snapshot, &iri(b)));
                    let removed = snapshot.remove_edge(from, relation(snapshot, r), to, p);
                    assert_eq!(removed, Ok(self.edges.remove(&(a, r, b, p))));
                }
            }
        }
    }
}

type SeenNode = (String, NodeKind, String, String, usize);
type SeenNeighbors = BTreeMap<String, BTreeSet<(String, String, bool, i8)>>;

/// Everything a snapshot says, by IRI.
fn content(snapshot: &Snapshot) -> (Vec<SeenNode>, SeenNeighbors) {
    let mut nodes = Vec::new();
    let mut neighbors = BTreeMap::new();
    for kind in NodeKind::ALL {
        let of_kind = snapshot.nodes_of(kind);
        assert_eq!(of_kind.len(), of_kind.clone().count());
        for node in of_kind {
            let iri = snapshot.iri(node).to_owned();
            assert_eq!(
                (snapshot.find(&iri), snapshot.kind(node)),
                (Some(node), kind)
            );
            let degree = snapshot.degree(node);
            let (label, class) = (
                snapshot.label(node).to_owned(),
                snapshot.class(node).to_owned(),
            );
            nodes.push((iri.clone(), kind, label, class, degree));
            let seen = snapshot.neighbors(node).map(|n| {
                let relation = snapshot.relation(n.relation).name.clone();
                (
                    snapshot.iri(n.node).to_owned(),
                    relation,
                    n.outgoing,
                    n.polarity,
                )
            });
            neighbors.insert(iri, seen.collect());
        }
    }
    nodes.sort();
    (nodes, neighbors)
}

/// The walk by IRI: neighbours with weights and weighted degrees, bit for bit.
fn walked(snapshot: &Snapshot, walk: &Walk) -> BTreeMap<String, (BTreeMap<String, u32>, u64)> {
    let nodes = NodeKind::ALL
        .into_iter()
        .flat_map(|kind| snapshot.nodes_of(kind));
    let row = |node: NodeId| {
        let row = walk
            .neighbors(node)
            .map(|(n, w)| (snapshot.iri(n).to_owned(), w.to_bits()));
        (row.collect(), walk.weighted_degree(node).to_bits())
    };
    nodes
        .map(|node| (snapshot.iri(node).to_owned(), row(node)))
        .collect()
}

/// Scores by a solver in `f64`'s precision or, without one, by a batch in that of `f32`.
fn scores(
    snapshot: &Snapshot,
    walk: &Walk,
    seeds: &[&str],
    solver: Option<Solver>,
) -> BTreeMap<String, f32> {
    let seeds: Vec<_> = seeds.iter().map(|iri| (node(snapshot, iri), 1.0)).collect();
    let options = PageRankOptions {
        tolerance: if solver.is_some() { 1e-12 } else { 8e-7 },
        max_iterations: 500,
        solver: solver.unwrap_or_default(),
        ..PageRankOptions::default()
    };
    let rank = if solver.is_some() {
        personalized_pagerank(walk, &seeds, &options).expect("seeds are valid")
    } else {
        let queries = [seeds.as_slice(); 3];
        let ranks = personalized_pagerank_batch(walk, &queries, &options).expect("valid");
        ranks.into_iter().next().expect("there are three")
    };
    let kinds = NodeKind::ALL
        .into_iter()
        .flat_map(|kind| snapshot.nodes_of(kind));
    kinds
        .map(|n| (snapshot.iri(n).to_owned(), rank.scores[n.index()]))
        .collect()
}

fn similar(snapshot: &Snapshot, similarity: &Similarity) -> BTreeMap<String, f32> {
    let r: Vec<f32> = snapshot
        .nodes()
        .map(|n| snapshot.iri(n).bytes().map(f32::from).sum::<f32>() / 1e3)
        .collect();
    let found = similarity.best(&r, usize::MAX, &[]);
    found
        .into_iter()
        .map(|s| (snapshot.iri(s.node).to_owned(), s.score))
        .collect()
}

fn paths(snapshot: &Snapshot, walk: &Walk, seed: &str) -> BTreeMap<String, Vec<f32>> {
    let finder = PathFinder::new(snapshot, walk, &[(node(snapshot, seed), 1.0)]);
    let nodes = NodeKind::ALL
        .into_iter()
        .flat_map(|kind| snapshot.nodes_of(kind));
    let found = |node| {
        finder
            .paths(node, 9)
            .iter()
            .map(|path| path.score)
            .collect()
    };
    nodes
        .map(|node| (snapshot.iri(node).to_owned(), found(node)))
        .collect()
}

fn close<'a>(a: impl IntoIterator<Item = &'a f32>, b: impl IntoIterator<Item = &'a f32>) -> bool {
    a.into_iter()
        .zip(b)
        .all(|(a, b)| (a - b).abs() <= 2e-7 * a.abs().max(b.abs()) + 1e-11)
}

proptest! {
    #[test]
    fn changes_give_the_answers_of_a_rebuild(
        before in prop::collection::vec(operation(), 0..60),
        after in prop::collection::vec(operation(), 1..40),
    ) {
        let mut model = Model::default();
        let mut scratch = Model::default().build();
        for operation in &before {
            model.apply(operation, &mut scratch);
        }
        let mut changed = model.build();
        prop_assert!(scratch.compact().expect("fits") == changed);
        let mut walk = Walk::new(&changed);
        let mut similarity = Similarity::new(&changed, NodeKind::Conversation);
        for operation in &after {
            model.apply(operation, &mut changed);
            walk.update(&changed);
            similarity.update(&changed);
        }
        let rebuilt = model.build();
        let fresh = Walk::new(&rebuilt);
        prop_assert_eq!(changed.edge_count(), rebuilt.edge_count());
        prop_assert_eq!(content(&changed), content(&rebuilt));
        prop_assert_eq!(walked(&changed, &walk), walked(&rebuilt, &fresh));
        prop_assert_eq!(walked(&changed, &Walk::new(&changed)), walked(&rebuilt, &fresh));
        let theirs = similar(&rebuilt, &Similarity::new(&rebuilt, NodeKind::Conversation));
        let anew = Similarity::new(&changed, NodeKind::Conversation);
        for similarity in [&similarity, &anew] {
            let ours = similar(&changed, similarity);
            prop_assert!(ours.keys().eq(theirs.keys()) && close(ours.values(), theirs.values()));
        }
        if let Some((&seed, _)) = model.nodes.iter().next() {
            let other = iri(*model.nodes.keys().last().expect("there is one"));
            let seeds = [iri(seed), other];
            let seeds = seeds.each_ref().map(String::as_str);
            for solver in [Solver::Relaxation, Solver::ConjugateGradient] {
                let ours = scores(&changed, &walk, &seeds, Some(solver));
                let theirs = scores(&rebuilt, &fresh, &seeds, Some(solver));
                prop_assert!(close(ours.values(), theirs.values()), "{ours:?}\n{theirs:?}");
            }
            let ours = scores(&changed, &walk, &seeds, None);
            let theirs = scores(&rebuilt, &fresh, &seeds, None);
            let distance: f32 = ours.values().zip(theirs.values()).map(|(a, b)| (a - b).abs()).sum();
            prop_assert!(distance < 5e-6, "{ours:?}\n{theirs:?}");
            let (ours, theirs) =
                (paths(&changed, &walk, seeds[0]), paths(&rebuilt, &fresh, seeds[0]));
            for (node, scores) in ours {
                let there = &theirs[&node];
                prop_assert_eq!(scores.len(), there.len());
                prop_assert!(close(&scores, there));
            }
        }
        prop_assert!(changed.compact().expect("fits") == rebuilt);
    }
}

#[test]
fn a_change_costs_the_same_on_a_larger_graph() {
    let star = |rays: usize| {
        let mut builder = SnapshotBuilder::new();
        let has = builder.relation("has", "has", "in", 1.0, true);
        let hub = builder.node("hub", NodeKind::Entity, "hub", "");
        for ray in 0..rays {
            let ray = builder.node(&format!("ray{ray}"), NodeKind::Item, "", "");
            builder.edge(ray, has, hub, 0);
        }
        builder.build().expect("is consistent")
    };
    for rays in [10, 10_000] {
        let mut graph = star(rays);
        let mut walk = Walk::new(&graph);
        let has = graph.find_relation("has").expect("is declared");
        let hub = node(&graph, "hub");
        let new = graph
            .add_node("new", NodeKind::Item, "new", "")
            .expect("is valid");
        assert_eq!(graph.add_edge(new, has, hub, 0), Ok(true));
        walk.update(&graph);
        assert_eq!(walk.changed_rows(), 2);
        assert!((walk.weighted_degree(hub) - (rays as f64 + 1.0)).abs() < 1e-9);
        assert!(!graph.wants_compaction());
    }
}

#[test]
fn similarity_catches_up_with_the_members_that_changed() {
    let talks: Vec<String> = (0..300).map(|n| format!("c{n}")).collect();
    let edges = talks.iter().map(|talk| (talk.as_str(), "strong", "i1", 0));
    let mut graph = snapshot(&edges.collect::<Vec<_>>());
    let mut similarity = Similarity::new(&graph, NodeKind::Conversation);
    let strong = graph.find_relation("strong").expect("is declared");
    let new = graph.add_node("c-new", NodeKind::Conversation, "", "");
    let (new, item) = (new.expect("is valid"), node(&graph, "i1"));
    assert_eq!(graph.add_edge(new, strong, item, 1), Ok(true));
    similarity.update(&graph);
    assert_eq!(similarity.changed_members(), 1);
    let mut scores = vec![0.0; graph.node_count()];
    scores[item.index()] = 1.0;
    let found = similarity.best(&scores, usize::MAX, &[]);
    assert_eq!(found.len(), 301);
    // 301 conversations hold the item now.
    let expected = 1.0 / (std::f32::consts::E + 301.0).ln();
    assert!(
        found
            .iter()
            .all(|similar| (similar.score - expected).abs() < 1e-6)
    );
}

#[test]
fn clones_keep_what_they_saw() {
    let before = snapshot(&[("u1", "strong", "i1", 1), ("u2", "strong", "i1", 1)]);
    let mut after = before.clone();
    after.remove_node(node(&after, "u1")).expect("is there");
    assert_eq!((before.edge_count(), after.edge_count()), (2, 1));
    assert_eq!(
        (after.find("u1"), after.nodes_of(NodeKind::User).len()),
        (None, 1)
    );
    assert!(before.find("u1").is_some() && before != after);
}

#[test]
fn changes_are_checked() {
    let mut graph = snapshot(&[("i1", "strong", "e1", 0)]);
    let (i1, e1) = (node(&graph, "i1"), node(&graph, "e1"));
    let strong = graph.find_relation("strong").expect("is declared");
    assert!(matches!(
        graph.add_node("i1", NodeKind::User, "", ""),
        Err(GraphError::KindConflict { .. })
    ));
    assert!(matches!(
        graph.add_edge(i1, strong, e1, 2),
        Err(GraphError::InvalidPolarity { polarity: 2, .. })
    ));
    assert!(matches!(
        graph.add_edge(i1, strong, NodeId(9), 0),
        Err(GraphError::NotInSnapshot {
            what: "node",
            index: 9
        })
    ));
    assert!(matches!(
        graph.add_edge(i1, tastegraph_graph::RelationId(7), e1, 0),
        Err(GraphError::NotInSnapshot {
            what: "relation",
            index: 7
        })
    ));
    graph.remove_node(e1).expect("is there");
    assert!(
        graph.add_edge(i1, strong, e1, 0).is_err(),
        "a removed node takes no edges"
    );
    assert!(graph.remove_node(e1).is_err());
}

#[test]
fn a_walk_follows_another_snapshot_from_the_start() {
    let first = snapshot(&[("i1", "strong", "e1", 0)]);
    let second = snapshot(&[("i1", "strong", "e1", 0), ("i2", "strong", "e1", 0)]);
    let mut walk = Walk::new(&first);
    walk.update(&second);
    assert_eq!((walk.node_count(), walk.edge_count()), (3, 2));
}
