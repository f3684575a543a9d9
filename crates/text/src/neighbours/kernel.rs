//! The two inner loops, compiled for the instruction sets of the processor that runs them.
//!
//! Both give the same bits on every processor: the products of codes are integers, and the products of floats are
//! added in an order that does not depend on the width of a register.

// What is not inlined into the dispatched function is compiled for the oldest processor.
#![allow(clippy::inline_always)]

use macerator::{AutoArch, Simd, WithSimd};

/// Partial sums of a float product. Two registers of the widest instruction set, eight of the narrowest.
const LANES: usize = 32;

/// Codes are padded to a multiple of this, so that the loop over them has no rest.
pub(super) const CODE_BLOCK: usize = 64;

/// The inner product of two vectors of the same length.
pub(super) fn dot(left: &[f32], right: &[f32]) -> f32 {
    AutoArch::new().dispatch(Dot { left, right })
}

struct Dot<'a> {
    left: &'a [f32],
    right: &'a [f32],
}

impl WithSimd for Dot<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self) -> f32 {
        let (left, left_rest) = self.left.as_chunks::<LANES>();
        let (right, right_rest) = self.right.as_chunks::<LANES>();
        let mut lanes = [0.0f32; LANES];
        for (left, right) in left.iter().zip(right) {
            for lane in 0..LANES {
                lanes[lane] += left[lane] * right[lane];
            }
        }
        let mut width = LANES;
        while width > 1 {
            width /= 2;
            for lane in 0..width {
                lanes[lane] += lanes[lane + width];
            }
        }
        left_rest
            .iter()
            .zip(right_rest)
            .fold(lanes[0], |sum, (left, right)| sum + left * right)
    }
}

/// The products of `query` with consecutive rows of `codes`, each of the length of `query`, one a place of `out`.
pub(super) fn code_dots(query: &[i16], codes: &[i8], out: &mut [i32]) {
    AutoArch::new().dispatch(CodeDots { query, codes, out });
}

struct CodeDots<'a> {
    query: &'a [i16],
    codes: &'a [i8],
    out: &'a mut [i32],
}

impl WithSimd for CodeDots<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        for (row, out) in self.codes.chunks_exact(self.query.len()).zip(self.out) {
            *out = code_dot(self.query, row);
        }
    }
}

/// The products of `query` with the rows of `codes` that `rows` names, one a place of `out`.
pub(super) fn code_dots_at(query: &[i16], codes: &[i8], rows: &[u32], out: &mut [i32]) {
    AutoArch::new().dispatch(CodeDotsAt {
        query,
        codes,
        rows,
        out,
    });
}

struct CodeDotsAt<'a> {
    query: &'a [i16],
    codes: &'a [i8],
    rows: &'a [u32],
    out: &'a mut [i32],
}

impl WithSimd for CodeDotsAt<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        let width = self.query.len();
        for (&row, out) in self.rows.iter().zip(self.out) {
            let start = row as usize * width;
            *out = code_dot(self.query, &self.codes[start..start + width]);
        }
    }
}

/// The product of two rows of codes.
pub(super) fn code_product(left: &[i8], right: &[i8]) -> i32 {
    AutoArch::new().dispatch(CodeProduct { left, right })
}

struct CodeProduct<'a> {
    left: &'a [i8],
    right: &'a [i8],
}

impl WithSimd for CodeProduct<'_> {
    type Output = i32;

    #[inline(always)]
    fn with_simd<S: Simd>(self) -> i32 {
        let products = self
            .left
            .iter()
            .zip(self.right)
            .map(|(&left, &right)| i32::from(left) * i32::from(right));
        products.fold(0, i32::wrapping_add)
    }
}

/// In this plain form the compiler finds the instruction that multiplies and adds pairs of 16-bit numbers, and adds up
/// within a register only at the end of a row. With blocks or partial sums it does not.
#[inline(always)]
fn code_dot(query: &[i16], row: &[i8]) -> i32 {
    let products = query
        .iter()
        .zip(row)
        .map(|(&query, &code)| i32::from(query) * i32::from(code));
    products.fold(0, i32::wrapping_add)
}
