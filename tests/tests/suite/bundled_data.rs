//! Guards over the graph that comes with the program, in SPARQL.

use tastegraph::kg::{KnowledgeGraph, QueryAnswer, QueryOptions, vocabulary};

use crate::support::{MOVIES, bundled_store};

fn rows(sparql: &str) -> Vec<Vec<String>> {
    // Users and conversations are seen only when asked for.
    let options = QueryOptions {
        all_graphs: true,
        ..QueryOptions::default()
    };
    let answer = bundled_store().query(sparql, &options);
    let Ok(QueryAnswer::Rows(rows)) = answer else {
        panic!("{sparql}: {answer:?}");
    };
    let shown = |value: &Option<_>| {
        value
            .as_ref()
            .map(KnowledgeGraph::display)
            .unwrap_or_default()
    };
    rows.rows
        .iter()
        .map(|row| row.iter().map(shown).collect())
        .collect()
}

#[track_caller]
fn number(sparql: &str) -> u64 {
    rows(sparql)[0][0].parse().expect("a whole number")
}

/// Demands that a query finds nothing, and shows what it finds.
#[track_caller]
fn none(sparql: &str) {
    assert_eq!(
        rows(&format!("SELECT {sparql} LIMIT 20")),
        Vec::<Vec<String>>::new()
    );
}

#[test]
fn it_is_large_enough_to_be_of_use() {
    assert!(number("SELECT (COUNT(DISTINCT ?film) AS ?n) { ?film a mv:Film }") >= 1000);
    let triples = format!("SELECT (COUNT(*) AS ?n) {{ GRAPH <{MOVIES}> {{ ?s ?p ?o }} }}");
    assert!(number(&triples) >= 20_000);
    assert!(number("SELECT (COUNT(DISTINCT ?user) AS ?n) { ?user a ix:User }") >= 50);
    // Conversations with three turns or more in which something is named.
    let talks = "SELECT (COUNT(*) AS ?n) { { SELECT ?talk (COUNT(DISTINCT ?turn) AS ?turns) {
            ?turn a ix:Turn ; ix:inConversation ?talk .
            FILTER EXISTS { ?mention a ix:Mention ; ix:inConversation ?talk }
        } GROUP BY ?talk HAVING (COUNT(DISTINCT ?turn) >= 3) } }";
    assert!(number(talks) >= 150);
}

#[test]
fn it_covers_every_decade_since_the_1920s() {
    let decades = rows(
        "SELECT DISTINCT ?decade { ?film mv:year ?year BIND(FLOOR(?year / 10) * 10 AS ?decade) }
            ORDER BY ?decade",
    );
    let decades: Vec<&str> = decades.iter().map(|row| row[0].as_str()).collect();
    let expected: Vec<String> = (192..=202).map(|decade| format!("{decade}0")).collect();
    assert_eq!(decades, expected);
    assert_eq!(
        number("SELECT (MIN(?year) AS ?n) { ?film mv:year ?year }"),
        1920
    );
    assert_eq!(
        number("SELECT (MAX(?year) AS ?n) { ?film mv:year ?year }"),
        2025
    );
}

#[test]
fn every_film_has_its_facts() {
    for property in [
        "rdfs:label",
        "mv:year",
        "mv:runtime",
        "mv:directing",
        "mv:genre",
        "mv:keyword",
        "mv:country",
        "mv:language",
        "mv:plot",
    ] {
        none(&format!(
            "?film {{ ?film a mv:Film FILTER NOT EXISTS {{ ?film {property} ?value }} }}"
        ));
    }
    for single in ["rdfs:label", "mv:year", "mv:runtime", "mv:plot"] {
        none(&format!(
            "?film {{ ?film a mv:Film ; {single} ?a, ?b FILTER(STR(?a) < STR(?b)) }}"
        ));
    }
    none(
        "?film (COUNT(?who) AS ?n) { ?film a mv:Film OPTIONAL { ?film mv:cast ?who } }
        GROUP BY ?film HAVING (COUNT(?who) < 3 || COUNT(?who) > 6)",
    );
    none("?film ?minutes { ?film mv:runtime ?minutes FILTER(?minutes < 15 || ?minutes > 600) }");
}

#[test]
fn no_film_comes_twice() {
    none(
        "?a ?b { ?a a mv:Film ; rdfs:label ?title ; mv:year ?year .
        ?b a mv:Film ; rdfs:label ?title ; mv:year ?year FILTER(STR(?a) < STR(?b)) }",
    );
}

#[test]
fn everything_has_one_name() {
    none(
        "?thing { ?thing a ?class FILTER(?class NOT IN (ix:Turn, ix:Mention, ix:Rating))
        FILTER(STRSTARTS(STR(?thing), 'https://w3id.org/tastegraph/id/'))
        FILTER NOT EXISTS { ?thing rdfs:label ?label } }",
    );
    none(
        "?thing ?name { VALUES ?named { rdfs:label skos:altLabel mv:plot ix:text }
        ?thing ?named ?name FILTER(STR(?name) = '' || REGEX(STR(?name), '^\\\\s|\\\\s$')) }",
    );
    none("?thing { ?thing a mv:Person ; rdfs:label ?a, ?b FILTER(STR(?a) < STR(?b)) }");
}

#[test]
fn what_people_said_leads_to_things_that_are_there() {
    none(
        "?node ?thing { VALUES ?to { ix:entity ix:ratedItem } ?node ?to ?thing
        FILTER NOT EXISTS { ?thing a ?class . ?class a owl:Class } }",
    );
    none("?mention { ?mention a ix:Mention
        FILTER NOT EXISTS { ?mention ix:inConversation ?talk ; ix:entity ?thing ; ix:sentiment ?felt .
            ?talk a ix:Conversation FILTER(?felt IN (-1, 0, 1)) } }");
    none("?turn { ?turn a ix:Turn
        FILTER NOT EXISTS { ?turn ix:inConversation/a ix:Conversation ; ix:index ?n ; ix:text ?words ;
            ix:speaker ?who FILTER(?who IN ('seeker', 'recommender')) } }");
    none(
        "?rating { ?rating a ix:Rating
        FILTER NOT EXISTS { ?rating ix:ratedBy/a ix:User ; ix:ratedItem/a mv:Film ; ix:value ?value
            FILTER(?value >= 0.5 && ?value <= 5 && FLOOR(?value * 2) = ?value * 2) } }",
    );
    none("?user { ?user a ix:User FILTER NOT EXISTS { ?rating ix:ratedBy ?user } }");
}

#[test]
fn a_user_can_be_forgotten_by_dropping_one_graph() {
    none(
        "?user { GRAPH ?a { ?user a ix:User }
        GRAPH ?b { ?rating ix:ratedBy ?user } FILTER(?a != ?b) }",
    );
    none("?a ?b { GRAPH ?g { ?a a ix:User . ?b a ix:User FILTER(STR(?a) < STR(?b)) } }");
}

#[test]
fn everything_used_is_declared_and_of_the_declared_class() {
    let ontology = vocabulary::ONTOLOGY_GRAPH;
    none(&format!(
        "DISTINCT ?term {{ GRAPH ?data {{ {{ ?s ?term ?o }} UNION {{ ?s a ?term }} }}
            FILTER(!STRSTARTS(STR(?data), '{ontology}'))
            FILTER(?term NOT IN (rdf:type, rdfs:label, skos:altLabel))
            FILTER NOT EXISTS {{ VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
                ?term a ?kind }} }}"
    ));
    none(
        "?s ?p ?o { ?p rdfs:subPropertyOf?/rdfs:range ?class . ?class a owl:Class . ?s ?p ?o
        FILTER NOT EXISTS { ?o a ?class } }",
    );
    none(
        "?s ?p { ?p rdfs:subPropertyOf?/rdfs:domain mv:Film . ?s ?p ?o
        FILTER NOT EXISTS { ?s a mv:Film } }",
    );
}
