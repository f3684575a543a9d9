//! Metrics of one target's rank. An instance has one target, so that recall@k is the hit rate and
//! the reciprocal rank and the discounted gain have one term.

use std::fmt;

/// The cut-offs of the hit rate.
pub const CUTS: [u32; 6] = [1, 5, 10, 20, 50, 100];

/// A metric of a rank, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// HR@k, 1 if the rank is at most k. With one target it is recall@k.
    HitRate(u32),
    /// MRR@k, `1 / rank` if the rank is at most k.
    ReciprocalRank(u32),
    /// nDCG@k, `1 / log2(rank + 1)` if the rank is at most k (Järvelin and Kekäläinen 2002).
    Ndcg(u32),
}

impl Metric {
    /// All metrics that are reported, in their order.
    pub const ALL: [Self; 8] = [
        Self::HitRate(CUTS[0]),
        Self::HitRate(CUTS[1]),
        Self::HitRate(CUTS[2]),
        Self::HitRate(CUTS[3]),
        Self::HitRate(CUTS[4]),
        Self::HitRate(CUTS[5]),
        Self::ReciprocalRank(10),
        Self::Ndcg(10),
    ];

    /// The value for a rank, counted from 1.
    #[must_use]
    pub fn of(self, rank: u32) -> f64 {
        let rank_ = f64::from(rank);
        match self {
            Self::HitRate(k) if rank <= k => 1.0,
            Self::ReciprocalRank(k) if rank <= k => 1.0 / rank_,
            Self::Ndcg(k) if rank <= k => 1.0 / (rank_ + 1.0).log2(),
            _ => 0.0,
        }
    }
}

impl fmt::Display for Metric {
    /// `hr@10`, `mrr@10`, `ndcg@10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HitRate(k) => write!(f, "hr@{k}"),
            Self::ReciprocalRank(k) => write!(f, "mrr@{k}"),
            Self::Ndcg(k) => write!(f, "ndcg@{k}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_beyond_the_cut_is_worth_nothing() {
        assert_eq!(Metric::HitRate(10).of(10).to_bits(), 1.0_f64.to_bits());
        for metric in [
            Metric::HitRate(10),
            Metric::ReciprocalRank(10),
            Metric::Ndcg(10),
        ] {
            assert!(metric.of(11).abs() < f64::EPSILON);
        }
        assert!((Metric::ReciprocalRank(10).of(4) - 0.25).abs() < 1e-12);
        assert!((Metric::Ndcg(10).of(3) - 0.5).abs() < 1e-12);
    }
}
