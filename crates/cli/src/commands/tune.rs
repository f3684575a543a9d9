//! `tastegraph tune`.

use std::path::Path;

use anyhow::Context;
use tastegraph::Settings;
use tastegraph_eval::{
    EngineMethod, EvalError, Pace, Range, Search, TuneOptions, parse_objective, tune,
};

use super::eval::Prepared;
use crate::arguments::{SearchChoice, TuneArguments};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &TuneArguments) -> anyhow::Result<Outcome> {
    let prepared = Prepared::new(folder, &arguments.evaluated)?;
    let options = TuneOptions {
        ranges: arguments
            .parameters
            .iter()
            .map(|text| range(text))
            .collect::<Result<_, _>>()?,
        search: match arguments.search {
            SearchChoice::Coordinate => Search::Coordinate,
            SearchChoice::Random => Search::Random,
        },
        budget: arguments.budget,
        objective: parse_objective(&arguments.objective)?,
        seed: arguments.seed,
    };
    let settings = prepared.engine.settings();
    let start = start(settings, &options)?;
    let mut number = 0;
    let trials = tune(&options, &start, |values| {
        number += 1;
        output::note(&format!("evaluation {number}: {values:?}"));
        let settings = with(settings, &options, values).map_err(|error| EvalError::Tuning {
            message: error.to_string(),
            hint: "keep the range inside what the parameter allows",
        })?;
        let method = EngineMethod::new(&prepared.engine, &settings.parameters);
        Ok(prepared
            .joined
            .experiment
            .run(&method, Pace::Parallel)?
            .outcomes)
    })?;
    output::print(|out| {
        for trial in &trials {
            serde_json::to_writer(&mut *out, trial)?;
            writeln!(out)?;
        }
        Ok(())
    })?;
    let best = trials
        .iter()
        .rfind(|trial| trial.best)
        .context("no evaluation")?;
    let (first, gained) = (&trials[0], best.tuned - trials[0].tuned);
    output::note(&format!(
        "{}: {:.4} to {:.4} on the half tuned on ({gained:+.4}), {:.4} to {:.4} on the half held back ({:+.4})",
        arguments.objective,
        first.tuned,
        best.tuned,
        first.held_back,
        best.held_back,
        best.held_back - first.held_back,
    ));
    if let Some(path) = &arguments.write {
        let found = with(settings, &options, &best.values)?;
        let provenance = format!(
            "# Tuned by `tastegraph tune` on {}: {} rose from {:.4} to {:.4} on one half of the\n# conversations in {} evaluations; on the half held back from {:.4} to {:.4}.\n",
            arguments
                .evaluated
                .dialogues
                .as_deref()
                .unwrap_or(Path::new(""))
                .display(),
            arguments.objective,
            first.tuned,
            best.tuned,
            trials.len(),
            first.held_back,
            best.held_back,
        );
        fs_err::write(path, provenance + &found.to_toml())?;
    }
    Ok(Outcome::Done)
}

/// `NAME=LOW:HIGH`.
fn range(text: &str) -> anyhow::Result<Range> {
    let shape =
        || format!("--parameter {text}: it must be NAME=LOW:HIGH, such as text_weight=0:0.8");
    let (name, bounds) = text.split_once('=').with_context(shape)?;
    let (low, high) = bounds.split_once(':').with_context(shape)?;
    Ok(Range {
        name: name.trim().to_owned(),
        low: low.trim().parse().with_context(shape)?,
        high: high.trim().parse().with_context(shape)?,
    })
}

/// The values in force.
fn start(settings: &Settings, options: &TuneOptions) -> anyhow::Result<Vec<f64>> {
    let described = settings.described();
    let value = |range: &Range| {
        let (value, _) = described.get(&range.name).with_context(|| {
            let known: Vec<&str> = described.keys().map(String::as_str).collect();
            format!(
                "there is no parameter {}\nhint: known are {}",
                range.name,
                known.join(", ")
            )
        })?;
        value.as_f64().context("only numbers can be tuned")
    };
    options.ranges.iter().map(value).collect()
}

/// Settings with some values; what counts things is rounded.
fn with(settings: &Settings, options: &TuneOptions, values: &[f64]) -> anyhow::Result<Settings> {
    let mut changed = settings.clone();
    let described = settings.described();
    for (range, value) in options.ranges.iter().zip(values) {
        let counts = described
            .get(&range.name)
            .is_some_and(|(value, _)| value.is_u64());
        let text = if counts {
            format!("{value:.0}")
        } else {
            value.to_string()
        };
        changed.set(&range.name, &text)?;
    }
    Ok(changed)
}
