//! The restart vector: where the walk begins again and again.
//!
//! `p = (1 − w)·[(1 − g)·seeds + g·expansion] + w·conversations`, each part summing to 1;
//! a part that is empty gives its share to the others. The walk is linear in `p`, so that the walk
//! from conversations, which is of use by itself, is made apart and mixed in afterwards.

use std::collections::BTreeMap;

use tastegraph_graph::{NodeId, Walk};

/// Weighted nodes; weights sum to 1 or the list is empty.
pub type Weights = Vec<(NodeId, f32)>;

/// Keeps what a walk can start from (nodes with edges and positive weight), scaled to sum 1.
#[must_use]
pub fn normalised(weights: impl IntoIterator<Item = (NodeId, f32)>, walk: &Walk) -> Weights {
    let mut merged: BTreeMap<NodeId, f32> = BTreeMap::new();
    for (node, weight) in weights {
        // From a node without edges all mass would come straight back.
        if weight > 0.0 && walk.contains(node) && walk.weighted_degree(node) > 0.0 {
            *merged.entry(node).or_insert(0.0) += weight;
        }
    }
    let total: f32 = merged.values().sum();
    merged
        .into_iter()
        .map(|(node, weight)| (node, weight / total))
        .collect()
}

/// Mixes two vectors: `(1 − share)·first + share·second`.
#[must_use]
pub fn mix(first: &Weights, second: &Weights, share: f32) -> Weights {
    if first.is_empty() || second.is_empty() {
        return if first.is_empty() {
            second.clone()
        } else {
            first.clone()
        };
    }
    let mut mixed: BTreeMap<NodeId, f32> = BTreeMap::new();
    for (part, share) in [(first, 1.0 - share), (second, share)] {
        for &(node, weight) in part {
            *mixed.entry(node).or_insert(0.0) += weight * share;
        }
    }
    mixed.retain(|_, weight| *weight > 0.0);
    mixed.into_iter().collect()
}

/// Mixes the walks from two restart vectors: `(1 − share)·first + share·second`, which is the walk
/// from their mixture, for a walk is linear in where it starts. An empty walk gives way.
#[must_use]
pub fn blend(mut first: Vec<f32>, second: &[f32], share: f32) -> Vec<f32> {
    if first.is_empty() {
        return second.to_vec();
    }
    for (first, second) in first.iter_mut().zip(second) {
        *first = (1.0 - share) * *first + share * second;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use tastegraph_graph::{NodeKind, SnapshotBuilder};

    fn pair_and_hermit() -> Walk {
        let mut builder = SnapshotBuilder::new();
        let knows = builder.relation("knows", "knows", "known by", 1.0, true);
        let a = builder.node("a", NodeKind::Item, "A", "thing");
        let b = builder.node("b", NodeKind::Item, "B", "thing");
        builder.node("c", NodeKind::Item, "C", "thing");
        builder.edge(a, knows, b, 0);
        Walk::new(&builder.build().expect("a valid graph"))
    }

    #[test]
    fn nodes_without_edges_give_their_share_to_the_others() {
        let weights = normalised([(NodeId(0), 1.0), (NodeId(2), 3.0)], &pair_and_hermit());
        assert_eq!(weights, [(NodeId(0), 1.0)]);
    }

    #[test]
    fn equal_nodes_are_added() {
        let weights = normalised(
            [(NodeId(0), 1.0), (NodeId(1), 2.0), (NodeId(0), 1.0)],
            &pair_and_hermit(),
        );
        assert_eq!(weights, [(NodeId(0), 0.5), (NodeId(1), 0.5)]);
    }

    #[test]
    fn an_empty_part_gives_way() {
        let one = vec![(NodeId(0), 1.0)];
        assert_eq!(mix(&one, &Vec::new(), 0.3), one);
        assert_eq!(mix(&Vec::new(), &one, 0.3), one);
    }

    #[test]
    fn a_mixture_sums_to_one() {
        let mixed = mix(
            &vec![(NodeId(0), 1.0)],
            &vec![(NodeId(0), 0.5), (NodeId(1), 0.5)],
            0.4,
        );
        assert!(
            (mixed[0].1 - 0.8).abs() < 1e-6 && (mixed[1].1 - 0.2).abs() < 1e-6,
            "{mixed:?}"
        );
    }

    #[test]
    fn mixed_walks_are_the_walk_of_the_mixture() {
        let first = blend(vec![0.8, 0.2], &[0.0, 1.0], 0.25);
        assert!((first[0] - 0.6).abs() < 1e-6 && (first[1] - 0.4).abs() < 1e-6);
        assert_eq!(blend(Vec::new(), &[0.5, 0.5], 0.3), [0.5, 0.5]);
        assert_eq!(blend(vec![0.5, 0.5], &[], 0.3), [0.5, 0.5]);
    }
}
