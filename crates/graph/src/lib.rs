//! An immutable numeric snapshot of a knowledge graph, and walks on it.
//!
//! The [`Snapshot`] keeps what an explanation needs (names, relations, directions, polarity); the
//! [`Walk`] made from it keeps what a random walk needs (merged weights, neighbours in one array).
//! On top stand [`personalized_pagerank`], [`PathFinder`] and [`similar_nodes`].
//!
//! ```
//! use tastegraph_graph::{
//!     NodeKind, PageRankOptions, PathFinder, SnapshotBuilder, Walk, personalized_pagerank, top_k,
//! };
//!
//! let mut builder = SnapshotBuilder::new();
//! let made_by = builder.relation("ex:madeBy", "made by", "maker of", 1.0, true);
//! let chair = builder.node("ex:chair", NodeKind::Item, "Chair", "furniture");
//! let table = builder.node("ex:table", NodeKind::Item, "Table", "furniture");
//! let ada = builder.node("ex:ada", NodeKind::Entity, "Ada", "person");
//! builder.edge(chair, made_by, ada, 0);
//! builder.edge(table, made_by, ada, 0);
//! let snapshot = builder.build()?;
//!
//! let walk = Walk::new(&snapshot);
//! let liked = snapshot.find("ex:chair").expect("was added above");
//! let rank = personalized_pagerank(&walk, &[(liked, 1.0)], &PageRankOptions::default())?;
//! let items = snapshot.nodes_of(NodeKind::Item);
//! let best = top_k(&rank.scores, |n| items.contains(n) && n != liked, 1)[0].0;
//! assert_eq!(snapshot.label(best), "Table");
//!
//! let why = PathFinder::new(&snapshot, &walk, &[(liked, 1.0)]).paths(best, 1);
//! assert_eq!(snapshot.label(why[0].steps[0].to), "Ada");
//! # Ok::<(), tastegraph_graph::GraphError>(())
//! ```

mod error;
mod ids;
mod pagerank;
mod paths;
mod raw;
mod seeds;
mod similar;
mod snapshot;
mod top_k;
mod walk;

pub use error::GraphError;
pub use ids::{NodeId, NodeKind, NodeRange, RelationId};
pub use pagerank::{
    Best, BestOptions, Certainty, LocalRank, Method, PageRank, PageRankOptions, Solver, best_nodes,
    forward_push, personalized_pagerank, personalized_pagerank_batch,
};
pub use paths::{Path, PathFinder, Step};
pub use seeds::normalize_seeds;
pub use similar::{Similar, Similarity, similar_nodes};
pub use snapshot::{BuildTimes, Neighbor, NodeIdx, Relation, Snapshot, SnapshotBuilder};
pub use top_k::top_k;
pub use walk::{
    Visited, Walk, WalkEdge, WalkEdgeReferences, WalkEdges, WalkNeighborIds, WalkNeighbors,
};
