//! What the rows of a walk add up: every product of a score and a weight, computed once.
//!
//! A row is a sum of scores times weights, and few weights are different: one for each mixture of
//! relations. So a score is multiplied by each weight of its edges when it is known, and not again
//! for each entry. Rows then add without multiplying and read nothing but the number of a product,
//! which takes two bytes where there are few.
//!
//! **Values** are what rows add. For each row there is one, its score times the weight that most of
//! its edges have, the **scale** of the row; before those lie the products with other weights, in
//! order of the rows; after them the scores of nodes that were added later, whose scale is 1.

use rayon::prelude::*;

use crate::raw::{Columns, Sum, Terms};

/// What is added for each entry.
#[derive(Debug)]
pub(crate) struct Products {
    pub(crate) terms: Terms,
    /// By row; empty if all are 1.
    pub(crate) scales: Vec<f32>,
    /// `1/scale`, by row; empty if all are 1.
    pub(crate) own: Vec<f32>,
    /// The row and the weight of each product with another weight.
    rows: Vec<u32>,
    weights: Vec<f32>,
}

/// A node with more different weights than this, or more products in all for each node than
/// [`MOST_PER_NODE`], has a weight for each entry instead.
const MOST_OF_A_NODE: usize = 32;
const MOST_PER_NODE: usize = 2;
/// Threads share the computation of more values than these.
const VALUES_AT_A_TIME: usize = 1 << 16;
/// What a scale may be, so that nothing overflows that would not without.
const SCALES: std::ops::Range<f32> = 1e-6..1e6;

impl Products {
    /// For symmetric rows; without weights all are 1.
    pub(crate) fn new(columns: &Columns, starts: &[u32], weights: Option<Vec<f32>>) -> Self {
        let Some(weights) = weights else {
            return Self::plain(Terms::of(columns));
        };
        match Self::of(columns, starts, &weights) {
            Some(products) => products,
            None => Self::plain(Terms::weighted(columns, weights)),
        }
    }

    fn plain(terms: Terms) -> Self {
        Self {
            terms,
            scales: Vec::new(),
            own: Vec::new(),
            rows: Vec::new(),
            weights: Vec::new(),
        }
    }

    /// `None` if there would be too many, or if rows are not symmetric.
    fn of(columns: &Columns, starts: &[u32], of_entries: &[f32]) -> Option<Self> {
        let nodes = starts.len() - 1;
        let (mut scales, mut firsts) = (Vec::with_capacity(nodes), vec![0]);
        let (mut rows, mut weights) = (Vec::new(), Vec::new());
        // The different weights of a row and how often they occur.
        let mut counts: Vec<(f32, usize)> = Vec::new();
        for (row, range) in (0..).zip(starts.windows(2)) {
            counts.clear();
            for &weight in &of_entries[range[0] as usize..range[1] as usize] {
                match counts.iter_mut().find(|(known, _)| same(*known, weight)) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((weight, 1)),
                }
                if counts.len() > MOST_OF_A_NODE {
                    return None;
                }
            }
            let usable = counts.iter().filter(|(weight, _)| SCALES.contains(weight));
            let scale = usable.max_by_key(|(_, count)| *count).map_or(1.0, |c| c.0);
            scales.push(scale);
            let others = counts.iter().filter(|(weight, _)| !same(*weight, scale));
            for &(weight, _) in others {
                rows.push(row);
                weights.push(weight);
            }
            if weights.len() > MOST_PER_NODE * nodes {
                return None;
            }
            firsts.push(weights.len());
        }
        let number = |(&id, &weight): (&u32, &f32)| {
            let row = id as usize;
            if same(weight, scales[row]) {
                return Some(weights.len() + row);
            }
            let (from, to) = (firsts[row], firsts[row + 1]);
            let others = weights[from..to].iter();
            Some(from + others.clone().position(|&other| same(other, weight))?)
        };
        let numbers = columns.ids().par_iter().zip(of_entries).map(number);
        let numbers: Option<Vec<u32>> = numbers.map(|n| Some(n? as u32)).collect();
        let terms = Terms::new(numbers?, weights.len() + nodes, weights.len())?;
        Some(Self {
            terms,
            own: scales.iter().map(|scale| 1.0 / scale).collect(),
            scales,
            rows,
            weights,
        })
    }

    /// How many values come before those of the rows.
    pub(crate) fn others(&self) -> usize {
        self.rows.len()
    }

    /// Whether all weights are 1.
    pub(crate) fn is_uniform(&self) -> bool {
        self.scales.is_empty() && self.terms.weights().is_none()
    }

    /// The weight of an entry.
    pub(crate) fn weight(&self, entry: usize) -> f32 {
        if let Some(weights) = self.terms.weights() {
            return weights[entry];
        }
        if self.scales.is_empty() {
            return 1.0;
        }
        let number = self.terms.number(entry);
        match self.weights.get(number) {
            Some(&weight) => weight,
            None => self.scales[number - self.others()],
        }
    }

    /// Whether values are scores, without a scale and without other products.
    pub(crate) fn are_scores(&self) -> bool {
        self.scales.is_empty()
    }

    /// Computes the values of some scores.
    pub(crate) fn values<T, A>(&self, scores: &[T], values: &mut Vec<A>)
    where
        T: Copy + Sync,
        A: Sum<T> + Send,
    {
        values.resize(self.others() + scores.len(), A::default());
        let (others, of_rows) = values.split_at_mut(self.others());
        let (scaled, plain) = of_rows.split_at_mut(self.scales.len());
        let sources = self.rows.par_iter().zip(&self.weights);
        others
            .par_iter_mut()
            .zip(sources)
            .with_min_len(VALUES_AT_A_TIME)
            .for_each(|(value, (&row, &weight))| *value = A::times(scores[row as usize], weight));
        let (of_scaled, of_plain) = scores.split_at(scaled.len());
        scaled
            .par_iter_mut()
            .zip(of_scaled.par_iter().zip(&self.scales))
            .with_min_len(VALUES_AT_A_TIME)
            .for_each(|(value, (&score, &scale))| *value = A::times(score, scale));
        for (value, &score) in plain.iter_mut().zip(of_plain) {
            *value = A::once(score);
        }
    }

    /// Brings the products from number `next` on up to date that belong to rows before `end`, for
    /// every lane; returns the number of the next.
    pub(crate) fn update_before<const LANES: usize>(
        &self,
        end: usize,
        mut next: usize,
        values: &mut [[f32; LANES]],
    ) -> usize {
        let (products, of_rows) = values.split_at_mut(self.others());
        while let Some(&row) = self.rows.get(next)
            && (row as usize) < end
        {
            let row = row as usize;
            let ratio = self.weights[next] * self.own[row];
            products[next] = of_rows[row].map(|value| ratio * value);
            next += 1;
        }
        next
    }
}

/// Equal to the bit.
fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::{Run, Words};

    /// A ring with these weights of the edges from each node to the next.
    fn ring(weights: &[f32]) -> (Columns, Vec<u32>, Vec<f32>) {
        let nodes = weights.len();
        let (mut ids, mut of_entries) = (Vec::new(), Vec::new());
        for row in 0..nodes {
            let (before, after) = ((row + nodes - 1) % nodes, (row + 1) % nodes);
            let mut entries = [(before, weights[before]), (after, weights[row])];
            entries.sort_unstable_by_key(|entry| entry.0);
            for (id, weight) in entries {
                ids.push(id as u32);
                of_entries.push(weight);
            }
        }
        let columns = Columns::new(Words::Owned(ids.into()), nodes).expect("ids are in range");
        let starts = (0..=nodes as u32).map(|row| 2 * row).collect();
        (columns, starts, of_entries)
    }

    fn sums(products: &Products, nodes: usize, scores: &[f64]) -> Vec<f64> {
        let mut values = Vec::new();
        products.values::<f64, f64>(scores, &mut values);
        let run = Run {
            rows: nodes as u32,
            len: 2,
            entry: 0,
        };
        let mut sums = vec![0.0; nodes];
        products.terms.sums(run, &values, &mut sums);
        sums
    }

    #[test]
    fn products_add_up_to_what_weights_do() {
        let many: Vec<f32> = (0..50).map(|k| 0.5 + k as f32).collect();
        let few: Vec<f32> = (0..50).map(|k| [0.5, 0.25, 0.0, 1.0][k % 4]).collect();
        for weights in [&few, &many] {
            let nodes = weights.len();
            let (columns, starts, of_entries) = ring(weights);
            let products = Products::new(&columns, &starts, Some(of_entries.clone()));
            assert!(products.terms.weights().is_none());
            let scores: Vec<f64> = (0..nodes).map(|node| 1.0 / (node + 1) as f64).collect();
            for (row, sum) in sums(&products, nodes, &scores).into_iter().enumerate() {
                let entries = 2 * row..2 * row + 2;
                let plain: f64 = entries
                    .map(|k| f64::from(of_entries[k]) * scores[columns.ids()[k] as usize])
                    .sum();
                assert!((sum - plain).abs() <= 1e-12 * plain, "{sum} {plain}");
            }
            for (entry, &weight) in of_entries.iter().enumerate() {
                assert_eq!(products.weight(entry).to_bits(), weight.to_bits());
            }
        }
    }

    #[test]
    fn a_weight_for_each_entry_where_products_do_not_pay() {
        // A star whose edges all have weights of their own.
        let leaves = 100u32;
        let ids: Vec<u32> = (1..=leaves).chain((0..leaves).map(|_| 0)).collect();
        let columns = Columns::new(Words::Owned(ids.into()), leaves as usize + 1);
        let columns = columns.expect("ids are in range");
        let starts: Vec<u32> = std::iter::once(0).chain(leaves..=2 * leaves).collect();
        let own = |k: u32| 2.0 + k as f32;
        let of_entries: Vec<f32> = (0..leaves).chain(0..leaves).map(own).collect();
        let products = Products::new(&columns, &starts, Some(of_entries.clone()));
        assert_eq!(
            (products.others(), products.terms.weights()),
            (0, Some(&of_entries[..]))
        );
        // And where rows are not symmetric, as in a forged file.
        let (columns, starts, mut of_entries) = ring(&[2.0, 2.0, 2.0, 2.0]);
        of_entries[0] = 3.0;
        let products = Products::new(&columns, &starts, Some(of_entries.clone()));
        assert_eq!(products.terms.weights(), Some(&of_entries[..]));
    }

    #[test]
    fn lanes_are_updated_row_by_row() {
        // Each node has two edges of different weights; the one counted last is the scale.
        let (columns, starts, of_entries) = ring(&[2.0, 1.0, 4.0, 1.0]);
        let products = Products::new(&columns, &starts, Some(of_entries));
        assert_eq!(products.others(), 4);
        let scores: Vec<f32> = (0..4).map(|row| row as f32).collect();
        let mut expected = Vec::new();
        products.values::<f32, f32>(&scores, &mut expected);
        let mut values: Vec<[f32; 2]> = expected.iter().map(|&value| [value, 0.0]).collect();
        let right = values.clone();
        values[..4].fill([f32::NAN; 2]);
        let next = products.update_before(2, 0, &mut values);
        assert_eq!((next, &values[..2]), (2, &right[..2]));
        assert!(values[2][0].is_nan());
        assert_eq!(products.update_before(9, next, &mut values), 4);
        assert_eq!(values, right);
    }
}
