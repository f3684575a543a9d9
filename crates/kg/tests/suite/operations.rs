//! Updates, dumps, copies, people who leave, and checks of the data.

use std::io::ErrorKind;
use std::net::TcpListener;

use tastegraph_kg::{
    Entailment, KgError, KnowledgeGraph, LoadOptions, OutputFormat, QueryAnswer, QueryOptions,
    Severity, UpdateOptions, VerifyOptions,
};

use crate::support::{PREFIXES, PROFILE, books, into_graph, memory, rows};

/// Books in one graph, a reader's talk in another.
fn library() -> KnowledgeGraph {
    let graph = books(
        "ex:dune a ex:Book ; rdfs:label \"Dune\" ; ex:published 1965 ; ex:writer ex:frank .
         ex:frank a ex:Author ; rdfs:label \"Frank Herbert\" .",
    );
    let talk = format!(
        "{PREFIXES} ex:ann a ex:Reader ; rdfs:label \"Ann\" . ex:talk a ex:Talk .
         ex:m a ex:Mention ; ex:inTalk ex:talk ; ex:about ex:dune ; ex:felt 1 .
         ex:t a ex:Turn ; ex:inTalk ex:talk ; ex:words \"I liked Dune\" ; ex:number 1 ."
    );
    graph
        .load_str(&talk, "talk.ttl", &into_graph("people"))
        .expect("valid");
    graph
}

fn nquads(graph: &KnowledgeGraph) -> Vec<String> {
    let mut bytes = Vec::new();
    graph
        .dump(OutputFormat::NQuads, &mut bytes)
        .expect("memory can be written");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn people_are_seen_only_when_asked_for() {
    let graph = library();
    let question = "ASK { ?m <http://example.org/inTalk> ?t }";
    let ask = |options: &QueryOptions| graph.query(question, options).expect("valid");
    assert_eq!(ask(&QueryOptions::default()), QueryAnswer::Boolean(false));
    let all = QueryOptions {
        all_graphs: true,
        ..QueryOptions::default()
    };
    assert_eq!(ask(&all), QueryAnswer::Boolean(true));
    assert_eq!(
        graph.personal_graphs().expect("readable"),
        ["http://example.org/graph/people"]
    );
}

#[test]
fn an_update_happens_or_is_rehearsed() {
    let graph = library();
    let insert =
        "INSERT DATA { GRAPH <http://example.org/g> { <http://example.org/a> rdfs:label 'A' } }";
    let before = nquads(&graph);
    let rehearsal = UpdateOptions {
        dry_run: true,
        ..UpdateOptions::default()
    };
    let report = graph.update(insert, &rehearsal).expect("valid");
    assert_eq!(report.after, report.before + 1);
    assert_eq!(nquads(&graph), before);
    graph
        .update(insert, &UpdateOptions::default())
        .expect("valid");
    assert_eq!(nquads(&graph).len(), before.len() + 1);
}

#[test]
fn an_update_reaches_no_network() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("supported");
    let port = listener.local_addr().expect("bound").port();
    let graph = library();
    let before = nquads(&graph);
    for update in [
        format!("LOAD <http://127.0.0.1:{port}/>"),
        format!("LOAD SILENT <http://127.0.0.1:{port}/> INTO GRAPH <http://e.org/g>"),
        format!(
            "INSERT {{ ?s ?p 1 }} WHERE {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        ),
    ] {
        let error = graph
            .update(&update, &UpdateOptions::default())
            .expect_err("refused");
        assert!(error.to_string().contains("not"), "{error}");
    }
    let error = listener.accept().expect_err("nobody may connect");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert_eq!(nquads(&graph), before);
}

#[test]
fn what_nests_too_deep_is_an_error_and_no_crash() {
    let graph = memory();
    for query in [
        format!(
            "ASK {{ {}?s ?p ?o{} }}",
            "{".repeat(50_000),
            "}".repeat(50_000)
        ),
        format!("ASK {{ FILTER(1{}) }}", "+1".repeat(100_000)),
    ] {
        let error = graph
            .query(&query, &QueryOptions::default())
            .expect_err("refused");
        assert!(error.to_string().contains("nested too deep"), "{error}");
    }
    // Just below the bound everything works.
    let deep = format!("ASK {{ {}{} }}", "{".repeat(400), "}".repeat(400));
    assert!(graph.query(&deep, &QueryOptions::default()).is_ok());
    let long = format!("ASK {{ FILTER(1{} > 0) }}", "+1".repeat(4_900));
    assert!(graph.query(&long, &QueryOptions::default()).is_ok());
}

#[test]
fn a_dump_loaded_again_is_the_same() {
    let graph = library();
    let mut bytes = Vec::new();
    graph
        .dump(OutputFormat::TriG, &mut bytes)
        .expect("memory can be written");
    let again = memory();
    again
        .load_str(
            &String::from_utf8(bytes).expect("UTF-8"),
            "dump.trig",
            &LoadOptions::default(),
        )
        .expect("what was written can be read");
    assert_eq!(
        graph.len().expect("readable"),
        again.len().expect("readable")
    );
    let named = |graph: &KnowledgeGraph| -> Vec<String> {
        // Blank nodes get new names.
        let lines = nquads(graph);
        lines
            .into_iter()
            .filter(|line| !line.contains("_:"))
            .collect()
    };
    assert_eq!(named(&graph), named(&again));
    let error = graph
        .dump(OutputFormat::Turtle, &mut Vec::new())
        .expect_err("Turtle holds one graph");
    assert!(error.to_string().contains("trig"), "{error}");
}

#[test]
fn who_leaves_leaves_nothing() {
    let graph = library();
    let removed = graph
        .forget("http://example.org/talk")
        .expect("it is there");
    assert!(removed >= 9, "{removed}");
    let rest = nquads(&graph).join("\n");
    assert!(
        !rest.contains("example.org/talk>") && !rest.contains("I liked Dune"),
        "{rest}"
    );
    assert!(rest.contains("Dune"), "the book stays");
    let error = graph
        .forget("http://example.org/talk")
        .expect_err("it is gone");
    assert!(matches!(error, KgError::Unknown { .. }), "{error}");
}

/// Whether any file below the folder holds the text.
fn on_disk(folder: &std::path::Path, text: &str) -> bool {
    fs_err::read_dir(folder).expect("readable").any(|entry| {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            return on_disk(&path, text);
        }
        let bytes = fs_err::read(&path).expect("readable");
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    })
}

#[test]
fn what_is_purged_is_in_no_file() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("graph");
    let graph = KnowledgeGraph::open_or_create(&folder).expect("new");
    let secret = "a sentence that nobody else would ever write";
    let kept = "a sentence that stays where it is";
    for text in [secret, kept] {
        let insert = format!(
            "INSERT DATA {{ GRAPH <http://e.org/g> {{ <http://e.org/a> rdfs:comment '{text}' }} }}"
        );
        graph
            .update(&insert, &UpdateOptions::default())
            .expect("valid");
    }
    graph
        .update(
            "CREATE GRAPH <http://e.org/empty>",
            &UpdateOptions::default(),
        )
        .expect("valid");
    let remove = format!(
        "DELETE DATA {{ GRAPH <http://e.org/g> {{ <http://e.org/a> rdfs:comment '{secret}' }} }}"
    );
    graph
        .update(&remove, &UpdateOptions::default())
        .expect("valid");
    assert!(on_disk(&folder, secret), "else this test shows nothing");
    let before = nquads(&graph);
    let graph = graph.purge().expect("room enough");
    assert_eq!(nquads(&graph), before);
    let graphs = rows(&graph, "SELECT ?g { GRAPH ?g {} }").rows.len();
    assert_eq!(graphs, 2, "the empty graph is still there");
    drop(graph);
    assert!(!on_disk(&folder, secret));
    // RocksDB compresses its tables, so that the text that stays need not be found as it is.
    let graph = KnowledgeGraph::open(&folder).expect("a graph");
    assert!(nquads(&graph).join("\n").contains(kept));
}

#[test]
fn an_interrupted_purge_is_undone_or_finished() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("graph");
    let [store, old, new] = ["store", "store.old", "store.new"].map(|name| folder.join(name));
    let fill = || {
        let graph = KnowledgeGraph::open_or_create(&folder).expect("a graph");
        graph
            .load_str("<a:s> <a:p> 1 .", "x.ttl", &LoadOptions::default())
            .expect("valid");
        nquads(&graph)
    };
    let before = fill();
    // While the new store is written; between the two renames; after them.
    fs_err::create_dir(&new).expect("writable");
    assert_eq!(
        nquads(&KnowledgeGraph::open(&folder).expect("whole")),
        before
    );
    assert!(!new.exists());
    fs_err::rename(&store, &old).expect("writable");
    fs_err::create_dir(&new).expect("writable");
    assert_eq!(
        nquads(&KnowledgeGraph::open(&folder).expect("whole")),
        before
    );
    assert!(!new.exists() && !old.exists());
    fs_err::create_dir(&old).expect("writable");
    assert_eq!(
        nquads(&KnowledgeGraph::open(&folder).expect("whole")),
        before
    );
    assert!(!old.exists());
}

#[test]
fn a_copy_is_a_graph() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let graph = KnowledgeGraph::open_or_create(folder.path().join("a")).expect("new");
    graph
        .load_str(
            &format!("{PREFIXES}{PROFILE}"),
            "p.ttl",
            &LoadOptions::default(),
        )
        .expect("valid");
    let target = folder.path().join("b");
    graph.backup(&target).expect("room enough");
    assert!(matches!(
        graph.backup(&target),
        Err(KgError::Occupied { .. })
    ));
    let copy = KnowledgeGraph::open(&target).expect("a graph");
    assert_eq!(nquads(&copy), nquads(&graph));
}

#[test]
fn planted_faults_are_found() {
    let graph = books(
        "ex:a a ex:Book ; ex:writer ex:nobody .
         ex:b a ex:Book ; rdfs:label \"The Long Way Home\" ; ex:published \"soon\" ; ex:writer ex:w .
         ex:c a ex:Book ; rdfs:label \"The long way home!\" ; ex:published \"soon\" ; ex:unknown 1 .
         ex:w a ex:Author ; rdfs:label \"W\" ; ex:unknown <https://example.org/a> .",
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rule = folder.path().join("book-without-year.rq");
    fs_err::write(
        &rule,
        "# severity: error\n# message: {?book} has no year\nSELECT ?book { ?book a bk:Book FILTER NOT EXISTS { ?book bk:published ?y } }",
    )
    .expect("writable");
    let options = VerifyOptions {
        rules: vec![rule.clone()],
        examples: 5,
        ..VerifyOptions::default()
    };
    let report = graph.verify(&options).expect("valid rules");
    let has = |severity: Severity, check: &str, count: usize| {
        let found = report
            .findings
            .iter()
            .find(|finding| finding.check == check && finding.severity == severity);
        assert_eq!(
            found.map(|finding| finding.count),
            Some(count),
            "{check}: {report:#?}"
        );
    };
    has(Severity::Error, "book-without-year", 1);
    has(Severity::Error, "item-without-label", 1);
    has(Severity::Warning, "item-without-edges", 1);
    has(Severity::Error, "not-a-number", 2);
    has(Severity::Warning, "same-label", 1);
    has(Severity::Warning, "http-and-https", 1);
    has(Severity::Info, "dangling-object", 1);
    has(Severity::Info, "predicate-not-in-profile", 1);
    fs_err::write(&rule, "# severity: bad\n# message: x\nASK {}").expect("writable");
    let error = graph.verify(&options).expect_err("no such severity");
    assert!(
        error.to_string().contains("book-without-year.rq:1:"),
        "{error}"
    );
}

#[test]
fn conclusions_are_drawn_into_a_graph_of_their_own() {
    let graph = books("ex:Novel rdfs:subClassOf ex:Book . ex:n a ex:Novel .");
    let into = "http://example.org/graph/inferred";
    for _ in 0..2 {
        graph.infer(Entailment::Rdfs, into).expect("possible");
        let found = rows(
            &graph,
            &format!("SELECT ?c {{ GRAPH <{into}> {{ <http://example.org/n> a ?c }} }}"),
        );
        assert_eq!(found.rows.len(), 1);
    }
}
