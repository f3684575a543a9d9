//! Equal statements give an equal projection, however they came in.

use proptest::prelude::*;
use tastegraph_kg::{KnowledgeGraph, LoadOptions, Projection};

use crate::support::{PREFIXES, PROFILE, memory, project};

/// Data with all that could depend on an order: chains of untyped nodes, several values where one
/// is used, ties between turns.
const STATEMENTS: &[&str] = &[
    "ex:emma a ex:Book",
    "ex:ulysses a ex:Book",
    "ex:emma a ex:Author",
    "ex:austen a ex:Author",
    "ex:talk a ex:Talk",
    "ex:ann a ex:Reader",
    "ex:emma ex:writer ex:austen",
    "ex:emma ex:writer ex:nobody",
    "ex:nobody ex:writer ex:nobody2",
    "ex:nobody2 ex:writer ex:nobody3",
    "ex:nobody3 ex:tongue ex:nobody",
    "ex:ulysses ex:tongue ex:english",
    "ex:emma rdfs:label \"Emma\"",
    "ex:emma rdfs:label \"Emma, a novel\"",
    "ex:emma rdfs:label \"Emma\"@de",
    "ex:emma ex:alias \"E.\"",
    "ex:emma ex:blurb \"one\"",
    "ex:emma ex:blurb \"two\"",
    "ex:emma ex:published 1815",
    "ex:emma ex:published 1816",
    "ex:emma ex:pages 400.0",
    "ex:emma ex:pages 4e2",
    "ex:m1 a ex:Mention",
    "ex:m1 ex:inTalk ex:talk",
    "ex:m1 ex:about ex:emma",
    "ex:m1 ex:about ex:ulysses",
    "ex:m1 ex:felt 1",
    "ex:m1 ex:felt -1",
    "ex:t1 a ex:Turn",
    "ex:t1 ex:inTalk ex:talk",
    "ex:t1 ex:words \"hello\"",
    "ex:t1 ex:words \"good day\"",
    "ex:t2 a ex:Turn",
    "ex:t2 ex:inTalk ex:talk",
    "ex:t2 ex:words \"bye\"",
];

fn load(graph: &KnowledgeGraph, statements: &[&str]) {
    let lines: Vec<_> = statements
        .iter()
        .map(|line| format!("{line} .\n"))
        .collect();
    graph
        .load_str(
            &format!("{PREFIXES}{}", lines.concat()),
            "x.ttl",
            &LoadOptions::default(),
        )
        .expect("the statements are valid");
}

fn projection(files: [&[&str]; 3]) -> Projection {
    let graph = memory();
    load(&graph, files[0]);
    load(&graph, &[PROFILE.trim().trim_end_matches('.')]);
    load(&graph, files[1]);
    load(&graph, files[2]);
    project(&graph)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_order_of_loading_does_not_matter(
        shuffled in Just(STATEMENTS.to_vec()).prop_shuffle(),
        cuts in (0..=STATEMENTS.len(), 0..=STATEMENTS.len()),
    ) {
        let (first, second) = (cuts.0.min(cuts.1), cuts.0.max(cuts.1));
        let files = [&shuffled[..first], &shuffled[first..second], &shuffled[second..]];
        prop_assert_eq!(projection(files), projection([STATEMENTS, &[], &[]]));
    }
}

#[test]
fn memory_and_disk_project_alike() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let graph = KnowledgeGraph::open_or_create(folder.path()).expect("a new graph");
    load(&graph, &[PROFILE.trim().trim_end_matches('.')]);
    load(&graph, STATEMENTS);
    assert_eq!(project(&graph), projection([STATEMENTS, &[], &[]]));
}
