//! Building the graph with `hnsw_rs`.
//!
//! Only its links are kept: its own way of storing a graph ends the process on a damaged file.

use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::hnsw::{Hnsw, Point};

use super::codes::Codes;
use super::graph::{Graph, Level};
use super::index::NeighbourOptions;
use super::mend::{mend, refine};

/// More levels than any set of rows needs: level n holds about one row in `connections`ⁿ.
const MOST_LEVELS: usize = 16;

/// The distance of two rows, which stand for themselves: `hnsw_rs` keeps a copy of each vector, and a row number is
/// the smallest vector.
struct RowDistance<'a>(&'a Codes);

impl Distance<u32> for RowDistance<'_> {
    fn eval(&self, left: &[u32], right: &[u32]) -> f32 {
        match (left, right) {
            (&[left], &[right]) => (1.0 - self.0.between(left, right)).max(0.0),
            _ => f32::MAX,
        }
    }
}

/// Links every row. One after the other the rows always give the same graph; in parallel they give a similar one.
pub(super) fn build(codes: &Codes, options: &NeighbourOptions) -> Graph {
    let rows = codes.len();
    let connections = options.connections.clamp(2, 256);
    let hnsw = Hnsw::new(
        connections,
        rows,
        MOST_LEVELS,
        options.construction_breadth.max(1),
        RowDistance(codes),
    );
    let ids: Vec<u32> = (0..rows as u32).collect();
    if options.parallel {
        let items: Vec<(&[u32], usize)> = ids
            .iter()
            .map(|id| (std::slice::from_ref(id), *id as usize))
            .collect();
        hnsw.parallel_insert_slice(&items);
    } else {
        for id in &ids {
            hnsw.insert_slice((std::slice::from_ref(id), *id as usize));
        }
    }
    let mut levels_of = vec![0u8; rows];
    let mut links: Vec<Vec<Vec<u32>>> = vec![Vec::new(); rows];
    for point in hnsw.get_point_indexation() {
        let row = point.get_origin_id();
        levels_of[row] = point.get_point_id().0;
        links[row] = links_of(&point);
    }
    let mut graph = flatten(&levels_of, &links);
    mend(&mut graph, codes, connections);
    refine(&mut graph, codes, connections);
    graph
}

/// The links of a point on its own levels, lowest first.
fn links_of(point: &Point<'_, u32>) -> Vec<Vec<u32>> {
    let levels = usize::from(point.get_point_id().0) + 1;
    let of_level = |links: Vec<hnsw_rs::hnsw::Neighbour>| {
        links
            .iter()
            .map(|link| link.get_origin_id() as u32)
            .collect()
    };
    point
        .get_neighborhood_id()
        .into_iter()
        .take(levels)
        .map(of_level)
        .collect()
}

fn flatten(levels_of: &[u8], links: &[Vec<Vec<u32>>]) -> Graph {
    let highest = levels_of.iter().copied().max().unwrap_or(0);
    let entry = levels_of
        .iter()
        .position(|&level| level == highest)
        .unwrap_or(0) as u32;
    let level = |level: u8| {
        let on_level = |row: &u32| levels_of[*row as usize] >= level;
        let rows: Vec<u32> = (0..levels_of.len() as u32).filter(on_level).collect();
        let mut starts = vec![0];
        let mut flat = Vec::new();
        for &row in &rows {
            let of_row = links[row as usize]
                .get(usize::from(level))
                .map_or(&[][..], Vec::as_slice);
            flat.extend(
                of_row
                    .iter()
                    .copied()
                    .filter(|target| on_level(target) && *target != row),
            );
            starts.push(flat.len() as u32);
        }
        Level {
            rows: if level == 0 { Vec::new() } else { rows },
            starts,
            links: flat,
        }
    };
    Graph {
        entry,
        levels: (0..=highest).map(level).collect(),
        breadth: 0,
    }
}
