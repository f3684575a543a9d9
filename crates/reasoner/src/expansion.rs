//! What a reasoner is and what it returns.

use std::collections::BTreeSet;

use tastegraph_graph::{NodeId, Path};

use crate::ReasonerError;

/// Expands seeds over a graph it was initialised with.
pub trait Reasoner: Send + Sync {
    /// A short name for reports, such as "propagate".
    fn name(&self) -> &'static str;

    /// The up to `m` nodes that follow from the seeds most strongly.
    ///
    /// Weights are relative: only their proportions matter. No seeds, or none of positive weight,
    /// give an empty expansion.
    ///
    /// # Errors
    /// A seed outside the graph, a weight that is negative or not finite, or a failing device.
    fn expand(&self, seeds: &[(NodeId, f32)], m: usize) -> Result<Expansion, ReasonerError>;

    /// For each of some nodes of an expansion, the path from a seed that contributes most to it by
    /// the reasoner's own account; its score is the share of the contribution. `None` where the
    /// reasoner has no such account, which is what this default says of all: a search for paths in
    /// the graph can stand in.
    ///
    /// # Errors
    /// As for [`expand`](Self::expand).
    fn paths(
        &self,
        seeds: &[(NodeId, f32)],
        nodes: &[NodeId],
    ) -> Result<Vec<Option<Path>>, ReasonerError> {
        let _ = seeds;
        Ok(vec![None; nodes.len()])
    }
}

/// The nodes a reasoner added to the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// New nodes only, never a seed; best first, ties by id. The scores are a softmax over these
    /// nodes and sum to 1.
    pub entities: Vec<(NodeId, f32)>,
    /// The reasoner's name.
    pub reasoner: &'static str,
    /// Where it ran, in words, and why not where it was meant to run if that is the case.
    pub device: String,
}

/// Expands nothing: the baseline every reasoner has to beat.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoReasoner;

impl Reasoner for NoReasoner {
    fn name(&self) -> &'static str {
        "none"
    }

    fn expand(&self, _seeds: &[(NodeId, f32)], _m: usize) -> Result<Expansion, ReasonerError> {
        Ok(Expansion {
            entities: Vec::new(),
            reasoner: self.name(),
            device: "none".to_owned(),
        })
    }
}

/// Keeps the `m` highest positive scores among nodes that are no seeds, and turns them into shares
/// by a softmax over `score / (temperature · highest score)`.
///
/// Dividing by the highest score makes the shares depend on proportions only: propagated mass
/// shrinks with the size of the graph, and a plain softmax of tiny numbers is flat.
pub(crate) fn strongest(
    mut scored: Vec<(NodeId, f32)>,
    seeds: &BTreeSet<NodeId>,
    m: usize,
    temperature: f32,
) -> Vec<(NodeId, f32)> {
    scored.retain(|(node, score)| *score > 0.0 && !seeds.contains(node));
    scored.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.truncate(m);
    let Some(&(_, highest)) = scored.first() else {
        return scored;
    };
    let scale = temperature * highest;
    for (_, score) in &mut scored {
        *score = ((*score - highest) / scale).exp();
    }
    let total: f32 = scored.iter().map(|(_, share)| share).sum();
    for (_, share) in &mut scored {
        *share /= total;
    }
    scored
}

/// Keeps the `m` highest logits among nodes that are no seeds, and turns them into shares by a
/// softmax.
pub(crate) fn most_likely(
    mut scored: Vec<(NodeId, f32)>,
    seeds: &BTreeSet<NodeId>,
    m: usize,
) -> Vec<(NodeId, f32)> {
    scored.retain(|(node, _)| !seeds.contains(node));
    let order = |a: &(NodeId, f32), b: &(NodeId, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if m < scored.len() {
        scored.select_nth_unstable_by(m, order);
        scored.truncate(m);
    }
    scored.sort_unstable_by(order);
    let highest = scored.first().map_or(0.0, |best| best.1);
    for (_, score) in &mut scored {
        *score = (*score - highest).exp();
    }
    let total: f32 = scored.iter().map(|(_, share)| share).sum();
    for (_, share) in &mut scored {
        *share /= total;
    }
    scored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_depend_on_proportions_and_leave_seeds_out() {
        let seeds = BTreeSet::from([NodeId(9)]);
        let scored = |unit: f32| {
            [(9, 9.0), (4, 2.0), (3, 2.0), (1, 1.0), (2, 0.0)].map(|(n, s)| (NodeId(n), s * unit))
        };
        let large = strongest(scored(1.0).to_vec(), &seeds, 3, 1.0);
        let small = strongest(scored(1e-9).to_vec(), &seeds, 3, 1.0);
        assert_eq!(large.iter().map(|e| e.0.0).collect::<Vec<_>>(), [3, 4, 1]);
        for ((_, a), (_, b)) in large.iter().zip(&small) {
            assert!((a - b).abs() < 1e-6);
        }
        // exp(0), exp(0), exp(−½)
        let total = 2.0 + (-0.5f32).exp();
        assert!((large[2].1 - (-0.5f32).exp() / total).abs() < 1e-6);
    }

    #[test]
    fn logits_become_shares() {
        let seeds = BTreeSet::from([NodeId(9)]);
        let scored = [(9, 9.0), (4, -1.0), (3, 2.0f32.ln()), (1, 0.0), (2, -50.0)];
        let scored = scored.map(|(n, s)| (NodeId(n), s)).to_vec();
        let shares = most_likely(scored, &seeds, 2);
        assert_eq!(shares.iter().map(|e| e.0.0).collect::<Vec<_>>(), [3, 1]);
        assert!((shares[0].1 - 2.0 / 3.0).abs() < 1e-6 && (shares[1].1 - 1.0 / 3.0).abs() < 1e-6);
        assert!(most_likely(Vec::new(), &seeds, 2).is_empty());
    }

    #[test]
    fn nothing_scored_nothing_returned() {
        let none = BTreeSet::new();
        assert!(strongest(vec![(NodeId(0), 0.0)], &none, 3, 1.0).is_empty());
        assert!(strongest(vec![(NodeId(0), 1.0)], &none, 0, 1.0).is_empty());
        let expansion = NoReasoner
            .expand(&[(NodeId(0), 1.0)], 5)
            .expect("cannot fail");
        assert!(expansion.entities.is_empty());
    }
}
