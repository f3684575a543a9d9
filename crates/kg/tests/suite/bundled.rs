//! The ontologies and the graph that come with the program fit each other.

use tastegraph_kg::{KnowledgeGraph, LoadOptions, ProjectedKind, rdf_files};

use crate::support::{column, memory, project, repository};

/// Loads every RDF file of a folder or a file, each into a graph named after its path.
fn load(graph: &KnowledgeGraph, path: &str) {
    let root = repository();
    let files = rdf_files(root.join(path)).expect("the path is part of the repository");
    assert!(!files.is_empty(), "{path} is empty");
    for file in files {
        let name = file
            .strip_prefix(&root)
            .expect("it lies below")
            .display()
            .to_string();
        let options = LoadOptions {
            graph: format!("file:///{name}"),
            ..LoadOptions::default()
        };
        graph
            .load_file(&file, &options)
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

fn ontologies() -> KnowledgeGraph {
    let graph = memory();
    for file in [
        "profile/ontology.ttl",
        "movies/ontology.ttl",
        "movies/profile.ttl",
        "interactions/ontology.ttl",
        "interactions/profile.ttl",
    ] {
        load(&graph, &format!("ontologies/{file}"));
    }
    graph
}

#[test]
fn the_profiles_are_complete() {
    let profile = ontologies().profile().expect("complete");
    assert_eq!(profile.item_name, "film");
    assert_eq!(profile.items, ["https://w3id.org/tastegraph/movies#Film"]);
    assert_eq!(profile.users.len() + profile.conversations.len(), 2);
    assert!(profile.prefixes.contains_key("mv") && profile.prefixes.contains_key("ix"));
    assert!(profile.edges.len() > 15 && profile.links.len() == 2);
    assert!(
        profile
            .filters
            .iter()
            .all(|filter| !filter.phrases.is_empty())
    );
}

#[test]
fn profiles_name_only_what_an_ontology_declares() {
    let undeclared = "SELECT DISTINCT ?term {
        GRAPH ?profile { { ?s ?p ?term } UNION { ?s ?term ?o } UNION { ?s a ?term } }
        FILTER(STRENDS(STR(?profile), '/profile.ttl') && ISIRI(?term))
        FILTER(STRSTARTS(STR(?term), 'https://w3id.org/tastegraph/') && CONTAINS(STR(?term), '#'))
        FILTER NOT EXISTS { GRAPH ?ontology { ?term a ?type } FILTER(STRENDS(STR(?ontology), '/ontology.ttl')) }
    }";
    assert_eq!(column(&ontologies(), undeclared), Vec::<String>::new());
}

#[test]
fn everything_declared_about_films_is_used_by_the_profile() {
    // The super-property of all credits is for queries.
    let unused = "SELECT ?property {
        GRAPH <file:///ontologies/movies/ontology.ttl> {
            VALUES ?type { owl:ObjectProperty owl:DatatypeProperty } ?property a ?type
        }
        FILTER(STRSTARTS(STR(?property), 'https://w3id.org/tastegraph/movies#') && ?property != mv:credit)
        FILTER NOT EXISTS { GRAPH <file:///ontologies/movies/profile.ttl> { ?rule ?p ?property } }
    }";
    assert_eq!(column(&ontologies(), unused), Vec::<String>::new());
}

#[test]
fn no_two_filters_share_a_name() {
    let profile = ontologies().profile().expect("complete");
    let mut names: Vec<_> = profile.filters.iter().map(|filter| &filter.name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), profile.filters.len());
}

#[test]
fn the_bundled_graph_projects_without_loose_ends() {
    let graph = ontologies();
    load(&graph, "kg");
    let projection = project(&graph);
    for kind in [
        ProjectedKind::Item,
        ProjectedKind::Entity,
        ProjectedKind::Conversation,
        ProjectedKind::User,
    ] {
        assert!(
            projection.nodes.iter().any(|node| node.kind == kind),
            "no {kind:?}"
        );
    }
    let untyped: Vec<_> = projection
        .nodes
        .iter()
        .filter(|node| node.class == "entity")
        .map(|node| &node.iri)
        .collect();
    assert!(untyped.is_empty(), "led to, but of no class: {untyped:?}");
    let films = projection
        .nodes
        .iter()
        .filter(|node| node.kind == ProjectedKind::Item);
    for film in films {
        assert!(
            film.qualifier.is_some() && film.values.contains_key("runtime"),
            "{}",
            film.iri
        );
        assert!(!film.texts.is_empty(), "{}", film.iri);
    }
    let talks = projection
        .nodes
        .iter()
        .filter(|node| node.kind == ProjectedKind::Conversation);
    assert!(talks.into_iter().all(|talk| !talk.texts.is_empty()));
}
