//! `tastegraph config`.

use std::path::Path;

use tastegraph::Settings;

use crate::{Outcome, output};

pub(crate) fn run(folder: &Path) -> anyhow::Result<Outcome> {
    let settings = Settings::read(folder)?;
    output::print(|out| {
        writeln!(out, "# {}", folder.join("tastegraph.toml").display())?;
        write!(out, "{}", settings.to_toml())?;
        writeln!(out, "\n# Where the parameters come from:")?;
        for (name, (value, origin)) in settings.described() {
            let origin = format!("{origin:?}").to_lowercase();
            writeln!(out, "# {name} = {value} ({origin})")?;
        }
        Ok(())
    })?;
    Ok(Outcome::Done)
}
