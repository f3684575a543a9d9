//! How long answers take.

use std::time::Duration;

use serde::Serialize;

/// Times of single answers, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Latency {
    /// Half of the answers took no longer.
    pub p50_ms: f64,
    /// 95 of 100 answers took no longer.
    pub p95_ms: f64,
    /// 99 of 100 answers took no longer.
    pub p99_ms: f64,
    /// How many answers were timed.
    pub answers: usize,
}

impl Latency {
    /// The percentiles of some times.
    #[must_use]
    pub fn of(times: &[Duration]) -> Self {
        let mut milliseconds: Vec<f64> =
            times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        milliseconds.sort_unstable_by(f64::total_cmp);
        Self {
            p50_ms: percentile(&milliseconds, 0.50),
            p95_ms: percentile(&milliseconds, 0.95),
            p99_ms: percentile(&milliseconds, 0.99),
            answers: times.len(),
        }
    }
}

/// The smallest of the ascending values that at least the share `q` of them does not exceed
/// (nearest rank); 0 without values.
#[must_use]
pub fn percentile(ascending: &[f64], q: f64) -> f64 {
    let count = ascending.len() as f64;
    let enough = |place: &usize| (*place as f64 + 1.0) >= q * count;
    let place = (0..ascending.len()).find(enough);
    place.map_or(0.0, |place| ascending[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_nearest_rank() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        for (q, expected) in [
            (0.0, 1.0),
            (0.5, 10.0),
            (0.95, 19.0),
            (0.99, 20.0),
            (1.0, 20.0),
        ] {
            assert!(
                (percentile(&values, q) - expected).abs() < f64::EPSILON,
                "{q}"
            );
        }
        assert!(percentile(&[], 0.5).abs() < f64::EPSILON);
    }
}
