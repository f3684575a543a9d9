//! The pipeline, stage by stage.

use std::collections::BTreeMap;
use std::time::Instant;

use tastegraph_graph::{
    NodeId, NodeKind, PageRankOptions, Similar, Similarity, Snapshot, Solver, Walk,
    personalized_pagerank, personalized_pagerank_batch,
};
use tastegraph_reasoner::{Expansion, NoReasoner, Reasoner};
use tastegraph_text::{Bm25, tokenize};

use crate::catalogue::{ages, mentions};
use crate::diversity::diversify;
use crate::evidence::EvidenceFinder;
use crate::explanation::Sources;
use crate::filter::Filter;
use crate::implied::implied_paths;
use crate::rank::{Signals, order, score};
use crate::request::Job;
use crate::restart::{Weights, blend, mix, normalised};
use crate::said::Said;
use crate::{
    Candidate, Catalogue, Content, Evidence, Explanation, Fallback, LinkedRequest, Meanings,
    Parameters, Request, RetrievalError, Retrieved, SimilarNode, StageTimings, Stages,
};

/// How many times as many conversations as are wanted are considered by their words, where meaning may change
/// their order.
const CONSIDERED: usize = 4;

/// Everything that retrieval reads; immutable, shared by all threads.
pub struct Retriever {
    snapshot: Snapshot,
    walk: Walk,
    catalogue: Catalogue,
    words: Bm25,
    item_words: Bm25,
    meanings: Meanings,
    content: Content,
    mentions: Vec<f32>,
    ages: Vec<f32>,
    /// What conversations and users share with what was found.
    conversations: Similarity,
    users: Similarity,
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

/// The token that stands for an entity in the text index, beside words.
#[must_use]
pub fn entity_token(iri: &str) -> String {
    // Words never contain a space, so that no word is taken for an entity.
    format!("entity {iri}")
}

/// Where walks start and what they reach.
struct Walks {
    seeds: Weights,
    expansion: Expansion,
    /// The seeds with what the reasoner added.
    expanded: Weights,
    /// Conversations with similar words.
    read_alike: Weights,
    /// The walk from all of them; one entry per node, or empty.
    scores: Vec<f32>,
    /// The walk from similar words alone.
    from_text: Vec<f32>,
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
        let walk = Walk::new(&snapshot);
        Self {
            content: Content::new(&snapshot, &walk),
            walk,
            mentions: mentions(&snapshot),
            ages: ages(&snapshot, &catalogue),
            conversations: Similarity::new(&snapshot, NodeKind::Conversation),
            users: Similarity::new(&snapshot, NodeKind::User),
            snapshot,
            catalogue,
            words,
            item_words: Bm25::default(),
            meanings: Meanings::default(),
            reasoner,
        }
    }

    /// Adds an index of items by node id, each as the words of its names, facts and text. What reads like the request
    /// gains by it; where nothing known is named and no conversation reads alike, the walk starts from such items.
    #[must_use]
    pub fn with_item_words(mut self, item_words: Bm25) -> Self {
        self.item_words = item_words;
        self
    }

    /// Adds sentence vectors, which requests that bring one are compared with.
    #[must_use]
    pub fn with_meanings(mut self, meanings: Meanings) -> Self {
        self.meanings = meanings;
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
        self.run(&Job::understood(request))
    }

    /// Retrieves for a conversation whose mentions the caller has linked; see [`LinkedRequest`].
    ///
    /// # Errors
    /// As [`Self::retrieve`].
    pub fn retrieve_linked(
        &self,
        request: &LinkedRequest<'_>,
    ) -> Result<Retrieved, RetrievalError> {
        self.run(&Job::linked(request, &self.snapshot))
    }

    /// Explains the log-odds of an item for a request.
    ///
    /// # Errors
    /// As [`Self::retrieve`], and [`RetrievalError::NoItem`] if the node is none.
    pub fn explain(
        &self,
        request: &Request<'_>,
        item: NodeId,
    ) -> Result<Explanation, RetrievalError> {
        self.explain_job(&Job::understood(request), item)
    }

    /// Explains the log-odds of an item for a conversation that the caller has linked.
    ///
    /// # Errors
    /// As [`Self::explain`].
    pub fn explain_linked(
        &self,
        request: &LinkedRequest<'_>,
        item: NodeId,
    ) -> Result<Explanation, RetrievalError> {
        self.explain_job(&Job::linked(request, &self.snapshot), item)
    }

    fn explain_job(&self, job: &Job<'_>, item: NodeId) -> Result<Explanation, RetrievalError> {
        let items = self.snapshot.nodes_of(NodeKind::Item);
        let Some(place) = items.place_of(item) else {
            let label = self.snapshot.label(item).to_owned();
            return Err(RetrievalError::NoItem { label });
        };
        job.parameters.validate()?;
        let walks = self.walks(job, &mut StageTimings::default())?;
        let stages = self.stages(job, &walks)?;
        let back = self.pagerank(&normalised([(item, 1.0)], &self.walk), job.parameters)?;
        let degree = |node: NodeId| self.walk.weighted_degree(node) as f32;
        let reached = |node: NodeId| {
            let at = back.get(node.index()).copied().unwrap_or(0.0);
            at * degree(item) / degree(node)
        };
        let mass = |scores: &[f32]| -> f32 {
            let on_items = items.clone();
            on_items
                .map(|item| scores.get(item.index()).copied().unwrap_or(0.0))
                .sum()
        };
        let sources = Sources {
            snapshot: &self.snapshot,
            content: &self.content,
            parameters: job.parameters,
            expanded: &walks.expanded,
            read_alike: &walks.read_alike,
            seeds: &walks.seeds,
            asked: &job.said.asked,
            reached: &reached,
            mass: mass(&walks.scores),
            text_mass: mass(&walks.from_text),
        };
        Ok(sources.explain(item, &stages[place]))
    }

    fn run(&self, job: &Job<'_>) -> Result<Retrieved, RetrievalError> {
        let parameters = job.parameters;
        parameters.validate()?;
        let mut timings = StageTimings::default();
        let filter = Filter::new(
            job.rules.iter().copied(),
            job.said.excluded.clone(),
            &self.snapshot,
            &self.catalogue,
        )?;
        let walks = self.walks(job, &mut timings)?;

        let clock = Instant::now();
        let stages = self.stages(job, &walks)?;
        let passes = |item| filter.passes(item, &self.catalogue);
        let ranked = order(&self.snapshot, &stages, passes, parameters.candidates);
        let items = self.snapshot.nodes_of(NodeKind::Item);
        let ranked = diversify(ranked, &self.content, &items, parameters.diversity);
        timings.rank = clock.elapsed();

        let clock = Instant::now();
        let fans = parameters.evidence_conversations;
        let similar =
            |kind: &Similarity, wanted: usize| self.similar(kind, &walks.scores, fans.max(wanted));
        let mut conversations = similar(&self.conversations, parameters.similar_conversations);
        let mut users = similar(&self.users, parameters.similar_users);
        timings.similar = clock.elapsed();

        let clock = Instant::now();
        let candidates = self.explained(ranked, job, &conversations, &users);
        let (reasoner, graph) = (self.reasoner.as_ref(), (&self.snapshot, &self.walk));
        let implied_paths = implied_paths(reasoner, graph, &walks.seeds, &walks.expansion)?;
        timings.evidence = clock.elapsed();

        conversations.truncate(parameters.similar_conversations);
        users.truncate(parameters.similar_users);
        Ok(Retrieved {
            fallback: fallback(&candidates, &walks, &job.said),
            candidates,
            similar_conversations: conversations,
            similar_users: users,
            expansion: walks.expansion,
            implied_paths,
            log_odds: stages.iter().map(|stages| stages.parts.total()).collect(),
            timings,
        })
    }

    /// Seeds, expansion and similar texts, and the walks from them.
    fn walks(&self, job: &Job<'_>, timings: &mut StageTimings) -> Result<Walks, RetrievalError> {
        let parameters = job.parameters;
        // What is not walked, such as a language, is no seed but can be a reason.
        let seeds = normalised(job.said.seeds.iter().copied(), &self.walk);

        let clock = Instant::now();
        let mut read_alike = self.conversations_that_read_alike(job)?;
        // Where conversations read alike they are the better start: on ReDial, contexts that name nothing
        // known lose most of their hits when items share it.
        if seeds.is_empty() && read_alike.is_empty() {
            let found = self.search_items(job.words, parameters.text_conversations);
            read_alike = normalised(found, &self.walk);
        }
        timings.text = clock.elapsed();

        let clock = Instant::now();
        // What has no share in the walk is not worth its time, and would be no reason for anything.
        let expansion = if parameters.reasoner_weight > 0.0 {
            self.reasoner.expand(&seeds, parameters.reasoner_entities)?
        } else {
            NoReasoner.expand(&seeds, 0)?
        };
        timings.reasoner = clock.elapsed();

        let clock = Instant::now();
        let expanded = mix(&seeds, &expansion.entities, parameters.reasoner_weight);
        let [from_text, from_seeds] = self.pageranks([&read_alike, &expanded], parameters)?;
        let scores = blend(from_seeds, &from_text, parameters.text_weight);
        timings.pagerank = clock.elapsed();
        Ok(Walks {
            seeds,
            expansion,
            expanded,
            read_alike,
            scores,
            from_text,
        })
    }

    fn stages(&self, job: &Job<'_>, walks: &Walks) -> Result<Vec<Stages>, RetrievalError> {
        let described = self.described(job);
        let meaning = self.meaning(job)?;
        let signals = Signals {
            described: &described,
            meaning: &meaning,
            walk: &walks.scores,
            text: &walks.from_text,
            mentions: &self.mentions,
            ages: &self.ages,
            seeds: &walks.seeds,
            asked: &job.said.asked,
            repeats: &job.said.repeats,
        };
        Ok(score(
            &self.snapshot,
            &self.content,
            &signals,
            job.parameters,
        ))
    }

    /// The ranked items with evidence for the first of them.
    fn explained(
        &self,
        ranked: Vec<(NodeId, f32, Stages)>,
        job: &Job<'_>,
        conversations: &[SimilarNode],
        users: &[SimilarNode],
    ) -> Vec<Candidate> {
        let parameters = job.parameters;
        let fans = |similar: &[SimilarNode]| -> Vec<NodeId> {
            let first = similar.iter().take(parameters.evidence_conversations);
            first.map(|similar| similar.node).collect()
        };
        let (conversation_ids, user_ids) = (fans(conversations), fans(users));
        let finder = EvidenceFinder::new(
            &self.snapshot,
            &self.walk,
            &job.said.seeds,
            &conversation_ids,
            &user_ids,
            parameters.facts_per_item,
        );
        ranked
            .into_iter()
            .enumerate()
            .map(|(place, (node, score, stages))| Candidate {
                node,
                score,
                stages,
                evidence: if place < parameters.evidence_items {
                    finder.find(node)
                } else {
                    Evidence::default()
                },
            })
            .collect()
    }

    /// The conversations that use the same words, name the same things and mean the same, weighted by the square
    /// of their similarity: the few that are really alike outweigh the many that are a little.
    fn conversations_that_read_alike(&self, job: &Job<'_>) -> Result<Weights, RetrievalError> {
        let parameters = job.parameters;
        if parameters.text_weight <= 0.0 && parameters.similar_text_weight <= 0.0 {
            return Ok(Weights::new());
        }
        let mut tokens = tokenize(job.words);
        let named = job.said.named.iter();
        tokens.extend(named.map(|&node| entity_token(self.snapshot.iri(node))));
        // What is said twice is not meant twice as much.
        tokens.sort_unstable();
        tokens.dedup();
        let meaning = job.meaning.filter(|_| parameters.meaning_weight > 0.0);
        let wanted = parameters.text_conversations;
        let Some(meaning) = meaning.filter(|_| !self.meanings.conversations.is_empty()) else {
            let found = self.words.search(&tokens, wanted);
            let squared = |(node, score): (u32, f32)| (NodeId(node), score * score);
            return Ok(normalised(found.into_iter().map(squared), &self.walk));
        };
        // What is neither among the best by words nor among the nearest in meaning is not among the best by both.
        let by_words = self.words.search(&tokens, wanted * CONSIDERED);
        let best = by_words.first().map_or(1.0, |&(_, score)| score);
        let by_words = by_words.into_iter();
        let mut similar: BTreeMap<NodeId, f32> = by_words
            .map(|(node, score)| (NodeId(node), score / best))
            .collect();
        for (node, _) in self.meanings.conversations.nearest(meaning, wanted)? {
            similar.entry(node).or_default();
        }
        for (&node, similarity) in &mut similar {
            let cosine = self.meanings.conversations.product(node, meaning);
            *similarity += parameters.meaning_weight * cosine.max(0.0);
        }
        let mut similar: Weights = similar.into_iter().collect();
        similar.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        similar.truncate(wanted);
        let squared = similar
            .into_iter()
            .map(|(node, score)| (node, score * score));
        Ok(normalised(squared, &self.walk))
    }

    /// For each item how well its names, facts and texts match the words of the conversation: BM25 over
    /// that of the best item. Empty if nothing matches.
    fn described(&self, job: &Job<'_>) -> Vec<f32> {
        if job.parameters.description_weight <= 0.0 || self.item_words.is_empty() {
            return Vec::new();
        }
        let mut tokens = tokenize(job.words);
        tokens.sort_unstable();
        tokens.dedup();
        let found = self.item_words.scores(&tokens);
        let best = found.iter().map(|found| found.1).fold(0.0, f32::max);
        if best <= 0.0 {
            return Vec::new();
        }
        let items = self.snapshot.nodes_of(NodeKind::Item);
        let mut described = vec![0.0; items.len()];
        for (node, score) in found {
            if let Some(place) = items.place_of(NodeId(node)) {
                described[place] = score / best;
            }
        }
        described
    }

    /// For each item how near it is in meaning; empty without vectors.
    fn meaning(&self, job: &Job<'_>) -> Result<Vec<f32>, RetrievalError> {
        let wanted = job.parameters.description_meaning_weight > 0.0;
        let Some(vector) = job
            .meaning
            .filter(|_| wanted && !self.meanings.items.is_empty())
        else {
            return Ok(Vec::new());
        };
        let items = self.snapshot.nodes_of(NodeKind::Item);
        let mut meaning = vec![0.0; items.len()];
        for (node, near) in self.meanings.of_items(vector)? {
            if let Some(place) = items.place_of(node) {
                meaning[place] = near;
            }
        }
        Ok(meaning)
    }

    fn pagerank(
        &self,
        restart: &Weights,
        parameters: &Parameters,
    ) -> Result<Vec<f32>, RetrievalError> {
        if restart.is_empty() {
            return Ok(Vec::new());
        }
        let options = pagerank_options(parameters);
        Ok(personalized_pagerank(&self.walk, restart, &options)?.scores)
    }

    /// Two walks in one pass over the edges, which takes hardly longer than one.
    fn pageranks(
        &self,
        restarts: [&Weights; 2],
        parameters: &Parameters,
    ) -> Result<[Vec<f32>; 2], RetrievalError> {
        let [first, second] = restarts;
        if first.is_empty() || second.is_empty() {
            return Ok([
                self.pagerank(first, parameters)?,
                self.pagerank(second, parameters)?,
            ]);
        }
        let options = pagerank_options(parameters);
        let both = personalized_pagerank_batch(&self.walk, &[first, second], &options)?;
        let mut scores = both.into_iter().map(|rank| rank.scores);
        // As many walks as starts.
        Ok([
            scores.next().unwrap_or_default(),
            scores.next().unwrap_or_default(),
        ])
    }

    fn similar(&self, kind: &Similarity, scores: &[f32], count: usize) -> Vec<SimilarNode> {
        if scores.is_empty() {
            return Vec::new();
        }
        kind.best(scores, count, &[])
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

fn pagerank_options(parameters: &Parameters) -> PageRankOptions {
    PageRankOptions {
        restart: parameters.restart,
        tolerance: parameters.tolerance,
        max_iterations: parameters.max_iterations,
        solver: Solver::default(),
    }
}

fn fallback(candidates: &[Candidate], walks: &Walks, said: &Said) -> Option<Fallback> {
    if candidates.is_empty() {
        return Some(Fallback::NothingMatches);
    }
    // Conditions alone are understood too: the most popular items that meet them are the answer.
    if !walks.seeds.is_empty() || !said.nothing {
        return None;
    }
    Some(if walks.scores.is_empty() {
        Fallback::Popularity
    } else {
        Fallback::SimilarText
    })
}
