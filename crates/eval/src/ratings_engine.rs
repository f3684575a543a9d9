//! The retrieval of the engine over users and what they rated, without a knowledge graph.

use tastegraph_graph::{NodeId, NodeKind, SnapshotBuilder};
use tastegraph_reasoner::NoReasoner;
use tastegraph_retrieval::{Catalogue, LinkedMention, LinkedRequest, Parameters, Retriever};
use tastegraph_text::Bm25Builder;

use crate::ratings::UserRecommender;
use crate::{ENGINE, EvalError, RatingsSplit};

/// Retrieval over a graph of users and items.
#[derive(Debug)]
pub struct RatingsEngine {
    retriever: Retriever,
    parameters: Parameters,
}

impl RatingsEngine {
    /// The parameters for long histories of ratings: a restart of .6 keeps the walk near, what was rated
    /// last counts most, and a long-tail exponent of .3 takes back what popular items gain from every
    /// walk. They are the best of a grid of twelve on `MovieLens` latest-small with the last but one item
    /// of each user as target, after they had been seen to do well on the last one.
    #[must_use]
    pub fn parameters() -> Parameters {
        Parameters {
            restart: 0.6,
            seed_recency: 0.6,
            long_tail: 0.3,
            text_weight: 0.0,
            similar_text_weight: 0.0,
            content_weight: 0.0,
            popularity_weight: 1e-4,
            reasoner_weight: 0.0,
            evidence_items: 0,
            ..Parameters::default()
        }
    }

    /// Builds the graph of what users know.
    ///
    /// # Errors
    /// [`EvalError::Method`] if the graph cannot be built.
    pub fn new(split: &RatingsSplit, parameters: Parameters) -> Result<Self, EvalError> {
        let mut builder = SnapshotBuilder::new();
        let rated = builder.relation("rated", "rated", "rated by", 1.0, true);
        let items: Vec<_> = split
            .universe
            .ids()
            .iter()
            .map(|id| builder.node(&format!("item/{id}"), NodeKind::Item, id, "item"))
            .collect();
        for (user, known) in split.users.iter().zip(&split.known) {
            let node = builder.node(&format!("user/{user}"), NodeKind::User, user, "user");
            for &(item, _) in known {
                builder.edge(node, rated, items[item as usize], 0);
            }
        }
        let snapshot = builder.build().map_err(failed)?;
        // The universe is in the order of the identifiers, and so are the items of a snapshot.
        let words = Bm25Builder::new().build();
        let retriever = Retriever::new(snapshot, Catalogue::default(), words, Box::new(NoReasoner));
        Ok(Self {
            retriever,
            parameters,
        })
    }
}

fn failed(error: impl std::fmt::Display) -> EvalError {
    EvalError::Method {
        method: ENGINE.to_owned(),
        message: error.to_string(),
    }
}

impl UserRecommender for RatingsEngine {
    fn name(&self) -> &'static str {
        ENGINE
    }

    fn recommend(&self, known: &[(u32, f32)]) -> Result<Vec<f32>, EvalError> {
        let mut items = self.retriever.snapshot().nodes_of(NodeKind::Item);
        let first = items.next().map_or(0, NodeId::index);
        let mentions: Vec<LinkedMention> = known
            .iter()
            .enumerate()
            .map(|(turn, &(item, _))| LinkedMention {
                turn,
                speaker: tastegraph::Speaker::Seeker,
                node: NodeId::from_index(first + item as usize),
            })
            .collect();
        let request = LinkedRequest {
            mentions: &mentions,
            turns: known.len(),
            words: "",
            meaning: None,
            rules: &[],
            repeats: true,
            parameters: &self.parameters,
        };
        Ok(self
            .retriever
            .retrieve_linked(&request)
            .map_err(failed)?
            .log_odds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rating;

    fn split() -> RatingsSplit {
        let rate = |user: &str, item: &str, time| Rating {
            user: user.to_owned(),
            item: item.to_owned(),
            value: 5.0,
            time,
        };
        let mut ratings = Vec::new();
        for (user, items) in [
            ("a", "1 2 3"),
            ("b", "1 2 3"),
            ("c", "7 8 9"),
            ("d", "7 8 9"),
        ] {
            ratings.extend(
                (0..)
                    .zip(items.split(' '))
                    .map(|(time, item)| rate(user, item, time)),
            );
        }
        RatingsSplit::new(&ratings, 0)
    }

    #[test]
    fn similar_users_do_the_work() {
        let split = split();
        let engine =
            RatingsEngine::new(&split, RatingsEngine::parameters()).expect("a valid graph");
        let position = |item: &str| split.universe.position(item).expect("is there") as usize;
        let scores = engine
            .recommend(&[(position("1") as u32, 5.0)])
            .expect("answers");
        assert!(scores[position("2")] > scores[position("8")]);
    }

    #[test]
    fn somebody_new_gets_what_is_popular() {
        let engine =
            RatingsEngine::new(&split(), RatingsEngine::parameters()).expect("a valid graph");
        let scores = engine.recommend(&[]).expect("answers");
        assert!(scores.iter().all(|score| score.is_finite()));
    }
}
