//! The graph as typed triples, readable from both ends.

use tastegraph_graph::{NodeId, NodeKind, RelationId, Snapshot};

use crate::ReasonerError;

/// Head, relation and tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact {
    /// Number of the head within the [`RelationalGraph`].
    pub head: u32,
    /// Number of the relation, below [`RelationalGraph::relation_count`].
    pub relation: u32,
    /// Number of the tail.
    pub tail: u32,
}

/// The items and entities of a graph with the facts between them: what a reasoner may learn from.
///
/// Conversations and users are left out, whatever they are joined to. Each fact is followed in both
/// directions: relation r backwards is relation r + R of 2R.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationalGraph {
    nodes: Vec<NodeId>,
    /// The number of each node by its id; `u32::MAX` for those left out.
    numbers: Vec<u32>,
    names: Vec<String>,
    /// The snapshot's id of each relation.
    relations: Vec<RelationId>,
    /// Sorted, without duplicates.
    facts: Vec<Fact>,
    /// `[nodes + 1]`: where the row of each node starts.
    starts: Vec<u32>,
    /// Edges that arrive at a node, row by row, each row by relation, then source.
    edges: Vec<InEdge>,
    fingerprint: [u8; 32],
}

/// An edge as seen from its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InEdge {
    /// Below 2R.
    pub(crate) relation: u32,
    pub(crate) source: u32,
    pub(crate) fact: u32,
}

impl RelationalGraph {
    /// The facts between items and entities of a snapshot, each once, whatever their polarity.
    ///
    /// # Errors
    /// [`ReasonerError::NoFacts`] if there are none.
    pub fn new(snapshot: &Snapshot) -> Result<Self, ReasonerError> {
        let kinds = [NodeKind::Item, NodeKind::Entity];
        let nodes: Vec<NodeId> = kinds
            .iter()
            .flat_map(|&kind| snapshot.nodes_of(kind))
            .collect();
        let numbers = numbered(&nodes);
        let number = |node: NodeId| numbers.get(node.index()).copied().unwrap_or(u32::MAX);
        let mut used = vec![false; snapshot.relations().len()];
        let mut facts = Vec::new();
        for &node in &nodes {
            let leaving = snapshot
                .neighbors(node)
                .filter(|neighbor| neighbor.outgoing);
            for neighbor in leaving.filter(|n| number(n.node) != u32::MAX) {
                used[neighbor.relation.index()] = true;
                facts.push(Fact {
                    head: number(node),
                    relation: neighbor.relation.index() as u32,
                    tail: number(neighbor.node),
                });
            }
        }
        let mut renumbered = vec![u32::MAX; used.len()];
        let (mut names, mut relations) = (Vec::new(), Vec::new());
        for (id, relation) in snapshot.relations().filter(|(id, _)| used[id.index()]) {
            renumbered[id.index()] = names.len() as u32;
            names.push(relation.name.clone());
            relations.push(id);
        }
        for fact in &mut facts {
            fact.relation = renumbered[fact.relation as usize];
        }
        let mut graph = Self::from_facts(nodes, names, facts)?;
        graph.relations = relations;
        graph.fingerprint = graph.hash(|node| snapshot.iri(node));
        Ok(graph)
    }

    /// A graph of these facts; nodes are numbered by their position in `nodes`, relations by theirs
    /// in `names`, which is their id too.
    ///
    /// # Errors
    /// [`ReasonerError::NoFacts`] if there are none.
    pub fn from_facts(
        nodes: Vec<NodeId>,
        names: Vec<String>,
        mut facts: Vec<Fact>,
    ) -> Result<Self, ReasonerError> {
        facts.sort_unstable();
        facts.dedup();
        if facts.is_empty() {
            return Err(ReasonerError::NoFacts);
        }
        let (starts, edges) = rows(nodes.len(), names.len() as u32, &facts);
        let numbers = numbered(&nodes);
        let relations = (0..names.len()).map(|i| RelationId(i as u16)).collect();
        let fingerprint = [0; 32];
        let mut graph = Self {
            nodes,
            numbers,
            names,
            relations,
            facts,
            starts,
            edges,
            fingerprint,
        };
        graph.fingerprint = graph.hash(|_| "");
        Ok(graph)
    }

    /// The same nodes and relations with other facts.
    pub(crate) fn with_facts(&self, facts: Vec<Fact>) -> Result<Self, ReasonerError> {
        Self::from_facts(self.nodes.clone(), self.names.clone(), facts)
    }

    /// Number of items and entities.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// R: relations that occur; with their inverses there are twice as many.
    #[must_use]
    pub fn relation_count(&self) -> usize {
        self.names.len()
    }

    /// The facts, sorted.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Names of the relations, as the snapshot has them.
    #[must_use]
    pub fn relation_names(&self) -> &[String] {
        &self.names
    }

    /// The snapshot's id of a node.
    #[must_use]
    pub fn node(&self, number: u32) -> NodeId {
        self.nodes[number as usize]
    }

    /// The number of a node, if it is an item or entity.
    #[must_use]
    pub fn number(&self, node: NodeId) -> Option<u32> {
        let number = self.numbers.get(node.index()).copied();
        number.filter(|&number| number != u32::MAX)
    }

    /// A hash of names, nodes and facts: equal for equal graphs, whatever is said of them in
    /// conversations.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        blake3::Hash::from_bytes(self.fingerprint)
            .to_hex()
            .to_string()
    }

    /// The snapshot's id of a relation below R.
    pub(crate) fn relation_id(&self, relation: u32) -> RelationId {
        self.relations[relation as usize]
    }

    /// The edges that arrive at a node, by relation and source.
    pub(crate) fn row(&self, node: u32) -> &[InEdge] {
        let node = node as usize;
        &self.edges[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// 2R, the relations with their inverses.
    pub(crate) fn directed_relations(&self) -> usize {
        2 * self.names.len()
    }

    /// The relation followed the other way.
    pub(crate) fn inverse(&self, relation: u32) -> u32 {
        let count = self.names.len() as u32;
        if relation < count {
            relation + count
        } else {
            relation - count
        }
    }

    pub(crate) fn edge_count(&self) -> usize {
        self.edges.len()
    }

    fn hash<'a>(&self, iri: impl Fn(NodeId) -> &'a str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let mut text = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        self.names.iter().for_each(|name| text(name));
        self.nodes.iter().for_each(|&node| text(iri(node)));
        for fact in &self.facts {
            for number in [fact.head, fact.relation, fact.tail] {
                hasher.update(&number.to_le_bytes());
            }
        }
        *hasher.finalize().as_bytes()
    }
}

/// The position of each id in `nodes`, up to the largest id.
fn numbered(nodes: &[NodeId]) -> Vec<u32> {
    let ids = nodes.iter().map(|node| node.index() + 1).max().unwrap_or(0);
    let mut numbers = vec![u32::MAX; ids];
    for (number, node) in (0u32..).zip(nodes) {
        numbers[node.index()] = number;
    }
    numbers
}

/// Rows of arriving edges by counting sort; both directions of each fact.
fn rows(nodes: usize, relations: u32, facts: &[Fact]) -> (Vec<u32>, Vec<InEdge>) {
    let mut starts = vec![0u32; nodes + 1];
    for fact in facts {
        starts[fact.tail as usize + 1] += 1;
        starts[fact.head as usize + 1] += 1;
    }
    for node in 0..nodes {
        starts[node + 1] += starts[node];
    }
    let mut next = starts.clone();
    let mut edges = vec![
        InEdge {
            relation: 0,
            source: 0,
            fact: 0
        };
        2 * facts.len()
    ];
    let mut put = |target: u32, edge: InEdge| {
        let slot = &mut next[target as usize];
        edges[*slot as usize] = edge;
        *slot += 1;
    };
    for (id, fact) in (0u32..).zip(facts) {
        put(
            fact.tail,
            InEdge {
                relation: fact.relation,
                source: fact.head,
                fact: id,
            },
        );
        let backwards = fact.relation + relations;
        put(
            fact.head,
            InEdge {
                relation: backwards,
                source: fact.tail,
                fact: id,
            },
        );
    }
    for row in starts.windows(2) {
        edges[row[0] as usize..row[1] as usize].sort_unstable();
    }
    (starts, edges)
}
