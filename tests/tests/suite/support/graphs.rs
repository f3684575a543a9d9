//! Graphs: the bundled one, loaded once and only read; small ones, made or copied for each test.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use tastegraph::kg::KnowledgeGraph;
use tempfile::TempDir;

use super::{Ran, tastegraph};

/// Named graph of the bundled films.
pub(crate) const MOVIES: &str = "https://w3id.org/tastegraph/graph/movies";
/// Arguments that load the graph of the repository, from its root.
pub(crate) const LOAD_BUNDLED: [&str; 10] = [
    "load",
    "--ontology",
    "ontologies/profile",
    "--ontology",
    "ontologies/movies",
    "--ontology",
    "ontologies/interactions",
    "--into",
    MOVIES,
    "kg",
];
/// Folders of shared graphs that earlier runs left behind are removed when they are this old.
const LEFTOVER: Duration = Duration::from_hours(1);
const PREFIX: &str = "stories-";

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests are a folder of the repository")
        .to_owned()
}

/// A file or folder of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name);
    path.to_str()
        .expect("the repository has a UTF-8 path")
        .to_owned()
}

/// A graph in a folder that goes away with the value.
pub(crate) struct Graph {
    place: TempDir,
}

impl Graph {
    /// A folder in which no graph is yet.
    pub(crate) fn none() -> Self {
        Self {
            place: TempDir::new().expect("a temporary folder"),
        }
    }

    /// The eight invented films, with conversations and users.
    pub(crate) fn cinema() -> Self {
        static LOADED: OnceLock<TempDir> = OnceLock::new();
        let loaded = LOADED.get_or_init(|| {
            let place = shared();
            load(
                &place.path().join("graph"),
                &["ontologies/movies", "ontologies/interactions"],
                &[&fixture("cinema")],
            )
            .exits(0);
            place
        });
        Self::copy_of(&loaded.path().join("graph"))
    }

    /// The invented teas under the ontology that comes with them.
    pub(crate) fn tea() -> Self {
        let graph = Self::none();
        load(
            &graph.folder(),
            &[&fixture("tea/ontology")],
            &[&fixture("tea/teas.ttl")],
        )
        .exits(0);
        graph
    }

    /// The forty invented artists with their listeners, under the ontology of music.
    pub(crate) fn music() -> Self {
        static LOADED: OnceLock<TempDir> = OnceLock::new();
        let loaded = LOADED.get_or_init(|| {
            let place = shared();
            load(
                &place.path().join("graph"),
                &["ontologies/music", "ontologies/interactions"],
                &[&fixture("music")],
            )
            .exits(0);
            place
        });
        Self::copy_of(&loaded.path().join("graph"))
    }

    /// A graph at rest is its folder.
    fn copy_of(folder: &Path) -> Self {
        let graph = Self::none();
        copy(folder, &graph.folder());
        graph
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.place.path().join("graph")
    }

    /// A file beside the graph, to load.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.place.path().join(name);
        std::fs::write(&path, content).expect("the folder is ours");
        path.to_str()
            .expect("temporary folders have UTF-8 paths")
            .to_owned()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        tastegraph(&self.folder(), arguments, "")
    }

    /// `recommend` with more flags, on the CPU unless they name a device.
    pub(crate) fn recommend(&self, text: &str, more: &[&str]) -> Ran {
        recommend(&self.folder(), text, more)
    }

    /// The same, for a request that is answered.
    pub(crate) fn answer(&self, text: &str, more: &[&str]) -> serde_json::Value {
        self.recommend(text, more).exits(0).json()
    }

    /// `query`, with more flags.
    pub(crate) fn query(&self, sparql: &str, more: &[&str]) -> Ran {
        let mut arguments = vec!["query", sparql];
        arguments.extend(more);
        self.run(&arguments)
    }
}

/// The bundled graph, loaded with the command once in this process. Nothing may write to it.
pub(crate) fn bundled() -> &'static Bundled {
    static BUNDLED: OnceLock<Bundled> = OnceLock::new();
    BUNDLED.get_or_init(|| {
        let place = shared();
        load_bundled(&place.path().join("graph")).exits(0);
        Bundled { place }
    })
}

/// See [`bundled`].
pub(crate) struct Bundled {
    place: TempDir,
}

impl Bundled {
    pub(crate) fn folder(&self) -> PathBuf {
        self.place.path().join("graph")
    }

    /// `recommend` with more flags, on the CPU unless they name a device.
    pub(crate) fn recommend(&self, text: &str, more: &[&str]) -> Ran {
        recommend(&self.folder(), text, more)
    }

    /// The same, for a request that is answered.
    pub(crate) fn answer(&self, text: &str, more: &[&str]) -> serde_json::Value {
        self.recommend(text, more).exits(0).json()
    }
}

/// The store of the bundled graph, opened once and kept open: only one process can, so no test runs
/// `query` on this graph, and every `recommend` runs beside an open store.
pub(crate) fn bundled_store() -> &'static KnowledgeGraph {
    static STORE: OnceLock<KnowledgeGraph> = OnceLock::new();
    STORE.get_or_init(|| KnowledgeGraph::open(bundled().folder()).expect("it has just been loaded"))
}

/// Loads the graph of the repository.
pub(crate) fn load_bundled(folder: &Path) -> Ran {
    tastegraph(folder, &LOAD_BUNDLED, "")
}

fn load(folder: &Path, ontologies: &[&str], rest: &[&str]) -> Ran {
    let mut arguments = vec!["load"];
    for ontology in ontologies {
        arguments.extend(["--ontology", ontology]);
    }
    arguments.extend(rest);
    tastegraph(folder, &arguments, "")
}

fn recommend(folder: &Path, text: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["recommend", text];
    arguments.extend(more);
    if !more.contains(&"--device") {
        arguments.extend(["--device", "cpu"]);
    }
    tastegraph(folder, &arguments, "")
}

/// A folder for a graph that lives as long as the process. Statics are never dropped, so what earlier
/// runs left is swept here.
fn shared() -> TempDir {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.map(|time| SystemTime::now().duration_since(time).unwrap_or_default());
        if ours && age.is_ok_and(|age| age > LEFTOVER) {
            // Another process may be sweeping too.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    tempfile::Builder::new()
        .prefix(PREFIX)
        .tempdir_in(place)
        .expect("cargo makes the folder")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder is ours");
    for entry in std::fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("it can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("there is room for it");
        }
    }
}
