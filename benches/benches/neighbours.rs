//! Nearest neighbours: the scan and the graph, beside hnswlib and numpy on the same vectors.
//!
//! `scripts/bench.sh neighbours` makes vectors that lie as those of sentences do: topics, subtopics and noise. With
//! `--vectors FILE` they are read from a file, 384 little-endian float32 a row, as many rows as there are. With
//! `--keep FOLDER` vectors, graph and the peer's graph are kept there and found again by a second run, which then
//! measures searching without building first. Run as a test, it searches a small set once.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Deserialize;
use tastegraph_benches::peer_command;
use tastegraph_text::{Nearest, NeighbourIndex, NeighbourOptions};

const DIMENSIONS: usize = 384;
const TOP: usize = 10;
const QUERIES: usize = 500;
/// Rows of the graph.
const ROWS: usize = 100_000;
/// Rows of the scan that is compared with numpy.
const SCAN_ROWS: usize = 10_000;
/// Rows where scan and graph are compared, to find the size from which a graph is faster.
const SIZES: [usize; 4] = [5_000, 10_000, 25_000, 50_000];
const BREADTHS: [usize; 11] = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384];
/// The least recall at which speeds are compared: this, or what the narrowest search of either finds.
const RECALL: f64 = 0.95;
/// Measurements, of which the best counts; as many as in the peer script.
const ROUNDS: usize = 3;

#[derive(Deserialize)]
struct Peer {
    graph: PeerGraph,
    scan_ms: f64,
}

#[derive(Deserialize)]
struct PeerGraph {
    seconds: f64,
    points: Vec<Point>,
}

/// A breadth, what it finds and what it costs.
#[derive(Deserialize, Clone, Copy)]
struct Point {
    breadth: usize,
    recall: f64,
    ms: f64,
}

struct Arguments {
    measuring: bool,
    vectors: Option<PathBuf>,
    keep: Option<PathBuf>,
    connections: Option<usize>,
    construction: Option<usize>,
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut read = Self {
            measuring: false,
            vectors: None,
            keep: None,
            connections: None,
            construction: None,
        };
        // Cargo passes `--bench` to benchmarks; run as a test, the arguments are for tests.
        read.measuring = std::env::args().any(|argument| argument == "--bench");
        if !read.measuring {
            return Ok(read);
        }
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--bench" => {}
                "--vectors" => read.vectors = Some(value()?.into()),
                "--keep" => read.keep = Some(value()?.into()),
                "--connections" => read.connections = Some(value()?.parse()?),
                "--construction" => read.construction = Some(value()?.parse()?),
                _ => return Err(format!("unknown argument {argument}").into()),
            }
        }
        Ok(read)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    let mut out = std::io::stdout().lock();
    let rows = if arguments.measuring { ROWS } else { 2_000 };
    let all = match &arguments.vectors {
        Some(file) => read_vectors(file)?,
        None => topical(rows + QUERIES),
    };
    if all.len() < (2 * QUERIES) * DIMENSIONS {
        return Err(format!(
            "at least {} vectors of {DIMENSIONS} dimensions are needed",
            2 * QUERIES
        )
        .into());
    }
    let (queries, values) = all.split_at(QUERIES * DIMENSIONS);
    let options = NeighbourOptions {
        graph_from: 1,
        ..NeighbourOptions::default()
    };
    let options = NeighbourOptions {
        connections: arguments.connections.unwrap_or(options.connections),
        construction_breadth: arguments
            .construction
            .unwrap_or(options.construction_breadth),
        ..options
    };
    if !arguments.measuring {
        let index = NeighbourIndex::build(DIMENSIONS, values.to_vec(), &options)?;
        let found = index.near(&queries[..DIMENSIONS]).run()?;
        writeln!(out, "{} rows, {} hits", index.len(), found.hits.len())?;
        return Ok(());
    }
    let temporary = tempfile::tempdir()?;
    let folder = arguments.keep.as_deref().unwrap_or(temporary.path());
    fs_err::create_dir_all(folder)?;
    sizes(&mut out, values, queries, folder, &options)?;

    let (index, seconds) = index(folder, values, &options)?;
    writeln!(
        out,
        "\n{} rows; graph of {} connections; built or loaded in {seconds:.1} s",
        index.len(),
        options.connections
    )?;
    writeln!(out, "recall when built {:.3}", index.recall())?;
    let truth = nearest(&index, queries, |query, index| {
        index.near(query).exact().run()
    })?;
    let ours: Vec<Point> = BREADTHS
        .into_iter()
        .map(|breadth| point(&index, queries, &truth, breadth))
        .collect::<Result<_, _>>()?;
    let exact_ms = time(queries, |query| index.near(query).exact().run())?;
    writeln!(out, "exact: {exact_ms:.3} ms")?;
    let scan = NeighbourIndex::build(
        DIMENSIONS,
        values[..SCAN_ROWS.min(index.len()) * DIMENSIONS].to_vec(),
        &NeighbourOptions::default(),
    )?;
    let exact10k = time(queries, |query| scan.near(query).run())?;

    let peer = peer(folder, &index, queries, &truth, &options)?;
    frontier(&mut out, &ours, peer.as_ref())?;
    let at = at_recall(&ours).ok_or("no breadth reaches the recall")?;
    let mut result = format!(
        "recall={:.3} ms={:.3} breadth={} exact10k_ms={exact10k:.3} rows={} exact_ms={exact_ms:.3}",
        at.recall,
        at.ms,
        at.breadth,
        index.len()
    );
    if let Some(peer) = peer {
        writeln!(
            out,
            "scan of {} rows: {exact10k:.3} ms, numpy {:.3} ms",
            scan.len(),
            peer.scan_ms
        )?;
        let theirs = &peer.graph.points;
        let recall = RECALL.max(ours[0].recall).max(theirs[0].recall);
        let both = ms_at(theirs, recall).zip(ms_at(&ours, recall));
        let ratio = both.map_or(f64::NAN, |(theirs, ours)| theirs / ours);
        writeln!(
            out,
            "at recall {recall:.3} hnswlib takes {ratio:.2} times as long"
        )?;
        result = format!(
            "hnswlib={ratio:.2} numpy10k={:.2} {result}",
            peer.scan_ms / exact10k
        );
    }
    writeln!(out, "RESULT {result}")?;
    Ok(())
}

/// The scan and the graph at growing sizes.
fn sizes(
    out: &mut impl Write,
    values: &[f32],
    queries: &[f32],
    folder: &Path,
    options: &NeighbourOptions,
) -> Result<(), Box<dyn Error>> {
    writeln!(
        out,
        "{:>8} {:>10} {:>10} {:>8} {:>8} {:>8}",
        "rows", "scan", "graph", "breadth", "recall", "build"
    )?;
    for rows in SIZES
        .into_iter()
        .filter(|&rows| rows * DIMENSIONS <= values.len())
    {
        let (index, seconds) = index(folder, &values[..rows * DIMENSIONS], options)?;
        let truth = nearest(&index, queries, |query, index| {
            index.near(query).exact().run()
        })?;
        let scan = time(queries, |query| index.near(query).exact().run())?;
        let points = BREADTHS
            .into_iter()
            .map(|breadth| point(&index, queries, &truth, breadth));
        let points = points.collect::<Result<Vec<_>, _>>()?;
        let Some(at) = at_recall(&points) else {
            continue;
        };
        writeln!(
            out,
            "{rows:>8} {scan:>7.3} ms {:>7.3} ms {:>8} {:>8.3} {seconds:>6.1} s",
            at.ms, at.breadth, at.recall
        )?;
    }
    Ok(())
}

/// The index of a folder, or a new one.
fn index(
    folder: &Path,
    values: &[f32],
    options: &NeighbourOptions,
) -> Result<(NeighbourIndex, f64), Box<dyn Error>> {
    let file = folder.join(format!(
        "index-{}-{}-{}.bin",
        values.len() / DIMENSIONS,
        options.connections,
        options.construction_breadth
    ));
    let clock = Instant::now();
    let index = if file.exists() {
        NeighbourIndex::load(&file)?
    } else {
        let index = NeighbourIndex::build(DIMENSIONS, values.to_vec(), options)?;
        index.save(&file)?;
        index
    };
    Ok((index, clock.elapsed().as_secs_f64()))
}

type Search<'a> =
    dyn Fn(&'a [f32], &'a NeighbourIndex) -> Result<Nearest, tastegraph_text::TextError> + 'a;

fn nearest<'a>(
    index: &'a NeighbourIndex,
    queries: &'a [f32],
    search: impl Fn(&'a [f32], &'a NeighbourIndex) -> Result<Nearest, tastegraph_text::TextError> + 'a,
) -> Result<Vec<Vec<u32>>, Box<dyn Error>> {
    let search: &Search<'a> = &search;
    let rows = |query| {
        Ok(search(query, index)?
            .hits
            .iter()
            .map(|near| near.row)
            .collect())
    };
    queries.chunks_exact(DIMENSIONS).map(rows).collect()
}

/// Milliseconds a query, the best of a few rounds, one thread.
fn time<'a>(
    queries: &'a [f32],
    search: impl Fn(&'a [f32]) -> Result<Nearest, tastegraph_text::TextError>,
) -> Result<f64, Box<dyn Error>> {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let clock = Instant::now();
        for query in queries.chunks_exact(DIMENSIONS) {
            std::hint::black_box(search(query)?);
        }
        best = best.min(clock.elapsed().as_secs_f64() * 1e3 / (queries.len() / DIMENSIONS) as f64);
    }
    Ok(best)
}

fn point(
    index: &NeighbourIndex,
    queries: &[f32],
    truth: &[Vec<u32>],
    breadth: usize,
) -> Result<Point, Box<dyn Error>> {
    let found = nearest(index, queries, |query, index| {
        index.near(query).top(TOP).breadth(breadth).run()
    })?;
    let hits: usize = found
        .iter()
        .zip(truth)
        .map(|(found, truth)| truth.iter().filter(|row| found.contains(row)).count())
        .sum();
    let ms = time(queries, |query| {
        index.near(query).top(TOP).breadth(breadth).run()
    })?;
    Ok(Point {
        breadth,
        recall: hits as f64 / (truth.len() * TOP) as f64,
        ms,
    })
}

/// The first breadth that reaches the recall.
fn at_recall(points: &[Point]) -> Option<Point> {
    points.iter().copied().find(|point| point.recall >= RECALL)
}

/// The time at exactly this recall, between the breadths around it on a logarithmic scale of what is missed.
fn ms_at(points: &[Point], recall: f64) -> Option<f64> {
    let after = points.iter().position(|point| point.recall >= recall)?;
    let Some(before) = after.checked_sub(1) else {
        return Some(points[0].ms);
    };
    let (low, high) = (points[before], points[after]);
    let missed = |recall: f64| (1.0 - recall).max(1e-4).ln();
    let share = (missed(low.recall) - missed(recall)) / (missed(low.recall) - missed(high.recall));
    Some(low.ms + share * (high.ms - low.ms))
}

fn frontier(
    out: &mut impl Write,
    ours: &[Point],
    peer: Option<&Peer>,
) -> Result<(), Box<dyn Error>> {
    writeln!(
        out,
        "{:>8} {:>8} {:>10} | {:>8} {:>10}",
        "breadth", "recall", "ms", "hnswlib", "ms"
    )?;
    for (place, point) in ours.iter().enumerate() {
        write!(
            out,
            "{:>8} {:>8.4} {:>10.4} |",
            point.breadth, point.recall, point.ms
        )?;
        if let Some(peer) = peer.and_then(|peer| peer.graph.points.get(place)) {
            write!(out, " {:>8.4} {:>10.4}", peer.recall, peer.ms)?;
        }
        writeln!(out)?;
    }
    if let Some(peer) = peer {
        writeln!(
            out,
            "hnswlib's graph: built or loaded in {:.1} s",
            peer.graph.seconds
        )?;
    }
    Ok(())
}

/// What the peer script measures; nothing if there is none to run.
fn peer(
    folder: &Path,
    index: &NeighbourIndex,
    queries: &[f32],
    truth: &[Vec<u32>],
    options: &NeighbourOptions,
) -> Result<Option<Peer>, Box<dyn Error>> {
    let Some(mut peer) = peer_command() else {
        return Ok(None);
    };
    let bytes = |values: &mut dyn Iterator<Item = f32>| {
        values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>()
    };
    let mut rows = (0..index.len() as u32).flat_map(|row| index.row(row).iter().copied());
    fs_err::write(folder.join("vectors.f32"), bytes(&mut rows))?;
    fs_err::write(
        folder.join("queries.f32"),
        bytes(&mut queries.iter().copied()),
    )?;
    let truth: Vec<u8> = truth
        .iter()
        .flatten()
        .flat_map(|row| row.to_le_bytes())
        .collect();
    fs_err::write(folder.join("truth.u32"), truth)?;
    let shape = serde_json::json!({
        "dimensions": DIMENSIONS, "scan_rows": SCAN_ROWS,
        "connections": options.connections, "construction_breadth": options.construction_breadth,
    });
    fs_err::write(folder.join("shape.json"), shape.to_string())?;
    let output = peer.arg(folder).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(Some(serde_json::from_slice(&output.stdout)?))
}

fn read_vectors(file: &Path) -> Result<Vec<f32>, Box<dyn Error>> {
    let bytes = fs_err::read(file)?;
    let (words, rest) = bytes.as_chunks();
    if !rest.is_empty() || !words.len().is_multiple_of(DIMENSIONS) {
        return Err(format!("{} holds no rows of {DIMENSIONS} float32", file.display()).into());
    }
    Ok(words.iter().map(|&word| f32::from_le_bytes(word)).collect())
}

/// Vectors of sentences: a topic, a direction within few dimensions of that topic, and a little of everything.
fn topical(rows: usize) -> Vec<f32> {
    const TOPICS: usize = 400;
    const WITHIN: usize = 16;
    let mut random = Random(0x5eed);
    let topics: Vec<f32> = (0..TOPICS * DIMENSIONS).map(|_| random.next()).collect();
    let directions: Vec<f32> = (0..4 * WITHIN * DIMENSIONS)
        .map(|_| random.next())
        .collect();
    let mut values = Vec::with_capacity(rows * DIMENSIONS);
    for _ in 0..rows {
        let topic = random.below(TOPICS);
        let group = topic % 4;
        let along: Vec<f32> = (0..WITHIN).map(|_| random.next()).collect();
        for dimension in 0..DIMENSIONS {
            let axis = |at: usize| directions[(group * WITHIN + at) * DIMENSIONS + dimension];
            let within: f32 = along.iter().enumerate().map(|(at, by)| by * axis(at)).sum();
            values
                .push(topics[topic * DIMENSIONS + dimension] + 0.5 * within + 0.6 * random.next());
        }
    }
    values
}

/// xorshift: the same vectors on every machine.
struct Random(u64);

impl Random {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.word() >> 33) as usize % bound
    }

    /// About normal: the sum of four.
    fn next(&mut self) -> f32 {
        let one = |word: u64| (word >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
        (0..4).map(|_| one(self.word())).sum()
    }
}
