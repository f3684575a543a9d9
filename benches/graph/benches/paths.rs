//! Explanations: the best paths from a user's seeds to each of ten recommended items.
//!
//! On conversations and films from `TASTEGRAPH_DATA` (or the folder given as argument; a generated
//! graph with communities of the same size if there is neither), one thread. `--bench`, which Cargo
//! passes, measures; as a test, a small graph.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tastegraph_graph::{
    BestOptions, NodeId, NodeKind, PathFinder, Snapshot, SnapshotBuilder, Walk, best_nodes,
};
use tastegraph_graph_benches::{Random, communities, milliseconds, redial};

type Failure = Box<dyn Error + Send + Sync>;

const CANDIDATES: usize = 10;
const PATHS: usize = 3;

fn main() -> Result<(), Failure> {
    let mut folder = std::env::var_os("TASTEGRAPH_DATA").map(PathBuf::from);
    let mut measuring = false;
    for argument in std::env::args().skip(1) {
        if argument == "--bench" {
            measuring = true;
        } else {
            folder = Some(argument.into());
        }
    }
    let (name, snapshot) = graph(folder.as_deref(), measuring)?;
    let walk = Walk::new(&snapshot);
    let (nodes, edges) = (snapshot.node_count(), snapshot.edge_count());
    print(&format!(
        "{name}: {nodes} nodes, {edges} edges; {PATHS} paths to each of {CANDIDATES} items"
    ))?;
    print(&format!(
        "{:<28}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "seeds", "p50 ms", "p95 ms", "worst ms", "edges", "paths"
    ))?;
    let queries = if measuring { 501 } else { 5 };
    let typical = measure(&snapshot, &walk, (5, 20), queries)?;
    row("5 items, 20 conversations", &typical)?;
    let few = measure(&snapshot, &walk, (1, 0), queries)?;
    row("1 item", &few)?;
    let far = measure_far(&snapshot, &walk, queries);
    row("1 item, random targets", &far)?;
    print(&format!(
        "RESULT p50_ms={:.3} p95_ms={:.3} edges={} far_p50_ms={:.3} far_p95_ms={:.3}",
        typical.at(0.5),
        typical.at(0.95),
        typical.edges,
        far.at(0.5),
        far.at(0.95),
    ))
}

fn print(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

fn graph(folder: Option<&Path>, measuring: bool) -> Result<(&'static str, Snapshot), Failure> {
    if let Some(folder) = folder {
        return Ok(("ReDial + TMDKG", redial(folder)?));
    }
    let (nodes, edges) = if measuring {
        (25_000, 228_000)
    } else {
        (1_000, 8_000)
    };
    let mut builder = SnapshotBuilder::new();
    let mentions = builder.relation("ex:mentions", "mentions", "mentioned in", 1.0, true);
    let kinds = [NodeKind::Item, NodeKind::Entity, NodeKind::Conversation];
    let handles: Vec<_> = (0..nodes)
        .map(|n| builder.node(&format!("ex:{n}"), kinds[n % 3], "", ""))
        .collect();
    for (a, b) in communities(nodes, edges, 3) {
        builder.edge(handles[a as usize], mentions, handles[b as usize], 0);
    }
    Ok(("generated, with communities", builder.build()?))
}

/// What was measured: milliseconds in order, and means of the edges read and the paths found.
struct Costs {
    times: Vec<f64>,
    edges: usize,
    paths: f64,
}

impl Costs {
    fn new(mut times: Vec<f64>, edges: usize, paths: usize) -> Self {
        times.sort_by(f64::total_cmp);
        let count = times.len().max(1);
        Self {
            edges: edges / count,
            paths: paths as f64 / count as f64,
            times,
        }
    }

    fn at(&self, share: f64) -> f64 {
        let behind = |place: &usize| *place as f64 >= self.times.len() as f64 * share;
        let place = (0..self.times.len()).find(behind).unwrap_or(usize::MAX);
        self.times
            .get(place)
            .or(self.times.last())
            .copied()
            .unwrap_or_default()
    }
}

fn row(name: &str, costs: &Costs) -> Result<(), Failure> {
    let (edges, paths) = (costs.edges, costs.paths);
    print(&format!(
        "{name:<28}{:>10.3}{:>10.3}{:>10.3}{edges:>10}{paths:>10.1}",
        costs.at(0.5),
        costs.at(0.95),
        costs.at(1.0),
    ))
}

fn linked(snapshot: &Snapshot, walk: &Walk, kind: NodeKind) -> Vec<NodeId> {
    let nodes = snapshot.nodes_of(kind);
    nodes
        .filter(|&node| walk.weighted_degree(node) > 0.0)
        .collect()
}

/// Explains the best items of a walk from the seeds, which is what a user gets to see.
fn measure(
    snapshot: &Snapshot,
    walk: &Walk,
    (items, talks): (usize, usize),
    queries: usize,
) -> Result<Costs, Failure> {
    let (all_items, all_talks) = (
        linked(snapshot, walk, NodeKind::Item),
        linked(snapshot, walk, NodeKind::Conversation),
    );
    let options = BestOptions {
        k: CANDIDATES,
        ..BestOptions::default()
    };
    let mut random = Random::new(6);
    let (mut times, mut edges, mut paths) = (Vec::new(), 0, 0);
    for _ in 0..queries {
        let mut pick = |from: &[NodeId], count: usize, weight: f32| -> Vec<(NodeId, f32)> {
            let one = |_| (from[random.below(from.len())], weight / count as f32);
            (0..count).map(one).collect()
        };
        let seeds = [pick(&all_items, items, 0.7), pick(&all_talks, talks, 0.3)].concat();
        let is_new = |node: NodeId| {
            snapshot.kind(node) == NodeKind::Item && seeds.iter().all(|seed| seed.0 != node)
        };
        let best = best_nodes(walk, &seeds, is_new, &options)?;
        let (time, (touched, found)) = milliseconds(|| {
            let finder = PathFinder::new(snapshot, walk, &seeds);
            let to = |&(node, _): &(NodeId, f32)| finder.paths(node, PATHS).len();
            let found: usize = best.nodes.iter().map(to).sum();
            (finder.edges_touched(), found)
        });
        times.push(time);
        edges += touched;
        paths += found;
    }
    Ok(Costs::new(times, edges, paths))
}

/// Explains items that nothing recommends: the search that goes furthest.
fn measure_far(snapshot: &Snapshot, walk: &Walk, queries: usize) -> Costs {
    let items = linked(snapshot, walk, NodeKind::Item);
    let mut random = Random::new(8);
    let (mut times, mut edges, mut paths) = (Vec::new(), 0, 0);
    for _ in 0..queries {
        let seeds = [(items[random.below(items.len())], 1.0)];
        let targets: Vec<NodeId> = (0..CANDIDATES)
            .map(|_| items[random.below(items.len())])
            .collect();
        let (time, (touched, found)) = milliseconds(|| {
            let finder = PathFinder::new(snapshot, walk, &seeds);
            let found: usize = targets
                .iter()
                .map(|&to| finder.paths(to, PATHS).len())
                .sum();
            (finder.edges_touched(), found)
        });
        times.push(time);
        edges += touched;
        paths += found;
    }
    Costs::new(times, edges, paths)
}
