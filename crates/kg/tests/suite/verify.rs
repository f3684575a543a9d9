//! Checks of the profile against the data, and of rules that are no good themselves.
//!
//! The fixtures name the check beside each fault that is planted in them.

use tastegraph_kg::{
    KgError, KnowledgeGraph, LoadOptions, Severity, VerifyOptions, VerifyReport, vocabulary,
};

use crate::support::{PREFIXES, books, load, memory};

const CLEAN: &str = include_str!("../fixtures/verify/books-clean.ttl");
const FAULTS: &str = include_str!("../fixtures/verify/books-faults.ttl");
const REPORT: &str = include_str!("../fixtures/verify/books-report.json");

/// A second profile, with a rule for a property that the first has one for: two-rules-for-one-property.
const SECOND: &str = "<http://example.org/second> a tp:Profile ;
    tp:edge [ tp:property <http://example.org/tongue> ; tp:name \"tongue\" ] .";

/// Loads Turtle as `load --ontology` does.
fn load_ontology(graph: &KnowledgeGraph, name: &str, turtle: &str) {
    let options = LoadOptions {
        graph: format!("{}/{name}", vocabulary::ONTOLOGY_GRAPH),
        ..LoadOptions::default()
    };
    graph
        .load_str(&format!("{PREFIXES}{turtle}"), "ontology.ttl", &options)
        .expect("the Turtle of the test is valid");
}

fn faulty() -> KnowledgeGraph {
    let graph = books(FAULTS);
    load_ontology(&graph, "second", SECOND);
    graph
}

fn verify(graph: &KnowledgeGraph) -> VerifyReport {
    let options = VerifyOptions {
        examples: 2,
        ..VerifyOptions::default()
    };
    graph.verify(&options).expect("nothing but the data is bad")
}

fn found(report: &VerifyReport) -> Vec<(Severity, &str, usize)> {
    let findings = report.findings.iter();
    findings
        .map(|finding| (finding.severity, finding.check.as_str(), finding.count))
        .collect()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let report = verify(&books(CLEAN));
    assert_eq!(report.findings, [], "{report:#?}");
    assert_eq!(report.worst(), None);
    assert!(report.checks > 10, "{}", report.checks);
}

#[test]
fn every_planted_fault_is_found() {
    let report = verify(&faulty());
    assert_eq!(
        found(&report),
        [
            (Severity::Error, "item-without-label", 2),
            (Severity::Error, "not-a-number", 3),
            (Severity::Error, "two-rules-for-one-property", 1),
            (Severity::Warning, "class-not-in-data", 1),
            (Severity::Warning, "edge-from-undeclared", 1),
            (Severity::Warning, "edge-to-literal", 1),
            (Severity::Warning, "http-and-https", 1),
            (Severity::Warning, "item-without-edges", 1),
            (Severity::Warning, "predicate-not-in-data", 4),
            (Severity::Warning, "same-label", 1),
            (Severity::Info, "dangling-object", 1),
            (Severity::Info, "near-label", 1),
            (Severity::Info, "predicate-not-in-profile", 2),
            (Severity::Info, "same-label", 1),
        ]
    );
    assert_eq!(report.worst(), Some(Severity::Error));
    let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|s| report.count(s));
    assert_eq!(counts, [6, 10, 5]);
}

#[test]
fn the_report_is_the_same_each_time() {
    for _ in 0..3 {
        let json = serde_json::to_string_pretty(&verify(&faulty())).expect("a report is JSON");
        assert_eq!(json, REPORT.trim_end(), "{json}");
    }
}

#[test]
fn a_number_that_is_found_wanting_does_stop_the_index() {
    for (graph, wrong) in [(books(CLEAN), false), (faulty(), true)] {
        let profile = graph.profile().expect("complete");
        assert_eq!(graph.project(&profile).is_err(), wrong);
        let report = verify(&graph);
        let told = report.findings.iter().any(|f| f.check == "not-a-number");
        assert_eq!(told, wrong, "{report:#?}");
    }
}

#[test]
fn what_an_ontology_describes_does_not_dangle() {
    let graph = books("ex:b a ex:Book ; rdfs:label \"B\" ; ex:tongue ex:latin .");
    assert!(found(&verify(&graph)).contains(&(Severity::Info, "dangling-object", 1)));
    load_ontology(&graph, "books", "ex:latin a ex:Tongue .");
    let report = verify(&graph);
    assert!(
        !report.findings.iter().any(|f| f.check == "dangling-object"),
        "{report:#?}"
    );
}

#[test]
fn a_missing_profile_is_a_finding() {
    let graph = memory();
    load(&graph, "ex:b a ex:Book .");
    assert_eq!(found(&verify(&graph)), [(Severity::Error, "profile", 1)]);
}

/// The report of one rule on the clean books.
fn ruled(rule: &str) -> Result<VerifyReport, KgError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs_err::write(folder.path().join("the-rule.rq"), rule).expect("writable");
    books(CLEAN).verify(&VerifyOptions {
        rules: vec![folder.path().to_owned()],
        examples: 9,
        ..VerifyOptions::default()
    })
}

#[test]
fn a_row_is_a_violation_in_the_words_of_the_header() {
    let report = ruled(
        "# severity: info\n# message: {?label} has {?pages} pages, {?none}.\n# title: long books\n# hint: read on\n\
         SELECT ?label ?pages ?none { ?b bk:pages ?pages ; rdfs:label ?label OPTIONAL { ?b bk:none ?none } }",
    )
    .expect("a good rule");
    let [finding] = report.findings.as_slice() else {
        panic!("{report:#?}");
    };
    assert_eq!(finding.check, "the-rule");
    assert_eq!(finding.title, "long books");
    assert_eq!(finding.hint.as_deref(), Some("read on"));
    assert_eq!(finding.examples, ["The Long Tides has 412 pages, ."]);
}

#[test]
fn a_value_is_not_taken_for_a_column() {
    let report = ruled(
        "# severity: info\n# message: {?one}\nSELECT ?one ?two { VALUES (?one ?two) { ('{?two}' 'no') } }",
    )
    .expect("a good rule");
    assert_eq!(report.findings[0].examples, ["{?two}"]);
}

#[test]
fn a_bad_rule_is_refused_with_its_line() {
    for (rule, place, problem) in [
        ("# message: x\nSELECT * {}", ":1:", "# severity"),
        ("# severity: error\nSELECT * {}", ":1:", "# message"),
        (
            "# severity: error\n# message: x\n# sevrity: info\nSELECT * {}",
            ":3:",
            "unknown key `sevrity`",
        ),
        (
            "# message: x\n# severity: bad\nSELECT * {}",
            ":2:",
            "error, warning or info",
        ),
        (
            "# severity: info\n# message: {?book} is {?wrng}\nSELECT ?book ?wrong { ?book ?wrong 1 }",
            ":2:",
            "?wrng",
        ),
        (
            "# severity: info\n# message: x\nSELECT *\n{ ?s ?p }",
            ":4:",
            "expected",
        ),
        ("# severity: info\n# message: x\nASK {}", ":1:", "SELECT"),
    ] {
        let error = ruled(rule).expect_err(rule);
        assert!(matches!(error, KgError::Rule { .. }), "{error:?}");
        let error = error.to_string();
        assert!(
            error.contains(&format!("the-rule.rq{place}")) && error.contains(problem),
            "{error}"
        );
    }
}

fn shaped(data: &str) -> VerifyReport {
    let shapes = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/verify/books-shapes.ttl");
    let options = VerifyOptions {
        shapes: vec![shapes],
        examples: 9,
        ..VerifyOptions::default()
    };
    books(data).verify(&options).expect("good shapes")
}

#[cfg(feature = "shacl")]
#[test]
fn shapes_are_checked_with_their_severities() {
    assert_eq!(shaped(CLEAN).findings, []);
    let report = shaped(FAULTS);
    let of_shapes: Vec<_> = found(&report)
        .into_iter()
        .filter(|(_, check, _)| *check == "books-shapes")
        .collect();
    assert_eq!(
        of_shapes,
        [
            (Severity::Error, "books-shapes", 1),
            (Severity::Warning, "books-shapes", 1),
            // The literal is no author either, nor is the one who is not described.
            (Severity::Info, "books-shapes", 2),
        ]
    );
    let untitled = report.findings.iter().find(|f| f.check == "books-shapes");
    let message = &untitled.expect("it is there").examples[0];
    assert!(
        message.contains("nameless") && message.contains("a book needs a title"),
        "{message}"
    );
}

#[cfg(not(feature = "shacl"))]
#[test]
fn shapes_that_cannot_be_checked_are_a_finding() {
    let report = shaped(CLEAN);
    assert_eq!(
        found(&report),
        [(Severity::Warning, "shapes-not-checked", 1)]
    );
}
