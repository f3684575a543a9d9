//! `tastegraph recommend`.

use std::path::Path;

use anyhow::{Context, ensure};
use tastegraph::{Answer, Conversation, Cost, Prompt, read_transcript};

use super::{llm, request, text_or_stdin, view};
use crate::arguments::{AnswerFormat, RecommendArguments, Show};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &RecommendArguments) -> anyhow::Result<Outcome> {
    let conversation = conversation(arguments)?;
    let engine = request::engine(folder, &arguments.answer)?;
    let settings = llm::settings(&arguments.answer.llm, &engine.settings().llm);
    let model = llm::model(&arguments.answer.llm, &settings)?;
    let mut request = request::request(&engine, conversation, &arguments.answer)?
        .seed(arguments.seed)
        .llm(settings);
    if let Some(model) = &model {
        request = request.model(&**model);
    }
    match arguments.show {
        Some(Show::Prompt) => show_prompt(&request.prompt()?, arguments.answer.format)?,
        Some(Show::Cost) => show_cost(request.cost()?.as_ref(), arguments.answer.format)?,
        None => {
            llm::announce(&request)?;
            let answer = request.run()?;
            print(
                &answer,
                engine.item_name(),
                request::format(&arguments.answer),
            )?;
            if answer.items.is_empty() {
                return Ok(Outcome::NothingFound);
            }
        }
    }
    Ok(Outcome::Done)
}

/// The transcript, if there is one, and what is said now.
fn conversation(arguments: &RecommendArguments) -> anyhow::Result<Conversation> {
    let mut conversation = match &arguments.conversation {
        Some(path) => {
            let from_stdin = path.as_os_str() == "-";
            ensure!(
                !(from_stdin && arguments.text.as_deref() == Some("-")),
                "both the transcript and the text are to come from standard input\nhint: give one of them otherwise"
            );
            let text = if from_stdin {
                text_or_stdin("-")?
            } else {
                fs_err::read_to_string(path)?
            };
            let place = || format!("{} is no transcript", path.display());
            read_transcript(&text).with_context(place)?
        }
        None => Conversation::new(),
    };
    if let Some(text) = &arguments.text {
        conversation = conversation.seeker(text_or_stdin(text)?);
    }
    Ok(conversation)
}

/// The prompt as text, unless JSON is asked for: a model reads text.
pub(super) fn show_prompt(prompt: &Prompt, format: Option<AnswerFormat>) -> anyhow::Result<()> {
    output::print(|out| match format {
        Some(AnswerFormat::Json) => json(prompt, out),
        _ => writeln!(
            out,
            "=== system ===\n{}\n\n=== user ===\n{}",
            prompt.system, prompt.user
        ),
    })?;
    let cut = if prompt.cut.is_empty() {
        String::new()
    } else {
        format!("; cut to fit: {}", prompt.cut.join(", "))
    };
    output::note(&format!(
        "{} {} ({}): {} of {} tokens, {}{cut}",
        prompt.template,
        prompt.version,
        prompt.hash,
        prompt.tokens,
        prompt.token_budget,
        prompt.counted_by
    ));
    Ok(())
}

/// The size of the calls, which are not made.
fn show_cost(cost: Option<&Cost>, format: Option<AnswerFormat>) -> anyhow::Result<()> {
    output::print(|out| match (cost, format) {
        (Some(cost), Some(AnswerFormat::Json)) => json(cost, out),
        (Some(cost), _) => writeln!(out, "{}", llm::in_words(cost)),
        (None, Some(AnswerFormat::Json)) => writeln!(out, "null"),
        (None, _) => writeln!(out, "none: no model is called"),
    })
}

pub(super) fn print(answer: &Answer, item_name: &str, format: AnswerFormat) -> anyhow::Result<()> {
    output::print(|out| match format {
        AnswerFormat::Table => {
            let mut text = Vec::new();
            view::answer(answer, item_name, &mut text)?;
            write!(out, "{}", output::plain(&String::from_utf8_lossy(&text)))
        }
        AnswerFormat::Json => json(answer, out),
    })
}

fn json(value: &impl serde::Serialize, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
