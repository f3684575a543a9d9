//! Explanation paths on graphs small enough to see.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use tastegraph_graph::{NodeId, Path, PathFinder, Snapshot, Walk};

use crate::support::{node, snapshot};

/// "a -r> b <s- c": relations with the direction in which they are stated.
fn text(graph: &Snapshot, path: &Path) -> String {
    let mut text = graph.iri(path.seed).to_owned();
    let mut at = path.seed;
    for step in &path.steps {
        assert_eq!(step.from, at, "steps connect");
        at = step.to;
        let relation = &graph.relation(step.relation).name;
        let to = graph.iri(step.to);
        if step.outgoing {
            write!(text, " -{relation}> {to}").expect("strings take all");
        } else {
            write!(text, " <{relation}- {to}").expect("strings take all");
        }
    }
    text
}

fn paths(graph: &Snapshot, seeds: &[(&str, f32)], target: &str, k: usize) -> Vec<String> {
    let seeds: Vec<(NodeId, f32)> = seeds
        .iter()
        .map(|(iri, w)| (node(graph, iri), *w))
        .collect();
    let walk = Walk::new(graph);
    let found = PathFinder::new(graph, &walk, &seeds).paths(node(graph, target), k);
    assert!(found.is_sorted_by(|a, b| a.score >= b.score), "best first");
    found.iter().map(|path| text(graph, path)).collect()
}

#[test]
fn quiet_intermediates_come_before_hubs() {
    let graph = snapshot(&[
        ("i1", "strong", "e-quiet", 0),
        ("i2", "strong", "e-quiet", 0),
        ("i1", "weak", "e-hub", 0),
        ("i2", "weak", "e-hub", 0),
        ("i3", "weak", "e-hub", 0),
        ("c1", "strong", "i1", 1),
        ("c1", "strong", "i2", 0),
        ("c1", "strong", "i3", 0),
    ]);
    let expected = [
        "i1 -strong> e-quiet <strong- i2",
        "i1 <strong- c1 -strong> i2",
        "i1 -weak> e-hub <weak- i2",
    ];
    assert_eq!(paths(&graph, &[("i1", 1.0)], "i2", 9), expected);
    assert_eq!(paths(&graph, &[("i1", 1.0)], "i2", 1), expected[..1]);
    assert!(paths(&graph, &[("i1", 1.0)], "i2", 0).is_empty());
}

#[test]
fn the_score_is_the_stated_product() {
    let graph = snapshot(&[
        ("i1", "weak", "e1", 0),
        ("i2", "strong", "e1", 0),
        ("i3", "strong", "e1", 0),
        ("i3", "weak", "e1", 0),
    ]);
    let walk = Walk::new(&graph);
    let finder = PathFinder::new(&graph, &walk, &[(node(&graph, "i1"), 0.5)]);
    let found = finder.paths(node(&graph, "i2"), 3);
    // Seed weight .5, edge weights .2 and 1, and four edges at the node between.
    assert!((found[0].score - 0.5 * 0.2 / 2.0).abs() < 1e-6);
    assert_eq!(
        text(&graph, &finder.paths(node(&graph, "e1"), 1)[0]),
        "i1 -weak> e1"
    );
}

#[test]
fn one_path_a_node_and_two_a_pair_of_relations() {
    let graph = snapshot(&[
        ("i1", "strong", "e1", 0),
        ("i1", "weak", "e1", 0),
        ("i2", "strong", "e1", 0),
        ("i1", "strong", "e2", 0),
        ("i2", "strong", "e2", 0),
        ("i1", "strong", "e3", 0),
        ("i2", "strong", "e3", 0),
        ("i1", "weak", "e4", 0),
        ("i2", "weak", "e4", 0),
    ]);
    let expected = [
        "i1 -strong> e2 <strong- i2",
        "i1 -strong> e3 <strong- i2",
        "i1 -weak> e4 <weak- i2",
    ];
    assert_eq!(paths(&graph, &[("i1", 1.0)], "i2", 9), expected);
}

#[test]
fn dislikes_explain_nothing_and_unwalked_relations_do() {
    let graph = snapshot(&[
        ("u1", "strong", "i1", 1),
        ("u1", "strong", "i2", -1),
        ("i1", "hidden", "e1", 0),
        ("i2", "hidden", "e1", 0),
    ]);
    assert_eq!(
        paths(&graph, &[("i1", 1.0)], "i2", 9),
        ["i1 -hidden> e1 <hidden- i2"]
    );
    let only_dislikes = snapshot(&[("u1", "strong", "i1", 1), ("u1", "strong", "i2", -1)]);
    assert!(paths(&only_dislikes, &[("i1", 1.0)], "i2", 9).is_empty());
}

#[test]
fn seeds_do_not_stand_between_seeds_and_targets() {
    let graph = snapshot(&[("i1", "strong", "e1", 0), ("i2", "strong", "e1", 0)]);
    let seeds = [("i1", 1.0), ("e1", 0.5)];
    assert_eq!(paths(&graph, &seeds, "i2", 9), ["e1 <strong- i2"]);
    assert_eq!(paths(&graph, &seeds, "e1", 9), ["i1 -strong> e1"]);
    assert!(
        paths(&graph, &[("i1", 1.0)], "i1", 9).is_empty(),
        "nothing explains itself"
    );
}

/// A chain i1 – e1 – i2 – e2 – i3 – e3 – i4, and a way from i1 to e2 over the hub e9 and i5.
fn chain() -> Snapshot {
    let mut edges = vec![
        ("i1", "strong", "e1", 0),
        ("i2", "strong", "e1", 0),
        ("i2", "strong", "e2", 0),
        ("i3", "strong", "e2", 0),
        ("i3", "strong", "e3", 0),
        ("i4", "strong", "e3", 0),
        ("i1", "weak", "e9", 0),
        ("i5", "strong", "e2", 0),
    ];
    edges.extend(["i5", "i6", "i7", "i8"].map(|item| (item, "strong", "e9", 0)));
    snapshot(&edges)
}

#[test]
fn far_targets_get_the_one_cheapest_path_within_four_hops() {
    let graph = chain();
    let far = "i1 -strong> e1 <strong- i2 -strong> e2 <strong- i3";
    assert_eq!(paths(&graph, &[("i1", 1.0)], "i3", 9), [far]);
    assert!(
        paths(&graph, &[("i1", 1.0)], "i4", 9).is_empty(),
        "six hops are too many"
    );
    let nearer = "e1 <strong- i2 -strong> e2 <strong- i3";
    assert_eq!(
        paths(&graph, &[("i1", 1.0), ("e1", 0.1)], "i3", 9),
        [nearer]
    );
}

#[test]
fn a_dislike_blocks_the_way_of_the_last_resort_too() {
    let open = [
        ("i1", "strong", "e1", 0),
        ("i2", "strong", "e1", 0),
        ("u1", "strong", "i2", 1),
        ("u1", "strong", "i3", 1),
    ];
    assert_eq!(paths(&snapshot(&open), &[("i1", 1.0)], "i3", 1).len(), 1);
    let mut blocked = open;
    blocked[2].3 = -1;
    assert!(paths(&snapshot(&blocked), &[("i1", 1.0)], "i3", 1).is_empty());
}

#[test]
fn targets_and_seeds_outside_the_graph_give_no_path() {
    let graph = chain();
    let walk = Walk::new(&graph);
    let finder = PathFinder::new(&graph, &walk, &[(NodeId(999), 1.0)]);
    assert!(finder.paths(NodeId(0), 3).is_empty());
    assert!(finder.paths(NodeId(999), 3).is_empty());
}

/// Ten communities of items, each with an entity of its own that joins them, and a chain between the
/// communities.
fn communities(size: usize) -> Snapshot {
    let names: Vec<(String, String)> = (0..10)
        .flat_map(|c| (0..size).map(move |n| (format!("i{c}-{n}"), format!("e{c}-{}", n / 5))))
        .collect();
    let mut edges: Vec<(&str, &str, &str, i8)> = names
        .iter()
        .map(|(item, entity)| (item.as_str(), "strong", entity.as_str(), 0))
        .collect();
    edges.extend(
        names
            .windows(2)
            .map(|w| (w[0].0.as_str(), "weak", w[1].1.as_str(), 0)),
    );
    snapshot(&edges)
}

#[test]
fn ten_explanations_read_the_edges_around_seeds_and_targets() {
    let cost = |size: usize| {
        let graph = communities(size);
        let walk = Walk::new(&graph);
        let seeds = [(node(&graph, "i0-0"), 1.0), (node(&graph, "i3-7"), 0.5)];
        let finder = PathFinder::new(&graph, &walk, &seeds);
        let near: usize = seeds.iter().map(|&(seed, _)| graph.degree(seed)).sum();
        assert_eq!(finder.edges_touched(), near);
        // Four items of each seed's entity, and two that take the search of the last resort.
        let far = ["i0-9", "i3-12"];
        let close = [
            "i0-1", "i0-2", "i0-3", "i0-4", "i3-5", "i3-6", "i3-8", "i3-9",
        ];
        for target in close {
            let before = finder.edges_touched();
            assert!(!finder.paths(node(&graph, target), 3).is_empty());
            let read = finder.edges_touched() - before;
            assert_eq!(read, graph.degree(node(&graph, target)), "{target}");
        }
        for target in far {
            let _ = finder.paths(node(&graph, target), 3);
        }
        finder.edges_touched()
    };
    let (small, large) = (cost(20), cost(400));
    // The chain's end is the same; a larger graph costs no more.
    assert!(large <= small && small < 300, "{small} {large}");
}

/// The nodes within four hops of the seed over edges that are no dislikes.
fn within_four_hops(graph: &Snapshot, seed: NodeId) -> BTreeSet<NodeId> {
    let mut reached = BTreeSet::from([seed]);
    for _ in 0..4 {
        let next: Vec<NodeId> = reached
            .iter()
            .flat_map(|&node| graph.neighbors(node))
            .filter(|there| there.polarity >= 0)
            .map(|there| there.node)
            .collect();
        reached.extend(next);
    }
    reached
}

proptest! {
    #[test]
    fn a_path_is_found_exactly_where_there_is_one(
        edges in prop::collection::vec((0u8..14, any::<bool>(), 0u8..14, -1i8..=1), 1..30),
    ) {
        let name = |number: u8| format!("{}{number}", ["i", "e", "c", "u"][usize::from(number % 4)]);
        let named: Vec<_> = edges
            .iter()
            .map(|&(a, strong, b, polarity)| (name(a), strong, name(b), polarity))
            .collect();
        let stated: Vec<_> = named
            .iter()
            .map(|(a, strong, b, polarity)| {
                (a.as_str(), if *strong { "strong" } else { "weak" }, b.as_str(), *polarity)
            })
            .collect();
        let graph = snapshot(&stated);
        let walk = Walk::new(&graph);
        let seed = NodeId(0);
        let finder = PathFinder::new(&graph, &walk, &[(seed, 1.0)]);
        let near = within_four_hops(&graph, seed);
        for target in graph.nodes().filter(|node| *node != seed) {
            let found = finder.paths(target, 3);
            prop_assert_eq!(!found.is_empty(), near.contains(&target));
            for path in found {
                let last = path.steps.last().expect("has a step");
                prop_assert!(path.seed == seed && last.to == target && path.steps.len() <= 4);
                prop_assert!(path.steps.iter().all(|step| step.polarity >= 0));
                text(&graph, &path);
            }
        }
    }
}
