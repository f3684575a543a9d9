//! What retrieval answers.

use std::time::Duration;

use tastegraph_graph::{NodeId, Path};
use tastegraph_reasoner::Expansion;

use crate::{Evidence, Stages};

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
    /// For each node that it added, the best path from a seed.
    pub implied_paths: Vec<Option<Path>>,
    /// The log-odds of each item, in the order of the snapshot's items, conditions aside.
    pub log_odds: Vec<f32>,
    /// Why the answer rests on less than what was asked, if it does.
    pub fallback: Option<Fallback>,
    /// Time by stage.
    pub timings: StageTimings,
}
