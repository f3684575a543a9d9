//! A language model as a method: the engine's order, with the best candidates in the model's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tastegraph::models::{ChatModel, Priors, mixed_order};
use tastegraph::{LinkedRanking, LlmRanking, LlmSettings, Parameters};

use crate::engine::{ENGINE, linked};
use crate::{Context, EvalError, Recommendation, Recommender};

/// What a model answered to the questions of an evaluation. Methods that differ only in how they mix
/// share it, so that each question is asked once.
#[derive(Debug)]
pub struct ModelAnswers<'a> {
    engine: &'a tastegraph::Engine,
    parameters: Parameters,
    model: &'a dyn ChatModel,
    settings: LlmSettings,
    priors: Priors,
    known: Mutex<HashMap<String, Arc<Answered>>>,
}

/// One answer with the time that it took.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) ranking: LinkedRanking,
    pub(crate) time: Duration,
}

impl<'a> ModelAnswers<'a> {
    /// No answers yet.
    #[must_use]
    pub fn new(
        engine: &'a tastegraph::Engine,
        model: &'a dyn ChatModel,
        settings: &LlmSettings,
    ) -> Self {
        let parameters = engine.settings().parameters.clone();
        Self {
            engine,
            parameters: Parameters {
                candidates: parameters.candidates.max(settings.candidates),
                ..parameters
            },
            model,
            settings: settings.clone(),
            priors: Priors::default(),
            known: Mutex::default(),
        }
    }

    fn of(&self, context: &Context<'_>) -> Result<Arc<Answered>, EvalError> {
        let key = format!("{:?}", context.turns);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answered) = known().get(&key) {
            return Ok(Arc::clone(answered));
        }
        let clock = Instant::now();
        let turns = linked(self.engine, context);
        let ranking = self
            .engine
            .rank_linked_with(
                &turns,
                &self.parameters,
                self.model,
                &self.settings,
                &self.priors,
            )
            .map_err(|error| EvalError::Method {
                method: self.model.name().to_owned(),
                message: error.to_string(),
            })?;
        let time = clock.elapsed();
        let answered = Arc::new(Answered { ranking, time });
        known().insert(key, Arc::clone(&answered));
        Ok(answered)
    }

    /// All answers so far.
    pub(crate) fn all(&self) -> Vec<Arc<Answered>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().cloned().collect()
    }
}

/// The engine with a model that orders the best candidates.
#[derive(Debug)]
pub struct ModelMethod<'a> {
    answers: &'a ModelAnswers<'a>,
    name: String,
    weight: f64,
}

impl<'a> ModelMethod<'a> {
    /// The order that the model generates.
    #[must_use]
    pub fn generated(answers: &'a ModelAnswers<'a>) -> Self {
        Self {
            answers,
            name: format!("{ENGINE}+model"),
            weight: 0.0,
        }
    }

    /// The model's likelihoods mixed with retrieval by a weight from 0 to 1.
    #[must_use]
    pub fn weighted(answers: &'a ModelAnswers<'a>, weight: f64) -> Self {
        Self {
            answers,
            name: format!("{ENGINE}+likelihood-{weight}"),
            weight,
        }
    }

    /// The candidates in the method's order, as positions.
    fn order(&self, ranking: &LinkedRanking) -> Vec<usize> {
        match &ranking.llm {
            LlmRanking::Generated(report) => report.ranked.order.clone(),
            LlmRanking::Likelihoods(scores) => mixed_order(
                &ranking.scores(),
                scores,
                self.weight,
                self.answers.settings.max_shift,
            ),
            LlmRanking::Failed(_) => (0..ranking.candidates.len()).collect(),
        }
    }
}

impl Recommender for ModelMethod<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn recommend(&self, context: &Context<'_>) -> Result<Recommendation, EvalError> {
        let answered = self.answers.of(context)?;
        let ranking = &answered.ranking;
        Ok(Recommendation {
            scores: ranking.reordered(&self.order(ranking)),
            similar: ranking.ranking.similar.clone(),
            time: None,
        })
    }
}
