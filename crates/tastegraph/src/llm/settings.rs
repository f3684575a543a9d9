//! How a language model is used, if one is.

use serde::{Deserialize, Serialize};

use crate::EngineError;

/// What a language model is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LlmMethod {
    /// An answer in JSON: an order of the candidates and a reply.
    #[default]
    Generate,
    /// How probable the name of each candidate is; the order mixes that with retrieval's.
    Likelihood,
}

/// Settings of the language-model step: the table `[llm]` of `tastegraph.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LlmSettings {
    /// The model, as `--llm` takes it: `none`, `openai:URL`, `gguf:FILE`, `replay:FILE`. For programs
    /// that open one; the engine itself opens none.
    pub model: String,
    /// What it is asked for.
    pub method: LlmMethod,
    /// The template of the prompt when it generates.
    pub template: String,
    /// Candidates that it sees, the best of retrieval; 1 to 1000. Twenty short records fit into the
    /// windows of small models.
    pub candidates: usize,
    /// Most tokens of the prompt; those of the template if there are none. What the model's window has
    /// room for beside the answer bounds it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_budget: Option<usize>,
    /// Most tokens of an answer.
    pub answer_tokens: usize,
    /// Prompts with differently shuffled candidates, whose orders are joined by Borda's rule; 1 to 16.
    pub orders: usize,
    /// Most places by which the model may move a candidate. What a title or a model can do to the
    /// order, whatever it says, is bounded by it.
    pub max_shift: usize,
    /// Weight of the likelihood beside retrieval, 0 to 1, both standardised.
    pub likelihood_weight: f64,
}

impl Default for LlmSettings {
    fn default() -> Self {
        Self {
            model: "none".to_owned(),
            method: LlmMethod::Generate,
            template: "recommend".to_owned(),
            candidates: 20,
            token_budget: None,
            answer_tokens: 512,
            orders: 1,
            max_shift: 10,
            likelihood_weight: 0.1,
        }
    }
}

impl LlmSettings {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`EngineError::Settings`] naming the value that is out of range.
    pub fn validate(&self) -> Result<(), EngineError> {
        let wrong = |name: &str, range: &str| {
            Err(EngineError::Settings {
                place: format!("[llm] {name}"),
                message: format!("it must be {range}"),
            })
        };
        if !(1..=1000).contains(&self.candidates) {
            return wrong("candidates", "from 1 to 1000");
        }
        if !(1..=100_000).contains(&self.answer_tokens) {
            return wrong("answer_tokens", "from 1 to 100000");
        }
        if !(1..=16).contains(&self.orders) {
            return wrong("orders", "from 1 to 16");
        }
        if !(0.0..=1.0).contains(&self.likelihood_weight) {
            return wrong("likelihood_weight", "from 0 to 1");
        }
        Ok(())
    }
}
