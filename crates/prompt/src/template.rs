//! Template files: front matter, system part, user part.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde::{Deserialize, Serialize};

use crate::budget::cut_once;
use crate::shuffle::shuffled;
use crate::{Material, PromptError, approximate_tokens};

const FENCE: &str = "+++";
const SYSTEM: &str = "=== system ===";
const USER: &str = "=== user ===";

/// What stands between the `+++` lines of a template file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    name: String,
    version: String,
    /// For people who look for a template.
    #[serde(rename = "purpose")]
    _purpose: String,
    token_budget: usize,
    output_schema: String,
}

/// A prompt template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    front: FrontMatter,
    system: String,
    user: String,
}

/// How to fill a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// Seed of the order of candidates.
    pub seed: u64,
    /// How many candidates the model is to rank.
    pub wanted: usize,
    /// Most tokens; the template's own budget if `None`.
    pub token_budget: Option<usize>,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            wanted: 10,
            token_budget: None,
        }
    }
}

/// A prompt, ready to be sent to a chat model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prompt {
    /// Name of the template.
    pub template: String,
    /// Version of the template.
    pub version: String,
    /// The instructions.
    pub system: String,
    /// The material.
    pub user: String,
    /// For each candidate number (from 1) its position in [`Material::candidates`] (from 0).
    pub order: Vec<usize>,
    /// Estimated tokens of both parts together.
    pub tokens: usize,
    /// The budget that held.
    pub token_budget: usize,
    /// What was cut to hold it, each kind once, in the order of cutting.
    pub cut: Vec<String>,
}

impl Template {
    /// The template for recommending, from `prompts/recommend.jinja`.
    ///
    /// # Errors
    /// None as long as the file is valid, which a test checks.
    pub fn recommend() -> Result<Self, PromptError> {
        Self::parse(include_str!("../../../prompts/recommend.jinja"))
    }

    /// Reads a template.
    ///
    /// # Errors
    /// [`PromptError`] saying which part is missing or malformed.
    pub fn parse(file: &str) -> Result<Self, PromptError> {
        let shape = |message: &str| PromptError::Shape(message.to_owned());
        let rest = file
            .trim_start()
            .strip_prefix(FENCE)
            .ok_or_else(|| shape("it must begin with a line +++ and its front matter"))?;
        let (front, body) = rest
            .split_once("\n+++")
            .ok_or_else(|| shape("the front matter must end with a line +++"))?;
        let (_, body) = body
            .split_once(SYSTEM)
            .ok_or_else(|| shape("there is no line === system ==="))?;
        let (system, user) = body
            .split_once(USER)
            .ok_or_else(|| shape("there is no line === user ==="))?;
        let template = Self {
            front: toml::from_str(front)?,
            system: system.trim().to_owned(),
            user: user.trim().to_owned(),
        };
        template.environment()?;
        Ok(template)
    }

    /// Fills the template; cuts material until the budget holds, or until only one candidate is left.
    ///
    /// # Errors
    /// [`PromptError::Body`] if the template names something that does not exist.
    pub fn render(
        &self,
        material: &Material,
        options: &RenderOptions,
    ) -> Result<Prompt, PromptError> {
        let environment = self.environment()?;
        let budget = options.token_budget.unwrap_or(self.front.token_budget);
        let mut material = material.clone();
        let mut cut: Vec<String> = Vec::new();
        loop {
            let prompt = self.render_once(&environment, &material, options, budget)?;
            if prompt.tokens <= budget {
                return Ok(Prompt { cut, ..prompt });
            }
            match cut_once(&mut material) {
                Some(what) if cut.last().is_none_or(|last| last != what) => {
                    cut.push(what.to_owned());
                }
                Some(_) => {}
                None => return Ok(Prompt { cut, ..prompt }),
            }
        }
    }

    fn render_once(
        &self,
        environment: &Environment<'_>,
        material: &Material,
        options: &RenderOptions,
        budget: usize,
    ) -> Result<Prompt, PromptError> {
        let order = shuffled(material.candidates.len(), options.seed);
        let candidates: Vec<_> = order
            .iter()
            .map(|&position| &material.candidates[position])
            .collect();
        let values = context! {
            item_name => &material.item_name,
            output_schema => self.front.output_schema.trim(),
            wanted => options.wanted.min(candidates.len()),
            preferences => Value::from(Serde(&material.preferences)),
            facts => Value::from(Serde(&material.facts)),
            cases => Value::from(Serde(&material.cases)),
            candidates => Value::from(Serde(&candidates)),
            dialogue => Value::from(Serde(&material.dialogue)),
        };
        let system = environment.get_template("system")?.render(&values)?;
        let user = environment.get_template("user")?.render(&values)?;
        Ok(Prompt {
            template: self.front.name.clone(),
            version: self.front.version.clone(),
            tokens: approximate_tokens(&system) + approximate_tokens(&user),
            token_budget: budget,
            system,
            user,
            order,
            cut: Vec::new(),
        })
    }

    fn environment(&self) -> Result<Environment<'_>, PromptError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()?,
        );
        environment.add_template("system", &self.system)?;
        environment.add_template("user", &self.user)?;
        Ok(environment)
    }
}
