//! Profiles: what is read of them, and what is said of incomplete ones.

use tastegraph_kg::{FilterKind, KgError, Matching};

use crate::support::{PREFIXES, PROFILE, books, load, memory};

#[test]
fn every_rule_is_read() {
    let profile = books("").profile().expect("complete");
    let iri = |local: &str| format!("http://example.org/{local}");
    assert_eq!(profile.item_name, "book");
    assert_eq!(profile.items, [iri("Book")]);
    assert_eq!(profile.users, [iri("Reader")]);
    assert_eq!(profile.conversations, [iri("Talk")]);
    assert_eq!(profile.aliases, [iri("alias")]);
    assert_eq!(profile.texts, [iri("blurb")]);
    assert_eq!(profile.qualifier, Some(iri("published")));
    assert_eq!(profile.prefixes["bk"], iri(""));
    let classes: Vec<_> = profile
        .classes
        .iter()
        .map(|rule| (rule.name.as_str(), rule.matching, rule.strict))
        .collect();
    assert_eq!(
        classes,
        [
            ("author", Matching::Name, false),
            ("language", Matching::Term, true)
        ]
    );
    let link = &profile.links[0];
    assert_eq!((link.positive_from, link.negative_to), (1.0, -1.0));
    assert_eq!(profile.utterances[0].order, Some(iri("number")));
    let filters: Vec<_> = profile
        .filters
        .iter()
        .map(|rule| (rule.name.as_str(), rule.kind, rule.phrases.len()))
        .collect();
    assert_eq!(
        filters,
        [
            ("pages", FilterKind::Number, 0),
            ("year", FilterKind::Year, 1)
        ]
    );
}

#[test]
fn what_may_be_left_out_has_a_default() {
    let graph = memory();
    load(
        &graph,
        "ex:profile a tp:Profile ; tp:itemClass ex:Book ;
            tp:edge [ tp:property ex:p ; tp:name \"topic\" ] ;
            tp:link [ tp:of ex:L ; tp:from ex:f ; tp:to ex:t ; tp:name \"rated\" ] .",
    );
    let profile = graph.profile().expect("complete");
    assert_eq!(profile.item_name, "item");
    let edge = &profile.edges[0];
    assert_eq!(
        (edge.inverse_name.as_str(), edge.weight, edge.walk),
        ("topic of", 1.0, true)
    );
    let link = &profile.links[0];
    assert_eq!(link.inverse_name, "rated by");
    assert_eq!(
        (link.positive_from, link.negative_to),
        (f64::INFINITY, f64::NEG_INFINITY)
    );
}

#[test]
fn profiles_add_up() {
    let graph = books("");
    load(
        &graph,
        "ex:more a tp:Profile ; tp:itemClass ex:Comic ; tp:label rdfs:label ;
            tp:edge [ tp:property ex:artist ; tp:name \"drawn by\" ] .",
    );
    let profile = graph.profile().expect("complete");
    assert_eq!(profile.items.len(), 2);
    assert_eq!(profile.labels.len(), 1, "named twice, kept once");
    assert_eq!(profile.edges.len(), 3);
    assert_eq!(
        profile.item_name, "book",
        "a profile that names none takes none away"
    );
}

fn problem(turtle: &str) -> String {
    let graph = memory();
    load(&graph, turtle);
    let error = graph.profile().expect_err(turtle);
    assert!(matches!(error, KgError::Profile(_)), "{error}");
    error.to_string()
}

#[test]
fn a_graph_without_profile_says_how_to_get_one() {
    let message = problem("ex:a ex:p ex:b .");
    assert!(message.contains("tastegraph load --ontology"), "{message}");
}

#[test]
fn incomplete_rules_are_named() {
    // What is wrong, and the words that must occur in the message.
    let cases: &[(&str, &[&str])] = &[
        ("tp:label rdfs:label", &["tp:itemClass"]),
        (
            "tp:edge ex:rule . ex:rule tp:name \"x\"",
            &["http://example.org/rule", "tp:property"],
        ),
        (
            "tp:edge ex:rule . ex:rule tp:property ex:p",
            &["http://example.org/rule", "tp:name"],
        ),
        (
            "tp:link ex:rule . ex:rule tp:name \"x\" ; tp:of ex:C ; tp:from ex:f",
            &["rule", "tp:to"],
        ),
        (
            "tp:utterance ex:rule . ex:rule tp:of ex:C ; tp:from ex:f",
            &["rule", "tp:text"],
        ),
        (
            "tp:class ex:rule . ex:rule tp:of ex:C ; tp:name \"c\"",
            &["rule", "tp:matching"],
        ),
        (
            "tp:class [ tp:of ex:C ; tp:name \"c\" ; tp:matching tp:Guess ]",
            &["profile#Guess", "tp:Phrase"],
        ),
        (
            "tp:filter [ tp:property ex:p ; tp:name \"f\" ; tp:kind ex:Odd ]",
            &["http://example.org/Odd", "tp:Minutes"],
        ),
        (
            "tp:filter ex:rule . ex:rule tp:property ex:p ; tp:name \"f\"",
            &["rule", "tp:kind"],
        ),
        (
            "tp:prefix ex:rule . ex:rule tp:name \"p\"",
            &["rule", "tp:namespace"],
        ),
        ("tp:edge \"text\"", &["tp:edge", "\"text\""]),
        ("tp:qualifier \"text\"", &["tp:qualifier", "\"text\""]),
        (
            "tp:itemName ex:Book",
            &["tp:itemName", "http://example.org/Book"],
        ),
        (
            "tp:edge [ tp:property ex:p ; tp:name \"by\" ; tp:weight 0 ]",
            &["\"by\"", "above 0"],
        ),
        (
            "tp:edge [ tp:property ex:p ; tp:name \"by\" ; tp:weight -1 ]",
            &["\"by\"", "above 0"],
        ),
        (
            "tp:edge [ tp:property ex:p ; tp:name \"by\" ; tp:weight \"NaN\" ]",
            &["\"by\"", "above 0"],
        ),
        (
            "tp:edge [ tp:property ex:p ; tp:name \"by\" ; tp:weight \"much\" ]",
            &["tp:weight", "much"],
        ),
        (
            "tp:edge [ tp:property ex:p ; tp:name \"by\" ; tp:walk \"maybe\" ]",
            &["tp:walk", "maybe"],
        ),
    ];
    for (turtle, words) in cases {
        let message = problem(&format!("ex:profile a tp:Profile ; {turtle} ."));
        for word in *words {
            assert!(message.contains(word), "{word} is not in: {message}");
        }
    }
}

#[test]
fn equal_profiles_are_equal_values() {
    // Two values where one is expected, and two rules for one property: any choice is good as
    // long as it is always the same. Blank nodes get new names with every load.
    let doubtful = "ex:profile tp:itemName \"tome\" , \"volume\" ; tp:qualifier ex:edition ;
        tp:edge [ tp:property ex:writer ; tp:name \"penned by\" ] ,
                [ tp:property ex:writer ; tp:name \"authored by\" ] ;
        tp:link [ tp:of ex:Mention ; tp:from ex:inTalk ; tp:to ex:other ; tp:name \"hints at\" ] ;
        tp:class [ tp:of ex:Author ; tp:name \"writer\" ; tp:matching tp:Phrase ] ;
        tp:filter [ tp:property ex:pages ; tp:name \"length\" ; tp:kind tp:Number ;
                    tp:phrase [ tp:text \"short\" ; tp:maximum 200 ] ,
                              [ tp:text \"short\" ; tp:maximum 100 ] ] .";
    let read = |parts: [&str; 2]| {
        let graph = memory();
        for part in parts {
            let turtle = format!("{PREFIXES}{part}");
            graph
                .load_str(&turtle, "x.ttl", &tastegraph_kg::LoadOptions::default())
                .expect("valid");
        }
        graph.profile().expect("complete")
    };
    let first = read([PROFILE, doubtful]);
    for _ in 0..8 {
        assert_eq!(read([doubtful, PROFILE]), first);
        assert_eq!(read([PROFILE, doubtful]), first);
    }
}
