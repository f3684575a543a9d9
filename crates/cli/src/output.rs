//! Where things are printed, and how.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressStyle};

/// Prints an error and its causes, hints on lines of their own.
#[expect(clippy::print_stderr, reason = "this is where errors go")]
pub(crate) fn error(error: &anyhow::Error) {
    eprintln!("{}", plain(&format!("error: {error:#}")));
}

/// Prints a remark for people.
#[expect(clippy::print_stderr, reason = "remarks are no data")]
pub(crate) fn note(text: &str) {
    eprintln!("{}", plain(text));
}

/// Whether whoever read our output has gone, which is no fault.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// Whether somebody is looking.
pub(crate) fn on_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Writes to stdout and flushes, so that a closed pipe is noticed here.
pub(crate) fn print(
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    write(&mut out)?;
    out.flush()?;
    Ok(())
}

/// Text that cannot steer a terminal: control characters other than line ends go, and so do those
/// that turn the direction of writing. Labels come from data, and data from anywhere.
pub(crate) fn plain(text: &str) -> String {
    let steers = |c: char| {
        let turns = matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (c.is_control() && c != '\n')
    };
    text.chars().filter(|&c| !steers(c)).collect()
}

/// A table with the house's look, as wide as the terminal.
pub(crate) fn table(header: impl IntoIterator<Item = impl Into<comfy_table::Cell>>) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(
            header
                .into_iter()
                .map(Into::into)
                .collect::<Vec<comfy_table::Cell>>(),
        );
    if table.width().is_none() {
        table.set_width(WIDTH_WITHOUT_TERMINAL);
    }
    table
}

/// Columns of a table that is asked for in a pipe.
const WIDTH_WITHOUT_TERMINAL: u16 = 120;

/// A line that moves while something unknown in length goes on; invisible without a terminal.
pub(crate) fn spinner(message: String) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{spinner} {msg} {human_pos} triples, {per_sec}, {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_message(message);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// A bar for work whose length becomes known on the way; invisible without a terminal.
pub(crate) fn bar(message: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}, {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_message(message)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(plain("a\u{1b}[31mred\u{202e}\nb"), "a[31mred\nb");
        assert_eq!(plain("Amélie – 七人の侍"), "Amélie – 七人の侍");
    }
}
