//! Means over groups of outcomes, with intervals.

use std::collections::BTreeMap;
use std::fmt;

use crate::experiment::SIMILAR_CUTS;
use crate::metrics::{Latency, ListMetrics, Lists, Metric};
use crate::random::Random;
use crate::{Experiment, HEAD, Outcome, Run};

/// Resamples of the dialogues for an interval.
pub const BOOTSTRAPS: usize = 1000;

/// Seed of the resamples: the same command gives the same bytes.
const SEED: u64 = 20_240_607;

/// Items of a list that variety and novelty are measured on.
const LIST_CUT: usize = 10;

/// Which targets are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// All of them, among all items.
    All,
    /// Those that the context does not name, among the items that it does not name. All groups
    /// below are parts of this one.
    New,
    /// Those that the seeker liked.
    NewLiked,
    /// The most mentioned items of the memory.
    NewPopular,
    /// All other items.
    NewTail,
    /// Items that no conversation of the memory names.
    NewCold,
    /// Those whose context names nothing that is linked.
    NewUnlinked,
}

impl Group {
    /// All groups in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::All,
        Self::New,
        Self::NewLiked,
        Self::NewPopular,
        Self::NewTail,
        Self::NewCold,
        Self::NewUnlinked,
    ];

    /// The rank that counts for this group, if the outcome belongs to it.
    #[must_use]
    pub fn rank(self, outcome: &Outcome) -> Option<u32> {
        let belongs = match self {
            Self::All => return Some(outcome.rank),
            Self::New => true,
            Self::NewLiked => outcome.liked == Some(true),
            Self::NewPopular => outcome.popular,
            Self::NewTail => !outcome.popular,
            Self::NewCold => outcome.cold,
            Self::NewUnlinked => !outcome.linked,
        };
        outcome.rank_new.filter(|_| belongs)
    }

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
            Self::NewLiked => "new_liked",
            Self::NewPopular => "new_popular",
            Self::NewTail => "new_tail",
            Self::NewCold => "new_cold",
            Self::NewUnlinked => "new_unlinked",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// The mean over the instances.
    pub mean: f64,
    /// 2.5th percentile of the means of the resamples.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// The metrics of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSummary {
    /// How many instances it has.
    pub instances: usize,
    /// A mean for each metric.
    pub metrics: BTreeMap<Metric, Estimate>,
}

/// All that is reported of a run, times aside, which no two runs share.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The name of the method.
    pub method: String,
    /// The metrics of each group.
    pub groups: BTreeMap<Group, GroupSummary>,
    /// Metrics of the first ten items that the context does not name.
    pub lists: ListMetrics,
    /// Share of new targets among the items of the first 1, 3, 5, 10 similar conversations.
    pub similar: BTreeMap<usize, Estimate>,
}

impl Summary {
    /// Sums a run up.
    #[must_use]
    pub fn of(run: &Run, experiment: &Experiment) -> Self {
        let by_dialogue = dialogue_ranges(&run.outcomes);
        let group = |group: Group| (group, summarise(group, &run.outcomes, &by_dialogue));
        let similar = |cut: usize| {
            let hit = |outcome: &Outcome| {
                let found = outcome.similar.is_some_and(|place| place as usize <= cut);
                outcome.new.then(|| f64::from(u8::from(found)))
            };
            (cut, estimate(&run.outcomes, &by_dialogue, hit))
        };
        let cuts = SIMILAR_CUTS.into_iter().filter(|_| run.has_similar);
        Self {
            method: run.method.clone(),
            groups: Group::ALL.into_iter().map(group).collect(),
            lists: list_metrics(run, experiment),
            similar: cuts.map(similar).collect(),
        }
    }

    /// The times of a run.
    #[must_use]
    pub fn latency(run: &Run) -> Latency {
        Latency::of(&run.times)
    }
}

fn list_metrics(run: &Run, experiment: &Experiment) -> ListMetrics {
    let cut = |list: &Vec<u32>| list[..list.len().min(LIST_CUT)].to_vec();
    let lists: Vec<Vec<u32>> = run.lists_new.iter().map(cut).collect();
    let new_targets = experiment.questions.iter().map(|question| {
        let new = question.targets.iter().filter(|target| target.new);
        new.filter_map(|target| target.position).collect()
    });
    let targets: Vec<Vec<u32>> = new_targets.collect();
    ListMetrics::of(&Lists {
        lists: &lists,
        targets: &targets,
        memory: &experiment.memory,
        head: HEAD,
    })
}

fn summarise(group: Group, outcomes: &[Outcome], by_dialogue: &[(usize, usize)]) -> GroupSummary {
    let metric = |metric: Metric| {
        let value = |outcome: &Outcome| group.rank(outcome).map(|rank| metric.of(rank));
        (metric, estimate(outcomes, by_dialogue, value))
    };
    GroupSummary {
        instances: outcomes
            .iter()
            .filter_map(|outcome| group.rank(outcome))
            .count(),
        metrics: Metric::ALL.into_iter().map(metric).collect(),
    }
}

/// The runs of outcomes that belong to one dialogue, as (start, end).
pub(crate) fn dialogue_ranges(outcomes: &[Outcome]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        match ranges.last_mut() {
            Some((start, end)) if outcomes[*start].dialogue == outcome.dialogue => *end = index + 1,
            _ => ranges.push((index, index + 1)),
        }
    }
    ranges
}

/// The mean of a value over the outcomes that have one, with a bootstrap by dialogue: dialogues are
/// drawn with replacement, each with all of its outcomes.
fn estimate(
    outcomes: &[Outcome],
    by_dialogue: &[(usize, usize)],
    value: impl Fn(&Outcome) -> Option<f64>,
) -> Estimate {
    let totals: Vec<(f64, f64)> = by_dialogue
        .iter()
        .map(|&(start, end)| {
            let values = outcomes[start..end].iter().filter_map(&value);
            values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0))
        })
        .collect();
    let mean = mean_of(totals.iter());
    let mut random = Random::new(SEED);
    let mut means: Vec<f64> = (0..BOOTSTRAPS)
        .map(|_| mean_of((0..totals.len()).map(|_| &totals[random.below(totals.len())])))
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    Estimate {
        mean,
        low: crate::metrics::percentile(&means, 0.025),
        high: crate::metrics::percentile(&means, 0.975),
    }
}

/// Sum of the sums over sum of the counts; 0 without any.
pub(crate) fn mean_of<'a>(totals: impl Iterator<Item = &'a (f64, f64)>) -> f64 {
    let (sum, count) = totals.fold((0.0, 0.0), |(sum, count), total| {
        (sum + total.0, count + total.1)
    });
    if count > 0.0 { sum / count } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn outcome(dialogue: &str, rank: u32, new: bool) -> Outcome {
        Outcome {
            dialogue: dialogue.to_owned(),
            turn: 0,
            target: "t".to_owned(),
            new,
            liked: None,
            popular: false,
            cold: false,
            linked: true,
            rank,
            rank_new: new.then_some(rank),
            similar: None,
        }
    }

    #[test]
    fn instances_weigh_the_same_whatever_their_dialogue() {
        let outcomes = [
            outcome("a", 1, true),
            outcome("a", 99, true),
            outcome("b", 99, false),
        ];
        let ranges = dialogue_ranges(&outcomes);
        assert_eq!(ranges, [(0, 2), (2, 3)]);
        let all = summarise(Group::All, &outcomes, &ranges);
        assert!((all.metrics[&Metric::HitRate(1)].mean - 1.0 / 3.0).abs() < 1e-12);
        let new = summarise(Group::New, &outcomes, &ranges);
        assert_eq!(new.instances, 2);
        assert!((new.metrics[&Metric::HitRate(1)].mean - 0.5).abs() < 1e-12);
    }

    #[test]
    fn an_interval_of_many_dialogues_is_that_of_the_binomial() {
        let outcomes: Vec<Outcome> = (0..400)
            .map(|i| outcome(&i.to_string(), if i % 4 == 0 { 1 } else { 50 }, true))
            .collect();
        let summary = summarise(Group::New, &outcomes, &dialogue_ranges(&outcomes));
        let found = summary.metrics[&Metric::HitRate(10)];
        // .25 ± 1.96·√(.25·.75/400) = [.208, .292]
        assert!(
            (found.low - 0.208).abs() < 0.008 && (found.high - 0.292).abs() < 0.008,
            "{found:?}"
        );
    }
}
