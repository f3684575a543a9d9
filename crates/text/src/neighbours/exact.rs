//! The scan: every row, and the answer is that of comparing the full vectors.

use super::codes::{CodedQuery, Codes};
use super::kernel::dot;
use super::rows::RowSet;
use super::top::Top;
use super::vectors::Vectors;
use super::{Near, Nearest};

/// Rows that are compared before the best so far are looked at again: their results stay in the first-level cache.
const BLOCK: usize = 512;

/// A row that the codes leave in the running, with the most that its similarity can be.
pub(super) struct Candidate {
    pub(super) row: u32,
    pub(super) at_most: f32,
}

/// The `limit` nearest rows, of those in `within` if it is given.
pub(super) fn search(
    vectors: &Vectors,
    codes: &Codes,
    query: &[f32],
    limit: usize,
    within: Option<&RowSet>,
) -> Nearest {
    let target = codes.query(query);
    let mut running = Running::new(codes, &target, limit);
    match within {
        None => running.all(),
        Some(rows) => running.named(rows),
    }
    let (candidates, compared) = running.finish();
    let (hits, rescored) = rescore(vectors, query, candidates, limit);
    Nearest {
        hits,
        exact: true,
        compared,
        rescored,
    }
}

/// Compares full vectors, most promising row first, until no row that is left can be among the best `limit`.
/// Returns them with the number of rows compared.
pub(super) fn rescore(
    vectors: &Vectors,
    query: &[f32],
    mut candidates: Vec<Candidate>,
    limit: usize,
) -> (Vec<Near>, usize) {
    candidates.sort_unstable_by(|a, b| b.at_most.total_cmp(&a.at_most));
    let mut top = Top::new(limit);
    let mut rescored = 0;
    for candidate in &candidates {
        if candidate.at_most < top.floor() {
            break;
        }
        top.offer(candidate.row, dot(query, vectors.row(candidate.row)));
        rescored += 1;
    }
    (top.into_sorted(), rescored)
}

/// The scan in progress.
struct Running<'a> {
    codes: &'a Codes,
    query: &'a CodedQuery,
    /// By the least that the similarities can be.
    surest: Top,
    candidates: Vec<Candidate>,
    compared: usize,
    products: [i32; BLOCK],
    similarities: [f32; BLOCK],
}

impl<'a> Running<'a> {
    fn new(codes: &'a Codes, query: &'a CodedQuery, limit: usize) -> Self {
        Self {
            codes,
            query,
            surest: Top::new(limit),
            candidates: Vec::new(),
            compared: 0,
            products: [0; BLOCK],
            similarities: [0.0; BLOCK],
        }
    }

    fn all(&mut self) {
        for first in (0..self.codes.len()).step_by(BLOCK) {
            let length = BLOCK.min(self.codes.len() - first);
            self.codes.scan(
                self.query,
                first,
                &mut self.products,
                &mut self.similarities[..length],
            );
            self.judge((first as u32..).take(length));
        }
    }

    fn named(&mut self, rows: &RowSet) {
        let mut rows = rows
            .iter()
            .take_while(|&row| (row as usize) < self.codes.len());
        let mut block = Vec::with_capacity(BLOCK);
        loop {
            block.clear();
            block.extend(rows.by_ref().take(BLOCK));
            if block.is_empty() {
                return;
            }
            let similarities = &mut self.similarities[..block.len()];
            self.codes
                .gather(self.query, &block, &mut self.products, similarities);
            self.judge(block.iter().copied());
        }
    }

    /// Keeps the rows of a block whose similarity may be among the best.
    fn judge(&mut self, rows: impl Iterator<Item = u32>) {
        let mut floor = self.surest.floor();
        for (row, similarity) in rows.zip(self.similarities) {
            self.compared += 1;
            let bound = self.codes.bound(self.query, row);
            let at_most = similarity + bound;
            if at_most < floor {
                continue;
            }
            self.candidates.push(Candidate { row, at_most });
            if self.surest.offer(row, similarity - bound) {
                floor = self.surest.floor();
            }
        }
    }

    fn finish(mut self) -> (Vec<Candidate>, usize) {
        let floor = self.surest.floor();
        self.candidates
            .retain(|candidate| candidate.at_most >= floor);
        (self.candidates, self.compared)
    }
}
