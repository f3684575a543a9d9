//! Tables for people.

use std::fmt::Write;

use crate::{Difference, Experiment, Group, Metric, Summary};

/// A report of several methods on one experiment.
#[must_use]
pub fn to_markdown(summaries: &[Summary], experiment: &Experiment) -> String {
    let mut text = format!(
        "{} conversations, {} turns of a recommender that name items, {} items ranked; {} conversations remembered.\n\
        Intervals are 95 %, from 1,000 resamples of the conversations. Ties go against the target.\n",
        experiment.dialogues.len(),
        experiment.questions.len(),
        experiment.universe.len(),
        experiment.memory.ids.len(),
    );
    for group in Group::ALL {
        let instances = summaries
            .first()
            .and_then(|summary| summary.groups.get(&group))
            .map_or(0, |group| group.instances);
        if instances > 0 {
            table(&mut text, summaries, group, instances);
        }
    }
    lists(&mut text, summaries);
    similar(&mut text, summaries);
    text
}

/// The sentence above the table of a group.
fn heading(group: Group) -> &'static str {
    match group {
        Group::All => "ALL: every item that a recommender named, among all items",
        Group::New => "NEW: not named before in the conversation, named items out of the ranking",
        Group::NewLiked => "NEW and liked by the seeker",
        Group::NewPopular => "NEW, one of the 100 most mentioned items",
        Group::NewTail => "NEW, not one of the 100 most mentioned items",
        Group::NewCold => "NEW, mentioned in no conversation of the memory",
        Group::NewUnlinked => "NEW, after a context that names nothing known",
    }
}

fn table(text: &mut String, summaries: &[Summary], group: Group, instances: usize) {
    let metrics =
        Metric::ALL.map(|metric| metric.to_string().to_uppercase().replace("NDCG", "nDCG"));
    let _ = write!(
        text,
        "\n### {} ({instances} instances)\n\n| method | {} |\n|---|{}\n",
        heading(group),
        metrics.join(" | "),
        "--:|".repeat(metrics.len()),
    );
    for summary in summaries {
        let Some(found) = summary.groups.get(&group) else {
            continue;
        };
        let cells: Vec<String> = found
            .metrics
            .values()
            .map(|e| format!("{} [{}, {}]", short(e.mean), short(e.low), short(e.high)))
            .collect();
        let _ = writeln!(text, "| {} | {} |", summary.method, cells.join(" | "));
    }
}

fn lists(text: &mut String, summaries: &[Summary]) {
    text.push_str(
        "\n### The first ten\n\n| method | coverage | Gini | EPC | ACLT | ARP | PopREO |\n|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for summary in summaries {
        let found = &summary.lists;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.4} | {:.2} | {:.1} | {} |",
            summary.method,
            short(found.coverage),
            short(found.gini),
            found.epc,
            found.aclt,
            found.arp,
            short(found.popreo),
        );
    }
}

fn similar(text: &mut String, summaries: &[Summary]) {
    if summaries.iter().all(|summary| summary.similar.is_empty()) {
        return;
    }
    text.push_str(
        "\n### Similar conversations: share of NEW targets among the items of the first\n\n| method | 1 | 3 | 5 | 10 |\n|---|--:|--:|--:|--:|\n",
    );
    for summary in summaries
        .iter()
        .filter(|summary| !summary.similar.is_empty())
    {
        let cells: Vec<String> = summary
            .similar
            .values()
            .map(|e| format!("{} [{}, {}]", short(e.mean), short(e.low), short(e.high)))
            .collect();
        let _ = writeln!(text, "| {} | {} |", summary.method, cells.join(" | "));
    }
}

/// A table of differences between two runs.
#[must_use]
pub fn comparison(a: &str, b: &str, differences: &[Difference]) -> String {
    let mut text = format!(
        "| group | metric | {a} | {b} | difference | 95 % | p |\n|---|---|--:|--:|--:|--:|--:|\n"
    );
    for d in differences {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:+.4} | [{:+.4}, {:+.4}] | {:.4} |",
            d.group,
            d.metric,
            short(d.a),
            short(d.b),
            d.difference,
            d.low,
            d.high,
            d.p,
        );
    }
    text
}

/// Three decimals without the zero before the point, as such tables are usually written.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_are_short() {
        assert_eq!(short(0.2764), ".276");
        assert_eq!(short(1.0), "1.000");
    }
}
