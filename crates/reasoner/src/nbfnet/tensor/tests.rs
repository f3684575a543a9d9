//! Tensors must give what the rows of edges give, forward and back, on every device there is.

use tastegraph_graph::NodeId;

use super::*;
use crate::device::resolve;
use crate::nbfnet::{NbfNetConfig, Workspace};
use crate::random::Random;
use crate::relational::Fact;
use crate::{DeviceChoice, DeviceKind, devices};

/// Largest difference relative to the largest value: sums of thousands of single-precision numbers
/// in another order.
const TOLERANCE: f32 = 1e-3;

/// A hub that a fifth of the facts end in, a few nodes that many end in, and chance.
fn crowd(nodes: u32, facts: u32, relations: u32, seed: u64) -> RelationalGraph {
    let mut random = Random::new(seed);
    let facts = (0..facts).map(|i| Fact {
        head: random.below(nodes as usize) as u32,
        relation: random.below(relations as usize) as u32,
        tail: match i % 5 {
            0 => 0,
            1 => random.below(nodes.min(20) as usize) as u32,
            _ => random.below(nodes as usize) as u32,
        },
    });
    let facts = facts.collect();
    let names = (0..relations).map(|r| format!("r{r}")).collect();
    RelationalGraph::from_facts((0..nodes).map(NodeId).collect(), names, facts).expect("has facts")
}

/// The largest relative differences of scores and gradient between the device and the rows.
fn differences(
    graph: &RelationalGraph,
    layers: usize,
    device: DeviceChoice,
    seed: u64,
) -> [f32; 2] {
    let config = NbfNetConfig {
        dimension: 16,
        layers,
    };
    let layout = Layout::new(&config, graph.directed_relations());
    let parameters = layout.initial(seed);
    let host = Host {
        graph,
        layout: &layout,
        parameters: &parameters,
    };
    let mut random = Random::new(seed);
    let mut node = || random.below(graph.node_count()) as u32;
    let mut seeds = vec![(node(), 1.0), (node(), 0.5)];
    seeds.sort_unstable_by_key(|seed| seed.0);
    seeds.dedup_by_key(|seed| seed.0);
    // The hub and the others that many edges end in are among the targets, one of them twice.
    let targets: Vec<u32> = [0, 0, 1, 2]
        .into_iter()
        .chain((0..20).map(|_| node()))
        .collect();
    let question = Question { seeds, relation: 1 };
    let hidden = (0..10)
        .map(|i| i * graph.facts().len() as u32 / 11)
        .collect();
    let mask = Mask::new(graph, hidden);
    let flow: Vec<f32> = (0..targets.len()).map(|i| (i as f32 / 3.0).sin()).collect();

    let mut room = Workspace::new(&host);
    let all = host.all_scores(&question, &mask, &mut room);
    let mut expected = vec![0.0; layout.len];
    host.scores(&question, &targets, &mask, &mut room);
    host.back(&question, &targets, &mask, &flow, &mut room, &mut expected);

    let placement = resolve(device, 0);
    let tensors = placement.tensors.expect("the device is there");
    let on_device = OnDevice::new(graph, tensors);
    let reach = host.reach(&question, &mask);
    let scores = on_device
        .all_scores(&host, &question, &mask, &reach)
        .expect("computes");
    let mut gradient = vec![0.0; layout.len];
    let asked = (&mask, &reach);
    on_device
        .gradient(&host, &question, asked, &targets, |_| flow, &mut gradient)
        .expect("computes");
    [(all, scores), (expected, gradient)].map(|(expected, found)| {
        let largest = expected
            .iter()
            .fold(0.0f32, |most, value| most.max(value.abs()));
        let pairs = expected.iter().zip(&found);
        assert_eq!(expected.len(), found.len());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / largest
    })
}

fn assert_equal_on_crowds(device: DeviceChoice) {
    for seed in 0..4 {
        let graph = crowd(50, 120, 3, seed);
        let found = differences(&graph, 1 + seed as usize, device, seed);
        assert!(
            found.iter().all(|&d| d < TOLERANCE),
            "{device}, small, seed {seed}: {found:?}"
        );
    }
    let graph = crowd(3_000, 80_000, 5, 9);
    assert!(graph.edge_count() > 2 * 65_535 && graph.row(0).len() > 10_000);
    let found = differences(&graph, 2, device, 9);
    assert!(
        found.iter().all(|&d| d < TOLERANCE),
        "{device}, large: {found:?}"
    );
}

#[test]
fn tensors_on_the_cpu_equal_rows_beyond_65535_edges() {
    assert_equal_on_crowds(DeviceChoice::CpuTensor);
}

/// The GPUs of this machine, emulated ones included. Without the feature `gpu` there are none.
#[test]
#[allow(clippy::print_stderr)]
fn gpus_equal_rows_beyond_65535_edges() {
    let gpus: Vec<_> = devices()
        .into_iter()
        .filter(|d| d.kind != DeviceKind::Cpu)
        .collect();
    if gpus.is_empty() {
        eprintln!("no GPU and no software adapter in this build or machine: nothing was tested");
    }
    for gpu in gpus {
        eprintln!("testing on {gpu:?}");
        assert_equal_on_crowds(gpu.choice);
    }
}
