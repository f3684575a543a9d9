//! `tastegraph stats`.

use std::fmt::Write;
use std::path::Path;

use tastegraph::kg::{KnowledgeGraph, Statistics};

use super::request::default_format;
use crate::arguments::{AnswerFormat, StatsArguments};
use crate::{Outcome, output};

/// Columns of the longest bar.
const BAR: u64 = 40;
/// Rows of each table; JSON has them all.
const ROWS: usize = 20;

pub(crate) fn run(folder: &Path, arguments: &StatsArguments) -> anyhow::Result<Outcome> {
    let statistics = KnowledgeGraph::open(folder)?.statistics()?;
    if arguments.format.unwrap_or_else(default_format) == AnswerFormat::Table {
        let text = text(&statistics);
        output::print(|out| write!(out, "{}", output::plain(&text)))?;
    } else {
        let json = serde_json::to_string_pretty(&statistics)?;
        output::print(|out| writeln!(out, "{json}"))?;
    }
    Ok(if statistics.quads == 0 {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn text(statistics: &Statistics) -> String {
    let mut text = format!(
        "{} statements about {} subjects\n",
        statistics.quads, statistics.subjects
    );
    for (title, counts) in [
        ("class", &statistics.classes),
        ("predicate", &statistics.predicates),
        ("named graph", &statistics.graphs),
    ] {
        let mut table = output::table([title, "count"]);
        for (name, count) in counts.iter().take(ROWS) {
            let name = if name.is_empty() { "(unnamed)" } else { name };
            table.add_row([name.to_owned(), count.to_string()]);
        }
        let _ = text.write_fmt(format_args!("\n{table}\n"));
        if counts.len() > ROWS {
            let _ = text.write_fmt(format_args!(
                "and {} more; --format json has all\n",
                counts.len() - ROWS
            ));
        }
    }
    text.push_str("\nstatements per resource\n");
    let most = statistics.degrees.iter().copied().max().unwrap_or(0).max(1);
    for (bucket, &count) in statistics.degrees.iter().enumerate() {
        let (from, to) = (1_u64 << bucket, (1_u64 << (bucket + 1)) - 1);
        let range = if from == to {
            from.to_string()
        } else {
            format!("{from}-{to}")
        };
        let bar = "█".repeat((count * BAR).div_ceil(most) as usize);
        let _ = text.write_fmt(format_args!("{range:>15} {bar} {count}\n"));
    }
    text
}
