//! Products of matrices with the instructions of the processor that runs them.

// What is not inlined into the dispatched function is compiled for the oldest processor.
#![allow(clippy::inline_always)]

use macerator::{AutoArch, Scalar, Simd, Vector, WithSimd};

/// Registers side by side in a panel.
const ACROSS: usize = 2;

/// Rows that are multiplied at once, for registers of 16, 8 and 4 values: their sums, a row of a panel and one value
/// fill the registers there are.
const DOWN_16: usize = 12;
const DOWN_8: usize = 6;
const DOWN_4: usize = 4;

/// A matrix of `inner` rows and `columns` columns in panels: a few columns, row by row, as many as the registers that
/// they are multiplied in hold. Columns that are missing in the last panel are zeros.
pub(super) struct Packed {
    inner: usize,
    columns: usize,
    across: usize,
    values: Vec<f32>,
}

impl Packed {
    pub(super) fn new(inner: usize, columns: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let across = ACROSS * lanes();
        let mut values = Vec::with_capacity(inner * columns.next_multiple_of(across));
        for first in (0..columns).step_by(across) {
            for row in 0..inner {
                let of_row = first..first + across;
                values.extend(of_row.map(|column| {
                    if column < columns {
                        value(row, column)
                    } else {
                        0.0
                    }
                }));
            }
        }
        Self {
            inner,
            columns,
            across,
            values,
        }
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }
}

/// Rows of equal length within a larger matrix.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// From the first value of the first row on.
    pub(super) values: &'a [f32],
    /// From the start of a row to the start of the next.
    pub(super) stride: usize,
    pub(super) count: usize,
}

/// `out = rows × packed + bias`, the rows of `out` being `stride` values apart.
pub(super) fn multiply(
    rows: Rows<'_>,
    packed: &Packed,
    bias: Option<&[f32]>,
    out: &mut [f32],
    stride: usize,
) {
    AutoArch::new().dispatch(Multiply {
        rows,
        packed,
        bias,
        out,
        stride,
    });
}

fn lanes() -> usize {
    AutoArch::new().dispatch(Lanes)
}

struct Lanes;

impl WithSimd for Lanes {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self) -> usize {
        <f32 as Scalar>::lanes::<S>()
    }
}

struct Multiply<'a> {
    rows: Rows<'a>,
    packed: &'a Packed,
    bias: Option<&'a [f32]>,
    out: &'a mut [f32],
    stride: usize,
}

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        match <f32 as Scalar>::lanes::<S>() {
            16 => self.run::<S, DOWN_16>(),
            8 => self.run::<S, DOWN_8>(),
            _ => self.run::<S, DOWN_4>(),
        }
    }
}

impl Multiply<'_> {
    #[inline(always)]
    fn run<S: Simd, const DOWN: usize>(self) {
        let Self {
            rows,
            packed,
            bias,
            out,
            stride,
        } = self;
        let blocks: Vec<[f32; DOWN]> = interleave(rows, packed.inner);
        let panels = packed.values.chunks_exact(packed.inner * packed.across);
        for (panel, first) in panels.zip((0..packed.columns).step_by(packed.across)) {
            let width = packed.across.min(packed.columns - first);
            for (block, row) in blocks
                .chunks_exact(packed.inner)
                .zip((0..rows.count).step_by(DOWN))
            {
                let sums = tile::<S, DOWN>(block, panel);
                for (down, sums) in sums.iter().enumerate().take(rows.count - row) {
                    let start = (row + down) * stride + first;
                    let out = &mut out[start..start + width];
                    store::<S>(sums, out);
                    if let Some(bias) = bias {
                        for (out, bias) in out.iter_mut().zip(&bias[first..first + width]) {
                            *out += bias;
                        }
                    }
                }
            }
        }
    }
}

/// Blocks of `DOWN` rows, column by column; rows that are missing in the last block are zeros.
#[inline(always)]
fn interleave<const DOWN: usize>(rows: Rows<'_>, inner: usize) -> Vec<[f32; DOWN]> {
    let mut blocks = vec![[0.0; DOWN]; rows.count.div_ceil(DOWN) * inner];
    for row in 0..rows.count {
        let start = row * rows.stride;
        let block = &mut blocks[row / DOWN * inner..][..inner];
        for (column, &value) in block.iter_mut().zip(&rows.values[start..start + inner]) {
            column[row % DOWN] = value;
        }
    }
    blocks
}

/// The product of one block of rows with one panel.
#[inline(always)]
fn tile<S: Simd, const DOWN: usize>(
    block: &[[f32; DOWN]],
    panel: &[f32],
) -> [[Vector<S, f32>; ACROSS]; DOWN] {
    let lanes = <f32 as Scalar>::lanes::<S>();
    let mut sums = [[0.0f32.splat::<S>(); ACROSS]; DOWN];
    for (column, row) in block.iter().zip(panel.chunks_exact(ACROSS * lanes)) {
        let row: [Vector<S, f32>; ACROSS] =
            std::array::from_fn(|at| load::<S>(&row[at * lanes..(at + 1) * lanes]));
        for (sums, &value) in sums.iter_mut().zip(column) {
            let value = value.splat::<S>();
            for (sum, &row) in sums.iter_mut().zip(&row) {
                *sum = value.mul_add(row, *sum);
            }
        }
    }
    sums
}

#[inline(always)]
fn load<S: Simd>(values: &[f32]) -> Vector<S, f32> {
    S::typed(bytemuck::pod_read_unaligned(bytemuck::cast_slice(values)))
}

/// Writes as many of the sums as `out` has room for.
#[inline(always)]
fn store<S: Simd>(sums: &[Vector<S, f32>; ACROSS], out: &mut [f32]) {
    let lanes = <f32 as Scalar>::lanes::<S>();
    for (sum, out) in sums.iter().zip(out.chunks_mut(lanes)) {
        let register: &S::Register = sum;
        let bytes = bytemuck::bytes_of(register);
        let out: &mut [u8] = bytemuck::cast_slice_mut(out);
        out.copy_from_slice(&bytes[..out.len()]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Packed, Rows, multiply};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_product_is_that_of_plain_loops(
            count in 1usize..40,
            inner in 1usize..50,
            columns in 1usize..80,
            gap in 0usize..3,
            seed in any::<u32>(),
        ) {
            let value = |at: usize| ((at as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 8) as f32 / 1e7 - 0.8;
            let left: Vec<f32> = (0..count * (inner + gap)).map(value).collect();
            let bias: Vec<f32> = (0..columns).map(|column| value(column + 9)).collect();
            let right = |row: usize, column: usize| value(row * columns + column + 77);
            let packed = Packed::new(inner, columns, right);
            let rows = Rows { values: &left, stride: inner + gap, count };
            let mut out = vec![f32::NAN; count * (columns + gap)];
            multiply(rows, &packed, Some(&bias), &mut out, columns + gap);
            for row in 0..count {
                for column in 0..columns {
                    let products = (0..inner).map(|at| f64::from(left[row * (inner + gap) + at]) * f64::from(right(at, column)));
                    let plain = products.sum::<f64>() + f64::from(bias[column]);
                    let found = f64::from(out[row * (columns + gap) + column]);
                    prop_assert!((found - plain).abs() < 1e-4, "{found} {plain}");
                }
                let between = &out[row * (columns + gap) + columns..(row + 1) * (columns + gap)];
                prop_assert!(between.iter().all(|value| value.is_nan()));
            }
        }
    }
}
