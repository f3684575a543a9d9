//! Message passing and its gradient by gathering alone.
//!
//! A sum over the edges of a node is a sum along a row of a rectangle. Its gradient needs no
//! scattering either: each fact is followed both ways, so what flows back to a source is the same
//! sum with every relation turned round. Each value is written once, by one thread.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::edges::{ByRelation, ByTarget, Rectangle};
use crate::nbfnet::Mask;
use crate::relational::RelationalGraph;

/// The edges of a graph on a device.
#[derive(Debug)]
pub(super) struct Messages {
    by_target: ByTarget,
    by_relation: ByRelation,
    /// `[2R]`: each relation turned round.
    inverse: Tensor<1, Int>,
    device: Device,
}

/// Which edges count, for each rectangle.
pub(super) struct Kept {
    by_target: Vec<Tensor<3>>,
    by_relation: Vec<Tensor<3>>,
}

impl Messages {
    pub(super) fn new(graph: &RelationalGraph, device: &Device) -> Self {
        let relations = graph.directed_relations();
        let inverse = (0..relations as u32).map(|r| graph.inverse(r).cast_signed());
        let inverse = TensorData::new(inverse.collect::<Vec<i32>>(), [relations]);
        Self {
            by_target: ByTarget::new(graph, device),
            by_relation: ByRelation::new(graph, device),
            inverse: Tensor::from_data(inverse, device),
            device: device.clone(),
        }
    }

    pub(super) fn kept(&self, mask: &Mask) -> Kept {
        let of = |rectangles: &[Rectangle]| {
            rectangles
                .iter()
                .map(|rectangle| rectangle.kept(mask, &self.device))
                .collect()
        };
        Kept {
            by_target: of(&self.by_target.rectangles),
            by_relation: of(&self.by_relation.chunks),
        }
    }

    /// `m_v = Σ_(u, r, v) x_u ⊙ w_r`: `x` is `[nodes, d]`, `w` `[2R, d]`, the result `[nodes, d]`.
    pub(super) fn forward(&self, x: &Tensor<2>, w: &Tensor<2>, kept: &Kept) -> Tensor<2> {
        let rectangles = self.by_target.rectangles.iter().zip(&kept.by_target);
        let sums = rectangles.map(|(rectangle, kept)| row_sums(rectangle, x, w, kept));
        Tensor::cat(sums.collect(), 0).select(0, self.by_target.positions.clone())
    }

    /// The gradient with respect to `x`, given that with respect to `m`.
    pub(super) fn to_sources(&self, flow: &Tensor<2>, w: &Tensor<2>, kept: &Kept) -> Tensor<2> {
        self.forward(flow, &w.clone().select(0, self.inverse.clone()), kept)
    }

    /// The gradient with respect to `w`: `Σ_(u, r, v) x_u ⊙ flow_v` for each r, `[2R, d]`.
    pub(super) fn to_relations(&self, x: &Tensor<2>, flow: &Tensor<2>, kept: &Kept) -> Tensor<2> {
        let chunks = self.by_relation.chunks.iter().zip(&kept.by_relation);
        let sums = chunks.map(|(chunk, kept)| row_sums(chunk, x, flow, kept));
        let sums = Tensor::cat(sums.collect(), 0);
        let [relations, width, _] = self.by_relation.present.dims();
        let [_, d] = sums.dims();
        sums.select(0, self.by_relation.of_relation.clone())
            .reshape([relations, width, d])
            .mul(self.by_relation.present.clone())
            .sum_dim(1)
            .reshape([relations, d])
    }
}

/// `[rows, d]`: for each row, the sum over its edges of one row of `a` times one of `b`.
fn row_sums(rectangle: &Rectangle, a: &Tensor<2>, b: &Tensor<2>, kept: &Tensor<3>) -> Tensor<2> {
    let [_, d] = a.dims();
    let shape = [rectangle.rows, rectangle.width, d];
    let a = a
        .clone()
        .select(0, rectangle.sources.clone())
        .reshape(shape);
    let b = b.clone().select(0, rectangle.others.clone()).reshape(shape);
    a.mul(b)
        .mul(kept.clone())
        .sum_dim(1)
        .reshape([rectangle.rows, d])
}
