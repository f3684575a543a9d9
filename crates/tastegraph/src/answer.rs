//! The answer, as data that an application can show or store.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;
use tastegraph_dialogue::{Preference, Rule, Stance, Understanding};
use tastegraph_graph::{NodeId, Path, RelationId, Snapshot};
use tastegraph_prompt::describe;
use tastegraph_retrieval::{Candidate, Catalogue, Evidence, Fact, Retrieved, SimilarNode, Stages};
use tastegraph_text::LinkReason;

use crate::encoder::TextReport;
use crate::recommend::milliseconds;
use crate::{Engine, LlmReport, Origin};

/// Everything a request gives back. Serialises to the JSON that the command prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Recommended items, best first.
    pub items: Vec<ItemReport>,
    /// The answer in a sentence or two. It names listed items only.
    pub reply: String,
    /// What a language model did, if one was asked.
    pub llm: Option<LlmReport>,
    /// Conversations with similar taste, most similar first.
    pub similar_conversations: Vec<SimilarReport>,
    /// Users with similar taste, most similar first.
    pub similar_users: Vec<SimilarReport>,
    /// How the request was understood.
    pub understood: UnderstoodReport,
    /// How texts were compared.
    pub text: TextReport,
    /// Time by stage.
    pub timings: Timings,
    /// Set if the answer rests on less than what was asked.
    pub fallback: Option<FallbackReport>,
    /// The parameters used and where each comes from.
    pub parameters: BTreeMap<String, (Value, Origin)>,
}

/// A recommended item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemReport {
    /// Position, from 1.
    pub rank: usize,
    /// Its IRI.
    pub iri: String,
    /// Its name with qualifier: "Heat (1995)".
    pub label: String,
    /// Its share among all items that pass the conditions, in [0, 1].
    pub score: f32,
    /// The parts of the score.
    pub stages: Stages,
    /// Why.
    pub evidence: EvidenceReport,
}

/// Something in the graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Its IRI.
    pub iri: String,
    /// Its name.
    pub label: String,
}

/// Something in the graph with a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedScore {
    /// Its IRI.
    pub iri: String,
    /// Its name.
    pub label: String,
    /// The number.
    pub score: f32,
}

/// Something that the reasoner added to what was named.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImpliedReport {
    /// Its IRI.
    pub iri: String,
    /// Its name.
    pub label: String,
    /// Its share among all that was added.
    pub score: f32,
    /// The statements that lead to it from something named; empty if none do within reach.
    pub path: Vec<Triple>,
}

/// A statement of the graph, with the names of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Triple {
    /// Who or what.
    pub subject: Reference,
    /// In which relation.
    pub predicate: Reference,
    /// To whom or what.
    pub object: Reference,
}

/// Why an item is recommended. Displays as its summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceReport {
    /// One line for people.
    pub summary: String,
    /// The statements about the item that join it to what was named, best first.
    pub triples: Vec<Triple>,
    /// For each of these, what was named that it joins the item to.
    pub because_of: Vec<Reference>,
    /// Where nothing else speaks for it: the chain of statements from something named.
    pub path: Vec<Triple>,
    /// Similar conversations in which it was liked.
    pub liked_in: Vec<Reference>,
    /// Similar users who rated it well.
    pub liked_by: Vec<Reference>,
}

impl fmt::Display for EvidenceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

/// A conversation or user with similar taste.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimilarReport {
    /// Its IRI.
    pub iri: String,
    /// Its name.
    pub label: String,
    /// How similar, 0 or more; comparable within one answer.
    pub score: f32,
    /// What it shares with the request, with the part of the score each gives.
    pub shared: Vec<NamedScore>,
    /// The items liked there.
    pub liked: Vec<Reference>,
}

/// How a request was understood.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnderstoodReport {
    /// What the conversation comes to for each thing named, in the order in which they were last named.
    pub preferences: Vec<PreferenceReport>,
    /// What was named, in the order of the conversation.
    pub mentions: Vec<LinkedMention>,
    /// The conditions that hold.
    pub constraints: Vec<StatedConstraint>,
    /// What looks like a name and is not in the graph.
    pub unlinked: Vec<UnlinkedSpan>,
    /// What the reasoner added, strongest first.
    pub implied: Vec<ImpliedReport>,
    /// The reasoner, and the device it ran on.
    pub reasoner: String,
}

/// What a conversation comes to for one thing, and where it was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PreferenceReport {
    /// The thing.
    pub iri: String,
    /// Its name.
    pub label: String,
    /// Its class: "film", "person".
    pub class: String,
    /// What is felt about it in the end.
    pub stance: Stance,
    /// Whether the seeker knows it already.
    pub seen: bool,
    /// The turn that says so, from 1.
    pub turn: usize,
    /// First byte in that turn's text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The words.
    pub text: String,
}

/// Something that was named.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkedMention {
    /// Turn, from 1.
    pub turn: usize,
    /// First byte in the turn's text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The words.
    pub text: String,
    /// What they mean.
    pub iri: String,
    /// Its name.
    pub label: String,
    /// Its class: "film", "person".
    pub class: String,
    /// What is felt about it.
    pub stance: Stance,
    /// Whether the seeker knows it already.
    pub seen: bool,
    /// Confidence of the link, in [0, 1].
    pub score: f32,
    /// What the link rests on.
    pub reason: LinkReason,
}

/// A condition that was stated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatedConstraint {
    /// In words: "runtime at most 130".
    pub condition: String,
    /// Turn, from 1.
    pub turn: usize,
    /// First byte in the turn's text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The words.
    pub text: String,
    /// The condition as data.
    pub rule: RuleReport,
}

/// A condition as data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleReport {
    /// A number lies between bounds, both included.
    Range {
        /// Name of the filter.
        filter: String,
        /// Lower bound.
        min: Option<f64>,
        /// Upper bound.
        max: Option<f64>,
    },
    /// A number does not lie between bounds, both of which are ruled out too.
    Outside {
        /// Name of the filter.
        filter: String,
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// The item is joined to this.
    With(Reference),
    /// The item is not joined to this.
    Without(Reference),
}

/// Something that looks like a name and is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnlinkedSpan {
    /// Turn, from 1.
    pub turn: usize,
    /// First byte in the turn's text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The words.
    pub text: String,
}

/// Why an answer rests on less than what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FallbackReport {
    /// `similar_text`, `popularity` or `nothing_matches`.
    pub kind: &'static str,
    /// A sentence for people.
    pub explanation: &'static str,
}

/// Wall-clock time by stage, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Timings {
    /// Linking and preferences.
    pub understand_ms: f64,
    /// The sentence vector of the conversation.
    pub encode_ms: f64,
    /// Conversations with similar words.
    pub text_ms: f64,
    /// The reasoner.
    pub reasoner_ms: f64,
    /// Personalized PageRank.
    pub pagerank_ms: f64,
    /// Filters and order.
    pub rank_ms: f64,
    /// Similar conversations and users.
    pub similar_ms: f64,
    /// Evidence for all candidates.
    pub evidence_ms: f64,
    /// The prompts for a language model, if one was asked.
    pub prompt_ms: Option<f64>,
    /// The language model, prompts included.
    pub llm_ms: Option<f64>,
    /// Everything, this report included.
    pub total_ms: f64,
}

/// Turns ids into names.
pub(crate) struct Reporter<'a> {
    engine: &'a Engine,
    snapshot: &'a Snapshot,
    catalogue: &'a Catalogue,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(engine: &'a Engine) -> Self {
        Self {
            engine,
            snapshot: engine.retriever.snapshot(),
            catalogue: engine.retriever.catalogue(),
        }
    }

    pub(crate) fn report(
        &self,
        understanding: &Understanding,
        retrieved: &Retrieved,
        top_k: usize,
    ) -> Answer {
        let timings = retrieved.timings;
        Answer {
            items: retrieved
                .candidates
                .iter()
                .take(top_k)
                .zip(1..)
                .map(|(candidate, rank)| self.item(candidate, rank))
                .collect(),
            reply: String::new(),
            llm: None,
            similar_conversations: retrieved
                .similar_conversations
                .iter()
                .map(|similar| self.similar(similar))
                .collect(),
            similar_users: retrieved
                .similar_users
                .iter()
                .map(|similar| self.similar(similar))
                .collect(),
            understood: self.understood(understanding, retrieved),
            text: self.engine.meaning.report(&self.engine.settings.parameters),
            timings: Timings {
                text_ms: milliseconds(timings.text),
                reasoner_ms: milliseconds(timings.reasoner),
                pagerank_ms: milliseconds(timings.pagerank),
                rank_ms: milliseconds(timings.rank),
                similar_ms: milliseconds(timings.similar),
                evidence_ms: milliseconds(timings.evidence),
                ..Timings::default()
            },
            fallback: retrieved.fallback.map(|fallback| FallbackReport {
                kind: fallback.name(),
                explanation: fallback.explanation(),
            }),
            parameters: self.engine.settings.described(),
        }
    }

    fn item(&self, candidate: &Candidate, rank: usize) -> ItemReport {
        let Reference { iri, label } = self.reference(candidate.node);
        ItemReport {
            rank,
            iri,
            label,
            score: candidate.score,
            stages: candidate.stages,
            evidence: self.evidence(&candidate.evidence),
        }
    }

    fn evidence(&self, evidence: &Evidence) -> EvidenceReport {
        EvidenceReport {
            summary: evidence.summary(self.snapshot),
            triples: evidence.facts.iter().map(|fact| self.fact(fact)).collect(),
            because_of: evidence
                .facts
                .iter()
                .map(|fact| self.reference(fact.seed))
                .collect(),
            path: evidence
                .path
                .as_ref()
                .map(|path| self.path(path))
                .unwrap_or_default(),
            liked_in: self.references(&evidence.liked_in),
            liked_by: self.references(&evidence.liked_by),
        }
    }

    fn fact(&self, fact: &Fact) -> Triple {
        self.triple(fact.item, fact.relation, fact.outgoing, fact.entity)
    }

    fn path(&self, path: &Path) -> Vec<Triple> {
        path.steps
            .iter()
            .map(|step| self.triple(step.from, step.relation, step.outgoing, step.to))
            .collect()
    }

    fn triple(&self, from: NodeId, relation: RelationId, outgoing: bool, to: NodeId) -> Triple {
        let (subject, object) = if outgoing { (from, to) } else { (to, from) };
        let relation = self.snapshot.relation(relation);
        Triple {
            subject: self.reference(subject),
            predicate: Reference {
                iri: relation.name.clone(),
                label: relation.label.clone(),
            },
            object: self.reference(object),
        }
    }

    fn similar(&self, similar: &SimilarNode) -> SimilarReport {
        let Reference { iri, label } = self.reference(similar.node);
        SimilarReport {
            iri,
            label,
            score: similar.score,
            shared: self.named_scores(&similar.shared),
            liked: self.references(&similar.liked),
        }
    }

    fn understood(&self, understanding: &Understanding, retrieved: &Retrieved) -> UnderstoodReport {
        let mentions = understanding.mentions.iter().map(|mention| {
            let node = NodeId(mention.entity);
            let Reference { iri, label } = self.reference(node);
            LinkedMention {
                turn: mention.turn + 1,
                start: mention.span.start,
                end: mention.span.end,
                text: mention.text.clone(),
                iri,
                label,
                class: self.snapshot.class(node).to_owned(),
                stance: mention.stance,
                seen: mention.seen,
                score: mention.score,
                reason: mention.reason,
            }
        });
        let constraints = understanding
            .constraints
            .iter()
            .map(|constraint| StatedConstraint {
                condition: describe(&constraint.rule, self.snapshot),
                turn: constraint.turn + 1,
                start: constraint.span.start,
                end: constraint.span.end,
                text: constraint.text.clone(),
                rule: self.rule(&constraint.rule),
            });
        let unlinked = understanding
            .unlinked
            .iter()
            .map(|(turn, span)| UnlinkedSpan {
                turn: turn + 1,
                start: span.span.start,
                end: span.span.end,
                text: span.text.clone(),
            });
        UnderstoodReport {
            preferences: self.preferences(understanding),
            mentions: mentions.collect(),
            constraints: constraints.collect(),
            unlinked: unlinked.collect(),
            implied: self.implied(retrieved),
            reasoner: format!(
                "{} on {}",
                retrieved.expansion.reasoner, retrieved.expansion.device
            ),
        }
    }

    fn preferences(&self, understanding: &Understanding) -> Vec<PreferenceReport> {
        let report = |preference: Preference| {
            let node = NodeId(preference.entity);
            let Reference { iri, label } = self.reference(node);
            let said = &understanding.mentions[preference.said];
            PreferenceReport {
                iri,
                label,
                class: self.snapshot.class(node).to_owned(),
                stance: preference.stance,
                seen: preference.seen,
                turn: said.turn + 1,
                start: said.span.start,
                end: said.span.end,
                text: said.text.clone(),
            }
        };
        understanding
            .preferences()
            .into_iter()
            .map(report)
            .collect()
    }

    fn rule(&self, rule: &Rule) -> RuleReport {
        match rule {
            Rule::Range { filter, min, max } => RuleReport::Range {
                filter: filter.clone(),
                min: *min,
                max: *max,
            },
            Rule::Outside { filter, min, max } => RuleReport::Outside {
                filter: filter.clone(),
                min: *min,
                max: *max,
            },
            Rule::Require(entity) => RuleReport::With(self.reference(NodeId(*entity))),
            Rule::Forbid(entity) => RuleReport::Without(self.reference(NodeId(*entity))),
        }
    }

    fn reference(&self, node: NodeId) -> Reference {
        Reference {
            iri: self.snapshot.iri(node).to_owned(),
            label: self.catalogue.title(self.snapshot, node),
        }
    }

    fn references(&self, nodes: &[NodeId]) -> Vec<Reference> {
        nodes.iter().map(|&node| self.reference(node)).collect()
    }

    fn implied(&self, retrieved: &Retrieved) -> Vec<ImpliedReport> {
        let entities = retrieved.expansion.entities.iter();
        entities
            .zip(&retrieved.implied_paths)
            .map(|(&(node, score), path)| {
                let Reference { iri, label } = self.reference(node);
                let path = path.as_ref().map_or_else(Vec::new, |path| self.path(path));
                ImpliedReport {
                    iri,
                    label,
                    score,
                    path,
                }
            })
            .collect()
    }

    fn named_scores(&self, scores: &[(NodeId, f32)]) -> Vec<NamedScore> {
        let named = |&(node, score): &(NodeId, f32)| {
            let Reference { iri, label } = self.reference(node);
            NamedScore { iri, label, score }
        };
        scores.iter().map(named).collect()
    }
}
