//! Whether two runs differ: paired tests by dialogue.

use serde::Serialize;

use crate::metrics::{Metric, percentile};
use crate::random::Random;
use crate::summary::{BOOTSTRAPS, Group, dialogue_ranges, mean_of};
use crate::{EvalError, Outcome};

/// Sign flips of the randomisation test.
const FLIPS: usize = 10_000;

/// Seed of resamples and flips.
const SEED: u64 = 42;

/// How run B differs from run A in one metric of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The group.
    pub group: &'static str,
    /// The metric.
    pub metric: String,
    /// Mean of A.
    pub a: f64,
    /// Mean of B.
    pub b: f64,
    /// B − A.
    pub difference: f64,
    /// 2.5th percentile of B − A when dialogues are drawn with replacement.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
    /// Two-sided p-value of the randomisation test that exchanges A and B in each dialogue with
    /// probability ½ (Fisher; Smucker et al., CIKM 2007). At least 1 / (flips + 1).
    pub p: f64,
}

/// Compares two runs over the same instances.
///
/// # Errors
/// [`EvalError::NotComparable`] if they are not the same instances in the same order.
pub fn compare(a: &[Outcome], b: &[Outcome]) -> Result<Vec<Difference>, EvalError> {
    check(a, b)?;
    let ranges = dialogue_ranges(a);
    let groups = Group::ALL.into_iter();
    let pairs = groups.flat_map(|group| Metric::ALL.map(|metric| (group, metric)));
    let occupied = pairs.filter(|(group, _)| a.iter().any(|outcome| group.rank(outcome).is_some()));
    Ok(occupied
        .map(|(group, metric)| difference(a, b, &ranges, group, metric))
        .collect())
}

fn check(a: &[Outcome], b: &[Outcome]) -> Result<(), EvalError> {
    let differ = |reason: String| Err(EvalError::NotComparable { reason });
    if a.len() != b.len() {
        return differ(format!(
            "one has {} instances, the other {}",
            a.len(),
            b.len()
        ));
    }
    let key = |outcome: &Outcome| {
        (
            outcome.dialogue.clone(),
            outcome.turn,
            outcome.target.clone(),
        )
    };
    let facts = |outcome: &Outcome| {
        (
            outcome.new,
            outcome.liked,
            outcome.popular,
            outcome.cold,
            outcome.linked,
        )
    };
    for (number, (a, b)) in (1..).zip(a.iter().zip(b)) {
        if key(a) != key(b) || facts(a) != facts(b) {
            return differ(format!(
                "instance {number} is {} of {} here and {} of {} there, or counts differently",
                a.target, a.dialogue, b.target, b.dialogue
            ));
        }
    }
    Ok(())
}

/// Per dialogue: sum of B − A, and number of instances.
fn difference(
    a: &[Outcome],
    b: &[Outcome],
    ranges: &[(usize, usize)],
    group: Group,
    metric: Metric,
) -> Difference {
    let totals = |outcomes: &[Outcome]| -> Vec<(f64, f64)> {
        let total = |&(start, end): &(usize, usize)| {
            let ranks = outcomes[start..end]
                .iter()
                .filter_map(|outcome| group.rank(outcome));
            ranks.fold((0.0, 0.0), |(sum, count), rank| {
                (sum + metric.of(rank), count + 1.0)
            })
        };
        ranges.iter().map(total).collect()
    };
    let (of_a, of_b) = (totals(a), totals(b));
    let paired: Vec<(f64, f64)> = of_a
        .iter()
        .zip(&of_b)
        .map(|(a, b)| (b.0 - a.0, a.1))
        .collect();
    let found = mean_of(paired.iter());
    let (low, high) = interval(&paired);
    Difference {
        group: group.name(),
        metric: metric.to_string(),
        a: mean_of(of_a.iter()),
        b: mean_of(of_b.iter()),
        difference: found,
        low,
        high,
        p: randomisation(&paired),
    }
}

fn interval(paired: &[(f64, f64)]) -> (f64, f64) {
    let mut random = Random::new(SEED);
    let mut means: Vec<f64> = (0..BOOTSTRAPS)
        .map(|_| mean_of((0..paired.len()).map(|_| &paired[random.below(paired.len())])))
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    (percentile(&means, 0.025), percentile(&means, 0.975))
}

fn randomisation(paired: &[(f64, f64)]) -> f64 {
    let mut random = Random::new(SEED);
    let observed: f64 = paired.iter().map(|pair| pair.0).sum::<f64>().abs();
    // Dialogues without a difference do not change when their sides are exchanged.
    let moved: Vec<f64> = paired
        .iter()
        .map(|pair| pair.0)
        .filter(|d| d.abs() > 0.0)
        .collect();
    let as_extreme = (0..FLIPS)
        .filter(|_| {
            let sum: f64 = moved
                .iter()
                .map(|d| if random.next() & 1 == 0 { *d } else { -d })
                .sum();
            sum.abs() >= observed - 1e-12
        })
        .count();
    (as_extreme as f64 + 1.0) / (FLIPS as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(ranks: &[u32]) -> Vec<Outcome> {
        let outcome = |(number, &rank): (usize, &u32)| Outcome {
            dialogue: format!("d{}", number / 2),
            turn: number,
            target: "t".to_owned(),
            new: true,
            liked: None,
            popular: true,
            cold: false,
            linked: true,
            rank,
            rank_new: Some(rank),
            similar: None,
        };
        ranks.iter().enumerate().map(outcome).collect()
    }

    fn of(differences: &[Difference], metric: &str) -> Difference {
        let wanted = |d: &&Difference| d.group == "new" && d.metric == metric;
        differences.iter().find(wanted).expect("is there").clone()
    }

    #[test]
    fn a_run_does_not_differ_from_itself() {
        let run = outcomes(&[1, 5, 20, 3, 200, 8]);
        for difference in compare(&run, &run).expect("the same instances") {
            assert!(
                difference.difference.abs() < 1e-12 && difference.p > 0.999,
                "{difference:?}"
            );
        }
    }

    #[test]
    fn the_p_value_is_that_of_all_exchanges() {
        // Six dialogues, each better by one hit: 2 of 2^6 exchanges are as extreme.
        let a = outcomes(&[50; 12]);
        let b = outcomes(&[1, 50].repeat(6));
        let found = of(&compare(&a, &b).expect("the same instances"), "hr@10");
        assert!((found.difference - 0.5).abs() < 1e-12);
        assert!((found.p - 2.0 / 64.0).abs() < 0.006, "{}", found.p);
        assert!((found.low - 0.5).abs() < 1e-12 && (found.high - 0.5).abs() < 1e-12);
    }

    #[test]
    fn other_instances_are_refused() {
        let mut b = outcomes(&[1, 2]);
        b[1].target = "other".to_owned();
        let error = compare(&outcomes(&[1, 2]), &b).expect_err("they differ");
        assert!(error.to_string().contains("instance 2"), "{error}");
    }
}
