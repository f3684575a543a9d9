//! What the profile says against what the data holds, both ways.

use std::collections::BTreeSet;

use super::report::{Severity, VerifyReport};
use super::survey::Survey;
use crate::Profile;
use crate::vocabulary::RDF_TYPE;

pub(super) fn check(profile: &Profile, survey: &Survey, report: &mut VerifyReport) {
    report.checks += 4;
    let named = properties(profile);
    for (predicate, count) in &survey.predicates {
        if predicate != RDF_TYPE.as_str() && !named.contains(predicate.as_str()) {
            report.find(
                Severity::Info,
                "predicate-not-in-profile",
                "predicates that the data has and no profile uses",
                format!("<{predicate}>, {count} statements"),
            );
        }
    }
    for property in named {
        if !survey.predicates.contains_key(property) {
            report.find(
                Severity::Warning,
                "predicate-not-in-data",
                "predicates that a profile names and the data lacks",
                format!("<{property}>"),
            );
        }
    }
    for class in classes(profile) {
        if !survey.classes.contains_key(class) {
            report.find(
                Severity::Warning,
                "class-not-in-data",
                "classes that a profile names and the data has no instance of",
                format!("<{class}>"),
            );
        }
    }
    let mut seen = BTreeSet::new();
    for edge in &profile.edges {
        if !seen.insert(&edge.property) {
            report.find(
                Severity::Error,
                "two-rules-for-one-property",
                "properties with more than one edge rule",
                format!("<{}>", edge.property),
            );
        }
    }
}

fn properties(profile: &Profile) -> BTreeSet<&str> {
    let links = profile.links.iter().flat_map(|link| {
        [Some(&link.from), Some(&link.to), link.value.as_ref()]
            .into_iter()
            .flatten()
    });
    let utterances = profile.utterances.iter().flat_map(|utterance| {
        [
            Some(&utterance.from),
            Some(&utterance.text),
            utterance.order.as_ref(),
        ]
        .into_iter()
        .flatten()
    });
    profile
        .labels
        .iter()
        .chain(&profile.aliases)
        .chain(&profile.texts)
        .chain(&profile.owners)
        .chain(profile.qualifier.as_ref())
        .chain(profile.edges.iter().map(|edge| &edge.property))
        .chain(profile.filters.iter().map(|filter| &filter.property))
        .chain(links)
        .chain(utterances)
        .map(String::as_str)
        .collect()
}

fn classes(profile: &Profile) -> BTreeSet<&str> {
    profile
        .items
        .iter()
        .chain(&profile.users)
        .chain(&profile.conversations)
        .chain(profile.classes.iter().map(|class| &class.class))
        .chain(profile.links.iter().map(|link| &link.class))
        .chain(profile.utterances.iter().map(|utterance| &utterance.class))
        .map(String::as_str)
        .collect()
}
