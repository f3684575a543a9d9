//! How long an expansion takes on 25 thousand nodes and 400 thousand facts, and the same network in
//! `PyTorch` (`scripts/peers/reasoner.py`) in the same run.
//!
//! Run as a test, it asks on a small graph to see that it works.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use serde::Deserialize;
use tastegraph_benches::{Sample, peer_command};
use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder, Walk};
use tastegraph_reasoner::{
    DeviceChoice, NbfNet, NbfNetConfig, NbfNetWeights, PropagateConfig, Reasoner, RelationalGraph,
};

const ENTITIES_RETURNED: usize = 20;
const SEEDS: usize = 4;
const RELATIONS: usize = 16;

/// How large, and how often.
struct Size {
    nodes: u32,
    facts: usize,
    queries: usize,
}

const FULL: Size = Size {
    nodes: 25_000,
    facts: 400_000,
    queries: 25,
};
const SMALL: Size = Size {
    nodes: 300,
    facts: 2_000,
    queries: 2,
};

type Seeds = Vec<(NodeId, f32)>;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo passes `--bench` to benchmarks and nothing when they run as tests.
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let size = if measuring { FULL } else { SMALL };
    let snapshot = graph(&size)?;
    let queries = queries(&size);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} nodes, {} facts, {} queries of {SEEDS} seeds, {} threads",
        snapshot.node_count(),
        snapshot.edge_count(),
        size.queries,
        rayon::current_num_threads(),
    )?;
    let propagate =
        PropagateConfig::default().init(&Walk::new(&snapshot), |_| true, &DeviceChoice::Cpu)?;
    let network = network(&snapshot)?;
    let (nodes, edges) = network.reach(&queries[0])?;
    writeln!(
        out,
        "the first query reaches {nodes} nodes with {edges} edges, both ways counted"
    )?;
    writeln!(out, "{:12} {:>9} {:>9}", "reasoner", "p50 ms", "p95 ms")?;
    let mut row = |name: &str, times: &Sample| {
        writeln!(
            out,
            "{name:12} {:9.2} {:9.2}",
            times.percentile(50),
            times.percentile(95)
        )
    };
    let propagated = times(&propagate, &queries)?;
    row("propagate", &propagated)?;
    let passed = times(&network, &queries)?;
    row("nbfnet", &passed)?;
    let mut torch = String::new();
    if let Some(peer) = peer(&snapshot, &network, &queries)? {
        let theirs = Sample::new(peer.milliseconds);
        row("PyTorch", &theirs)?;
        torch = format!(
            "torch={:.2} ",
            theirs.percentile(50) / passed.percentile(50)
        );
    }
    writeln!(
        out,
        "RESULT {torch}propagate_ms={:.2} nbfnet_ms={:.2}",
        propagated.percentile(50),
        passed.percentile(50)
    )?;
    Ok(())
}

/// Numbers below a bound, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(bound)) as u32
    }
}

/// Items with facts about entities, some of which are hubs as genres are.
fn graph(size: &Size) -> Result<Snapshot, Box<dyn Error>> {
    let mut builder = SnapshotBuilder::new();
    let relations: Vec<_> = (0..RELATIONS)
        .map(|r| builder.relation(&format!("ex:r{r:02}"), "relation", "inverse", 1.0, true))
        .collect();
    let items = size.nodes * 2 / 5;
    let nodes: Vec<_> = (0..size.nodes)
        .map(|n| {
            let kind = if n < items {
                NodeKind::Item
            } else {
                NodeKind::Entity
            };
            builder.node(&format!("ex:n{n:06}"), kind, "node", "thing")
        })
        .collect();
    let mut draw = Draw(7);
    for _ in 0..size.facts {
        let item = draw.below(items);
        let relation = draw.below(RELATIONS as u32);
        // One fact in ten leads to one of twenty hubs.
        let entities = if draw.below(10) == 0 {
            20
        } else {
            size.nodes - items
        };
        let entity = items + draw.below(entities);
        builder.edge(
            nodes[item as usize],
            relations[relation as usize],
            nodes[entity as usize],
            0,
        );
    }
    Ok(builder.build()?)
}

fn queries(size: &Size) -> Vec<Seeds> {
    let mut draw = Draw(11);
    let mut seeds = || {
        let mut ids: Vec<u32> = (0..SEEDS).map(|_| draw.below(size.nodes)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| (NodeId(id), 1.0)).collect()
    };
    (0..size.queries).map(|_| seeds()).collect()
}

fn network(snapshot: &Snapshot) -> Result<NbfNet, Box<dyn Error>> {
    let graph = RelationalGraph::new(snapshot)?;
    let weights = NbfNetWeights::random(&NbfNetConfig::default(), &graph, 3)?;
    Ok(NbfNet::new(
        weights,
        graph,
        snapshot.node_count(),
        |_| true,
        &DeviceChoice::Cpu,
    )?)
}

/// Milliseconds of each query, after one that warms caches.
fn times(reasoner: &dyn Reasoner, queries: &[Seeds]) -> Result<Sample, Box<dyn Error>> {
    reasoner.expand(&queries[0], ENTITIES_RETURNED)?;
    let mut times = Vec::new();
    for seeds in queries {
        let clock = Instant::now();
        let expansion = reasoner.expand(seeds, ENTITIES_RETURNED)?;
        times.push(clock.elapsed().as_secs_f64() * 1e3);
        if expansion.entities.len() != ENTITIES_RETURNED {
            return Err("an expansion is cut short".into());
        }
    }
    Ok(Sample::new(times))
}

/// What the peer prints.
#[derive(Deserialize)]
struct Peer {
    milliseconds: Vec<f64>,
    /// The scores of all nodes for each query.
    scores: Vec<Vec<f32>>,
}

/// Has `PyTorch` compute the same scores, and checks that they are the same.
fn peer(
    snapshot: &Snapshot,
    network: &NbfNet,
    queries: &[Seeds],
) -> Result<Option<Peer>, Box<dyn Error>> {
    let Some(mut peer) = peer_command() else {
        return Ok(None);
    };
    let folder = tempfile::tempdir()?;
    write(folder.path(), snapshot, network, queries)?;
    let output = peer.arg(folder.path()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let peer: Peer = serde_json::from_slice(&output.stdout)?;
    for (seeds, theirs) in queries.iter().zip(&peer.scores) {
        for (ours, theirs) in network.scores(seeds)?.iter().zip(theirs) {
            if (ours - theirs).abs() > 1e-2 * (1.0 + ours.abs()) {
                return Err(format!("PyTorch scores {theirs}, we {ours}").into());
            }
        }
    }
    Ok(Some(peer))
}

fn write(
    folder: &Path,
    snapshot: &Snapshot,
    network: &NbfNet,
    queries: &[Seeds],
) -> Result<(), Box<dyn Error>> {
    let graph = RelationalGraph::new(snapshot)?;
    let facts = graph
        .facts()
        .iter()
        .flat_map(|fact| [fact.head, fact.relation, fact.tail]);
    fs_err::write(
        folder.join("facts.u32"),
        facts.flat_map(u32::to_le_bytes).collect::<Vec<u8>>(),
    )?;
    let parameters = network.weights().parameters().iter();
    let bytes: Vec<u8> = parameters.flat_map(|value| value.to_le_bytes()).collect();
    fs_err::write(folder.join("parameters.f32"), bytes)?;
    let config = network.weights().config();
    let seeds: Vec<Vec<u32>> = queries
        .iter()
        .map(|q| q.iter().map(|s| s.0.0).collect())
        .collect();
    let shape = serde_json::json!({
        "nodes": graph.node_count(), "relations": graph.relation_count(), "seeds": seeds,
        "dimension": config.dimension, "layers": config.layers,
        "threads": rayon::current_num_threads(),
    });
    fs_err::write(folder.join("shape.json"), shape.to_string())?;
    Ok(())
}
