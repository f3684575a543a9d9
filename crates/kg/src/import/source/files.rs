//! Which files a source is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::super::model::{Mapping, Source};
use super::super::terms;
use crate::KgError;

/// Where the sources of a mapping lie.
#[derive(Debug)]
pub(in super::super) struct Files {
    folder: PathBuf,
    /// By the name in the mapping.
    given: BTreeMap<String, PathBuf>,
}

impl Files {
    /// Files given by name must be known to the mapping: by the whole path that it has, the name of the
    /// file, or that up to its first dot.
    pub(in super::super) fn new(
        mapping: &Mapping,
        folder: &Path,
        given: &BTreeMap<String, PathBuf>,
    ) -> Result<Self, KgError> {
        let mut files = BTreeMap::new();
        for (name, file) in given {
            files.insert(source_called(mapping, name)?, file.clone());
        }
        Ok(Self {
            folder: folder.to_owned(),
            given: files,
        })
    }

    /// The files of a source in name order; with or without `.gz`, whichever is there.
    pub(in super::super) fn resolve(&self, source: &Source) -> Result<Vec<PathBuf>, KgError> {
        let path = match self.given.get(&source.path) {
            Some(path) => path.clone(),
            None => self.folder.join(&source.path),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let found = if name.contains(['*', '?']) {
            matching(&path, &name)?
        } else {
            variants(&path)
                .into_iter()
                .find(|path| path.exists())
                .into_iter()
                .collect()
        };
        if found.is_empty() && !source.optional {
            return Err(KgError::Io(std::io::Error::new(
                std::io::ErrorKind::NotFound,
                format!(
                    "{}: there is no such file\nhint: say where the source {} lies with --source FOLDER or --source {}=FILE",
                    path.display(),
                    source.path,
                    source.path
                ),
            )));
        }
        Ok(found)
    }
}

/// The path of the only source of this name.
fn source_called(mapping: &Mapping, name: &str) -> Result<String, KgError> {
    let mut paths: Vec<&str> = mapping
        .maps
        .iter()
        .map(|map| map.source.path.as_str())
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let matching: Vec<&str> = paths
        .iter()
        .copied()
        .filter(|path| is_called(path, name))
        .collect();
    let message = match matching[..] {
        [path] => return Ok(path.to_owned()),
        [] => format!(
            "it has no source {name}{}",
            terms::did_you_mean(name, paths.iter().copied())
        ),
        _ => format!(
            "{name} could be {}\nhint: name the source in full",
            matching.join(" or ")
        ),
    };
    Err(KgError::Mapping {
        place: mapping.file.clone(),
        message,
    })
}

fn is_called(path: &str, name: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    path == name || file == name || stem == name
}

fn variants(path: &Path) -> [PathBuf; 2] {
    let text = path.as_os_str().to_string_lossy();
    let other = match text.strip_suffix(".gz") {
        Some(plain) => PathBuf::from(plain),
        None => PathBuf::from(format!("{text}.gz")),
    };
    [path.to_owned(), other]
}

/// The files beside `path` whose names match; of a file and its compressed copy only one.
fn matching(path: &Path, pattern: &str) -> Result<Vec<PathBuf>, KgError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?.path();
        let name = entry
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let plain = name.strip_suffix(".gz").unwrap_or(&name).to_owned();
        if entry.is_file() && (matches(pattern, &name) || matches(pattern, &plain)) {
            found.entry(plain).or_insert(entry);
        }
    }
    Ok(found.into_values().collect())
}

/// `*` is any text and `?` any character.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.chars().next() {
        None => name.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.any(|at| matches(rest, &name[at..]))
        }
        Some(c) => {
            let mut characters = name.chars();
            let Some(first) = characters.next() else {
                return false;
            };
            (c == '?' || c == first) && matches(&pattern[c.len_utf8()..], characters.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        assert!(matches("*.tsv", "train.tsv"));
        assert!(matches("part-?.csv", "part-3.csv"));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("*.tsv", "train.tsv.bak"));
        assert!(!matches("part-?.csv", "part-12.csv"));
    }

    #[test]
    fn sources_may_be_named_in_short() {
        assert!(is_called("redial/dialogs.jsonl", "dialogs"));
        assert!(is_called("redial/dialogs.jsonl", "dialogs.jsonl"));
        assert!(is_called("redial/dialogs.jsonl", "redial/dialogs.jsonl"));
        assert!(!is_called("redial/dialogs.jsonl", "redial"));
    }
}
