//! Things that cannot be found, reached or compared.

use super::report::{Severity, VerifyReport};
use super::survey::{LiteralStatement, Survey};

pub(super) fn check(survey: &Survey, report: &mut VerifyReport) {
    report.checks += 7;
    for (iri, thing) in survey.things.iter().filter(|(_, thing)| thing.is_item) {
        if thing.labels.iter().all(|label| label.trim().is_empty()) {
            report.find(
                Severity::Error,
                "item-without-label",
                "items without a label: nobody can name them",
                format!("<{iri}>"),
            );
        }
        if thing.edges == 0 {
            report.find(
                Severity::Warning,
                "item-without-edges",
                "items without an edge: nothing leads to them",
                format!("<{iri}>"),
            );
        }
    }
    check_numbers_and_ends(survey, report);
    for (object, subject) in &survey.dangling {
        report.find(
            Severity::Info,
            "dangling-object",
            "things that are linked to and of which nothing is said",
            format!("<{object}>, for instance from <{subject}>"),
        );
    }
    for iri in &survey.two_schemes {
        report.find(
            Severity::Warning,
            "http-and-https",
            "IRIs in use with http and with https: two things to a graph",
            format!("http(s)://{iri}"),
        );
    }
}

/// Statements of which the projection makes nothing, or at which it fails.
fn check_numbers_and_ends(survey: &Survey, report: &mut VerifyReport) {
    for statement in &survey.not_numbers {
        report.find(
            Severity::Error,
            "not-a-number",
            "values that are no numbers where a profile needs them: no index can be built",
            shown(statement),
        );
    }
    for statement in &survey.literal_ends {
        report.find(
            Severity::Warning,
            "edge-to-literal",
            "facts that should be edges and lead to a text: they are not walked",
            shown(statement),
        );
    }
    for (iri, thing) in survey.things.iter().filter(|(_, thing)| !thing.is_node) {
        if let Some(property) = &thing.starts {
            report.find(
                Severity::Warning,
                "edge-from-undeclared",
                "facts about things of no class that a profile knows: they are not walked",
                format!("<{iri}>, with <{property}>"),
            );
        }
    }
}

fn shown((subject, property, value): &LiteralStatement) -> String {
    format!("{subject} <{property}> \"{value}\"")
}
