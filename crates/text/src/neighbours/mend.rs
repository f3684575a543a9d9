//! Makes the links that `hnsw_rs` leaves better.
//!
//! When a row gets one link too many, `hnsw_rs` drops its longest. After many rows the long links, which lead from one
//! cluster to the next, are gone, and no breadth finds what lies behind them. Here each row chooses anew among the
//! links it has and those that lead to it, by the rule of the paper (algorithm 4): a link is kept if its end is nearer
//! to the row than to every end already kept.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::codes::Codes;
use super::graph::{Graph, Level};
use super::rows::RowSet;

/// Links among which a row chooses, nearest first, for each that it may keep: hubs have very many.
const CHOICE: usize = 4;

/// Breadth of the search for better links. Wider ones take longer and found no more.
const REFINEMENT: usize = 32;

/// Chooses the links of every level anew and makes every row reachable. `connections` as in
/// [`super::NeighbourOptions`].
pub(super) fn mend(graph: &mut Graph, codes: &Codes, connections: usize) {
    for (number, level) in graph.levels.iter_mut().enumerate() {
        let most = if number == 0 {
            2 * connections
        } else {
            connections
        };
        let lists = choose(level, codes, most);
        level.set(lists);
    }
    if let Some(ground) = graph.levels.first_mut() {
        let lists = reach(ground, codes.len(), graph.entry);
        ground.set(lists);
    }
}

/// Looks for each row's neighbours in the graph as it is, and lets the rows choose again with what was found.
pub(super) fn refine(graph: &mut Graph, codes: &Codes, connections: usize) {
    let whole: &Graph = graph;
    let found: Vec<Vec<u32>> = (0..codes.len() as u32)
        .into_par_iter()
        .map(|row| whole.around(codes, row, REFINEMENT))
        .collect();
    let Some(ground) = graph.levels.first_mut() else {
        return;
    };
    let lists = found.into_iter().zip(0..).map(|(mut found, row)| {
        found.extend(ground.links(row));
        found
    });
    let lists = lists.collect();
    ground.set(lists);
    mend(graph, codes, connections);
}

/// For each row of a level, the links it keeps. Every row chooses on its own, so the result does not depend on the
/// number of threads.
fn choose(level: &Level, codes: &Codes, most: usize) -> Vec<Vec<u32>> {
    let rows: Vec<u32> = level.rows_or(codes.len());
    let mut both: Vec<Vec<u32>> = rows.iter().map(|&row| level.links(row).to_vec()).collect();
    for &row in &rows {
        for &end in level.links(row) {
            if let Some(place) = level.place(end) {
                both[place].push(row);
            }
        }
    }
    let choose_one = |(&row, links): (&u32, Vec<u32>)| keep(row, links, codes, most);
    rows.par_iter().zip(both).map(choose_one).collect()
}

fn keep(row: u32, mut links: Vec<u32>, codes: &Codes, most: usize) -> Vec<u32> {
    links.sort_unstable();
    links.dedup();
    let mut near: Vec<(f32, u32)> = links
        .into_iter()
        .map(|end| (codes.between(row, end), end))
        .collect();
    near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    near.truncate(CHOICE * most);
    let mut kept: Vec<u32> = Vec::with_capacity(most);
    let mut passed_over = Vec::new();
    for (similarity, end) in near {
        if kept.len() == most {
            break;
        }
        if kept
            .iter()
            .all(|&other| codes.between(end, other) < similarity)
        {
            kept.push(end);
        } else {
            passed_over.push(end);
        }
    }
    let room = most - kept.len();
    kept.extend(passed_over.into_iter().take(room));
    kept
}

/// The links of the lowest level, and one more to each row that no walk from the entry would meet.
fn reach(level: &Level, rows: usize, entry: u32) -> Vec<Vec<u32>> {
    let mut lists: Vec<Vec<u32>> = (0..rows as u32)
        .map(|row| level.links(row).to_vec())
        .collect();
    let mut reached = RowSet::empty(rows);
    follow(&lists, entry, &mut reached);
    loop {
        let lost: Vec<u32> = (0..rows as u32)
            .filter(|&row| !reached.contains(row))
            .collect();
        let Some(&first) = lost.first() else {
            return lists;
        };
        // From the nearest row that is reached and that the lost one leads to; if there is none, from the entry.
        let bridge = |&row: &u32| {
            let from = lists[row as usize]
                .iter()
                .copied()
                .find(|&end| reached.contains(end));
            from.map(|from| (from, row))
        };
        let (from, to) = lost.iter().find_map(bridge).unwrap_or((entry, first));
        lists[from as usize].push(to);
        follow(&lists, to, &mut reached);
    }
}

/// Marks what can be reached from `start`.
fn follow(lists: &[Vec<u32>], start: u32, reached: &mut RowSet) {
    let mut queue = VecDeque::from([start]);
    reached.visit(start);
    while let Some(row) = queue.pop_front() {
        queue.extend(
            lists[row as usize]
                .iter()
                .copied()
                .filter(|&end| reached.visit(end)),
        );
    }
}
