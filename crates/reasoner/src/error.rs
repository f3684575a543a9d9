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
    /// There is nothing to reason about.
    #[error("no fact joins two items or entities\nhint: load facts about the items first")]
    NoFacts,
    /// Too little to learn from.
    #[error(
        "{found} facts are too few to train on, {needed} are needed\nhint: the reasoner \"propagate\" needs no training"
    )]
    TooFewFacts {
        /// Facts between items and entities.
        found: usize,
        /// Fewest that can be trained on.
        needed: usize,
    },
    /// A file of weights is not what was written.
    #[error(
        "the weights of the reasoner are damaged: {reason}\nhint: train them again with `tastegraph pretrain`"
    )]
    DamagedWeights {
        /// What is wrong, as a sentence.
        reason: String,
    },
    /// Weights do not fit the relations of the graph.
    #[error(
        "the weights of the reasoner belong to another graph: {reason}\nhint: train them on this one with `tastegraph pretrain`"
    )]
    WeightsOfAnotherGraph {
        /// The first difference.
        reason: String,
    },
    /// A checkpoint cannot be gone on from.
    #[error(
        "the checkpoint cannot be used: {reason}\nhint: begin anew with `tastegraph pretrain --restart`"
    )]
    Checkpoint {
        /// What is wrong, as a sentence.
        reason: String,
    },
    /// The loss or its gradient is no number any more.
    #[error(
        "training has diverged in step {step}: the loss is no number any more\nhint: use a lower learning rate"
    )]
    Diverged {
        /// The step, from 1.
        step: usize,
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
