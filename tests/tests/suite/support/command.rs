//! Running the command, sealed off from whoever runs the tests.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// No command of these tests takes seconds; one that hangs should fail here, not at the build's limit.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Set by people and by scripts; each would change what the command does.
const ENVIRONMENT: [&str; 3] = [
    "TASTEGRAPH_GRAPH",
    "TASTEGRAPH_DEVICE",
    "TASTEGRAPH_LLM_KEY",
];

/// What a run of the command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// What it printed for programs or people.
    pub(crate) stdout: String,
    /// What it remarked.
    pub(crate) stderr: String,
}

/// The command as cargo built it: `release/tastegraph` beside `release/deps/stories-…`.
pub(crate) fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let deps = test.parent().expect("it lies in a folder");
    let binary = deps
        .parent()
        .expect("cargo puts tests into target/PROFILE/deps")
        .join(format!("tastegraph{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.exists(),
        "{} is missing: build all targets before the tests",
        binary.display()
    );
    binary
}

fn command<A: AsRef<OsStr>>(graph: &Path, arguments: &[A]) -> Command {
    let mut command = Command::new(binary());
    for name in ENVIRONMENT {
        command.env_remove(name);
    }
    command
        // Nothing may be read from or written to the home of whoever runs the tests.
        .env("HOME", graph)
        .env("XDG_DATA_HOME", graph.join("data"))
        .current_dir(super::repository())
        .arg("--graph")
        .arg(graph)
        .args(arguments);
    command
}

/// Starts the command and lets it run.
pub(crate) fn spawn<A: AsRef<OsStr>>(graph: &Path, arguments: &[A]) -> Child {
    command(graph, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts")
}

/// Runs the command and takes whatever it comes to.
pub(crate) fn tastegraph<A: AsRef<OsStr>>(graph: &Path, arguments: &[A], stdin: &str) -> Ran {
    let output = assert_cmd::Command::from_std(command(graph, arguments))
        .write_stdin(stdin)
        .timeout(TIMEOUT)
        .output()
        .expect("the command starts");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("remarks are UTF-8"),
    }
}

impl Ran {
    /// Demands an exit code, and shows everything if it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Demands that the remarks contain each of `parts`.
    #[track_caller]
    pub(crate) fn remarks(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no {part:?} in\n{}",
                self.stderr
            );
        }
        self
    }

    /// The one JSON value that was printed.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// The JSON values that were printed one after the other.
    #[track_caller]
    pub(crate) fn jsons(&self) -> Vec<Value> {
        serde_json::Deserializer::from_str(&self.stdout)
            .into_iter()
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
