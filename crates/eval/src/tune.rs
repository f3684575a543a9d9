//! A search for better parameters, with half of the conversations held back.
//!
//! What is found on one half is measured on the other: the difference is over-fitting, and is
//! logged for every step.

use serde::Serialize;

use crate::random::Random;
use crate::summary::{Group, dialogue_ranges};
use crate::{EvalError, Metric, Outcome};

/// A parameter and where it may go.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Its name.
    pub name: String,
    /// The smallest value to try.
    pub low: f64,
    /// The largest value to try.
    pub high: f64,
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// One parameter after the other up and down, by steps that are halved when nothing is gained.
    Coordinate,
    /// All parameters at once, uniformly in their ranges.
    Random,
}

/// What a search goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct TuneOptions {
    /// The parameters.
    pub ranges: Vec<Range>,
    /// How to search.
    pub search: Search,
    /// The number of evaluations, the first one aside.
    pub budget: usize,
    /// The metric to raise, and the group over which it is taken.
    pub objective: (Group, Metric),
    /// Seed of the halves and of random values.
    pub seed: u64,
}

/// One evaluation: a line of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trial {
    /// The values, in the order of the ranges.
    pub values: Vec<f64>,
    /// The objective on the half that is tuned on.
    pub tuned: f64,
    /// The objective on the half that is held back.
    pub held_back: f64,
    /// Whether it is the best so far on the half that is tuned on.
    pub best: bool,
}

/// Searches from `start`; `evaluate` runs the method with some values. Returns all trials in order,
/// the first of them the start.
///
/// # Errors
/// [`EvalError::Tuning`] if there is nothing to tune or a range is empty; what `evaluate` reports.
pub fn tune(
    options: &TuneOptions,
    start: &[f64],
    mut evaluate: impl FnMut(&[f64]) -> Result<Vec<Outcome>, EvalError>,
) -> Result<Vec<Trial>, EvalError> {
    check(options, start)?;
    let mut trials: Vec<Trial> = Vec::new();
    let mut attempt = |values: Vec<f64>, trials: &mut Vec<Trial>| -> Result<bool, EvalError> {
        let outcomes = evaluate(&values)?;
        let (tuned, held_back) = halves(&outcomes, options);
        let leader = trials
            .iter()
            .map(|trial| trial.tuned)
            .fold(f64::NEG_INFINITY, f64::max);
        let best = tuned > leader;
        trials.push(Trial {
            values,
            tuned,
            held_back,
            best,
        });
        Ok(best)
    };
    attempt(start.to_vec(), &mut trials)?;
    match options.search {
        Search::Random => {
            let mut random = Random::new(options.seed);
            for _ in 0..options.budget {
                let draw = |range: &Range| range.low + (range.high - range.low) * random.unit();
                attempt(options.ranges.iter().map(draw).collect(), &mut trials)?;
            }
        }
        Search::Coordinate => coordinate(options, start, &mut trials, &mut attempt)?,
    }
    Ok(trials)
}

/// Below this part of a range, steps are not worth an evaluation.
const SMALLEST_STEP: f64 = 1.0 / 64.0;

fn coordinate(
    options: &TuneOptions,
    start: &[f64],
    trials: &mut Vec<Trial>,
    attempt: &mut impl FnMut(Vec<f64>, &mut Vec<Trial>) -> Result<bool, EvalError>,
) -> Result<(), EvalError> {
    let mut values = start.to_vec();
    let mut step = 0.25;
    while step >= SMALLEST_STEP {
        let mut gained = false;
        for (place, range) in options.ranges.iter().enumerate() {
            for direction in [1.0, -1.0] {
                if trials.len() > options.budget {
                    return Ok(());
                }
                let mut moved = values.clone();
                let width = range.high - range.low;
                moved[place] =
                    (values[place] + direction * step * width).clamp(range.low, range.high);
                let stands = (moved[place] - values[place]).abs() < width * 1e-9;
                if !stands && attempt(moved.clone(), trials)? {
                    values = moved;
                    gained = true;
                    break;
                }
            }
        }
        if !gained {
            step /= 2.0;
        }
    }
    Ok(())
}

/// Reads `GROUP:METRIC`, such as `new:hr@10`.
///
/// # Errors
/// [`EvalError::Tuning`] naming the groups and metrics that there are.
pub fn parse_objective(text: &str) -> Result<(Group, Metric), EvalError> {
    let found = text.split_once(':').and_then(|(group, metric)| {
        let group = Group::ALL.into_iter().find(|known| known.name() == group)?;
        let metric = Metric::ALL
            .into_iter()
            .find(|known| known.to_string() == metric)?;
        Some((group, metric))
    });
    found.ok_or_else(|| {
        let groups: Vec<&str> = Group::ALL.iter().map(|group| group.name()).collect();
        let metrics: Vec<String> = Metric::ALL.iter().map(ToString::to_string).collect();
        EvalError::Tuning {
            message: format!(
                "\"{text}\" is no objective; groups are {}, metrics {}",
                groups.join(", "),
                metrics.join(", ")
            ),
            hint: "write GROUP:METRIC, such as new:hr@10",
        }
    })
}

fn check(options: &TuneOptions, start: &[f64]) -> Result<(), EvalError> {
    let fault = |message: String, hint| Err(EvalError::Tuning { message, hint });
    if options.ranges.is_empty() || options.ranges.len() != start.len() {
        let message = "there is no parameter to tune".to_owned();
        return fault(
            message,
            "name one with its range, such as content_weight=0:12",
        );
    }
    let empty = |range: &&Range| range.low >= range.high || !(range.high - range.low).is_finite();
    if let Some(range) = options.ranges.iter().find(empty) {
        let message = format!(
            "the range {}:{} of {} is empty",
            range.low, range.high, range.name
        );
        return fault(message, "the first number is the smaller one");
    }
    Ok(())
}

/// The objective on the half that is tuned on and on the other; a dialogue is in one of them.
fn halves(outcomes: &[Outcome], options: &TuneOptions) -> (f64, f64) {
    let (group, metric) = options.objective;
    let mut random = Random::new(options.seed);
    let mut sums = [(0.0, 0.0); 2];
    for (start, end) in dialogue_ranges(outcomes) {
        let half = &mut sums[random.below(2)];
        for rank in outcomes[start..end]
            .iter()
            .filter_map(|outcome| group.rank(outcome))
        {
            *half = (half.0 + metric.of(rank), half.1 + 1.0);
        }
    }
    let mean = |(sum, count): (f64, f64)| if count > 0.0 { sum / count } else { 0.0 };
    (mean(sums[0]), mean(sums[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Outcomes whose ranks are the better the nearer the values are to (3, −1).
    fn outcomes(values: &[f64]) -> Vec<Outcome> {
        let distance = (values[0] - 3.0).abs() + (values[1] + 1.0).abs();
        let steps = (0..1000)
            .take_while(|step| f64::from(*step) < distance * 10.0)
            .count() as u32;
        let outcome = |number: u32| Outcome {
            dialogue: number.to_string(),
            turn: 0,
            target: "t".to_owned(),
            new: true,
            liked: None,
            popular: false,
            cold: false,
            linked: true,
            rank: 1 + steps * (1 + number % 3),
            rank_new: None,
            similar: None,
        };
        (0..40).map(outcome).collect()
    }

    fn options(search: Search) -> TuneOptions {
        let range = |name: &str, low, high| Range {
            name: name.to_owned(),
            low,
            high,
        };
        TuneOptions {
            ranges: vec![range("a", 0.0, 8.0), range("b", -4.0, 4.0)],
            search,
            budget: 60,
            objective: (Group::All, Metric::ReciprocalRank(100)),
            seed: 3,
        }
    }

    #[test]
    fn both_searches_find_the_way() {
        for search in [Search::Coordinate, Search::Random] {
            let trials = tune(&options(search), &[0.0, 0.0], |values| Ok(outcomes(values)))
                .expect("ranges are fine");
            let best = trials
                .iter()
                .rfind(|trial| trial.best)
                .expect("the start at least");
            assert!(best.tuned > trials[0].tuned && best.held_back > trials[0].held_back);
            assert!(trials.len() <= 61);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_log() {
        let run = || {
            tune(&options(Search::Random), &[0.0, 0.0], |values| {
                Ok(outcomes(values))
            })
        };
        assert_eq!(run().expect("fine"), run().expect("fine"));
    }

    #[test]
    fn an_empty_range_is_refused() {
        let mut options = options(Search::Random);
        options.ranges[0].high = -1.0;
        let error = tune(&options, &[0.0, 0.0], |values| Ok(outcomes(values))).expect_err("empty");
        assert!(error.to_string().contains("of a is empty"), "{error}");
    }
}
