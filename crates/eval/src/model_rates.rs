//! How a language model behaved over an evaluation.

use serde::Serialize;
use tastegraph::models::Counts;
use tastegraph::{LlmRanking, LlmReport};

use crate::model::Answered;
use crate::{Latency, ModelAnswers};

/// Rates over all questions. Shares are of questions unless they say otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ModelRates {
    /// Questions put to the model.
    pub questions: usize,
    /// Final orders that are no permutation of the candidates retrieved, counted anew from the order
    /// itself: 0 unless grounding is broken.
    pub ungrounded: usize,
    /// Share of the model's choices that are no candidates.
    pub hallucinated_choices: f64,
    /// Share of questions with such a choice.
    pub hallucinating: f64,
    /// Share of the model's choices that it had made before.
    pub repeated_choices: f64,
    /// Share of questions in which an answer had to be mended.
    pub repaired: f64,
    /// Share of questions in which the order of retrieval stands because no answer could be used.
    pub fallback: f64,
    /// Share of questions whose reply named what is not listed, or nothing, and was replaced.
    pub replaced_replies: f64,
    /// Spearman's correlation of the model's choices with the order in which it read them.
    pub order_correlation: Option<f64>,
    /// Tokens read, in the mean over questions.
    pub prompt_tokens: f64,
    /// Tokens written, likewise.
    pub completion_tokens: f64,
    /// Seconds a question, the mean.
    pub mean_seconds: f64,
    /// Seconds a question, the median.
    pub p50_seconds: f64,
    /// Seconds a question, the 95th percentile.
    pub p95_seconds: f64,
}

impl ModelRates {
    /// Counts what is in the answers.
    #[must_use]
    pub fn of(answers: &ModelAnswers<'_>) -> Self {
        let all = answers.all();
        let count = all.len().max(1) as f64;
        let reports: Vec<&LlmReport> = all.iter().filter_map(|one| generated(one)).collect();
        let failed = all
            .iter()
            .filter(|one| matches!(one.ranking.llm, LlmRanking::Failed(_)));
        let sum = |number: fn(&Counts) -> usize| -> f64 {
            let numbers = reports.iter().map(|report| number(&report.ranked.counts));
            numbers.sum::<usize>() as f64
        };
        let share = |holds: fn(&LlmReport) -> bool| -> f64 {
            reports.iter().filter(|report| holds(report)).count() as f64 / count
        };
        let choices =
            sum(|counts| counts.accepted + counts.hallucinated + counts.repeated).max(1.0);
        let times: Vec<_> = all.iter().map(|one| one.time).collect();
        let latency = Latency::of(&times);
        let correlations: Vec<f64> = reports
            .iter()
            .filter_map(|report| report.ranked.counts.order_correlation)
            .collect();
        Self {
            questions: all.len(),
            ungrounded: all.iter().filter(|one| !is_grounded(one)).count(),
            hallucinated_choices: sum(|counts| counts.hallucinated) / choices,
            hallucinating: share(|report| report.ranked.counts.hallucinated > 0),
            repeated_choices: sum(|counts| counts.repeated) / choices,
            repaired: share(|report| report.ranked.counts.repairs > 0),
            fallback: share(|report| report.ranked.degraded.is_some())
                + failed.count() as f64 / count,
            replaced_replies: share(|report| report.ranked.counts.replaced_replies > 0),
            order_correlation: (!correlations.is_empty())
                .then(|| correlations.iter().sum::<f64>() / correlations.len() as f64),
            prompt_tokens: sum(|counts| counts.usage.prompt_tokens) / count,
            completion_tokens: sum(|counts| counts.usage.completion_tokens) / count,
            mean_seconds: times
                .iter()
                .map(std::time::Duration::as_secs_f64)
                .sum::<f64>()
                / count,
            p50_seconds: latency.p50_ms / 1e3,
            p95_seconds: latency.p95_ms / 1e3,
        }
    }

    /// A table for people, in Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let correlation = self
            .order_correlation
            .map_or("–".to_owned(), |value| format!("{value:.3}"));
        let rows = [
            ("questions", self.questions.to_string()),
            ("ungrounded final orders", self.ungrounded.to_string()),
            (
                "choices that are no candidates",
                percent(self.hallucinated_choices),
            ),
            ("questions with such a choice", percent(self.hallucinating)),
            ("choices made twice", percent(self.repeated_choices)),
            ("questions with a repair", percent(self.repaired)),
            (
                "questions that fell back to retrieval",
                percent(self.fallback),
            ),
            ("replies replaced", percent(self.replaced_replies)),
            ("correlation with the order read", correlation),
            (
                "tokens read a question",
                format!("{:.0}", self.prompt_tokens),
            ),
            (
                "tokens written a question",
                format!("{:.0}", self.completion_tokens),
            ),
            (
                "seconds a question, mean / p50 / p95",
                format!(
                    "{:.2} / {:.2} / {:.2}",
                    self.mean_seconds, self.p50_seconds, self.p95_seconds
                ),
            ),
        ];
        let rows: Vec<String> = rows
            .iter()
            .map(|(name, value)| format!("| {name} | {value} |\n"))
            .collect();
        format!("| the model | |\n|---|---|\n{}", rows.concat())
    }
}

fn generated(one: &Answered) -> Option<&LlmReport> {
    match &one.ranking.llm {
        LlmRanking::Generated(report) => Some(report),
        _ => None,
    }
}

/// Whether the final order holds each candidate once and nothing else.
fn is_grounded(one: &Answered) -> bool {
    let Some(report) = generated(one) else {
        return true;
    };
    let mut order = report.ranked.order.clone();
    order.sort_unstable();
    order.into_iter().eq(0..one.ranking.candidates.len())
}
