//! Readers of data sets. Files that end in `.gz` are decompressed.

mod inspired;
mod jsonl;
mod ratings;
mod redial;
mod roles;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

pub use ratings::{Rating, read_ratings};
pub use roles::{Role, read_roles};

use crate::{Dialogue, EvalError};

/// How a file writes conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogueFormat {
    /// One conversation a line: `id`, `split`, `labels`, and `turns` of `speaker`, `text`,
    /// `entities`, `items_mentioned`, `items_recommended`.
    Turns,
    /// `ReDial` as published: one conversation a line with `messages` and `movieMentions`.
    Redial,
    /// INSPIRED as published: a table with one message a row.
    Inspired,
}

/// Reads all conversations of a file; the format is recognised by its first line.
///
/// The split of formats that do not name one is taken from the name of the file, up to the first
/// dot, so that INSPIRED's `dev.tsv` is the split "dev".
///
/// # Errors
/// [`EvalError::Io`], [`EvalError::UnknownFormat`], or [`EvalError::Malformed`] with the line.
pub fn read_dialogues(path: &Path) -> Result<Vec<Dialogue>, EvalError> {
    let mut lines = open(path)?;
    let first = lines.fill_buf()?;
    let start = String::from_utf8_lossy(&first[..first.len().min(PEEK)]).into_owned();
    let format = recognise(&start).ok_or_else(|| EvalError::UnknownFormat {
        path: path.to_owned(),
    })?;
    match format {
        DialogueFormat::Turns => jsonl::read(lines, path),
        DialogueFormat::Redial => redial::read(lines, path, &split_of(path)),
        DialogueFormat::Inspired => inspired::read(lines, path, &split_of(path)),
    }
}

/// Bytes of the first line that are looked at to recognise a format.
const PEEK: usize = 1 << 16;

fn recognise(start: &str) -> Option<DialogueFormat> {
    let line = start.lines().next()?;
    if line.trim_start().starts_with('{') {
        // The keys stand in any order, and the first line may be longer than what was looked at.
        return if line.contains("\"turns\"") {
            Some(DialogueFormat::Turns)
        } else if line.contains("\"messages\"") {
            Some(DialogueFormat::Redial)
        } else {
            None
        };
    }
    let is_table = line.split('\t').any(|column| column == "utt_id");
    is_table.then_some(DialogueFormat::Inspired)
}

fn split_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    stem.trim_end_matches("_data").to_owned()
}

/// Opens a file, through a decompressor if its name says so.
fn open(path: &Path) -> Result<BufReader<Box<dyn Read>>, EvalError> {
    let file = fs_err::File::open(path)?;
    let compressed = path.extension().is_some_and(|extension| extension == "gz");
    let plain: Box<dyn Read> = if compressed {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    Ok(BufReader::with_capacity(PEEK, plain))
}

/// An error in a line of a file.
fn malformed(
    path: &Path,
    line: u64,
    message: &dyn std::fmt::Display,
    hint: &'static str,
) -> EvalError {
    EvalError::Malformed {
        path: path.to_owned(),
        line,
        message: message.to_string(),
        hint,
    }
}

/// The position of each of `names` in the header of a table.
fn columns<const N: usize>(
    header: &csv::StringRecord,
    names: [&str; N],
    path: &Path,
    hint: &'static str,
) -> Result<[usize; N], EvalError> {
    let mut found = [0; N];
    for (slot, name) in found.iter_mut().zip(names) {
        *slot = header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| malformed(path, 1, &format!("there is no column {name}"), hint))?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognised_by_their_first_line() {
        assert_eq!(
            recognise("{\"id\":1,\"turns\":[]}"),
            Some(DialogueFormat::Turns)
        );
        assert_eq!(
            recognise("{\"messages\":[]}\n"),
            Some(DialogueFormat::Redial)
        );
        let table = "dialog_id\tutt_id\tspeaker\n1\t2\t3";
        assert_eq!(recognise(table), Some(DialogueFormat::Inspired));
        assert_eq!(recognise("user,item\n"), None);
        assert_eq!(recognise(""), None);
    }

    #[test]
    fn the_split_is_the_name_of_the_file() {
        assert_eq!(split_of(Path::new("a/dev.tsv.gz")), "dev");
        assert_eq!(split_of(Path::new("test_data.jsonl")), "test");
    }
}
