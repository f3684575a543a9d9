//! What items are made of, and how much of it they share.
//!
//! For each class of entities (genres, people, …) an item is a vector over the entities of that
//! class that it is joined to, weighted by their inverse document frequency and scaled to length 1.
//! The similarity of two items is the mean of the cosines over all classes of the graph, so that a
//! handful of genres counts as much as a hundred people. It does not know how popular an item is,
//! and so reaches items that nobody has mentioned.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use tastegraph_graph::{NodeId, NodeKind, Snapshot, Walk};

/// The vectors of all items, by item and by entity.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    /// For each item its entities with their weights.
    of_item: Vec<Vec<(NodeId, f32)>>,
    /// For each entity, by place among the entities, its items with their weights.
    of_entity: BTreeMap<NodeId, Vec<(u32, f32)>>,
    /// For each item the cosine with itself: the share of the classes that it has.
    own: Vec<f32>,
}

impl Content {
    pub(crate) fn new(snapshot: &Snapshot, walk: &Walk) -> Self {
        let joined = joined(snapshot, walk);
        let mut holders: BTreeMap<NodeId, u32> = BTreeMap::new();
        for &entity in joined.iter().flatten() {
            *holders.entry(entity).or_default() += 1;
        }
        let classes: BTreeMap<&str, usize> = holders
            .keys()
            .map(|&entity| snapshot.class(entity))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .zip(0..)
            .collect();
        let items = joined.len() as f32;
        let weight = |entity: &NodeId| ((items + 1.0) / (1.0 + holders[entity] as f32)).ln();
        // Each class has an equal part of the mean, the root of it in each of the two vectors.
        let part = (classes.len().max(1) as f32).sqrt().recip();
        let mut content = Self::default();
        for (entities, item) in joined.iter().zip(0..) {
            let mut lengths = vec![0.0_f32; classes.len()];
            let class = |entity: &NodeId| classes[snapshot.class(*entity)];
            for entity in entities {
                lengths[class(entity)] += weight(entity) * weight(entity);
            }
            let vector: Vec<(NodeId, f32)> = entities
                .iter()
                // An entity that every item has tells nothing.
                .filter(|entity| lengths[class(entity)] > 0.0)
                .map(|entity| {
                    (
                        *entity,
                        part * weight(entity) / lengths[class(entity)].sqrt(),
                    )
                })
                .collect();
            for &(entity, weight) in &vector {
                content
                    .of_entity
                    .entry(entity)
                    .or_default()
                    .push((item, weight));
            }
            content
                .own
                .push(vector.iter().map(|(_, weight)| weight * weight).sum());
            content.of_item.push(vector);
        }
        content
    }

    /// For each item `Σ_s w_s·cos(s, item)` over the items among the seeds, their weights scaled to
    /// sum 1; an item is not similar to itself. Empty if no seed is an item.
    pub(crate) fn similar(&self, seeds: &[(NodeId, f32)], snapshot: &Snapshot) -> Vec<f32> {
        let items = snapshot.nodes_of(NodeKind::Item);
        let seeds: Vec<(usize, f32)> = seeds
            .iter()
            .filter(|(_, weight)| *weight > 0.0)
            .filter_map(|(node, weight)| Some((items.place_of(*node)?, *weight)))
            .collect();
        let total: f32 = seeds.iter().map(|seed| seed.1).sum();
        if total <= 0.0 {
            return Vec::new();
        }
        let mut profile: BTreeMap<NodeId, f32> = BTreeMap::new();
        for &(item, weight) in &seeds {
            for &(entity, part) in &self.of_item[item] {
                *profile.entry(entity).or_default() += weight / total * part;
            }
        }
        let mut similar = vec![0.0; self.of_item.len()];
        for (entity, weight) in profile {
            for &(item, part) in &self.of_entity[&entity] {
                similar[item as usize] += weight * part;
            }
        }
        for (item, weight) in seeds {
            similar[item] -= weight / total * self.own[item];
        }
        similar
    }

    /// The cosine of two items.
    pub(crate) fn cosine(&self, a: usize, b: usize) -> f32 {
        // Both ascend by entity, as what they are made from does.
        let (mut a, mut b) = (self.of_item[a].iter(), self.of_item[b].iter());
        let (mut left, mut right) = (a.next(), b.next());
        let mut cosine = 0.0;
        while let (Some((x, of_a)), Some((y, of_b))) = (left, right) {
            match x.cmp(y) {
                Ordering::Less => left = a.next(),
                Ordering::Greater => right = b.next(),
                Ordering::Equal => {
                    cosine += of_a * of_b;
                    (left, right) = (a.next(), b.next());
                }
            }
        }
        cosine
    }

    /// What two items share: entities with their part of the similarity, best first, ties by id.
    pub(crate) fn shared(&self, a: usize, b: usize) -> Vec<(NodeId, f32)> {
        let other: BTreeMap<NodeId, f32> = self.of_item[b].iter().copied().collect();
        let mut shared: Vec<(NodeId, f32)> = self.of_item[a]
            .iter()
            .filter_map(|(entity, weight)| Some((*entity, weight * other.get(entity)?)))
            .collect();
        shared.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        shared
    }
}

/// For each item the entities that a walk reaches from it in one step, ascending.
fn joined(snapshot: &Snapshot, walk: &Walk) -> Vec<Vec<NodeId>> {
    let entities = |item: NodeId| -> Vec<NodeId> {
        if !walk.contains(item) {
            return Vec::new();
        }
        let mut found: Vec<NodeId> = snapshot
            .neighbors(item)
            .filter(|neighbor| snapshot.relation(neighbor.relation).walk)
            .map(|neighbor| neighbor.node)
            .filter(|&node| snapshot.kind(node) == NodeKind::Entity)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    snapshot.nodes_of(NodeKind::Item).map(entities).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tastegraph_graph::SnapshotBuilder;

    /// Items a, b, c, d; genre g of a, b; genre h of c; person p of a, c; person q of b.
    fn world() -> (Snapshot, Content) {
        let mut builder = SnapshotBuilder::new();
        let genre = builder.relation("r/genre", "genre", "genre of", 1.0, true);
        let cast = builder.relation("r/cast", "cast", "appears in", 1.0, true);
        let quiet = builder.relation("r/quiet", "quiet", "quiet of", 1.0, false);
        for name in ["a", "b", "c", "d"] {
            builder.node(name, NodeKind::Item, name, "film");
        }
        for (name, class) in [
            ("g", "genre"),
            ("h", "genre"),
            ("p", "person"),
            ("q", "person"),
        ] {
            builder.node(name, NodeKind::Entity, name, class);
        }
        for (from, relation, to) in [
            ("a", genre, "g"),
            ("b", genre, "g"),
            ("c", genre, "h"),
            ("a", cast, "p"),
            ("c", cast, "p"),
            ("b", cast, "q"),
            ("d", quiet, "g"),
        ] {
            let from = builder.node(from, NodeKind::Item, from, "");
            let class = if ["g", "h"].contains(&to) {
                "genre"
            } else {
                "person"
            };
            let to = builder.node(to, NodeKind::Entity, to, class);
            builder.edge(from, relation, to, 0);
        }
        let snapshot = builder.build().expect("a valid graph");
        let content = Content::new(&snapshot, &Walk::new(&snapshot));
        (snapshot, content)
    }

    #[test]
    fn each_class_counts_the_same() {
        let (snapshot, content) = world();
        let a = snapshot.find("a").expect("is there");
        let similar = content.similar(&[(a, 0.3)], &snapshot);
        // b has the genre of a, c its person: one of two classes each. d has nothing that is walked.
        for (found, expected) in similar.iter().zip([0.0, 0.5, 0.5, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{similar:?}");
        }
    }

    #[test]
    fn seeds_that_are_no_items_say_nothing() {
        let (snapshot, content) = world();
        let g = snapshot.find("g").expect("is there");
        assert!(content.similar(&[(g, 1.0)], &snapshot).is_empty());
    }

    #[test]
    fn what_is_shared_adds_up() {
        let (snapshot, content) = world();
        for (a, b) in [(0, 1), (0, 2), (1, 2), (0, 3)] {
            let shared: f32 = content.shared(a, b).iter().map(|part| part.1).sum();
            assert!((content.cosine(a, b) - shared).abs() < 1e-6);
        }
        let shared = content.shared(0, 1);
        assert_eq!(shared.len(), 1);
        assert_eq!(snapshot.label(shared[0].0), "g");
        assert!((shared[0].1 - 0.5).abs() < 1e-6);
    }
}
