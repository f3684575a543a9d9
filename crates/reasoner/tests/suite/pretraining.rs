//! Training: what it learns, what it never sees, and that nothing but the seed decides.

use std::time::Duration;

use tastegraph_graph::NodeId;
use tastegraph_reasoner::{
    DeviceChoice, Fact, NbfNetWeights, PretrainConfig, Pretraining, ReasonerError, RelationalGraph,
};

use crate::support::{series, short};

const CPU: DeviceChoice = DeviceChoice::Cpu;

fn graph() -> RelationalGraph {
    RelationalGraph::new(&series(false)).expect("has facts")
}

fn trained(graph: &RelationalGraph, config: PretrainConfig) -> NbfNetWeights {
    let mut training = Pretraining::new(graph, config, &CPU).expect("is valid");
    while training.step().expect("does not diverge").is_some() {}
    training.weights()
}

#[test]
fn what_a_graph_is_made_of_is_learnt() {
    let graph = graph();
    let mut training = Pretraining::new(&graph, short(120), &CPU).expect("is valid");
    let mut validated = Vec::new();
    while let Some(progress) = training.step().expect("does not diverge") {
        assert!(progress.loss.is_finite() && progress.step <= progress.steps);
        validated.extend(progress.validated.map(|ranking| ranking.mrr));
    }
    let report = training.report(Duration::from_secs(1));
    assert_eq!(report.test_facts, 9);
    assert_eq!(report.nbfnet.questions, 18);
    // Ten films of a series share their people: popularity cannot tell the series apart.
    assert!(
        report.nbfnet.mrr > 1.5 * report.popularity.mrr,
        "{report:?}"
    );
    assert!(validated.iter().any(|&mrr| mrr > 0.4), "{validated:?}");
}

#[test]
fn conversations_users_and_ratings_are_never_seen() {
    let (quiet, talkative) = (series(false), series(true));
    assert!(talkative.node_count() > quiet.node_count());
    let [without, with] = [quiet, talkative].map(|snapshot| {
        let graph = RelationalGraph::new(&snapshot).expect("has facts");
        let names: Vec<_> = graph.relation_names().to_vec();
        assert_eq!(names, ["ex:genre", "ex:madeBy", "ex:playedBy"]);
        trained(&graph, short(15)).to_bytes()
    });
    assert_eq!(without, with);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let graph = graph();
    let [one, three] = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads start")
            .install(|| trained(&graph, short(12)).to_bytes())
    });
    assert_eq!(one, three);
    let seed = PretrainConfig {
        seed: 2,
        ..short(12)
    };
    assert_ne!(one, trained(&graph, seed).to_bytes());
}

#[test]
fn an_interrupted_training_ends_as_if_it_had_not_been() {
    let graph = graph();
    let whole = trained(&graph, short(25));
    for stop in [1, 10, 17] {
        let mut first = Pretraining::new(&graph, short(25), &CPU).expect("is valid");
        for _ in 0..stop {
            first.step().expect("does not diverge");
        }
        let kept = first.checkpoint();
        drop(first);
        let mut second = Pretraining::resume(&graph, short(25), &CPU, &kept).expect("fits");
        assert_eq!(second.steps_done(), stop);
        while second.step().expect("does not diverge").is_some() {}
        assert_eq!(second.weights(), whole, "stopped after {stop}");
    }
}

#[test]
fn a_checkpoint_of_something_else_is_refused() {
    let graph = graph();
    let mut training = Pretraining::new(&graph, short(25), &CPU).expect("is valid");
    training.step().expect("does not diverge");
    let kept = training.checkpoint();
    let refused = |graph: &RelationalGraph, config, bytes: &[u8]| match Pretraining::resume(
        graph, config, &CPU, bytes,
    ) {
        Err(ReasonerError::Checkpoint { reason }) => reason,
        other => panic!("{other:?}"),
    };
    assert!(refused(&graph, short(26), &kept).contains("other settings"));
    let mut facts = graph.facts().to_vec();
    facts.pop();
    let names = graph.relation_names().to_vec();
    let nodes = (0..graph.node_count()).map(NodeId::from_index).collect();
    let other = RelationalGraph::from_facts(nodes, names, facts).expect("has facts");
    assert!(refused(&other, short(25), &kept).contains("another graph"));
    let mut flipped = kept.clone();
    flipped[kept.len() / 2] ^= 1;
    assert!(refused(&graph, short(25), &flipped).contains("checksum"));
    assert!(refused(&graph, short(25), &kept[..20]).contains("cut short"));
}

#[test]
fn training_stops_when_it_becomes_no_better() {
    let graph = graph();
    // So small a rate that nothing changes any rank.
    let still = PretrainConfig {
        learning_rate: 1e-12,
        validate_every: 1,
        patience: 3,
        ..short(50)
    };
    let mut training = Pretraining::new(&graph, still, &CPU).expect("is valid");
    while training.step().expect("does not diverge").is_some() {}
    assert_eq!(training.steps_done(), 4);
}

#[test]
fn numbers_that_are_none_are_an_error_with_the_step() {
    let graph = graph();
    let wild = PretrainConfig {
        learning_rate: 1e30,
        ..short(50)
    };
    let mut training = Pretraining::new(&graph, wild, &CPU).expect("is valid");
    let error = loop {
        match training.step() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("such a rate diverges"),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, ReasonerError::Diverged { step } if step > 1),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("hint: use a lower learning rate")
    );
}

#[test]
fn too_small_a_graph_and_bad_settings_are_refused() {
    let fact = Fact {
        head: 0,
        relation: 0,
        tail: 1,
    };
    let nodes = vec![NodeId(0), NodeId(1)];
    let names = vec!["ex:r".to_owned()];
    let none = RelationalGraph::from_facts(nodes.clone(), names.clone(), Vec::new());
    assert!(matches!(none, Err(ReasonerError::NoFacts)));
    let tiny = RelationalGraph::from_facts(nodes, names, vec![fact]).expect("has a fact");
    let refused = Pretraining::new(&tiny, short(5), &CPU);
    assert!(matches!(
        refused,
        Err(ReasonerError::TooFewFacts { found: 1, .. })
    ));
    let graph = graph();
    let mut bad = vec![short(0)];
    bad.push(PretrainConfig {
        learning_rate: f32::NAN,
        ..short(5)
    });
    bad.push(PretrainConfig {
        expansions: 0.0,
        ..short(5)
    });
    let mut odd = short(5);
    odd.network.dimension = 20;
    bad.push(odd);
    for config in bad {
        let refused = Pretraining::new(&graph, config.clone(), &CPU);
        assert!(
            matches!(refused, Err(ReasonerError::InvalidConfig { .. })),
            "{config:?}"
        );
    }
}

#[test]
fn tensors_train_like_rows() {
    let graph = graph();
    let steps = |device: DeviceChoice| -> Vec<f32> {
        let mut training = Pretraining::new(&graph, short(4), &device).expect("is valid");
        let mut losses = Vec::new();
        while let Some(progress) = training.step().expect("does not diverge") {
            losses.push(progress.loss);
        }
        losses
    };
    for (rows, tensors) in steps(CPU).iter().zip(steps(DeviceChoice::CpuTensor)) {
        assert!((rows - tensors).abs() < 1e-3, "{rows} {tensors}");
    }
}
