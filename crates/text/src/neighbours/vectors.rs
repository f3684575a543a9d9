//! The full vectors, at length 1.

use super::kernel::dot;
use crate::TextError;

/// More dimensions than any sentence encoder has; with them the product of two rows of codes still fits 32 bits.
const MOST_DIMENSIONS: usize = 1 << 16;

/// `rows × dimensions` floats, row by row. Each row has length 1, or 0 if it was given as zeros.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vectors {
    dimensions: usize,
    values: Vec<f32>,
}

impl Vectors {
    /// Takes the rows as they come and scales each to length 1.
    pub(super) fn new(dimensions: usize, mut values: Vec<f32>) -> Result<Self, TextError> {
        Self::check(dimensions, &values)?;
        for row in values.chunks_exact_mut(dimensions) {
            normalize(row);
        }
        Ok(Self { dimensions, values })
    }

    /// Takes rows that were scaled before.
    pub(super) fn from_scaled(dimensions: usize, values: Vec<f32>) -> Result<Self, TextError> {
        Self::check(dimensions, &values)?;
        Ok(Self { dimensions, values })
    }

    fn check(dimensions: usize, values: &[f32]) -> Result<(), TextError> {
        let shaped = (1..=MOST_DIMENSIONS).contains(&dimensions)
            && values.len().is_multiple_of(dimensions)
            && u32::try_from(values.len() / dimensions).is_ok();
        if !shaped {
            return Err(TextError::VectorShape {
                values: values.len(),
                dimensions,
            });
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(place) => Err(TextError::VectorValue {
                row: place / dimensions,
                value: values[place],
            }),
            None => Ok(()),
        }
    }

    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(super) fn len(&self) -> usize {
        self.values.len() / self.dimensions
    }

    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    pub(super) fn row(&self, row: u32) -> &[f32] {
        let start = row as usize * self.dimensions;
        &self.values[start..start + self.dimensions]
    }

    /// A query in the form of a row.
    pub(super) fn query(&self, query: &[f32]) -> Result<Vec<f32>, TextError> {
        if query.len() != self.dimensions {
            return Err(TextError::QueryShape {
                given: query.len(),
                dimensions: self.dimensions,
            });
        }
        if let Some(&value) = query.iter().find(|value| !value.is_finite()) {
            return Err(TextError::VectorValue { row: 0, value });
        }
        let mut query = query.to_vec();
        normalize(&mut query);
        Ok(query)
    }
}

/// How far the square of the length of a row may be from 1 that was scaled: far more than rounding makes of it, far
/// less than changes any order.
const SCALED: f32 = 4e-6;

/// Scales to length 1. The largest value goes first, so that no square overflows or vanishes.
fn normalize(row: &mut [f32]) {
    let largest = row
        .iter()
        .fold(0.0f32, |largest, value| largest.max(value.abs()));
    if largest == 0.0 {
        return;
    }
    // What has been scaled stays as it is to the last bit: an index that is built from the rows of another is then
    // the same.
    if (dot(row, row) - 1.0).abs() < SCALED {
        return;
    }
    for value in row.iter_mut() {
        *value /= largest;
    }
    let length = dot(row, row).sqrt();
    for value in row {
        *value /= length;
    }
}
