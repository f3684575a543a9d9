//! A request, from builder to answer.

use std::time::{Duration, Instant};

use tastegraph_dialogue::{Conversation, Rule, Speaker, Turn, Understanding, understand};
use tastegraph_llm::ChatModel;
use tastegraph_prompt::{Prompt, RenderOptions};
use tastegraph_retrieval::{Explanation, Parameters, Request, Retrieved};

use crate::answer::Reporter;
use crate::{Answer, Engine, EngineError, Focus, LlmSettings};

/// Items returned when nothing else is asked.
const TOP_K: usize = 10;

/// A condition that the application sets, beside those stated in the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Condition);

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    Range {
        name: String,
        min: Option<f64>,
        max: Option<f64>,
    },
    With(String),
    Without(String),
}

impl Filter {
    /// The number called `name` is at least `min`: `Filter::at_least("year", 1990.0)`.
    #[must_use]
    pub fn at_least(name: &str, min: f64) -> Self {
        Self::range(name, Some(min), None)
    }

    /// The number called `name` is at most `max`: `Filter::at_most("runtime", 120.0)`.
    #[must_use]
    pub fn at_most(name: &str, max: f64) -> Self {
        Self::range(name, None, Some(max))
    }

    /// The number called `name` lies between `min` and `max`, both included.
    #[must_use]
    pub fn between(name: &str, min: f64, max: f64) -> Self {
        Self::range(name, Some(min), Some(max))
    }

    /// The item is joined to the thing with this IRI.
    #[must_use]
    pub fn with(iri: &str) -> Self {
        Self(Condition::With(iri.to_owned()))
    }

    /// The item is not joined to the thing with this IRI.
    #[must_use]
    pub fn without(iri: &str) -> Self {
        Self(Condition::Without(iri.to_owned()))
    }

    fn range(name: &str, min: Option<f64>, max: Option<f64>) -> Self {
        Self(Condition::Range {
            name: name.to_owned(),
            min,
            max,
        })
    }

    fn rule(&self, engine: &Engine) -> Result<Rule, EngineError> {
        let find = |iri: &str| {
            let found = engine.retriever.snapshot().find(iri);
            found
                .map(|node| node.0)
                .ok_or_else(|| EngineError::UnknownIri {
                    iri: iri.to_owned(),
                })
        };
        Ok(match &self.0 {
            Condition::Range { name, min, max } => Rule::Range {
                filter: name.clone(),
                min: *min,
                max: *max,
            },
            Condition::With(iri) => Rule::Require(find(iri)?),
            Condition::Without(iri) => Rule::Forbid(find(iri)?),
        })
    }
}

/// A request that has not run yet.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until `run` is called"]
pub struct Recommend<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) conversation: Conversation,
    pub(crate) top_k: usize,
    filters: Vec<Filter>,
    pub(crate) prompt: RenderOptions,
    pub(crate) model: Option<&'a dyn ChatModel>,
    pub(crate) llm: LlmSettings,
}

/// What a request found, before it is put into words.
pub(crate) struct Found {
    pub(crate) understanding: Understanding,
    pub(crate) retrieved: Retrieved,
    understand: Duration,
    encode: Duration,
}

impl<'a> Recommend<'a> {
    pub(crate) fn new(engine: &'a Engine, conversation: Conversation) -> Self {
        Self {
            engine,
            conversation,
            top_k: TOP_K,
            filters: Vec::new(),
            prompt: RenderOptions::default(),
            model: None,
            llm: engine.settings.llm.clone(),
        }
    }

    /// How many items to return.
    pub fn top_k(mut self, top_k: usize) -> Self {
        self.top_k = top_k;
        self.prompt.wanted = top_k;
        self
    }

    /// Adds a condition; all must hold.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// Seed of the order of candidates in the prompt.
    pub fn seed(mut self, seed: u64) -> Self {
        self.prompt.seed = seed;
        self
    }

    /// Answers.
    ///
    /// # Errors
    /// [`EngineError::EmptyRequest`] if the seeker said nothing; [`EngineError::UnknownIri`] and
    /// [`EngineError::Retrieval`] for filters and parameters that do not exist or are out of range.
    pub fn run(self) -> Result<Answer, EngineError> {
        let clock = Instant::now();
        let parameters = self.parameters();
        let mut found = self.find(&parameters)?;
        let asked = Instant::now();
        let llm = self.ask_model(&mut found)?;
        let (llm, prompt_time) = llm.unzip();
        let llm_time = llm.as_ref().map(|_| asked.elapsed());
        let reporter = Reporter::new(self.engine);
        let mut answer = reporter
            .report(&found.understanding, &found.retrieved, self.top_k)
            .with_llm(llm);
        answer.timings.prompt_ms = prompt_time.map(milliseconds);
        answer.timings.llm_ms = llm_time.map(milliseconds);
        answer.timings.understand_ms = milliseconds(found.understand);
        answer.timings.encode_ms = milliseconds(found.encode);
        answer.timings.total_ms = milliseconds(clock.elapsed());
        Ok(answer)
    }

    /// Explains the log-odds of one item, by its IRI: which seeds, which conversations, which shared
    /// things, and how much each. Conditions are not part of it.
    ///
    /// # Errors
    /// As [`Self::run`]; [`EngineError::UnknownIri`] if the graph does not have the item.
    pub fn explain(self, iri: &str) -> Result<Explanation, EngineError> {
        let retriever = &self.engine.retriever;
        let unknown = || EngineError::UnknownIri {
            iri: iri.to_owned(),
        };
        let item = retriever.snapshot().find(iri).ok_or_else(unknown)?;
        let parameters = self.parameters();
        let understanding = understand(
            &self.conversation,
            &self.engine.linker,
            &self.engine.vocabulary,
        );
        let words = self.words();
        let meaning = self.engine.meaning.of(&words, &parameters)?;
        let request = Request {
            understanding: &understanding,
            words: &words,
            meaning: meaning.as_deref(),
            rules: &[],
            parameters: &parameters,
        };
        Ok(retriever.explain(&request, item)?)
    }

    /// The structured prompt that a language model would get.
    ///
    /// # Errors
    /// As [`Self::run`], and [`EngineError::Prompt`].
    pub fn prompt(self) -> Result<Prompt, EngineError> {
        self.prompt_named(&self.llm.template, &Focus::default())
    }

    pub(crate) fn find(&self, parameters: &Parameters) -> Result<Found, EngineError> {
        let turns = &self.conversation.turns;
        let asks = |turn: &Turn| turn.speaker == Speaker::Seeker && !turn.text.trim().is_empty();
        if !turns.iter().any(asks) {
            return Err(EngineError::EmptyRequest);
        }
        let clock = Instant::now();
        let understanding = understand(
            &self.conversation,
            &self.engine.linker,
            &self.engine.vocabulary,
        );
        let understand = clock.elapsed();
        let words = self.words();
        let clock = Instant::now();
        let meaning = self.engine.meaning.of(&words, parameters)?;
        let encode = clock.elapsed();
        let rules = self
            .filters
            .iter()
            .map(|filter| filter.rule(self.engine))
            .collect::<Result<Vec<_>, _>>()?;
        let retrieved = self.engine.retriever.retrieve(&Request {
            understanding: &understanding,
            words: &words,
            meaning: meaning.as_deref(),
            rules: &rules,
            parameters,
        })?;
        Ok(Found {
            understanding,
            retrieved,
            understand,
            encode,
        })
    }

    /// All that was said, a turn a line.
    fn words(&self) -> String {
        let turns = self.conversation.turns.iter();
        let words: Vec<&str> = turns.map(|turn| turn.text.as_str()).collect();
        words.join("\n")
    }

    /// The engine's parameters, with enough candidates for what is asked.
    pub(crate) fn parameters(&self) -> Parameters {
        let mut parameters = self.engine.settings.parameters.clone();
        parameters.candidates = parameters.candidates.max(self.top_k);
        parameters
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
