//! Lists whose items are not all alike.
//!
//! Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998, eq. 1) in log-odds: of the items that are left the
//! one comes next whose log-odds, less `δ` times its greatest similarity to an item ahead of it, are highest. With
//! `δ = 0` the order stays as it is.

use tastegraph_graph::{NodeId, NodeRange};

use crate::{Content, Stages};

/// An item in order: its score, and what is known of it.
type Ranked = (NodeId, f32, Stages);

/// Orders the best items anew. What an item loses goes into the part `diversity`, and out of its score.
pub(crate) fn diversify(
    ranked: Vec<Ranked>,
    content: &Content,
    items: &NodeRange,
    weight: f32,
) -> Vec<Ranked> {
    if weight <= 0.0 {
        return ranked;
    }
    let place = |item: NodeId| items.place_of(item);
    let similarity = |a: NodeId, b: NodeId| match (place(a), place(b)) {
        (Some(a), Some(b)) => content.cosine(a, b),
        _ => 0.0,
    };
    let mut left: Vec<(Ranked, f32)> = ranked.into_iter().map(|item| (item, 0.0)).collect();
    let mut chosen: Vec<Ranked> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let worth = |(item, nearest): &(Ranked, f32)| item.2.parts.total() - weight * nearest;
        let mut best = 0;
        for (at, candidate) in left.iter().enumerate() {
            // The first of equals: it was ahead before.
            if worth(candidate) > worth(&left[best]) {
                best = at;
            }
        }
        let ((item, score, mut stages), nearest) = left.remove(best);
        stages.parts.diversity = -weight * nearest;
        for (other, nearest) in &mut left {
            *nearest = nearest.max(similarity(other.0, item));
        }
        chosen.push((item, score * stages.parts.diversity.exp(), stages));
    }
    chosen
}
