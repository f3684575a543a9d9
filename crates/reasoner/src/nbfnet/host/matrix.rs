//! Products of small matrices with the instructions of the processor that runs them.

// What is not inlined into the dispatched function is compiled for the oldest processor.
#![allow(clippy::inline_always)]

use macerator::{Scalar, Simd, Vector};

/// Rows that are multiplied at once, for registers of 16, 8 and 4 values: with two registers of
/// columns their sums fill the registers there are.
const DOWN_16: usize = 12;
const DOWN_8: usize = 6;
const DOWN_4: usize = 4;

/// `out = left × right`, or added to it. `left(row, k)` gives the values of a matrix of `rows` rows
/// and `inner` columns; `right` is `[inner, columns]` and `out` `[rows, columns]`, row by row.
/// `columns` is a multiple of 16.
#[inline(always)]
pub(super) fn multiply<S: Simd>(
    [rows, inner, columns]: [usize; 3],
    left: impl Fn(usize, usize) -> f32,
    right: &[f32],
    out: &mut [f32],
    add: bool,
) {
    match <f32 as Scalar>::lanes::<S>() {
        16 => run::<S, DOWN_16>([rows, inner, columns], left, right, out, add),
        8 => run::<S, DOWN_8>([rows, inner, columns], left, right, out, add),
        _ => run::<S, DOWN_4>([rows, inner, columns], left, right, out, add),
    }
}

#[inline(always)]
fn run<S: Simd, const DOWN: usize>(
    [rows, inner, columns]: [usize; 3],
    left: impl Fn(usize, usize) -> f32,
    right: &[f32],
    out: &mut [f32],
    add: bool,
) {
    let lanes = <f32 as Scalar>::lanes::<S>();
    let mut block = vec![[0.0f32; DOWN]; inner];
    for first_row in (0..rows).step_by(DOWN) {
        let down = DOWN.min(rows - first_row);
        for (k, values) in block.iter_mut().enumerate() {
            for (row, value) in values.iter_mut().enumerate() {
                *value = if row < down {
                    left(first_row + row, k)
                } else {
                    0.0
                };
            }
        }
        let out = &mut out[first_row * columns..(first_row + down) * columns];
        let mut first = 0;
        while first + 2 * lanes <= columns {
            let sums = tile::<S, DOWN, 2>(&block, right, columns, first);
            store::<S, DOWN, 2>(&sums, out, columns, first, add);
            first += 2 * lanes;
        }
        if first < columns {
            let sums = tile::<S, DOWN, 1>(&block, right, columns, first);
            store::<S, DOWN, 1>(&sums, out, columns, first, add);
        }
    }
}

#[inline(always)]
fn tile<S: Simd, const DOWN: usize, const ACROSS: usize>(
    block: &[[f32; DOWN]],
    right: &[f32],
    columns: usize,
    first: usize,
) -> [[Vector<S, f32>; ACROSS]; DOWN] {
    let lanes = <f32 as Scalar>::lanes::<S>();
    let mut sums = [[0.0f32.splat::<S>(); ACROSS]; DOWN];
    for (values, row) in block.iter().zip(right.chunks_exact(columns)) {
        let row = &row[first..first + ACROSS * lanes];
        let row: [Vector<S, f32>; ACROSS] =
            std::array::from_fn(|at| load::<S>(&row[at * lanes..(at + 1) * lanes]));
        for (sums, &value) in sums.iter_mut().zip(values) {
            let value = value.splat::<S>();
            for (sum, &row) in sums.iter_mut().zip(&row) {
                *sum = value.mul_add(row, *sum);
            }
        }
    }
    sums
}

#[inline(always)]
fn store<S: Simd, const DOWN: usize, const ACROSS: usize>(
    sums: &[[Vector<S, f32>; ACROSS]; DOWN],
    out: &mut [f32],
    columns: usize,
    first: usize,
    add: bool,
) {
    let lanes = <f32 as Scalar>::lanes::<S>();
    for (sums, out) in sums.iter().zip(out.chunks_exact_mut(columns)) {
        let out = out[first..first + ACROSS * lanes].chunks_exact_mut(lanes);
        for (sum, out) in sums.iter().zip(out) {
            let sum = if add { *sum + load::<S>(out) } else { *sum };
            let register: &S::Register = &sum;
            let bytes: &mut [u8] = bytemuck::cast_slice_mut(out);
            bytes.copy_from_slice(bytemuck::bytes_of(register));
        }
    }
}

#[inline(always)]
fn load<S: Simd>(values: &[f32]) -> Vector<S, f32> {
    S::typed(bytemuck::pod_read_unaligned(bytemuck::cast_slice(values)))
}

#[cfg(test)]
mod tests {
    use macerator::{AutoArch, WithSimd};
    use proptest::prelude::*;

    use super::*;

    struct Product<'a> {
        shape: [usize; 3],
        left: &'a [f32],
        right: &'a [f32],
        out: &'a mut [f32],
        add: bool,
    }

    impl WithSimd for Product<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self) {
            let Self {
                shape,
                left,
                right,
                out,
                add,
            } = self;
            multiply::<S>(shape, |row, k| left[row * shape[1] + k], right, out, add);
        }
    }

    proptest! {
        #[test]
        fn a_product_is_that_of_plain_loops(
            rows in 1usize..40,
            inner in 1usize..70,
            sixteens in 1usize..5,
            add in any::<bool>(),
            seed in any::<u32>(),
        ) {
            let columns = 16 * sixteens;
            let value = |at: usize| ((at as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 8) as f32 / 1e7 - 0.8;
            let left: Vec<f32> = (0..rows * inner).map(value).collect();
            let right: Vec<f32> = (0..inner * columns).map(|at| value(at + 77)).collect();
            let before: Vec<f32> = (0..rows * columns).map(|at| value(at + 5)).collect();
            let mut out = before.clone();
            AutoArch::new().dispatch(Product { shape: [rows, inner, columns], left: &left, right: &right, out: &mut out, add });
            for row in 0..rows {
                for column in 0..columns {
                    let products = (0..inner).map(|k| f64::from(left[row * inner + k]) * f64::from(right[k * columns + column]));
                    let start = if add { f64::from(before[row * columns + column]) } else { 0.0 };
                    let plain = start + products.sum::<f64>();
                    let found = f64::from(out[row * columns + column]);
                    prop_assert!((found - plain).abs() < 1e-4, "{found} {plain}");
                }
            }
        }
    }
}
