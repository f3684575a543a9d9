//! `tastegraph explain`.

use std::path::Path;

use anyhow::bail;
use tastegraph::{Conversation, Engine, Settings};

use super::text_or_stdin;
use crate::arguments::{EvalFormat, ExplainArguments};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &ExplainArguments) -> anyhow::Result<Outcome> {
    let text = text_or_stdin(&arguments.text)?;
    let mut settings = Settings::read(folder)?;
    super::request::set(&mut settings, &arguments.set)?;
    let engine = Engine::open_with(folder, settings)?;
    let iri = item(&engine, &arguments.item)?;
    let explanation = engine
        .recommend(Conversation::new().seeker(text))
        .explain(&iri)?;
    output::print(|out| match arguments.format {
        EvalFormat::Table => write!(out, "{}", output::plain(&explanation.to_text())),
        EvalFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &explanation)?;
            writeln!(out)
        }
    })?;
    Ok(Outcome::Done)
}

/// The item meant: an IRI, or what exactly one item is called.
pub(super) fn item(engine: &Engine, name: &str) -> anyhow::Result<String> {
    if engine.knows(name) {
        return Ok(name.to_owned());
    }
    match engine.items_called(name)[..] {
        [] => bail!(
            "no {} is called \"{name}\"\nhint: give its name as answers print it, or its IRI",
            engine.item_name()
        ),
        [iri] => Ok(iri.to_owned()),
        ref several => bail!(
            "\"{name}\" is the name of several\nhint: say which with its IRI: {}",
            several.join(", ")
        ),
    }
}
