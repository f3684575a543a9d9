//! Flags that shape an answer, made into an engine and a request.

use std::path::Path;

use anyhow::Context;
use tastegraph::{Conversation, Engine, Filter, Recommend, Settings};

use crate::arguments::{AnswerArguments, AnswerFormat};
use crate::output;

/// Opens the engine with the settings of the folder and those of the flags.
pub(super) fn engine(folder: &Path, arguments: &AnswerArguments) -> anyhow::Result<Engine> {
    let mut settings = Settings::read(folder)?;
    set(&mut settings, &arguments.set)?;
    if let Some(device) = arguments.device {
        settings.reasoner.device = device;
    }
    Ok(Engine::open_with(folder, settings)?)
}

/// Sets parameters by name.
pub(super) fn set(settings: &mut Settings, assignments: &[String]) -> anyhow::Result<()> {
    for assignment in assignments {
        let (name, value) = assignment.split_once('=').with_context(|| {
            format!("--set {assignment}: it must be NAME=VALUE, such as restart=0.5")
        })?;
        settings.set(name.trim(), value.trim())?;
    }
    Ok(())
}

/// A request for a conversation under the flags.
pub(super) fn request<'a>(
    engine: &'a Engine,
    conversation: Conversation,
    arguments: &AnswerArguments,
) -> anyhow::Result<Recommend<'a>> {
    let mut request = engine.recommend(conversation).top_k(arguments.top_k.into());
    for text in &arguments.filter {
        request = request.filter(filter(text)?);
    }
    Ok(request)
}

pub(super) fn format(arguments: &AnswerArguments) -> AnswerFormat {
    arguments.format.unwrap_or_else(default_format)
}

pub(super) fn default_format() -> AnswerFormat {
    if output::on_terminal() {
        AnswerFormat::Table
    } else {
        AnswerFormat::Json
    }
}

/// `year>=1990`, `runtime<=120` or `year=1994`.
fn filter(text: &str) -> anyhow::Result<Filter> {
    let shape = || {
        format!(
            "--filter {text}: it must be NAME<=NUMBER, NAME>=NUMBER or NAME=NUMBER, such as year>=1990"
        )
    };
    for (operator, make) in [
        ("<=", Filter::at_most as fn(&str, f64) -> Filter),
        (">=", Filter::at_least),
        ("=", |name, value| Filter::between(name, value, value)),
    ] {
        if let Some((name, value)) = text.split_once(operator) {
            let value: f64 = value.trim().parse().with_context(shape)?;
            return Ok(make(name.trim(), value));
        }
    }
    anyhow::bail!(shape())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read() {
        assert_eq!(
            filter("year>=1990").expect("valid"),
            Filter::at_least("year", 1990.0)
        );
        assert_eq!(
            filter("runtime <= 120").expect("valid"),
            Filter::at_most("runtime", 120.0)
        );
        assert_eq!(
            filter("year=1994").expect("valid"),
            Filter::between("year", 1994.0, 1994.0)
        );
    }

    #[test]
    fn a_malformed_filter_says_what_it_should_be() {
        for text in ["year", "year>=soon", "1990"] {
            let message = format!("{:#}", filter(text).expect_err("malformed"));
            assert!(message.contains("year>=1990"), "{message}");
        }
    }
}
