//! Template files: front matter, system part, user part.

use std::fmt;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::budget::{Kept, cuts};
use crate::front::{FrontMatter, specialised};
use crate::shuffle::shuffled;
use crate::{ApproximateTokens, CandidateLine, Material, PromptError, TokenCounter};

const FENCE: &str = "+++";
const SYSTEM: &str = "=== system ===";
const USER: &str = "=== user ===";

/// A prompt template.
#[derive(Clone)]
pub struct Template {
    front: FrontMatter,
    schema: serde_json::Value,
    hash: String,
    environment: Environment<'static>,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { front, hash, .. } = self;
        write!(f, "Template({} {}, {hash})", front.name, front.version)
    }
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
    /// Whether the model can answer in the output schema only, so that it need not read it.
    pub constrained: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            wanted: 10,
            token_budget: None,
            constrained: false,
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
    /// BLAKE3 of the template file, the first 16 hexadecimal digits.
    pub hash: String,
    /// The instructions.
    pub system: String,
    /// The material.
    pub user: String,
    /// For each candidate number (from 1) its position in [`Material::candidates`] (from 0).
    pub order: Vec<usize>,
    /// Tokens of both parts and of what the model's chat format adds.
    pub tokens: usize,
    /// What counted them.
    pub counted_by: String,
    /// The budget, which holds.
    pub token_budget: usize,
    /// What was cut to hold it, each kind once, in the order of cutting.
    pub cut: Vec<String>,
    /// The JSON schema of the answer, with the numbers of this prompt.
    pub schema: serde_json::Value,
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
        let (front, system, user) = parts(file)?;
        let front: FrontMatter = toml::from_str(front)?;
        let schema: serde_json::Value = serde_json::from_str(&front.output_schema)
            .map_err(|error| PromptError::Schema(error.to_string()))?;
        if !schema.is_object() {
            return Err(PromptError::Schema("it is another value".to_owned()));
        }
        Ok(Self {
            environment: environment(system.trim(), user.trim())?,
            front,
            schema,
            hash: blake3::hash(file.as_bytes()).to_hex()[..16].to_owned(),
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.front.name
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.front.version
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.front.purpose
    }

    /// Most tokens of a prompt, unless the caller has a budget of their own.
    #[must_use]
    pub fn token_budget(&self) -> usize {
        self.front.token_budget
    }

    /// BLAKE3 of the file, the first 16 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Fills the template, with the approximate count of tokens; see [`Self::render_counted`].
    ///
    /// # Errors
    /// As [`Self::render_counted`].
    pub fn render(
        &self,
        material: &Material,
        options: &RenderOptions,
    ) -> Result<Prompt, PromptError> {
        self.render_counted(material, options, &ApproximateTokens)
    }

    /// Fills the template and cuts as little material as lets the budget hold, in a fixed order:
    /// similar conversations, similar users, turns before the last six, facts of candidates, facts
    /// about what was named, candidates from the tail, turns before the last, preferences, the text
    /// of the last turn. The result is never over the budget.
    ///
    /// # Errors
    /// [`PromptError::Body`] if the template names something that does not exist,
    /// [`PromptError::BudgetTooSmall`] if what cannot be cut is too long.
    pub fn render_counted(
        &self,
        material: &Material,
        options: &RenderOptions,
        counter: &dyn TokenCounter,
    ) -> Result<Prompt, PromptError> {
        let budget = options.token_budget.unwrap_or(self.front.token_budget);
        let filling = Filling {
            template: self,
            material,
            options,
            counter,
            budget,
        };
        let whole = filling.render(&Kept::all(material))?;
        if whole.tokens <= budget {
            return Ok(whole);
        }
        let cuts = cuts(material);
        // The last cut whose prompt is known to fit, and what is known of it.
        let (mut low, mut high) = (0, cuts.len());
        let mut best = None;
        while low < high {
            // The shortest first: if that does not fit, nothing does.
            let middle = best.as_ref().map_or(cuts.len() - 1, |_| low.midpoint(high));
            let prompt = filling.render(&cuts[middle].0)?;
            if prompt.tokens <= budget {
                best = Some(prompt);
                high = middle;
            } else if best.is_some() {
                low = middle + 1;
            } else {
                return Err(self.too_small(prompt.tokens, budget));
            }
        }
        let mut prompt = best.ok_or_else(|| self.too_small(whole.tokens, budget))?;
        for (_, name) in &cuts[..=high] {
            if !prompt.cut.iter().any(|cut| cut == name) {
                prompt.cut.push((*name).to_owned());
            }
        }
        Ok(prompt)
    }

    fn too_small(&self, needed: usize, budget: usize) -> PromptError {
        PromptError::BudgetTooSmall {
            template: self.front.name.clone(),
            needed,
            budget,
        }
    }
}

/// One template being filled with one material.
struct Filling<'a> {
    template: &'a Template,
    material: &'a Material,
    options: &'a RenderOptions,
    counter: &'a dyn TokenCounter,
    budget: usize,
}

impl Filling<'_> {
    fn render(&self, kept: &Kept) -> Result<Prompt, PromptError> {
        let front = &self.template.front;
        let material = self.material;
        let order = shuffled(kept.candidates, self.options.seed);
        let wanted = self.options.wanted.min(order.len());
        // Instructions see nothing that others have written.
        let system = self.part(
            "system",
            &context! {
                item_name => &material.item_name,
                output_schema => front.output_schema.trim(),
                constrained => self.options.constrained,
                wanted,
            },
        )?;
        let user = self.part("user", &self.values(kept, &order, wanted))?;
        let count = |text| self.counter.count(text);
        Ok(Prompt {
            template: front.name.clone(),
            version: front.version.clone(),
            hash: self.template.hash.clone(),
            tokens: count(&system) + count(&user) + self.counter.overhead(),
            counted_by: self.counter.name().to_owned(),
            token_budget: self.budget,
            schema: specialised(&self.template.schema, order.len(), wanted),
            system,
            user,
            order,
            cut: Vec::new(),
        })
    }

    fn part(&self, name: &str, values: &Value) -> Result<String, PromptError> {
        let template = self.template.environment.get_template(name)?;
        Ok(template.render(values)?.trim().to_owned())
    }

    fn values(&self, kept: &Kept, order: &[usize], wanted: usize) -> Value {
        let material = self.material;
        let candidates: Vec<CandidateLine> = order
            .iter()
            .map(|&position| shortened(&material.candidates[position], kept.candidate_facts))
            .collect();
        let dialogue: Vec<_> = last(&material.dialogue, kept.turns)
            .iter()
            .map(|turn| context! { speaker => &turn.speaker, text => clipped(&turn.text, kept.text) })
            .collect();
        let item = material.item.as_ref();
        context! {
            item_name => &material.item_name,
            wanted,
            preferences => Value::from(Serde(last(&material.preferences, kept.preferences))),
            facts => Value::from(Serde(&material.facts[..kept.facts])),
            cases => Value::from(Serde(&material.cases[..kept.cases])),
            users => Value::from(Serde(&material.users[..kept.users])),
            candidates => Value::from(Serde(candidates)),
            dialogue,
            item => item.map(|item| Value::from(Serde(shortened(item, usize::MAX)))),
            facet => material.facet.as_ref().map(|facet| Value::from(Serde(facet.clone()))),
        }
    }
}

fn shortened(line: &CandidateLine, facts: usize) -> CandidateLine {
    CandidateLine {
        title: line.title.clone(),
        facts: line.facts.iter().take(facts).cloned().collect(),
    }
}

fn last<T>(lines: &[T], count: usize) -> &[T] {
    &lines[lines.len().saturating_sub(count)..]
}

fn clipped(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

fn parts(file: &str) -> Result<(&str, &str, &str), PromptError> {
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
    Ok((front, system, user))
}

fn environment(system: &str, user: &str) -> Result<Environment<'static>, PromptError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.add_template_owned("system", system.to_owned())?;
    environment.add_template_owned("user", user.to_owned())?;
    Ok(environment)
}
