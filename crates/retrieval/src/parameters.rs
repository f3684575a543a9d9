//! The numbers that steer retrieval.

use serde::{Deserialize, Serialize};

use crate::RetrievalError;

/// Log-odds beyond which nothing changes any more: e^50 leaves no other item a visible share, and a
/// sum of such numbers is still far from the largest `f32`.
const MAX_LOG_ODDS: f32 = 50.0;

/// All parameters of retrieval, with their defaults.
///
/// Where a default comes from a measurement it is one on `ReDial`, with a memory and queries that share
/// no worker (docs/decisions/0050); `tastegraph.toml` of a graph overrides any of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// Restart probability α of Personalized PageRank, in (0, 1]. Flat between .15 and .8.
    pub restart: f64,
    /// The walk stops when the scores move by less than this in L1 norm.
    pub tolerance: f64,
    /// Most iterations of the walk.
    pub max_iterations: usize,
    /// What a seed that the caller linked keeps of its weight with each later turn, in (0, 1].
    pub seed_recency: f32,
    /// Share g of the restart vector that the reasoner's expansion gets, in [0, 1).
    pub reasoner_weight: f32,
    /// How many new entities m the reasoner may add.
    pub reasoner_entities: usize,
    /// Share of the restart vector that conversations with similar words get, in [0, 1).
    pub text_weight: f32,
    /// How many such conversations.
    pub text_conversations: usize,
    /// What the cosine of sentence vectors counts in the similarity of two conversations, where the BM25 score of
    /// their words counts 1 for the best, in [0, 50]. Only where the index has vectors.
    pub meaning_weight: f32,
    /// Weight τ of the walk from those conversations by itself, in log-odds, in [0, 50]: items that
    /// both walks reach come first.
    pub similar_text_weight: f32,
    /// How much an item gains in log-odds by being made of the same as the items named, in [0, 50].
    /// Reaches items that nobody has mentioned.
    pub content_weight: f32,
    /// How much an item gains in log-odds whose texts match the words of the conversation best of
    /// all, others in proportion, in [0, 50].
    pub description_weight: f32,
    /// How much an item gains in log-odds for each unit of cosine between what the conversation and what the item
    /// means, in [0, 50]. Only where the index has vectors.
    pub description_meaning_weight: f32,
    /// Share of popularity in the order of items, in [0, 1]: breaks ties and reaches cold items.
    pub popularity_weight: f32,
    /// Long-tail mode: how much an item loses in log-odds for each doubling (times ln 2) of the
    /// conversations and users that name it, in [0, 50]. 0 leaves the long tail where it is.
    pub long_tail: f32,
    /// How much an item loses in log-odds for each ten by which its qualifier, such as its year, is below the highest
    /// of all, in [0, 50]. 0 leaves the old where it is.
    pub recency_weight: f32,
    /// How much an item loses in log-odds by being made of the same as an item ahead of it in the list, in [0, 50]:
    /// maximal marginal relevance. 0 leaves like beside like.
    pub diversity: f32,
    /// How much an item gains in log-odds by having everything that was asked for by name
    /// (a genre, a person), in [0, 50]. The walk alone lets a broad genre drown in the rest, and half of
    /// what was asked for is not enough. In conversations that the caller linked a mention counts a
    /// quarter, which makes 1 in all: on `ReDial` (new targets) HR@10 is .243 with 1, .240 with 1.5,
    /// .237 with 2 and .233 with 3.
    pub asked_weight: f32,
    /// How much an item loses in log-odds that was named before, where it may come back, in [0, 50].
    pub repeat_penalty: f32,
    /// The same for an item that the seeker alone brought up in one of the last four turns.
    pub discussed_penalty: f32,
    /// Candidates k kept for the prompt.
    pub candidates: usize,
    /// Similar conversations n reported.
    pub similar_conversations: usize,
    /// Similar users reported.
    pub similar_users: usize,
    /// Similar conversations among which the likes of a candidate are counted.
    pub evidence_conversations: usize,
    /// Candidates, the best first, for which evidence is gathered.
    pub evidence_items: usize,
    /// Most facts of the graph cited for a candidate.
    pub facts_per_item: usize,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            restart: 0.3,
            tolerance: 1e-6,
            max_iterations: 50,
            seed_recency: 0.8,
            reasoner_weight: 0.0,
            reasoner_entities: 20,
            text_weight: 0.3,
            text_conversations: 150,
            meaning_weight: 0.5,
            similar_text_weight: 0.3,
            content_weight: 6.0,
            description_weight: 0.9,
            description_meaning_weight: 3.0,
            popularity_weight: 0.02,
            long_tail: 0.0,
            recency_weight: 0.0,
            diversity: 0.0,
            asked_weight: 4.0,
            repeat_penalty: 2.5,
            discussed_penalty: 0.5,
            candidates: 50,
            similar_conversations: 5,
            similar_users: 3,
            evidence_conversations: 20,
            evidence_items: 50,
            facts_per_item: 6,
        }
    }
}

impl Parameters {
    /// Checks every range.
    ///
    /// # Errors
    /// [`RetrievalError::Parameter`] naming the first field that is out of range.
    pub fn validate(&self) -> Result<(), RetrievalError> {
        let share = |value: f32| (0.0..1.0).contains(&value);
        let log_odds = |name, value: f32| {
            let valid = (0.0..=MAX_LOG_ODDS).contains(&value);
            (name, f64::from(value), valid, "between 0 and 50")
        };
        let checks = [
            (
                "restart",
                self.restart,
                self.restart > 0.0 && self.restart <= 1.0,
                "above 0 and at most 1",
            ),
            ("tolerance", self.tolerance, self.tolerance > 0.0, "above 0"),
            (
                "max_iterations",
                self.max_iterations as f64,
                self.max_iterations > 0,
                "at least 1",
            ),
            (
                "seed_recency",
                self.seed_recency.into(),
                self.seed_recency > 0.0 && self.seed_recency <= 1.0,
                "above 0 and at most 1",
            ),
            (
                "reasoner_weight",
                self.reasoner_weight.into(),
                share(self.reasoner_weight),
                "at least 0 and below 1",
            ),
            (
                "text_weight",
                self.text_weight.into(),
                share(self.text_weight),
                "at least 0 and below 1",
            ),
            (
                "popularity_weight",
                self.popularity_weight.into(),
                (0.0..=1.0).contains(&self.popularity_weight),
                "between 0 and 1",
            ),
            log_odds("similar_text_weight", self.similar_text_weight),
            log_odds("content_weight", self.content_weight),
            log_odds("meaning_weight", self.meaning_weight),
            log_odds("description_weight", self.description_weight),
            log_odds(
                "description_meaning_weight",
                self.description_meaning_weight,
            ),
            log_odds("long_tail", self.long_tail),
            log_odds("recency_weight", self.recency_weight),
            log_odds("diversity", self.diversity),
            log_odds("asked_weight", self.asked_weight),
            log_odds("repeat_penalty", self.repeat_penalty),
            log_odds("discussed_penalty", self.discussed_penalty),
            (
                "candidates",
                self.candidates as f64,
                self.candidates > 0,
                "at least 1",
            ),
        ];
        match checks.into_iter().find(|(_, _, valid, _)| !valid) {
            Some((name, value, _, expected)) => Err(RetrievalError::Parameter {
                name,
                value,
                expected,
            }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        assert!(Parameters::default().validate().is_ok());
    }

    #[test]
    fn a_bad_value_is_named() {
        let parameters = Parameters {
            restart: 0.0,
            ..Parameters::default()
        };
        let message = parameters
            .validate()
            .expect_err("0 is out of range")
            .to_string();
        assert!(
            message.contains("restart") && message.contains("above 0"),
            "{message}"
        );
    }

    #[test]
    fn not_a_number_is_refused() {
        let parameters = Parameters {
            text_weight: f32::NAN,
            ..Parameters::default()
        };
        assert!(parameters.validate().is_err());
    }
}
