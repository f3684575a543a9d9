//! Where the numbers are crunched: chosen by name, resolved against what the machine has.

#[cfg(feature = "gpu")]
mod gpu;
#[cfg(not(feature = "gpu"))]
#[path = "no_gpu.rs"]
mod gpu;

use std::fmt;
use std::str::FromStr;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::ReasonerError;

/// Which device to compute on. Written and read as `auto`, `cpu`, `cpu-tensor`, `gpu`, `gpu:N` or
/// `gpu-software`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DeviceChoice {
    /// The first GPU if there is one and the graph is large, otherwise the CPU.
    #[default]
    Auto,
    /// The CPU, with sparse rows: reads only what the seeds can reach.
    Cpu,
    /// The CPU, with the tensors a GPU would use. For comparing the two; slower than `Cpu`.
    CpuTensor,
    /// The GPU with this number, as [`devices`] lists them. Falls back to the CPU with a note.
    Gpu(usize),
    /// A GPU interface emulated on the CPU (Vulkan's llvmpipe, say). For testing GPU code on
    /// machines without one; falls back to the CPU with a note.
    GpuSoftware,
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::CpuTensor => f.write_str("cpu-tensor"),
            Self::Gpu(number) => write!(f, "gpu:{number}"),
            Self::GpuSoftware => f.write_str("gpu-software"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = ReasonerError;

    fn from_str(name: &str) -> Result<Self, ReasonerError> {
        let unknown = || ReasonerError::UnknownDevice {
            given: name.to_owned(),
        };
        match name {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cpu-tensor" => Ok(Self::CpuTensor),
            "gpu" => Ok(Self::Gpu(0)),
            "gpu-software" => Ok(Self::GpuSoftware),
            _ => {
                let number = name.strip_prefix("gpu:").ok_or_else(unknown)?;
                number.parse().map(Self::Gpu).map_err(|_| unknown())
            }
        }
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = ReasonerError;

    fn try_from(name: String) -> Result<Self, ReasonerError> {
        name.parse()
    }
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

/// What a device is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceKind {
    /// The processor itself.
    Cpu,
    /// A card with memory of its own.
    DiscreteGpu,
    /// A GPU that shares the processor's memory.
    IntegratedGpu,
    /// A GPU that a virtual machine was given.
    VirtualGpu,
    /// No GPU: its interface emulated on the processor.
    SoftwareGpu,
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cpu => "CPU",
            Self::DiscreteGpu => "discrete GPU",
            Self::IntegratedGpu => "integrated GPU",
            Self::VirtualGpu => "virtual GPU",
            Self::SoftwareGpu => "software GPU",
        })
    }
}

/// A device that this build can compute on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// The device's own name, or why it could not be asked for it.
    pub name: String,
    /// What it is made of.
    pub kind: DeviceKind,
    /// What drives it, such as "vulkan".
    pub backend: String,
    /// The choice that selects it.
    pub choice: DeviceChoice,
}

/// The devices of this machine that this build can use, the CPU first. Without the feature `gpu`
/// that is the only one.
///
/// GPUs are opened to learn their names, which takes a moment the first time. A device that cannot
/// be opened is listed with the reason in place of its name.
#[must_use]
pub fn devices() -> Vec<DeviceInfo> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let cpu = DeviceInfo {
        name: format!("CPU, {threads} threads"),
        kind: DeviceKind::Cpu,
        backend: "sparse rows".to_owned(),
        choice: DeviceChoice::Cpu,
    };
    std::iter::once(cpu).chain(gpu::list()).collect()
}

/// A [`DeviceChoice`] come true.
#[derive(Debug)]
pub(crate) struct Placement {
    /// The tensor device; `None` for sparse rows on the CPU.
    pub(crate) tensors: Option<Device>,
    /// Where that is, in words, with a note if it is a fallback.
    pub(crate) description: String,
}

/// Stored edges from which [`DeviceChoice::Auto`] looks for a GPU. Sparse rows answer a query in
/// 6 ms at 3 million stored edges, while looking for adapters alone takes some 400 ms.
const AUTO_GPU_EDGES: usize = 5_000_000;

/// Finds the device for a choice and a graph of so many stored edges. There always is one: the CPU
/// stands in for a missing GPU.
pub(crate) fn resolve(choice: DeviceChoice, stored_edges: usize) -> Placement {
    let choice = match choice {
        DeviceChoice::Auto if stored_edges >= AUTO_GPU_EDGES && gpu::has_hardware() => {
            DeviceChoice::Gpu(0)
        }
        DeviceChoice::Auto => DeviceChoice::Cpu,
        chosen => chosen,
    };
    let opened = match choice {
        DeviceChoice::Gpu(number) => gpu::open_hardware(number),
        DeviceChoice::GpuSoftware => gpu::open_software(),
        DeviceChoice::CpuTensor => {
            return Placement {
                tensors: Some(Device::flex()),
                description: "cpu (tensors on flex)".to_owned(),
            };
        }
        DeviceChoice::Auto | DeviceChoice::Cpu => return Placement::sparse(None),
    };
    match opened {
        Ok((device, name)) => Placement {
            tensors: Some(device),
            description: format!("{choice} ({name})"),
        },
        Err(reason) => Placement::sparse(Some(&format!("{choice} is not usable: {reason}"))),
    }
}

impl Placement {
    fn sparse(note: Option<&str>) -> Self {
        let place = "cpu (sparse rows)";
        let description = note.map_or_else(|| place.to_owned(), |note| format!("{place}; {note}"));
        Self {
            tensors: None,
            description,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for name in [
            "auto",
            "cpu",
            "cpu-tensor",
            "gpu:0",
            "gpu:12",
            "gpu-software",
        ] {
            let choice: DeviceChoice = name.parse().expect("is a name");
            assert_eq!(choice.to_string(), name);
            let json = serde_json::to_string(&choice).expect("serialises");
            assert_eq!(
                serde_json::from_str::<DeviceChoice>(&json).expect("is a name"),
                choice
            );
        }
        assert_eq!(
            "gpu".parse::<DeviceChoice>().expect("is a name"),
            DeviceChoice::Gpu(0)
        );
        for name in ["", "GPU", "gpu:", "gpu:-1", "gpu:x", "tpu"] {
            assert!(name.parse::<DeviceChoice>().is_err(), "{name}");
        }
    }

    #[test]
    fn the_cpu_is_always_there() {
        assert_eq!(devices()[0].kind, DeviceKind::Cpu);
        assert!(resolve(DeviceChoice::Cpu, 1).tensors.is_none());
        assert!(resolve(DeviceChoice::CpuTensor, 1).tensors.is_some());
    }

    #[test]
    fn an_absent_gpu_is_replaced_and_the_note_says_so() {
        let placement = resolve(DeviceChoice::Gpu(9_999), 1);
        assert!(placement.tensors.is_none());
        assert!(
            placement
                .description
                .starts_with("cpu (sparse rows); gpu:9999 is not usable: ")
        );
    }

    #[test]
    fn auto_follows_the_hardware_for_large_graphs_only() {
        assert!(
            resolve(DeviceChoice::Auto, AUTO_GPU_EDGES - 1)
                .tensors
                .is_none()
        );
        assert_eq!(
            resolve(DeviceChoice::Auto, AUTO_GPU_EDGES)
                .tensors
                .is_some(),
            gpu::has_hardware()
        );
    }
}
