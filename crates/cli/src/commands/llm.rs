//! Flags about language models, made into a model and its settings.

use anyhow::Context;
use tastegraph::models::{ChatModel, ModelOptions, ModelSpec, Secret, open};
use tastegraph::{Cost, LlmMethod, LlmSettings, Recommend};

use crate::arguments::{LlmArguments, MethodChoice};
use crate::output;

/// The environment variable with the key of a server.
const KEY: &str = "TASTEGRAPH_LLM_KEY";

/// The settings of the graph under the flags.
pub(super) fn settings(arguments: &LlmArguments, of_graph: &LlmSettings) -> LlmSettings {
    let mut settings = of_graph.clone();
    if let Some(method) = arguments.llm_method {
        settings.method = match method {
            MethodChoice::Generate => LlmMethod::Generate,
            MethodChoice::Likelihood => LlmMethod::Likelihood,
        };
    }
    if let Some(template) = &arguments.llm_template {
        settings.template.clone_from(template);
    }
    settings.token_budget = arguments.llm_budget.or(settings.token_budget);
    for (flag, setting) in [
        (arguments.llm_candidates, &mut settings.candidates),
        (arguments.llm_answer, &mut settings.answer_tokens),
        (arguments.llm_orders, &mut settings.orders),
        (arguments.llm_max_shift, &mut settings.max_shift),
    ] {
        *setting = flag.unwrap_or(*setting);
    }
    settings
}

/// The model that the flags name, else that of the settings.
pub(super) fn model(
    arguments: &LlmArguments,
    settings: &LlmSettings,
) -> anyhow::Result<Option<Box<dyn ChatModel>>> {
    let spec = match &arguments.llm {
        Some(spec) => spec.clone(),
        None => settings
            .model
            .parse::<ModelSpec>()
            .context("[llm] model in tastegraph.toml")?,
    };
    let defaults = ModelOptions::default();
    let options = ModelOptions {
        model: arguments.llm_model.clone(),
        // A key is looked for only where one is sent.
        key: match &spec {
            ModelSpec::OpenAi(_) => key(arguments)?,
            _ => None,
        },
        tokenizer: arguments.llm_tokenizer.clone(),
        record: arguments.llm_record.clone(),
        threads: arguments.llm_threads,
        timeout: match arguments.llm_timeout {
            Some(seconds) => super::timeout(seconds)?,
            None => defaults.timeout,
        },
        ..defaults
    };
    Ok(open(&spec, &options)?)
}

fn key(arguments: &LlmArguments) -> anyhow::Result<Option<Secret>> {
    if let Some(path) = &arguments.llm_key_file {
        return Ok(Some(Secret::read(path)?));
    }
    match std::env::var(KEY) {
        Ok(text) if !text.trim().is_empty() => Ok(Some(Secret::new(&text, KEY)?)),
        _ => Ok(None),
    }
}

/// Says how large the calls will be, before they are made.
pub(super) fn announce(request: &Recommend<'_>) -> anyhow::Result<()> {
    if let Some(cost) = request.cost()? {
        output::note(&in_words(&cost));
    }
    Ok(())
}

/// The size of the calls in a line.
pub(super) fn in_words(cost: &Cost) -> String {
    if let Some(reason) = &cost.impossible {
        return format!("{} will not be asked: {reason}", cost.model);
    }
    let calls = if cost.calls == cost.calls_at_most {
        cost.calls.to_string()
    } else {
        format!("{} to {}", cost.calls, cost.calls_at_most)
    };
    let cut = if cost.cut.is_empty() {
        String::new()
    } else {
        format!(
            "; cut to fit {}: {}",
            cost.token_budget,
            cost.cut.join(", ")
        )
    };
    format!(
        "{}: {} tokens of prompt ({}, {} {}), at most {} tokens an answer, {calls} calls{cut}",
        cost.model,
        cost.prompt_tokens,
        cost.counted_by,
        cost.template.name,
        cost.template.version,
        cost.answer_tokens,
    )
}
