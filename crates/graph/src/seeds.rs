//! Seeds as everybody wants them: checked, merged, sorted by id.

use std::collections::BTreeMap;

use crate::{GraphError, NodeId};

/// Merges repeated seeds, drops those of weight 0, scales the rest to sum 1 and sorts them by id.
///
/// # Errors
/// A seed outside the `node_count` nodes of the graph, a weight that is negative or not finite, or
/// no positive weight at all.
pub fn normalize_seeds(
    seeds: &[(NodeId, f32)],
    node_count: usize,
) -> Result<Vec<(NodeId, f64)>, GraphError> {
    let mut merged = BTreeMap::new();
    for &(seed, weight) in seeds {
        if seed.index() >= node_count {
            return Err(GraphError::SeedOutsideGraph { seed, node_count });
        }
        if !weight.is_finite() || weight < 0.0 {
            return Err(GraphError::InvalidSeedWeight { seed, weight });
        }
        if weight > 0.0 {
            *merged.entry(seed).or_insert(0.0) += f64::from(weight);
        }
    }
    let total: f64 = merged.values().sum();
    if total <= 0.0 {
        return Err(GraphError::EmptySeeds);
    }
    Ok(merged
        .into_iter()
        .map(|(seed, w)| (seed, w / total))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_seeds_add_up_and_the_whole_sums_to_one() {
        let seeds = [
            (NodeId(2), 1.0),
            (NodeId(0), 2.0),
            (NodeId(2), 1.0),
            (NodeId(1), 0.0),
        ];
        let expected = vec![(NodeId(0), 0.5), (NodeId(2), 0.5)];
        assert_eq!(normalize_seeds(&seeds, 3), Ok(expected));
    }

    #[test]
    fn unusable_seeds_are_refused() {
        assert_eq!(normalize_seeds(&[], 3), Err(GraphError::EmptySeeds));
        assert_eq!(
            normalize_seeds(&[(NodeId(1), 0.0)], 3),
            Err(GraphError::EmptySeeds)
        );
        assert!(matches!(
            normalize_seeds(&[(NodeId(3), 1.0)], 3),
            Err(GraphError::SeedOutsideGraph { node_count: 3, .. })
        ));
        for weight in [-1.0, f32::NAN, f32::INFINITY] {
            assert!(matches!(
                normalize_seeds(&[(NodeId(0), weight)], 3),
                Err(GraphError::InvalidSeedWeight { .. })
            ));
        }
    }
}
