//! Trained weights, and what they were trained on.

use serde::{Deserialize, Serialize};

use super::NbfNetConfig;
use super::parameters::Layout;
use crate::ReasonerError;
use crate::relational::RelationalGraph;
use crate::sealed::{open, seal};

/// First bytes of a file of weights; the digits are the version of the format.
const MAGIC: [u8; 8] = *b"tgnbf001";

/// Weights of an [`NbfNet`](super::NbfNet), with the relations and the state of the graph that they
/// were trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NbfNetWeights {
    config: NbfNetConfig,
    relations: Vec<String>,
    fingerprint: String,
    /// The validation MRR that they were chosen by.
    mrr: f64,
    parameters: Vec<f32>,
}

impl NbfNetWeights {
    pub(crate) fn new(
        config: NbfNetConfig,
        graph: &RelationalGraph,
        mrr: f64,
        parameters: Vec<f32>,
    ) -> Self {
        Self {
            config,
            relations: graph.relation_names().to_vec(),
            fingerprint: graph.fingerprint(),
            mrr,
            parameters,
        }
    }

    /// Random weights for a graph, as training starts from: for measuring and testing.
    ///
    /// # Errors
    /// Settings out of range.
    pub fn random(
        config: &NbfNetConfig,
        graph: &RelationalGraph,
        seed: u64,
    ) -> Result<Self, ReasonerError> {
        config.check()?;
        let parameters = Layout::new(config, graph.directed_relations()).initial(seed);
        Ok(Self::new(config.clone(), graph, 0.0, parameters))
    }

    /// The size of the network.
    #[must_use]
    pub fn config(&self) -> &NbfNetConfig {
        &self.config
    }

    /// Mean reciprocal rank on the facts that training was watched by.
    #[must_use]
    pub fn validation_mrr(&self) -> f64 {
        self.mrr
    }

    /// How many numbers there are.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.parameters.len()
    }

    /// The [fingerprint](RelationalGraph::fingerprint) of the graph they were trained on.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// All numbers, matrices row by row, in this order, with d the dimension and R the relations
    /// of the graph: `[2R + 1, d]` queries; for each layer `[2R, d, d]` and `[2R, d]` relations,
    /// `[2d, d]` and `[d]` of the linear map, `[d]` gain, `[d]` shift; of the score `[2d, d]`,
    /// `[d]`, `[d]`, `[1]`.
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    pub(crate) fn layout(&self) -> Layout {
        Layout::new(&self.config, 2 * self.relations.len())
    }

    /// Checks that they were trained on these relations. Nodes and facts may be others: the network
    /// knows relations only.
    ///
    /// # Errors
    /// [`ReasonerError::WeightsOfAnotherGraph`].
    pub fn check(&self, graph: &RelationalGraph) -> Result<(), ReasonerError> {
        if self.relations == graph.relation_names() {
            return Ok(());
        }
        let lacks = |theirs: &[String], ours: &[String]| {
            theirs.iter().find(|name| !ours.contains(name)).cloned()
        };
        let unknown = lacks(graph.relation_names(), &self.relations)
            .map(|n| format!("they do not know <{n}>"));
        let missing = lacks(&self.relations, graph.relation_names())
            .map(|n| format!("the graph has no <{n}>"));
        let reason = unknown.or(missing);
        Err(ReasonerError::WeightsOfAnotherGraph {
            reason: reason.unwrap_or_else(|| "the order of relations differs".to_owned()),
        })
    }

    /// The content of a file: format, weights and checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        seal(MAGIC, self)
    }

    /// Reads the content of a file.
    ///
    /// # Errors
    /// [`ReasonerError::DamagedWeights`] if any byte is not as it was written, or a number is not
    /// finite.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReasonerError> {
        let damaged = |reason: String| ReasonerError::DamagedWeights { reason };
        let weights: Self = open(MAGIC, bytes).map_err(damaged)?;
        weights.config.check()?;
        if weights.parameters.len() != weights.layout().len {
            return Err(damaged(
                "they are not of the size that they name".to_owned(),
            ));
        }
        if weights.parameters.iter().any(|value| !value.is_finite()) {
            return Err(damaged("they hold numbers that are not finite".to_owned()));
        }
        Ok(weights)
    }
}
