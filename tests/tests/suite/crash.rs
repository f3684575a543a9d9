//! Somebody pulls the plug in the middle of a load.

use std::time::{Duration, Instant, SystemTime};

use tastegraph::kg::{KnowledgeGraph, QueryAnswer, QueryOptions};

use crate::support::{Graph, LOAD_BUNDLED, bundled_store, load_bundled, spawn};

/// Kills of each long command: one in each fifth of its time.
const KILLS: u32 = 5;
/// Kills of a short load, in which most moments are those of writing.
const SHORT_KILLS: u32 = 20;
/// Statements in each file of a short load: enough for the store to write for a while.
const STATEMENTS: usize = 20_000;
/// Each is all in one file, and a file enters the store as a whole or not at all.
const WHOLE: [&str; 3] = ["mv:Person", "mv:Genre", "mv:Company"];

fn count(graph: &KnowledgeGraph, class: &str) -> String {
    // The graph may lack its profile still, and with it the prefix.
    let query = format!(
        "PREFIX mv: <https://w3id.org/tastegraph/movies#>
        SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {class} }}"
    );
    let Ok(QueryAnswer::Rows(rows)) = graph.query(&query, &QueryOptions::default()) else {
        panic!("the query is valid");
    };
    KnowledgeGraph::display(rows.rows[0][0].as_ref().expect("a count is bound"))
}

/// A different moment in every run; the assertions tell which.
fn moments(whole: Duration, kills: u32) -> Vec<Duration> {
    let mut state = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(1, |now| u64::from(now.subsec_nanos()) | 1);
    let mut random = || {
        // xorshift64: enough to scatter a few moments.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 1000) as u32
    };
    // One in each part of the time, so that early and late ones occur in every run.
    (0..kills)
        .map(|part| whole * (part * 1000 + random()) / (kills * 1000))
        .collect()
}

fn kill_after(moment: Duration, graph: &Graph, arguments: &[&str]) {
    let mut child = spawn(&graph.folder(), arguments);
    std::thread::sleep(moment);
    child.kill().expect("SIGKILL, on Unix");
    child.wait().expect("it has ended");
}

#[test]
fn a_killed_load_leaves_a_graph_that_opens_and_can_be_loaded_again() {
    let intact = WHOLE.map(|class| count(bundled_store(), class));
    let graph = Graph::none();
    let clock = Instant::now();
    load_bundled(&Graph::none().folder()).exits(0);
    for moment in moments(clock.elapsed(), KILLS) {
        kill_after(moment, &graph, &LOAD_BUNDLED);

        let opened = KnowledgeGraph::open_or_create(graph.folder())
            .unwrap_or_else(|error| panic!("killed after {moment:?}: {error}"));
        for (class, whole) in WHOLE.iter().zip(&intact) {
            let found = count(&opened, class);
            assert!(
                found == "0" || found == *whole,
                "killed after {moment:?}: {found} {class}"
            );
        }
        drop(opened);
        // Ready, or refused by name: never half an index.
        let ran = graph.recommend("I loved Heat", &[]);
        let refused =
            ran.code == 2 && ran.stderr.contains("hint:") && !ran.stderr.contains("damaged");
        assert!(
            ran.code == 0 || refused,
            "killed after {moment:?}: {ran:#?}"
        );
    }
    load_bundled(&graph.folder()).exits(0);
    graph.recommend("I loved Heat", &[]).exits(0);
    let opened = KnowledgeGraph::open(graph.folder()).expect("nobody else has it");
    assert_eq!(WHOLE.map(|class| count(&opened, class)), intact);
}

#[test]
fn a_killed_index_leaves_the_last_good_one() {
    let graph = Graph::cinema();
    let clock = Instant::now();
    graph.run(&["index"]).exits(0);
    for moment in moments(clock.elapsed(), KILLS) {
        kill_after(moment, &graph, &["index"]);
        let ran = graph.recommend("I loved Night Ferry", &[]);
        assert_eq!(ran.code, 0, "killed after {moment:?}: {ran:#?}");
    }
}

/// Statements that all say which version they are of.
fn version(graph: &Graph, file: &str, version: u32) -> String {
    let statements: String = (0..STATEMENTS)
        .map(|n| format!("<http://e.org/{file}/{n}> <http://e.org/version> \"{version}\" .\n"))
        .collect();
    let name = format!("{file}-{version}.nt");
    graph.file(&name, &statements)
}

/// How many statements of each version a graph holds, in the order of versions.
fn versions(graph: &KnowledgeGraph, file: &str) -> Vec<(String, usize)> {
    let query = format!(
        "SELECT ?v (COUNT(?s) AS ?n) {{
            ?s <http://e.org/version> ?v FILTER(STRSTARTS(STR(?s), 'http://e.org/{file}/'))
        }} GROUP BY ?v ORDER BY ?v"
    );
    let Ok(QueryAnswer::Rows(rows)) = graph.query(&query, &QueryOptions::default()) else {
        panic!("the query is valid");
    };
    let text = |value: &Option<_>| KnowledgeGraph::display(value.as_ref().expect("bound"));
    rows.rows
        .iter()
        .map(|row| (text(&row[0]), text(&row[1]).parse().expect("a count")))
        .collect()
}

/// Arguments that import the same statements from a table, in place of what is there.
fn import(graph: &Graph, version: u32) -> Vec<String> {
    let rows: String = ["a", "b"]
        .iter()
        .flat_map(|file| (0..STATEMENTS).map(move |n| format!("{file},{n},{version}\n")))
        .collect();
    let table = graph.file("versions.csv", &format!("file,number,version\n{rows}"));
    let mapping = graph.file(
        "versions.ttl",
        "@base <https://example.org/mapping> .
         @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
         @prefix rr: <http://www.w3.org/ns/r2rml#> .
         <#Version> rml:logicalSource [ rml:source \"versions.csv\" ] ;
             rr:subjectMap [ rr:template \"http://e.org/{file}/{number}\" ;
                 rr:graph <https://example.org/graph/versions> ] ;
             rr:predicateObjectMap [ rr:predicate <http://e.org/version> ;
                 rr:objectMap [ rml:reference \"version\" ] ] .",
    );
    let source = format!("versions={table}");
    [
        "import",
        "--no-index",
        "--replace",
        "--source",
        &source,
        &mapping,
    ]
    .map(str::to_owned)
    .into()
}

#[test]
fn twenty_killed_loads_and_imports_leave_the_old_or_the_new_state_of_each_file() {
    let graph = Graph::none();
    let into = "https://example.org/graph/versions";
    let load = |files: &[&str], replace: bool| {
        let mut arguments = vec!["load", "--no-index", "--into", into];
        if replace {
            arguments.push("--replace");
        }
        arguments.extend(files);
        arguments.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let first = [version(&graph, "a", 0), version(&graph, "b", 0)];
    let clock = Instant::now();
    let arguments = load(&[&first[0], &first[1]], false);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    graph.run(&arguments).exits(0);
    let whole = clock.elapsed();
    let mut outcomes = [0, 0];
    for (number, moment) in (1..).zip(moments(whole, SHORT_KILLS)) {
        let before = {
            let opened = KnowledgeGraph::open(graph.folder()).expect("nobody else has it");
            ["a", "b"].map(|file| versions(&opened, file))
        };
        // The new version is added to the old, takes its place, or takes it through a mapping, by turns.
        let replace = number % 3 != 1;
        let arguments = if number % 3 == 2 {
            import(&graph, number)
        } else {
            let next = [version(&graph, "a", number), version(&graph, "b", number)];
            load(&[&next[0], &next[1]], replace)
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        kill_after(moment, &graph, &arguments);

        let opened = KnowledgeGraph::open(graph.folder())
            .unwrap_or_else(|error| panic!("killed after {moment:?}: {error}"));
        let mut is_new = Vec::new();
        for (file, before) in ["a", "b"].iter().zip(&before) {
            let found = versions(&opened, file);
            let mut after = if replace { Vec::new() } else { before.clone() };
            after.push((number.to_string(), STATEMENTS));
            after.sort();
            assert!(
                found == *before || found == after,
                "killed after {moment:?}: {found:?}, not {before:?} or {after:?}"
            );
            is_new.push(found == after);
        }
        // Files that replace enter together.
        assert!(
            !replace || is_new[0] == is_new[1],
            "killed after {moment:?}"
        );
        outcomes[usize::from(is_new[0])] += 1;
    }
    // What was killed would have worked.
    let arguments = import(&graph, SHORT_KILLS + 1);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    graph.run(&arguments).exits(0);
    let opened = KnowledgeGraph::open(graph.folder()).expect("nobody else has it");
    let last = vec![((SHORT_KILLS + 1).to_string(), STATEMENTS)];
    assert_eq!(versions(&opened, "b"), last);
    // Kills that all came too early or too late would have tested nothing.
    assert!(outcomes[0] > 0, "no kill came before the first file was in");
}
