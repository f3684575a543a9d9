//! Conversations that come with their mentions linked, and what an engine remembers.
//!
//! For applications that link names themselves, and for evaluation: there the published links count,
//! and all items are wanted in order.

use std::time::{Duration, Instant};

use tastegraph_dialogue::{Speaker, Understanding};
use tastegraph_graph::{NodeId, NodeKind};
use tastegraph_retrieval::{LinkedMention, LinkedRequest, Parameters, Retrieved};

use crate::answer::Reporter;
use crate::recommend::milliseconds;
use crate::{Answer, Engine, EngineError};

/// One turn of a conversation with what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedTurn {
    /// Who speaks.
    pub speaker: Speaker,
    /// What is said; only its words are used, no name in it is looked up.
    pub text: String,
    /// IRIs of the items and entities that the turn names.
    pub entities: Vec<String>,
}

/// All items in order, for an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The log-odds of each item, in the order of [`Engine::items`]. Named items are among them,
    /// held back by the parameters `repeat_penalty` and `discussed_penalty`.
    pub log_odds: Vec<f32>,
    /// IRIs of the most similar conversations, best first.
    pub similar: Vec<String>,
    /// The time that retrieval took, evidence included and the sentence encoder aside.
    pub time: Duration,
}

/// A conversation that the engine remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Its IRI.
    pub iri: String,
    /// Its label.
    pub label: String,
    /// What was said, turn by turn.
    pub texts: Vec<String>,
    /// IRIs of the items and entities named in it, dislikes aside.
    pub named: Vec<String>,
}

impl Engine {
    /// Answers a conversation whose mentions the caller has linked; nothing is looked up in its text.
    ///
    /// # Errors
    /// [`EngineError::UnknownIri`] for an IRI that the graph does not have, [`EngineError::Retrieval`].
    pub fn recommend_linked(
        &self,
        turns: &[LinkedTurn],
        top_k: usize,
    ) -> Result<Answer, EngineError> {
        let clock = Instant::now();
        let parameters = self.settings.parameters.clone();
        let parameters = Parameters {
            candidates: parameters.candidates.max(top_k),
            ..parameters
        };
        let (retrieved, _) = self.retrieve_linked(turns, false, &parameters)?;
        let mut answer = Reporter::new(self)
            .report(&Understanding::default(), &retrieved, top_k)
            .with_llm(None);
        answer.timings.total_ms = milliseconds(clock.elapsed());
        Ok(answer)
    }

    /// Ranks all items for a conversation whose mentions the caller has linked, those that it names
    /// included, under parameters of the caller's own.
    ///
    /// # Errors
    /// As [`Self::recommend_linked`].
    pub fn rank_linked(
        &self,
        turns: &[LinkedTurn],
        parameters: &Parameters,
    ) -> Result<Ranking, EngineError> {
        let (retrieved, time) = self.retrieve_linked(turns, true, parameters)?;
        let snapshot = self.retriever.snapshot();
        let similar = retrieved.similar_conversations.iter();
        Ok(Ranking {
            similar: similar
                .map(|found| snapshot.iri(found.node).to_owned())
                .collect(),
            log_odds: retrieved.log_odds,
            time,
        })
    }

    /// What is retrieved, and how long that took once the conversation was encoded.
    pub(crate) fn retrieve_linked(
        &self,
        turns: &[LinkedTurn],
        repeats: bool,
        parameters: &Parameters,
    ) -> Result<(Retrieved, Duration), EngineError> {
        let words: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
        let words = words.join("\n");
        let meaning = self.meaning.of(&words, parameters)?;
        let clock = Instant::now();
        let retrieved = self.retriever.retrieve_linked(&LinkedRequest {
            mentions: &self.mentions(turns)?,
            turns: turns.len(),
            words: &words,
            meaning: meaning.as_deref(),
            rules: &[],
            repeats,
            parameters,
        })?;
        Ok((retrieved, clock.elapsed()))
    }

    fn mentions(&self, turns: &[LinkedTurn]) -> Result<Vec<LinkedMention>, EngineError> {
        let snapshot = self.retriever.snapshot();
        let mut mentions = Vec::new();
        for (number, turn) in turns.iter().enumerate() {
            for iri in &turn.entities {
                let node = snapshot
                    .find(iri)
                    .ok_or_else(|| EngineError::UnknownIri { iri: iri.clone() })?;
                mentions.push(LinkedMention {
                    turn: number,
                    speaker: turn.speaker,
                    node,
                });
            }
        }
        Ok(mentions)
    }

    /// IRIs of the items with a label, however it is written.
    #[must_use]
    pub fn items_called(&self, label: &str) -> Vec<&str> {
        let snapshot = self.retriever.snapshot();
        let called = |node: &NodeId| {
            let title = self.retriever.catalogue().title(snapshot, *node);
            let own = snapshot.label(*node);
            [own, title.as_str()]
                .iter()
                .any(|name| name.to_lowercase() == label.to_lowercase())
        };
        let items = snapshot.nodes_of(NodeKind::Item).filter(called);
        items.map(|node| snapshot.iri(node)).collect()
    }

    /// IRIs of all items, in the order of [`Ranking::log_odds`].
    pub fn items(&self) -> impl Iterator<Item = &str> {
        let snapshot = self.retriever.snapshot();
        snapshot
            .nodes_of(NodeKind::Item)
            .map(|node| snapshot.iri(node))
    }

    /// IRIs of all that can be named: items and entities.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        let snapshot = self.retriever.snapshot();
        let entities = snapshot
            .nodes_of(NodeKind::Entity)
            .map(|node| snapshot.iri(node));
        self.items().chain(entities)
    }

    /// Whether the graph has something with this IRI.
    #[must_use]
    pub fn knows(&self, iri: &str) -> bool {
        self.retriever.snapshot().find(iri).is_some()
    }

    /// The conversations that the engine remembers, by IRI.
    #[must_use]
    pub fn remembered(&self) -> Vec<Remembered> {
        let snapshot = self.retriever.snapshot();
        let named = |conversation: NodeId| {
            let mut nodes: Vec<NodeId> = snapshot
                .neighbors(conversation)
                .filter(|neighbor| neighbor.polarity >= 0)
                .map(|neighbor| neighbor.node)
                .filter(|&node| matches!(snapshot.kind(node), NodeKind::Item | NodeKind::Entity))
                .collect();
            nodes.sort_unstable();
            nodes.dedup();
            nodes
                .into_iter()
                .map(|node| snapshot.iri(node).to_owned())
                .collect()
        };
        let conversations = snapshot.nodes_of(NodeKind::Conversation);
        conversations
            .map(|conversation| Remembered {
                iri: snapshot.iri(conversation).to_owned(),
                label: snapshot.label(conversation).to_owned(),
                texts: self.retriever.catalogue().texts(conversation).to_vec(),
                named: named(conversation),
            })
            .collect()
    }
}
