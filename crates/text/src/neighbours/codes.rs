//! Vectors in one byte a dimension, with a bound on what that loses.
//!
//! A row x of length 1 becomes x̂ = s·c with whole numbers c in −127..=127. For a query q of length 1, kept in 16 bits
//! as q̂, the Cauchy–Schwarz inequality gives
//!
//! ```text
//! |q·x − q̂·x̂| ≤ |q|·|x − x̂| + |q − q̂|·|x̂|
//! ```
//!
//! so a row whose approximate similarity plus that bound stays below the k-th best is not among the k best.

use super::kernel::{CODE_BLOCK, code_dots, code_dots_at, code_product};
use super::vectors::Vectors;

/// The largest code of a row.
const LARGEST: f32 = 127.0;

/// What adding up `n` products of floats can lose, in units of `n·ε`; 2 covers the scaling around it too.
const ROUNDING: f32 = 2.0;

pub(super) struct Codes {
    /// Codes in a row, padding included.
    width: usize,
    values: Vec<i8>,
    /// s for each row.
    scales: Vec<f32>,
    /// |x − x̂| for each row.
    losses: Vec<f32>,
    /// The largest of these.
    widest: f32,
}

/// A query beside [`Codes`].
pub(super) struct CodedQuery {
    codes: Vec<i16>,
    scale: f32,
    /// What the bound adds beside the loss of the row.
    slack: f32,
}

impl Codes {
    pub(super) fn new(vectors: &Vectors) -> Self {
        let width = vectors.dimensions().next_multiple_of(CODE_BLOCK);
        let mut codes = Self {
            width,
            values: vec![0; vectors.len() * width],
            scales: Vec::with_capacity(vectors.len()),
            losses: Vec::with_capacity(vectors.len()),
            widest: 0.0,
        };
        let rows = vectors.values().chunks_exact(vectors.dimensions());
        for (row, coded) in rows.zip(codes.values.chunks_exact_mut(width)) {
            let scale = largest(row) / LARGEST;
            let mut loss = 0.0f64;
            for (&value, code) in row.iter().zip(coded) {
                *code = quantize(value, scale) as i8;
                loss += (f64::from(value) - f64::from(scale) * f64::from(*code)).powi(2);
            }
            codes.scales.push(scale);
            codes.losses.push((loss.sqrt() as f32).next_up());
        }
        codes.widest = largest(&codes.losses);
        codes
    }

    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    /// `query` must have length 1 or 0.
    pub(super) fn query(&self, query: &[f32]) -> CodedQuery {
        // The sum of all products stays below 2³¹.
        let range = (f64::from(i32::MAX) / (f64::from(LARGEST) * self.width as f64))
            .min(f64::from(i16::MAX))
            .floor();
        let scale = largest(query) / range as f32;
        let mut codes = vec![0; self.width];
        let mut loss = 0.0f64;
        for (&value, code) in query.iter().zip(&mut codes) {
            *code = quantize(value, scale) as i16;
            loss += (f64::from(value) - f64::from(scale) * f64::from(*code)).powi(2);
        }
        let rounding = ROUNDING * self.width as f32 * f32::EPSILON;
        CodedQuery {
            codes,
            scale,
            slack: loss.sqrt() as f32 * (1.0 + self.widest) + rounding,
        }
    }

    /// A row as a query.
    pub(super) fn query_row(&self, row: u32) -> CodedQuery {
        CodedQuery {
            codes: self.row(row).iter().copied().map(i16::from).collect(),
            scale: self.scales[row as usize],
            slack: 0.0,
        }
    }

    /// Approximate similarities of the rows from `first` on, one a place of `out`.
    pub(super) fn scan(
        &self,
        query: &CodedQuery,
        first: usize,
        products: &mut [i32],
        out: &mut [f32],
    ) {
        let codes = &self.values[first * self.width..(first + out.len()) * self.width];
        let products = &mut products[..out.len()];
        code_dots(&query.codes, codes, products);
        for ((out, &product), &scale) in out.iter_mut().zip(&*products).zip(&self.scales[first..]) {
            *out = product as f32 * (scale * query.scale);
        }
    }

    /// Approximate similarities of the named rows, one a place of `out`.
    pub(super) fn gather(
        &self,
        query: &CodedQuery,
        rows: &[u32],
        products: &mut [i32],
        out: &mut [f32],
    ) {
        let products = &mut products[..rows.len()];
        code_dots_at(&query.codes, &self.values, rows, products);
        for ((out, &product), &row) in out.iter_mut().zip(&*products).zip(rows) {
            *out = product as f32 * (self.scales[row as usize] * query.scale);
        }
    }

    /// How far the approximate similarity of `row` can be from the one of the full vectors.
    pub(super) fn bound(&self, query: &CodedQuery, row: u32) -> f32 {
        self.losses[row as usize] + query.slack
    }

    /// The approximate similarity of two rows.
    pub(super) fn between(&self, left: u32, right: u32) -> f32 {
        let product = code_product(self.row(left), self.row(right));
        product as f32 * (self.scales[left as usize] * self.scales[right as usize])
    }

    fn row(&self, row: u32) -> &[i8] {
        let start = row as usize * self.width;
        &self.values[start..start + self.width]
    }
}

fn largest(values: &[f32]) -> f32 {
    values
        .iter()
        .fold(0.0, |largest, value| largest.max(value.abs()))
}

fn quantize(value: f32, scale: f32) -> f32 {
    if scale == 0.0 {
        0.0
    } else {
        (value / scale).round()
    }
}
