//! The view of a graph through a profile.

use std::collections::BTreeMap;

use tastegraph_kg::{KgError, Matching, ProjectedKind, ProjectedNode, Projection};

use crate::support::{books, project};

const LIBRARY: &str = "
ex:emma a ex:Book ; rdfs:label \"Emma\" ; ex:writer ex:austen ; ex:tongue ex:english ;
    ex:published 1815 ; ex:pages 474 ; ex:blurb \"Z\" , \"A\" .
ex:austen a ex:Author ; rdfs:label \"Jane Austen\" .
ex:english a ex:Tongue ; rdfs:label \"English\" .
ex:talk a ex:Talk . ex:ann a ex:Reader .
";

fn node<'a>(projection: &'a Projection, local: &str) -> &'a ProjectedNode {
    let iri = format!("http://example.org/{local}");
    projection
        .nodes
        .iter()
        .find(|node| node.iri == iri)
        .unwrap_or_else(|| panic!("{iri} is not projected"))
}

/// Edges as "from relation to polarity", with the last parts of the IRIs.
fn edges(projection: &Projection) -> Vec<String> {
    let local = |iri: &str| iri.rsplit('/').next().unwrap_or_default().to_owned();
    projection
        .edges
        .iter()
        .map(|edge| {
            format!(
                "{} {} {} {}",
                local(&projection.nodes[edge.from as usize].iri),
                projection.relations[edge.relation as usize].name,
                local(&projection.nodes[edge.to as usize].iri),
                edge.polarity
            )
        })
        .collect()
}

#[test]
fn nodes_are_ordered_by_kind_and_iri() {
    let projection = project(&books(LIBRARY));
    let nodes: Vec<_> = projection
        .nodes
        .iter()
        .map(|node| (node.kind, node.class.as_str(), node.label.as_str()))
        .collect();
    assert_eq!(
        nodes,
        [
            (ProjectedKind::Item, "book", "Emma"),
            (ProjectedKind::Entity, "author", "Jane Austen"),
            (ProjectedKind::Entity, "language", "English"),
            (ProjectedKind::Conversation, "conversation", "talk"),
            (ProjectedKind::User, "user", "ann"),
        ]
    );
    assert_eq!(node(&projection, "emma").matching, Matching::Title);
    assert_eq!(node(&projection, "austen").matching, Matching::Name);
    assert!(node(&projection, "english").strict && !node(&projection, "austen").strict);
}

#[test]
fn relations_are_edges_then_links() {
    let projection = project(&books(LIBRARY));
    let relations: Vec<_> = projection
        .relations
        .iter()
        .map(|r| (r.name.as_str(), r.inverse_name.as_str(), r.weight, r.walk))
        .collect();
    assert_eq!(
        relations,
        [
            ("language", "language of", 1.0, false),
            ("written by", "wrote", 0.5, true),
            ("mentions", "mentions by", 1.0, true),
        ]
    );
    assert_eq!(
        edges(&projection),
        ["emma language english 0", "emma written by austen 0"]
    );
}

#[test]
fn a_node_of_two_kinds_is_an_item_first() {
    let projection = project(&books("ex:x a ex:Author , ex:Book , ex:Reader ."));
    assert_eq!(projection.nodes.len(), 1);
    assert_eq!(projection.nodes[0].kind, ProjectedKind::Item);
}

#[test]
fn a_statement_in_two_graphs_counts_once() {
    let graph = books(LIBRARY);
    let turtle = format!("{}{LIBRARY}", crate::support::PREFIXES);
    graph
        .load_str(&turtle, "x.ttl", &crate::support::into_graph("copy"))
        .expect("valid");
    assert_eq!(project(&graph), project(&books(LIBRARY)));
}

#[test]
fn values_decide_the_polarity_of_links() {
    let mention = |name: &str, felt: &str| {
        format!(
            "ex:{name} a ex:Book . [] a ex:Mention ; ex:inTalk ex:talk ; ex:about ex:{name} {felt} .\n"
        )
    };
    let turtle = [
        "ex:talk a ex:Talk .".to_owned(),
        mention("liked", "; ex:felt 1"),
        mention("loved", "; ex:felt 2.5"),
        mention("disliked", "; ex:felt -1"),
        mention("indifferent", "; ex:felt 0"),
        mention("unsaid", ""),
    ]
    .concat();
    assert_eq!(
        edges(&project(&books(&turtle))),
        [
            "talk mentions disliked -1",
            "talk mentions indifferent 0",
            "talk mentions liked 1",
            "talk mentions loved 1",
            "talk mentions unsaid 0",
        ]
    );
}

#[test]
fn what_is_said_often_is_one_edge() {
    let mention = |name: &str, felt: i32| {
        format!("[] a ex:Mention ; ex:inTalk ex:talk ; ex:about ex:{name} ; ex:felt {felt} .\n")
    };
    let turtle = [
        "ex:talk a ex:Talk . ex:a a ex:Book . ex:b a ex:Book . ex:c a ex:Book .\n".to_owned(),
        mention("a", 1) + &mention("a", 1) + &mention("a", -1),
        mention("b", 0) + &mention("b", -1),
        mention("c", 1) + &mention("c", -1),
    ]
    .concat();
    let expected = [
        "talk mentions a 1",
        "talk mentions b -1",
        "talk mentions c 0",
    ];
    // Blank nodes get new names, and thus another order, with every load.
    for _ in 0..8 {
        assert_eq!(edges(&project(&books(&turtle))), expected);
    }
}

#[test]
fn links_with_a_loose_end_are_left_out() {
    let turtle = "ex:talk a ex:Talk . ex:emma a ex:Book .
        [] a ex:Mention ; ex:inTalk ex:talk .
        [] a ex:Mention ; ex:about ex:emma .
        [] a ex:Mention ; ex:inTalk ex:talk ; ex:about ex:unknown .
        [] a ex:Mention ; ex:inTalk ex:unknown ; ex:about ex:emma .";
    assert!(edges(&project(&books(turtle))).is_empty());
}

#[test]
fn utterances_stand_in_their_order() {
    let turtle = "ex:talk a ex:Talk .
        ex:t9 a ex:Turn ; ex:inTalk ex:talk ; ex:number 2 ; ex:words \"second\" .
        ex:t1 a ex:Turn ; ex:inTalk ex:talk ; ex:number 10 ; ex:words \"tenth\" .
        [] a ex:Turn ; ex:inTalk ex:talk ; ex:number 1 ; ex:words \"first\" .
        ex:t3 a ex:Turn ; ex:inTalk ex:talk ; ex:words \"without a number\" .
        ex:t4 a ex:Turn ; ex:inTalk ex:talk ; ex:number 3 .";
    let projection = project(&books(turtle));
    assert_eq!(
        node(&projection, "talk").texts,
        ["first", "second", "tenth", "without a number"]
    );
}

#[test]
fn plain_and_english_labels_come_first_and_the_rest_are_aliases() {
    let turtle = "
        ex:a a ex:Book ; rdfs:label \"Die Pest\"@de , \"The Plague\"@en , \"La Peste\"@fr ;
            ex:alias \"Plague\" , \"The Plague\" .
        ex:b a ex:Book ; rdfs:label \"British\"@en-GB , \"Plain\" .
        ex:c a ex:Book ; rdfs:label \"Zuletzt\"@de , \"Dernier\"@fr .
        ex:the-sea_wolf a ex:Book .";
    let projection = project(&books(turtle));
    let names = |local| {
        let node = node(&projection, local);
        (node.label.clone(), node.aliases.join("|"))
    };
    let expected = |label: &str, aliases: &str| (label.to_owned(), aliases.to_owned());
    // Nothing is named twice: the alias that equals the label is gone.
    assert_eq!(
        names("a"),
        expected("The Plague", "Die Pest|La Peste|Plague")
    );
    assert_eq!(names("b"), expected("Plain", "British"));
    assert_eq!(names("c"), expected("Dernier", "Zuletzt"));
    assert_eq!(names("the-sea_wolf"), expected("the sea wolf", ""));
}

#[test]
fn numbers_and_texts_are_collected() {
    let turtle = format!(
        "{LIBRARY} ex:dated a ex:Book ; ex:published \"1999-12-31\"^^xsd:date ; ex:pages 7.5 .
         ex:twice a ex:Book ; ex:published 2001 , 2000 ."
    );
    let projection = project(&books(&turtle));
    let emma = node(&projection, "emma");
    assert_eq!(emma.qualifier, Some(1815));
    let expected = [("year", 1815.0), ("pages", 474.0)];
    assert_eq!(
        emma.values,
        BTreeMap::from(expected.map(|(name, value)| (name.to_owned(), value)))
    );
    assert_eq!(emma.texts, ["A", "Z"]);
    assert_eq!(node(&projection, "dated").qualifier, Some(1999));
    assert_eq!(
        node(&projection, "dated").values["pages"].to_bits(),
        7.5f64.to_bits()
    );
    // The first edition dates a book.
    assert_eq!(node(&projection, "twice").qualifier, Some(2000));
}

#[test]
fn a_value_that_is_no_number_is_named() {
    for value in [
        "\"long\"",
        "\"\"",
        "\"NaN\"^^xsd:double",
        "\"85\"^^xsd:date",
    ] {
        let graph = books(&format!("ex:emma a ex:Book ; ex:pages {value} ."));
        let profile = graph.profile().expect("complete");
        let error = graph.project(&profile).expect_err(value);
        assert!(matches!(error, KgError::Profile(_)), "{error}");
        let message = error.to_string();
        assert!(
            message.contains("emma") && message.contains("pages"),
            "{message}"
        );
    }
}

#[test]
fn what_a_fact_leads_to_needs_no_class() {
    let projection = project(&books("ex:emma a ex:Book ; ex:writer ex:someone-else ."));
    let someone = node(&projection, "someone-else");
    assert_eq!(someone.kind, ProjectedKind::Entity);
    assert_eq!(
        (someone.class.as_str(), someone.matching),
        ("entity", Matching::Phrase)
    );
    assert_eq!(someone.label, "someone else");
}

#[test]
fn facts_start_at_nodes_of_a_declared_class() {
    let turtle = "ex:emma a ex:Book ; ex:writer ex:x . ex:x ex:writer ex:y . ex:z ex:tongue ex:y .";
    assert_eq!(edges(&project(&books(turtle))), ["emma written by x 0"]);
}

#[test]
fn literals_and_blank_nodes_are_no_nodes() {
    let turtle = "ex:emma a ex:Book ; ex:writer \"Jane\" , [ rdfs:label \"J.\" ] . [] a ex:Book .";
    let projection = project(&books(turtle));
    assert_eq!((projection.nodes.len(), projection.edges.len()), (1, 0));
}
