//! The hierarchical navigable small world graph, laid out for reading.
//!
//! Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable small
//! world graphs", 2018: a search starts on the sparsest level, walks to the row nearest to the query, goes down a level
//! there, and on the lowest level, which holds every row, keeps the best `breadth` rows in view (algorithm 2).

use std::collections::BinaryHeap;

use super::codes::{CodedQuery, Codes};
use super::exact::{Candidate, rescore};
use super::rows::RowSet;
use super::top::{Ranked, Top};
use super::vectors::Vectors;
use super::{Near, Nearest};

/// Links of a row that are compared at once; longer lists are compared in pieces.
const BLOCK: usize = 64;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    /// The row where a search starts; it is on every level.
    pub(super) entry: u32,
    /// From the lowest, which holds every row.
    pub(super) levels: Vec<Level>,
    /// How many rows are kept in view if a search does not say.
    pub(super) breadth: usize,
}

/// The links of one level.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Level {
    /// The rows of this level, ascending; empty on the lowest level, where they are all.
    pub(super) rows: Vec<u32>,
    /// Where the links of each row start, and at the end how many there are.
    pub(super) starts: Vec<u32>,
    pub(super) links: Vec<u32>,
}

impl Level {
    /// Where a row stands among those of this level.
    pub(super) fn place(&self, row: u32) -> Option<usize> {
        if self.rows.is_empty() {
            Some(row as usize)
        } else {
            self.rows.binary_search(&row).ok()
        }
    }

    /// The rows of this level; all `count` on the lowest.
    pub(super) fn rows_or(&self, count: usize) -> Vec<u32> {
        if self.rows.is_empty() {
            (0..count as u32).collect()
        } else {
            self.rows.clone()
        }
    }

    /// Replaces the links: a list for each row of the level.
    pub(super) fn set(&mut self, lists: Vec<Vec<u32>>) {
        self.starts.clear();
        self.links.clear();
        self.starts.push(0);
        for list in lists {
            self.links.extend(list);
            self.starts.push(self.links.len() as u32);
        }
    }

    pub(super) fn links(&self, row: u32) -> &[u32] {
        match self.place(row) {
            Some(place) => {
                &self.links[self.starts[place] as usize..self.starts[place + 1] as usize]
            }
            None => &[],
        }
    }
}

impl Graph {
    /// The nearest rows that a walk finds; fewer than `limit` if it meets no more that are in `within`.
    pub(super) fn search(
        &self,
        vectors: &Vectors,
        codes: &Codes,
        query: &[f32],
        limit: usize,
        breadth: usize,
        within: Option<&RowSet>,
    ) -> Nearest {
        let target = codes.query(query);
        let mut walk = Walk::new(codes, &target);
        let start = self.descend(&mut walk);
        let seen = walk.beam(&self.levels[0], start, breadth, within);
        let candidate = |near: Near| Candidate {
            row: near.row,
            at_most: near.similarity + codes.bound(&target, near.row),
        };
        let compared = walk.compared;
        let (hits, rescored) = rescore(
            vectors,
            query,
            seen.into_iter().map(candidate).collect(),
            limit,
        );
        Nearest {
            hits,
            exact: false,
            compared,
            rescored,
        }
    }

    /// The rows nearest to a row by their codes, without itself, as far as a walk finds them.
    pub(super) fn around(&self, codes: &Codes, row: u32, breadth: usize) -> Vec<u32> {
        let target = codes.query_row(row);
        let mut walk = Walk::new(codes, &target);
        let start = self.descend(&mut walk);
        let seen = walk.beam(&self.levels[0], start, breadth, None);
        seen.into_iter()
            .map(|near| near.row)
            .filter(|&found| found != row)
            .collect()
    }

    /// The row of level 1 nearest to the query, as far as walking uphill finds it.
    fn descend(&self, walk: &mut Walk<'_>) -> Near {
        let mut here = walk.similarity(self.entry);
        for level in self.levels[1..].iter().rev() {
            while let Some(better) = walk
                .best(level.links(here.row))
                .filter(|best| Ranked(*best) > Ranked(here))
            {
                here = better;
            }
        }
        here
    }
}

/// One walk through a graph.
struct Walk<'a> {
    codes: &'a Codes,
    query: &'a CodedQuery,
    compared: usize,
    products: [i32; BLOCK],
    similarities: [f32; BLOCK],
}

impl<'a> Walk<'a> {
    fn new(codes: &'a Codes, query: &'a CodedQuery) -> Self {
        Self {
            codes,
            query,
            compared: 0,
            products: [0; BLOCK],
            similarities: [0.0; BLOCK],
        }
    }

    /// Compares at most [`BLOCK`] rows.
    fn compare(&mut self, rows: &[u32]) -> &[f32] {
        self.compared += rows.len();
        let similarities = &mut self.similarities[..rows.len()];
        self.codes
            .gather(self.query, rows, &mut self.products, similarities);
        similarities
    }

    fn similarity(&mut self, row: u32) -> Near {
        let similarity = self.compare(&[row])[0];
        Near { row, similarity }
    }

    fn best(&mut self, rows: &[u32]) -> Option<Near> {
        let mut best: Option<Ranked> = None;
        for block in rows.chunks(BLOCK) {
            let similarities = self.compare(block);
            let pairs = block.iter().zip(similarities);
            best = best.max(
                pairs
                    .map(|(&row, &similarity)| Ranked(Near { row, similarity }))
                    .max(),
            );
        }
        best.map(|Ranked(near)| near)
    }

    /// The best `breadth` rows that a walk from `start` meets, by their codes.
    fn beam(
        &mut self,
        level: &Level,
        start: Near,
        breadth: usize,
        within: Option<&RowSet>,
    ) -> Vec<Near> {
        let wanted = |row| within.is_none_or(|rows| rows.contains(row));
        let mut visited = RowSet::empty(self.codes.len());
        let mut frontier = BinaryHeap::from([Ranked(start)]);
        let mut best = Top::new(breadth);
        visited.visit(start.row);
        if wanted(start.row) {
            best.offer(start.row, start.similarity);
        }
        let mut fresh = Vec::with_capacity(BLOCK);
        while let Some(Ranked(here)) = frontier.pop() {
            if here.similarity < best.floor() {
                break;
            }
            for block in level.links(here.row).chunks(BLOCK) {
                fresh.clear();
                fresh.extend(block.iter().copied().filter(|&row| visited.visit(row)));
                let similarities = self.compare(&fresh);
                for (&row, &similarity) in fresh.iter().zip(similarities) {
                    if similarity < best.floor() {
                        continue;
                    }
                    frontier.push(Ranked(Near { row, similarity }));
                    if wanted(row) {
                        best.offer(row, similarity);
                    }
                }
            }
        }
        best.into_sorted()
    }
}
