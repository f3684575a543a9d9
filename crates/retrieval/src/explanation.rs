//! Where a score comes from, as a tree whose parts add up.
//!
//! The walk is linear in its restart vector, and it is reversible, for its edges have no direction:
//! `π_s(i) / D_i = π_i(s) / D_s` for the walks from a seed `s` and from an item `i` and the weighted
//! degrees `D`. One walk from the item therefore tells what each seed and each conversation adds.

use std::fmt::Write;

use serde::Serialize;
use tastegraph_graph::{NodeId, NodeKind, Snapshot};

use crate::rank::{Stages, TEXT_FLOOR};
use crate::restart::Weights;
use crate::{Content, Parameters};

/// Parts that are told one by one; the others are told together.
const TOLD: usize = 8;

/// A number and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What the number is, and how it follows from its details where they do not simply add up.
    pub description: String,
    /// The number.
    pub value: f32,
    /// What it is made of, most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Explanation>,
}

impl Explanation {
    fn new(description: impl Into<String>, value: f32, details: Vec<Self>) -> Self {
        Self {
            description: description.into(),
            value,
            details,
        }
    }

    /// The tree as indented lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(0, &mut text);
        text
    }

    fn write(&self, depth: usize, text: &mut String) {
        let indent = "  ".repeat(depth);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{indent}{:>9.5}  {}", self.value, self.description);
        for detail in &self.details {
            detail.write(depth + 1, text);
        }
    }
}

/// What an explanation is made from.
pub(crate) struct Sources<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) content: &'a Content,
    pub(crate) parameters: &'a Parameters,
    /// The seeds and what the reasoner added, summing to 1.
    pub(crate) expanded: &'a Weights,
    /// Conversations with similar words, summing to 1.
    pub(crate) read_alike: &'a Weights,
    /// What was said, for content.
    pub(crate) seeds: &'a Weights,
    /// What was asked for by name.
    pub(crate) asked: &'a Weights,
    /// For each node what a walk that starts there alone leaves at the item, over the mass on items
    /// of the whole walk, and of the walk from similar texts.
    pub(crate) reached: &'a dyn Fn(NodeId) -> f32,
    pub(crate) mass: f32,
    pub(crate) text_mass: f32,
}

impl Sources<'_> {
    /// The tree of an item's log-odds.
    pub(crate) fn explain(&self, item: NodeId, stages: &Stages) -> Explanation {
        let parts = stages.parts;
        let p = self.parameters;
        let candidates = [
            self.walk(stages),
            Explanation::new(
                format!(
                    "similar texts: {} · ln(1 + sum / {TEXT_FLOOR})",
                    p.similar_text_weight
                ),
                parts.text,
                self.contributions(self.read_alike, 1.0 / self.text_mass, "conversation"),
            ),
            Explanation::new(
                "shared with what was named",
                parts.content,
                self.shared(item),
            ),
            Explanation::new("words of its description", parts.words, Vec::new()),
            Explanation::new("meaning of its description", parts.meaning, Vec::new()),
            Explanation::new("long tail", parts.tail, Vec::new()),
            Explanation::new("recency", parts.recency, Vec::new()),
            Explanation::new("asked for by name", parts.asked, self.asked_for(item)),
            Explanation::new("named before", parts.repeat, Vec::new()),
        ];
        let details = candidates.into_iter().filter(|part| part.value.abs() > 0.0);
        Explanation::new(
            format!("log-odds of {}", self.snapshot.label(item)),
            parts.total(),
            details.collect(),
        )
    }

    fn walk(&self, stages: &Stages) -> Explanation {
        let (seeds, texts) = match (self.expanded.is_empty(), self.read_alike.is_empty()) {
            (true, _) => (0.0, 1.0),
            (_, true) => (1.0, 0.0),
            _ => (
                1.0 - self.parameters.text_weight,
                self.parameters.text_weight,
            ),
        };
        let walked = self.mass > 0.0;
        let popular = if walked {
            self.parameters.popularity_weight
        } else {
            1.0
        };
        let mut details = Vec::new();
        if walked {
            let scale = (1.0 - popular) / self.mass;
            details.extend(self.contributions(self.expanded, seeds * scale, "seed"));
            details.extend(self.contributions(self.read_alike, texts * scale, "conversation"));
        }
        details.push(Explanation::new(
            "popularity",
            popular * stages.popularity,
            Vec::new(),
        ));
        Explanation::new("walk and popularity: ln(sum)", stages.parts.walk, details)
    }

    /// What each restart node adds, the small ones together.
    fn contributions(&self, restart: &Weights, scale: f32, what: &str) -> Vec<Explanation> {
        let each = restart.iter().map(|&(node, weight)| {
            let value = scale * weight * (self.reached)(node);
            (format!("{what} {}", self.snapshot.label(node)), value)
        });
        told(each.collect(), what)
    }

    fn shared(&self, item: NodeId) -> Vec<Explanation> {
        let items = self.snapshot.nodes_of(NodeKind::Item);
        let Some(place) = items.place_of(item) else {
            return Vec::new();
        };
        let named = self.seeds.iter().filter(|(node, _)| items.contains(*node));
        let total: f32 = named.clone().map(|(_, weight)| weight).sum();
        let mut each = Vec::new();
        for &(seed, weight) in named.filter(|(seed, _)| *seed != item) {
            let seed_place = items.place_of(seed);
            let shared = seed_place.map(|seed| self.content.shared(seed, place));
            for (entity, part) in shared.into_iter().flatten() {
                let value = self.parameters.content_weight * weight / total * part;
                let [class, name] = [self.snapshot.class(entity), self.snapshot.label(entity)];
                each.push((
                    format!("{class} {name}, as {} has", self.snapshot.label(seed)),
                    value,
                ));
            }
        }
        told(each, "shared thing")
    }

    fn asked_for(&self, item: NodeId) -> Vec<Explanation> {
        let joined = |entity: NodeId| {
            self.snapshot
                .neighbors(entity)
                .any(|neighbor| neighbor.node == item)
        };
        let has = self.asked.iter().filter(|(entity, _)| joined(*entity));
        let each = has.map(|&(entity, weight)| {
            let value = self.parameters.asked_weight * weight;
            (self.snapshot.label(entity).to_owned(), value)
        });
        told(each.collect(), "thing asked for")
    }
}

/// The largest parts one by one, and the sum of the others.
fn told(mut each: Vec<(String, f32)>, what: &str) -> Vec<Explanation> {
    each.retain(|(_, value)| value.abs() > 0.0);
    each.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rest = each.split_off(each.len().min(TOLD));
    let mut details: Vec<Explanation> = each
        .into_iter()
        .map(|(description, value)| Explanation::new(description, value, Vec::new()))
        .collect();
    if !rest.is_empty() {
        let sum = rest.iter().map(|(_, value)| value).sum();
        let others = format!("{} more of kind {what}", rest.len());
        details.push(Explanation::new(others, sum, Vec::new()));
    }
    details
}
