//! Methods on ratings, side by side.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::ratings::{ItemKnn, RatingsSplit, UserRecommender};
use crate::ratings_engine::RatingsEngine;
use crate::summary::{BOOTSTRAPS, Estimate};
use crate::{Ease, EvalError, Metric, Popularity, Rating, percentile};

/// Users who know fewer items than this count as nearly new.
const FEW: usize = 30;

/// Seed of the resamples.
const SEED: u64 = 20_240_607;

/// The metrics that are usual on ratings.
const METRICS: [Metric; 3] = [Metric::HitRate(10), Metric::Ndcg(10), Metric::HitRate(50)];

/// What methods did on ratings.
#[derive(Debug, Clone)]
pub struct RatingsReport {
    /// Users that were evaluated.
    pub users: usize,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    method: &'static str,
    /// All users, and those with few ratings.
    everybody: Vec<Estimate>,
    few: Vec<Estimate>,
    /// Mean over the users of the metrics when nothing of a user is known.
    unknown: Option<Vec<f64>>,
}

/// Leaves the last item of each user out and lets the engine, popularity, item-kNN and EASE find it.
/// The engine's graph holds users and what they rated; a user is answered from the own items, and
/// with none of them known as somebody new.
///
/// # Errors
/// [`EvalError::Nothing`] without a user who rated two items; what a method reports.
pub fn evaluate_ratings(ratings: &[Rating]) -> Result<RatingsReport, EvalError> {
    let split = RatingsSplit::new(ratings, 0);
    if split.targets.is_empty() {
        return Err(EvalError::Nothing {
            reason: "no user has rated two items".to_owned(),
            available: format!("there are {} ratings", ratings.len()),
        });
    }
    let memory = split.memory();
    let engine = RatingsEngine::new(&split, RatingsEngine::parameters())?;
    let methods: [&dyn UserRecommender; 4] = [
        &engine,
        &Popularity::new(&memory),
        &ItemKnn::new(&memory, ItemKnn::NEIGHBOURS),
        &Ease::new(&split.universe, &memory, Ease::LAMBDA),
    ];
    let rows = methods.into_iter().map(|method| row(method, &split));
    Ok(RatingsReport {
        users: split.users.len(),
        rows: rows.collect::<Result<_, _>>()?,
    })
}

fn row(method: &dyn UserRecommender, split: &RatingsSplit) -> Result<Row, EvalError> {
    let ranks = split.ranks(method)?;
    let few = ranks
        .iter()
        .zip(&split.known)
        .filter(|(_, known)| known.len() < FEW);
    let few: Vec<u32> = few.map(|(rank, _)| *rank).collect();
    let estimates = |ranks: &[u32]| METRICS.map(|metric| estimate(ranks, metric)).to_vec();
    let nobody = method.recommend(&[])?;
    let usable = nobody
        .iter()
        .any(|score| *score > nobody.iter().copied().fold(f32::INFINITY, f32::min));
    let unknown = usable.then(|| {
        let rank = |target: &u32| crate::pessimistic_rank(&nobody, Some(*target), &[]);
        let ranks: Vec<u32> = split.targets.iter().map(rank).collect();
        METRICS.map(|metric| mean(&ranks, metric)).to_vec()
    });
    Ok(Row {
        method: method.name(),
        everybody: estimates(&ranks),
        few: estimates(&few),
        unknown,
    })
}

fn mean(ranks: &[u32], metric: Metric) -> f64 {
    let sum: f64 = ranks.iter().map(|&rank| metric.of(rank)).sum();
    sum / ranks.len().max(1) as f64
}

/// The mean with an interval from users drawn with replacement.
fn estimate(ranks: &[u32], metric: Metric) -> Estimate {
    let mut random = Random::new(SEED);
    let mut means: Vec<f64> = (0..BOOTSTRAPS)
        .map(|_| {
            let drawn = (0..ranks.len()).map(|_| ranks[random.below(ranks.len())]);
            mean(&drawn.collect::<Vec<u32>>(), metric)
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    Estimate {
        mean: mean(ranks, metric),
        low: percentile(&means, 0.025),
        high: percentile(&means, 0.975),
    }
}

impl RatingsReport {
    /// A table.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let names: Vec<String> = METRICS
            .iter()
            .map(|m| m.to_string().to_uppercase())
            .collect();
        let mut text = format!(
            "{} users, the last item of each left out; intervals are 95 %, from 1,000 resamples of the users.\nUnknown: nothing of the user is known.\n\n| method | {} | fewer than {FEW} known: HR@10 | unknown: HR@10 |\n|---|{}--:|--:|\n",
            self.users,
            names.join(" | "),
            "--:|".repeat(METRICS.len()),
        );
        let cell = |e: &Estimate| format!("{:.3} [{:.3}, {:.3}]", e.mean, e.low, e.high);
        for row in &self.rows {
            let cells: Vec<String> = row.everybody.iter().map(cell).collect();
            let unknown = row
                .unknown
                .as_ref()
                .map_or("–".to_owned(), |m| format!("{:.3}", m[0]));
            let few = row.few.first().map(cell).unwrap_or_default();
            let _ = writeln!(
                text,
                "| {} | {} | {few} | {unknown} |",
                row.method,
                cells.join(" | ")
            );
        }
        text
    }

    /// `{method: {all | few | unknown: {metric: mean}}}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let named = |values: Vec<f64>| -> Value {
            let pairs = METRICS.iter().zip(values);
            Value::Object(
                pairs
                    .map(|(metric, value)| (metric.to_string(), json!(value)))
                    .collect(),
            )
        };
        let means = |estimates: &[Estimate]| named(estimates.iter().map(|e| e.mean).collect());
        let methods = self.rows.iter().map(|row| {
            let mut groups = Map::new();
            groups.insert("all".to_owned(), means(&row.everybody));
            groups.insert("few".to_owned(), means(&row.few));
            groups.insert(
                "unknown".to_owned(),
                row.unknown.clone().map_or(Value::Null, named),
            );
            (row.method.to_owned(), Value::Object(groups))
        });
        Value::Object(methods.collect())
    }
}
