//! Query-conditioned relational message passing.

mod config;
mod host;
mod parameters;
mod weights;

pub use config::NbfNetConfig;
pub(crate) use host::{Host, Mask, Question, Workspace};
pub(crate) use parameters::Layout;
pub use weights::NbfNetWeights;
