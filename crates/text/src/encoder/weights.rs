//! Tensors by name out of a safetensors file.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use burn_store::{ModuleStore, SafetensorsStore, bridge};

use crate::TextError;

/// The prefix of names in files that hold a BERT model as a part of something.
const AS_PART: &str = "bert.";

/// A tensor that every BERT model has: it tells whether names have a prefix.
const LANDMARK: &str = "embeddings.word_embeddings.weight";

pub(super) struct Weights {
    store: SafetensorsStore,
    path: PathBuf,
    prefix: &'static str,
}

impl Weights {
    /// `bytes` are those of the file at `path`.
    pub(super) fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, TextError> {
        let mut store = SafetensorsStore::from_bytes(Some(bytes));
        let names = store.keys().map_err(|error| TextError::ModelFile {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        let as_part = names
            .iter()
            .any(|name| name.strip_prefix(AS_PART) == Some(LANDMARK));
        Ok(Self {
            store,
            path: path.to_owned(),
            prefix: if as_part { AS_PART } else { "" },
        })
    }

    /// The vector `name` of this length.
    pub(super) fn vector(
        &mut self,
        name: &str,
        length: usize,
        device: &Device,
    ) -> Result<Tensor<1>, TextError> {
        let values = self.values(name, &[length])?;
        Ok(Tensor::from_data(TensorData::new(values, [length]), device))
    }

    /// The matrix `name` of this shape.
    pub(super) fn matrix(
        &mut self,
        name: &str,
        shape: [usize; 2],
        device: &Device,
    ) -> Result<Tensor<2>, TextError> {
        let values = self.values(name, &shape)?;
        Ok(Tensor::from_data(TensorData::new(values, shape), device))
    }

    /// The matrix `name` of the shape `outputs × inputs`, turned into `inputs × outputs`.
    pub(super) fn transposed(
        &mut self,
        name: &str,
        [inputs, outputs]: [usize; 2],
        device: &Device,
    ) -> Result<Tensor<2>, TextError> {
        let values = self.values(name, &[outputs, inputs])?;
        let mut turned: Vec<f32> = Vec::with_capacity(values.len());
        for input in 0..inputs {
            turned.extend(values.iter().skip(input).step_by(inputs));
        }
        Ok(Tensor::from_data(
            TensorData::new(turned, [inputs, outputs]),
            device,
        ))
    }

    /// The values of the tensor `name` of this shape, row by row.
    pub(super) fn values(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, TextError> {
        let path = self.path.clone();
        let wrong = |reason: String| TextError::ModelFile {
            path: path.clone(),
            reason,
        };
        let name = format!("{}{name}", self.prefix);
        let found = self
            .store
            .get_tensor(&name)
            .map_err(|error| wrong(error.to_string()))?;
        let Some(tensor) = found else {
            return Err(wrong(format!("there is no tensor {name:?}")));
        };
        if tensor.shape.as_slice() != shape {
            return Err(wrong(format!(
                "the tensor {name:?} has the shape {:?}; the configuration asks for {shape:?}",
                tensor.shape.as_slice()
            )));
        }
        let data = bridge::to_data(tensor)
            .map_err(|error| wrong(format!("the tensor {name:?}: {error}")))?;
        if !data.dtype().is_float() {
            return Err(wrong(format!(
                "the tensor {name:?} holds {:?}, no floats",
                data.dtype()
            )));
        }
        let values = data
            .convert::<f32>()
            .try_into_vec::<f32>()
            .map_err(|error| wrong(format!("the tensor {name:?}: {error:?}")))?;
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(wrong(format!(
                "the tensor {name:?} holds values that are no numbers"
            )))
        }
    }
}
