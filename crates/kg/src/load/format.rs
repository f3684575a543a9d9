//! RDF formats by the names of files.

use std::path::{Path, PathBuf};

use fs_err as fs;
use oxigraph::io::RdfFormat;

use crate::KgError;

/// Extensions that mean RDF. Oxigraph takes `.txt`, `.json` and `.xml` for RDF too, but a folder of
/// data also holds such files that are none.
const EXTENSIONS: [&str; 7] = ["ttl", "nt", "nq", "trig", "rdf", "owl", "jsonld"];

pub(super) fn is_gzip(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

pub(super) fn format_of(name: &str) -> Result<RdfFormat, KgError> {
    let path = Path::new(name);
    let inner = if is_gzip(name) {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    inner
        .extension()
        .and_then(|extension| extension.to_str())
        .map(str::to_ascii_lowercase)
        .filter(|extension| EXTENSIONS.contains(&extension.as_str()))
        .and_then(|extension| match extension.as_str() {
            // Oxigraph takes it for functional syntax, but in the wild it is RDF/XML.
            "owl" => Some(RdfFormat::RdfXml),
            other => RdfFormat::from_extension(other),
        })
        .ok_or_else(|| KgError::UnknownFormat {
            file: name.to_owned(),
        })
}

/// The RDF files under `path`: itself if it is a file, else all below it, in name order.
///
/// # Errors
/// [`KgError::Io`] if a folder cannot be read.
pub fn rdf_files(path: impl AsRef<Path>) -> Result<Vec<PathBuf>, KgError> {
    let path = path.as_ref();
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            files.extend(rdf_files(&entry)?);
        } else if format_of(&entry.display().to_string()).is_ok() {
            files.push(entry);
        }
    }
    Ok(files)
}
