//! Small graphs by name.

use petgraph::graph::UnGraph;
use proptest::prelude::*;
use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder, Walk};

/// Builds a snapshot from `(from, relation, to, polarity)`. The first letter of a name tells the
/// kind (i, e, c, u); relations "strong", "weak" and "hidden" weigh 1, 0.2 and 1, and "hidden" is
/// not walked.
pub(crate) fn snapshot(edges: &[(&str, &str, &str, i8)]) -> Snapshot {
    let mut builder = SnapshotBuilder::new();
    for &(from, relation, to, polarity) in edges {
        let weight = if relation == "weak" { 0.2 } else { 1.0 };
        let relation =
            builder.relation(relation, relation, "inverse", weight, relation != "hidden");
        let from = builder.node(from, kind(from), from, "");
        let to = builder.node(to, kind(to), to, "");
        builder.edge(from, relation, to, polarity);
    }
    builder.build().expect("the edges are consistent")
}

fn kind(name: &str) -> NodeKind {
    match name.chars().next() {
        Some('i') => NodeKind::Item,
        Some('e') => NodeKind::Entity,
        Some('c') => NodeKind::Conversation,
        _ => NodeKind::User,
    }
}

pub(crate) fn node(snapshot: &Snapshot, iri: &str) -> NodeId {
    snapshot.find(iri).expect("is in the graph")
}

/// A weighted edge list as petgraph holds it.
pub(crate) type Weighted = UnGraph<(), f32>;

pub(crate) fn walk(graph: &Weighted) -> Walk {
    Walk::from_petgraph(graph, |edge| *edge.weight()).expect("weights are valid")
}

/// Small weighted graphs with parallel edges, self loops and isolated nodes.
pub(crate) fn small_graph() -> impl Strategy<Value = Weighted> {
    (2u32..12).prop_flat_map(|nodes| {
        let edges = prop::collection::vec((0..nodes, 0..nodes, 1u8..20), 0..30);
        edges.prop_map(move |edges| {
            let mut graph = Weighted::default();
            let ids: Vec<_> = (0..nodes).map(|_| graph.add_node(())).collect();
            for (a, b, weight) in edges {
                graph.add_edge(ids[a as usize], ids[b as usize], f32::from(weight) / 4.0);
            }
            graph
        })
    })
}

/// Up to four seeds, some of them repeated.
pub(crate) fn seeds() -> impl Strategy<Value = Vec<(prop::sample::Index, f32)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0.1f32..2.0), 1..5)
}

pub(crate) fn place(seeds: &[(prop::sample::Index, f32)], walk: &Walk) -> Vec<(NodeId, f32)> {
    let node = |index: &prop::sample::Index| NodeId::from_index(index.index(walk.node_count()));
    seeds
        .iter()
        .map(|(index, weight)| (node(index), *weight))
        .collect()
}

/// `SplitMix64`, from a seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

/// A walk on a graph with communities of a hundred nodes; seven of ten edges stay in theirs.
pub(crate) fn generated(nodes: usize, edges: usize, seed: u64) -> Walk {
    let mut random = Random(seed);
    let mut below = |limit: usize| random.below(limit);
    let edges: Vec<_> = (0..edges)
        .map(|_| {
            let from = below(nodes);
            let near = from - from % 100 + below(100).min(nodes - 1 - (from - from % 100));
            let to = if below(10) < 7 { near } else { below(nodes) };
            (NodeId::from_index(from), NodeId::from_index(to), 1.0)
        })
        .collect();
    Walk::from_edges(nodes, edges.into_iter()).expect("edges are valid")
}
