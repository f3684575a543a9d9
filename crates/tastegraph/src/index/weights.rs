//! The weights of the trained reasoner, which an index may lack.

use std::path::Path;

use tastegraph_reasoner::NbfNetWeights;

use super::FOLDER;
use super::manifest::Manifest;
use crate::EngineError;

/// Name of the weights in the manifest.
pub(super) const WEIGHTS: &str = "reasoner";

/// The weights in the index of a graph.
pub(crate) fn read_weights(folder: &Path) -> Result<NbfNetWeights, EngineError> {
    let place = folder.join(FOLDER);
    let manifest = Manifest::read(folder, &place)?;
    match manifest.optional(&place, WEIGHTS)? {
        Some(content) => Ok(NbfNetWeights::from_bytes(&content)?),
        None => Err(EngineError::NoWeights {
            path: folder.to_owned(),
        }),
    }
}

/// Adds weights to the index of a graph, in place of those it had. Returns their bytes on disk.
pub(crate) fn write_weights(folder: &Path, weights: &NbfNetWeights) -> Result<usize, EngineError> {
    let place = folder.join(FOLDER);
    // Read anew: the index may have been built again while weights were trained.
    let mut manifest = Manifest::read(folder, &place)?;
    let content = weights.to_bytes();
    manifest.add(&place, WEIGHTS, &content)?;
    manifest.commit(&place)?;
    Ok(content.len())
}
