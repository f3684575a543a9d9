//! The rules and shapes of the ontologies find the faults planted for them, and nothing else.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tastegraph_kg::{KnowledgeGraph, Severity, VerifyOptions, VerifyReport};

use crate::support::{files, load_domain, repository};

use Severity::{Error, Info, Warning};

fn fixture(name: &str) -> PathBuf {
    repository()
        .join("crates/kg/tests/fixtures/verify")
        .join(name)
}

fn rule_folders(ontologies: &[&str]) -> Vec<PathBuf> {
    let folder = |name: &&str| repository().join("ontologies").join(name).join("rules");
    ontologies.iter().map(folder).collect()
}

/// What the rules of some ontologies say of a graph.
fn verify(graph: &KnowledgeGraph, ontologies: &[&str]) -> VerifyReport {
    let options = VerifyOptions {
        rules: rule_folders(ontologies),
        examples: 3,
        ..VerifyOptions::default()
    };
    graph.verify(&options).expect("the rules are good")
}

fn rule_names(ontologies: &[&str]) -> BTreeSet<String> {
    rule_folders(ontologies)
        .iter()
        .flat_map(|folder| files(folder, "rq"))
        .map(|file| {
            let stem = file.file_stem().expect("a file has a name");
            stem.to_string_lossy().into_owned()
        })
        .collect()
}

/// Demands that the rules of `ontologies` find exactly `expected`, and that each has a fault to find.
#[track_caller]
fn finds(report: &VerifyReport, ontologies: &[&str], expected: &[(Severity, &str, usize)]) {
    let names = rule_names(ontologies);
    let found: BTreeSet<_> = report
        .findings
        .iter()
        .filter(|finding| names.contains(&finding.check))
        .map(|finding| (finding.severity, finding.check.as_str(), finding.count))
        .collect();
    let expected: BTreeSet<_> = expected.iter().copied().collect();
    assert_eq!(found, expected);
    let planted: BTreeSet<String> = expected
        .iter()
        .map(|(_, name, _)| (*name).to_owned())
        .collect();
    assert_eq!(planted, names, "each rule has a fault in the fixture");
}

#[test]
fn rules_of_movies_and_interactions_find_what_was_planted() {
    let graph = load_domain("movies", &[fixture("movies-faults.trig")]);
    let report = verify(&graph, &["movies", "interactions"]);
    finds(
        &report,
        &["movies"],
        &[
            (Error, "credit-of-no-film", 5),
            (Error, "cyclic-series", 3),
            (Warning, "film-without-director", 2),
            (Warning, "film-without-genre", 2),
            (Info, "film-without-runtime", 2),
            (Warning, "film-without-year", 2),
            (Warning, "label-is-an-identifier", 1),
            (Warning, "label-with-article-behind", 1),
            (Warning, "label-with-stray-space", 1),
            (Warning, "label-with-year", 1),
            (Warning, "runtime-improbable", 1),
            (Error, "runtime-not-positive", 1),
            (Info, "series-of-one", 1),
            (Warning, "several-years", 1),
            (Error, "thing-of-two-kinds", 1),
            (Error, "undeclared-movie-term", 2),
            (Info, "unused-thing", 4),
            (Error, "wrong-kind-of-thing", 2),
            (Error, "year-before-cinema", 1),
            (Warning, "year-in-the-future", 1),
        ],
    );
    finds(
        &report,
        &["interactions"],
        &[
            (Warning, "contact-in-text", 2),
            (Info, "conversation-without-mentions", 2),
            (Warning, "conversation-without-turns", 1),
            (Error, "incomplete-rating", 4),
            (Error, "mention-in-another-conversation", 1),
            (Error, "mention-of-unknown-thing", 1),
            (Error, "mention-without-conversation", 2),
            (Error, "mention-without-entity", 1),
            (Warning, "people-beside-items", 1),
            (Warning, "rated-twice", 1),
            (Error, "rating-of-unknown-thing", 1),
            (Error, "rating-out-of-range", 3),
            (Error, "sentiment-out-of-range", 2),
            (Error, "turn-index-twice", 1),
            (Error, "turn-without-conversation", 1),
            (Warning, "turn-without-index", 1),
            (Warning, "turn-without-text", 2),
            (Error, "undeclared-interaction-term", 1),
            (Warning, "unknown-role", 1),
            (Warning, "unknown-speaker", 2),
            (Info, "user-without-trace", 1),
        ],
    );
}

#[test]
fn rules_of_music_find_what_was_planted() {
    let graph = load_domain("music", &[fixture("music-faults.trig")]);
    finds(
        &verify(&graph, &["music"]),
        &["music"],
        &[
            (Error, "active-from-out-of-range", 3),
            (Warning, "artist-without-tag", 1),
            (Error, "friend-of-nobody", 2),
            (Error, "related-to-itself", 2),
            (Warning, "tag-on-most-artists", 1),
            (Info, "tag-on-nothing", 2),
            (Info, "tag-without-family", 1),
            (Error, "undeclared-music-term", 1),
            (Error, "wrong-kind-of-thing-in-music", 1),
        ],
    );
}

/// Roles, speakers and turns of mentions are for people and rules; no profile walks them.
const ONLY_FOR_RULES: (Severity, &str, usize) = (Info, "predicate-not-in-profile", 3);

#[track_caller]
fn is_clean(report: &VerifyReport) {
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.severity, finding.check.as_str(), finding.count))
        .collect();
    assert_eq!(found, [ONLY_FOR_RULES], "{report:#?}");
}

#[test]
fn what_stands_in_two_graphs_is_found_once() {
    let file = fixture("movies-faults.trig");
    let graph = load_domain("movies", std::slice::from_ref(&file));
    let once = verify(&graph, &["movies", "interactions"]);
    let options = tastegraph_kg::LoadOptions::default();
    let again = fs_err::read_to_string(&file).expect("readable");
    let again = again.replace("<graph/films>", "<graph/more-films>");
    graph
        .load_str(&again, "again.trig", &options)
        .expect("valid as before");
    let names = rule_names(&["movies", "interactions"]);
    let twice = verify(&graph, &["movies", "interactions"]);
    for finding in once.findings.iter().filter(|f| names.contains(&f.check)) {
        let same = twice.findings.iter().find(|f| f.check == finding.check);
        let expected = match finding.check.as_str() {
            // This one is about graphs.
            "people-beside-items" => 2,
            _ => finding.count,
        };
        assert_eq!(same.map(|f| f.count), Some(expected), "{}", finding.check);
    }
}

#[test]
fn clean_films_and_music_break_no_rule() {
    let films = load_domain("movies", &[fixture("movies-clean.trig")]);
    is_clean(&verify(&films, &["movies", "interactions"]));
    let music = load_domain("music", &[repository().join("tests/fixtures/music")]);
    is_clean(&verify(&music, &["music", "interactions"]));
}

#[test]
fn the_bundled_graph_breaks_no_rule_that_it_should_not() {
    let graph = load_domain("movies", &[repository().join("kg")]);
    let report = verify(&graph, &["movies", "interactions"]);
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.severity, finding.check.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            // Crafts that the bundled films do not tell, and the seekers of its invented talk.
            (Warning, "predicate-not-in-data"),
            (Info, "near-label"),
            (Info, "predicate-not-in-profile"),
            // Of many series the graph has one film.
            (Info, "series-of-one"),
        ],
        "{report:#?}"
    );
}

#[cfg(feature = "shacl")]
mod shapes {
    use super::*;

    fn check(graph: &KnowledgeGraph) -> Vec<(Severity, String, usize)> {
        let options = VerifyOptions {
            shapes: vec![repository().join("ontologies/movies/shapes")],
            ..VerifyOptions::default()
        };
        let report = graph.verify(&options).expect("the shapes are good");
        let findings = report.findings.into_iter();
        findings
            .filter(|finding| finding.check.ends_with("-shapes"))
            .map(|finding| (finding.severity, finding.check, finding.count))
            .collect()
    }

    #[test]
    fn shapes_of_films_agree_with_the_rules() {
        let graph = load_domain("movies", &[fixture("movies-faults.trig")]);
        let report = verify(&graph, &["movies"]);
        let count = |names: &[&str]| -> usize {
            let of = |name: &&str| report.findings.iter().find(|f| f.check == **name);
            names.iter().filter_map(of).map(|f| f.count).sum()
        };
        let wrong = [
            "item-without-label",
            "year-before-cinema",
            "runtime-not-positive",
        ];
        let missing = [
            "film-without-year",
            "several-years",
            "runtime-improbable",
            "film-without-director",
            "film-without-genre",
        ];
        assert_eq!(
            check(&graph),
            [
                (Error, "film-shapes".to_owned(), count(&wrong)),
                (
                    Error,
                    "kind-shapes".to_owned(),
                    count(&["wrong-kind-of-thing"])
                ),
                (Warning, "film-shapes".to_owned(), count(&missing)),
                (
                    Info,
                    "film-shapes".to_owned(),
                    count(&["film-without-runtime"])
                ),
            ]
        );
    }

    #[test]
    fn the_bundled_films_have_the_shape() {
        for data in [fixture("movies-clean.trig"), repository().join("kg")] {
            assert_eq!(check(&load_domain("movies", &[data])), []);
        }
    }
}
