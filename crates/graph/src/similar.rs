//! Conversations and users that resemble what a walk has found.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::E;
use std::sync::Arc;

use crate::snapshot::Image;
use crate::{NodeId, NodeKind, Snapshot, top_k};

/// How many shared nodes are reported with each match.
const SHARED_SHOWN: usize = 5;

/// A node that shares much with the scored nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The conversation or user.
    pub node: NodeId,
    /// The sum of its shared nodes' contributions.
    pub score: f32,
    /// The up to five shared nodes that contributed most, best first, with their contributions.
    pub shared: Vec<(NodeId, f32)>,
}

/// What the nodes of one kind (conversations or users) share with items and entities, laid out for
/// asking many times.
///
/// `score(c) = Σ_e r_e·[e ∈ c] / ln(e + df_e)`, where `e` runs over the items and entities that share an
/// edge with `c`; `df_e` is the number of nodes of the kind that share an edge with `e`, so what
/// everybody mentions counts little (the `e` in the logarithm is Euler's number and keeps the factor at
/// most 1). Several edges between two nodes count once, and a dislike (polarity −1) does not count at
/// all. Takes 4 bytes for each pair and 12 for each node of the graph.
#[derive(Debug, Clone)]
pub struct Similarity {
    kind: NodeKind,
    /// The members of the bytes and then those that were added, each part in order of the ids.
    members: Vec<NodeId>,
    /// Where the row of each member of the bytes ends.
    ends: Vec<usize>,
    /// What the members share edges with, row by row, ascending in each.
    described: Vec<NodeId>,
    /// The rows that are different since.
    changed: BTreeMap<NodeId, Vec<NodeId>>,
    /// `df` by node.
    holders: Vec<u32>,
    /// `1 / ln(e + df)` by node; 0 where no member is.
    factors: Vec<f64>,
    image: Arc<Image>,
    /// How much of the snapshot's log of changes is in the rows.
    seen: usize,
}

impl Similarity {
    /// Reads the edges of the nodes of `kind`.
    #[must_use]
    pub fn new(snapshot: &Snapshot, kind: NodeKind) -> Self {
        let members: Vec<NodeId> = snapshot.nodes_of(kind).collect();
        let mut ends = Vec::with_capacity(members.len());
        let mut described = Vec::new();
        let mut holders = vec![0_u32; snapshot.node_count()];
        for &member in &members {
            for node in distinct(snapshot, member) {
                holders[node.index()] += 1;
                described.push(node);
            }
            ends.push(described.len());
        }
        Self {
            kind,
            members,
            ends,
            described,
            changed: BTreeMap::new(),
            factors: holders.iter().map(|&df| factor(df)).collect(),
            holders,
            image: Arc::clone(snapshot.image()),
            seen: snapshot.log().len(),
        }
    }

    /// Catches up with the changes of the snapshot that this was made from, at a cost that depends on
    /// the edges of the members that changed since. For any other snapshot, or after a compaction,
    /// this is [`new`](Self::new).
    pub fn update(&mut self, snapshot: &Snapshot) {
        if !Arc::ptr_eq(&self.image, snapshot.image()) || self.seen > snapshot.log().len() {
            *self = Self::new(snapshot, self.kind);
            return;
        }
        self.holders.resize(snapshot.node_count(), 0);
        self.factors.resize(snapshot.node_count(), 0.0);
        let news = snapshot.log()[self.seen..].iter();
        let touched: BTreeSet<NodeId> = news
            .flat_map(|&(a, b)| [a, b])
            .filter(|&node| snapshot.kind(node) == self.kind)
            .collect();
        for member in touched {
            self.replace(member, distinct(snapshot, member));
        }
        self.seen = snapshot.log().len();
    }

    /// How many members' rows differ from those of the snapshot file.
    #[must_use]
    pub fn changed_members(&self) -> usize {
        self.changed.len()
    }

    /// Gives a member another row.
    fn replace(&mut self, member: NodeId, described: Vec<NodeId>) {
        let (of_file, added) = self.members.split_at(self.ends.len());
        let before = match (of_file.binary_search(&member), added.binary_search(&member)) {
            (Ok(row), _) => self.row(row).to_vec(),
            (_, Ok(row)) => self.row(self.ends.len() + row).to_vec(),
            (_, Err(place)) => {
                self.members.insert(self.ends.len() + place, member);
                Vec::new()
            }
        };
        for node in before {
            self.holders[node.index()] -= 1;
            self.factors[node.index()] = factor(self.holders[node.index()]);
        }
        for node in &described {
            self.holders[node.index()] += 1;
            self.factors[node.index()] = factor(self.holders[node.index()]);
        }
        self.changed.insert(member, described);
    }

    /// The `n` members with the highest scores. `r` holds one score per node, such as
    /// [`PageRank::scores`](crate::PageRank::scores); entries missing from it count as 0. Nodes in `skip`
    /// and nodes that score 0 are left out; ties go to the smaller id.
    #[must_use]
    pub fn best(&self, r: &[f32], n: usize, skip: &[NodeId]) -> Vec<Similar> {
        let contributions: Vec<f64> = r
            .iter()
            .zip(&self.factors)
            .map(|(&score, factor)| f64::from(score.max(0.0)) * factor)
            .collect();
        let of = |node: &NodeId| contributions.get(node.index()).copied().unwrap_or(0.0);
        let mut ranked: Vec<(usize, f32)> = (0..self.members.len())
            .map(|row| (row, self.row(row).iter().map(of).sum::<f64>() as f32))
            .filter(|&(row, score)| score > 0.0 && !skip.contains(&self.members[row]))
            .collect();
        top_k::truncate_to_best(&mut ranked, n);
        let explain = |(row, score)| {
            let mut shared: Vec<(NodeId, f32)> = self
                .row(row)
                .iter()
                .map(|node| (*node, of(node) as f32))
                .filter(|(_, part)| *part > 0.0)
                .collect();
            top_k::truncate_to_best(&mut shared, SHARED_SHOWN);
            Similar {
                node: self.members[row],
                score,
                shared,
            }
        };
        ranked.into_iter().map(explain).collect()
    }

    fn row(&self, row: usize) -> &[NodeId] {
        if !self.changed.is_empty()
            && let Some(changed) = self.changed.get(&self.members[row])
        {
            return changed;
        }
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.described[start..self.ends[row]]
    }
}

/// As [`Similarity::best`], for asking once.
#[must_use]
pub fn similar_nodes(
    snapshot: &Snapshot,
    kind: NodeKind,
    r: &[f32],
    n: usize,
    skip: &[NodeId],
) -> Vec<Similar> {
    Similarity::new(snapshot, kind).best(r, n, skip)
}

fn factor(df: u32) -> f64 {
    match df {
        0 => 0.0,
        df => 1.0 / (E + f64::from(df)).ln(),
    }
}

/// The different items and entities that share an edge with a node, dislikes aside.
fn distinct(snapshot: &Snapshot, node: NodeId) -> Vec<NodeId> {
    let is_described = |node| matches!(snapshot.kind(node), NodeKind::Item | NodeKind::Entity);
    let mut found: Vec<NodeId> = snapshot
        .neighbors(node)
        .filter(|neighbor| neighbor.polarity >= 0 && is_described(neighbor.node))
        .map(|neighbor| neighbor.node)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
