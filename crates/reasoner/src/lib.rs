//! Graph reasoning: from the entities somebody named to those they may have meant as well.
//!
//! A [`Reasoner`] takes weighted seeds and returns the nodes that message passing over the graph
//! reaches most strongly. [`Propagate`] needs no trained weights; [`NoReasoner`] is the baseline
//! that expands nothing. Where the sums run is chosen at run time by a [`DeviceChoice`].
//!
//! ```
//! use tastegraph_graph::{NodeKind, SnapshotBuilder, Walk};
//! use tastegraph_reasoner::{DeviceChoice, PropagateConfig, Reasoner};
//!
//! let mut builder = SnapshotBuilder::new();
//! let by = builder.relation("ex:by", "by", "made", 1.0, true);
//! let ada = builder.node("ex:ada", NodeKind::Entity, "Ada", "person");
//! let bob = builder.node("ex:bob", NodeKind::Entity, "Bob", "person");
//! let chair = builder.node("ex:chair", NodeKind::Item, "Chair", "furniture");
//! builder.edge(chair, by, ada, 0);
//! builder.edge(chair, by, bob, 0);
//! let snapshot = builder.build()?;
//!
//! let entities = snapshot.nodes_of(NodeKind::Entity);
//! let reasoner = PropagateConfig::default().init(
//!     &Walk::new(&snapshot),
//!     |node| entities.contains(node),
//!     &DeviceChoice::Cpu,
//! )?;
//! let seed = snapshot.find("ex:ada").expect("was added above");
//! let expansion = reasoner.expand(&[(seed, 1.0)], 20)?;
//! assert_eq!(snapshot.label(expansion.entities[0].0), "Bob");
//! assert_eq!(expansion.device, "cpu (sparse rows)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod device;
mod error;
mod expansion;
mod nbfnet;
mod pretrain;
mod propagate;
mod random;
mod relational;
mod sealed;

pub use device::{DeviceChoice, DeviceInfo, DeviceKind, devices};
pub use error::ReasonerError;
pub use expansion::{Expansion, NoReasoner, Reasoner};
pub use nbfnet::{NbfNet, NbfNetConfig, NbfNetWeights};
pub use pretrain::{LinkRanking, PretrainConfig, PretrainReport, Pretraining, Progress};
pub use propagate::{Propagate, PropagateConfig};
pub use relational::{Fact, RelationalGraph};
