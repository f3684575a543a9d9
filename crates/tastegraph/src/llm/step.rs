//! From what retrieval found to the order and the words of a model.

use tastegraph_dialogue::{Conversation, Understanding, understand};
use tastegraph_graph::{NodeId, NodeKind};
use tastegraph_llm::{
    Ask, ChatModel, Counts, LlmError, Priors, Ranked, likelihood_scores, mixed_order, rank,
};
use tastegraph_prompt::{Material, Prompt, PromptError, RenderOptions, Template};
use tastegraph_retrieval::Retrieved;

use super::{Cost, LlmMethod, LlmReport, LlmSettings, ReplyBy, TemplateReport};
use crate::{Engine, EngineError};

/// The template with which names are scored.
const LIKELIHOOD: &str = "likelihood";

/// The calls for one request.
pub(crate) struct Step<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) model: &'a dyn ChatModel,
    pub(crate) settings: &'a LlmSettings,
    pub(crate) seed: u64,
    /// Items that are shown.
    pub(crate) top_k: usize,
}

/// Prompts ready to be sent, and what they were filled with.
pub(crate) struct Prompts {
    pub(crate) material: Material,
    /// One for each order; for likelihoods one with and one without the conversation.
    pub(crate) prompts: Vec<Prompt>,
}

impl Step<'_> {
    /// Fills the prompts for a request. The inner error says that they cannot fit.
    pub(crate) fn prompts(
        &self,
        conversation: &Conversation,
        understanding: &Understanding,
        retrieved: &Retrieved,
    ) -> Result<Result<Prompts, PromptError>, EngineError> {
        self.settings.validate()?;
        let mut material = Material::gather(
            &self.engine.item_name,
            conversation,
            understanding,
            &self.engine.retriever,
            retrieved,
        );
        material.candidates.truncate(self.settings.candidates);
        let rendered = match self.settings.method {
            LlmMethod::Generate => self.shuffled(&material)?,
            LlmMethod::Likelihood => self.with_and_without(&material)?,
        };
        Ok(rendered.map(|prompts| Prompts { material, prompts }))
    }

    fn shuffled(
        &self,
        material: &Material,
    ) -> Result<Result<Vec<Prompt>, PromptError>, EngineError> {
        let template = self.engine.templates()?.get(&self.settings.template)?;
        let orders = 0..self.settings.orders as u64;
        let rendered: Result<Vec<Prompt>, PromptError> = orders
            .map(|order| self.render(template, material, self.seed.wrapping_add(order)))
            .collect();
        fits(rendered)
    }

    fn with_and_without(
        &self,
        material: &Material,
    ) -> Result<Result<Vec<Prompt>, PromptError>, EngineError> {
        let template = self.engine.templates()?.get(LIKELIHOOD)?;
        let nothing = Material {
            item_name: material.item_name.clone(),
            ..Material::default()
        };
        let rendered: Result<Vec<Prompt>, PromptError> = [material, &nothing]
            .iter()
            .map(|material| self.render(template, material, self.seed))
            .collect();
        fits(rendered)
    }

    fn render(
        &self,
        template: &Template,
        material: &Material,
        seed: u64,
    ) -> Result<Prompt, PromptError> {
        let own = self
            .settings
            .token_budget
            .unwrap_or(template.token_budget());
        // A repair turn holds the prompt, an answer and a further one.
        let answers = 2 * self.settings.answer_tokens;
        let room = self
            .model
            .window()
            .map(|window| window.saturating_sub(answers));
        let options = RenderOptions {
            seed,
            wanted: self.top_k.min(self.settings.candidates),
            token_budget: Some(room.map_or(own, |room| own.min(room))),
            constrained: self.model.is_constrained(),
        };
        template.render_counted(material, &options, self.model.counter())
    }

    /// The size of the calls.
    pub(crate) fn cost(&self, prompts: &Result<Prompts, PromptError>) -> Cost {
        let prompts = match prompts {
            Ok(prompts) => prompts,
            Err(error) => {
                return Cost {
                    impossible: Some(error.to_string()),
                    ..self.described(&[])
                };
            }
        };
        let mut cost = self.described(&prompts.prompts);
        if self.settings.method == LlmMethod::Likelihood {
            let titles = prompts.material.candidates.iter();
            let names: usize = titles
                .map(|line| self.model.counter().count(&line.title))
                .sum();
            // The names are read after both prompts.
            cost.prompt_tokens += 2 * names;
            cost.calls_at_most = cost.calls;
            cost.answer_tokens = 0;
        }
        cost
    }

    fn described(&self, prompts: &[Prompt]) -> Cost {
        let first = prompts.first();
        Cost {
            model: self.model.name().to_owned(),
            template: first.map(TemplateReport::of).unwrap_or_default(),
            calls: prompts.len(),
            calls_at_most: 2 * prompts.len(),
            prompt_tokens: prompts.iter().map(|prompt| prompt.tokens).sum(),
            counted_by: self.model.counter().name().to_owned(),
            token_budget: first.map_or(0, |prompt| prompt.token_budget),
            answer_tokens: self.settings.answer_tokens,
            cut: first.map(|prompt| prompt.cut.clone()).unwrap_or_default(),
            impossible: None,
        }
    }

    /// Makes the calls. `scores` are those of the candidates, best first.
    pub(crate) fn run(
        &self,
        prompts: &Result<Prompts, PromptError>,
        candidates: &[NodeId],
        scores: &[f64],
    ) -> LlmReport {
        let cost = self.cost(prompts);
        let ranked = match prompts {
            Err(error) => in_order(candidates.len(), error.to_string()),
            Ok(prompts) if prompts.material.candidates.is_empty() => {
                in_order(0, "there is no candidate".to_owned())
            }
            Ok(prompts) => match self.settings.method {
                LlmMethod::Generate => self.generate(prompts, candidates),
                LlmMethod::Likelihood => self.weigh(prompts, scores),
            },
        };
        LlmReport {
            model: cost.model,
            method: self.settings.method,
            template: cost.template,
            candidates: ranked.order.len(),
            max_shift: self.settings.max_shift,
            prompt_tokens: cost.prompt_tokens,
            counted_by: cost.counted_by,
            token_budget: cost.token_budget,
            cut: cost.cut,
            reply_by: if ranked.reply.is_some() {
                ReplyBy::Model
            } else {
                ReplyBy::Evidence
            },
            ranked,
        }
    }

    fn generate(&self, prompts: &Prompts, candidates: &[NodeId]) -> Ranked {
        let items_named = |text: &str| self.engine.items_named(text, candidates);
        rank(
            self.model,
            &Ask {
                prompts: &prompts.prompts,
                material: &prompts.material,
                listed: self.top_k,
                answer_tokens: self.settings.answer_tokens,
                max_shift: self.settings.max_shift,
                items_named: &items_named,
            },
        )
    }

    fn weigh(&self, prompts: &Prompts, scores: &[f64]) -> Ranked {
        let count = prompts.material.candidates.len();
        match self.likelihoods(prompts, &Priors::default()) {
            Err(error) => in_order(count, error.to_string()),
            Ok(likelihoods) => Ranked {
                order: mixed_order(
                    &scores[..count],
                    &likelihoods,
                    self.settings.likelihood_weight,
                    self.settings.max_shift,
                ),
                counts: Counts {
                    calls: 2,
                    answered: 1,
                    accepted: count,
                    ..Counts::default()
                },
                ..Ranked::default()
            },
        }
    }

    /// For each candidate how much more probable the conversation makes its name.
    pub(crate) fn likelihoods(
        &self,
        prompts: &Prompts,
        priors: &Priors,
    ) -> Result<Vec<f64>, LlmError> {
        let titles: Vec<String> = prompts
            .material
            .candidates
            .iter()
            .map(|line| line.title.clone())
            .collect();
        let [with, without] = &prompts.prompts[..] else {
            return Err(LlmError::NoLikelihood {
                model: self.model.name().to_owned(),
            });
        };
        likelihood_scores(self.model, with, without, &titles, priors)
    }
}

/// A prompt that cannot fit is no failure of the request; any other error is.
fn fits(
    rendered: Result<Vec<Prompt>, PromptError>,
) -> Result<Result<Vec<Prompt>, PromptError>, EngineError> {
    match rendered {
        Ok(prompts) => Ok(Ok(prompts)),
        Err(error @ PromptError::BudgetTooSmall { .. }) => Ok(Err(error)),
        Err(error) => Err(error.into()),
    }
}

/// The order of retrieval, and why.
fn in_order(count: usize, degraded: String) -> Ranked {
    Ranked {
        order: (0..count).collect(),
        degraded: Some(degraded),
        ..Ranked::default()
    }
}

impl Engine {
    /// For each item that a text names, its position among the candidates, if it is one.
    pub(crate) fn items_named(&self, text: &str, candidates: &[NodeId]) -> Vec<Option<usize>> {
        let said = Conversation::new().seeker(text);
        let understood = understand(&said, &self.linker, &self.vocabulary);
        let nodes = understood
            .mentions
            .iter()
            .map(|mention| NodeId(mention.entity));
        nodes
            .filter(|&node| self.retriever.snapshot().kind(node) == NodeKind::Item)
            .map(|node| candidates.iter().position(|&candidate| candidate == node))
            .collect()
    }
}
