//! The bundled graph, loaded through the library.

use std::error::Error;
use std::path::Path;

use tastegraph::kg::{KnowledgeGraph, LoadOptions, rdf_files, vocabulary};
use tastegraph::{IndexReport, build_index};
use tempfile::TempDir;

/// The bundled graph in a folder that goes away with the value.
#[derive(Debug)]
pub struct Bundled {
    place: TempDir,
    /// What its index holds.
    pub index: IndexReport,
}

impl Bundled {
    /// The folder of the graph.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.place.path()
    }
}

/// Loads ontologies and data of the repository and builds the index.
///
/// # Errors
/// Those of loading and indexing.
pub fn bundled() -> Result<Bundled, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = TempDir::new()?;
    let graph = KnowledgeGraph::open_or_create(place.path())?;
    for (folder, name) in [
        (
            "ontologies/profile/ontology.ttl",
            vocabulary::ONTOLOGY_GRAPH,
        ),
        ("ontologies/movies/ontology.ttl", vocabulary::ONTOLOGY_GRAPH),
        ("ontologies/movies/profile.ttl", vocabulary::ONTOLOGY_GRAPH),
        (
            "ontologies/interactions/ontology.ttl",
            vocabulary::ONTOLOGY_GRAPH,
        ),
        (
            "ontologies/interactions/profile.ttl",
            vocabulary::ONTOLOGY_GRAPH,
        ),
        ("kg", vocabulary::DATA_GRAPH),
    ] {
        let options = LoadOptions {
            graph: name.to_owned(),
            ..LoadOptions::default()
        };
        for file in rdf_files(root.join(folder))? {
            graph.load_file(file, &options)?;
        }
    }
    let index = build_index(&graph, place.path())?;
    Ok(Bundled { place, index })
}
