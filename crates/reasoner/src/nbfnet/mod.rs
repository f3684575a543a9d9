//! Query-conditioned relational message passing, after `NBFNet` (Zhu et al., arXiv 2106.06935) with
//! the several seeds and the use for retrieval of GFM-RAG (Luo et al., arXiv 2502.01113).
//!
//! For a query relation with vector q, and seeds s of weight `b_s` (the boundary condition, eq. 7):
//!
//! ```text
//! h_v⁰   = Σ_s [v = s] · b_s · q
//! w_r^l  = A_r^l · q + a_r^l                                 relations depend on the query
//! m_v^l  = Σ_(u, r, v) h_u^(l−1) ⊙ w_r^l + h_v⁰              DistMult messages, summed
//! h_v^l  = h_v^(l−1) + ReLU(LayerNorm(W^l · [h_v^(l−1); m_v^l] + b^l))
//! score  = o · ReLU(H · [h_v^L; q] + c) + o_0
//! ```
//!
//! [`host`] computes it over rows of edges on the CPU, with a gradient of its own; [`tensor`] as tensor
//! operations on any device Burn can drive. Both give the same scores and gradients.
//!
//! Relations are followed both ways, backwards with vectors of their own. A node that no path of l
//! edges joins to a seed has `h^l = 0`: only what a query reaches is computed. Nothing is learned
//! about single nodes, so weights hold for nodes and facts that came later.

mod config;
mod host;
mod parameters;
mod paths;
mod reasoner;
mod tensor;
mod weights;

pub use config::NbfNetConfig;
pub(crate) use host::{Host, Mask, Question, Workspace};
pub(crate) use parameters::Layout;
pub use reasoner::NbfNet;
pub(crate) use tensor::{DeviceFailure, OnDevice};
pub use weights::NbfNetWeights;
