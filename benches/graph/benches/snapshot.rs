//! Cost as the graph grows: build, open, exact and local answers, updates.
//!
//! Generated graphs with communities from ten thousand to ten million edges; a node for each ten. On
//! one thread, except the build and the check on opening, which use all. `--bench`, which Cargo
//! passes, measures all sizes and draws `docs/pictures/graph-cost.svg`; as a test, one small size.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use rayon::ThreadPoolBuilder;
use tastegraph_graph::{
    BestOptions, Method, NodeId, NodeKind, PageRankOptions, Snapshot, SnapshotBuilder, Walk,
    best_nodes, personalized_pagerank,
};
use tastegraph_graph_benches::{Line, Random, chart, communities, median, milliseconds, resident};

type Failure = Box<dyn Error + Send + Sync>;

/// Asks this program to open a file, walk, and print what memory it holds.
const RESIDENT: &str = "--resident";
const EDGES_PER_NODE: usize = 10;
/// Changes measured, each one a conversation with this many mentions.
const UPDATES: usize = 200;
const MENTIONS: usize = 5;

/// What was measured on one graph; times in milliseconds.
struct Costs {
    edges: usize,
    nodes: usize,
    bytes: usize,
    feed: f64,
    build: f64,
    open: f64,
    exact: f64,
    local: f64,
    update: f64,
    /// Memory of a process that has the file open and walks: its own, and pages of the file.
    resident: (f64, f64),
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(RESIDENT) {
        return print_resident(Path::new(&arguments.next().ok_or("no file")?));
    }
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let sizes: &[usize] = if measuring {
        &[10_000, 100_000, 1_000_000, 10_000_000]
    } else {
        &[3_000]
    };
    print(&format!(
        "{:>10}{:>9}{:>8}{:>10}{:>10}{:>9}{:>10}{:>9}{:>11}{:>9}{:>9}",
        "edges",
        "nodes",
        "B/edge",
        "feed ms",
        "build ms",
        "open ms",
        "exact ms",
        "local ms",
        "update us",
        "own MB",
        "file MB"
    ))?;
    let mut all = Vec::new();
    for &edges in sizes {
        let costs = measure(edges)?;
        let Costs {
            edges,
            nodes,
            feed,
            build,
            open,
            exact,
            local,
            ..
        } = costs;
        let (own, of_file) = costs.resident;
        let (per_edge, update) = (costs.bytes as f64 / edges as f64, costs.update * 1e3);
        print(&format!(
            "{edges:>10}{nodes:>9}{per_edge:>8.1}{feed:>10.1}{build:>10.1}{open:>9.2}{exact:>10.2}\
             {local:>9.2}{update:>11.1}{own:>9.1}{of_file:>9.1}"
        ))?;
        all.push(costs);
    }
    if measuring {
        draw(&all)?;
    }
    let largest = &all[all.len() - 1];
    print(&format!(
        "RESULT edges={} open_ms={:.1} build_edges_per_s={:.0} exact_ms={:.1} local_ms={:.2} \
         update_us={:.1} bytes_per_edge={:.1} resident_bytes_per_edge={:.1}",
        largest.edges,
        largest.open,
        largest.edges as f64 / (largest.feed + largest.build) * 1e3,
        largest.exact,
        largest.local,
        largest.update * 1e3,
        largest.bytes as f64 / largest.edges as f64,
        (largest.resident.0 + largest.resident.1) * 1e6 / largest.edges as f64,
    ))
}

fn print(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

fn measure(edges: usize) -> Result<Costs, Failure> {
    let nodes = edges / EDGES_PER_NODE;
    let pairs = communities(nodes, edges, 5);
    let (feed, builder) = milliseconds(|| feed(nodes, &pairs));
    drop(pairs);
    let (build, result) = milliseconds(|| builder.build_timed());
    let (snapshot, times) = result?;
    let seconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    print(&format!(
        "  build: nodes {:.0}, edges {:.0}, merge {:.0}, order {:.0}, write {:.0}, check {:.0} ms",
        seconds(times.nodes),
        seconds(times.edges),
        seconds(times.merge),
        seconds(times.order),
        seconds(times.write),
        seconds(times.check),
    ))?;
    let place = tempfile::tempdir()?;
    let file = place.path().join("snapshot.bin");
    snapshot.save(&file)?;
    let bytes = snapshot.as_bytes().len();
    let edges = snapshot.edge_count();
    drop(snapshot);
    let mut opened = Vec::new();
    for _ in 0..9 {
        let (time, snapshot) = milliseconds(|| Snapshot::open(&file));
        snapshot?;
        opened.push(time);
    }
    let resident = ask_resident(&file)?;
    let snapshot = Snapshot::open(&file)?;
    let walk = Walk::new(&snapshot);
    let one = ThreadPoolBuilder::new().num_threads(1).build()?;
    let (exact, local) = one.install(|| answers(&walk))?;
    let update = updates(snapshot, walk)?;
    Ok(Costs {
        edges,
        nodes,
        bytes,
        feed,
        build,
        open: median(opened),
        exact,
        local,
        update,
        resident,
    })
}

/// Megabytes that another process holds after it has opened the file and answered a query.
fn ask_resident(file: &Path) -> Result<(f64, f64), Failure> {
    let program = std::env::current_exe()?;
    let output = std::process::Command::new(program)
        .arg(RESIDENT)
        .arg(file)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let mut next = || numbers.next().ok_or("no figure of memory");
    Ok((next()?? / 1e6, next()?? / 1e6))
}

fn print_resident(file: &Path) -> Result<(), Failure> {
    let snapshot = Snapshot::open(file)?;
    let walk = Walk::new(&snapshot);
    let rank = personalized_pagerank(&walk, &[(NodeId(0), 1.0)], &PageRankOptions::default())?;
    drop(rank);
    let (own, of_file) = resident();
    print(&format!("{own} {of_file}"))
}

/// A third of the nodes are items, the others conversations; texts are of a usual length.
fn feed(nodes: usize, pairs: &[(u32, u32)]) -> SnapshotBuilder {
    let mut builder = SnapshotBuilder::new();
    let mentions = builder.relation("ex:mentions", "mentions", "mentioned in", 1.0, true);
    let handles: Vec<_> = (0..nodes)
        .map(|number| {
            let iri = format!("https://example.org/graph/node/{number}");
            let kind = if number % 3 == 0 {
                NodeKind::Item
            } else {
                NodeKind::Conversation
            };
            builder.node(&iri, kind, &format!("Node {number}"), "thing")
        })
        .collect();
    for &(a, b) in pairs {
        builder.edge(handles[a as usize], mentions, handles[b as usize], 0);
    }
    builder
}

/// Milliseconds of all scores and of the best fifty by the local method.
fn answers(walk: &Walk) -> Result<(f64, f64), Failure> {
    let mut random = Random::new(9);
    let (mut exact, mut local) = (Vec::new(), Vec::new());
    let options = BestOptions {
        method: Some(Method::ForwardPush),
        ..BestOptions::default()
    };
    for _ in 0..9 {
        let seeds: Vec<(NodeId, f32)> = (0..5)
            .map(|_| (NodeId::from_index(random.below(walk.node_count())), 1.0))
            .collect();
        let all = PageRankOptions::default();
        let (time, rank) = milliseconds(|| personalized_pagerank(walk, &seeds, &all));
        rank?;
        exact.push(time);
        let (time, best) = milliseconds(|| best_nodes(walk, &seeds, |_| true, &options));
        best?;
        local.push(time);
    }
    Ok((median(exact), median(local)))
}

/// Milliseconds from a new conversation to a walk that knows it.
fn updates(mut snapshot: Snapshot, mut walk: Walk) -> Result<f64, Failure> {
    let mut random = Random::new(4);
    let nodes = snapshot.node_count();
    let mentions = snapshot.find_relation("ex:mentions").ok_or("no relation")?;
    let mut times = Vec::new();
    for number in 0..UPDATES {
        let mentioned: Vec<NodeId> = (0..MENTIONS)
            .map(|_| NodeId::from_index(random.below(nodes)))
            .collect();
        let (time, done) = milliseconds(|| -> Result<(), Failure> {
            let iri = format!("https://example.org/new/{number}");
            let node = snapshot.add_node(&iri, NodeKind::Conversation, "new", "thing")?;
            for &item in &mentioned {
                snapshot.add_edge(node, mentions, item, 0)?;
            }
            walk.update(&snapshot);
            Ok(())
        });
        done?;
        times.push(time);
    }
    Ok(median(times))
}

fn draw(all: &[Costs]) -> Result<(), Failure> {
    let line = |name: &str, of: fn(&Costs) -> f64| Line {
        name: name.to_owned(),
        points: all
            .iter()
            .map(|costs| (costs.edges as f64, of(costs)))
            .collect(),
    };
    let lines = [
        line("build", |costs| costs.feed + costs.build),
        line("exact scores", |costs| costs.exact),
        line("open", |costs| costs.open),
        line("local top 50", |costs| costs.local),
        line("update", |costs| costs.update),
    ];
    let title = "Cost of the graph as it grows (scripts/bench.sh snapshot)";
    let svg = chart(title, "edges", "ms", &lines);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Ok(fs_err::write(
        root.join("docs/pictures/graph-cost.svg"),
        svg,
    )?)
}
