//! GPUs through wgpu: which there are, and opening them without a panic when there are none.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use burn::tensor::wgpu::WgpuInitError;
use burn::tensor::{Device, DeviceKind as Adapter, DeviceType};

use super::{DeviceChoice, DeviceInfo, DeviceKind};

/// More adapters of one kind than a machine has.
const MAX_ADAPTERS: usize = 64;

/// The adapters of this machine, discrete ones first, emulation last. None is opened for this, but
/// asking loads every graphics driver, so it is done once.
static ADAPTERS: LazyLock<Vec<Adapter>> = LazyLock::new(find_adapters);

/// A wgpu runtime can be initialised once in a process, so what has been opened is kept.
static OPENED: LazyLock<Mutex<HashMap<Adapter, Opened>>> = LazyLock::new(Mutex::default);

#[derive(Clone)]
struct Opened {
    device: Device,
    name: String,
    backend: String,
}

impl Opened {
    fn named(self) -> (Device, String) {
        (self.device, format!("{}, {}", self.name, self.backend))
    }
}

pub(super) fn list() -> Vec<DeviceInfo> {
    let software = ADAPTERS.iter().filter(|adapter| **adapter == Adapter::Cpu);
    let numbered = hardware()
        .enumerate()
        .map(|(i, adapter)| (adapter, DeviceChoice::Gpu(i)));
    let all = numbered.chain(software.map(|adapter| (adapter, DeviceChoice::GpuSoftware)));
    all.map(|(adapter, choice)| info(adapter, choice)).collect()
}

pub(super) fn has_hardware() -> bool {
    hardware().next().is_some()
}

/// Opens the GPU with this number, counting discrete, then integrated, then virtual ones. Returns
/// the device and its name, or the reason why there is none.
pub(super) fn open_hardware(number: usize) -> Result<(Device, String), String> {
    let Some(adapter) = hardware().nth(number) else {
        return Err(match hardware().count() {
            0 => "this machine has no GPU".to_owned(),
            count => format!("this machine has {count}, counted from 0"),
        });
    };
    open(adapter).map(Opened::named)
}

pub(super) fn open_software() -> Result<(Device, String), String> {
    if !ADAPTERS.contains(&Adapter::Cpu) {
        return Err("this machine has no software GPU".to_owned());
    }
    open(&Adapter::Cpu).map(Opened::named)
}

fn hardware() -> impl Iterator<Item = &'static Adapter> {
    ADAPTERS.iter().filter(|adapter| **adapter != Adapter::Cpu)
}

fn find_adapters() -> Vec<Adapter> {
    let present = Device::enumerate(DeviceType::Wgpu);
    let indexed = [
        Adapter::DiscreteGpu,
        Adapter::IntegratedGpu,
        Adapter::VirtualGpu,
    ];
    let candidates = indexed
        .into_iter()
        .flat_map(|kind| (0..MAX_ADAPTERS).map(kind));
    candidates
        .chain([Adapter::Cpu])
        // Naming a device is lazy: nothing is opened by the comparison.
        .filter(|adapter| present.contains(&Device::wgpu(adapter.clone())))
        .collect()
}

fn open(adapter: &Adapter) -> Result<Opened, String> {
    // The map is only ever added to, so a panic elsewhere cannot have left it half changed.
    let mut known = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(opened) = known.get(adapter) {
        return Ok(opened.clone());
    }
    let options = Device::wgpu_options().device_kind(adapter.clone());
    let opened = match options.init_with_setup() {
        Ok((device, setup)) => {
            let info = setup.adapter.get_info();
            Opened {
                device,
                name: info.name,
                backend: info.backend.to_string(),
            }
        }
        // Somebody else in this process has initialised it, so it exists and asking is safe.
        Err(WgpuInitError::Registration { .. }) => {
            let device = Device::wgpu(adapter.clone());
            let name = device
                .identity()
                .map_or_else(String::new, |identity| identity.name);
            Opened {
                device,
                name,
                backend: "wgpu".to_owned(),
            }
        }
        Err(error) => return Err(error.to_string()),
    };
    known.insert(adapter.clone(), opened.clone());
    Ok(opened)
}

fn info(adapter: &Adapter, choice: DeviceChoice) -> DeviceInfo {
    let kind = match adapter {
        Adapter::IntegratedGpu(_) => DeviceKind::IntegratedGpu,
        Adapter::VirtualGpu(_) => DeviceKind::VirtualGpu,
        Adapter::Cpu => DeviceKind::SoftwareGpu,
        _ => DeviceKind::DiscreteGpu,
    };
    let (name, backend) = match open(adapter) {
        Ok(opened) => (opened.name, opened.backend),
        Err(reason) => (format!("cannot be opened: {reason}"), "wgpu".to_owned()),
    };
    DeviceInfo {
        name,
        kind,
        backend,
        choice,
    }
}
