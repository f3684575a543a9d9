//! Trained weights as a reasoner: expansion, paths, files, and what is refused.

use tastegraph_graph::{GraphError, NodeId, NodeKind, Snapshot};
use tastegraph_reasoner::{
    DeviceChoice, NbfNet, NbfNetConfig, NbfNetWeights, Pretraining, Reasoner, ReasonerError,
    RelationalGraph,
};

use crate::support::{find, series, short};

const CPU: DeviceChoice = DeviceChoice::Cpu;

fn trained(snapshot: &Snapshot) -> NbfNetWeights {
    let graph = RelationalGraph::new(snapshot).expect("has facts");
    let mut training = Pretraining::new(&graph, short(120), &CPU).expect("is valid");
    while training.step().expect("does not diverge").is_some() {}
    training.weights()
}

fn reasoner(snapshot: &Snapshot, weights: NbfNetWeights, device: DeviceChoice) -> NbfNet {
    let graph = RelationalGraph::new(snapshot).expect("has facts");
    NbfNet::new(weights, graph, snapshot.node_count(), |_| true, &device).expect("weights fit")
}

fn random(snapshot: &Snapshot) -> NbfNetWeights {
    let graph = RelationalGraph::new(snapshot).expect("has facts");
    let config = NbfNetConfig {
        dimension: 16,
        layers: 3,
    };
    NbfNetWeights::random(&config, &graph, 5).expect("is valid")
}

#[test]
fn two_films_of_a_series_imply_its_people_and_a_path_says_why() {
    let snapshot = series(true);
    let reasoner = reasoner(&snapshot, trained(&snapshot), CPU);
    let seeds = ["ex:film2-1", "ex:film2-4"].map(|iri| (find(&snapshot, iri), 1.0));
    let expansion = reasoner.expand(&seeds, 20).expect("is valid");
    assert_eq!(expansion.reasoner, "nbfnet");
    assert!(
        expansion.device.starts_with("cpu ("),
        "{}",
        expansion.device
    );
    assert_eq!(expansion.entities.len(), 20);
    let total: f32 = expansion.entities.iter().map(|entity| entity.1).sum();
    assert!((total - 1.0).abs() < 1e-5);
    let nodes: Vec<NodeId> = expansion.entities.iter().map(|entity| entity.0).collect();
    assert!(
        nodes
            .iter()
            .all(|&node| node != seeds[0].0 && node != seeds[1].0)
    );
    assert!(
        nodes
            .iter()
            .all(|&node| snapshot.kind(node) <= NodeKind::Entity)
    );
    let people = ["ex:maker2", "ex:player2"].map(|iri| find(&snapshot, iri));
    let first = &nodes[..5];
    assert!(
        people.iter().any(|person| first.contains(person)),
        "{first:?}"
    );

    let paths = reasoner.paths(&seeds, &nodes).expect("is valid");
    assert_eq!(paths.len(), nodes.len());
    for (node, path) in nodes.iter().zip(&paths) {
        let path = path.as_ref().expect("what was reached has a path");
        assert!(seeds.iter().any(|seed| seed.0 == path.seed) && path.score > 0.0);
        assert_eq!(path.steps[0].from, path.seed);
        assert_eq!(path.steps[path.steps.len() - 1].to, *node);
        assert!(
            path.steps
                .windows(2)
                .all(|steps| steps[0].to == steps[1].from)
        );
        for step in &path.steps {
            let stated = snapshot.neighbors(step.from).any(|neighbor| {
                (neighbor.node, neighbor.relation, neighbor.outgoing)
                    == (step.to, step.relation, step.outgoing)
            });
            assert!(stated, "{step:?} is no fact of the graph");
        }
    }
}

#[test]
fn nothing_to_start_from_implies_nothing() {
    let snapshot = series(true);
    let reasoner = reasoner(&snapshot, random(&snapshot), CPU);
    let talk = find(&snapshot, "ex:talk3");
    let film = find(&snapshot, "ex:film0-0");
    for seeds in [&[][..], &[(film, 0.0)], &[(talk, 1.0)]] {
        assert!(
            reasoner
                .expand(seeds, 20)
                .expect("is no error")
                .entities
                .is_empty()
        );
        assert_eq!(reasoner.paths(seeds, &[film]).expect("is no error"), [None]);
    }
    assert!(
        reasoner
            .expand(&[(film, 1.0)], 0)
            .expect("is no error")
            .entities
            .is_empty()
    );
    let outside = NodeId::from_index(snapshot.node_count());
    let error = reasoner.expand(&[(outside, 1.0)], 20);
    assert!(matches!(
        error,
        Err(ReasonerError::Graph(GraphError::SeedOutsideGraph { .. }))
    ));
}

#[test]
fn only_proportions_of_weights_matter_and_a_conversation_among_the_seeds_counts_for_nothing() {
    let snapshot = series(true);
    let reasoner = reasoner(&snapshot, random(&snapshot), CPU);
    let [a, b, talk] = ["ex:film0-0", "ex:film3-2", "ex:talk3"].map(|iri| find(&snapshot, iri));
    let small = reasoner.scores(&[(a, 0.2), (b, 0.1)]).expect("is valid");
    let large = reasoner
        .scores(&[(talk, 9.0), (b, 5.0), (a, 10.0)])
        .expect("is valid");
    for (small, large) in small.iter().zip(&large) {
        assert!((small - large).abs() < 1e-4);
    }
}

#[test]
fn weights_survive_a_file_and_nothing_else_does() {
    let snapshot = series(false);
    let weights = random(&snapshot);
    let bytes = weights.to_bytes();
    assert_eq!(
        NbfNetWeights::from_bytes(&bytes).expect("is whole"),
        weights
    );
    for damaged in [
        &bytes[..bytes.len() - 1],
        &bytes[..9],
        b"",
        b"something else",
    ] {
        let error = NbfNetWeights::from_bytes(damaged);
        assert!(matches!(error, Err(ReasonerError::DamagedWeights { .. })));
    }
    let mut flipped = bytes;
    flipped[100] ^= 4;
    let error = NbfNetWeights::from_bytes(&flipped)
        .expect_err("is damaged")
        .to_string();
    assert!(
        error.contains("checksum") && error.contains("hint:"),
        "{error}"
    );
}

#[test]
fn weights_go_on_when_facts_change_and_say_so_but_not_for_other_relations() {
    let (old, new) = (series(false), {
        let mut snapshot = series(false);
        let film = find(&snapshot, "ex:film0-0");
        let relation = snapshot.find_relation("ex:madeBy").expect("is there");
        let maker = find(&snapshot, "ex:maker0");
        snapshot
            .remove_edge(film, relation, maker, 0)
            .expect("is there");
        snapshot
    });
    let weights = random(&old);
    assert!(
        !reasoner(&old, weights.clone(), CPU)
            .device()
            .contains("another state")
    );
    let changed = reasoner(&new, weights.clone(), CPU);
    assert!(
        changed
            .device()
            .contains("trained on another state of the facts")
    );
    assert!(
        !changed
            .expand(&[(find(&new, "ex:film0-0"), 1.0)], 5)
            .expect("works")
            .entities
            .is_empty()
    );

    let mut builder = tastegraph_graph::SnapshotBuilder::new();
    let knows = builder.relation("ex:knows", "knows", "known by", 1.0, true);
    let a = builder.node("ex:a", NodeKind::Item, "A", "thing");
    let b = builder.node("ex:b", NodeKind::Entity, "B", "thing");
    builder.edge(a, knows, b, 0);
    let other = RelationalGraph::new(&builder.build().expect("is valid")).expect("has a fact");
    let refused = NbfNet::new(weights, other, 2, |_| true, &CPU).expect_err("does not fit");
    assert!(matches!(
        refused,
        ReasonerError::WeightsOfAnotherGraph { .. }
    ));
    let message = refused.to_string();
    assert!(
        message.contains("ex:knows") && message.contains("tastegraph pretrain"),
        "{message}"
    );
}

#[test]
fn tensors_expand_as_rows_do_and_a_missing_gpu_is_told() {
    let snapshot = series(true);
    let weights = random(&snapshot);
    let seeds = [
        (find(&snapshot, "ex:film2-1"), 1.0),
        (find(&snapshot, "ex:genre1"), 0.5),
    ];
    let rows = reasoner(&snapshot, weights.clone(), CPU);
    let tensors = reasoner(&snapshot, weights.clone(), DeviceChoice::CpuTensor);
    assert!(tensors.device().starts_with("cpu (tensors"));
    let (expected, found) = (rows.scores(&seeds), tensors.scores(&seeds));
    for (a, b) in expected
        .expect("is valid")
        .iter()
        .zip(found.expect("is valid"))
    {
        assert!((a - b).abs() < 1e-4);
    }
    let missing = reasoner(&snapshot, weights, DeviceChoice::Gpu(9_999));
    assert!(
        missing.device().contains("gpu:9999 is not usable"),
        "{}",
        missing.device()
    );
    assert!(
        !missing
            .expand(&seeds, 3)
            .expect("falls back")
            .entities
            .is_empty()
    );
}
