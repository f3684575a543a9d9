//! The same command twice gives the same bytes.

use std::path::Path;

use tastegraph_eval::{Pace, Report, Run, Summary, compare, read_outcomes};

use crate::support::{evaluated, experiment};

fn write(folder: &Path, pace: Pace) {
    let (experiment, baselines) = experiment(evaluated());
    let runs: Vec<Run> = baselines
        .iter()
        .map(|method| experiment.run(method, pace).expect("baselines answer"))
        .collect();
    let summaries: Vec<Summary> = runs
        .iter()
        .map(|run| Summary::of(run, &experiment))
        .collect();
    let report = Report::new(&summaries, &experiment);
    report
        .write(folder, &runs, &experiment)
        .expect("the folder is ours");
}

#[test]
fn every_file_but_the_times() {
    let folder = tempfile::tempdir().expect("a folder");
    let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
    write(&a, Pace::Serial);
    write(&b, Pace::Parallel);
    let mut names: Vec<_> = fs_err::read_dir(&a)
        .expect("was written")
        .map(|entry| entry.expect("readable").file_name())
        .collect();
    names.sort();
    assert_eq!(names.len(), 3 + 5 * 3 + 2 + 1);
    for name in names.iter().filter(|name| *name != "latency.json") {
        let read = |folder: &Path| fs_err::read(folder.join(name)).expect("was written");
        assert!(read(&a) == read(&b), "{} differs", name.display());
    }
}

#[test]
fn instances_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), Pace::Serial);
    let read = |name: &str| read_outcomes(&folder.path().join(name)).expect("well formed");
    let differences =
        compare(&read("popularity.jsonl"), &read("copy.jsonl")).expect("same instances");
    let all = differences
        .iter()
        .find(|d| d.group == "all" && d.metric == "hr@5")
        .expect("is there");
    assert!(all.difference > 0.0, "{all:?}");
}
