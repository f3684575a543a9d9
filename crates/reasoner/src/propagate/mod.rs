//! Parameter-free propagation: what is close to the seeds, hubs held down.
//!
//! `h = Σ_l β_l·S^l·x` with `S = D^-½·A·D^-½`, where `x` is the seed vector scaled to sum 1, `A` the
//! weighted adjacency of the walk and `D` its weighted degrees. It is the propagation of `LightGCN`
//! (He et al., arXiv 2002.02126, eq. 3 and 4) applied to a seed vector instead of embeddings; with
//! `β_l = α(1−α)^l` it is a truncated APPNP (Gasteiger et al., arXiv 1810.05997), with only the last
//! β set, SGC (Wu et al., arXiv 1902.07153).
//!
//! Two implementations give the same results: [`sparse`] follows edges from the seeds, [`tensor`]
//! multiplies the whole graph at once on any Burn device.

mod adjacency;
mod ell;
mod sparse;
mod tensor;

use std::collections::BTreeSet;

use adjacency::Adjacency;
use ell::Ell;
use serde::{Deserialize, Serialize};
use sparse::SparseLayers;
use tastegraph_graph::{GraphError, NodeId, Walk, normalize_seeds};
use tensor::TensorLayers;

use crate::device::{Placement, resolve};
use crate::expansion::strongest;
use crate::{DeviceChoice, Expansion, Reasoner, ReasonerError};

/// Settings of [`Propagate`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PropagateConfig {
    /// L, the number of hops.
    pub layers: usize,
    /// `β_0 … β_L`, the weight of what arrives after each number of hops; finite, not negative.
    /// As seeds are never returned, `β_0` only matters to [`Propagate::propagate`].
    pub betas: Vec<f32>,
    /// Temperature of the softmax over the returned nodes, relative to the highest score: at 1 the
    /// best node gets at most e times the share of the last, towards 0 it gets everything.
    pub temperature: f32,
}

impl Default for PropagateConfig {
    /// Two layers of equal weight, the mean that `LightGCN` recommends.
    fn default() -> Self {
        Self {
            layers: 2,
            betas: vec![1.0 / 3.0; 3],
            temperature: 1.0,
        }
    }
}

impl PropagateConfig {
    /// Prepares propagation over a graph. `eligible` says which nodes an expansion may return; all
    /// nodes pass messages.
    ///
    /// All that depends on the graph is computed here, and moved to the device once. A GPU that is
    /// not there is replaced by the CPU; [`Propagate::device`] tells.
    ///
    /// # Errors
    /// Settings out of range.
    pub fn init(
        &self,
        walk: &Walk,
        eligible: impl Fn(NodeId) -> bool,
        device: &DeviceChoice,
    ) -> Result<Propagate, ReasonerError> {
        self.check()?;
        let Placement {
            tensors,
            description,
        } = resolve(*device, walk.stored_edges());
        let adjacency = Adjacency::symmetric(walk);
        let layers = match tensors {
            Some(device) if walk.node_count() > 0 => {
                let layers = TensorLayers::new(&Ell::new(&adjacency), &self.betas, device);
                Layers::Tensor(Box::new(layers))
            }
            _ => Layers::Sparse(SparseLayers::new(adjacency, &self.betas)),
        };
        Ok(Propagate {
            layers,
            eligible: (0..walk.node_count())
                .map(|i| eligible(NodeId::from_index(i)))
                .collect(),
            temperature: self.temperature,
            device: description,
        })
    }

    fn check(&self) -> Result<(), ReasonerError> {
        let invalid = |name, problem| Err(ReasonerError::InvalidConfig { name, problem });
        if self.betas.len() != self.layers.saturating_add(1) {
            let (betas, layers) = (self.betas.len(), self.layers);
            let problem = format!("has {betas} entries; {layers} layers need one more than layers");
            return invalid("betas", problem);
        }
        if let Some(beta) = self
            .betas
            .iter()
            .find(|beta| !beta.is_finite() || **beta < 0.0)
        {
            return invalid(
                "betas",
                format!("holds {beta}; use finite numbers from 0 up"),
            );
        }
        if !self.temperature.is_finite() || self.temperature <= 0.0 {
            let problem = format!("is {}; use a finite number above 0", self.temperature);
            return invalid("temperature", problem);
        }
        Ok(())
    }
}

/// Parameter-free propagation over one graph; made by [`PropagateConfig::init`].
#[derive(Debug)]
pub struct Propagate {
    layers: Layers,
    /// One entry per node.
    eligible: Vec<bool>,
    temperature: f32,
    device: String,
}

#[derive(Debug)]
enum Layers {
    Sparse(SparseLayers),
    Tensor(Box<TensorLayers>),
}

/// Checked seeds of one query, summing to 1.
type Seeds = Vec<(NodeId, f64)>;

/// The nodes of positive `h` for one query.
type Reached = Vec<(NodeId, f32)>;

impl Propagate {
    /// Where it runs, in words, with a note if that is a fallback.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }

    /// The raw `h` for each query: one vector per query, one entry per node, seeds included. A
    /// query without seeds gives zeros.
    ///
    /// # Errors
    /// As for [`Reasoner::expand`].
    pub fn propagate(&self, queries: &[&[(NodeId, f32)]]) -> Result<Vec<Vec<f32>>, ReasonerError> {
        let queries = self.checked(queries)?;
        let dense = |reached: Reached| {
            let mut h = vec![0.0; self.eligible.len()];
            for (node, score) in reached {
                h[node.index()] = score;
            }
            h
        };
        Ok(self.reached(&queries)?.into_iter().map(dense).collect())
    }

    /// [`Reasoner::expand`] for many queries, which a GPU answers together.
    ///
    /// # Errors
    /// As for [`Reasoner::expand`]; one bad query fails the batch.
    pub fn expand_batch(
        &self,
        queries: &[&[(NodeId, f32)]],
        m: usize,
    ) -> Result<Vec<Expansion>, ReasonerError> {
        let checked = self.checked(queries)?;
        let reached = self.reached(&checked)?;
        let expansions = queries.iter().zip(reached);
        Ok(expansions
            .map(|(seeds, reached)| self.expansion(seeds, reached, m))
            .collect())
    }

    fn expansion(&self, seeds: &[(NodeId, f32)], mut scored: Reached, m: usize) -> Expansion {
        // Seeds of weight 0 count as seeds here: they were named, so they are no news.
        let seeds: BTreeSet<NodeId> = seeds.iter().map(|seed| seed.0).collect();
        scored.retain(|(node, _)| self.eligible[node.index()]);
        Expansion {
            entities: strongest(scored, &seeds, m, self.temperature),
            reasoner: self.name(),
            device: self.device.clone(),
        }
    }

    fn checked(&self, queries: &[&[(NodeId, f32)]]) -> Result<Vec<Seeds>, ReasonerError> {
        let check = |seeds: &&[(NodeId, f32)]| match normalize_seeds(seeds, self.eligible.len()) {
            Err(GraphError::EmptySeeds) => Ok(Seeds::new()),
            checked => Ok(checked?),
        };
        queries.iter().map(check).collect()
    }

    fn reached(&self, queries: &[Seeds]) -> Result<Vec<Reached>, ReasonerError> {
        match &self.layers {
            Layers::Sparse(layers) => Ok(queries.iter().map(|q| layers.propagate(q)).collect()),
            Layers::Tensor(layers) => {
                layers
                    .propagate(queries)
                    .map_err(|reason| ReasonerError::Device {
                        device: self.device.clone(),
                        reason,
                    })
            }
        }
    }
}

impl Reasoner for Propagate {
    fn name(&self) -> &'static str {
        "propagate"
    }

    fn expand(&self, seeds: &[(NodeId, f32)], m: usize) -> Result<Expansion, ReasonerError> {
        let mut expansions = self.expand_batch(&[seeds], m)?;
        Ok(expansions.swap_remove(0))
    }
}
