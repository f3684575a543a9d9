//! Things of one class with nearly the same label, which may be one thing twice.
//!
//! Labels are compared only within blocks: two labels at edit distance 1 share a form with one
//! character deleted (P. Norvig's and W. Garbe's deletion neighbourhood), so that the work grows with
//! the total length of the labels and not with the square of their number.

use std::collections::{BTreeMap, HashMap};

use super::report::{Severity, VerifyReport};
use super::survey::Survey;

/// Shorter labels differ by one character for good reason: "Alien", "Aliens".
const MIN_LENGTH: usize = 9;

pub(super) fn check(survey: &Survey, report: &mut VerifyReport) {
    report.checks += 2;
    let mut blocks: BTreeMap<(&str, Option<&str>, String), Vec<&str>> = BTreeMap::new();
    for (iri, thing) in &survey.things {
        let (Some(class), Some(label)) = (&thing.class, thing.labels.first()) else {
            continue;
        };
        let key = normalised(label);
        if !key.is_empty() {
            let block = (class.as_str(), thing.qualifier.as_deref(), key);
            blocks.entry(block).or_default().push(iri);
        }
    }
    for ((_, qualifier, key), iris) in &blocks {
        if iris.len() > 1 {
            let is_item = survey.things[iris[0]].is_item;
            report.find(
                if is_item {
                    Severity::Warning
                } else {
                    Severity::Info
                },
                "same-label",
                "different things of one class with the same label",
                format!("\"{key}\"{}: {}", shown(*qualifier), listed(iris)),
            );
        }
    }
    for (a, b) in near(&blocks).pairs {
        report.find(
            Severity::Info,
            "near-label",
            "things of one class whose labels differ by one character, or by two that are swapped",
            format!("<{a}> and <{b}>"),
        );
    }
}

/// Pairs one character apart, and how many comparisons that took.
#[derive(Default)]
struct Near {
    pairs: Vec<(String, String)>,
    comparisons: usize,
}

fn near(blocks: &BTreeMap<(&str, Option<&str>, String), Vec<&str>>) -> Near {
    let mut found = Near::default();
    let mut forms: HashMap<(&str, Option<&str>, String), Vec<usize>> = HashMap::new();
    let labels: Vec<_> = blocks.iter().collect();
    for (place, ((class, qualifier, key), _)) in labels.iter().enumerate() {
        let characters: Vec<char> = key.chars().collect();
        if characters.len() < MIN_LENGTH {
            continue;
        }
        let mut deletions: Vec<String> = (0..characters.len())
            .map(|gone| {
                let kept = characters.iter().enumerate();
                kept.filter(|(at, _)| *at != gone).map(|(_, c)| c).collect()
            })
            .collect();
        deletions.push(key.clone());
        deletions.dedup();
        for form in deletions {
            forms
                .entry((class, *qualifier, form))
                .or_default()
                .push(place);
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for places in forms.values() {
        for (at, &first) in places.iter().enumerate() {
            for &second in &places[at + 1..] {
                found.comparisons += 1;
                let (one, other) = (&labels[first].0.2, &labels[second].0.2);
                // Numbers tell parts of a series apart.
                if first != second && same_digits(one, other) && is_one_edit(one, other) {
                    pairs.push((first.min(second), first.max(second)));
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    found.pairs = pairs
        .into_iter()
        .map(|(a, b)| (labels[a].1[0].to_owned(), labels[b].1[0].to_owned()))
        .collect();
    found
}

/// Whether one character more, less or another, or two that are swapped, is all the difference. Two
/// labels can share a form and be further apart: "Arco" and "Parc" without a character are "arc".
fn is_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let before = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[before..], &b[before..]);
    let behind = a.iter().rev().zip(b.iter().rev());
    let behind = behind.take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - behind], &b[..b.len() - behind]) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

fn same_digits(a: &str, b: &str) -> bool {
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    digits(a) == digits(b)
}

/// Letters and digits in lower case, single spaces.
fn normalised(label: &str) -> String {
    label
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn shown(qualifier: Option<&str>) -> String {
    qualifier
        .map(|qualifier| format!(" ({qualifier})"))
        .unwrap_or_default()
}

fn listed(iris: &[&str]) -> String {
    let shown: Vec<String> = iris.iter().take(3).map(|iri| format!("<{iri}>")).collect();
    let more = if iris.len() > 3 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(labels: &[String]) -> BTreeMap<(&str, Option<&str>, String), Vec<&str>> {
        labels
            .iter()
            .map(|label| (("class", None, normalised(label)), vec![label.as_str()]))
            .collect()
    }

    #[test]
    fn one_character_apart_is_near() {
        let labels = [
            "The Long Goodbye",
            "The Long Godbye",
            "Thx Long Goodbye",
            "The Long Way",
        ]
        .map(str::to_owned);
        let pairs = near(&blocks(&labels)).pairs;
        assert_eq!(pairs.len(), 2, "{pairs:?}");
    }

    #[test]
    fn what_only_shares_a_form_is_not_near() {
        let labels = ["Arco Film Group", "Parc Film Group", "Arco Flim Group"].map(str::to_owned);
        let pairs = near(&blocks(&labels)).pairs;
        assert_eq!(pairs, [(labels[0].clone(), labels[2].clone())]);
    }

    #[test]
    fn parts_of_a_series_are_not_near() {
        let labels = ["Rocky Returns 2", "Rocky Returns 3"].map(str::to_owned);
        assert!(near(&blocks(&labels)).pairs.is_empty());
    }

    #[test]
    fn the_work_is_nearly_linear() {
        let words = [
            "amber", "basil", "cedar", "delta", "ember", "fjord", "gable", "haven",
        ];
        let labels: Vec<String> = (0..4096_usize)
            .map(|n| {
                (0..4)
                    .map(|place| words[(n >> (3 * place)) % words.len()])
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let comparisons = near(&blocks(&labels)).comparisons;
        assert!(comparisons < labels.len(), "{comparisons}");
    }
}
