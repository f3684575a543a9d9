//! Requests with a model, and prompts about one item or facet.

use std::collections::BTreeMap;

use tastegraph_graph::{NodeId, NodeKind};
use tastegraph_llm::{ChatModel, Written, write};
use tastegraph_prompt::{CandidateLine, Facet, Material, Prompt, RenderOptions, clean, clean_name};
use tastegraph_retrieval::Retrieved;

use super::{Cost, LlmSettings, Step};
use crate::recommend::Found;
use crate::{Answer, Engine, EngineError, Recommend};

/// Values of a facet that are offered.
const FACET_VALUES: usize = 8;

/// What a prompt is about, for templates that are about one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Focus {
    /// IRI of an item; the first of the answer if there is none.
    pub item: Option<String>,
    /// Class of entities that is asked about, such as "genre"; the one with most values among the
    /// candidates if there is none.
    pub facet: Option<String>,
}

impl<'a> Recommend<'a> {
    /// Lets a model order the best candidates and put the reply into words; what it does is bounded
    /// and grounded, and told in [`Answer::llm`].
    pub fn model(mut self, model: &'a dyn ChatModel) -> Self {
        self.model = Some(model);
        self
    }

    /// How the model is used; the settings of the engine if this is not called.
    pub fn llm(mut self, settings: LlmSettings) -> Self {
        self.llm = settings;
        self
    }

    /// The size of the calls that [`Self::run`] will make; `None` without a model. No call is made.
    ///
    /// # Errors
    /// As [`Self::prompt`].
    pub fn cost(&self) -> Result<Option<Cost>, EngineError> {
        let Some(step) = self.step() else {
            return Ok(None);
        };
        let found = self.find(&self.parameters())?;
        let prompts = step.prompts(&self.conversation, &found.understanding, &found.retrieved)?;
        Ok(Some(step.cost(&prompts)))
    }

    fn step(&self) -> Option<Step<'_>> {
        self.model.map(|model| Step {
            engine: self.engine,
            model,
            settings: &self.llm,
            seed: self.prompt.seed,
            top_k: self.top_k,
        })
    }

    /// Lets the model, if there is one, order what was found. The report is for the answer.
    pub(crate) fn ask_model(
        &self,
        found: &mut Found,
    ) -> Result<Option<super::LlmReport>, EngineError> {
        let Some(step) = self.step() else {
            return Ok(None);
        };
        let prompts = step.prompts(&self.conversation, &found.understanding, &found.retrieved)?;
        let candidates = &mut found.retrieved.candidates;
        let nodes: Vec<NodeId> = candidates.iter().map(|candidate| candidate.node).collect();
        let scores: Vec<f64> = candidates
            .iter()
            .map(|candidate| f64::from(candidate.score.max(f32::MIN_POSITIVE)).ln())
            .collect();
        let report = step.run(&prompts, &nodes, &scores);
        let before = candidates.clone();
        for (place, &position) in report.ranked.order.iter().enumerate() {
            candidates[place] = before[position].clone();
        }
        Ok(Some(report))
    }

    /// A prompt from any template, about one item or facet if it is of that kind.
    ///
    /// # Errors
    /// As [`Self::run`]; [`EngineError::Prompt`], also if there is no such template;
    /// [`EngineError::UnknownIri`] if the graph does not have the item.
    pub fn prompt_named(&self, template: &str, focus: &Focus) -> Result<Prompt, EngineError> {
        Ok(self.focused(template, focus)?.1)
    }

    /// Lets the model write what a template asks for, and keeps what names only what it was given.
    ///
    /// # Errors
    /// As [`Self::prompt_named`]; [`EngineError::NoModel`] without [`Self::model`];
    /// [`EngineError::Llm`] if it does not answer.
    pub fn write(&self, template: &str, focus: &Focus) -> Result<Written, EngineError> {
        let model = self.model.ok_or(EngineError::NoModel)?;
        let (material, prompt, nodes) = self.focused(template, focus)?;
        let items_named = |text: &str| self.engine.items_named(text, &nodes);
        let tokens = self.llm.answer_tokens;
        Ok(write(model, &prompt, &material, tokens, &items_named)?)
    }

    fn focused(
        &self,
        template: &str,
        focus: &Focus,
    ) -> Result<(Material, Prompt, Vec<NodeId>), EngineError> {
        let found = self.find(&self.parameters())?;
        let mut material = Material::gather(
            &self.engine.item_name,
            &self.conversation,
            &found.understanding,
            &self.engine.retriever,
            &found.retrieved,
        );
        material.item = self.engine.focus_item(focus, &found.retrieved)?;
        material.facet = self.engine.focus_facet(focus, &found.retrieved);
        if template == "reply" {
            // A reply is about what is shown.
            material.candidates.truncate(self.top_k);
        }
        let constrained = self.model.is_some_and(ChatModel::is_constrained);
        let options = RenderOptions {
            constrained,
            token_budget: self.llm.token_budget,
            ..self.prompt.clone()
        };
        let template = self.engine.templates()?.get(template)?;
        let prompt = match self.model {
            Some(model) => template.render_counted(&material, &options, model.counter())?,
            None => template.render(&material, &options)?,
        };
        let candidates = found.retrieved.candidates.iter();
        Ok((
            material,
            prompt,
            candidates.map(|found| found.node).collect(),
        ))
    }
}

impl Engine {
    /// The item with what speaks for it, one fact a line.
    fn focus_item(
        &self,
        focus: &Focus,
        retrieved: &Retrieved,
    ) -> Result<Option<CandidateLine>, EngineError> {
        let snapshot = self.retriever.snapshot();
        let node = match &focus.item {
            Some(iri) => Some(
                snapshot
                    .find(iri)
                    .ok_or_else(|| EngineError::UnknownIri { iri: iri.clone() })?,
            ),
            None => retrieved.candidates.first().map(|found| found.node),
        };
        let Some(node) = node else {
            return Ok(None);
        };
        let candidate = retrieved.candidates.iter().find(|found| found.node == node);
        let facts = candidate
            .into_iter()
            .flat_map(|found| &found.evidence.facts);
        let title = |node| clean_name(&self.retriever.catalogue().title(snapshot, node));
        let mut lines: Vec<String> = facts
            .map(|fact| {
                let relation = snapshot.relation(fact.relation);
                let name = if fact.outgoing {
                    &relation.label
                } else {
                    &relation.inverse_label
                };
                format!("{}: {}", clean(name), title(fact.entity))
            })
            .collect();
        if lines.is_empty() {
            lines = Material::attributes_of(&self.retriever, node);
        }
        Ok(Some(CandidateLine {
            title: title(node),
            facts: lines,
        }))
    }

    /// A class of entities and its values among the candidates, most frequent first.
    fn focus_facet(&self, focus: &Focus, retrieved: &Retrieved) -> Option<Facet> {
        let snapshot = self.retriever.snapshot();
        let mut by_class: BTreeMap<&str, BTreeMap<NodeId, usize>> = BTreeMap::new();
        for candidate in &retrieved.candidates {
            for neighbor in snapshot.neighbors(candidate.node) {
                if snapshot.kind(neighbor.node) == NodeKind::Entity {
                    let values = by_class.entry(snapshot.class(neighbor.node)).or_default();
                    *values.entry(neighbor.node).or_default() += 1;
                }
            }
        }
        let (name, values) = match &focus.facet {
            Some(name) => by_class.get_key_value(name.as_str())?,
            // What most candidates share can be asked about.
            None => by_class
                .iter()
                .max_by_key(|(_, values)| values.values().max().copied())?,
        };
        let mut values: Vec<(&NodeId, &usize)> = values.iter().collect();
        values.sort_by_key(|&(node, count)| (std::cmp::Reverse(count), node));
        Some(Facet {
            name: clean(name),
            values: values
                .into_iter()
                .take(FACET_VALUES)
                .map(|(&node, _)| clean_name(snapshot.label(node)))
                .collect(),
        })
    }
}

impl Answer {
    /// Sets what a model did, and the reply.
    pub(crate) fn with_llm(mut self, report: Option<super::LlmReport>) -> Self {
        self.reply = report
            .as_ref()
            .and_then(|report| report.ranked.reply.clone())
            .unwrap_or_else(|| super::reply_from_evidence(&self));
        self.llm = report;
        self
    }
}
