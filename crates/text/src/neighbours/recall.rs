//! How much of the exact answer a graph finds.

use super::index::NeighbourIndex;

/// Breadths that are tried, in this order.
const BREADTHS: [usize; 9] = [16, 32, 48, 64, 96, 128, 192, 256, 384];

/// Rows that are asked for when a breadth is chosen, beside the row itself.
const TOP: usize = 10;

/// Rows that serve as queries when a breadth is chosen.
const SAMPLE: usize = 300;

/// The share of the exact `top` nearest rows that a search of this breadth finds, over `sample` rows of the index as
/// queries, evenly spread. A row itself does not count: it would be found by any walk that comes near.
pub(super) fn measure(
    index: &NeighbourIndex,
    sample: usize,
    top: usize,
    breadth: Option<usize>,
) -> f32 {
    let rows: Vec<u32> = spread(index.len(), sample).collect();
    let exact: Vec<Vec<u32>> = rows
        .iter()
        .map(|&row| others(index, row, top, None, true))
        .collect();
    share_found(index, &rows, &exact, top, breadth)
}

/// The least breadth that finds the share `target` of the ten nearest, and what it finds; `None` if none does.
pub(super) fn sufficient_breadth(index: &NeighbourIndex, target: f32) -> Option<(usize, f32)> {
    let rows: Vec<u32> = spread(index.len(), SAMPLE).collect();
    let exact: Vec<Vec<u32>> = rows
        .iter()
        .map(|&row| others(index, row, TOP, None, true))
        .collect();
    BREADTHS.into_iter().find_map(|breadth| {
        let recall = share_found(index, &rows, &exact, TOP, Some(breadth));
        (recall >= target).then_some((breadth, recall))
    })
}

fn spread(rows: usize, sample: usize) -> impl Iterator<Item = u32> {
    let step = rows.div_ceil(sample.max(1)).max(1);
    (0..rows as u32).step_by(step)
}

fn share_found(
    index: &NeighbourIndex,
    rows: &[u32],
    exact: &[Vec<u32>],
    top: usize,
    breadth: Option<usize>,
) -> f32 {
    let (mut found, mut wanted) = (0, 0);
    for (&row, exact) in rows.iter().zip(exact) {
        let graph = others(index, row, top, breadth, false);
        found += exact.iter().filter(|row| graph.contains(row)).count();
        wanted += exact.len();
    }
    if wanted == 0 {
        1.0
    } else {
        found as f32 / wanted as f32
    }
}

/// The nearest rows of a row, without itself.
fn others(
    index: &NeighbourIndex,
    row: u32,
    top: usize,
    breadth: Option<usize>,
    exact: bool,
) -> Vec<u32> {
    let query = index.vectors.row(row);
    let found = match (&index.graph, exact) {
        (Some(graph), false) => {
            let breadth = breadth.unwrap_or(graph.breadth).max(top + 1);
            graph.search(&index.vectors, &index.codes, query, top + 1, breadth, None)
        }
        _ => super::exact::search(&index.vectors, &index.codes, query, top + 1, None),
    };
    found
        .hits
        .iter()
        .map(|near| near.row)
        .filter(|&found| found != row)
        .take(top)
        .collect()
}
