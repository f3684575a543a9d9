//! When the answer rests on less than what was asked.

use tastegraph_retrieval::{Fallback, Parameters};

use crate::support::{World, at_most};

#[test]
fn nothing_said_gives_the_most_popular() {
    let world = World::new();
    let found = world.ask("");
    assert_eq!(found.fallback, Some(Fallback::Popularity));
    // Four named Heat; a dislike is no fan, and two mentions in one conversation are one.
    assert_eq!(world.iris(&found)[0], "i/heat");
    let popularity = |iri| world.candidate(&found, iri).stages.popularity;
    let total = 5.0 + 5.0 * 2.0 + 2.0 * 1.0;
    assert!((popularity("i/heat") - 5.0 / total).abs() < 1e-6);
    for iri in ["i/airplane", "i/amelie", "i/ronin", "i/serpico", "i/town"] {
        assert!((popularity(iri) - 2.0 / total).abs() < 1e-6, "{iri}");
    }
    assert!((popularity("i/hermit") - 1.0 / total).abs() < 1e-6);
}

#[test]
fn popularity_answers_even_where_it_has_no_share() {
    let world = World::new();
    let parameters = Parameters {
        popularity_weight: 0.0,
        ..Parameters::default()
    };
    let found = world.ask_with("", &parameters);
    assert_eq!(world.iris(&found)[0], "i/heat");
    let sum: f32 = found
        .candidates
        .iter()
        .map(|candidate| candidate.score)
        .sum();
    assert!((sum - 1.0).abs() < 1e-5, "{sum}");
}

#[test]
fn without_a_name_similar_words_stand_in() {
    let world = World::new();
    let found = world.ask("a bank robbery please");
    assert_eq!(found.fallback, Some(Fallback::SimilarText));
    let iris = world.iris(&found);
    assert!(
        iris[..2].contains(&"i/heat") && iris[..2].contains(&"i/town"),
        "{iris:?}"
    );
}

#[test]
fn words_are_not_read_where_they_have_no_share() {
    let world = World::new();
    let parameters = Parameters {
        text_weight: 0.0,
        similar_text_weight: 0.0,
        ..Parameters::default()
    };
    let found = world.ask_with("a bank robbery please", &parameters);
    assert_eq!(found.fallback, Some(Fallback::Popularity));
}

#[test]
fn conditions_of_the_seeker_alone_are_understood() {
    let world = World::new();
    let found = world.ask("I want something French");
    assert_eq!(found.fallback, None);
    let found = world.ask("no comedy");
    assert_eq!(found.fallback, None);
    assert_eq!(
        world.iris(&found)[0],
        "i/heat",
        "the most popular that is none"
    );
}

#[test]
fn what_is_in_the_graph_is_no_fallback() {
    let world = World::new();
    for text in ["I loved Heat", "I like comedies", "anything with Al Pacino"] {
        assert_eq!(world.ask(text).fallback, None, "{text}");
    }
}

#[test]
fn nothing_matches_comes_before_the_other_reasons() {
    let world = World::new();
    let found = world.under(&[at_most("year", 1900.0)]);
    assert_eq!(found.fallback, Some(Fallback::NothingMatches));
}

#[test]
fn names_are_stable_and_explanations_differ() {
    let all = [
        Fallback::SimilarText,
        Fallback::Popularity,
        Fallback::NothingMatches,
    ];
    assert_eq!(
        all.map(Fallback::name),
        ["similar_text", "popularity", "nothing_matches"]
    );
    let [a, b, c] = all.map(Fallback::explanation);
    assert!(a != b && b != c && a != c);
}
