//! A small domain (books), and short ways to load and ask.

use oxigraph::model::Term;
use tastegraph_kg::{
    KnowledgeGraph, LoadOptions, Projection, QueryAnswer, QueryOptions, Rows, vocabulary,
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
