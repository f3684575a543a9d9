//! Tensors must give what sparse rows give, on every device there is.

use petgraph::graph::UnGraph;
use proptest::prelude::*;
use tastegraph_graph::{NodeId, Walk};
use tastegraph_reasoner::{DeviceChoice, Propagate, PropagateConfig};

/// More edges than the 65,535 updates after which some drivers stop adding.
const MANY_EDGES: u32 = 150_000;

fn walk(graph: &UnGraph<(), f32>) -> Walk {
    Walk::from_petgraph(graph, |edge| *edge.weight()).expect("weights are valid")
}

fn init(walk: &Walk, config: &PropagateConfig, device: DeviceChoice) -> Propagate {
    config
        .init(walk, |_| true, &device)
        .expect("the settings are valid")
}

/// The largest difference between the device's `h` and that of the sparse rows.
fn distance(walk: &Walk, device: DeviceChoice, queries: &[&[(NodeId, f32)]]) -> f32 {
    let config = PropagateConfig {
        layers: 3,
        betas: vec![0.4, 0.3, 0.2, 0.1],
        ..PropagateConfig::default()
    };
    let [sparse, tensor] = [DeviceChoice::Cpu, device].map(|device| {
        init(walk, &config, device)
            .propagate(queries)
            .expect("the seeds are valid")
    });
    let pairs = sparse.iter().flatten().zip(tensor.iter().flatten());
    assert_eq!(
        sparse.iter().flatten().count(),
        walk.node_count() * queries.len()
    );
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// A hub that all are tied to, a few nodes that many are tied to, and chance. Deterministic.
fn crowd(nodes: u32, edges: u32) -> UnGraph<(), f32> {
    let mut state = 0x2545_F491u32;
    let mut draw = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let spokes = (1..nodes).map(|node| (0, node, 0.2));
    let mut graph = UnGraph::from_edges(spokes);
    for i in 0..edges {
        let popular = if i % 3 == 0 { nodes.min(50) } else { nodes };
        let (a, b) = (draw(nodes), draw(popular));
        graph.add_edge(a.into(), b.into(), 1.0);
    }
    graph
}

fn queries() -> Vec<Vec<(NodeId, f32)>> {
    vec![
        vec![(NodeId(0), 1.0)],
        vec![(NodeId(7), 1.0), (NodeId(4_000), 3.0)],
        vec![],
        (100..140).map(|i| (NodeId(i), 1.0)).collect(),
    ]
}

fn assert_equal_on_a_crowd(device: DeviceChoice) {
    let walk = walk(&crowd(20_000, MANY_EDGES));
    assert!(walk.edge_count() > 65_535 && walk.neighbors(NodeId(0)).count() == 19_999);
    let queries = queries();
    let queries: Vec<&[(NodeId, f32)]> = queries.iter().map(Vec::as_slice).collect();
    let distance = distance(&walk, device, &queries);
    assert!(distance < 1e-5, "{device} is off by {distance}");
}

fn small_graph() -> impl Strategy<Value = UnGraph<(), f32>> {
    (1u32..40).prop_flat_map(|nodes| {
        let edges = prop::collection::vec((0..nodes, 0..nodes, 1u8..20), 0..120);
        edges.prop_map(move |edges| {
            let mut graph = UnGraph::default();
            (0..nodes).for_each(|_| {
                graph.add_node(());
            });
            for (a, b, weight) in edges {
                graph.add_edge(a.into(), b.into(), f32::from(weight) / 4.0);
            }
            graph
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tensors_on_the_cpu_equal_sparse_rows(
        graph in small_graph(),
        seeds in prop::collection::vec((any::<prop::sample::Index>(), 0.1f32..2.0), 0..5),
    ) {
        let walk = walk(&graph);
        let node = |i: &prop::sample::Index| NodeId::from_index(i.index(walk.node_count()));
        let seeds: Vec<_> = seeds.iter().map(|(i, weight)| (node(i), *weight)).collect();
        let distance = distance(&walk, DeviceChoice::CpuTensor, &[&seeds, &[]]);
        prop_assert!(distance < 1e-5, "off by {}", distance);
    }
}

#[test]
fn tensors_on_the_cpu_equal_sparse_rows_beyond_65535_edges() {
    assert_equal_on_a_crowd(DeviceChoice::CpuTensor);
}

#[test]
fn whatever_auto_finds_equals_sparse_rows() {
    assert_equal_on_a_crowd(DeviceChoice::Auto);
}

#[cfg(feature = "gpu")]
mod gpu {
    use tastegraph_reasoner::{DeviceKind, devices};

    use super::*;

    /// The GPUs of this machine, emulated ones included. Says so if there are none.
    #[allow(clippy::print_stderr)]
    fn gpus() -> Vec<DeviceChoice> {
        let gpus = devices()
            .into_iter()
            .filter(|device| device.kind != DeviceKind::Cpu);
        let gpus: Vec<_> = gpus
            .inspect(|device| eprintln!("testing on {device:?}"))
            .collect();
        if gpus.is_empty() {
            eprintln!("no GPU and no software adapter on this machine: nothing was tested on wgpu");
        }
        gpus.into_iter().map(|device| device.choice).collect()
    }

    #[test]
    fn gpus_equal_sparse_rows_beyond_65535_edges() {
        for device in gpus() {
            assert_equal_on_a_crowd(device);
        }
    }

    #[test]
    fn gpus_are_used_and_not_replaced() {
        let walk = walk(&crowd(20, 40));
        for choice in gpus() {
            let reasoner = init(&walk, &PropagateConfig::default(), choice);
            assert!(
                reasoner.device().starts_with(&choice.to_string()),
                "{}",
                reasoner.device()
            );
        }
    }
}
