//! A report and its files.

use std::path::Path;

use fs_err as fs;
use serde_json::{Value, json};

use super::{qrels, run_file, to_json, to_markdown, to_svg};
use crate::{EvalError, Experiment, Latency, Outcome, Run, Summary};

/// A report in all its forms. Times are not in it, for the same command gives the same bytes.
#[derive(Debug, Clone)]
pub struct Report {
    /// Tables.
    pub markdown: String,
    /// `{method: {group: {metric: mean}}}`.
    pub json: Value,
    /// Recall curves.
    pub svg: String,
}

impl Report {
    /// Writes up what methods did.
    #[must_use]
    pub fn new(summaries: &[Summary], experiment: &Experiment) -> Self {
        Self {
            markdown: to_markdown(summaries, experiment),
            json: to_json(summaries),
            svg: to_svg(summaries),
        }
    }

    /// Writes `report.md`, `report.json`, `recall.svg`, and for each method the instances as JSON
    /// lines and the runs for ALL and NEW; beside them the judgements. `latency.json` holds the times,
    /// the one file that differs from run to run.
    ///
    /// # Errors
    /// [`EvalError::Io`] naming the file.
    pub fn write(
        &self,
        folder: &Path,
        runs: &[Run],
        experiment: &Experiment,
    ) -> Result<(), EvalError> {
        fs::create_dir_all(folder)?;
        fs::write(
            folder.join("report.md"),
            format!("{}\n![Recall at k](recall.svg)\n", self.markdown),
        )?;
        fs::write(folder.join("report.json"), format!("{:#}\n", self.json))?;
        fs::write(folder.join("recall.svg"), &self.svg)?;
        let mut latency = serde_json::Map::new();
        for run in runs {
            let name = |ending: &str| folder.join(format!("{}.{ending}", run.method));
            fs::write(name("jsonl"), instances(&run.outcomes))?;
            fs::write(name("all.run"), run_file(run, experiment, false))?;
            fs::write(name("new.run"), run_file(run, experiment, true))?;
            latency.insert(run.method.clone(), json!(Latency::of(&run.times)));
        }
        if let Some(run) = runs.first() {
            fs::write(folder.join("all.qrels"), qrels(run, false))?;
            fs::write(folder.join("new.qrels"), qrels(run, true))?;
        }
        fs::write(
            folder.join("latency.json"),
            format!("{:#}\n", Value::Object(latency)),
        )?;
        Ok(())
    }
}

fn instances(outcomes: &[Outcome]) -> String {
    outcomes
        .iter()
        .filter_map(|outcome| serde_json::to_string(outcome).ok())
        .map(|line| line + "\n")
        .collect()
}

/// Reads the instances that [`Report::write`] has written.
///
/// # Errors
/// [`EvalError::Io`], or [`EvalError::Malformed`] with the line.
pub fn read_outcomes(path: &Path) -> Result<Vec<Outcome>, EvalError> {
    let text = fs::read_to_string(path)?;
    let parse = |(line, number): (&str, u64)| {
        serde_json::from_str(line).map_err(|error| EvalError::Malformed {
            path: path.to_owned(),
            line: number,
            message: error.to_string(),
            hint: "a line is an instance as `tastegraph eval --out` writes it",
        })
    };
    text.lines().zip(1..).map(parse).collect()
}
