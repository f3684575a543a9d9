//! Short ways to map small files.

use fs_err as fs;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tastegraph_kg::{
    KgError, KnowledgeGraph, Mapping, MappingOptions, MappingReport, OutputFormat,
};
use tempfile::TempDir;

/// Prefixes of the mappings in these tests.
pub(crate) const PREFIXES: &str = "\
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix ex: <http://example.org/> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix tm: <https://w3id.org/tastegraph/mapping#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
";

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder of sources and a graph to import them into.
pub(crate) struct Sandbox {
    pub(crate) graph: KnowledgeGraph,
    pub(crate) folder: TempDir,
    pub(crate) options: MappingOptions,
    parameters: BTreeMap<String, String>,
}

impl Sandbox {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("it can be written to");
        }
        let options = MappingOptions {
            folder: folder.path().to_owned(),
            graph: "http://example.org/default".to_owned(),
            examples: 3,
            ..MappingOptions::default()
        };
        Self {
            graph: KnowledgeGraph::in_memory().expect("memory suffices"),
            folder,
            options,
            parameters: BTreeMap::new(),
        }
    }

    /// The sources of the repository's fixtures, in place of a folder of one's own.
    pub(crate) fn fixtures(name: &str) -> Self {
        let mut sandbox = Self::new(&[]);
        sandbox.options.folder = repository().join("tests/fixtures/import").join(name);
        sandbox
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.parameters.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn mapping(&self, turtle: &str) -> Result<Mapping, KgError> {
        Mapping::parse(
            &format!("{PREFIXES}{turtle}"),
            "mapping.ttl",
            &self.parameters,
        )
    }

    pub(crate) fn try_import(&self, turtle: &str) -> Result<MappingReport, KgError> {
        self.graph.import(&self.mapping(turtle)?, &self.options)
    }

    pub(crate) fn import(&self, turtle: &str) -> MappingReport {
        self.try_import(turtle)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Imports with a mapping of the repository.
    pub(crate) fn import_with(&self, mapping: &str) -> MappingReport {
        let path = repository().join("ontologies").join(mapping);
        Mapping::read(path, &self.parameters)
            .and_then(|mapping| self.graph.import(&mapping, &self.options))
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Imports films of the fixtures with mappings of the repository, before anything else.
    pub(crate) fn import_films(&self, mappings: &[&str]) {
        let mut options = self.options.clone();
        options.folder = repository().join("tests/fixtures/import");
        for name in mappings {
            let path = format!("ontologies/movies/mappings/{name}.ttl");
            Mapping::read(repository().join(path), &BTreeMap::new())
                .and_then(|mapping| self.graph.import(&mapping, &options))
                .unwrap_or_else(|error| panic!("{error}"));
        }
    }

    /// The error of an import, without the path of the folder. Nothing may have been stored.
    pub(crate) fn error(&self, turtle: &str) -> String {
        let before = self.quads();
        let error = self.try_import(turtle).expect_err("it must be refused");
        assert_eq!(self.quads(), before, "after {error}");
        let folder = format!("{}/", self.options.folder.display());
        error.to_string().replace(&folder, "")
    }

    /// All quads as N-Quads, sorted, with the namespaces of the tests and of the project shortened.
    pub(crate) fn quads(&self) -> Vec<String> {
        let mut bytes = Vec::new();
        self.graph
            .dump(OutputFormat::NQuads, &mut bytes)
            .expect("memory can be written");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let mut lines: Vec<String> = text.lines().map(shortened).collect();
        lines.sort();
        lines
    }

    /// Those that begin with `start`.
    pub(crate) fn about(&self, start: &str) -> Vec<String> {
        let mut quads = self.quads();
        quads.retain(|quad| quad.starts_with(start));
        quads
    }
}

fn shortened(line: &str) -> String {
    let mut line = line.trim_end_matches(" .").to_owned();
    for (prefix, namespace) in [
        ("a", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ("label", "http://www.w3.org/2000/01/rdf-schema#label"),
    ] {
        line = line.replace(&format!("<{namespace}>"), prefix);
    }
    for (prefix, namespace) in [
        ("ex:", "http://example.org/"),
        ("xsd:", "http://www.w3.org/2001/XMLSchema#"),
        ("schema:", "https://schema.org/"),
        ("mv:", "https://w3id.org/tastegraph/movies#"),
        ("mu:", "https://w3id.org/tastegraph/music#"),
        ("ix:", "https://w3id.org/tastegraph/interactions#"),
        ("id:", "https://w3id.org/tastegraph/id/"),
        ("g:", "https://w3id.org/tastegraph/graph/"),
    ] {
        while let Some(start) = line.find(&format!("<{namespace}")) {
            let end = line[start..]
                .find('>')
                .map_or(line.len(), |end| start + end);
            let local = line[start + 1 + namespace.len()..end].to_owned();
            line.replace_range(start..=end, &format!("{prefix}{local}"));
        }
    }
    line
}
