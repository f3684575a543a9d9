//! The `tastegraph` command: flags, progress, tables and exit codes. What it does lives in the
//! libraries.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 nothing found or violations, 2 error.

mod arguments;
mod commands;
mod output;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// What a command came to, other than an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    NothingFound,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<Outcome> {
    let graph = arguments.graph;
    match arguments.command {
        Command::Recommend(options) => commands::recommend::run(&graph.folder()?, &options),
        Command::Chat(options) => commands::chat::run(&graph.folder()?, &options),
        Command::Query(options) => commands::query::run(&graph.folder()?, &options),
        Command::Update(options) => commands::update::run(&graph.folder()?, &options),
        Command::Load(options) => commands::load::run(&graph.folder()?, &options),
        Command::Import(options) => commands::import::run(&graph.folder()?, &options),
        Command::Verify(options) => commands::verify::run(&graph.folder()?, &options),
        Command::Infer(options) => commands::infer::run(&graph.folder()?, &options),
        Command::Dump(options) => commands::dump::run(&graph.folder()?, &options),
        Command::Backup(options) => commands::backup::run(&graph.folder()?, &options),
        Command::Stats(options) => commands::stats::run(&graph.folder()?, &options),
        Command::Forget(options) => commands::forget::run(&graph.folder()?, &options),
        Command::Index(arguments) => commands::index::run(&graph.folder()?, &arguments),
        Command::Explain(options) => commands::explain::run(&graph.folder()?, &options),
        Command::Eval(options) => commands::eval::run(|| graph.folder(), &options),
        Command::Tune(options) => commands::tune::run(&graph.folder()?, &options),
        Command::Pretrain(options) => commands::pretrain::run(&graph.folder()?, &options),
        Command::Prompt(options) => commands::prompt::run(&graph.folder()?, &options),
        Command::Config => commands::config::run(&graph.folder()?),
        Command::Devices => commands::devices::run(),
        Command::Completions { shell } => commands::completions::run(shell),
    }
}
