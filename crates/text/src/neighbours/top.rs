//! The best few of many.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Near;

/// [`Near`] in the order of an answer: the most similar is the greatest, among equals the lowest row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ranked(pub(super) Near);

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0
            .similarity
            .total_cmp(&other.0.similarity)
            .then(other.0.row.cmp(&self.0.row))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Keeps the best `limit` of what is offered.
pub(super) struct Top {
    heap: BinaryHeap<Reverse<Ranked>>,
    limit: usize,
}

impl Top {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            heap: BinaryHeap::with_capacity(limit + 1),
            limit,
        }
    }

    /// Whether it was good enough to be kept.
    pub(super) fn offer(&mut self, row: u32, similarity: f32) -> bool {
        let offered = Reverse(Ranked(Near { row, similarity }));
        if self.heap.len() < self.limit {
            self.heap.push(offered);
            return true;
        }
        match self.heap.peek_mut() {
            Some(mut worst) if offered < *worst => {
                *worst = offered;
                true
            }
            _ => false,
        }
    }

    /// The similarity below which nothing is kept any more: that of the last place, or −∞ while places are free.
    pub(super) fn floor(&self) -> f32 {
        match self.heap.peek() {
            Some(worst) if self.heap.len() == self.limit => worst.0.0.similarity,
            _ if self.limit == 0 => f32::INFINITY,
            _ => f32::NEG_INFINITY,
        }
    }

    /// Best first.
    pub(super) fn into_sorted(self) -> Vec<Near> {
        self.heap
            .into_sorted_vec()
            .into_iter()
            .map(|Reverse(Ranked(near))| near)
            .collect()
    }
}
