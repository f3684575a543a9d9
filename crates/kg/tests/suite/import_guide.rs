//! The examples of `docs/import-your-data.md`.

use std::collections::BTreeMap;

use fs_err as fs;
use tastegraph_kg::Mapping;

use crate::import_support::{Sandbox, repository};

/// The files in the guide: a line with a name in backticks and a colon, then a code block.
fn files_of_the_guide() -> Vec<(String, String)> {
    let guide = fs::read_to_string(repository().join("docs/import-your-data.md"))
        .expect("part of the repository");
    let mut files = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        let name = line
            .strip_prefix('`')
            .and_then(|line| line.strip_suffix("`:"));
        if let Some(name) = name
            && lines.next().is_some_and(|fence| fence.starts_with("```"))
        {
            let block = lines.by_ref().take_while(|line| !line.starts_with("```"));
            let text = block.map(|line| format!("{line}\n")).collect();
            files.push((name.to_owned(), text));
        }
    }
    files
}

#[test]
fn the_guide_tells_the_truth() {
    let files = files_of_the_guide();
    let data: Vec<(&str, &str)> = files
        .iter()
        .filter(|(_, text)| !text.starts_with("@base") && !text.starts_with('<'))
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let mut sandbox = Sandbox::new(&data);
    sandbox.options.graph = tastegraph_kg::vocabulary::DATA_GRAPH.to_owned();
    let mut compared = 0;
    for pair in files.windows(2) {
        let [(name, mapping), (output, expected)] = pair else {
            continue;
        };
        if output != "output" {
            continue;
        }
        sandbox.options.examples = expected.lines().count();
        let report = Mapping::parse(mapping, name, &BTreeMap::new())
            .and_then(|mapping| mapping.rehearse(None, &sandbox.options))
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            format!("{}\n", report.examples.join("\n")),
            *expected,
            "{name}"
        );
        compared += 1;
    }
    assert_eq!((compared, data.len()), (2, 3));
}
