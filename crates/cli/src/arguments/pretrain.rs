//! Arguments of `pretrain`.

use clap::{Args, ValueEnum};
use tastegraph::DeviceChoice;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tastegraph pretrain --graph movies.tg\n  \
    tastegraph pretrain --graph movies.tg --steps 4000 --format json > report.json\n\n\
    Trains on the facts between items and entities alone. Interrupted, it goes on from its last\n\
    validation when it is called again with the same settings. The weights stay when the index is\n\
    renewed; docs/pretraining.md tells how long they are good for.")]
pub(crate) struct PretrainArguments {
    /// Steps at most [default: 2000]
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<usize>,
    /// Questions in a step [default: 32]
    #[arg(long, value_name = "N")]
    pub(crate) batch: Option<usize>,
    /// Layers, and hops from what was named [default: 4]
    #[arg(long, value_name = "N")]
    pub(crate) layers: Option<usize>,
    /// Values in a feature vector: 16, 32, 64 or 128 [default: 32]
    #[arg(long, value_name = "N")]
    pub(crate) dimension: Option<usize>,
    /// Highest learning rate of Adam [default: 0.005]
    #[arg(long, value_name = "RATE")]
    pub(crate) learning_rate: Option<f32>,
    /// Steps between two validations [default: 100]
    #[arg(long, value_name = "N")]
    pub(crate) validate_every: Option<usize>,
    /// Everything random follows from it [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Where to compute: auto, cpu, gpu, gpu:N
    #[arg(long, env = "TASTEGRAPH_DEVICE", value_name = "DEVICE")]
    pub(crate) device: Option<DeviceChoice>,
    /// Begin anew even if an earlier training was interrupted
    #[arg(long)]
    pub(crate) restart: bool,
    /// Do not rank test facts beside baselines afterwards
    #[arg(long)]
    pub(crate) no_report: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = PretrainFormat::Table, value_name = "FORMAT")]
    pub(crate) format: PretrainFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PretrainFormat {
    /// For people
    Table,
    /// For programs
    Json,
}
