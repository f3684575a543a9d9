//! The best of a score vector.

use crate::NodeId;

/// The `k` nodes with the highest scores among those that `mask` keeps, best first, ties by id.
///
/// `scores` holds one entry per node. Nodes of score 0 take part like any other; let the mask drop
/// them where they are not wanted.
pub fn top_k(scores: &[f32], mask: impl Fn(NodeId) -> bool, k: usize) -> Vec<(NodeId, f32)> {
    let mut kept: Vec<(NodeId, f32)> = scores
        .iter()
        .enumerate()
        .map(|(i, &score)| (NodeId::from_index(i), score))
        .filter(|&(node, _)| mask(node))
        .collect();
    truncate_to_best(&mut kept, k);
    kept
}

/// Leaves the `k` best entries, sorted. Only those are sorted; the rest is merely partitioned off.
pub(crate) fn truncate_to_best<T: Ord>(scored: &mut Vec<(T, f32)>, k: usize) {
    if k == 0 {
        scored.clear();
        return;
    }
    // Falling score, ties by rising id: equal inputs always give equal lists.
    let by_score = |a: &(T, f32), b: &(T, f32)| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    if k < scored.len() {
        scored.select_nth_unstable_by(k - 1, by_score);
        scored.truncate(k);
    }
    scored.sort_unstable_by(by_score);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_smaller_id_and_the_mask_is_obeyed() {
        let scores = [0.5, 0.9, 0.5, 0.9, 0.1];
        let best = top_k(&scores, |n| n != NodeId(1), 3);
        assert_eq!(best, [(NodeId(3), 0.9), (NodeId(0), 0.5), (NodeId(2), 0.5)]);
    }

    #[test]
    fn any_k_is_fine() {
        assert!(top_k(&[1.0, 2.0], |_| true, 0).is_empty());
        assert_eq!(top_k(&[1.0, 2.0], |_| true, 9).len(), 2);
        assert!(top_k(&[], |_| true, 3).is_empty());
    }
}
