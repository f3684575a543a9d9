//! Paths that explain why a node was found: from a seed to the target, over named relations.

mod distant;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::{Neighbor, NodeId, RelationId, Snapshot, Walk};

/// How many paths of one answer may use the same relations in the same order.
const PATHS_PER_RELATIONS: usize = 2;

/// One edge of a path, in the direction of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    /// Where the step starts.
    pub from: NodeId,
    /// The relation of the edge.
    pub relation: RelationId,
    /// Whether the edge is stated from `from` to `to`; otherwise read its inverse label.
    pub outgoing: bool,
    /// Where the step ends.
    pub to: NodeId,
    /// −1, 0 or 1 as stored; −1 does not occur in the paths of this module.
    pub polarity: i8,
}

impl Step {
    fn back_from(here: NodeId, there: Neighbor) -> Self {
        Self {
            from: there.node,
            relation: there.relation,
            outgoing: !there.outgoing,
            to: here,
            polarity: there.polarity,
        }
    }
}

/// A path from a seed to a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The steps, each starting where the one before ends; at least one.
    pub steps: Vec<Step>,
    /// Seed weight × product of the relations' weights ÷ product of the square roots of the inner
    /// nodes' degrees. Comparable between targets of one [`PathFinder`].
    pub score: f32,
    /// The seed the path starts from.
    pub seed: NodeId,
}

/// Finds explanation paths from one set of seeds to many targets.
///
/// Reading the seeds' surroundings takes most of the time and is done once, in [`new`](Self::new).
/// Paths use every relation, also those that walks do not follow, but no edge of polarity −1.
#[derive(Debug)]
pub struct PathFinder<'a> {
    snapshot: &'a Snapshot,
    walk: &'a Walk,
    /// Seeds of positive weight, in order of their ids.
    seeds: BTreeMap<NodeId, f32>,
    /// The seeds' edges, grouped by where they lead, the best of each group first.
    first_steps: Vec<Scored>,
    /// For each node the position of its group in `first_steps`, or [`NO_GROUP`].
    group: Vec<u32>,
    /// Whether a walk gets from a node to a seed in two steps; only far targets ask for it.
    two_steps: OnceLock<Vec<bool>>,
    edges_touched: AtomicUsize,
}

/// Marks nodes that no seed has an edge to. Snapshots have fewer edges than this.
const NO_GROUP: u32 = u32::MAX;

/// A step from a seed with seed weight × relation weight.
#[derive(Debug, Clone, Copy)]
struct Scored {
    step: Step,
    score: f32,
}

/// A path of one or two hops before it is chosen.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    first: Step,
    second: Option<Step>,
    score: f32,
}

impl Candidate {
    fn relations(&self) -> (RelationId, Option<RelationId>) {
        (self.first.relation, self.second.map(|step| step.relation))
    }

    fn by_score(a: &Self, b: &Self) -> Ordering {
        let ids = |c: &Self| (order(&c.first), c.second.as_ref().map(order));
        b.score
            .total_cmp(&a.score)
            .then_with(|| ids(a).cmp(&ids(b)))
    }

    fn into_path(self) -> Path {
        let steps = std::iter::once(self.first).chain(self.second).collect();
        Path {
            steps,
            score: self.score,
            seed: self.first.from,
        }
    }
}

impl<'a> PathFinder<'a> {
    /// Prepares the seeds. `walk` must be made from `snapshot`. Seeds outside the graph or without
    /// positive weight are left out: no path can start there.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, walk: &'a Walk, seeds: &[(NodeId, f32)]) -> Self {
        let mut known = BTreeMap::new();
        for &(seed, weight) in seeds {
            if snapshot.contains(seed) && weight > 0.0 && weight.is_finite() {
                *known.entry(seed).or_insert(0.0) += weight;
            }
        }
        let edges = known.keys().map(|&seed| snapshot.degree(seed)).sum();
        let first_steps = surroundings(snapshot, &known);
        let mut group = vec![NO_GROUP; snapshot.node_count()];
        for (position, first) in first_steps.iter().enumerate().rev() {
            group[first.step.to.index()] = position as u32;
        }
        Self {
            snapshot,
            walk,
            seeds: known,
            first_steps,
            group,
            two_steps: OnceLock::new(),
            edges_touched: AtomicUsize::new(edges),
        }
    }

    /// The `k` best [near](Self::near) paths to `target`; where there is none, the one
    /// [distant](Self::distant) path, or nothing.
    #[must_use]
    pub fn paths(&self, target: NodeId, k: usize) -> Vec<Path> {
        let near = self.near(target, k);
        if k == 0 || !near.is_empty() {
            return near;
        }
        self.distant(target).into_iter().collect()
    }

    /// How many edges were read so far, each time counted: the cost, independent of the machine.
    #[must_use]
    pub fn edges_touched(&self) -> usize {
        self.edges_touched.load(Relaxed)
    }

    /// Counts the edges of a node as read.
    fn count_edges(&self, edges: usize) {
        self.edges_touched.fetch_add(edges, Relaxed);
    }

    /// The `k` best paths of one or two hops from the seeds to `target`, best first.
    ///
    /// To show different reasons, an answer holds at most one path through each intermediate node,
    /// and at most two over the same relations. Ties go to the smaller ids. A target that is itself
    /// a seed is explained by the other seeds.
    #[must_use]
    pub fn near(&self, target: NodeId, k: usize) -> Vec<Path> {
        if k == 0 || self.seeds.is_empty() || !self.snapshot.contains(target) {
            return Vec::new();
        }
        let mut candidates = self.one_hop(target);
        self.add_two_hops(target, &mut candidates);
        candidates.sort_unstable_by(Candidate::by_score);
        let mut uses = HashMap::new();
        let is_news = |candidate: &Candidate| {
            let times = uses.entry(candidate.relations()).or_insert(0);
            *times += 1;
            *times <= PATHS_PER_RELATIONS
        };
        candidates
            .into_iter()
            .filter(is_news)
            .take(k)
            .map(Candidate::into_path)
            .collect()
    }

    /// The steps from seeds to `node`, best first.
    fn steps_to(&self, node: NodeId) -> impl Iterator<Item = &Scored> {
        let start = self.group[node.index()];
        let rest = self.first_steps.get(start as usize..).unwrap_or_default();
        rest.iter().take_while(move |first| first.step.to == node)
    }

    fn one_hop(&self, target: NodeId) -> Vec<Candidate> {
        let candidate = |first: &Scored| Candidate {
            first: first.step,
            second: None,
            score: first.score,
        };
        self.steps_to(target).map(candidate).collect()
    }

    /// Adds the best path through each node that lies between a seed and the target.
    fn add_two_hops(&self, target: NodeId, candidates: &mut Vec<Candidate>) {
        for second in self.last_steps(target) {
            let middle = second.from;
            let from_elsewhere = |first: &&Scored| first.step.from != target;
            if let Some(first) = self.steps_to(middle).find(from_elsewhere) {
                let damping = (self.snapshot.degree(middle) as f32).sqrt();
                let score = first.score * self.weight(&second) / damping;
                candidates.push(Candidate {
                    first: first.step,
                    second: Some(second),
                    score,
                });
            }
        }
    }

    /// The strongest edge to the target from each node that a seed has an edge to.
    fn last_steps(&self, target: NodeId) -> Vec<Step> {
        // A path through another seed says no more than the one step from that seed.
        let is_between =
            |node: NodeId| self.group[node.index()] != NO_GROUP && !self.seeds.contains_key(&node);
        self.count_edges(self.snapshot.degree(target));
        let neighbors = self.snapshot.neighbors(target);
        let mut steps: Vec<Step> = neighbors
            .filter(|there| is_usable(target, *there) && is_between(there.node))
            .map(|there| Step::back_from(target, there))
            .collect();
        steps.sort_unstable_by(|a, b| {
            let stronger = || self.weight(b).total_cmp(&self.weight(a));
            a.from
                .cmp(&b.from)
                .then_with(stronger)
                .then_with(|| order(a).cmp(&order(b)))
        });
        steps.dedup_by_key(|step| step.from);
        steps
    }

    fn weight(&self, step: &Step) -> f32 {
        self.snapshot.relation(step.relation).weight
    }
}

/// The usable edges of the seeds, grouped by where they lead, the best of each group first.
fn surroundings(snapshot: &Snapshot, seeds: &BTreeMap<NodeId, f32>) -> Vec<Scored> {
    let mut steps = Vec::new();
    for (&seed, &weight) in seeds {
        for there in snapshot
            .neighbors(seed)
            .filter(|there| is_usable(seed, *there))
        {
            let step = Step {
                from: seed,
                relation: there.relation,
                outgoing: there.outgoing,
                to: there.node,
                polarity: there.polarity,
            };
            let score = weight * snapshot.relation(there.relation).weight;
            steps.push(Scored { step, score });
        }
    }
    steps.sort_unstable_by(|a, b| {
        let better = || b.score.total_cmp(&a.score);
        let group = a.step.to.cmp(&b.step.to);
        group
            .then_with(better)
            .then_with(|| order(&a.step).cmp(&order(&b.step)))
    });
    steps
}

/// No self loops, which lead nowhere, and no dislikes, which explain nothing.
fn is_usable(here: NodeId, there: Neighbor) -> bool {
    there.node != here && there.polarity >= 0
}

/// What decides between steps of equal score; prefers smaller ids and the stated direction.
fn order(step: &Step) -> (NodeId, NodeId, RelationId, bool, i8) {
    (
        step.from,
        step.to,
        step.relation,
        !step.outgoing,
        -step.polarity,
    )
}
