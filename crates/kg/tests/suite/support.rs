//! A small domain (books), and short ways to load and ask.

use std::path::{Path, PathBuf};

use oxigraph::model::Term;
use tastegraph_kg::{
    KnowledgeGraph, LoadOptions, Projection, QueryAnswer, QueryOptions, Rows, rdf_files, vocabulary,
};

/// Prefixes of the Turtle in these tests.
pub(crate) const PREFIXES: &str = "\
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tp: <https://w3id.org/tastegraph/profile#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
";

/// A profile with one rule of every sort.
pub(crate) const PROFILE: &str = "
ex:profile a tp:Profile ;
    tp:prefix [ tp:name \"bk\" ; tp:namespace \"http://example.org/\" ] ;
    tp:itemClass ex:Book ; tp:itemName \"book\" ;
    tp:userClass ex:Reader ; tp:conversationClass ex:Talk ;
    tp:label rdfs:label ; tp:alias ex:alias ; tp:text ex:blurb ; tp:qualifier ex:published ;
    tp:class [ tp:of ex:Author ; tp:name \"author\" ; tp:matching tp:Name ] ,
             [ tp:of ex:Tongue ; tp:name \"language\" ; tp:matching tp:Term ; tp:strict true ] ;
    tp:edge [ tp:property ex:writer ; tp:name \"written by\" ; tp:inverseName \"wrote\" ; tp:weight 0.5 ] ,
            [ tp:property ex:tongue ; tp:name \"language\" ; tp:walk false ] ;
    tp:link [ tp:of ex:Mention ; tp:from ex:inTalk ; tp:to ex:about ; tp:name \"mentions\" ;
              tp:value ex:felt ; tp:positiveFrom 1 ; tp:negativeTo -1 ] ;
    tp:utterance [ tp:of ex:Turn ; tp:from ex:inTalk ; tp:text ex:words ; tp:order ex:number ] ;
    tp:filter [ tp:property ex:published ; tp:name \"year\" ; tp:kind tp:Year ;
                tp:phrase [ tp:text \"recent\" ; tp:minimum 2010 ] ] ,
              [ tp:property ex:pages ; tp:name \"pages\" ; tp:kind tp:Number ] .
";

pub(crate) fn memory() -> KnowledgeGraph {
    KnowledgeGraph::in_memory().expect("memory suffices")
}

/// Options that load into the named graph `http://example.org/graph/NAME`.
pub(crate) fn into_graph(name: &str) -> LoadOptions {
    LoadOptions {
        graph: format!("http://example.org/graph/{name}"),
        ..LoadOptions::default()
    }
}

/// Loads Turtle that uses [`PREFIXES`].
pub(crate) fn load(graph: &KnowledgeGraph, turtle: &str) {
    graph
        .load_str(
            &format!("{PREFIXES}{turtle}"),
            "test.ttl",
            &LoadOptions::default(),
        )
        .expect("the Turtle of the test is valid");
}

/// A graph in memory with [`PROFILE`] and `turtle`.
pub(crate) fn books(turtle: &str) -> KnowledgeGraph {
    let graph = memory();
    let ontology = LoadOptions {
        graph: vocabulary::ONTOLOGY_GRAPH.to_owned(),
        ..LoadOptions::default()
    };
    graph
        .load_str(&format!("{PREFIXES}{PROFILE}"), "profile.ttl", &ontology)
        .expect("the profile is valid");
    load(&graph, turtle);
    graph
}

pub(crate) fn project(graph: &KnowledgeGraph) -> Projection {
    let profile = graph.profile().expect("the profile is complete");
    graph.project(&profile).expect("the data fits the profile")
}

pub(crate) fn rows(graph: &KnowledgeGraph, sparql: &str) -> Rows {
    match graph.query(sparql, &QueryOptions::default()) {
        Ok(QueryAnswer::Rows(rows)) => rows,
        other => panic!("expected rows, got {other:?}"),
    }
}

/// The values of a query's only column, in the order of the answer; IRIs without brackets.
pub(crate) fn column(graph: &KnowledgeGraph, sparql: &str) -> Vec<String> {
    let text = |row: &Vec<Option<_>>| row[0].as_ref().map(plain).unwrap_or_default();
    rows(graph, sparql).rows.iter().map(text).collect()
}

fn plain(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        Term::BlankNode(node) => node.to_string(),
        Term::Triple(triple) => triple.to_string(),
    }
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Files below a folder with an extension, in name order; none if the folder is not there.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Folders in `ontologies` with an item class; the others go with each of them.
pub(crate) fn domains() -> Vec<String> {
    let entries = fs_err::read_dir(repository().join("ontologies")).expect("it is there");
    let mut domains: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .filter(|folder| {
            fs_err::read_to_string(folder.join("profile.ttl"))
                .is_ok_and(|profile| profile.contains("tp:itemClass"))
        })
        .map(|folder| {
            folder
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    domains.sort();
    domains
}

/// A graph in memory with the ontologies that a domain is used with, each file in a graph as `load
/// --ontology` names it, and data.
pub(crate) fn load_domain(domain: &str, data: &[PathBuf]) -> KnowledgeGraph {
    let graph = memory();
    for folder in ["profile", domain, "interactions"] {
        for name in ["ontology", "profile"] {
            let file = repository().join(format!("ontologies/{folder}/{name}.ttl"));
            if file.exists() {
                let options = LoadOptions {
                    graph: format!("{}/{folder}/{name}", vocabulary::ONTOLOGY_GRAPH),
                    ..LoadOptions::default()
                };
                graph
                    .load_file(file, &options)
                    .unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
    for file in data
        .iter()
        .flat_map(|path| rdf_files(path).expect("it is there"))
    {
        graph
            .load_file(file, &LoadOptions::default())
            .unwrap_or_else(|error| panic!("{error}"));
    }
    graph
}
