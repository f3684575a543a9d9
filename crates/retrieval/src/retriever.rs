//! The pipeline, stage by stage.

use std::time::{Duration, Instant};

use tastegraph_dialogue::{Rule, Stance, Understanding};
use tastegraph_graph::{
    NodeId, NodeKind, PageRankOptions, Similar, Snapshot, Solver, Walk, personalized_pagerank,
    similar_nodes,
};
use tastegraph_reasoner::{Expansion, Reasoner};
use tastegraph_text::{Bm25, Matching, tokenize};

use crate::catalogue::popularity;
use crate::evidence::EvidenceFinder;
use crate::filter::Filter;
use crate::rank::order;
use crate::restart::{Weights, mix, normalised};
use crate::{Catalogue, Evidence, Parameters, RetrievalError, Stages};

/// Share of items beside conversations with similar words, where nothing known is named.
const ITEM_TEXT_SHARE: f32 = 0.5;

/// Everything that retrieval reads; immutable, shared by all threads.
pub struct Retriever {
    snapshot: Snapshot,
    walk: Walk,
    catalogue: Catalogue,
    words: Bm25,
    item_words: Bm25,
    popularity: Vec<f32>,
    reasoner: Box<dyn Reasoner>,
}

impl std::fmt::Debug for Retriever {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retriever")
            .field("nodes", &self.snapshot.node_count())
            .field("edges", &self.snapshot.edge_count())
            .field("reasoner", &self.reasoner.name())
            .finish_non_exhaustive()
    }
}

/// What to retrieve for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What was said, as data.
    pub understanding: &'a Understanding,
    /// The words of the conversation, for finding others that read alike.
    pub words: &'a str,
    /// Further conditions, from the application rather than from the conversation.
    pub rules: &'a [Rule],
    /// The numbers to use.
    pub parameters: &'a Parameters,
}

/// Why an answer rests on less than what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing known was named; conversations with similar words stand in.
    SimilarText,
    /// Nothing known was named and no conversation reads alike: the most popular items.
    Popularity,
    /// No item meets all conditions; the answer is empty.
    NothingMatches,
}

impl Fallback {
    /// A stable name for machines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SimilarText => "similar_text",
            Self::Popularity => "popularity",
            Self::NothingMatches => "nothing_matches",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::SimilarText => {
                "no name or term of the graph was recognised; this is what reads like the request, and what people liked who wrote something similar"
            }
            Self::Popularity => {
                "no name or term of the graph was recognised; these are the most popular"
            }
            Self::NothingMatches => "nothing in the graph meets all conditions; try to drop one",
        }
    }
}

/// An item that may be recommended.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The item.
    pub node: NodeId,
    /// Its share among all items that pass the conditions, in [0, 1].
    pub score: f32,
    /// The parts of the score.
    pub stages: Stages,
    /// Why.
    pub evidence: Evidence,
}

/// A conversation or user like this one.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarNode {
    /// The conversation or user.
    pub node: NodeId,
    /// `Σ_e r_e·[e ∈ c]/ln(e + df_e)`, 0 or more.
    pub score: f32,
    /// What it shares with the request, with the part of the score each gives, best first.
    pub shared: Vec<(NodeId, f32)>,
    /// The items that were liked there, by id.
    pub liked: Vec<NodeId>,
}

/// How long each stage took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StageTimings {
    /// Conversations with similar words.
    pub text: Duration,
    /// The reasoner.
    pub reasoner: Duration,
    /// Personalized PageRank.
    pub pagerank: Duration,
    /// Filters and order.
    pub rank: Duration,
    /// Similar conversations and users.
    pub similar: Duration,
    /// Evidence for the candidates.
    pub evidence: Duration,
}

/// What retrieval found.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieved {
    /// The best k items, best first.
    pub candidates: Vec<Candidate>,
    /// Most similar conversations first.
    pub similar_conversations: Vec<SimilarNode>,
    /// Most similar users first.
    pub similar_users: Vec<SimilarNode>,
    /// What the reasoner added to the seeds.
    pub expansion: Expansion,
    /// Why the answer rests on less than what was asked, if it does.
    pub fallback: Option<Fallback>,
    /// Time by stage.
    pub timings: StageTimings,
}

/// The token that stands for an entity in the text index, beside words.
#[must_use]
pub fn entity_token(iri: &str) -> String {
    // Words never contain a space, so that no word is taken for an entity.
    format!("entity {iri}")
}

impl Retriever {
    /// Puts the parts together. `words` indexes conversations by node id, each as its words plus an
    /// [`entity_token`] for everything it names.
    #[must_use]
    pub fn new(
        snapshot: Snapshot,
        catalogue: Catalogue,
        words: Bm25,
        reasoner: Box<dyn Reasoner>,
    ) -> Self {
        Self {
            walk: Walk::new(&snapshot),
            popularity: popularity(&snapshot),
            snapshot,
            catalogue,
            words,
            item_words: Bm25::default(),
            reasoner,
        }
    }

    /// Adds an index of items by node id, each as the words of its names, facts and text. Where nothing known is named,
    /// items that read like the request then join the restart.
    #[must_use]
    pub fn with_item_words(mut self, item_words: Bm25) -> Self {
        self.item_words = item_words;
        self
    }

    /// The `k` items whose names, facts and text share most with some words, best first, with BM25 scores.
    #[must_use]
    pub fn search_items(&self, words: &str, k: usize) -> Vec<(NodeId, f32)> {
        let found = self.item_words.search(&tokenize(words), k);
        found
            .into_iter()
            .map(|(node, score)| (NodeId(node), score))
            .collect()
    }

    /// The graph.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The graph as it is walked.
    #[must_use]
    pub fn walk(&self) -> &Walk {
        &self.walk
    }

    /// What is known of nodes besides their edges.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Retrieves candidates, similar conversations and similar users.
    ///
    /// # Errors
    /// [`RetrievalError`] if a parameter is out of range, a rule names an unknown filter, or the
    /// reasoner fails.
    pub fn retrieve(&self, request: &Request<'_>) -> Result<Retrieved, RetrievalError> {
        let parameters = request.parameters;
        parameters.validate()?;
        let mut timings = StageTimings::default();
        let filter = self.filter(request)?;

        let said = request
            .understanding
            .seeds()
            .into_iter()
            .map(|(entity, weight)| (NodeId(entity), weight));
        // What is not walked, such as a language, is no seed but can be a reason.
        let named: Vec<(NodeId, f32)> = said.collect();
        let seeds = normalised(named.iter().copied(), &self.walk);

        let clock = Instant::now();
        let mut read_alike = self.conversations_with_similar_words(request);
        if seeds.is_empty() {
            let found = self.search_items(request.words, parameters.text_conversations);
            let items = normalised(found, &self.walk);
            read_alike = mix(&read_alike, &items, ITEM_TEXT_SHARE);
        }
        timings.text = clock.elapsed();

        let clock = Instant::now();
        let expansion = self.reasoner.expand(&seeds, parameters.reasoner_entities)?;
        timings.reasoner = clock.elapsed();

        let clock = Instant::now();
        let expanded = mix(&seeds, &expansion.entities, parameters.reasoner_weight);
        let restart = mix(&expanded, &read_alike, parameters.text_weight);
        let scores = self.pagerank(&restart, parameters)?;
        timings.pagerank = clock.elapsed();

        let clock = Instant::now();
        let ranked = order(
            &self.snapshot,
            &scores,
            &self.popularity,
            &asked_for(request.understanding),
            &repeated(request.understanding),
            |item| filter.passes(item, &self.snapshot, &self.catalogue),
            parameters,
        );
        timings.rank = clock.elapsed();

        let clock = Instant::now();
        let mut conversations = self.similar(
            NodeKind::Conversation,
            &scores,
            parameters.evidence_conversations,
        );
        let mut users = self.similar(NodeKind::User, &scores, parameters.evidence_conversations);
        timings.similar = clock.elapsed();

        let clock = Instant::now();
        let conversation_ids: Vec<NodeId> =
            conversations.iter().map(|similar| similar.node).collect();
        let user_ids: Vec<NodeId> = users.iter().map(|similar| similar.node).collect();
        let finder = EvidenceFinder::new(
            &self.snapshot,
            &self.walk,
            &named,
            &conversation_ids,
            &user_ids,
            parameters.facts_per_item,
        );
        let candidates: Vec<Candidate> = ranked
            .into_iter()
            .map(|(node, score, stages)| Candidate {
                node,
                score,
                stages,
                evidence: finder.find(node),
            })
            .collect();
        timings.evidence = clock.elapsed();

        conversations.truncate(parameters.similar_conversations);
        users.truncate(parameters.similar_users);
        Ok(Retrieved {
            fallback: fallback(&candidates, &seeds, &restart, request.understanding),
            candidates,
            similar_conversations: conversations,
            similar_users: users,
            expansion,
            timings,
        })
    }

    fn filter(&self, request: &Request<'_>) -> Result<Filter, RetrievalError> {
        let stated = request
            .understanding
            .constraints
            .iter()
            .map(|constraint| &constraint.rule);
        let excluded = request
            .understanding
            .excluded()
            .into_iter()
            .map(NodeId)
            .collect();
        Filter::new(
            stated.chain(request.rules),
            excluded,
            &self.snapshot,
            &self.catalogue,
        )
    }

    /// The conversations that use the same words and name the same things, weighted by BM25.
    fn conversations_with_similar_words(&self, request: &Request<'_>) -> Weights {
        if request.parameters.text_weight <= 0.0 {
            return Weights::new();
        }
        let mut tokens = tokenize(request.words);
        let named = request
            .understanding
            .mentions
            .iter()
            .filter(|mention| mention.stance.weight() > 0.0);
        tokens.extend(named.map(|mention| entity_token(self.snapshot.iri(NodeId(mention.entity)))));
        let found = self
            .words
            .search(&tokens, request.parameters.text_conversations);
        normalised(
            found.into_iter().map(|(node, score)| (NodeId(node), score)),
            &self.walk,
        )
    }

    fn pagerank(
        &self,
        restart: &Weights,
        parameters: &Parameters,
    ) -> Result<Vec<f32>, RetrievalError> {
        if restart.is_empty() {
            return Ok(Vec::new());
        }
        let options = PageRankOptions {
            restart: parameters.restart,
            tolerance: parameters.tolerance,
            max_iterations: parameters.max_iterations,
            solver: Solver::default(),
        };
        Ok(personalized_pagerank(&self.walk, restart, &options)?.scores)
    }

    fn similar(&self, kind: NodeKind, scores: &[f32], count: usize) -> Vec<SimilarNode> {
        if scores.is_empty() {
            return Vec::new();
        }
        similar_nodes(&self.snapshot, kind, scores, count, &[])
            .into_iter()
            .map(
                |Similar {
                     node,
                     score,
                     shared,
                 }| SimilarNode {
                    node,
                    score,
                    shared,
                    liked: self.liked(node),
                },
            )
            .collect()
    }

    /// The items that a conversation or user liked.
    fn liked(&self, node: NodeId) -> Vec<NodeId> {
        let items = self.snapshot.nodes_of(NodeKind::Item);
        let mut liked: Vec<NodeId> = self
            .snapshot
            .neighbors(node)
            .filter(|neighbor| neighbor.polarity > 0 && items.contains(neighbor.node))
            .map(|neighbor| neighbor.node)
            .collect();
        liked.sort_unstable();
        liked.dedup();
        liked
    }
}

/// What the seeker asked for by name, other than items, with weights that sum to 1, and what there should be less of,
/// with weights that sum to −1.
fn asked_for(understanding: &Understanding) -> Weights {
    let wanted = understanding
        .preferences()
        .into_iter()
        .filter(|preference| {
            let matching = understanding.mentions[preference.said].matching;
            matching != Matching::Title
                && matches!(preference.stance, Stance::AskedFor | Stance::Liked)
        });
    let wanted: Vec<NodeId> = wanted.map(|preference| NodeId(preference.entity)).collect();
    let less: Vec<NodeId> = understanding
        .discouraged()
        .into_iter()
        .map(NodeId)
        .collect();
    let share = |entities: Vec<NodeId>, total: f32| {
        let weight = total / entities.len() as f32;
        entities.into_iter().map(move |entity| (entity, weight))
    };
    let mut asked: Weights = share(wanted, 1.0).chain(share(less, -1.0)).collect();
    asked.sort_by_key(|(entity, _)| *entity);
    asked
}

fn repeated(understanding: &Understanding) -> Vec<NodeId> {
    understanding.unanswered().into_iter().map(NodeId).collect()
}

fn fallback(
    candidates: &[Candidate],
    seeds: &Weights,
    restart: &Weights,
    understanding: &Understanding,
) -> Option<Fallback> {
    if candidates.is_empty() {
        return Some(Fallback::NothingMatches);
    }
    // Conditions alone are understood too: the most popular items that meet them are the answer.
    if !seeds.is_empty() || !understanding.is_empty() {
        return None;
    }
    Some(if restart.is_empty() {
        Fallback::Popularity
    } else {
        Fallback::SimilarText
    })
}
