//! A data team asks whether what it has loaded is right, by hand and in a pipeline.

use serde_json::Value;

use crate::support::{Graph, fixture};

const FILMS: &str = "https://w3id.org/tastegraph/graph/data";

/// Severity, check and count of every finding.
fn findings(report: &Value) -> Vec<(&str, &str, u64)> {
    let list = report["findings"].as_array().expect("a list");
    list.iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().expect("text");
            let count = finding["count"].as_u64().expect("a count");
            (text("severity"), text("check"), count)
        })
        .collect()
}

/// The invented films with one that was not shown yet and one without a title.
fn faulty() -> Graph {
    let graph = Graph::cinema();
    let insert = format!(
        "INSERT DATA {{ GRAPH <{FILMS}> {{
            <https://example.org/cinema/early> a mv:Film ; rdfs:label 'Too Early' ; mv:year 1066 ;
                mv:genre <https://example.org/cinema/tom-okafor> .
            <https://example.org/cinema/untitled> a mv:Film ; mv:year 1990 ;
                mv:genre <https://example.org/cinema/crime> . }} }}"
    );
    graph.run(&["update", "--no-index", &insert]).exits(0);
    graph
}

#[test]
fn good_data_passes_with_remarks() {
    let graph = Graph::cinema();
    let report = graph.run(&["verify"]).exits(0).json();
    assert_eq!(
        findings(&report)
            .iter()
            .filter(|(severity, ..)| *severity == "error")
            .count(),
        0,
        "{report}"
    );
    // It has no composers, awards and so on, and the profile would know them.
    assert!(
        findings(&report)
            .iter()
            .any(|(severity, check, _)| (*severity, *check) == ("warning", "predicate-not-in-data")),
        "{report}"
    );
    graph.run(&["verify", "--fail-on", "warning"]).exits(1);
    graph.run(&["verify", "--fail-on", "info"]).exits(1);
}

#[test]
fn bad_data_is_named_and_the_exit_code_tells() {
    let graph = faulty();
    let report = graph.run(&["verify"]).exits(1).json();
    let found = findings(&report);
    for expected in [
        ("error", "item-without-label", 1),
        ("error", "year-before-cinema", 1),
        ("error", "wrong-kind-of-thing", 1),
        ("warning", "film-without-director", 2),
        ("info", "film-without-runtime", 2),
    ] {
        assert!(found.contains(&expected), "no {expected:?} in {found:?}");
    }
    // Worst first.
    let order = ["error", "warning", "info"];
    let severities = found
        .iter()
        .map(|(severity, ..)| order.iter().position(|s| s == severity));
    assert!(severities.is_sorted(), "{found:?}");
    let year = report["findings"].as_array().expect("a list").iter();
    let year = year
        .filter(|finding| finding["check"] == "year-before-cinema")
        .collect::<Vec<_>>();
    assert_eq!(
        year[0]["examples"],
        serde_json::json!(["<https://example.org/cinema/early> is of 1066"])
    );
}

#[test]
fn people_get_a_table_with_hints() {
    let graph = faulty();
    let text = graph
        .run(&["verify", "--format", "table", "--examples", "1"])
        .exits(1)
        .stdout;
    // Without the shapes, which only some builds check.
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("-shapes"))
        .collect();
    let shapeless = lines
        .iter()
        .filter(|line| !line.contains(" checks: "))
        .take_while(|line| !line.starts_with("warning"))
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    for part in [
        "error: films from before there was film (year-before-cinema, 1)",
        "  <https://example.org/cinema/early> is of 1066",
        "  hint: the first photographs that moved are of 1878",
        "error: items without a label",
    ] {
        assert!(shapeless.contains(part), "no {part:?} in\n{text}");
    }
    assert!(text.contains("  and 1 more\n"), "{text}");
    let last = text.lines().last().expect("a line");
    assert!(
        last.contains(" checks: ") && last.contains(" errors, "),
        "{last}"
    );
}

#[test]
fn the_report_for_programs_is_stable() {
    let graph = faulty();
    let mut report = graph
        .run(&["verify", "--examples", "2", "--format", "json"])
        .exits(1)
        .json();
    // Only some builds check shapes.
    report["checks"] = Value::Null;
    let list = report["findings"].as_array_mut().expect("a list");
    list.retain(|finding| !finding["check"].as_str().expect("text").contains("shapes"));
    insta::assert_json_snapshot!("verify_report", report);
}

#[test]
fn a_team_adds_rules_of_its_own() {
    let graph = Graph::cinema();
    let rule = graph.file(
        "too-long.rq",
        "# severity: warning\n# title: films that nobody sits through\n# message: {?title} takes {?minutes} minutes\n\
         SELECT ?title ?minutes { ?film mv:runtime ?minutes ; rdfs:label ?title FILTER(?minutes > 150) }",
    );
    let report = graph.run(&["verify", "--rules", &rule]).exits(0).json();
    let found = findings(&report);
    assert!(found.contains(&("warning", "too-long", 1)), "{found:?}");
    assert!(
        report
            .to_string()
            .contains("A Long Winter takes 171 minutes"),
        "{report}"
    );
    graph
        .run(&["verify", "--rules", &rule, "--fail-on", "warning"])
        .exits(1);

    let broken = graph.file(
        "broken.rq",
        "# severity: warning\n# message: {?titel} is long\nSELECT ?title { ?film rdfs:label ?title }",
    );
    graph
        .run(&["verify", "--rules", &broken])
        .exits(2)
        .remarks(&["broken.rq:2:", "?titel"]);
}

#[test]
fn rules_go_with_the_ontology_and_are_replaced_with_it() {
    let graph = Graph::none();
    let folder = graph.folder().with_file_name("teas");
    std::fs::create_dir_all(folder.join("rules")).expect("the place is ours");
    for file in ["ontology.ttl", "profile.ttl"] {
        let from = fixture(&format!("tea/ontology/{file}"));
        std::fs::copy(from, folder.join(file)).expect("a file of the repository");
    }
    let ontology = folder.to_str().expect("UTF-8");
    graph
        .run(&["load", "--ontology", ontology, &fixture("tea/teas.ttl")])
        .exits(0);
    let before = graph.run(&["verify"]).exits(0).json();
    let rule = folder.join("rules/weak.rq");
    let weak = "# severity: error\n# message: {?tea} is too weak\nSELECT ?tea { ?tea t:caffeine ?c FILTER(?c < 20) }";
    std::fs::write(&rule, weak).expect("the folder is ours");
    graph.run(&["load", "--ontology", ontology]).exits(0);
    let report = graph.run(&["verify"]).exits(1).json();
    assert_eq!(
        report["checks"].as_u64(),
        before["checks"].as_u64().map(|checks| checks + 1)
    );
    assert_eq!(findings(&report)[0].1, "weak");
    // The rule that the graph keeps is a copy; loading the ontology again brings the new state.
    std::fs::remove_file(&rule).expect("it is ours");
    graph.run(&["verify"]).exits(1);
    graph.run(&["load", "--ontology", ontology]).exits(0);
    graph.run(&["verify"]).exits(0);
}

#[test]
fn what_cannot_be_checked_is_an_error() {
    let graph = Graph::none();
    graph.run(&["verify"]).exits(2).remarks(&["no graph at"]);
    let graph = Graph::cinema();
    graph
        .run(&["verify", "--rules", "/nowhere/rule.rq"])
        .exits(2)
        .remarks(&["/nowhere/rule.rq"]);
}

#[test]
fn data_without_a_profile_fails_by_name() {
    let graph = Graph::none();
    graph
        .run(&["load", "--no-index", &fixture("tea/teas.ttl")])
        .exits(0);
    let report = graph.run(&["verify"]).exits(1).json();
    assert_eq!(findings(&report), [("error", "profile", 1)]);
}

#[test]
fn queries_of_the_ontology_are_listed_and_run_by_name() {
    let graph = Graph::cinema();
    let list = graph.run(&["query", "--list"]).exits(0).stdout;
    assert!(
        list.contains("films-by-decade\tHow many films each decade has"),
        "{list}"
    );
    // Of the domain and of the interactions, each once.
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    assert!(
        names.contains(&"best-rated") && names.len() > 15,
        "{names:?}"
    );
    let answer = graph
        .run(&["query", "--name", "films-by-decade", "--format", "csv"])
        .exits(0)
        .stdout;
    assert_eq!(
        answer,
        "decade,films,averageMinutes\r\n1960,1,101\r\n1980,1,171\r\n1990,2,111\r\n2000,2,93\r\n2010,2,88\r\n"
    );
    // People are in graphs of their own, which this query names.
    let rated = graph
        .run(&["query", "--name", "users-by-ratings", "--format", "csv"])
        .exits(0)
        .stdout;
    assert_eq!(
        rated,
        "user,name,ratings,average\r\nhttps://example.org/cinema/ana,Ana,3,3.5\r\nhttps://example.org/cinema/ben,Ben,2,4.25\r\n"
    );
    // Rules are no queries, and nothing here was rated five times.
    graph.run(&["query", "--name", "most-divisive"]).exits(1);
    graph
        .run(&["query", "--name", "film-without-year"])
        .exits(2)
        .remarks(&["film-without-year", "films-by-decade"]);
    let plan = graph
        .run(&["query", "--name", "films-by-decade", "--explain"])
        .exits(0)
        .stdout;
    assert!(plan.contains("results"), "{plan}");
}
