//! What a build without the feature `gpu` knows about GPUs.

use burn::tensor::Device;

use super::DeviceInfo;

const REASON: &str = "this build lacks the feature `gpu`";

pub(super) fn list() -> Vec<DeviceInfo> {
    Vec::new()
}

pub(super) fn has_hardware() -> bool {
    false
}

pub(super) fn open_hardware(_number: usize) -> Result<(Device, String), String> {
    Err(REASON.to_owned())
}

pub(super) fn open_software() -> Result<(Device, String), String> {
    Err(REASON.to_owned())
}
