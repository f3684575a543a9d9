//! Why an item is a candidate: facts of the graph and what others liked.

use tastegraph_graph::{NodeId, NodeKind, Path, PathFinder, RelationId, Snapshot, Walk};

/// Paths looked at for each item; those through conversations and users are not facts.
const PATHS_PER_FACT: usize = 3;

/// A triple of the graph, as a reason: "The Town — cast — Jeremy Renner", shared with seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The candidate.
    pub item: NodeId,
    /// The relation of the triple.
    pub relation: RelationId,
    /// Whether the candidate is the subject of the triple.
    pub outgoing: bool,
    /// What the candidate is joined to.
    pub entity: NodeId,
    /// The seed that has it too; the entity itself if it was asked for by name.
    pub seed: NodeId,
    /// How the seed is joined to the entity; `None` if it is the entity.
    pub seed_relation: Option<RelationId>,
    /// Weight of the path from seed to candidate, higher is better.
    pub weight: f32,
}

impl Fact {
    /// In words, as seen from the item: a bare label where relation and class say the same
    /// ("heist"), else the relation and the label ("cast Al Pacino").
    #[must_use]
    pub fn phrase(&self, snapshot: &Snapshot) -> String {
        let label = snapshot.label(self.entity);
        match self.relation_phrase(snapshot) {
            Some(relation) => format!("{relation} {label}"),
            None => label.to_owned(),
        }
    }

    /// The relation in words, unless it says no more than the entity's class does.
    fn relation_phrase<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a str> {
        let relation = snapshot.relation(self.relation);
        let name = if self.outgoing {
            &relation.label
        } else {
            &relation.inverse_label
        };
        (name != snapshot.class(self.entity)).then_some(name)
    }
}

/// Everything that speaks for one item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// Facts that join the item to what was named, best first.
    pub facts: Vec<Fact>,
    /// The similar conversations in which it was liked, most similar first.
    pub liked_in: Vec<NodeId>,
    /// The similar users who rated it well, most similar first.
    pub liked_by: Vec<NodeId>,
    /// Where no fact joins it to the seeds: the shortest chain that does.
    pub path: Option<Path>,
}

impl Evidence {
    /// One line: "crime, heist; cast Al Pacino; liked in 3 similar conversations".
    #[must_use]
    pub fn summary(&self, snapshot: &Snapshot) -> String {
        let mut bare: Vec<&str> = Vec::new();
        // Somebody who both wrote and directed is named once.
        let mut named: Vec<(NodeId, String)> = Vec::new();
        for fact in &self.facts {
            match fact.relation_phrase(snapshot) {
                None => bare.push(snapshot.label(fact.entity)),
                Some(relation) => match named.iter_mut().find(|(entity, _)| *entity == fact.entity)
                {
                    Some((_, relations)) => *relations = format!("{relations} and {relation}"),
                    None => named.push((fact.entity, relation.to_owned())),
                },
            }
        }
        let mut parts = Vec::new();
        if !bare.is_empty() {
            parts.push(bare.join(", "));
        }
        parts.extend(
            named
                .into_iter()
                .map(|(entity, relations)| format!("{relations} {}", snapshot.label(entity))),
        );
        if let Some(path) = &self.path {
            parts.push(if path.steps.len() <= LONGEST_TOLD {
                chain(path, snapshot)
            } else {
                "loosely related".to_owned()
            });
        }
        parts.extend(counted(
            self.liked_in.len(),
            "liked in",
            "similar conversation",
        ));
        parts.extend(counted(
            self.liked_by.len(),
            "rated well by",
            "similar user",
        ));
        if parts.is_empty() {
            parts.push("popular".to_owned());
        }
        parts.join("; ")
    }
}

fn counted(count: usize, what: &str, noun: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("{what} 1 {noun}")),
        _ => Some(format!("{what} {count} {noun}s")),
    }
}

/// Longer chains tell nobody anything; they stay in the data.
const LONGEST_TOLD: usize = 3;

/// A path in words: "Heat → cast → Al Pacino → appears in → Serpico".
fn chain(path: &Path, snapshot: &Snapshot) -> String {
    let mut words = vec![snapshot.label(path.seed).to_owned()];
    for step in &path.steps {
        let relation = snapshot.relation(step.relation);
        let name = if step.outgoing {
            &relation.label
        } else {
            &relation.inverse_label
        };
        words.push(name.clone());
        words.push(snapshot.label(step.to).to_owned());
    }
    words.join(" → ")
}

/// Finds the evidence for many items after preparing the seeds once.
pub(crate) struct EvidenceFinder<'a> {
    snapshot: &'a Snapshot,
    paths: PathFinder<'a>,
    conversations: &'a [NodeId],
    users: &'a [NodeId],
    facts: usize,
}

impl<'a> EvidenceFinder<'a> {
    /// `conversations` and `users` are those similar to the request, most similar first.
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        walk: &'a Walk,
        seeds: &[(NodeId, f32)],
        conversations: &'a [NodeId],
        users: &'a [NodeId],
        facts: usize,
    ) -> Self {
        Self {
            snapshot,
            paths: PathFinder::new(snapshot, walk, seeds),
            conversations,
            users,
            facts,
        }
    }

    pub(crate) fn find(&self, item: NodeId) -> Evidence {
        let paths = self.paths.near(item, self.facts * PATHS_PER_FACT);
        let facts: Vec<Fact> = paths
            .iter()
            .filter_map(|path| self.fact(path))
            .take(self.facts)
            .collect();
        let liked_in = self.among(item, self.conversations);
        let liked_by = self.among(item, self.users);
        // Only where nothing else speaks for it, for this takes most of the time.
        let nothing = facts.is_empty() && liked_in.is_empty() && liked_by.is_empty();
        let path = nothing.then(|| {
            paths
                .into_iter()
                .next()
                .or_else(|| self.paths.distant(item))
        });
        Evidence {
            facts,
            liked_in,
            liked_by,
            path: path.flatten(),
        }
    }

    /// A path of one or two hops as a fact about its last node, unless it runs through people.
    fn fact(&self, path: &Path) -> Option<Fact> {
        let (first, last) = match path.steps.as_slice() {
            [last] => (None, last),
            [first, last] => (Some(first), last),
            _ => return None,
        };
        let is_thing = matches!(
            self.snapshot.kind(last.from),
            NodeKind::Entity | NodeKind::Item
        );
        // That two items share a country says little, unless the country was asked for.
        let says_much = first.is_none() || self.snapshot.relation(last.relation).walk;
        (is_thing && says_much).then(|| Fact {
            item: last.to,
            relation: last.relation,
            // The path ends at the item, so its last step is read backwards.
            outgoing: !last.outgoing,
            entity: last.from,
            seed: path.seed,
            seed_relation: first.map(|step| step.relation),
            weight: path.score,
        })
    }

    /// Those of `group` that like the item, in the order of `group`.
    fn among(&self, item: NodeId, group: &[NodeId]) -> Vec<NodeId> {
        let mut fans: Vec<NodeId> = self
            .snapshot
            .neighbors(item)
            .filter(|neighbor| neighbor.polarity > 0)
            .map(|neighbor| neighbor.node)
            .collect();
        fans.sort_unstable();
        group
            .iter()
            .copied()
            .filter(|member| fans.binary_search(member).is_ok())
            .collect()
    }
}
