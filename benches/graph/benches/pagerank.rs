//! Personalized PageRank beside scipy, igraph and scikit-network, and beside the memory.
//!
//! Two graphs: conversations and films from `TASTEGRAPH_DATA` (or the folder given as argument; a
//! generated graph of the same shape if there is neither), and a generated one with communities, a
//! million nodes and ten million edges. `--bench`, which Cargo passes, measures; run as a test, both
//! graphs are small and no peer is called.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::{ThreadPool, ThreadPoolBuilder};
use serde_json::{Value, json};
use tastegraph_graph::{
    Best, BestOptions, Certainty, GraphError, Method, NodeId, NodeKind, PageRank, PageRankOptions,
    Solver, Walk, best_nodes, personalized_pagerank, personalized_pagerank_batch,
};
use tastegraph_graph_benches::{Random, communities, copy_bandwidth, median, milliseconds, redial};

type Failure = Box<dyn Error + Send + Sync>;
type Seeds = Vec<(NodeId, f32)>;

/// Nodes compared with the reference.
const TOP: usize = 50;
const BATCH: usize = 16;
const EXACT: PageRankOptions = PageRankOptions {
    restart: 0.3,
    tolerance: 1e-6,
    max_iterations: 200,
    solver: Solver::BySize,
};

/// What igraph iterates to: it hands this number to PRPACK, and no argument changes it
/// (src/centrality/prpack.cpp in igraph 0.10).
const IGRAPH_TOLERANCE: f64 = 1e-10;

/// A graph and what to ask it.
struct Task {
    name: &'static str,
    walk: Walk,
    candidates: Vec<NodeId>,
    queries: Vec<Seeds>,
    /// The best nodes of each query in a solution far below the tolerance.
    reference: Vec<Vec<NodeId>>,
}

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
    let small = small_task(folder.as_deref(), measuring)?;
    let small = compare(&small, measuring)?;
    let (nodes, edges) = if measuring {
        (1_000_000, 10_000_000)
    } else {
        (5_000, 40_000)
    };
    let large = compare(&large_task(nodes, edges)?, measuring)?;
    let figure = |values: &Value, key: &str| values[key].as_f64().unwrap_or_default();
    print(&format!(
        "RESULT scipy={:.2} scipy_same_iteration={:.2} igraph={:.2} scikit-network={:.2} p50_ms={:.3} top50={:.4} \
         large_scipy={:.2} floor={:.2} threads={:.2} batch={:.2} local={:.2} local_recall={:.4} \
         large_igraph={:.2} large_scikit-network={:.2} large_ms={:.1} threads_copy={:.2} \
         igraph_top50={:.2} igraph_same_tolerance={:.2} pair={:.2} small_batch={:.2} exact_ms={:.3}",
        figure(&small, "scipy"),
        figure(&small, "scipy, power iteration"),
        figure(&small, "igraph"),
        figure(&small, "scikit-network"),
        figure(&small, "best_ms"),
        figure(&small, "agreement"),
        figure(&large, "scipy"),
        figure(&large, "floor"),
        figure(&large, "threads"),
        figure(&large, "batch"),
        figure(&large, "local"),
        figure(&large, "local_recall"),
        figure(&large, "igraph"),
        figure(&large, "scikit-network"),
        figure(&large, "exact_ms"),
        figure(&large, "threads_copy"),
        figure(&small, "igraph, top"),
        figure(&small, "igraph, closer"),
        figure(&small, "pair"),
        figure(&small, "batch"),
        figure(&small, "exact_ms"),
    ))
}

fn print(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

/// Conversations and films: seeds are five films and, as text similarity gives them, twenty
/// conversations.
fn small_task(folder: Option<&Path>, measuring: bool) -> Result<Task, Failure> {
    let mut random = Random::new(1);
    let Some(folder) = folder else {
        let (nodes, edges) = if measuring {
            (25_000, 228_000)
        } else {
            (2_000, 16_000)
        };
        let mut task = large_task(nodes, edges)?;
        task.name = "generated, of the size of ReDial + TMDKG";
        return Ok(task);
    };
    let snapshot = redial(folder)?;
    let walk = Walk::new(&snapshot);
    let linked = |kind| -> Vec<NodeId> {
        let nodes = snapshot.nodes_of(kind);
        nodes
            .filter(|&node| walk.weighted_degree(node) > 0.0)
            .collect()
    };
    let (films, talks) = (linked(NodeKind::Item), linked(NodeKind::Conversation));
    let queries = (0..if measuring { 101 } else { 3 })
        .map(|_| {
            let mut pick = |from: &[NodeId], count: usize, weight: f32| -> Seeds {
                let weight = weight / count as f32;
                (0..count)
                    .map(|_| (from[random.below(from.len())], weight))
                    .collect()
            };
            [pick(&films, 5, 0.7), pick(&talks, 20, 0.3)].concat()
        })
        .collect();
    Ok(Task::new(
        "ReDial + TMDKG",
        walk,
        snapshot.nodes_of(NodeKind::Item).collect(),
        queries,
    ))
}

fn large_task(nodes: usize, edges: usize) -> Result<Task, Failure> {
    let edges = communities(nodes, edges, 7);
    let edges = edges.into_iter().map(|(a, b)| (NodeId(a), NodeId(b), 1.0));
    let walk = Walk::from_edges(nodes, edges)?;
    let mut random = Random::new(2);
    let queries = (0..BATCH).map(|_| {
        (0..5)
            .map(|_| (NodeId::from_index(random.below(nodes)), 1.0))
            .collect()
    });
    let all = (0..nodes).map(NodeId::from_index).collect();
    Ok(Task::new(
        "generated, with communities",
        walk,
        all,
        queries.collect(),
    ))
}

impl Task {
    fn new(name: &'static str, walk: Walk, candidates: Vec<NodeId>, queries: Vec<Seeds>) -> Self {
        Self {
            name,
            walk,
            candidates,
            queries,
            reference: Vec::new(),
        }
    }

    fn solve_reference(&mut self) -> Result<(), Failure> {
        let options = PageRankOptions {
            tolerance: 1e-13,
            ..EXACT
        };
        for seeds in &self.queries {
            let scores = personalized_pagerank(&self.walk, seeds, &options)?.scores;
            self.reference.push(self.top(&scores));
        }
        Ok(())
    }

    fn top(&self, scores: &[f32]) -> Vec<NodeId> {
        let (first, last) = (
            self.candidates[0],
            self.candidates[self.candidates.len() - 1],
        );
        let best = tastegraph_graph::top_k(scores, |n| first <= n && n <= last, TOP);
        best.into_iter().map(|(node, _)| node).collect()
    }

    /// Share of the reference's nodes that are found.
    fn recall(&self, found: &[Vec<NodeId>]) -> f64 {
        let pairs = found.iter().zip(&self.reference);
        let hits = pairs
            .clone()
            .map(|(f, r)| r.iter().filter(|node| f.contains(node)).count());
        hits.sum::<usize>() as f64 / pairs.map(|(_, r)| r.len()).sum::<usize>().max(1) as f64
    }

    /// Median milliseconds of a method. What it finds is read off its result by `nodes`, which is
    /// not measured, as it is not for the peers.
    fn measure<T>(
        &self,
        work: impl Fn(&Seeds) -> Result<T, GraphError>,
        nodes: impl Fn(T) -> (Vec<NodeId>, usize),
    ) -> Result<Row, GraphError> {
        work(&self.queries[0])?;
        let (mut times, mut found, mut iterations) = (Vec::new(), Vec::new(), 0);
        for seeds in &self.queries {
            let (time, result) = milliseconds(|| work(seeds));
            let (best, passes) = nodes(result?);
            times.push(time);
            found.push(best);
            iterations = passes;
        }
        Ok(Row {
            ms: median(times),
            recall: self.recall(&found),
            iterations,
        })
    }

    /// All scores on some threads.
    fn exact(&self, pool: &ThreadPool, solver: Solver) -> Result<Row, GraphError> {
        self.exact_to(pool, PageRankOptions { solver, ..EXACT })
    }

    fn exact_to(&self, pool: &ThreadPool, options: PageRankOptions) -> Result<Row, GraphError> {
        let work = |seeds: &Seeds| personalized_pagerank(&self.walk, seeds, &options);
        let nodes = |rank: PageRank| (self.top(&rank.scores), rank.iterations);
        pool.install(|| self.measure(work, nodes))
    }

    /// The best nodes alone.
    fn best(
        &self,
        pool: &ThreadPool,
        method: Option<Method>,
        until: Certainty,
    ) -> Result<(Row, Method), GraphError> {
        let (first, last) = (
            self.candidates[0],
            self.candidates[self.candidates.len() - 1],
        );
        let options = BestOptions {
            k: TOP,
            walk: EXACT,
            method,
            until,
            ..BestOptions::default()
        };
        let mask = |node: NodeId| first <= node && node <= last;
        let work = |seeds: &Seeds| best_nodes(&self.walk, seeds, mask, &options);
        let chosen = work(&self.queries[0])?.method;
        let nodes = |best: Best| {
            let nodes = best.nodes.iter().map(|(node, _)| *node);
            (nodes.collect(), best.iterations)
        };
        let row = pool.install(|| self.measure(work, nodes))?;
        Ok((row, chosen))
    }
}

/// A line of the table.
struct Row {
    ms: f64,
    recall: f64,
    iterations: usize,
}

fn write_row(name: &str, row: &Row, base: f64) -> Result<(), Failure> {
    let Row {
        ms,
        recall,
        iterations,
    } = row;
    let times = ms / base;
    print(&format!(
        "{name:<34}{ms:>11.3}{iterations:>12}{recall:>11.4}{times:>11.2}"
    ))
}

/// All methods and peers on one graph.
fn compare(task: &Task, measuring: bool) -> Result<Value, Failure> {
    let mut task = Task::new(
        task.name,
        task.walk.clone(),
        task.candidates.clone(),
        task.queries.clone(),
    );
    task.solve_reference()?;
    let task = &task;
    let (nodes, entries) = (task.walk.node_count(), task.walk.stored_edges());
    print(&format!(
        "\n{}: {nodes} nodes, {entries} stored edges",
        task.name
    ))?;
    print(&format!(
        "{:<34}{:>11}{:>12}{:>11}{:>11}",
        "", "ms (p50)", "iterations", "top 50", "times"
    ))?;
    let one = ThreadPoolBuilder::new().num_threads(1).build()?;
    let two = ThreadPoolBuilder::new().num_threads(2).build()?;
    let gradient = Solver::BySize;
    let exact = task.exact(&one, gradient)?;
    let base = exact.ms;
    write_row("exact scores", &exact, base)?;
    for solver in [Solver::Relaxation, Solver::ConjugateGradient] {
        let row = task.exact(&one, solver)?;
        write_row(&format!("exact scores, {solver:?}"), &row, base)?;
    }
    let options = PageRankOptions {
        tolerance: IGRAPH_TOLERANCE,
        ..EXACT
    };
    let closer = task.exact_to(&one, options)?;
    write_row("exact scores to igraph's tolerance", &closer, base)?;
    let power = task.exact(&one, Solver::PowerIteration)?;
    write_row("exact scores, power iteration", &power, base)?;
    let shared = task.exact(&two, gradient)?;
    write_row("exact scores, two threads", &shared, base)?;
    let at_once = |count: usize| -> Result<Row, Failure> {
        let row = one.install(|| measure_batch(task, count))?;
        write_row(&format!("exact scores, {count} at once, each"), &row, base)?;
        Ok(row)
    };
    let (pair, _, batch) = (at_once(2)?, at_once(4)?, at_once(BATCH)?);
    let exactly = Some(exact_method(task));
    let (top, _) = task.best(&one, exactly, Certainty::Members)?;
    write_row("exact top 50", &top, base)?;
    let (ordered, _) = task.best(&one, exactly, Certainty::Order)?;
    write_row("exact top 50 in order", &ordered, base)?;
    let (local, _) = task.best(&one, Some(Method::ForwardPush), Certainty::Order)?;
    write_row("local top 50", &local, base)?;
    let (chosen, choice) = task.best(&one, None, Certainty::Members)?;
    write_row(&format!("the engine's choice: {choice:?}"), &chosen, base)?;
    let mut figures = json!({
        "exact_ms": exact.ms,
        "closer_ms": closer.ms,
        "best_ms": top.ms,
        "agreement": top.recall,
        "threads": exact.ms / shared.ms,
        "batch": exact.ms / batch.ms,
        "pair": exact.ms / pair.ms,
        "local": exact.ms / local.ms,
        "local_recall": local.recall,
    });
    write_floor(task, &exact, &power, &mut figures)?;
    if measuring {
        add_peers(task, &exact, &power, &mut figures)?;
    }
    Ok(figures)
}

/// What [`Solver::BySize`] comes to.
fn exact_method(task: &Task) -> Method {
    let rank = personalized_pagerank(&task.walk, &task.queries[0], &EXACT);
    rank.map_or(Method::Relaxation, |rank| rank.method)
}

fn measure_batch(task: &Task, count: usize) -> Result<Row, GraphError> {
    let queries: Vec<&[_]> = task.queries.iter().take(count).map(Vec::as_slice).collect();
    let solve = || personalized_pagerank_batch(&task.walk, &queries, &EXACT);
    solve()?;
    let (mut times, mut found, mut iterations) = (Vec::new(), Vec::new(), 0);
    for _ in 0..5 {
        let (time, ranks) = milliseconds(solve);
        let ranks = ranks?;
        times.push(time / queries.len() as f64);
        iterations = ranks[0].iterations;
        found = ranks.iter().map(|rank| task.top(&rank.scores)).collect();
    }
    Ok(Row {
        ms: median(times),
        recall: task.recall(&found),
        iterations,
    })
}

/// How close the passes come to the time that moving their bytes takes at the speed of a copy.
///
/// A pass of the power iteration must read a neighbour of 4 bytes and, if weights differ, 4 bytes
/// of weight for each entry, and for each node read a score, a degree and its inverse and write a
/// score, 16 bytes; so does one of relaxation. One of conjugate gradients moves 52 bytes for each
/// node.
fn write_floor(task: &Task, exact: &Row, power: &Row, figures: &mut Value) -> Result<(), Failure> {
    let (bandwidth, shared) = (copy_bandwidth(1), copy_bandwidth(2));
    let (nodes, entries) = (
        task.walk.node_count() as f64,
        task.walk.stored_edges() as f64,
    );
    let weighted = task.name.starts_with("ReDial");
    let per_entry = if weighted { 8.0 } else { 4.0 };
    let floor = |row: &Row, per_node: f64| {
        (per_entry * entries + per_node * nodes) * row.iterations as f64 / bandwidth * 1e3
    };
    let per_node = match exact_method(task) {
        Method::ConjugateGradient => 52.0,
        _ => 16.0,
    };
    let (of_exact, of_power) = (floor(exact, per_node), floor(power, 16.0));
    print(&format!(
        "copying moves {:.1} GB/s, on two threads {:.1}; floor of the exact scores {of_exact:.2} ms \
         ({:.2} times), of the power iteration {of_power:.2} ms ({:.2} times)",
        bandwidth / 1e9,
        shared / 1e9,
        exact.ms / of_exact,
        power.ms / of_power,
    ))?;
    figures["threads_copy"] = json!(shared / bandwidth);
    figures["floor"] = json!(exact.ms / of_exact);
    figures["power_floor"] = json!(power.ms / of_power);
    Ok(())
}

/// Hands the graph to the peer script and adds its figures to the table.
fn add_peers(task: &Task, exact: &Row, power: &Row, figures: &mut Value) -> Result<(), Failure> {
    let (Some(python), Some(script)) = (
        std::env::var_os("PEER_PYTHON"),
        std::env::var_os("PEER_SCRIPT"),
    ) else {
        return print("no peers: run scripts/bench.sh pagerank to compare");
    };
    let place = tempfile::tempdir()?;
    write_task(task, place.path())?;
    let status = Command::new(python)
        .arg(script)
        .arg(place.path())
        .status()?;
    if !status.success() {
        return Err(format!("the peer script ended with {status}").into());
    }
    let peers: Value = serde_json::from_slice(&fs_err::read(place.path().join("peers.json"))?)?;
    for (name, result) in peers.as_object().into_iter().flatten() {
        let found: Vec<Vec<NodeId>> = serde_json::from_value(result["best"].clone())?;
        let row = Row {
            ms: result["ms"].as_f64().unwrap_or_default(),
            recall: task.recall(&found),
            iterations: result["iterations"].as_u64().unwrap_or_default() as usize,
        };
        write_row(name, &row, exact.ms)?;
        figures[name] = json!(row.ms / exact.ms);
        if name == "igraph" {
            let ours = |figures: &Value, key: &str| figures[key].as_f64().unwrap_or(f64::INFINITY);
            figures["igraph, top"] = json!(row.ms / ours(figures, "best_ms"));
            figures["igraph, closer"] = json!(row.ms / ours(figures, "closer_ms"));
        }
        if name == "scipy" {
            figures["scipy, power iteration"] = json!(row.ms / power.ms);
        }
    }
    Ok(())
}

fn write_task(task: &Task, place: &Path) -> Result<(), Failure> {
    let write = |name: &str, bytes: &[u8]| fs_err::write(place.join(name), bytes);
    let (mut edges, mut weights) = (Vec::new(), Vec::new());
    for from in (0..task.walk.node_count()).map(NodeId::from_index) {
        for (to, weight) in task.walk.neighbors(from).filter(|(to, _)| from < *to) {
            edges.extend([from.0.to_le_bytes(), to.0.to_le_bytes()].concat());
            weights.extend(weight.to_le_bytes());
        }
    }
    write("edges.bin", &edges)?;
    write("weights.bin", &weights)?;
    let request = json!({
        "nodes": task.walk.node_count(),
        "restart": EXACT.restart,
        "tolerance": EXACT.tolerance,
        "candidates": task.candidates,
        "queries": task.queries,
    });
    Ok(write("queries.json", request.to_string().as_bytes())?)
}
