//! `tastegraph pretrain`.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tastegraph::{
    LinkRanking, NbfNetConfig, PretrainConfig, PretrainOptions, PretrainReport, Pretrained,
    Progress, Settings, pretrain,
};

use crate::arguments::{PretrainArguments, PretrainFormat};
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &PretrainArguments) -> anyhow::Result<Outcome> {
    let config = config(arguments);
    let bar = bar(config.steps);
    let tell = |progress: &Progress| show(&bar, progress);
    let device = match arguments.device {
        Some(device) => device,
        None => Settings::read(folder)?.reasoner.device,
    };
    let options = PretrainOptions {
        config,
        device,
        restart: arguments.restart,
        no_report: arguments.no_report,
        progress: Some(&tell),
    };
    let trained = pretrain(folder, &options);
    bar.finish_and_clear();
    let trained = trained?;
    if trained.resumed_at > 0 {
        output::note(&format!("went on from step {}", trained.resumed_at));
    }
    output::note(&format!(
        "trained {} parameters on {} in {:.0} s, validation MRR {:.3}; {} kB of weights are in the index\n\
         set kind = \"nbfnet\" under [reasoner] in tastegraph.toml to use them",
        trained.weights.parameter_count(),
        trained.device,
        trained.time.as_secs_f64(),
        trained.weights.validation_mrr(),
        trained.bytes.div_ceil(1000),
    ));
    print(&trained, arguments.format)?;
    Ok(Outcome::Done)
}

fn config(arguments: &PretrainArguments) -> PretrainConfig {
    let default = PretrainConfig::default();
    PretrainConfig {
        network: NbfNetConfig {
            dimension: arguments.dimension.unwrap_or(default.network.dimension),
            layers: arguments.layers.unwrap_or(default.network.layers),
        },
        steps: arguments.steps.unwrap_or(default.steps),
        batch: arguments.batch.unwrap_or(default.batch),
        learning_rate: arguments.learning_rate.unwrap_or(default.learning_rate),
        validate_every: arguments.validate_every.unwrap_or(default.validate_every),
        seed: arguments.seed.unwrap_or(default.seed),
        ..default
    }
}

fn bar(steps: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:30} step {pos} of {len}, {msg}, {elapsed}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(steps as u64).with_style(style)
}

/// Moves the bar; without a terminal, a line for each validation.
fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_position(progress.step as u64);
    bar.set_message(format!(
        "loss {:.3}, best MRR {:.3}",
        progress.loss, progress.best_mrr
    ));
    if let Some(ranking) = progress.validated {
        let line = format!(
            "step {} of {}: loss {:.3}, validation MRR {:.3}, Hits@10 {:.3}",
            progress.step, progress.steps, progress.loss, ranking.mrr, ranking.hits_at_10
        );
        bar.suspend(|| output::note(&line));
    }
}

fn print(trained: &Pretrained, format: PretrainFormat) -> anyhow::Result<()> {
    output::print(|out| match (&trained.report, format) {
        (Some(report), PretrainFormat::Table) => write!(out, "{}", table(report)),
        (None, PretrainFormat::Table) => Ok(()),
        (report, PretrainFormat::Json) => {
            let value = json!({
                "device": trained.device,
                "seconds": trained.time.as_secs_f64(),
                "resumed_at": trained.resumed_at,
                "validation_mrr": trained.weights.validation_mrr(),
                "report": report,
            });
            writeln!(out, "{value:#}")
        }
    })
}

fn table(report: &PretrainReport) -> String {
    let mut table = output::table(["method", "MRR", "Hits@1", "Hits@3", "Hits@10"]);
    let mut row = |name: String, ranking: LinkRanking| {
        let LinkRanking {
            mrr,
            hits_at_1,
            hits_at_3,
            hits_at_10,
            ..
        } = ranking;
        let values = [mrr, hits_at_1, hits_at_3, hits_at_10].map(|value| format!("{value:.3}"));
        table.add_row(std::iter::once(name).chain(values));
    };
    row(format!("nbfnet, {} steps", report.steps), report.nbfnet);
    row(
        format!("DistMult, {} epochs", report.distmult_epochs),
        report.distmult,
    );
    row("popularity".to_owned(), report.popularity);
    format!(
        "{table}\n{} test facts from both ends, filtered; {} facts trained on, {:.2} epochs\n",
        report.test_facts, report.training_facts, report.epochs
    )
}
