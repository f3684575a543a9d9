//! A graph of five nodes, computed on paper.

use petgraph::graph::UnGraph;
use tastegraph_graph::{GraphError, NodeId, Walk};
use tastegraph_reasoner::{
    DeviceChoice, NoReasoner, Propagate, PropagateConfig, Reasoner, ReasonerError,
};

/// A path 0 – 1 – 2 – 3 with a weight of 4 in the middle, and node 4 alone. Degrees 1, 5, 5, 1, 0.
fn path() -> Walk {
    let mut graph = UnGraph::<(), f32>::from_edges([(0, 1, 1.0), (1, 2, 4.0), (2, 3, 1.0)]);
    graph.add_node(());
    Walk::from_petgraph(&graph, |edge| *edge.weight()).expect("weights are valid")
}

fn propagate(device: DeviceChoice) -> Propagate {
    PropagateConfig::default()
        .init(&path(), |_| true, &device)
        .expect("the defaults are valid")
}

const BOTH: [DeviceChoice; 2] = [DeviceChoice::Cpu, DeviceChoice::CpuTensor];

#[test]
fn two_layers_by_hand() {
    // S01 = 1/√(1·5), S12 = 4/√(5·5). From node 0: one hop gives S01 at 1; two hops give S01² at 0
    // and S01·S12 at 2. Each hop weighs a third.
    let s01 = 1.0 / 5.0f32.sqrt();
    let expected = [1.0 + s01 * s01, s01, s01 * 0.8, 0.0, 0.0].map(|h| h / 3.0);
    for device in BOTH {
        let h = propagate(device)
            .propagate(&[&[(NodeId(0), 7.0)]])
            .expect("the seed is valid");
        for (got, expected) in h[0].iter().zip(expected) {
            assert!(
                (got - expected).abs() < 1e-6,
                "{device}: {got} is not {expected}"
            );
        }
    }
}

#[test]
fn an_expansion_holds_new_nodes_with_shares() {
    for device in BOTH {
        let expansion = propagate(device)
            .expand(&[(NodeId(0), 1.0)], 20)
            .expect("is valid");
        let nodes: Vec<_> = expansion.entities.iter().map(|e| e.0).collect();
        assert_eq!(nodes, [NodeId(1), NodeId(2)]);
        let shares = [1.0, (-0.2f32).exp()].map(|x| x / (1.0 + (-0.2f32).exp()));
        for ((_, share), expected) in expansion.entities.iter().zip(shares) {
            assert!((share - expected).abs() < 1e-5);
        }
        assert_eq!(expansion.reasoner, "propagate");
        assert!(expansion.device.starts_with("cpu ("));
    }
}

#[test]
fn only_eligible_nodes_are_returned_but_all_pass_messages() {
    let config = PropagateConfig::default();
    let reasoner = config.init(&path(), |node| node == NodeId(2), &DeviceChoice::Cpu);
    let expansion = reasoner
        .expect("is valid")
        .expand(&[(NodeId(0), 1.0)], 20)
        .expect("is valid");
    assert_eq!(expansion.entities, [(NodeId(2), 1.0)]);
}

#[test]
fn no_seeds_no_expansion() {
    for device in BOTH {
        let reasoner = propagate(device);
        for seeds in [&[][..], &[(NodeId(1), 0.0)]] {
            assert!(
                reasoner
                    .expand(seeds, 20)
                    .expect("is no error")
                    .entities
                    .is_empty()
            );
        }
        assert!(
            reasoner
                .expand(&[(NodeId(4), 1.0)], 20)
                .expect("valid")
                .entities
                .is_empty()
        );
        assert!(
            reasoner
                .expand(&[(NodeId(0), 1.0)], 0)
                .expect("valid")
                .entities
                .is_empty()
        );
    }
    let none: &dyn Reasoner = &NoReasoner;
    assert!(
        none.expand(&[(NodeId(0), 1.0)], 20)
            .expect("cannot fail")
            .entities
            .is_empty()
    );
}

#[test]
fn an_empty_graph_can_be_asked() {
    let nothing = Walk::from_petgraph(&UnGraph::<(), f32>::default(), |_| 1.0).expect("is valid");
    for device in BOTH {
        let reasoner = PropagateConfig::default().init(&nothing, |_| true, &device);
        assert!(
            reasoner
                .expect("is valid")
                .expand(&[], 3)
                .expect("valid")
                .entities
                .is_empty()
        );
    }
}

#[test]
fn a_batch_answers_each_query_as_if_alone() {
    let queries: [&[(NodeId, f32)]; 3] = [&[(NodeId(0), 1.0)], &[], &[(NodeId(3), 2.0)]];
    for device in BOTH {
        let reasoner = propagate(device);
        let together = reasoner.expand_batch(&queries, 20).expect("is valid");
        for (query, answer) in queries.iter().zip(together) {
            assert_eq!(reasoner.expand(query, 20).expect("is valid"), answer);
        }
    }
}

#[test]
fn seeds_outside_the_graph_and_bad_settings_are_refused() {
    let error = propagate(DeviceChoice::Cpu).expand(&[(NodeId(5), 1.0)], 20);
    assert!(matches!(
        error,
        Err(ReasonerError::Graph(GraphError::SeedOutsideGraph { .. }))
    ));
    for config in [
        PropagateConfig {
            layers: 3,
            ..PropagateConfig::default()
        },
        PropagateConfig {
            betas: vec![0.1, -1.0, 0.1],
            ..PropagateConfig::default()
        },
        PropagateConfig {
            betas: vec![f32::NAN; 3],
            ..PropagateConfig::default()
        },
        PropagateConfig {
            temperature: 0.0,
            ..PropagateConfig::default()
        },
    ] {
        let refused = config.init(&path(), |_| true, &DeviceChoice::Cpu);
        assert!(
            matches!(refused, Err(ReasonerError::InvalidConfig { .. })),
            "{config:?}"
        );
    }
}

#[test]
fn settings_left_out_of_a_file_take_their_defaults() {
    let config: PropagateConfig = serde_json::from_str(r#"{"temperature": 0.5}"#).expect("parses");
    assert_eq!(
        config,
        PropagateConfig {
            temperature: 0.5,
            ..PropagateConfig::default()
        }
    );
}
