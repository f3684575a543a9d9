//! `tastegraph devices`.

use crate::{Outcome, output};

pub(crate) fn run() -> anyhow::Result<Outcome> {
    let mut table = output::table(["use with --device", "name", "kind", "back end"]);
    for device in tastegraph::devices() {
        table.add_row([
            device.choice.to_string(),
            device.name,
            device.kind.to_string(),
            device.backend,
        ]);
    }
    output::print(|out| writeln!(out, "{table}"))?;
    Ok(Outcome::Done)
}
