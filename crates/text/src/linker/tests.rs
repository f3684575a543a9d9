//! Sentences and what they name.

use super::*;
use crate::{LinkReason, Matching};

/// (surface, entity, prior, year) of titles that are labels.
const TITLES: &[(&str, EntityId, f32, Option<i32>)] = &[
    ("Heat", 1, 50.0, Some(1995)),
    ("Heat", 2, 3.0, Some(1986)),
    ("The Heat", 3, 20.0, Some(2013)),
    ("The Departed", 4, 80.0, Some(2006)),
    ("It", 5, 40.0, Some(2017)),
    ("Up", 6, 60.0, Some(2009)),
    ("Her", 7, 30.0, Some(2013)),
    ("Big", 8, 20.0, Some(1988)),
    ("Seven", 9, 70.0, Some(1995)),
    ("Alien", 10, 60.0, Some(1979)),
    ("Once", 11, 10.0, Some(2007)),
    ("Drive", 12, 30.0, Some(2011)),
    ("Us", 13, 20.0, Some(2019)),
    ("Vertigo", 14, 30.0, Some(1958)),
    ("Rocky II", 15, 20.0, Some(1979)),
    ("Mad Max: Fury Road", 16, 50.0, Some(2015)),
    ("Crime Story", 17, 5.0, Some(1993)),
    ("Drama", 18, 1.0, Some(2010)),
    ("The Shawshank Redemption", 19, 99.0, Some(1994)),
    ("Crazy, Stupid, Love", 20, 9.0, Some(2011)),
    ("It Follows", 21, 9.0, Some(2014)),
    ("Amélie", 22, 30.0, Some(2001)),
    ("1917", 23, 9.0, Some(2019)),
    ("Spider-Man", 24, 40.0, Some(2002)),
    ("Lock & Load", 25, 4.0, None),
    ("Ocean's Eleven", 26, 40.0, Some(2001)),
    ("Some Like It Hot", 27, 20.0, Some(1959)),
    ("기생충", 28, 20.0, Some(2019)),
    ("Scary Movie", 29, 10.0, Some(2000)),
    ("E.T. the Extra-Terrestrial", 30, 50.0, Some(1982)),
];
const NAMES: &[(&str, EntityId, f32)] = &[
    ("Christopher Nolan", 100, 90.0),
    ("Jonathan Nolan", 101, 20.0),
    ("Alfred Hitchcock", 102, 80.0),
    ("Tom Hanks", 103, 90.0),
    ("Colin Hanks", 104, 50.0),
    ("Quentin Tarantino", 105, 80.0),
    ("Jack Black", 106, 30.0),
    ("Anna Twin", 107, 5.0),
    ("Berta Twin", 108, 5.0),
    ("Robert Downey Jr.", 109, 50.0),
];
const TERMS: &[(&str, EntityId)] = &[
    ("crime", 200),
    ("comedy", 201),
    ("thriller", 202),
    ("science fiction", 203),
    ("drama", 204),
    ("French", 205),
    ("love", 206),
    ("musical", 207),
];

fn linker() -> Linker {
    let entry = |surface: &str, entity, matching, prior, qualifier| LexiconEntry {
        surface: surface.to_owned(),
        entity,
        matching,
        preferred: true,
        prior,
        qualifier,
    };
    let titles = TITLES
        .iter()
        .map(|&(surface, id, prior, year)| entry(surface, id, Matching::Title, prior, year));
    let names = NAMES
        .iter()
        .map(|&(surface, id, prior)| entry(surface, id, Matching::Name, prior, None));
    let terms = TERMS
        .iter()
        .map(|&(surface, id)| entry(surface, id, Matching::Term, 0.0, None));
    let alias = LexiconEntry {
        preferred: false,
        ..entry("Se7en", 9, Matching::Title, 70.0, Some(1995))
    };
    Linker::new(titles.chain(names).chain(terms).chain([alias]).collect())
        .expect("the lexicon is valid")
}

/// (sentence, what is linked in it).
const SENTENCES: &[(&str, &[(&str, EntityId)])] = &[
    ("", &[]),
    (
        "I loved Heat and The Departed, but nothing too long",
        &[("Heat", 1), ("The Departed", 4)],
    ),
    (
        "i loved heat and the departed",
        &[("heat", 1), ("the departed", 4)],
    ),
    // Common words without a cue.
    ("I love it", &[]),
    ("turn the heat up", &[]),
    ("I like her", &[]),
    ("would like to see it", &[]),
    ("i like big cities", &[]),
    ("I like drive-in theatres", &[]),
    ("once upon a time I had seven dogs", &[]),
    ("Heat is what I need", &[]),
    ("it sounds like heat", &[]),
    ("I LOVE IT", &[]),
    ("between 1917 and 1980", &[]),
    ("I want a scary movie", &[]),
    ("let us go", &[]),
    // Cues: quotes, capitals, years, verbs, nouns, lists, the whole text.
    ("have you heard of \"it\"?", &[("it", 5)]),
    ("I thought Up was fine", &[("Up", 6)]),
    ("I loved Her and Us", &[("Her", 7), ("Us", 13)]),
    ("what about it (2017)?", &[("it (2017)", 5)]),
    ("maybe up 2009", &[("up 2009", 6)]),
    (
        "i watched seven, alien and once",
        &[("seven", 9), ("alien", 10), ("once", 11)],
    ),
    (
        "heat, drive and The Departed",
        &[("heat", 1), ("drive", 12), ("The Departed", 4)],
    ),
    ("i enjoyed heat and drive a lot", &[("heat", 1)]),
    ("the movie drive is great", &[("drive", 12)]),
    ("a film called big", &[("big", 8)]),
    ("something similar to alien", &[("alien", 10)]),
    ("heat", &[("heat", 1)]),
    ("i saw 1917 recently", &[("1917", 23)]),
    ("some like it hot is a classic", &[("some like it hot", 27)]),
    // Years choose.
    ("Heat (1986)", &[("Heat (1986)", 2)]),
    ("the 1986 Heat", &[("1986 Heat", 2)]),
    ("\"Heat\" (1995) please", &[("\"Heat\" (1995)", 1)]),
    ("heat from 1987 was odd", &[("heat from 1987", 2)]),
    ("something like Heat from 2010", &[("Heat", 1)]),
    // Spelling.
    ("AMELIE and amélie", &[("AMELIE", 22), ("amélie", 22)]),
    ("Ame\u{301}lie!", &[("Ame\u{301}lie", 22)]),
    (
        "spider man or Spider\u{2013}Man",
        &[("spider man", 24), ("Spider\u{2013}Man", 24)],
    ),
    ("lock and load", &[("lock and load", 25)]),
    ("I liked oceans 11", &[("oceans 11", 26)]),
    ("Rocky 2, rocky two", &[("Rocky 2", 15), ("rocky two", 15)]),
    ("I preferred Departed", &[("Departed", 4)]),
    ("he departed", &[]),
    ("mad max is fun", &[("mad max", 16)]),
    ("crazy stupid love", &[("crazy stupid love", 20)]),
    (
        "ET the extra terrestrial",
        &[("ET the extra terrestrial", 30)],
    ),
    ("Se7en rocks", &[("Se7en", 9)]),
    ("🎬기생충!", &[("기생충", 28)]),
    (
        "I loved _Heat_.Vertigo too",
        &[("Heat", 1), ("Vertigo", 14)],
    ),
    // Boundaries.
    ("preheated vertigos", &[]),
    ("I don't love it. Follows me", &[]),
    ("it follows me", &[("it follows", 21)]),
    // Terms.
    (
        "French comedies and thrillers",
        &[("French", 205), ("comedies", 201), ("thrillers", 202)],
    ),
    (
        "Science-fiction musicals",
        &[("Science-fiction", 203), ("musicals", 207)],
    ),
    ("a good drama", &[("drama", 204)]),
    ("i like drama", &[("drama", 204)]),
    ("the movie \"Drama\"", &[("Drama", 18)]),
    ("a crime story", &[("crime", 200)]),
    (
        "i loved crime story, not crime",
        &[("crime story", 17), ("crime", 200)],
    ),
    ("stories about love", &[("love", 206)]),
    // Names.
    ("Nolan's films", &[("Nolan", 100)]),
    ("nolan", &[("nolan", 100)]),
    ("we met nolan there", &[]),
    ("something by nolan", &[("nolan", 100)]),
    (
        "Hitchcock's Vertigo",
        &[("Hitchcock", 102), ("Vertigo", 14)],
    ),
    ("anything by Hanks", &[]),
    (
        "tom hanks; hanks is great",
        &[("tom hanks", 103), ("hanks", 103)],
    ),
    ("with Twin", &[]),
    ("with Gregor Tarantino", &[]),
    ("not by Tarantino", &[("Tarantino", 105)]),
    ("all with Jack Black", &[("Jack Black", 106)]),
    ("Downey acts", &[("Downey", 109)]),
    // Misspellings.
    (
        "I liked Shawshenk Redemption",
        &[("Shawshenk Redemption", 19)],
    ),
    (
        "i loved the shawshenk redemtion so much",
        &[("the shawshenk redemtion", 19)],
    ),
    (
        "The Shawshenk Redemption (1994)!",
        &[("The Shawshenk Redemption (1994)", 19)],
    ),
    ("films with Qentin Tarantino", &[("Qentin Tarantino", 105)]),
    (
        "i liked heat and shawshank redemptoin",
        &[("heat", 1), ("shawshank redemptoin", 19)],
    ),
    ("we walked to the shawshenk redemption", &[]),
];
#[test]
fn links_sentences() {
    let linker = linker();
    let mut wrong = Vec::new();
    for &(text, expected) in SENTENCES {
        let links = linker.link(text).links;
        let found: Vec<_> = links
            .iter()
            .map(|link| (&text[link.span.clone()], link.entity))
            .collect();
        if found != expected {
            wrong.push((text, expected, links));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn says_what_a_link_rests_on() {
    let linker = linker();
    for (text, reason) in [
        ("I saw Vertigo", LinkReason::Exact),
        ("I saw Se7en", LinkReason::Alias),
        ("I saw Departed", LinkReason::Alias),
        ("I saw Heat (1986)", LinkReason::Qualifier),
        (
            "I saw Shawshenk Redemtion",
            LinkReason::Fuzzy { distance: 2 },
        ),
        ("Nolan", LinkReason::ShortForm),
        ("thrillers", LinkReason::Inflected),
    ] {
        let links = linker.link(text).links;
        assert_eq!(
            links.iter().map(|link| link.reason).collect::<Vec<_>>(),
            [reason],
            "{text}"
        );
    }
}

#[test]
fn scores_order_by_confidence() {
    let linker = linker();
    let score = |text: &str| linker.link(text).links[0].score;
    assert!((score("Vertigo (1958)") - 1.0).abs() < f32::EPSILON);
    assert!(score("I saw The Departed") > score("I saw Departed"));
    assert!(score("I saw Heat (1995)") > score("I saw Heat"));
    assert!(score("I saw Heat") > score("I saw Heat (2020)"));
    assert!(score("Shawshank Redemption") > score("Shawshenk Redemption"));
    assert!(score("Christopher Nolan") > score("Nolan"));
}

#[test]
fn a_contradicting_year_in_brackets_belongs_to_the_span() {
    let text = "I saw Heat (2020)";
    let links = linker().link(text).links;
    assert_eq!(
        (&text[links[0].span.clone()], links[0].entity),
        ("Heat (2020)", 1)
    );
    let alias = linker().link("I saw Se7en (2020)");
    assert_eq!(alias.links, []);
}

#[test]
fn lists_the_alternatives() {
    let linker = linker();
    assert_eq!(linker.link("I saw Heat").links[0].alternatives, [2]);
    assert_eq!(linker.link("I saw Heat (1986)").links[0].alternatives, [1]);
    assert_eq!(linker.link("a drama").links[0].alternatives, [18]);
    assert_eq!(linker.link("Nolan").links[0].alternatives, [101]);
    assert_eq!(
        linker.link("I saw Vertigo").links[0].alternatives,
        [] as [EntityId; 0]
    );
}

#[test]
fn reports_names_that_it_does_not_know() {
    let linker = linker();
    let cases: &[(&str, &[&str])] = &[
        ("I liked Blorbo Returns", &["Blorbo Returns"]),
        ("I liked Heat and Blorbo Returns", &["Blorbo Returns"]),
        ("Hitchcock's Blorbo Returns", &["Blorbo Returns"]),
        ("I liked \"blorbo\"", &["blorbo"]),
        ("I liked Blorbo", &["Blorbo"]),
        ("movies by Twin", &["Twin"]),
        ("I liked The Departed", &[]),
        ("i liked blorbo returns", &["blorbo returns"]),
        ("i liked the way it went", &[]),
        ("i liked heat and the blorbo", &["the blorbo"]),
    ];
    for (text, expected) in cases {
        let unlinked = linker.link(text).unlinked;
        let found: Vec<_> = unlinked.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(found, *expected, "{text}");
        assert!(
            unlinked
                .iter()
                .all(|span| text[span.span.clone()] == span.text)
        );
    }
}

#[test]
fn an_empty_lexicon_finds_nothing() {
    let linker = Linker::new(Vec::new()).expect("nothing can be wrong with it");
    assert_eq!(linker.link("I saw Heat").links, []);
    assert_eq!(format!("{linker:?}"), "Linker { surfaces: 0, .. }");
}

#[test]
fn is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&linker());
}
