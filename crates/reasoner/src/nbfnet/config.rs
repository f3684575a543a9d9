//! The size of the network.

use serde::{Deserialize, Serialize};

use crate::ReasonerError;

/// Sizes of a feature vector that there are inner loops for.
const DIMENSIONS: [usize; 4] = [16, 32, 64, 128];
const MAX_LAYERS: usize = 16;

/// Settings of [`NbfNet`](super::NbfNet) that its weights depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NbfNetConfig {
    /// d, the values in a node's feature vector: 16, 32, 64 or 128.
    pub dimension: usize,
    /// L, the number of layers and of hops from the seeds, 1 to 16.
    pub layers: usize,
}

impl Default for NbfNetConfig {
    fn default() -> Self {
        Self {
            dimension: 32,
            layers: 4,
        }
    }
}

impl NbfNetConfig {
    pub(crate) fn check(&self) -> Result<(), ReasonerError> {
        let invalid = |name, problem| Err(ReasonerError::InvalidConfig { name, problem });
        let dimension = self.dimension;
        if !DIMENSIONS.contains(&dimension) {
            return invalid(
                "dimension",
                format!("is {dimension}; use 16, 32, 64 or 128"),
            );
        }
        if self.layers == 0 || self.layers > MAX_LAYERS {
            return invalid(
                "layers",
                format!("is {}; use 1 to {MAX_LAYERS}", self.layers),
            );
        }
        Ok(())
    }
}
