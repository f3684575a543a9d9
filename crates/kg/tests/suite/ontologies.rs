//! Every folder in `ontologies` is whole: what lies in it parses, fits together and runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tastegraph_kg::{
    KnowledgeGraph, LoadOptions, QueryAnswer, QueryFile, QueryOptions, VerifyOptions, vocabulary,
};

use crate::support::{column, domains, files, load_domain, memory, repository, rows};

/// Data with which the queries of each folder have an answer.
const EXAMPLES: [(&str, &str); 2] = [("movies", "kg"), ("music", "tests/fixtures/music")];

fn folders() -> Vec<PathBuf> {
    let entries = fs_err::read_dir(repository().join("ontologies")).expect("it is there");
    let mut folders: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    let name = folder.file_name().expect("a folder has a name");
    name.to_string_lossy().into_owned()
}

fn example(domain: &str) -> KnowledgeGraph {
    let (_, data) = EXAMPLES
        .iter()
        .find(|(name, _)| *name == domain)
        .unwrap_or_else(|| panic!("no example data for {domain}"));
    load_domain(domain, &[repository().join(data)])
}

#[test]
fn every_folder_has_an_ontology_and_all_its_turtle_parses() {
    for folder in folders() {
        assert!(
            folder.join("ontology.ttl").is_file(),
            "{}",
            folder.display()
        );
        for file in files(&folder, "ttl") {
            let options = LoadOptions::default();
            let report = memory()
                .load_file(&file, &options)
                .unwrap_or_else(|error| panic!("{error}"));
            assert!(report.triples > 0, "{} is empty", file.display());
        }
    }
}

#[test]
fn every_domain_has_a_complete_profile() {
    assert_eq!(domains(), ["movies", "music"]);
    for domain in domains() {
        let graph = load_domain(&domain, &[]);
        let profile = graph
            .profile()
            .unwrap_or_else(|error| panic!("{domain}: {error}"));
        assert_eq!(profile.items.len(), 1, "{domain}");
        assert_ne!(profile.item_name, "item", "{domain} says what an item is");
        assert!(
            !profile.edges.is_empty() && profile.links.len() == 2,
            "{domain}"
        );
        // Loaded without data, everything is missing; what the profile says must hold together.
        let report = graph.verify(&VerifyOptions::default()).expect("no rules");
        let own = report.findings.iter().map(|finding| finding.check.as_str());
        let own: BTreeSet<_> = own.collect();
        let missing = BTreeSet::from(["class-not-in-data", "predicate-not-in-data"]);
        assert!(own.is_subset(&missing), "{domain}: {own:?}");
    }
}

#[test]
fn profiles_use_only_terms_that_are_declared() {
    for domain in domains() {
        let undeclared = format!(
            "SELECT DISTINCT ?term {{
                GRAPH ?profile {{ {{ ?s ?p ?term }} UNION {{ ?s ?term ?o }} UNION {{ ?s a ?term }} }}
                FILTER(STRENDS(STR(?profile), '/profile') && ISIRI(?term))
                FILTER(STRSTARTS(STR(?term), 'https://w3id.org/tastegraph/') && CONTAINS(STR(?term), '#'))
                BIND(IRI(CONCAT('{}', '/', IF(STRSTARTS(STR(?term), STR(tp:)), 'profile',
                    STRBEFORE(STRAFTER(STR(?term), 'tastegraph/'), '#')), '/ontology')) AS ?ontology)
                FILTER NOT EXISTS {{ GRAPH ?ontology {{ ?term a ?type }} }}
            }}",
            vocabulary::ONTOLOGY_GRAPH
        );
        let found = column(&load_domain(&domain, &[]), &undeclared);
        assert_eq!(found, Vec::<String>::new(), "{domain}");
    }
}

#[test]
fn every_term_is_documented() {
    let bare = "SELECT ?term {
        VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty }
        ?term a ?kind
        FILTER(STRSTARTS(STR(?term), 'https://w3id.org/tastegraph/') && !STRSTARTS(STR(?term), STR(tp:)))
        FILTER NOT EXISTS { ?term rdfs:label ?label ; rdfs:comment ?comment
            FILTER(LANG(?label) = 'en' && LANG(?comment) = 'en') }
    }";
    let vague = "SELECT ?property {
        VALUES ?side { rdfs:domain rdfs:range }
        ?property ?side ?class
        FILTER(STRSTARTS(STR(?class), 'https://w3id.org/tastegraph/'))
        FILTER NOT EXISTS { ?class a owl:Class }
    }";
    for domain in domains() {
        let graph = load_domain(&domain, &[]);
        for query in [bare, vague] {
            assert_eq!(column(&graph, query), Vec::<String>::new(), "{domain}");
        }
    }
}

#[test]
fn the_profile_of_music_uses_all_that_is_declared() {
    let unused = "SELECT ?property {
        VALUES ?type { owl:ObjectProperty owl:DatatypeProperty } ?property a ?type
        FILTER(STRSTARTS(STR(?property), 'https://w3id.org/tastegraph/music#'))
        FILTER NOT EXISTS { GRAPH ?profile { ?rule ?p ?property } FILTER(STRENDS(STR(?profile), '/profile')) }
    }";
    assert_eq!(
        column(&load_domain("music", &[]), unused),
        Vec::<String>::new()
    );
}

/// The files of one kind in the folders that a graph of this domain is loaded with.
fn companions(domain: &str, kind: &str) -> Vec<QueryFile> {
    [domain, "interactions"]
        .iter()
        .flat_map(|name| files(&repository().join("ontologies").join(name).join(kind), "rq"))
        .map(|file| QueryFile::read(file).expect("readable"))
        .collect()
}

#[test]
fn names_of_rules_and_queries_tell_them_apart() {
    for kind in ["rules", "queries"] {
        let mut names = BTreeSet::new();
        for folder in folders() {
            for file in files(&folder.join(kind), "rq") {
                let query = QueryFile::read(&file).expect("readable");
                assert!(names.insert(query.name.clone()), "{} twice", query.name);
            }
        }
        assert!(names.len() > 20, "{kind}: {names:?}");
    }
}

#[test]
fn every_rule_runs_and_says_what_it_checks() {
    for domain in domains() {
        for rule in companions(&domain, "rules") {
            assert!(rule.header.contains_key("title"), "{}", rule.path.display());
        }
        let folders = [domain.as_str(), "interactions"];
        let rules = folders.map(|name| repository().join("ontologies").join(name).join("rules"));
        let options = VerifyOptions {
            rules: rules.to_vec(),
            ..VerifyOptions::default()
        };
        let graph = example(&domain);
        let with = graph.verify(&options).expect("all rules are good");
        let without = graph.verify(&VerifyOptions::default()).expect("no rules");
        assert_eq!(
            with.checks - without.checks,
            companions(&domain, "rules").len()
        );
    }
}

#[test]
fn every_query_has_a_title_and_an_answer() {
    // Twelve invented listeners rate too little for these to find anything.
    let quiet = [
        "best-rated",
        "best-received",
        "most-divisive",
        "named-together",
    ];
    for domain in domains() {
        let graph = example(&domain);
        for query in companions(&domain, "queries") {
            let place = format!("{domain}: {}", name(&query.path));
            let keys: Vec<_> = query.header.keys().map(String::as_str).collect();
            assert_eq!(keys, ["title"], "{place}");
            let answer = graph
                .query(&query.sparql, &QueryOptions::default())
                .unwrap_or_else(|error| panic!("{place}: {error}"));
            let expected = domain == "music" && quiet.contains(&query.name.as_str());
            assert_eq!(answer.is_empty(), expected, "{place}");
        }
    }
}

/// A column of a query of an ontology, as numbers.
fn numbers<N: std::str::FromStr>(
    graph: &KnowledgeGraph,
    ontology: &str,
    query: &str,
    column: &str,
) -> Vec<N> {
    let file = repository().join(format!("ontologies/{ontology}/queries/{query}.rq"));
    let query = QueryFile::read(file).expect("it is there");
    let rows = match graph.query(&query.sparql, &QueryOptions::default()) {
        Ok(QueryAnswer::Rows(rows)) => rows,
        other => panic!("expected rows, got {other:?}"),
    };
    let place = rows.variables.iter().position(|name| name == column);
    let place = place.unwrap_or_else(|| panic!("no column {column} in {:?}", rows.variables));
    rows.rows
        .iter()
        .map(|row| {
            let value = row[place].as_ref().map(KnowledgeGraph::display);
            value.and_then(|text| text.parse().ok()).expect("a number")
        })
        .collect()
}

fn sum(graph: &KnowledgeGraph, ontology: &str, query: &str, column: &str) -> usize {
    numbers::<usize>(graph, ontology, query, column)
        .iter()
        .sum()
}

/// How many instances a class has, in all graphs.
fn instances(graph: &KnowledgeGraph, class: &str) -> usize {
    let query = format!("SELECT DISTINCT ?s {{ GRAPH ?g {{ ?s a {class} }} }}");
    rows(graph, &query).rows.len()
}

#[test]
fn what_the_queries_count_adds_up() {
    let graph = example("movies");
    for (ontology, query, counts, class) in [
        ("movies", "films-by-decade", "films", "mv:Film"),
        ("interactions", "users-by-ratings", "ratings", "ix:Rating"),
        (
            "interactions",
            "conversation-lengths",
            "conversations",
            "ix:Conversation",
        ),
        (
            "interactions",
            "roles-and-feelings",
            "mentions",
            "ix:Mention",
        ),
    ] {
        let counted = sum(&graph, ontology, query, counts);
        assert_eq!(counted, instances(&graph, class), "{query}");
    }
    let turns: Vec<usize> = numbers(&graph, "interactions", "conversation-lengths", "turns");
    let talks: Vec<usize> = numbers(
        &graph,
        "interactions",
        "conversation-lengths",
        "conversations",
    );
    let said: usize = turns
        .iter()
        .zip(&talks)
        .map(|(turns, talks)| turns * talks)
        .sum();
    assert_eq!(said, instances(&graph, "ix:Turn"));
    let averages: Vec<f64> = numbers(&graph, "interactions", "best-rated", "average");
    assert!(averages.is_sorted_by(|a, b| a >= b), "{averages:?}");
}

#[test]
fn the_queries_of_music_count_what_is_written_in_the_fixture() {
    let graph = example("music");
    let artists = instances(&graph, "mu:Artist");
    for query in ["artists-by-decade", "artists-by-country"] {
        assert_eq!(sum(&graph, "music", query, "artists"), artists, "{query}");
    }
    // By hand: Ana and Bo, Ana and Cleo, Cleo and Hal, Fin and Gus, Kay and Lou like two artists both,
    // Dee and Eli, Hal and Ida one, Jon and Kay none.
    let both: Vec<usize> = numbers(&graph, "music", "friends-alike", "both");
    assert_eq!(both, [2, 2, 2, 2, 2, 1, 1]);
    // Every family has artists, and the tag on most of them is "dreamy".
    let artists: Vec<usize> = numbers(&graph, "music", "tag-families", "artists");
    assert!(artists.iter().all(|&count| count > 0), "{artists:?}");
    let artists: Vec<usize> = numbers(&graph, "music", "most-used-tags", "artists");
    assert_eq!(artists[0], 9);
}
