//! `tastegraph prompt`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tastegraph::{Conversation, Focus, Template, Templates, check_template};

use super::{llm, recommend, request, text_or_stdin};
use crate::arguments::{AnswerFormat, FocusedArguments, PromptArguments, PromptCommand};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &PromptArguments) -> anyhow::Result<Outcome> {
    match &arguments.command {
        PromptCommand::List { format } => list(folder, *format),
        PromptCommand::Check { files } => check(folder, files),
        PromptCommand::Render(focused) => render(folder, focused),
        PromptCommand::Write(focused) => write(folder, focused),
    }
}

fn list(folder: &Path, format: Option<AnswerFormat>) -> anyhow::Result<Outcome> {
    let templates = Templates::of_graph(folder)?;
    let source =
        |path: Option<&Path>| path.map_or("built in".to_owned(), |path| path.display().to_string());
    output::print(|out| match format.unwrap_or_else(request::default_format) {
        AnswerFormat::Table => {
            let mut table =
                output::table(["template", "version", "budget", "hash", "from", "purpose"]);
            for (template, path) in templates.iter() {
                table.add_row([
                    template.name().to_owned(),
                    template.version().to_owned(),
                    template.token_budget().to_string(),
                    template.hash().to_owned(),
                    source(path),
                    template.purpose().to_owned(),
                ]);
            }
            writeln!(out, "{table}")
        }
        AnswerFormat::Json => {
            let all: Vec<Value> = templates
                .iter()
                .map(|(template, path)| {
                    json!({
                        "name": template.name(), "version": template.version(),
                        "token_budget": template.token_budget(), "hash": template.hash(),
                        "from": source(path), "purpose": template.purpose(),
                    })
                })
                .collect();
            writeln!(out, "{:#}", json!(all))
        }
    })?;
    Ok(Outcome::Done)
}

fn check(folder: &Path, files: &[PathBuf]) -> anyhow::Result<Outcome> {
    let mut lines = Vec::new();
    let mut wrong = false;
    let mut tell = |name: &str, problems: &[String]| {
        wrong |= !problems.is_empty();
        match problems {
            [] => lines.push(format!("{name}: sound")),
            _ => lines.extend(problems.iter().map(|problem| format!("{name}: {problem}"))),
        }
    };
    if files.is_empty() {
        for (template, path) in Templates::of_graph(folder)?.iter() {
            let place = path.map_or(String::new(), |path| format!(" ({})", path.display()));
            tell(
                &format!("{}{place}", template.name()),
                &check_template(template),
            );
        }
    }
    for path in files {
        let problems = match Template::parse(&fs_err::read_to_string(path)?) {
            Ok(template) => check_template(&template),
            Err(error) => vec![error.to_string()],
        };
        tell(&path.display().to_string(), &problems);
    }
    output::print(|out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(if wrong {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn render(folder: &Path, arguments: &FocusedArguments) -> anyhow::Result<Outcome> {
    let engine = request::engine(folder, &arguments.answer)?;
    let settings = llm::settings(&arguments.answer.llm, &engine.settings().llm);
    let conversation = Conversation::new().seeker(text_or_stdin(&arguments.text)?);
    let request = request::request(&engine, conversation, &arguments.answer)?.llm(settings);
    let prompt = request.prompt_named(&arguments.template, &focus(&engine, arguments)?)?;
    recommend::show_prompt(&prompt, arguments.answer.format)?;
    Ok(Outcome::Done)
}

fn write(folder: &Path, arguments: &FocusedArguments) -> anyhow::Result<Outcome> {
    let engine = request::engine(folder, &arguments.answer)?;
    let settings = llm::settings(&arguments.answer.llm, &engine.settings().llm);
    let model = llm::model(&arguments.answer.llm, &settings)?;
    let conversation = Conversation::new().seeker(text_or_stdin(&arguments.text)?);
    let mut request = request::request(&engine, conversation, &arguments.answer)?.llm(settings);
    if let Some(model) = &model {
        request = request.model(&**model);
    }
    let focus = focus(&engine, arguments)?;
    let prompt = request.prompt_named(&arguments.template, &focus)?;
    output::note(&format!(
        "{} {}: {} tokens of prompt ({})",
        prompt.template, prompt.version, prompt.tokens, prompt.counted_by
    ));
    let written = request.write(&arguments.template, &focus)?;
    output::print(|out| {
        match arguments
            .answer
            .format
            .unwrap_or_else(request::default_format)
        {
            AnswerFormat::Json => writeln!(out, "{:#}", json!(written)),
            AnswerFormat::Table => match written.rating {
                Some(rating) => writeln!(out, "{rating} of 5"),
                None => writeln!(out, "{}", output::plain(&written.text)),
            },
        }
    })?;
    if written.text.is_empty() && written.rating.is_none() {
        output::note("nothing that the model wrote is grounded");
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

fn focus(engine: &tastegraph::Engine, arguments: &FocusedArguments) -> anyhow::Result<Focus> {
    let item = arguments.item.as_deref();
    Ok(Focus {
        item: item
            .map(|item| super::explain::item(engine, item))
            .transpose()?,
        facet: arguments.facet.clone(),
    })
}
