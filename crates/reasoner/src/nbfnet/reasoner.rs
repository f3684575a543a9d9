//! Trained weights on a graph, as a reasoner.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tastegraph_graph::{GraphError, NodeId, Path, normalize_seeds};

use super::NbfNetWeights;
use super::host::{Host, Mask, Question, Workspace};
use super::parameters::Layout;
use super::tensor::{DeviceFailure, OnDevice};
use crate::device::{Placement, resolve};
use crate::expansion::most_likely;
use crate::relational::RelationalGraph;
use crate::{DeviceChoice, Expansion, Reasoner, ReasonerError};

/// Expands seeds by trained message passing over the facts of a graph.
///
/// Seeds that are neither items nor entities, such as conversations, are not in a
/// [`RelationalGraph`] and count for nothing.
#[derive(Debug)]
pub struct NbfNet {
    graph: RelationalGraph,
    weights: NbfNetWeights,
    layout: Layout,
    /// One entry per number of the graph.
    eligible: Vec<bool>,
    /// Nodes of the snapshot.
    nodes: usize,
    device: String,
    /// The graph on a device that is not the CPU's own rows.
    on_device: Option<OnDevice>,
    rooms: Mutex<Vec<Workspace>>,
}

impl NbfNet {
    /// Joins weights to a graph, which is part of a snapshot of `nodes` nodes. `eligible` says which
    /// nodes an expansion may return; all pass messages.
    ///
    /// A GPU that is not there is replaced by the CPU; [`device`](Self::device) tells. Weights that
    /// were trained on other facts of the same relations are used, and it says so too.
    ///
    /// # Errors
    /// [`ReasonerError::WeightsOfAnotherGraph`] if the relations are not those of the training.
    pub fn new(
        weights: NbfNetWeights,
        graph: RelationalGraph,
        nodes: usize,
        eligible: impl Fn(NodeId) -> bool,
        device: &DeviceChoice,
    ) -> Result<Self, ReasonerError> {
        weights.check(&graph)?;
        let Placement {
            tensors,
            description: mut device,
        } = resolve(*device, graph.edge_count());
        if weights.fingerprint() != graph.fingerprint() {
            device.push_str("; the weights were trained on another state of the facts");
        }
        Ok(Self {
            layout: weights.layout(),
            eligible: (0..graph.node_count() as u32)
                .map(|n| eligible(graph.node(n)))
                .collect(),
            on_device: tensors.map(|tensors| OnDevice::new(&graph, tensors)),
            graph,
            weights,
            nodes,
            device,
            rooms: Mutex::default(),
        })
    }

    /// Where it runs, in words, with a note on the weights if there is one to make.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }

    /// The weights.
    #[must_use]
    pub fn weights(&self) -> &NbfNetWeights {
        &self.weights
    }

    /// The score of each node as a part of what the seeds imply, by its number in the graph: a
    /// logit. Empty if there are no seeds.
    ///
    /// # Errors
    /// As for [`Reasoner::expand`].
    pub fn scores(&self, seeds: &[(NodeId, f32)]) -> Result<Vec<f32>, ReasonerError> {
        let Some(question) = self.question(seeds)? else {
            return Ok(Vec::new());
        };
        self.all_scores(&question).map(|scored| scored.0)
    }

    /// The score of each node, and which nodes are within reach.
    fn all_scores(&self, question: &Question) -> Result<(Vec<f32>, Vec<bool>), ReasonerError> {
        let nodes = 0..self.graph.node_count() as u32;
        let Some(on_device) = &self.on_device else {
            return Ok(self.with_room(|host, room| {
                let scores = host.all_scores(question, &Mask::default(), room);
                (scores, nodes.map(|node| room.has_reached(node)).collect())
            }));
        };
        let (host, mask) = (self.host(), Mask::default());
        let reach = host.reach(question, &mask);
        let scores = on_device.all_scores(&host, question, &mask, &reach);
        let hops = self.layout.layers.len() as u8;
        let failed = |reason: DeviceFailure| {
            let device = self.device.clone();
            ReasonerError::Device { device, reason }
        };
        Ok((
            scores.map_err(failed)?,
            nodes.map(|node| reach.reached(node, hops)).collect(),
        ))
    }

    fn host(&self) -> Host<'_> {
        Host {
            graph: &self.graph,
            layout: &self.layout,
            parameters: self.weights.parameters(),
        }
    }

    /// How many nodes are within reach of the seeds, and how many edges their rows hold: all that an
    /// expansion reads.
    ///
    /// # Errors
    /// As for [`Reasoner::expand`].
    pub fn reach(&self, seeds: &[(NodeId, f32)]) -> Result<(usize, usize), ReasonerError> {
        let question = self.question(seeds)?;
        let size = |question| {
            self.host()
                .reach(&question, &Mask::default())
                .size(&self.graph)
        };
        Ok(question.map_or((0, 0), size))
    }

    /// The seeds within the graph, the heaviest of weight 1 as the only seed of a training question
    /// has. `None` if there are none.
    fn question(&self, seeds: &[(NodeId, f32)]) -> Result<Option<Question>, ReasonerError> {
        let seeds = match normalize_seeds(seeds, self.nodes) {
            Err(GraphError::EmptySeeds) => return Ok(None),
            checked => checked?,
        };
        let known = seeds.into_iter().filter(|(_, weight)| *weight > 0.0);
        let mut seeds: Vec<(u32, f32)> = known
            .filter_map(|(node, weight)| Some((self.graph.number(node)?, weight as f32)))
            .collect();
        seeds.sort_unstable_by_key(|seed| seed.0);
        let highest = seeds.iter().map(|seed| seed.1).fold(0.0, f32::max);
        for (_, weight) in &mut seeds {
            *weight /= highest;
        }
        let relation = self.layout.expansion();
        Ok((!seeds.is_empty()).then_some(Question { seeds, relation }))
    }

    fn with_room<T>(&self, run: impl FnOnce(&Host<'_>, &mut Workspace) -> T) -> T {
        let host = self.host();
        // A room is whole whatever happened elsewhere: it is written before it is read.
        let taken = self
            .rooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut room = taken.unwrap_or_else(|| Workspace::forward_only(&host));
        let result = run(&host, &mut room);
        self.rooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(room);
        result
    }
}

impl Reasoner for NbfNet {
    fn name(&self) -> &'static str {
        "nbfnet"
    }

    fn expand(&self, seeds: &[(NodeId, f32)], m: usize) -> Result<Expansion, ReasonerError> {
        let mut found = Vec::new();
        if let Some(question) = self.question(seeds)? {
            let (scores, reached) = self.all_scores(&question)?;
            let all = (0u32..).zip(scores).zip(reached.iter().zip(&self.eligible));
            let all = all.filter(|(_, (reached, eligible))| **reached && **eligible);
            found = all
                .map(|((number, score), _)| (self.graph.node(number), score))
                .collect();
        }
        let seeds: BTreeSet<NodeId> = seeds.iter().map(|seed| seed.0).collect();
        Ok(Expansion {
            entities: most_likely(found, &seeds, m),
            reasoner: self.name(),
            device: self.device.clone(),
        })
    }

    fn paths(
        &self,
        seeds: &[(NodeId, f32)],
        nodes: &[NodeId],
    ) -> Result<Vec<Option<Path>>, ReasonerError> {
        let Some(question) = self.question(seeds)? else {
            return Ok(vec![None; nodes.len()]);
        };
        Ok(self.with_room(|host, room| {
            host.all_scores(&question, &Mask::default(), room);
            let path = |&node| host.best_path(&question, self.graph.number(node)?, room);
            nodes.iter().map(path).collect()
        }))
    }
}
