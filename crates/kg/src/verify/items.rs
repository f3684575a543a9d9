//! Things that cannot be found, reached or compared.

use super::report::{Severity, VerifyReport};
use super::survey::Survey;

pub(super) fn check(survey: &Survey, report: &mut VerifyReport) {
    report.checks += 5;
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
    for (subject, property, value) in &survey.not_numbers {
        report.find(
            Severity::Warning,
            "filter-not-a-number",
            "values that a filter cannot compare, for they are no numbers",
            format!("<{subject}> <{property}> \"{value}\""),
        );
    }
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
