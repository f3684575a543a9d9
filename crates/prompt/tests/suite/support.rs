//! A tiny graph whose words a test can choose, and material made by hand.

use std::collections::BTreeMap;

use tastegraph_dialogue::{Conversation, Understanding, Vocabulary, understand};
use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder};
use tastegraph_prompt::{CandidateLine, Case, DialogueLine, Material};
use tastegraph_reasoner::{Expansion, Reasoner, ReasonerError};
use tastegraph_retrieval::{Catalogue, NodeDetails, Parameters, Request, Retrieved, Retriever};
use tastegraph_text::{Bm25Builder, LexiconEntry, Linker, Matching};

/// What of the graph a test chooses; the rest is fixed.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) item_name: String,
    /// Labels of films beside "Heat", each about a heist.
    pub(crate) films: Vec<String>,
    /// What the conversation of somebody else, who liked all films, began with.
    pub(crate) opening: String,
    pub(crate) keyword: String,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            item_name: "film".to_owned(),
            films: vec!["The Town".to_owned(), "Ronin".to_owned()],
            opening: "Something tense, please".to_owned(),
            keyword: "heist".to_owned(),
        }
    }
}

/// Implies the same node always.
struct Hint(NodeId);

impl Reasoner for Hint {
    fn name(&self) -> &'static str {
        "hint"
    }

    fn expand(&self, _seeds: &[(NodeId, f32)], _m: usize) -> Result<Expansion, ReasonerError> {
        Ok(Expansion {
            entities: vec![(self.0, 1.0)],
            reasoner: "hint",
            device: "none".to_owned(),
        })
    }
}

pub(crate) struct World {
    pub(crate) retriever: Retriever,
    item_name: String,
    linker: Linker,
}

pub(crate) fn snapshot(words: &Words) -> Snapshot {
    let mut builder = SnapshotBuilder::new();
    let keyword = builder.relation("keyword", "keyword", "keyword of", 0.2, true);
    let cast = builder.relation("cast", "cast", "appears in", 0.2, true);
    let named = builder.relation("named", "named", "named in", 1.0, true);
    let heist = builder.node("e/heist", NodeKind::Entity, &words.keyword, "keyword");
    let pacino = builder.node("e/pacino", NodeKind::Entity, "Al Pacino", "person");
    let talk = builder.node("c/talk", NodeKind::Conversation, "talk", "conversation");
    let heat = builder.node("i/heat", NodeKind::Item, "Heat", "film");
    builder.edge(heat, keyword, heist, 0);
    builder.edge(heat, cast, pacino, 0);
    builder.edge(talk, named, heat, 1);
    for (index, label) in words.films.iter().enumerate() {
        let film = builder.node(&format!("i/x{index:02}"), NodeKind::Item, label, "film");
        builder.edge(film, keyword, heist, 0);
        builder.edge(talk, named, film, 1);
    }
    builder.build().expect("consistent")
}

impl World {
    pub(crate) fn new(words: &Words) -> Self {
        let snapshot = snapshot(words);
        let find = |iri| snapshot.find(iri).expect("was added");
        let mut catalogue = Catalogue::new(vec!["runtime".to_owned(), "year".to_owned()]);
        let films = snapshot.nodes_of(NodeKind::Item);
        for film in films {
            let numbers = [("year", 1995.0), ("runtime", 170.0)];
            let details = NodeDetails {
                qualifier: Some(1995),
                values: numbers.map(|(name, value)| (name.to_owned(), value)).into(),
                texts: vec!["A plot.".to_owned()],
            };
            catalogue.insert(film, details);
        }
        let talk = NodeDetails {
            qualifier: None,
            values: BTreeMap::new(),
            texts: vec![words.opening.clone(), "Second turn".to_owned()],
        };
        catalogue.insert(find("c/talk"), talk);
        let entry = |iri, surface: &str, matching| LexiconEntry {
            surface: surface.to_owned(),
            entity: find(iri).0,
            matching,
            preferred: true,
            prior: 1.0,
            qualifier: None,
        };
        let linker = Linker::new(vec![
            entry("i/heat", "Heat", Matching::Title),
            entry("e/pacino", "Al Pacino", Matching::Name),
            entry("e/heist", "heist", Matching::Term),
        ])
        .expect("priors are valid");
        Self {
            linker,
            item_name: words.item_name.clone(),
            retriever: Retriever::new(
                snapshot.clone(),
                catalogue,
                Bm25Builder::new().build(),
                Box::new(Hint(find("e/pacino"))),
            ),
        }
    }

    pub(crate) fn understand(&self, conversation: &Conversation) -> Understanding {
        understand(conversation, &self.linker, &Vocabulary::default())
    }

    pub(crate) fn retrieve(&self, understanding: &Understanding) -> Retrieved {
        let request = Request {
            understanding,
            words: "",
            meaning: None,
            rules: &[],
            parameters: &Parameters {
                reasoner_weight: 0.2,
                ..Parameters::default()
            },
        };
        self.retriever.retrieve(&request).expect("a valid request")
    }

    pub(crate) fn gather(&self, conversation: &Conversation) -> Material {
        let understanding = self.understand(conversation);
        let found = self.retrieve(&understanding);
        Material::gather(
            &self.item_name,
            conversation,
            &understanding,
            &self.retriever,
            &found,
        )
    }
}

/// Material with the given numbers of things, told apart by their number.
pub(crate) fn material(candidates: usize, facts: usize, cases: usize, about: usize) -> Material {
    let candidate = |number| CandidateLine {
        title: format!("Film {number}"),
        facts: (0..facts)
            .map(|fact| format!("fact {fact} of {number}"))
            .collect(),
    };
    let case = |number| Case {
        said: format!("opening {number}"),
        liked: vec!["Heat (1995)".to_owned()],
    };
    Material {
        item_name: "film".to_owned(),
        preferences: vec!["likes Heat (1995) (turn 1)".to_owned()],
        facts: (0..about).map(|number| format!("about {number}")).collect(),
        cases: (0..cases).map(case).collect(),
        candidates: (0..candidates).map(candidate).collect(),
        dialogue: vec![DialogueLine {
            speaker: "seeker".to_owned(),
            text: "I loved Heat".to_owned(),
        }],
        ..Material::default()
    }
}
