//! What the language model did, as a part of the answer.

use serde::Serialize;
use tastegraph_llm::Ranked;
use tastegraph_prompt::Prompt;

use super::LlmMethod;
use crate::Answer;

/// Items that a reply without a model names.
const NAMED: usize = 3;

/// The template of a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TemplateReport {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// BLAKE3 of its file, the first 16 hexadecimal digits.
    pub hash: String,
}

impl TemplateReport {
    pub(super) fn of(prompt: &Prompt) -> Self {
        Self {
            name: prompt.template.clone(),
            version: prompt.version.clone(),
            hash: prompt.hash.clone(),
        }
    }
}

/// Who put the reply into words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplyBy {
    /// The language model, and it names only what is listed.
    Model,
    /// The engine, from the evidence.
    #[default]
    Evidence,
}

/// What a language model was asked, what it did, and what was made of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LlmReport {
    /// The model.
    pub model: String,
    /// What it was asked for.
    pub method: LlmMethod,
    /// The template of the prompt.
    pub template: TemplateReport,
    /// Candidates that it saw; those behind keep their places.
    pub candidates: usize,
    /// Most places by which it could move one.
    pub max_shift: usize,
    /// Tokens of the prompts, counted before the call.
    pub prompt_tokens: usize,
    /// What counted them.
    pub counted_by: String,
    /// Most tokens of one prompt.
    pub token_budget: usize,
    /// What was cut to hold the budget.
    pub cut: Vec<String>,
    /// Who put the reply into words.
    pub reply_by: ReplyBy,
    /// What came of it.
    #[serde(flatten)]
    pub ranked: Ranked,
}

/// How large the calls for a request are, before any is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The model.
    pub model: String,
    /// The template of the prompt.
    pub template: TemplateReport,
    /// Calls if all goes well.
    pub calls: usize,
    /// Calls if every answer has to be mended.
    pub calls_at_most: usize,
    /// Tokens of the prompts of these calls together.
    pub prompt_tokens: usize,
    /// What counted them.
    pub counted_by: String,
    /// Most tokens of one prompt.
    pub token_budget: usize,
    /// Most tokens of one answer.
    pub answer_tokens: usize,
    /// What was cut to hold the budget.
    pub cut: Vec<String>,
    /// Why no call will be made.
    pub impossible: Option<String>,
}

/// A reply from the evidence: names and reasons come from the graph.
pub(crate) fn reply_from_evidence(answer: &Answer) -> String {
    let Some(first) = answer.items.first() else {
        return match &answer.fallback {
            Some(fallback) => format!("Sorry: {}.", fallback.explanation),
            None => "Sorry, there is nothing to recommend.".to_owned(),
        };
    };
    let others: Vec<&str> = answer
        .items
        .iter()
        .skip(1)
        .take(NAMED - 1)
        .map(|item| item.label.as_str())
        .collect();
    let also = if others.is_empty() {
        String::new()
    } else {
        format!(" Or {}.", others.join(", or "))
    };
    format!(
        "How about {} ({})?{also}",
        first.label, first.evidence.summary
    )
}
