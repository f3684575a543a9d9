//! A few films, what people said of them, and a linker that knows their names.

use std::collections::BTreeMap;

use tastegraph_dialogue::{Conversation, Rule, Understanding, Vocabulary, understand};
use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder};
use tastegraph_reasoner::{NoReasoner, Reasoner};
use tastegraph_retrieval::{
    Candidate, Catalogue, NodeDetails, Parameters, Request, Retrieved, Retriever, StageTimings,
    entity_token,
};
use tastegraph_text::{Bm25Builder, LexiconEntry, Linker, Matching, tokenize};

/// IRI, label, class, year, running time; a running time of 0 is unknown.
const ITEMS: &[(&str, &str, f64, f64)] = &[
    ("i/airplane", "Airplane!", 1980.0, 88.0),
    ("i/amelie", "Amélie", 2001.0, 122.0),
    ("i/beautiful", "Life Is Beautiful", 1997.0, 116.0),
    ("i/heat", "Heat", 1995.0, 170.0),
    ("i/hermit", "The Hermit", 1950.0, 0.0),
    ("i/ronin", "Ronin", 1998.0, 122.0),
    ("i/serpico", "Serpico", 1973.0, 130.0),
    ("i/town", "The Town", 2010.0, 125.0),
];

const ENTITIES: &[(&str, &str, &str)] = &[
    ("e/benigni", "Roberto Benigni", "person"),
    ("e/comedy", "comedy", "genre"),
    ("e/crime", "crime", "genre"),
    ("e/deniro", "Robert De Niro", "person"),
    ("e/french", "French", "language"),
    ("e/heist", "heist", "keyword"),
    ("e/italian", "Italian", "language"),
    ("e/pacino", "Al Pacino", "person"),
];

const FACTS: &[(&str, &str, &str)] = &[
    ("i/airplane", "genre", "e/comedy"),
    ("i/amelie", "genre", "e/comedy"),
    ("i/amelie", "language", "e/french"),
    ("i/beautiful", "cast", "e/benigni"),
    ("i/beautiful", "directed by", "e/benigni"),
    ("i/beautiful", "genre", "e/comedy"),
    ("i/beautiful", "language", "e/italian"),
    ("i/heat", "cast", "e/deniro"),
    ("i/heat", "cast", "e/pacino"),
    ("i/heat", "genre", "e/crime"),
    ("i/heat", "keyword", "e/heist"),
    ("i/ronin", "cast", "e/deniro"),
    ("i/ronin", "language", "e/french"),
    ("i/serpico", "cast", "e/pacino"),
    ("i/serpico", "genre", "e/crime"),
    ("i/town", "genre", "e/crime"),
    ("i/town", "keyword", "e/heist"),
];

/// Conversations and users, and what they felt about what.
const OPINIONS: &[(&str, &str, i8)] = &[
    ("c/bank", "i/heat", 1),
    ("c/bank", "i/town", 1),
    ("c/bank", "i/amelie", -1),
    ("c/cops", "i/heat", 1),
    ("c/cops", "i/serpico", 1),
    ("c/laugh", "i/airplane", 1),
    ("c/laugh", "i/amelie", 1),
    // Named twice, once without and once with a feeling: still one conversation.
    ("c/laugh", "i/airplane", 0),
    ("c/laugh", "i/heat", 0),
    ("u/ann", "i/heat", 1),
    ("u/ann", "i/ronin", 1),
    ("u/ann", "i/amelie", -1),
];

const WORDS: &[(&str, &str)] = &[
    ("c/bank", "a tense bank robbery with shootouts"),
    ("c/cops", "honest policemen in new york"),
    ("c/laugh", "I need a laugh tonight"),
];

pub(crate) struct World {
    pub(crate) retriever: Retriever,
    linker: Linker,
    vocabulary: Vocabulary,
}

fn kind(iri: &str) -> NodeKind {
    match &iri[..1] {
        "i" => NodeKind::Item,
        "e" => NodeKind::Entity,
        "c" => NodeKind::Conversation,
        _ => NodeKind::User,
    }
}

fn snapshot() -> Snapshot {
    let mut builder = SnapshotBuilder::new();
    for (iri, label, ..) in ITEMS {
        builder.node(iri, NodeKind::Item, label, "film");
    }
    for (iri, label, class) in ENTITIES {
        builder.node(iri, NodeKind::Entity, label, class);
    }
    for (from, name, to) in FACTS {
        let inverse = if *name == "cast" { "appears in" } else { "of" };
        let relation = builder.relation(name, name, inverse, 0.2, *name != "language");
        let from = builder.node(from, NodeKind::Item, "", "");
        let to = builder.node(to, NodeKind::Entity, "", "");
        builder.edge(from, relation, to, 0);
    }
    let named = builder.relation("named", "named", "named in", 1.0, true);
    for (who, what, felt) in OPINIONS {
        let who = builder.node(who, kind(who), who, "");
        let what = builder.node(what, NodeKind::Item, "", "");
        builder.edge(who, named, what, *felt);
    }
    builder.build().expect("the tables are consistent")
}

fn catalogue(snapshot: &Snapshot) -> Catalogue {
    let mut catalogue = Catalogue::new(vec!["year".to_owned(), "runtime".to_owned()]);
    for (iri, _, year, runtime) in ITEMS {
        let mut values = BTreeMap::from([("year".to_owned(), *year)]);
        if *runtime > 0.0 {
            values.insert("runtime".to_owned(), *runtime);
        }
        let details = NodeDetails {
            qualifier: Some(*year as i32),
            values,
            texts: Vec::new(),
        };
        catalogue.insert(find(snapshot, iri), details);
    }
    catalogue
}

fn find(snapshot: &Snapshot, iri: &str) -> NodeId {
    snapshot.find(iri).unwrap_or_else(|| panic!("no {iri}"))
}

/// A linker for everything in a snapshot that has a name.
pub(crate) fn linker(snapshot: &Snapshot) -> Linker {
    let entry = |node: NodeId| LexiconEntry {
        surface: snapshot.label(node).to_owned(),
        entity: node.0,
        matching: match (snapshot.kind(node), snapshot.class(node)) {
            (NodeKind::Item, _) => Matching::Title,
            (_, "person") => Matching::Name,
            _ => Matching::Term,
        },
        preferred: true,
        prior: 1.0,
        qualifier: None,
    };
    let items = snapshot.nodes_of(NodeKind::Item);
    let named = items.chain(snapshot.nodes_of(NodeKind::Entity));
    Linker::new(named.map(entry).collect()).expect("priors are valid")
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_reasoner(|_| Box::new(NoReasoner))
    }

    pub(crate) fn with_reasoner(reasoner: impl FnOnce(&Snapshot) -> Box<dyn Reasoner>) -> Self {
        let snapshot = snapshot();
        let mut words = Bm25Builder::new();
        for (conversation, text) in WORDS {
            let node = find(&snapshot, conversation);
            words.add(node.0, tokenize(text));
            let named = OPINIONS.iter().filter(|(who, ..)| who == conversation);
            words.add(node.0, named.map(|(_, what, _)| entity_token(what)));
        }
        let hard =
            ["e/french", "e/italian"].map(|iri| (find(&snapshot, iri).0, "language".to_owned()));
        Self {
            linker: linker(&snapshot),
            vocabulary: Vocabulary {
                hard: BTreeMap::from(hard),
                ..Vocabulary::default()
            },
            retriever: Retriever::new(
                snapshot.clone(),
                catalogue(&snapshot),
                words.build(),
                reasoner(&snapshot),
            ),
        }
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        self.retriever.snapshot()
    }

    pub(crate) fn node(&self, iri: &str) -> NodeId {
        find(self.snapshot(), iri)
    }

    pub(crate) fn understand(&self, conversation: &Conversation) -> Understanding {
        understand(conversation, &self.linker, &self.vocabulary)
    }

    /// Retrieves for one turn of a seeker.
    pub(crate) fn ask(&self, text: &str) -> Retrieved {
        self.answer(&text.into(), &[], &Parameters::default())
    }

    /// The explanation of an item for one turn of a seeker, and its log-odds as retrieval gives them.
    pub(crate) fn explain(
        &self,
        text: &str,
        item: &str,
        parameters: &Parameters,
    ) -> (tastegraph_retrieval::Explanation, f32) {
        let understanding = self.understand(&text.into());
        let request = Request {
            understanding: &understanding,
            words: text,
            meaning: None,
            rules: &[],
            parameters,
        };
        let node = self.node(item);
        let found = self
            .retriever
            .retrieve(&request)
            .expect("the request is valid");
        let items = self.snapshot().nodes_of(NodeKind::Item);
        let place = items.place_of(node).expect("it is an item");
        let explanation = self
            .retriever
            .explain(&request, node)
            .expect("it is an item");
        (explanation, found.log_odds[place])
    }

    pub(crate) fn retriever(&self) -> &Retriever {
        &self.retriever
    }

    pub(crate) fn ask_with(&self, text: &str, parameters: &Parameters) -> Retrieved {
        self.answer(&text.into(), &[], parameters)
    }

    /// Retrieves under conditions of the application, with nothing said.
    pub(crate) fn under(&self, rules: &[Rule]) -> Retrieved {
        self.answer(&Conversation::new(), rules, &Parameters::default())
    }

    pub(crate) fn answer(
        &self,
        conversation: &Conversation,
        rules: &[Rule],
        parameters: &Parameters,
    ) -> Retrieved {
        let understanding = self.understand(conversation);
        let words: Vec<&str> = conversation
            .turns
            .iter()
            .map(|turn| turn.text.as_str())
            .collect();
        let request = Request {
            understanding: &understanding,
            words: &words.join(" "),
            meaning: None,
            rules,
            parameters,
        };
        self.retriever.retrieve(&request).expect("a valid request")
    }

    /// IRIs of the candidates, best first.
    pub(crate) fn iris(&self, found: &Retrieved) -> Vec<&str> {
        let nodes = found.candidates.iter().map(|candidate| candidate.node);
        nodes.map(|node| self.snapshot().iri(node)).collect()
    }

    pub(crate) fn candidate<'a>(&self, found: &'a Retrieved, iri: &str) -> &'a Candidate {
        found
            .candidates
            .iter()
            .find(|candidate| candidate.node == self.node(iri))
            .unwrap_or_else(|| panic!("{iri} is no candidate"))
    }
}

/// An answer without what differs between equal runs.
pub(crate) fn timeless(mut found: Retrieved) -> Retrieved {
    found.timings = StageTimings::default();
    found
}

pub(crate) fn at_most(filter: &str, max: f64) -> Rule {
    Rule::Range {
        filter: filter.to_owned(),
        min: None,
        max: Some(max),
    }
}
