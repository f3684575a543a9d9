//! Training the reasoner on the facts of a graph, and keeping what it has learnt.

use std::path::Path;
use std::time::{Duration, Instant};

use fs_err as fs;
use tastegraph_reasoner::{
    DeviceChoice, NbfNetWeights, PretrainConfig, PretrainReport, Pretraining, Progress,
    RelationalGraph,
};

use crate::EngineError;
use crate::index::{Index, write_synced, write_weights};

/// Where a training is kept while it goes on.
const CHECKPOINT: &str = "pretrain.checkpoint";

/// How a reasoner is trained.
#[derive(Default)]
pub struct PretrainOptions<'a> {
    /// The network and its training.
    pub config: PretrainConfig,
    /// Where it computes.
    pub device: DeviceChoice,
    /// Begin anew even if an earlier training was interrupted.
    pub restart: bool,
    /// Leave out the ranking of test facts beside baselines, which takes at most as long as the
    /// training did.
    pub no_report: bool,
    /// Told after each step.
    pub progress: Option<&'a dyn Fn(&Progress)>,
}

/// What a training came to.
#[derive(Debug, Clone)]
pub struct Pretrained {
    /// The weights, as they are in the index now.
    pub weights: NbfNetWeights,
    /// Their bytes on disk.
    pub bytes: usize,
    /// The device it ran on, in words.
    pub device: String,
    /// Time of the steps of this run, without report.
    pub time: Duration,
    /// The steps that an interrupted training had done before.
    pub resumed_at: usize,
    /// How test facts are ranked.
    pub report: Option<PretrainReport>,
}

/// Trains the reasoner `nbfnet` on the facts between items and entities of the graph in `folder`,
/// and puts the weights into its index. Conversations, users and ratings are not looked at.
///
/// The state of the training is written to the folder with each validation; called again with the
/// same settings after an interruption, it goes on from there and ends with the same weights.
///
/// # Errors
/// As [`Engine::open`](crate::Engine::open) for the index; [`EngineError::Reasoner`] if there are too
/// few facts, training diverges, or the interrupted training was of other settings or facts.
pub fn pretrain(
    folder: impl AsRef<Path>,
    options: &PretrainOptions<'_>,
) -> Result<Pretrained, EngineError> {
    let folder = folder.as_ref();
    let graph = RelationalGraph::new(&Index::read(folder)?.snapshot)?;
    let checkpoint = folder.join(CHECKPOINT);
    let config = options.config.clone();
    let mut training = if checkpoint.exists() && !options.restart {
        let before = fs::read(&checkpoint)?;
        Pretraining::resume(&graph, config, &options.device, &before)?
    } else {
        Pretraining::new(&graph, config, &options.device)?
    };
    let resumed_at = training.steps_done();
    let clock = Instant::now();
    while let Some(progress) = training.step()? {
        if progress.validated.is_some() {
            write_synced(&checkpoint, &training.checkpoint())?;
        }
        if let Some(tell) = options.progress {
            tell(&progress);
        }
    }
    let time = clock.elapsed();
    let weights = training.weights();
    let bytes = write_weights(folder, &weights)?;
    if checkpoint.exists() {
        fs::remove_file(&checkpoint)?;
    }
    let report = (!options.no_report).then(|| training.report(time));
    Ok(Pretrained {
        weights,
        bytes,
        device: training.device().to_owned(),
        time,
        resumed_at,
        report,
    })
}
