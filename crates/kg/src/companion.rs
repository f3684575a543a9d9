//! Files that lie beside an ontology and go with it into a graph's folder: queries and rules.
//!
//! A query file is SPARQL with a header of comment lines `# key: value`:
//!
//! ```sparql
//! # title: Films by decade
//! SELECT ?decade (COUNT(?film) AS ?films) WHERE { … }
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::{KgError, KnowledgeGraph};

/// Sub-folders of an ontology's folder that are kept.
const KEPT: [&str; 3] = [QUERIES, RULES, SHAPES];
pub(crate) const QUERIES: &str = "queries";
pub(crate) const RULES: &str = "rules";
pub(crate) const SHAPES: &str = "shapes";

/// A SPARQL file with its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFile {
    /// Name without folder and extension.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Keys and values of the header, keys in lower case.
    pub header: BTreeMap<String, String>,
    /// The whole text; the header is comments.
    pub sparql: String,
}

impl QueryFile {
    /// Reads one file.
    ///
    /// # Errors
    /// [`KgError::Io`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, KgError> {
        let path = path.as_ref();
        let sparql = fs::read_to_string(path)?;
        let header = sparql
            .lines()
            .map(str::trim)
            .take_while(|line| line.is_empty() || line.starts_with('#'))
            .filter_map(|line| line.trim_start_matches('#').split_once(':'))
            .map(|(key, value)| (key.trim().to_lowercase(), value.trim().to_owned()))
            .collect();
        Ok(Self {
            name: stem(path),
            path: path.to_owned(),
            header,
            sparql,
        })
    }

    /// The number of the header line with this key, from 1.
    #[must_use]
    pub fn line_of(&self, key: &str) -> Option<usize> {
        self.sparql
            .lines()
            .position(|line| {
                line.trim_start_matches('#')
                    .split_once(':')
                    .is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case(key))
            })
            .map(|line| line + 1)
    }
}

impl KnowledgeGraph {
    /// Copies the queries, rules and shapes beside an ontology into the graph's folder, in place of
    /// those that came with an ontology of the same name before.
    ///
    /// # Errors
    /// [`KgError::Io`].
    pub fn keep_companions(&self, ontology: impl AsRef<Path>) -> Result<(), KgError> {
        let ontology = ontology.as_ref();
        let Some(folder) = self.folder() else {
            return Ok(());
        };
        if !ontology.is_dir() {
            return Ok(());
        }
        let name = stem(&fs::canonicalize(ontology)?);
        for kind in KEPT {
            let (from, to) = (ontology.join(kind), folder.join(kind).join(&name));
            if to.exists() {
                fs::remove_dir_all(&to)?;
            }
            let files = files_with(&from, &["rq", "ttl"])?;
            if !files.is_empty() {
                fs::create_dir_all(&to)?;
            }
            for file in files {
                fs::copy(&file, to.join(file.file_name().unwrap_or_default()))?;
            }
        }
        Ok(())
    }

    /// The queries that came with the ontologies, by name.
    ///
    /// # Errors
    /// [`KgError::Io`].
    pub fn queries(&self) -> Result<Vec<QueryFile>, KgError> {
        self.kept(QUERIES, &["rq"])?
            .iter()
            .map(QueryFile::read)
            .collect()
    }

    /// Files of one kind that came with the ontologies, in name order.
    pub(crate) fn kept(&self, kind: &str, extensions: &[&str]) -> Result<Vec<PathBuf>, KgError> {
        match self.folder() {
            Some(folder) => files_with(&folder.join(kind), extensions),
            None => Ok(Vec::new()),
        }
    }
}

/// Files below `path` with one of the extensions, in name order; none if there is no such folder.
pub(crate) fn files_with(path: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, KgError> {
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?.path();
        if entry.is_dir() {
            files.extend(files_with(&entry, extensions)?);
        } else if entry
            .extension()
            .is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
        {
            files.push(entry);
        }
    }
    files.sort();
    Ok(files)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
