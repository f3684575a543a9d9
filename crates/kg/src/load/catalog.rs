//! `owl:imports` from local files, never from the network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fs_err as fs;
use oxigraph::model::{NamedNodeRef, Term};

use super::LoadOptions;
use crate::vocabulary::{ONTOLOGY_GRAPH, RDF_TYPE};
use crate::{KgError, KnowledgeGraph};

const OWL_IMPORTS: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#imports");
const OWL_ONTOLOGY: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#Ontology");

/// Where ontologies lie that others import: an OASIS XML catalog, as ontology editors write it
/// (`catalog-v001.xml`), of which the entries `<uri name="IRI" uri="FILE"/>` are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    files: BTreeMap<String, PathBuf>,
}

/// What became of the imports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Ontologies loaded, with their files.
    pub loaded: Vec<(String, PathBuf)>,
    /// Ontologies that no catalogue knows and that are not in the store.
    pub missing: Vec<String>,
}

impl Catalog {
    /// Reads a catalogue; files are relative to its folder.
    ///
    /// # Errors
    /// [`KgError::Malformed`] if an entry names a place that is no file of this machine.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, KgError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut files = BTreeMap::new();
        for entry in text.split("<uri").skip(1) {
            let entry = entry.split('>').next().unwrap_or_default();
            let (Some(name), Some(file)) = (attribute(entry, "name"), attribute(entry, "uri"))
            else {
                return Err(malformed(path, format!("<uri{entry}> lacks name or uri")));
            };
            let file = file.strip_prefix("file:").unwrap_or(&file);
            if file.contains("://") {
                return Err(malformed(
                    path,
                    format!("{file} is not a local file; nothing is fetched from the network"),
                ));
            }
            files.insert(name, folder.join(file));
        }
        Ok(Self { files })
    }

    /// The entries of both; those of `other` win.
    #[must_use]
    pub fn merged(mut self, other: Self) -> Self {
        self.files.extend(other.files);
        self
    }
}

impl KnowledgeGraph {
    /// Loads what the ontologies in the store import, and what that imports, from local files.
    ///
    /// # Errors
    /// As [`Self::load_file`].
    pub fn load_imports(&self, catalog: &Catalog) -> Result<ImportReport, KgError> {
        let mut report = ImportReport::default();
        let mut seen = BTreeSet::new();
        loop {
            let mut wanted = self.imports()?;
            wanted.retain(|iri| seen.insert(iri.clone()));
            if wanted.is_empty() {
                return Ok(report);
            }
            for iri in wanted {
                match catalog.files.get(&iri) {
                    Some(file) => {
                        let options = LoadOptions {
                            graph: format!("{ONTOLOGY_GRAPH}/imported/{}", slug(&iri)),
                            progress: None,
                        };
                        self.replace_with_files(&[file], &options)?;
                        report.loaded.push((iri, file.clone()));
                    }
                    None if self.has_ontology(&iri)? => {}
                    None => report.missing.push(iri),
                }
            }
        }
    }

    fn imports(&self) -> Result<BTreeSet<String>, KgError> {
        let mut found = BTreeSet::new();
        for quad in self
            .store
            .quads_for_pattern(None, Some(OWL_IMPORTS), None, None)
        {
            if let Term::NamedNode(iri) = quad?.object {
                found.insert(iri.into_string());
            }
        }
        Ok(found)
    }

    fn has_ontology(&self, iri: &str) -> Result<bool, KgError> {
        let Ok(node) = NamedNodeRef::new(iri) else {
            return Ok(false);
        };
        let mut found = self.store.quads_for_pattern(
            Some(node.into()),
            Some(RDF_TYPE),
            Some(OWL_ONTOLOGY.into()),
            None,
        );
        Ok(found.next().transpose()?.is_some())
    }
}

fn malformed(path: &Path, message: String) -> KgError {
    KgError::Malformed {
        file: path.display().to_string(),
        message,
    }
}

/// The value of an XML attribute.
fn attribute(element: &str, name: &str) -> Option<String> {
    let mut rest = element;
    loop {
        let place = rest.find(name)?;
        let before = rest[..place].chars().last();
        let after = rest[place + name.len()..].trim_start();
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = after.strip_prefix('=')
        {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return value[1..]
                .split(quote)
                .next()
                .map(|value| value.replace("&amp;", "&"));
        }
        rest = &rest[place + name.len()..];
    }
}

/// An IRI as part of another.
fn slug(iri: &str) -> String {
    iri.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}
