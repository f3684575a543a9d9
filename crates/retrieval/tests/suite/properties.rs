//! What holds for any graph and any conversation.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tastegraph_dialogue::{Conversation, Rule, Vocabulary, understand};
use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder};
use tastegraph_reasoner::NoReasoner;
use tastegraph_retrieval::{
    Catalogue, NodeDetails, Parameters, Request, Retrieved, Retriever, entity_token,
};
use tastegraph_text::{Bm25Builder, tokenize};

use crate::support::{linker, timeless};

/// Names that are no words of English, so that the linker finds them without a cue.
const NAMES: [&str; 16] = [
    "Abrixo", "Belmoru", "Cindrel", "Dovanta", "Ektori", "Falmeno", "Grindal", "Hestovo", "Imbrel",
    "Jorvan", "Kelmura", "Lostrin", "Mervako", "Nindolo", "Orbesta", "Pelvran",
];
const KINDS: [(NodeKind, &str); 4] = [
    (NodeKind::Item, "film"),
    (NodeKind::Entity, "person"),
    (NodeKind::Entity, "genre"),
    (NodeKind::Conversation, "conversation"),
];
const SENTENCES: [&str; 8] = [
    "I loved {}",
    "I hate {}",
    "no {}",
    "something like {}",
    "I want {}",
    "what about {}?",
    "I have seen {}",
    "hello there",
];

type Edges = Vec<(usize, usize, usize, i8)>;
type Said = Vec<(usize, usize, bool)>;

fn graph(kinds: &[usize], edges: &Edges) -> Snapshot {
    let mut builder = SnapshotBuilder::new();
    let relations = [
        ("fact", 0.2, true),
        ("named", 1.0, true),
        ("hidden", 1.0, false),
    ]
    .map(|(name, weight, walk)| builder.relation(name, name, "of", weight, walk));
    let nodes: Vec<_> = kinds
        .iter()
        .enumerate()
        .map(|(index, &kind)| {
            let (kind, class) = KINDS[kind];
            builder.node(&format!("n{index:02}"), kind, NAMES[index], class)
        })
        .collect();
    for &(from, relation, to, polarity) in edges {
        let (from, to) = (nodes[from % nodes.len()], nodes[to % nodes.len()]);
        builder.edge(from, relations[relation], to, polarity);
    }
    builder.build().expect("names and kinds are consistent")
}

fn retriever(snapshot: &Snapshot) -> Retriever {
    let mut catalogue = Catalogue::new(vec!["year".to_owned()]);
    let mut words = Bm25Builder::new();
    for node in snapshot.nodes() {
        if node.0.is_multiple_of(2) {
            let details = NodeDetails {
                qualifier: None,
                values: [("year".to_owned(), f64::from(1990 + node.0))].into(),
                texts: Vec::new(),
            };
            catalogue.insert(node, details);
        }
        if snapshot.kind(node) == NodeKind::Conversation {
            words.add(node.0, tokenize("hello there friend"));
            let named = snapshot
                .neighbors(node)
                .map(|n| entity_token(snapshot.iri(n.node)));
            words.add(node.0, named);
        }
    }
    Retriever::new(
        snapshot.clone(),
        catalogue,
        words.build(),
        Box::new(NoReasoner),
    )
}

fn conversation(said: &Said) -> Conversation {
    said.iter()
        .fold(Conversation::new(), |all, &(sentence, name, seeker)| {
            let text = SENTENCES[sentence].replace("{}", NAMES[name]);
            if seeker {
                all.seeker(text)
            } else {
                all.recommender(text)
            }
        })
}

fn parameters() -> impl Strategy<Value = Parameters> {
    (
        0.01f64..=1.0,
        0.0f32..0.99,
        prop_oneof![Just(0.0f32), 0.0f32..=1.0],
        0.0f32..=50.0,
        1usize..6,
        0usize..4,
        0usize..5,
    )
        .prop_map(
            |(restart, text, popularity, asked, candidates, fans, facts)| Parameters {
                restart,
                text_weight: text,
                popularity_weight: popularity,
                asked_weight: asked,
                candidates,
                evidence_conversations: fans,
                facts_per_item: facts,
                ..Parameters::default()
            },
        )
}

fn check(found: &Retrieved, snapshot: &Snapshot, forbidden: &BTreeSet<u32>, p: &Parameters) {
    assert!(found.candidates.len() <= p.candidates);
    let total: f32 = found.candidates.iter().map(|c| c.score).sum();
    assert!(total <= 1.0 + 1e-4, "{total}");
    for pair in found.candidates.windows(2) {
        let falls = pair[0].score > pair[1].score;
        assert!(
            falls
                || pair[0].score.to_bits() == pair[1].score.to_bits()
                    && pair[0].node < pair[1].node
        );
    }
    for candidate in &found.candidates {
        assert_eq!(snapshot.kind(candidate.node), NodeKind::Item);
        assert!(!forbidden.contains(&candidate.node.0), "{candidate:?}");
        let stages = candidate.stages;
        for part in [
            candidate.score,
            stages.pagerank,
            stages.text,
            stages.popularity,
            stages.content,
            stages.described,
            stages.asked.abs(),
        ] {
            assert!((0.0..=1.0 + 1e-5).contains(&part), "{candidate:?}");
        }
        let place = snapshot.nodes_of(NodeKind::Item).place_of(candidate.node);
        let log_odds = place.map(|place| found.log_odds[place].to_bits());
        assert_eq!(Some(stages.parts.total().to_bits()), log_odds);
        let evidence = &candidate.evidence;
        assert!(evidence.facts.len() <= p.facts_per_item);
        assert!(!evidence.summary(snapshot).is_empty());
        for fan in evidence.liked_in.iter().chain(&evidence.liked_by) {
            let likes = snapshot
                .neighbors(*fan)
                .any(|n| n.node == candidate.node && n.polarity > 0);
            assert!(likes, "{fan} does not like {}", candidate.node);
        }
    }
}

proptest! {
    #[test]
    fn any_request_has_a_sane_answer(
        kinds in prop::collection::vec(0..KINDS.len(), 1..NAMES.len()),
        edges in prop::collection::vec((0usize..16, 0usize..3, 0usize..16, -1i8..=1), 0..40),
        said in prop::collection::vec((0..SENTENCES.len(), 0..NAMES.len(), any::<bool>()), 0..5),
        oldest in prop::option::of(1990u32..2006),
        parameters in parameters(),
    ) {
        let snapshot = graph(&kinds, &edges);
        let retriever = retriever(&snapshot);
        let conversation = conversation(&said);
        let understanding = understand(&conversation, &linker(&snapshot), &Vocabulary::default());
        let rules: Vec<Rule> = oldest
            .map(|year| Rule::Range {
                filter: "year".to_owned(),
                min: Some(f64::from(year)),
                max: None,
            })
            .into_iter()
            .collect();
        let request = Request {
            understanding: &understanding,
            words: "hello",
            meaning: None,
            rules: &rules,
            parameters: &parameters,
        };
        let found = retriever.retrieve(&request).expect("the request is valid");

        let mut forbidden = understanding.excluded();
        for constraint in &understanding.constraints {
            if let Rule::Forbid(entity) = constraint.rule {
                forbidden.extend(snapshot.neighbors(NodeId(entity)).map(|n| n.node.0));
            }
        }
        check(&found, &snapshot, &forbidden, &parameters);
        let again = retriever.retrieve(&request).expect("the request is valid");
        prop_assert_eq!(timeless(found), timeless(again));
    }
}
