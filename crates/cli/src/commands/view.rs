//! An answer for people.

use std::io::Write;

use comfy_table::{Cell, CellAlignment};
use tastegraph::{Answer, LlmReport, NamedScore, SimilarReport, Stance};

use crate::output;

/// Things listed of a similar conversation or user.
const SHOWN: usize = 4;

pub(super) fn answer(answer: &Answer, item_name: &str, out: &mut dyn Write) -> std::io::Result<()> {
    understood(answer, out)?;
    if let Some(fallback) = &answer.fallback {
        writeln!(out, "Note: {}.", fallback.explanation)?;
    }
    if !answer.items.is_empty() {
        let mut table = output::table(["#", item_name, "score", "because"]);
        for item in &answer.items {
            table.add_row([
                Cell::new(item.rank).set_alignment(CellAlignment::Right),
                Cell::new(&item.label),
                Cell::new(format!("{:.3}", item.score)),
                Cell::new(&item.evidence.summary),
            ]);
        }
        writeln!(out, "{table}")?;
    }
    if let Some(llm) = &answer.llm {
        writeln!(out, "{}", answer.reply)?;
        model(llm, out)?;
    }
    similar("Similar conversations", &answer.similar_conversations, out)?;
    similar("Similar users", &answer.similar_users, out)?;
    let times = &answer.timings;
    writeln!(
        out,
        "{:.1} ms: understand {:.1}, text {:.1} ({}), reasoner {:.1}, pagerank {:.1}, rank {:.1}, similar {:.1}, evidence {:.1}",
        times.total_ms,
        times.understand_ms,
        times.encode_ms + times.text_ms,
        if answer.text.encoder.is_some() {
            "words and meaning"
        } else {
            "words"
        },
        times.reasoner_ms,
        times.pagerank_ms,
        times.rank_ms,
        times.similar_ms,
        times.evidence_ms,
    )
}

/// What the model did, in a line.
fn model(llm: &LlmReport, out: &mut dyn Write) -> std::io::Result<()> {
    let counts = &llm.ranked.counts;
    write!(
        out,
        "{}: {} calls, {} + {} tokens, {} chosen, {} invented and dropped, {} repeated, {} mended",
        llm.model,
        counts.calls,
        counts.usage.prompt_tokens,
        counts.usage.completion_tokens,
        counts.accepted,
        counts.hallucinated,
        counts.repeated,
        counts.repairs,
    )?;
    match &llm.ranked.degraded {
        Some(reason) => writeln!(out, "; the order is that of retrieval: {reason}"),
        None => writeln!(out),
    }
}

fn understood(answer: &Answer, out: &mut dyn Write) -> std::io::Result<()> {
    let said = &answer.understood;
    for (heading, stances) in [
        ("Likes", &[Stance::Liked][..]),
        ("Asks for", &[Stance::AskedFor]),
        ("Mentions", &[Stance::Neutral]),
        ("Dislikes", &[Stance::Disliked, Stance::Rejected]),
    ] {
        let mut names: Vec<&str> = Vec::new();
        for preference in said
            .preferences
            .iter()
            .filter(|preference| stances.contains(&preference.stance))
        {
            if !names.contains(&preference.label.as_str()) {
                names.push(&preference.label);
            }
        }
        if !names.is_empty() {
            writeln!(out, "{heading}: {}", names.join(", "))?;
        }
    }
    let conditions: Vec<&str> = said
        .constraints
        .iter()
        .map(|stated| stated.condition.as_str())
        .collect();
    if !conditions.is_empty() {
        writeln!(out, "Conditions: {}", conditions.join(", "))?;
    }
    let unknown: Vec<String> = said
        .unlinked
        .iter()
        .map(|span| format!("\"{}\"", span.text))
        .collect();
    if !unknown.is_empty() {
        writeln!(out, "Not in the graph: {}", unknown.join(", "))?;
    }
    Ok(())
}

fn similar(heading: &str, reports: &[SimilarReport], out: &mut dyn Write) -> std::io::Result<()> {
    if reports.is_empty() {
        return Ok(());
    }
    writeln!(out, "{heading}:")?;
    for report in reports {
        let shared: Vec<&str> = report
            .shared
            .iter()
            .take(SHOWN)
            .map(|NamedScore { label, .. }| label.as_str())
            .collect();
        let liked: Vec<&str> = report
            .liked
            .iter()
            .take(SHOWN)
            .map(|item| item.label.as_str())
            .collect();
        writeln!(
            out,
            "  {} — shares {}; liked {}",
            report.label,
            shared.join(", "),
            liked.join(", ")
        )?;
    }
    Ok(())
}
