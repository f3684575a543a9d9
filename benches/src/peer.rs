//! The other software that a benchmark compares with.

use std::process::Command;

/// The command that runs the peer script of this benchmark, which `scripts/bench.sh` names in the
/// environment; nothing if there is none to run.
#[must_use]
pub fn peer_command() -> Option<Command> {
    let (python, script) = (
        std::env::var_os("PEER_PYTHON")?,
        std::env::var_os("PEER_SCRIPT")?,
    );
    let mut command = Command::new(python);
    command.arg(script);
    Some(command)
}
