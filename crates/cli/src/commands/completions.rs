//! `tastegraph completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::{Outcome, output};

pub(crate) fn run(shell: Shell) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "tastegraph", &mut script);
    output::print(|out| out.write_all(&script))?;
    Ok(Outcome::Done)
}
