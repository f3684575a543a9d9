//! Propagation as tensor operations, on any device Burn can drive.

use burn::tensor::{Device, Int, Tensor, TensorData};
use tastegraph_graph::NodeId;

use super::{Ell, Reached, Seeds};

/// Values gathered at once at most, which bounds the memory of a batch: 64 MiB.
const MAX_GATHERED: usize = 1 << 24;

/// The layers on a device.
#[derive(Debug)]
pub(super) struct TensorLayers {
    buckets: Vec<BucketTensors>,
    /// `[nodes]`
    positions: Tensor<1, Int>,
    betas: Vec<f32>,
    device: Device,
    nodes: usize,
    /// Queries to compute together.
    batch: usize,
}

/// A bucket of the matrix, as tensors.
#[derive(Debug)]
struct BucketTensors {
    rows: usize,
    width: usize,
    /// `[rows · width]`
    ids: Tensor<1, Int>,
    /// `[rows, width, 1]`
    weights: Tensor<3>,
}

impl TensorLayers {
    /// Moves the matrix to the device. The graph must have at least one node.
    pub(super) fn new(ell: &Ell, betas: &[f32], device: Device) -> Self {
        let bucket = |bucket: &super::ell::Bucket| {
            let (rows, width) = (bucket.rows, bucket.width);
            let ids = TensorData::new(bucket.ids.clone(), [rows * width]);
            let weights = TensorData::new(bucket.weights.clone(), [rows, width, 1]);
            BucketTensors {
                rows,
                width,
                ids: Tensor::from_data(ids, &device),
                weights: Tensor::from_data(weights, &device),
            }
        };
        let nodes = ell.positions.len();
        let positions = TensorData::new(ell.positions.clone(), [nodes]);
        Self {
            buckets: ell.buckets.iter().map(bucket).collect(),
            positions: Tensor::from_data(positions, &device),
            betas: betas.to_vec(),
            nodes,
            batch: (MAX_GATHERED / ell.largest().max(nodes)).max(1),
            device,
        }
    }

    /// The nodes of positive `h` for each query, in order of their ids; or what the device reports.
    pub(super) fn propagate(&self, queries: &[Seeds]) -> Result<Vec<Reached>, String> {
        let mut reached = Vec::with_capacity(queries.len());
        for batch in queries.chunks(self.batch) {
            let h = self.forward(self.seed_matrix(batch)).try_into_data();
            let h = h.map_err(|error| error.to_string())?;
            let h = h.try_into_vec::<f32>().map_err(|error| error.to_string())?;
            reached.extend((0..batch.len()).map(|query| {
                let column = h.iter().skip(query).step_by(batch.len()).enumerate();
                column
                    .filter(|(_, score)| **score > 0.0)
                    .map(|(i, score)| (NodeId::from_index(i), *score))
                    .collect::<Reached>()
            }));
        }
        Ok(reached)
    }

    /// `[nodes, queries]`, one column of seeds per query.
    fn seed_matrix(&self, queries: &[Seeds]) -> Tensor<2> {
        let mut x = vec![0.0f32; self.nodes * queries.len()];
        for (column, seeds) in queries.iter().enumerate() {
            for (seed, weight) in seeds {
                x[seed.index() * queries.len() + column] = *weight as f32;
            }
        }
        Tensor::from_data(
            TensorData::new(x, [self.nodes, queries.len()]),
            &self.device,
        )
    }

    /// `Σ_l β_l·S^l·x`; `x` and the result are `[nodes, queries]`.
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let mut betas = self.betas.iter();
        let mut h = x
            .clone()
            .mul_scalar(betas.next().copied().unwrap_or_default());
        let mut x = x;
        for beta in betas {
            x = self.layer(&x);
            h = h.add(x.clone().mul_scalar(*beta));
        }
        h
    }

    /// `S·x`: gathers, weighs and sums bucket by bucket, then puts the rows in node order. Every
    /// value is written by one thread in one go, so nothing is added in a random order.
    fn layer(&self, x: &Tensor<2>) -> Tensor<2> {
        let [_, queries] = x.dims();
        let sums = self.buckets.iter().map(|bucket| {
            let gathered = x.clone().select(0, bucket.ids.clone());
            gathered
                .reshape([bucket.rows, bucket.width, queries])
                .mul(bucket.weights.clone())
                .sum_dim(1)
                .reshape([bucket.rows, queries])
        });
        Tensor::cat(sums.collect(), 0).select(0, self.positions.clone())
    }
}
