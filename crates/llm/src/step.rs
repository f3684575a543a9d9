//! The step itself: ask, repair once, ground, aggregate.

use serde::Serialize;
use tastegraph_prompt::{Material, Prompt};

use crate::ground::{Accepted, ItemsNamed, accept, preferences, reasoning, reply};
use crate::order::{borda, bounded, spearman};
use crate::parse::{Parsed, parse};
use crate::{ChatModel, ChatRequest, LlmError, Message, Role, Usage};

/// Bytes of a useless answer that are shown to the model again when it is asked to mend it.
const SHOWN_AGAIN: usize = 2000;

/// What a model is asked, and what its answer is held to.
pub struct Ask<'a> {
    /// The prompt, once for each shuffled order of the candidates.
    pub prompts: &'a [Prompt],
    /// What the prompts were filled with; its candidates stand in the order of retrieval.
    pub material: &'a Material,
    /// How many items are shown in the end: a reply may name these only.
    pub listed: usize,
    /// Most tokens of one answer.
    pub answer_tokens: usize,
    /// Most places by which a candidate may move.
    pub max_shift: usize,
    /// For each item that the graph's linker finds in a text, its position among the candidates;
    /// `None` for an item that is none.
    pub items_named: &'a ItemsNamed<'a>,
}

/// What came of asking. The order is complete whatever the model did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Ranked {
    /// All positions of candidates, best first: a permutation of the order of retrieval.
    #[serde(skip)]
    pub order: Vec<usize>,
    /// What the model would say, if it names only what is listed.
    #[serde(skip)]
    pub reply: Option<String>,
    /// The sentences of its reasoning that name only what it was given.
    pub reasoning: Option<String>,
    /// What it made of the person's preferences, likewise.
    pub preferences: Vec<String>,
    /// Counts.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why the order is that of retrieval though a model was asked.
    pub degraded: Option<String>,
}

/// What happened, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Calls of the model.
    pub calls: usize,
    /// Calls that asked to mend an answer without a usable choice.
    pub repairs: usize,
    /// Prompts whose answer had a usable choice in the end.
    pub answered: usize,
    /// Prompts whose answer had none, so that the order of retrieval stands.
    pub fallbacks: usize,
    /// Choices of the model that are candidates, each counted once a prompt.
    pub accepted: usize,
    /// Choices that are no candidates, and were dropped.
    pub hallucinated: usize,
    /// Choices made before, and dropped.
    pub repeated: usize,
    /// Candidates that the model did not choose, and that follow in the order of retrieval.
    pub appended: usize,
    /// Sentences of its reasoning that name what it was not given, and were dropped.
    pub unsupported: usize,
    /// Replies that name what is not listed, or nothing, and were replaced.
    pub replaced_replies: usize,
    /// Tokens of all calls.
    pub usage: Usage,
    /// Spearman's correlation between the order of the model's choices and the order in which it read
    /// them, in the mean over prompts: 1 if it repeats what it reads.
    pub order_correlation: Option<f64>,
}

/// Asks a model to order candidates and grounds what it answers. Never fails: without a usable answer
/// the order is that of retrieval and `degraded` says why.
#[must_use]
pub fn rank(model: &dyn ChatModel, ask: &Ask<'_>) -> Ranked {
    let mut step = Step::new(model, ask);
    for prompt in ask.prompts {
        step.ask_for(prompt);
    }
    step.finish()
}

struct Step<'a> {
    model: &'a dyn ChatModel,
    ask: &'a Ask<'a>,
    ranked: Ranked,
    orders: Vec<Vec<usize>>,
    /// The first usable answer, whose words are shown.
    words: Option<(&'a Prompt, Parsed)>,
    correlations: Vec<f64>,
    problem: Option<String>,
}

impl<'a> Step<'a> {
    fn new(model: &'a dyn ChatModel, ask: &'a Ask<'a>) -> Self {
        Self {
            model,
            ask,
            ranked: Ranked::default(),
            orders: Vec::new(),
            words: None,
            correlations: Vec::new(),
            problem: None,
        }
    }

    fn ask_for(&mut self, prompt: &'a Prompt) {
        match self.usable(prompt) {
            Ok((parsed, accepted)) => {
                self.count(&accepted, prompt);
                self.orders.push(self.completed(&accepted.ranking));
                self.words.get_or_insert((prompt, parsed));
            }
            Err(problem) => {
                self.ranked.counts.fallbacks += 1;
                self.problem.get_or_insert(problem);
            }
        }
    }

    /// An answer with at least one choice that is a candidate, asking twice at most.
    fn usable(&mut self, prompt: &Prompt) -> Result<(Parsed, Accepted), String> {
        let mut messages = vec![
            Message::new(Role::System, &*prompt.system),
            Message::new(Role::User, &*prompt.user),
        ];
        let first = self
            .call(&messages, prompt)
            .map_err(|error| error.to_string())?;
        if let Some(found) = self.read(&first, prompt) {
            return Ok(found);
        }
        self.ranked.counts.repairs += 1;
        messages.push(Message::new(Role::Assistant, shown_again(&first)));
        messages.push(Message::new(Role::User, repair(prompt)));
        let second = self
            .call(&messages, prompt)
            .map_err(|error| error.to_string())?;
        self.read(&second, prompt)
            .ok_or_else(|| "the model chose none of the candidates, asked twice".to_owned())
    }

    fn call(&mut self, messages: &[Message], prompt: &Prompt) -> Result<String, LlmError> {
        self.ranked.counts.calls += 1;
        let reply = self.model.chat(&ChatRequest {
            messages,
            schema: Some(&prompt.schema),
            max_tokens: self.ask.answer_tokens,
        })?;
        let usage = &mut self.ranked.counts.usage;
        usage.prompt_tokens += reply.usage.prompt_tokens;
        usage.completion_tokens += reply.usage.completion_tokens;
        Ok(reply.text)
    }

    fn read(&mut self, text: &str, prompt: &Prompt) -> Option<(Parsed, Accepted)> {
        let parsed = parse(text);
        let accepted = accept(&parsed, prompt, self.ask.material);
        if accepted.ranking.is_empty() {
            self.ranked.counts.hallucinated += accepted.hallucinated;
            return None;
        }
        Some((parsed, accepted))
    }

    fn count(&mut self, accepted: &Accepted, prompt: &Prompt) {
        let counts = &mut self.ranked.counts;
        counts.answered += 1;
        counts.accepted += accepted.ranking.len();
        counts.hallucinated += accepted.hallucinated;
        counts.repeated += accepted.repeated;
        counts.appended += self.ask.material.candidates.len() - accepted.ranking.len();
        let read_at = |position: &usize| prompt.order.iter().position(|other| other == position);
        let places: Vec<(usize, usize)> = accepted
            .ranking
            .iter()
            .enumerate()
            .filter_map(|(place, position)| Some((place, read_at(position)?)))
            .collect();
        self.correlations.extend(spearman(&places));
    }

    /// The choices, and the others in the order of retrieval.
    fn completed(&self, chosen: &[usize]) -> Vec<usize> {
        let others = 0..self.ask.material.candidates.len();
        let others = others.filter(|position| !chosen.contains(position));
        chosen.iter().copied().chain(others).collect()
    }

    fn finish(mut self) -> Ranked {
        let count = self.ask.material.candidates.len();
        self.ranked.order = bounded(&borda(&self.orders, count), self.ask.max_shift);
        if self.orders.is_empty() {
            let problem = self.problem.take();
            self.ranked.degraded =
                Some(problem.unwrap_or_else(|| "there was nothing to ask".to_owned()));
        }
        if !self.correlations.is_empty() {
            let sum: f64 = self.correlations.iter().sum();
            self.ranked.counts.order_correlation = Some(sum / self.correlations.len() as f64);
        }
        if let Some((prompt, parsed)) = self.words.take() {
            self.put_words(&parsed, prompt);
        }
        self.ranked
    }

    fn put_words(&mut self, parsed: &Parsed, prompt: &Prompt) {
        let ask = self.ask;
        let listed = &self.ranked.order[..ask.listed.min(self.ranked.order.len())];
        if let Some(said) = &parsed.reply {
            self.ranked.reply = reply(said, prompt, ask.material, listed, ask.items_named);
            self.ranked.counts.replaced_replies += usize::from(self.ranked.reply.is_none());
        }
        if let Some(said) = &parsed.reasoning {
            let (kept, dropped) = reasoning(said, prompt, ask.material);
            self.ranked.counts.unsupported += dropped;
            self.ranked.reasoning = Some(kept).filter(|kept| !kept.is_empty());
        }
        self.ranked.preferences = preferences(&parsed.preferences, prompt, ask.material);
    }
}

fn shown_again(text: &str) -> String {
    let mut end = text.len().min(SHOWN_AGAIN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    tastegraph_prompt::clean(&text[..end])
}

fn repair(prompt: &Prompt) -> String {
    format!(
        "That is no answer in the schema. Answer with one JSON object and nothing else; \"ranking\" is a list of candidate numbers from 1 to {}, best first.",
        prompt.order.len()
    )
}
