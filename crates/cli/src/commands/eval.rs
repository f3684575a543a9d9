//! `tastegraph eval`.

use std::path::Path;

use anyhow::Context;
use serde_json::json;
use tastegraph::kg::KnowledgeGraph;
use tastegraph::{Engine, LlmMethod, Settings};
use tastegraph_eval::{
    Baselines, Dialogue, ENGINE, EngineExperiment, EngineMethod, Latency, ModelAnswers,
    ModelMethod, ModelRates, Pace, Recommender, Report, Run, Summary, compare, evaluate_ratings,
    read_dialogues, read_outcomes, read_ratings, read_roles, report, select,
};

use super::llm;
use crate::arguments::{EvalArguments, EvalCommand, EvalFormat, EvaluatedArguments};
use crate::{Outcome, output};

pub(crate) fn run(
    folder: impl FnOnce() -> anyhow::Result<std::path::PathBuf>,
    arguments: &EvalArguments,
) -> anyhow::Result<Outcome> {
    if let Some(EvalCommand::Compare { a, b, format }) = &arguments.command {
        return compare_runs(a, b, *format);
    }
    if let Some(path) = &arguments.ratings {
        let report = evaluate_ratings(&read_ratings(path)?)?;
        output::print(|out| match arguments.format {
            EvalFormat::Table => write!(out, "{}", report.to_markdown()),
            EvalFormat::Json => writeln!(out, "{:#}", report.to_json()),
        })?;
        return Ok(Outcome::Done);
    }
    let mut prepared = Prepared::new(&folder()?, &arguments.evaluated)?;
    if let Some(questions) = arguments.questions {
        prepared.joined.experiment.sample(questions, SAMPLE_SEED);
    }
    let (runs, report) = prepared.run(arguments)?;
    for run in &runs {
        let latency = Latency::of(&run.times);
        output::note(&format!(
            "{}: {:.2} ms p50, {:.2} ms p95, {:.2} ms p99",
            run.method, latency.p50_ms, latency.p95_ms, latency.p99_ms
        ));
    }
    if let Some(out) = &arguments.out {
        report.write(out, &runs, &prepared.joined.experiment)?;
        output::note(&format!("written to {}", out.display()));
    }
    // Last, so that a reader who goes away early costs no file.
    print(&report, arguments.format)?;
    Ok(Outcome::Done)
}

/// Seed of the questions that `--questions` draws.
const SAMPLE_SEED: u64 = 0;

/// An engine and the questions put to it.
pub(super) struct Prepared {
    pub(super) engine: Engine,
    pub(super) joined: EngineExperiment,
}

impl Prepared {
    pub(super) fn new(folder: &Path, arguments: &EvaluatedArguments) -> anyhow::Result<Self> {
        let evaluated = evaluated(arguments)?;
        let mut settings = Settings::read(folder)?;
        super::request::set(&mut settings, &arguments.set)?;
        let engine = Engine::open_with(folder, settings)?;
        let graph = KnowledgeGraph::open(folder)?;
        let joined = EngineExperiment::new(&engine, &graph, evaluated)?;
        if joined.unknown > 0 {
            output::note(&format!(
                "{} of the things named in the conversations are not in the graph; as targets they count as missed",
                joined.unknown
            ));
        }
        Ok(Self { engine, joined })
    }

    fn run(&self, arguments: &EvalArguments) -> anyhow::Result<(Vec<Run>, Report)> {
        let experiment = &self.joined.experiment;
        let wanted = |name: &str| {
            arguments.method.is_empty() || arguments.method.iter().any(|method| method == name)
        };
        let parameters = &self.engine.settings().parameters;
        let engine = EngineMethod::new(&self.engine, parameters);
        let baselines = Baselines::new(
            &experiment.universe,
            &experiment.memory,
            &self.joined.remembered,
            wanted,
        );
        let settings = llm::settings(&arguments.llm, &self.engine.settings().llm);
        let model = llm::model(&arguments.llm, &settings)?;
        let answers = model
            .as_deref()
            .map(|model| ModelAnswers::new(&self.engine, model, &settings));
        let with_model = answers.as_ref().map(|answers| match settings.method {
            LlmMethod::Generate => vec![ModelMethod::generated(answers)],
            LlmMethod::Likelihood => weights(arguments, settings.likelihood_weight)
                .map(|weight| ModelMethod::weighted(answers, weight))
                .collect(),
        });
        let with_model = with_model.unwrap_or_default();
        let methods = wanted(ENGINE)
            .then_some(&engine as &dyn Recommender)
            .into_iter()
            .chain(baselines.iter());
        let pace = if arguments.serial {
            Pace::Serial
        } else {
            Pace::Parallel
        };
        // A model computes one answer at a time.
        let with_model = with_model.iter().map(|method| method as &dyn Recommender);
        let runs = methods
            .map(|method| (method, pace))
            .chain(with_model.map(|method| (method, Pace::Serial)))
            .map(|(method, pace)| experiment.run(method, pace))
            .collect::<Result<Vec<Run>, _>>()?;
        if let Some(answers) = &answers {
            // Standard output is the report, which holds no times.
            output::note(&ModelRates::of(answers).to_markdown());
        }
        anyhow::ensure!(
            !runs.is_empty(),
            "there is no method of that name\nhint: there are tastegraph, copy, popularity, cooccurrence, ease and bm25-knn"
        );
        let summaries: Vec<Summary> = runs
            .iter()
            .map(|run| Summary::of(run, experiment))
            .collect();
        Ok((runs, Report::new(&summaries, experiment)))
    }
}

/// The weights of likelihood to try.
fn weights(arguments: &EvalArguments, default: f64) -> impl Iterator<Item = f64> {
    let weights = match arguments.llm_weight[..] {
        [] => vec![default],
        ref given => given.to_vec(),
    };
    weights.into_iter()
}

fn evaluated(arguments: &EvaluatedArguments) -> anyhow::Result<Vec<Dialogue>> {
    let file = arguments
        .dialogues
        .as_deref()
        .context("nothing to evaluate\nhint: name conversations with --dialogues FILE or ratings with --ratings FILE")?;
    let roles = arguments.roles.as_deref().map(read_roles).transpose()?;
    Ok(select(
        read_dialogues(file)?,
        arguments.split.as_deref(),
        roles.as_ref(),
    )?)
}

fn print(report: &Report, format: EvalFormat) -> anyhow::Result<()> {
    output::print(|out| match format {
        EvalFormat::Table => write!(out, "{}", report.markdown),
        EvalFormat::Json => writeln!(out, "{:#}", report.json),
    })
}

fn compare_runs(a: &Path, b: &Path, format: EvalFormat) -> anyhow::Result<Outcome> {
    let differences = compare(&read_outcomes(a)?, &read_outcomes(b)?)?;
    let name = |path: &Path| {
        let stem = path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    };
    output::print(|out| match format {
        EvalFormat::Table => {
            write!(
                out,
                "{}",
                report::comparison(&name(a), &name(b), &differences)
            )
        }
        EvalFormat::Json => writeln!(out, "{:#}", json!(differences)),
    })?;
    Ok(Outcome::Done)
}
