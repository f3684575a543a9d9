//! The numbers that steer retrieval.

use serde::{Deserialize, Serialize};

use crate::RetrievalError;

/// Log-odds beyond which nothing changes any more: e^50 leaves no other item a visible share, and a
/// sum of such numbers is still far from the largest `f32`.
const MAX_ASKED_WEIGHT: f32 = 50.0;

/// All parameters of retrieval, with their defaults.
///
/// Where a default comes from a measurement it is one on ReDial, a graph of films and
/// conversations; `tastegraph.toml` of a graph overrides any of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// Restart probability α of Personalized PageRank, in (0, 1]. Flat between .15 and .8.
    pub restart: f64,
    /// The walk stops when the scores move by less than this in L1 norm.
    pub tolerance: f64,
    /// Most iterations of the walk.
    pub max_iterations: usize,
    /// Share g of the restart vector that the reasoner's expansion gets, in [0, 1).
    pub reasoner_weight: f32,
    /// How many new entities m the reasoner may add.
    pub reasoner_entities: usize,
    /// Share of the restart vector that conversations with similar words get, in [0, 1).
    pub text_weight: f32,
    /// How many such conversations.
    pub text_conversations: usize,
    /// Share of popularity in the order of items, in [0, 1]: breaks ties and reaches cold items.
    pub popularity_weight: f32,
    /// How much an item gains in log-odds by having everything that was asked for by name
    /// (a genre, a person), in [0, 50]. The walk alone lets a broad genre drown in the rest.
    pub asked_weight: f32,
    /// How much an item loses in log-odds that was recommended before and not answered, in [0, 50]. On ReDial 2 did
    /// best for items that were mentioned before.
    pub repeat_penalty: f32,
    /// Candidates k kept for the prompt.
    pub candidates: usize,
    /// Similar conversations n reported.
    pub similar_conversations: usize,
    /// Similar users reported.
    pub similar_users: usize,
    /// Similar conversations among which the likes of a candidate are counted.
    pub evidence_conversations: usize,
    /// Most facts of the graph cited for a candidate.
    pub facts_per_item: usize,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            restart: 0.3,
            tolerance: 1e-6,
            max_iterations: 50,
            reasoner_weight: 0.1,
            reasoner_entities: 20,
            text_weight: 0.3,
            text_conversations: 50,
            popularity_weight: 0.01,
            asked_weight: 2.0,
            repeat_penalty: 2.0,
            candidates: 50,
            similar_conversations: 5,
            similar_users: 3,
            evidence_conversations: 20,
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
            (
                "asked_weight",
                self.asked_weight.into(),
                (0.0..=MAX_ASKED_WEIGHT).contains(&self.asked_weight),
                "between 0 and 50",
            ),
            (
                "repeat_penalty",
                self.repeat_penalty.into(),
                (0.0..=MAX_ASKED_WEIGHT).contains(&self.repeat_penalty),
                "between 0 and 50",
            ),
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
