//! What can go wrong while reasoning.

use tastegraph_graph::GraphError;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReasonerError {
    /// The seeds do not fit the graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A setting of a reasoner is out of range.
    #[error("reasoner setting {name} {problem}")]
    InvalidConfig {
        /// The setting.
        name: &'static str,
        /// What is wrong with it, as the rest of a sentence.
        problem: String,
    },
    /// A device name that means nothing.
    #[error("unknown device {given:?}: use auto, cpu, cpu-tensor, gpu, gpu:NUMBER or gpu-software")]
    UnknownDevice {
        /// The name as given.
        given: String,
    },
    /// The device failed while it was computing.
    #[error("{device} failed: {reason}; choose the device \"cpu\" to go on without it")]
    Device {
        /// The device in words.
        device: String,
        /// What the back end reported.
        reason: String,
    },
}
