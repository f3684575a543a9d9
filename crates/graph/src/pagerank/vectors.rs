//! Arithmetic on parts of vectors, written so that the compiler turns it into SIMD: sums are kept in
//! eight lanes, whose order of addition is fixed.

use super::system::Norms;

const LANES: usize = 8;

/// What a pass sums up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    /// `Σ residual²/D`
    pub(super) energy: f64,
    /// `Σ|residual|`
    pub(super) sum: f64,
    /// `max |residual|/D`
    pub(super) most: f32,
}

impl Totals {
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            energy: self.energy + other.energy,
            sum: self.sum + other.sum,
            most: self.most.max(other.most),
        }
    }
}

/// `x += α·direction`, `residual −= α·image` on slices of equal length.
pub(super) fn advance(
    alpha: f32,
    (x, residual): (&mut [f32], &mut [f32]),
    (direction, image): (&[f32], &[f32]),
    inverse: &[f32],
) -> Totals {
    let (mut energy, mut sum, mut most) = ([0.0f32; LANES], [0.0f32; LANES], [0.0f32; LANES]);
    let mut one = |lane: usize, x: &mut f32, rest: &mut f32, d: f32, i: f32, inverse: f32| {
        *x += alpha * d;
        *rest -= alpha * i;
        let per_degree = *rest * inverse;
        energy[lane] += *rest * per_degree;
        sum[lane] += rest.abs();
        // Not `max`, which has to mind NaN and is no single instruction.
        let size = per_degree.abs();
        most[lane] = if size > most[lane] { size } else { most[lane] };
    };
    let whole = x.len() - x.len() % LANES;
    for at in (0..whole).step_by(LANES) {
        let x = &mut x[at..at + LANES];
        let rest = &mut residual[at..at + LANES];
        let (d, i) = (&direction[at..at + LANES], &image[at..at + LANES]);
        let inverse = &inverse[at..at + LANES];
        for lane in 0..LANES {
            one(
                lane,
                &mut x[lane],
                &mut rest[lane],
                d[lane],
                i[lane],
                inverse[lane],
            );
        }
    }
    for at in whole..x.len() {
        one(
            0,
            &mut x[at],
            &mut residual[at],
            direction[at],
            image[at],
            inverse[at],
        );
    }
    let wide = |lanes: [f32; LANES]| lanes.into_iter().map(f64::from).sum();
    Totals {
        energy: wide(energy),
        sum: wide(sum),
        most: most.into_iter().fold(0.0, f32::max),
    }
}

/// `y ← D·q − μ·y`; returns `q·y`.
pub(super) fn image(mu: f32, y: &mut [f32], q: &[f32], degrees: &[f32]) -> f64 {
    let mut dot = [0.0f32; LANES];
    let mut one = |lane: usize, y: &mut f32, q: f32, degree: f32| {
        *y = degree * q - mu * *y;
        dot[lane] += q * *y;
    };
    let whole = y.len() - y.len() % LANES;
    for at in (0..whole).step_by(LANES) {
        let y = &mut y[at..at + LANES];
        let (q, degrees) = (&q[at..at + LANES], &degrees[at..at + LANES]);
        for lane in 0..LANES {
            one(lane, &mut y[lane], q[lane], degrees[lane]);
        }
    }
    for at in whole..y.len() {
        one(0, &mut y[at], q[at], degrees[at]);
    }
    dot.into_iter().map(f64::from).sum()
}

/// `y ← μ·y/D`; returns `Σ D·|y − x|`.
pub(super) fn step(mu: f32, y: &mut [f32], x: &[f32], (degrees, inverse): (&[f32], &[f32])) -> f64 {
    let mut change = [0.0f32; LANES];
    let mut one = |lane: usize, y: &mut f32, x: f32, degree: f32, inverse: f32| {
        *y *= mu * inverse;
        change[lane] += (*y - x).abs() * degree;
    };
    let whole = y.len() - y.len() % LANES;
    for at in (0..whole).step_by(LANES) {
        let (y, x) = (&mut y[at..at + LANES], &x[at..at + LANES]);
        let (degrees, inverse) = (&degrees[at..at + LANES], &inverse[at..at + LANES]);
        for lane in 0..LANES {
            one(lane, &mut y[lane], x[lane], degrees[lane], inverse[lane]);
        }
    }
    for at in whole..y.len() {
        one(0, &mut y[at], x[at], degrees[at], inverse[at]);
    }
    change.into_iter().map(f64::from).sum()
}

/// `r ← r·factor` where a row has edges, 0 where it has none, after having measured how far `r` is
/// from `D·x`. What has lost its last edge has lost its inflow, not only nearly.
pub(super) fn settle<T: Copy + Into<f64>>(
    factor: f64,
    r: &mut [f64],
    x: &[T],
    (degrees, inverse): (&[f64], &[f32]),
) -> Norms {
    let (mut sum, mut most, mut energy) = ([0.0f64; LANES], [0.0f64; LANES], [0.0f64; LANES]);
    let mut one = |lane: usize, r: &mut f64, x: T, degree: f64, inverse: f32| {
        let value = if inverse == 0.0 { 0.0 } else { *r };
        let rest = (value - x.into() * degree).abs();
        let per_degree = rest * f64::from(inverse);
        sum[lane] += rest;
        most[lane] = if per_degree > most[lane] {
            per_degree
        } else {
            most[lane]
        };
        energy[lane] += rest * per_degree;
        *r = value * factor;
    };
    let whole = r.len() - r.len() % LANES;
    for at in (0..whole).step_by(LANES) {
        let (r, x) = (&mut r[at..at + LANES], &x[at..at + LANES]);
        let (degrees, inverse) = (&degrees[at..at + LANES], &inverse[at..at + LANES]);
        for lane in 0..LANES {
            one(lane, &mut r[lane], x[lane], degrees[lane], inverse[lane]);
        }
    }
    for at in whole..r.len() {
        one(0, &mut r[at], x[at], degrees[at], inverse[at]);
    }
    Norms {
        sum: sum.into_iter().sum(),
        most_per_degree: most.into_iter().fold(0.0, f64::max),
        energy: energy.into_iter().sum(),
    }
}

/// `direction ← residual/D + β·direction`
pub(super) fn turn(beta: f32, direction: &mut [f32], residual: &[f32], inverse: &[f32]) {
    for ((direction, residual), inverse) in direction.iter_mut().zip(residual).zip(inverse) {
        *direction = residual * inverse + beta * *direction;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_and_rest_do_the_same() {
        let (mut x, mut rest) = (vec![1.0; 19], vec![8.0; 19]);
        let totals = advance(
            2.0,
            (&mut x, &mut rest),
            (&[3.0; 19], &[5.0; 19]),
            &[0.5; 19],
        );
        assert_eq!((x, rest), (vec![7.0; 19], vec![-2.0; 19]));
        assert!((totals.energy - 38.0).abs() < 1e-9 && (totals.sum - 38.0).abs() < 1e-9);
        assert!((totals.most - 1.0).abs() < 1e-9);
        let mut y = vec![4.0; 9];
        assert!((image(0.5, &mut y, &[2.0; 9], &[3.0; 9]) - 72.0).abs() < 1e-9);
        assert_eq!(y, [4.0; 9]);
        assert!((step(0.5, &mut y, &[1.0; 9], (&[4.0; 9], &[0.25; 9])) - 18.0).abs() < 1e-9);
        assert_eq!(y, [0.5; 9]);
        let mut r = vec![12.0; 9];
        r[8] = 3.0;
        let mut inverse = vec![0.5; 9];
        inverse[8] = 0.0;
        let norms = settle(0.5, &mut r, &[5.0f32; 9], (&[2.0; 9], &inverse));
        // The last row has no edges: what flows in is nothing, and x is far from it.
        assert!((norms.sum - 26.0).abs() < 1e-12 && (norms.energy - 16.0).abs() < 1e-12);
        assert!((norms.most_per_degree - 1.0).abs() < 1e-12);
        assert_eq!(r, [[6.0; 8].as_slice(), &[0.0]].concat());
        let mut direction = vec![1.0; 9];
        turn(0.5, &mut direction, &[4.0; 9], &[0.25; 9]);
        assert_eq!(direction, [1.5; 9]);
    }
}
