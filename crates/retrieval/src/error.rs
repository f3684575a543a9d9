//! What can go wrong while retrieving.

/// An error of the retrieval pipeline.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RetrievalError {
    /// A parameter is outside its range.
    #[error("parameter {name} is {value}; it must be {expected}")]
    Parameter {
        /// Name of the field of [`Parameters`](crate::Parameters).
        name: &'static str,
        /// The value given.
        value: f64,
        /// The range allowed.
        expected: &'static str,
    },
    /// A filter names a number that the profile does not have.
    #[error("there is no filter called \"{name}\"; this graph has {known}")]
    UnknownFilter {
        /// The name given.
        name: String,
        /// The names that exist, joined by commas; "none" if there are none.
        known: String,
    },
    /// What is to be explained is no item.
    #[error("{label} is nothing that is recommended, so that it has no score\nhint: name an item")]
    NoItem {
        /// The label of the node.
        label: String,
    },
    /// The sentence vector of the request does not fit those of the index.
    #[error(transparent)]
    Text(#[from] tastegraph_text::TextError),
    /// The walk failed.
    #[error(transparent)]
    Graph(#[from] tastegraph_graph::GraphError),
    /// The reasoner failed.
    #[error(transparent)]
    Reasoner(#[from] tastegraph_reasoner::ReasonerError),
}
