//! Order statistics of timings.

use std::time::Instant;

/// The time since `start` in milliseconds.
#[must_use]
pub fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// Numbers in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Sorts the numbers.
    #[must_use]
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The smallest value that at least `percent` of the values do not exceed (nearest rank); 0 if
    /// there are none.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// The largest value.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.percentile(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let sample = Sample::new((1..=10).rev().map(f64::from).collect());
        let found = [0, 50, 95, 100].map(|percent| format!("{}", sample.percentile(percent)));
        assert_eq!(found, ["1", "5", "10", "10"]);
        assert!(Sample::new(Vec::new()).max().abs() < f64::EPSILON);
    }
}
