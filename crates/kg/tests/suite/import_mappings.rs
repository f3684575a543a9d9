//! The mappings that come with the ontologies, on small invented files in the formats they are for.

use std::collections::BTreeMap;

use tastegraph_kg::Mapping;

use crate::import_support::{Sandbox, repository};

fn film(sandbox: &Sandbox, id: &str) -> Vec<String> {
    sandbox.about(&format!("id:{id} "))
}

#[test]
fn every_mapping_is_understood() {
    let mut count = 0;
    for ontology in ["movies", "music"] {
        let folder = repository()
            .join("ontologies")
            .join(ontology)
            .join("mappings");
        for entry in fs_err::read_dir(&folder).expect("part of the repository") {
            let path = entry.expect("readable").path();
            if let Err(error) = Mapping::read(&path, &BTreeMap::new()) {
                panic!("{error}");
            }
            count += 1;
        }
    }
    assert!(count >= 9, "{count}");
}

#[test]
fn mappings_use_what_the_ontologies_declare() {
    let namespace = "https://w3id.org/tastegraph/";
    let ontologies = repository().join("ontologies");
    let mut checked = 0;
    for domain in ["movies", "music"] {
        let folder = ontologies.join(domain).join("mappings");
        for entry in fs_err::read_dir(&folder).expect("part of the repository") {
            let path = entry.expect("readable").path();
            let turtle = fs_err::read_to_string(&path).expect("readable");
            let parser = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle);
            for quad in parser.for_slice(turtle.as_bytes()) {
                let quad = quad.expect("valid");
                let mut names = vec![quad.predicate.as_str().to_owned()];
                if let oxigraph::model::Term::NamedNode(object) = &quad.object {
                    names.push(object.as_str().to_owned());
                }
                for name in names {
                    let local = name
                        .strip_prefix(namespace)
                        .and_then(|name| name.split_once('#'));
                    let Some((ontology, local)) = local else {
                        continue;
                    };
                    let file = ontologies.join(ontology).join("ontology.ttl");
                    // IRIs of the mapping itself have a # too.
                    let Ok(declarations) = fs_err::read_to_string(file) else {
                        continue;
                    };
                    let is_declared = declarations.lines().any(|line| {
                        let subject = line.split(&[' ', '\t'][..]).next().unwrap_or_default();
                        subject
                            .split_once(':')
                            .is_some_and(|(_, name)| name == local)
                    });
                    assert!(is_declared, "{name} in {}", path.display());
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn tmdkg_becomes_films_with_their_facts() {
    let sandbox = Sandbox::fixtures("");
    let report = sandbox.import_with("movies/mappings/tmdkg.ttl");
    assert_eq!(report.rows, 9 + 7);
    assert_eq!(
        film(&sandbox, "tmdkg/0"),
        [
            "id:tmdkg/0 a mv:Film g:tmdkg",
            "id:tmdkg/0 label \"Heat\" g:tmdkg",
            "id:tmdkg/0 mv:cast id:tmdkg/4 g:tmdkg",
            "id:tmdkg/0 mv:company id:tmdkg/6 g:tmdkg",
            "id:tmdkg/0 mv:genre id:tmdkg/3 g:tmdkg",
            "id:tmdkg/0 mv:keyword id:tmdkg/5 g:tmdkg",
            "id:tmdkg/0 mv:year \"1995\"^^xsd:integer g:tmdkg",
            "id:tmdkg/0 schema:identifier \"redial:101\" g:tmdkg",
            "id:tmdkg/0 schema:identifier \"redial:102\" g:tmdkg",
        ]
    );
    assert_eq!(film(&sandbox, "tmdkg/8").len(), 3, "a film without a year");
    let aliases = sandbox.quads();
    let aliases = aliases.iter().filter(|quad| quad.contains("altLabel"));
    assert_eq!(aliases.count(), 2);
}

#[test]
fn conversations_of_redial_mention_films_of_tmdkg() {
    let sandbox = Sandbox::fixtures("").set("split", "train,valid");
    let report = sandbox.import_with("movies/mappings/redial.ttl");
    assert_eq!(report.rows, 3);
    let graph = "g:conversations/redial";
    let talk = "id:conversation/redial-1";
    assert_eq!(
        sandbox.about(&format!("{talk}/turn-1")),
        [
            format!("{talk}/turn-1 a ix:Turn {graph}"),
            format!("{talk}/turn-1 ix:inConversation {talk} {graph}"),
            format!("{talk}/turn-1 ix:index \"1\"^^xsd:integer {graph}"),
            format!("{talk}/turn-1 ix:speaker \"seeker\" {graph}"),
            format!("{talk}/turn-1 ix:text \"Something like Heat (1995)?\" {graph}"),
            format!("{talk}/turn-1/entity-1 a ix:Mention {graph}"),
            format!("{talk}/turn-1/entity-1 ix:entity id:tmdkg/3 {graph}"),
            format!("{talk}/turn-1/entity-1 ix:inConversation {talk} {graph}"),
            format!("{talk}/turn-1/entity-1 ix:inTurn {talk}/turn-1 {graph}"),
            format!("{talk}/turn-1/entity-1 ix:role ix:Named {graph}"),
            format!("{talk}/turn-1/item-1 a ix:Mention {graph}"),
            format!("{talk}/turn-1/item-1 ix:entity id:tmdkg/0 {graph}"),
            format!("{talk}/turn-1/item-1 ix:inConversation {talk} {graph}"),
            format!("{talk}/turn-1/item-1 ix:inTurn {talk}/turn-1 {graph}"),
            format!("{talk}/turn-1/item-1 ix:role ix:Named {graph}"),
            format!("{talk}/turn-1/item-1 ix:sentiment \"1\"^^xsd:integer {graph}"),
        ]
    );
    let quads = sandbox.quads();
    for expected in [
        format!("{talk}/turn-2/item-1 ix:sentiment \"-1\"^^xsd:integer {graph}"),
        format!("{talk}/turn-2/item-1 ix:role ix:Recommended {graph}"),
        format!("id:conversation/redial-2/turn-1/item-1 ix:entity id:redial/199 {graph}"),
    ] {
        assert!(quads.contains(&expected), "{expected}");
    }
}

#[test]
fn what_is_evaluated_can_be_kept_out_of_memory() {
    let list = Sandbox::new(&[("ids.txt", "redial-2\nredial-3\trest\n")]);
    let ids = list.folder.path().join("ids.txt").display().to_string();
    let talks = |sandbox: &Sandbox| {
        let quads = sandbox.quads();
        let talks = quads
            .iter()
            .filter(|quad| quad.contains(" a ix:Conversation "));
        talks.count()
    };
    for (parameter, expected) in [("ids", 2), ("without", 1)] {
        let sandbox = Sandbox::fixtures("").set(parameter, &ids);
        sandbox.import_with("movies/mappings/redial.ttl");
        assert_eq!(talks(&sandbox), expected, "{parameter}");
    }
    let sandbox = Sandbox::fixtures("").set("ids", &ids).set("split", "valid");
    sandbox.import_with("movies/mappings/redial.ttl");
    assert_eq!(talks(&sandbox), 1);
    assert!(
        sandbox
            .quads()
            .iter()
            .all(|quad| !quad.contains("redial-1"))
    );
}

#[test]
fn a_film_has_one_name_whatever_lists_it() {
    let sandbox = Sandbox::fixtures("");
    sandbox.import_with("movies/mappings/tmdkg.ttl");
    sandbox.import_with("movies/mappings/redial-movies.ttl");
    sandbox.import_with("movies/mappings/compass.ttl");
    let heat = film(&sandbox, "tmdkg/0");
    for expected in [
        "id:tmdkg/0 mv:plot \"A thief and a detective \\\"circle\\\" each other.\" g:redial-movies",
        "id:tmdkg/0 schema:identifier \"imdb:tt0113277\" g:redial-movies",
        "id:tmdkg/0 mv:plot \"A thief plans one last job\" g:compass",
        "id:tmdkg/0 mv:cast id:tmdkg/4 g:compass",
        "id:tmdkg/0 mv:cast id:compass/3 g:compass",
        "id:tmdkg/0 mv:genre id:tmdkg/3 g:compass",
    ] {
        assert!(heat.contains(&expected.to_owned()), "{expected}: {heat:#?}");
    }
    assert!(
        film(&sandbox, "redial/199")
            .contains(&"id:redial/199 label \"An Unlisted Film\" g:redial-movies".to_owned())
    );
    assert!(
        film(&sandbox, "redial/500")
            .contains(&"id:redial/500 mv:cast id:tmdkg/4 g:compass".to_owned())
    );
}

#[test]
fn redial_as_published() {
    let sandbox = Sandbox::fixtures("redial-original");
    sandbox.import_films(&["tmdkg"]);
    sandbox.import_with("movies/mappings/redial-original.ttl");
    let talk = "id:conversation/redial-41";
    let graph = "g:conversations/redial";
    let mentions: Vec<String> = sandbox
        .about(&format!("{talk}/turn"))
        .into_iter()
        .filter(|quad| {
            [
                "ix:entity",
                "ix:role",
                "ix:sentiment",
                "ix:text",
                "ix:speaker",
            ]
            .iter()
            .any(|p| quad.contains(p))
        })
        .collect();
    assert_eq!(
        mentions,
        [
            format!("{talk}/turn-1 ix:speaker \"seeker\" {graph}"),
            format!("{talk}/turn-1 ix:text \"I loved Heat (1995) a lot\" {graph}"),
            format!("{talk}/turn-1/item-1 ix:entity id:tmdkg/0 {graph}"),
            format!("{talk}/turn-1/item-1 ix:role ix:Named {graph}"),
            format!("{talk}/turn-1/item-1 ix:sentiment \"1\"^^xsd:integer {graph}"),
            format!("{talk}/turn-2 ix:speaker \"recommender\" {graph}"),
            format!(
                "{talk}/turn-2 ix:text \"Then Ronin  (1998) or The Imaginary Heist (2003), maybe even Heat (1995)?\" {graph}"
            ),
            format!("{talk}/turn-2/item-1 ix:entity id:tmdkg/1 {graph}"),
            format!("{talk}/turn-2/item-1 ix:role ix:Recommended {graph}"),
            format!("{talk}/turn-2/item-1 ix:sentiment \"0\"^^xsd:integer {graph}"),
            format!("{talk}/turn-2/item-2 ix:entity id:redial/888 {graph}"),
            format!("{talk}/turn-2/item-2 ix:role ix:Recommended {graph}"),
            format!("{talk}/turn-2/item-3 ix:entity id:tmdkg/0 {graph}"),
            format!("{talk}/turn-2/item-3 ix:role ix:Recommended {graph}"),
            format!("{talk}/turn-2/item-3 ix:sentiment \"1\"^^xsd:integer {graph}"),
            format!("{talk}/turn-3 ix:speaker \"seeker\" {graph}"),
        ]
    );
    assert_eq!(
        film(&sandbox, "redial/888"),
        [
            "id:redial/888 a mv:Film g:redial-movies",
            "id:redial/888 label \"The Imaginary Heist\" g:redial-movies",
            "id:redial/888 mv:year \"2003\"^^xsd:integer g:redial-movies",
            "id:redial/888 schema:identifier \"redial:888\" g:redial-movies",
        ]
    );
    assert_eq!(film(&sandbox, "redial/777"), [""; 0], "Ronin is known");
    let quads = sandbox.quads();
    assert!(quads.contains(&format!("{talk} ix:seeker id:user/redial-5 {graph}")));
    assert!(quads.contains(&"id:user/redial-5 a ix:User g:user/redial-5".to_owned()));
    assert!(quads.contains(&format!(
        "id:conversation/redial-42/turn-1 ix:text \"Hi, write to me @home\" {graph}"
    )));
}

#[test]
fn inspired_as_published_and_with_few_columns() {
    let sandbox = Sandbox::fixtures("inspired");
    sandbox.import_films(&["tmdkg"]);
    let report = sandbox.import_with("movies/mappings/inspired.ttl");
    assert_eq!(report.rows, 4);
    let graph = "g:conversations/inspired";
    let talk = "id:conversation/inspired-d-1";
    let mut entities = sandbox.about(&format!("{talk}/turn"));
    entities.retain(|quad| quad.contains("ix:entity") || quad.contains("ix:role"));
    assert_eq!(
        entities,
        [
            format!("{talk}/turn-2/actor-1 ix:entity id:tmdkg/4 {graph}"),
            format!("{talk}/turn-2/actor-1 ix:role ix:Named {graph}"),
            format!("{talk}/turn-2/film-1 ix:entity id:tmdkg/0 {graph}"),
            format!("{talk}/turn-2/film-1 ix:role ix:Named {graph}"),
            format!("{talk}/turn-2/genre-1 ix:entity id:tmdkg/3 {graph}"),
            format!("{talk}/turn-2/genre-1 ix:role ix:Named {graph}"),
            format!("{talk}/turn-3/film-1 ix:entity id:tmdkg/2 {graph}"),
            format!("{talk}/turn-3/film-1 ix:role ix:Recommended {graph}"),
        ]
    );
    let quads = sandbox.quads();
    for expected in [
        format!(
            "{talk}/turn-2 ix:text \"I said \\\"Heat\\\", and crime films\\nwith Robert De Niro.\" {graph}"
        ),
        format!("{talk}/turn-2 ix:index \"2\"^^xsd:integer {graph}"),
        format!("id:conversation/inspired-d-9/line-1 ix:text \"Hello there\" {graph}"),
        format!("id:conversation/inspired-d-9/line-1 ix:index \"1\"^^xsd:integer {graph}"),
    ] {
        assert!(quads.contains(&expected), "{expected}");
    }
    let unknown = |remark: &String| remark.contains("first was \"Unknown Title (1912)\"");
    assert!(report.remarks.iter().any(unknown), "{:?}", report.remarks);
}

#[test]
fn movielens_links_films_and_keeps_users_apart() {
    let sandbox = Sandbox::fixtures("movielens");
    sandbox.import_films(&["tmdkg", "redial-movies"]);
    let report = sandbox.import_with("movies/mappings/movielens.ttl");
    assert_eq!(
        sandbox.about("id:user/movielens-1"),
        [
            "id:user/movielens-1 a ix:User g:user/movielens-1",
            "id:user/movielens-1 label \"MovieLens user 1\" g:user/movielens-1",
            "id:user/movielens-1/1 a ix:Rating g:user/movielens-1",
            "id:user/movielens-1/1 ix:ratedBy id:user/movielens-1 g:user/movielens-1",
            "id:user/movielens-1/1 ix:ratedItem id:tmdkg/0 g:user/movielens-1",
            "id:user/movielens-1/1 ix:value \"4.5\"^^xsd:decimal g:user/movielens-1",
            "id:user/movielens-1/2 a ix:Rating g:user/movielens-1",
            "id:user/movielens-1/2 ix:ratedBy id:user/movielens-1 g:user/movielens-1",
            "id:user/movielens-1/2 ix:ratedItem id:movielens/2 g:user/movielens-1",
            "id:user/movielens-1/2 ix:value \"1\"^^xsd:decimal g:user/movielens-1",
            "id:user/movielens-1/4 a ix:Rating g:user/movielens-1",
            "id:user/movielens-1/4 ix:ratedBy id:user/movielens-1 g:user/movielens-1",
            // Called otherwise, but the same at IMDb.
            "id:user/movielens-1/4 ix:ratedItem id:tmdkg/1 g:user/movielens-1",
            "id:user/movielens-1/4 ix:value \"3.5\"^^xsd:decimal g:user/movielens-1",
        ]
    );
    assert_eq!(
        film(&sandbox, "movielens/2"),
        [
            "id:movielens/2 a mv:Film g:movielens",
            "id:movielens/2 label \"Fabulous Destiny, The\" g:movielens",
            "id:movielens/2 mv:genre id:movielens/genre/sci-fi g:movielens",
            "id:movielens/2 mv:year \"1999\"^^xsd:integer g:movielens",
            "id:movielens/2 schema:identifier \"imdb:tt0000002\" g:movielens",
        ]
    );
    assert!(
        film(&sandbox, "tmdkg/0").contains(
            &"id:tmdkg/0 mv:keyword id:movielens/tag/bank%20robbery g:movielens".to_owned()
        )
    );
    assert_eq!(film(&sandbox, "movielens/4"), [""; 0], "it is id:tmdkg/1");
    assert_eq!(report.graphs.len(), 3);
}

#[test]
fn lastfm_has_a_graph_for_every_listener() {
    let sandbox = Sandbox::fixtures("lastfm").set("split", "train");
    let report = sandbox.import_with("music/mappings/lastfm.ttl");
    assert_eq!(
        sandbox.about("id:user/lastfm-0"),
        [
            "id:user/lastfm-0 a ix:User g:user/lastfm-0",
            "id:user/lastfm-0 label \"LastFM listener 0\" g:user/lastfm-0",
            "id:user/lastfm-0 mu:friend id:user/lastfm-1 g:user/lastfm-0",
            "id:user/lastfm-0/artist-7 a ix:Rating g:user/lastfm-0",
            "id:user/lastfm-0/artist-7 ix:ratedBy id:user/lastfm-0 g:user/lastfm-0",
            "id:user/lastfm-0/artist-7 ix:ratedItem id:lastfm/artist/7 g:user/lastfm-0",
            "id:user/lastfm-0/artist-7 ix:value \"5\"^^xsd:decimal g:user/lastfm-0",
        ]
    );
    assert_eq!(
        sandbox.about("id:lastfm/artist/7 mu:tag"),
        [
            "id:lastfm/artist/7 mu:tag id:lastfm/tag/0 g:lastfm",
            "id:lastfm/artist/7 mu:tag id:lastfm/tag/1 g:lastfm"
        ]
    );
    assert!(
        report
            .remarks
            .contains(&"user_likes_attributes.tsv: not there, and optional".to_owned())
    );
}
