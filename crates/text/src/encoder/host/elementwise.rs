//! What is done value by value, for many at once.
//!
//! The error function and the exponential function of the standard library are calls per value; loops of plain
//! arithmetic are vectorised.

// What is not inlined into the dispatched function is compiled for the oldest processor.
#![allow(clippy::inline_always)]

use std::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

use macerator::{AutoArch, Simd, WithSimd};

/// Values that are worked on together, and partial sums: two registers of the widest instruction set.
const BLOCK: usize = 32;

/// Adds `right` to `left`.
pub(super) fn add(left: &mut [f32], right: &[f32]) {
    for (left, right) in left.iter_mut().zip(right) {
        *left += right;
    }
}

/// `x·(1 + erf(x/√2))/2` for each value.
pub(super) fn gelu(values: &mut [f32]) {
    AutoArch::new().dispatch(Gelu(values));
}

struct Gelu<'a>(&'a mut [f32]);

impl WithSimd for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        let (blocks, rest) = self.0.as_chunks_mut::<BLOCK>();
        for block in blocks {
            for value in block {
                *value = gelu_of(*value);
            }
        }
        for value in rest {
            *value = gelu_of(*value);
        }
    }
}

/// The softmax of each row of this width.
pub(super) fn softmax(values: &mut [f32], width: usize) {
    AutoArch::new().dispatch(Softmax { values, width });
}

struct Softmax<'a> {
    values: &'a mut [f32],
    width: usize,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        for row in self.values.chunks_exact_mut(self.width) {
            let largest = row
                .iter()
                .fold(f32::NEG_INFINITY, |largest, &value| largest.max(value));
            for value in row.iter_mut() {
                *value = exp(*value - largest);
            }
            let share = 1.0 / sum(row, |value| value);
            for value in row.iter_mut() {
                *value *= share;
            }
        }
    }
}

/// Shifts and scales each row of the width of `gamma` to mean 0 and variance 1, then by `gamma` and `beta` (Ba et al.,
/// "Layer normalization", 2016).
pub(super) fn layer_norm(values: &mut [f32], gamma: &[f32], beta: &[f32], epsilon: f32) {
    AutoArch::new().dispatch(LayerNorm {
        values,
        gamma,
        beta,
        epsilon,
    });
}

struct LayerNorm<'a> {
    values: &'a mut [f32],
    gamma: &'a [f32],
    beta: &'a [f32],
    epsilon: f32,
}

impl WithSimd for LayerNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self) {
        let width = self.gamma.len();
        for row in self.values.chunks_exact_mut(width) {
            let mean = sum(row, |value| value) / width as f32;
            let variance = sum(row, |value| (value - mean) * (value - mean)) / width as f32;
            let scale = 1.0 / (variance + self.epsilon).sqrt();
            for ((value, gamma), beta) in row.iter_mut().zip(self.gamma).zip(self.beta) {
                *value = (*value - mean) * scale * gamma + beta;
            }
        }
    }
}

/// The sum of what `of` makes of each value.
#[inline(always)]
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = values.as_chunks::<BLOCK>();
    let mut lanes = [0.0f32; BLOCK];
    for block in blocks {
        for (lane, &value) in lanes.iter_mut().zip(block) {
            *lane += of(value);
        }
    }
    let rest: f32 = rest.iter().map(|&value| of(value)).sum();
    lanes.iter().sum::<f32>() + rest
}

#[inline(always)]
fn gelu_of(x: f32) -> f32 {
    // What is left of erf at |x|: `(1 − erf(|x|/√2))/2`.
    let tail = 0.5 * erfc(x.abs() * FRAC_1_SQRT_2);
    let share = if x < 0.0 { tail } else { 1.0 - tail };
    x * share
}

/// The complementary error function for x ≥ 0, to 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions,
/// 7.1.26.
#[inline(always)]
fn erfc(x: f32) -> f32 {
    const P: f32 = 0.327_591_1;
    const A: [f32; 5] = [
        0.254_829_6,
        -0.284_496_74,
        1.421_413_7,
        -1.453_152,
        1.061_405_4,
    ];
    let t = 1.0 / (1.0 + P * x);
    let sum = t * (A[0] + t * (A[1] + t * (A[2] + t * (A[3] + t * A[4]))));
    sum * exp(-x * x)
}

/// e to the x, to a relative 3e-7, for x in the range of finite results; beyond it the value at its end.
///
/// x = k·ln 2 + r with a whole k and |r| ≤ ln 2 / 2; then eˣ = 2ᵏ·eʳ, with the Taylor polynomial of degree 6 for eʳ.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Added to a small number, this leaves the number, rounded, in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts: the first has few enough bits for an exact product with k.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -0.000_212_194_44;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let series = 1.0 / 720.0;
    let series = 1.0 / 120.0 + r * series;
    let series = 1.0 / 24.0 + r * series;
    let series = 1.0 / 6.0 + r * series;
    let series = 0.5 + r * series;
    let series = 1.0 + r * series;
    let series = 1.0 + r * series;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    series * power
}

#[cfg(test)]
mod tests {
    use super::{exp, gelu, layer_norm, softmax};

    #[test]
    fn exp_is_exp() {
        for step in -8_700..=8_800 {
            let x = step as f32 / 100.0;
            let right = f64::from(x).exp();
            let error = (f64::from(exp(x)) - right).abs() / right;
            assert!(error < 4e-7, "e^{x}: relative error {error}");
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
        assert!(exp(f32::INFINITY).is_finite());
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn gelu_is_gelu() {
        // Values of x·Φ(x) from the series of the error function in 50 digits.
        let expected = [
            (0.0, 0.0),
            (0.5, 0.345_731_23),
            (-0.5, -0.154_268_77),
            (1.0, 0.841_344_8),
            (-1.0, -0.158_655_25),
            (2.0, 1.954_499_7),
            (-3.0, -0.004_049_694),
            (6.0, 6.0),
            (-12.0, 0.0),
        ];
        // More than a block, so that the rest is reached too.
        for (x, right) in expected {
            let mut values = [x; 19];
            gelu(&mut values);
            for value in values {
                assert!(
                    (value - right).abs() < 1e-6,
                    "gelu({x}) = {value}, not {right}"
                );
            }
        }
    }

    #[test]
    fn a_softmax_sums_to_one_and_keeps_ratios() {
        let mut values: Vec<f32> = (0..3 * 70)
            .map(|at| (at % 13) as f32 * 9.0 - 50.0)
            .collect();
        let before = values.clone();
        softmax(&mut values, 70);
        for (row, before) in values.chunks(70).zip(before.chunks(70)) {
            let largest = before.iter().copied().fold(f32::MIN, f32::max);
            let total: f64 = before.iter().map(|&x| f64::from(x - largest).exp()).sum();
            for (value, &x) in row.iter().zip(before) {
                let right = f64::from(x - largest).exp() / total;
                assert!((f64::from(*value) - right).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_norm_has_mean_and_variance() {
        let mut values: Vec<f32> = (0..2 * 50)
            .map(|at| (at * at % 17) as f32 + 100.0)
            .collect();
        layer_norm(&mut values, &[2.0; 50], &[3.0; 50], 1e-12);
        for row in values.chunks(50) {
            let mean = row.iter().sum::<f32>() / 50.0;
            let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / 50.0;
            assert!(
                (mean - 3.0).abs() < 1e-4 && (variance - 4.0).abs() < 1e-3,
                "{mean} {variance}"
            );
        }
    }
}
