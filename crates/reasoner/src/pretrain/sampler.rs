//! Questions for training: facts to be guessed, and wrong answers.

use crate::nbfnet::Question;
use crate::random::Random;
use crate::relational::{Fact, InEdge, RelationalGraph};

/// Tries to draw a wrong answer before it is drawn from all nodes instead.
const TRIES: usize = 16;

/// Most neighbours that a question for an expansion names.
const MOST_SEEDS: usize = 4;

/// A question with its answer, wrong answers, and the facts that give the answer away.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Example {
    pub(super) question: Question,
    /// The right answer first.
    pub(super) targets: Vec<u32>,
    /// Facts to hide while the question is answered.
    pub(super) hidden: Vec<u32>,
}

/// Draws examples from the facts of a graph.
#[derive(Debug)]
pub(super) struct Sampler<'a> {
    graph: &'a RelationalGraph,
    /// For each relation and direction, the nodes that it leads to, each once.
    answers: Vec<Vec<u32>>,
    wrong: usize,
    expansions: f32,
}

impl<'a> Sampler<'a> {
    /// Examples with so many wrong answers, a share of which ask for an expansion.
    pub(super) fn new(graph: &'a RelationalGraph, wrong: usize, expansions: f32) -> Self {
        let mut answers = vec![Vec::new(); graph.directed_relations()];
        for node in 0..graph.node_count() as u32 {
            for edges in graph.row(node).chunk_by(|a, b| a.relation == b.relation) {
                answers[edges[0].relation as usize].push(node);
            }
        }
        Self {
            graph,
            answers,
            wrong,
            expansions,
        }
    }

    pub(super) fn draw(&self, random: &mut Random) -> Example {
        if random.uniform(0.0, 1.0) < self.expansions
            && let Some(example) = self.expansion(random)
        {
            return example;
        }
        let number = random.below(self.graph.facts().len());
        self.of_fact(number as u32, random.below(2) == 0, random)
    }

    /// Asks for one end of a fact, the tail or the head.
    pub(super) fn of_fact(&self, number: u32, tail: bool, random: &mut Random) -> Example {
        let (from, relation, answer) =
            directed(self.graph, self.graph.facts()[number as usize], tail);
        let wrong = |node: u32| !leads_to(self.graph, from, relation, node);
        let mut targets = vec![answer];
        for at in 0..self.wrong {
            // Half of them could be right by their kind, the other half are anything.
            let likely = (at % 2 == 0).then(|| self.answers[relation as usize].as_slice());
            targets.extend(self.draw_wrong(likely, &wrong, random));
        }
        let hidden = stated(self.graph, from, relation, answer);
        Example {
            question: Question {
                seeds: vec![(from, 1.0)],
                relation,
            },
            targets,
            hidden,
        }
    }

    /// Asks for a node by some of its neighbours, whose edges to it are hidden.
    fn expansion(&self, random: &mut Random) -> Option<Example> {
        let answer = random.below(self.graph.node_count()) as u32;
        let mut neighbours: Vec<u32> = self.graph.row(answer).iter().map(|e| e.source).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        // One edge must stay, or the answer could be out of reach.
        let most = MOST_SEEDS.min(neighbours.len().saturating_sub(1));
        if most == 0 {
            return None;
        }
        random.shuffle(&mut neighbours);
        neighbours.truncate(1 + random.below(most));
        neighbours.sort_unstable();
        let hidden = neighbours
            .iter()
            .flat_map(|&seed| between(self.graph, seed, answer))
            .collect();
        let wrong = |node: u32| {
            node != answer
                && !neighbours
                    .iter()
                    .all(|&seed| joined(self.graph, seed, node))
        };
        let relation = self.graph.row(answer)[0].relation;
        let mut targets = vec![answer];
        for at in 0..self.wrong {
            let likely = (at % 2 == 0).then(|| self.answers[relation as usize].as_slice());
            targets.extend(self.draw_wrong(likely, &wrong, random));
        }
        let seeds = neighbours.into_iter().map(|seed| (seed, 1.0)).collect();
        let relation = self.graph.directed_relations() as u32;
        Some(Example {
            question: Question { seeds, relation },
            targets,
            hidden,
        })
    }

    /// A node that is no right answer; none only where all are.
    fn draw_wrong(
        &self,
        likely: Option<&[u32]>,
        wrong: &impl Fn(u32) -> bool,
        random: &mut Random,
    ) -> Option<u32> {
        let from_likely = likely.into_iter().flat_map(|nodes| [nodes; TRIES]);
        let found = from_likely
            .map(|nodes| nodes[random.below(nodes.len())])
            .find(|&node| wrong(node));
        let nodes = self.graph.node_count();
        found.or_else(|| {
            let start = random.below(nodes);
            (0..nodes)
                .map(|step| ((start + step) % nodes) as u32)
                .find(|&node| wrong(node))
        })
    }
}

/// A fact as a question: from where, by which of the 2R relations, to where.
pub(super) fn directed(graph: &RelationalGraph, fact: Fact, tail: bool) -> (u32, u32, u32) {
    if tail {
        (fact.head, fact.relation, fact.tail)
    } else {
        (fact.tail, graph.inverse(fact.relation), fact.head)
    }
}

/// Whether a relation leads from one node to another.
pub(super) fn leads_to(graph: &RelationalGraph, from: u32, relation: u32, to: u32) -> bool {
    // What arrives from the other end by the inverse is what leaves.
    let backwards = graph.inverse(relation);
    let key = |edge: &InEdge| (edge.relation, edge.source);
    graph
        .row(from)
        .binary_search_by_key(&(backwards, to), key)
        .is_ok()
}

fn joined(graph: &RelationalGraph, a: u32, b: u32) -> bool {
    between_edges(graph, a, b).next().is_some()
}

/// The facts that say that a relation leads from one node to another, or back again: what a
/// relation that holds both ways would give away. Other relations between the two stay, for they
/// are known when a fact is asked for that is not.
fn stated(graph: &RelationalGraph, from: u32, relation: u32, to: u32) -> Vec<u32> {
    let ways = [relation, graph.inverse(relation)];
    let facts = between_edges(graph, from, to);
    facts
        .filter(|edge| ways.contains(&edge.relation))
        .map(|edge| edge.fact)
        .collect()
}

/// All facts that join two nodes, in either direction and by any relation.
fn between(graph: &RelationalGraph, a: u32, b: u32) -> Vec<u32> {
    between_edges(graph, a, b).map(|edge| edge.fact).collect()
}

/// The edges between two nodes, read from the one with fewer.
fn between_edges(graph: &RelationalGraph, a: u32, b: u32) -> impl Iterator<Item = &InEdge> {
    let (short, other) = if graph.row(a).len() < graph.row(b).len() {
        (a, b)
    } else {
        (b, a)
    };
    graph
        .row(short)
        .iter()
        .filter(move |edge| edge.source == other)
}
