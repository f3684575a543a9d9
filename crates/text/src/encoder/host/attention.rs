//! Scaled dot-product attention of one sentence (Vaswani et al., "Attention is all you need", 2017).

use super::elementwise;
use super::matrix::{Packed, Rows, multiply};

/// `projected` holds query, key and value of each word piece, `3·d` values a row; `out` gets `d` values a row.
pub(super) fn attend(projected: &[f32], d: usize, heads: usize, out: &mut [f32]) {
    let stride = 3 * d;
    let count = projected.len() / stride;
    let per_head = d / heads;
    let scale = 1.0 / (per_head as f32).sqrt();
    let mut scores = vec![0.0; count * count];
    for first in (0..d).step_by(per_head) {
        let keys = Packed::new(per_head, count, |at, piece| {
            scale * projected[piece * stride + d + first + at]
        });
        let queries = Rows {
            values: &projected[first..],
            stride,
            count,
        };
        multiply(queries, &keys, None, &mut scores, count);
        elementwise::softmax(&mut scores, count);
        let values = Packed::new(count, per_head, |piece, at| {
            projected[piece * stride + 2 * d + first + at]
        });
        let scores = Rows {
            values: &scores,
            stride: count,
            count,
        };
        multiply(scores, &values, None, &mut out[first..], d);
    }
}
