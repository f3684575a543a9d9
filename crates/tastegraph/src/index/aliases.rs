//! Names that the keepers of a graph add beside it, in a file of their own.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use fs_err as fs;
use tastegraph_kg::Profile;

use crate::EngineError;

/// The file in the folder of a graph.
pub(crate) const FILE: &str = "aliases.tsv";

/// A name for something in the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alias {
    pub(crate) iri: String,
    pub(crate) text: String,
    /// Where it stands, from 1.
    pub(crate) line: usize,
}

/// Reads `aliases.tsv` if the folder of the graph has one: on each line an IRI, in full or with a prefix of the profile,
/// a tab, and a name. Empty lines and those that start with `#` are skipped.
pub(crate) fn read(folder: &Path, profile: &Profile) -> Result<Vec<Alias>, EngineError> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    parse(&fs::read_to_string(&path)?, &profile.prefixes)
}

/// Names the content of the file; nothing if there is none.
pub(crate) fn hash(folder: &Path) -> Result<String, EngineError> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Ok(String::new());
    }
    Ok(super::hash(&fs::read(&path)?))
}

fn parse(text: &str, prefixes: &BTreeMap<String, String>) -> Result<Vec<Alias>, EngineError> {
    let mut aliases = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let parts = content
            .split_once('\t')
            .map(|(iri, text)| (iri.trim(), text.trim()));
        let Some((iri, text)) = parts.filter(|(iri, text)| !iri.is_empty() && !text.is_empty())
        else {
            return Err(EngineError::Alias { line });
        };
        let iri = iri.trim_start_matches('<').trim_end_matches('>');
        let expanded = iri.split_once(':').and_then(|(prefix, local)| {
            let namespace = prefixes.get(prefix)?;
            Some(format!("{namespace}{local}"))
        });
        aliases.push(Alias {
            iri: expanded.unwrap_or_else(|| iri.to_owned()),
            text: text.to_owned(),
            line,
        });
    }
    Ok(aliases)
}

/// The aliases of each thing.
pub(crate) fn by_iri(aliases: &[Alias]) -> HashMap<&str, Vec<&Alias>> {
    let mut by_iri: HashMap<&str, Vec<&Alias>> = HashMap::new();
    for alias in aliases {
        by_iri.entry(&alias.iri).or_default().push(alias);
    }
    by_iri
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes() -> BTreeMap<String, String> {
        BTreeMap::from([("id".to_owned(), "https://example.org/".to_owned())])
    }

    #[test]
    fn reads_full_and_short_iris() {
        let text = "# ours\n\nid:heat\tthe bank one\n<https://example.org/x>\tX file\n";
        let aliases = parse(text, &prefixes()).expect("well formed");
        let read: Vec<_> = aliases
            .iter()
            .map(|alias| (alias.iri.as_str(), alias.text.as_str(), alias.line))
            .collect();
        assert_eq!(
            read,
            [
                ("https://example.org/heat", "the bank one", 3),
                ("https://example.org/x", "X file", 4)
            ]
        );
    }

    #[test]
    fn a_line_without_a_name_is_told() {
        for text in ["id:heat", "id:heat\t ", "\tname"] {
            let message = parse(text, &prefixes())
                .expect_err("incomplete")
                .to_string();
            assert!(
                message.contains("line 1") && message.contains("hint: "),
                "{message}"
            );
        }
    }
}
