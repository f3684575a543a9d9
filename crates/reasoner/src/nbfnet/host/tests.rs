//! The network against plain loops in double precision, and its gradient against differences.

use tastegraph_graph::NodeId;

use super::*;
use crate::nbfnet::NbfNetConfig;
use crate::random::Random;
use crate::relational::Fact;

const NODES: u32 = 40;
const RELATIONS: u32 = 3;

fn graph(seed: u64) -> RelationalGraph {
    let mut random = Random::new(seed);
    let mut node = || random.below(NODES as usize) as u32;
    let facts = (0..70).map(|i| Fact {
        head: node(),
        relation: i % RELATIONS,
        tail: node() % 9,
    });
    let facts = facts.collect();
    let names = (0..RELATIONS).map(|r| format!("r{r}")).collect();
    RelationalGraph::from_facts((0..NODES).map(NodeId).collect(), names, facts).expect("has facts")
}

fn layout(graph: &RelationalGraph, layers: usize) -> Layout {
    let config = NbfNetConfig {
        dimension: 16,
        layers,
    };
    Layout::new(&config, graph.directed_relations())
}

fn question(graph: &RelationalGraph, random: &mut Random) -> Question {
    let mut seeds: Vec<u32> = (0..3)
        .map(|_| random.below(NODES as usize) as u32)
        .collect();
    seeds.sort_unstable();
    seeds.dedup();
    Question {
        seeds: seeds
            .into_iter()
            .map(|seed| (seed, random.uniform(0.2, 1.0)))
            .collect(),
        relation: random.below(graph.directed_relations() + 1) as u32,
    }
}

/// The equations as they stand in the documentation, one after the other, in f64.
#[allow(clippy::many_single_char_names)]
fn plainly(host: &Host<'_>, question: &Question, hidden: &[u32]) -> Vec<f64> {
    let (graph, layout) = (host.graph, host.layout);
    let d = layout.dimension;
    let p: Vec<f64> = host
        .parameters
        .iter()
        .map(|&value| f64::from(value))
        .collect();
    let start = layout.query.start + question.relation as usize * d;
    let q = &p[start..start + d];
    let mut x = vec![vec![0.0; d]; NODES as usize];
    let mut reached = vec![false; NODES as usize];
    for &(seed, weight) in &question.seeds {
        reached[seed as usize] = true;
        x[seed as usize] = q.iter().map(|q| f64::from(weight) * q).collect();
    }
    let boundary = x.clone();
    for parts in &layout.layers {
        let mut arrived = boundary.clone();
        let mut next_reached = reached.clone();
        for (id, fact) in (0u32..)
            .zip(graph.facts())
            .filter(|(id, _)| !hidden.contains(id))
        {
            let ways = [
                (fact.head, fact.relation, fact.tail),
                (fact.tail, fact.relation + RELATIONS, fact.head),
            ];
            for (from, relation, to) in ways {
                assert!(id < graph.facts().len() as u32);
                next_reached[to as usize] |= reached[from as usize];
                for i in 0..d {
                    let at = relation as usize * d + i;
                    let row = &p[parts.relation.start + at * d..][..d];
                    let w: f64 = row.iter().zip(q).map(|(a, b)| a * b).sum::<f64>()
                        + p[parts.relation_bias.start + at];
                    arrived[to as usize][i] += x[from as usize][i] * w;
                }
            }
        }
        for node in (0..NODES as usize).filter(|&node| next_reached[node]) {
            let input: Vec<f64> = x[node].iter().chain(&arrived[node]).copied().collect();
            let z: Vec<f64> = (0..d)
                .map(|i| {
                    let column = input.iter().enumerate();
                    p[parts.bias.start + i]
                        + column
                            .map(|(k, v)| v * p[parts.linear.start + k * d + i])
                            .sum::<f64>()
                })
                .collect();
            let mean = z.iter().sum::<f64>() / d as f64;
            let variance = z.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / d as f64;
            for i in 0..d {
                let normal = (z[i] - mean) / (variance + 1e-5).sqrt();
                let value = normal * p[parts.gain.start + i] + p[parts.shift.start + i];
                x[node][i] += value.max(0.0);
            }
        }
        reached = next_reached;
    }
    let score = |x: &Vec<f64>| -> f64 {
        let input: Vec<f64> = x.iter().chain(q).copied().collect();
        let hidden = (0..d).map(|i| {
            let column = input.iter().enumerate();
            let sum = column
                .map(|(k, v)| v * p[layout.hidden.start + k * d + i])
                .sum::<f64>();
            (sum + p[layout.hidden_bias.start + i]).max(0.0) * p[layout.output.start + i]
        });
        hidden.sum::<f64>() + p[layout.output_bias.start]
    };
    x.iter().map(score).collect()
}

/// Parameters with no zeros and no ones, so that every term counts.
fn parameters(layout: &Layout, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    let initial = layout.initial(seed);
    initial
        .into_iter()
        .map(|value| value + random.uniform(-0.1, 0.1))
        .collect()
}

#[test]
fn scores_are_those_of_the_plain_equations() {
    for seed in 0..20 {
        let mut random = Random::new(100 + seed);
        let graph = graph(seed);
        let layout = layout(&graph, 1 + (seed % 4) as usize);
        let parameters = parameters(&layout, seed);
        let host = Host {
            graph: &graph,
            layout: &layout,
            parameters: &parameters,
        };
        let question = question(&graph, &mut random);
        let hidden: Vec<u32> = (0..seed as u32 % 3)
            .map(|_| random.below(60) as u32)
            .collect();
        let mask = Mask::new(&graph, hidden.clone());
        let mut room = Workspace::new(&host);
        let all = host.all_scores(&question, &mask, &mut room);
        for (found, plain) in all.iter().zip(plainly(&host, &question, &hidden)) {
            assert!((f64::from(*found) - plain).abs() < 1e-3, "{found} {plain}");
        }
        let targets: Vec<u32> = (0..7)
            .map(|_| random.below(NODES as usize) as u32)
            .collect();
        let some = host.scores(&question, &targets, &mask, &mut room);
        for (target, score) in targets.iter().zip(some) {
            assert!((all[*target as usize] - score).abs() < 1e-5);
        }
    }
}

#[test]
fn gradients_are_those_of_differences() {
    for seed in 0..12 {
        let mut random = Random::new(200 + seed);
        let graph = graph(seed);
        let layout = layout(&graph, 1 + (seed % 4) as usize);
        let mut values = parameters(&layout, seed);
        let question = question(&graph, &mut random);
        let hidden: Vec<u32> = (0..seed as u32 % 3)
            .map(|_| random.below(60) as u32)
            .collect();
        let mask = Mask::new(&graph, hidden.clone());
        let targets: Vec<u32> = (0..6)
            .map(|_| random.below(NODES as usize) as u32)
            .collect();
        let flow: Vec<f32> = targets.iter().map(|_| random.uniform(-1.0, 1.0)).collect();
        let mut gradient = vec![0.0; layout.len];
        {
            let host = Host {
                graph: &graph,
                layout: &layout,
                parameters: &values,
            };
            let mut room = Workspace::new(&host);
            // Twice, so that what the first question leaves behind would show.
            host.scores(&question, &targets, &mask, &mut room);
            host.back(
                &question,
                &targets,
                &mask,
                &flow,
                &mut room,
                &mut vec![0.0; layout.len],
            );
            host.scores(&question, &targets, &mask, &mut room);
            host.back(&question, &targets, &mask, &flow, &mut room, &mut gradient);
        }
        let value = |values: &[f32]| -> f64 {
            let host = Host {
                graph: &graph,
                layout: &layout,
                parameters: values,
            };
            let scores = plainly(&host, &question, &hidden);
            targets
                .iter()
                .zip(&flow)
                .map(|(t, f)| f64::from(*f) * scores[*t as usize])
                .sum()
        };
        // Some of each part of the parameters, the largest gradients and random ones.
        let mut checked: Vec<usize> = (0..40).map(|_| random.below(layout.len)).collect();
        let mut by_size: Vec<usize> = (0..layout.len).collect();
        by_size.sort_by(|&a, &b| gradient[b].abs().total_cmp(&gradient[a].abs()));
        checked.extend(&by_size[..40]);
        checked.extend(layout.query.clone().step_by(5));
        let parts = layout.layers.iter();
        checked.extend(parts.flat_map(|p| {
            [
                p.gain.start,
                p.shift.start + 1,
                p.bias.start + 2,
                p.linear.start + 3,
            ]
        }));
        let (mut kinks, count) = (0, checked.len());
        for at in checked {
            let step = 2e-3;
            let before = values[at];
            values[at] = before + step;
            let above = value(&values);
            values[at] = before - step;
            let below = value(&values);
            values[at] = before;
            let slope = (above - below) / f64::from((before + step) - (before - step));
            let found = f64::from(gradient[at]);
            // Where a step crosses a corner of the rectifier a difference is no derivative.
            kinks += usize::from((found - slope).abs() > 1e-2 * (1.0 + slope.abs()));
        }
        assert!(kinks * 20 <= count, "{kinks} of {count} differ");
    }
}

#[test]
fn only_what_is_within_reach_is_touched() {
    // A chain of 1,000 nodes: three hops see seven of them.
    let facts = (0..999)
        .map(|i| Fact {
            head: i,
            relation: 0,
            tail: i + 1,
        })
        .collect();
    let nodes = (0..1_000).map(NodeId).collect();
    let graph =
        RelationalGraph::from_facts(nodes, vec!["next".to_owned()], facts).expect("has facts");
    let layout = layout(&graph, 3);
    let parameters = parameters(&layout, 1);
    let host = Host {
        graph: &graph,
        layout: &layout,
        parameters: &parameters,
    };
    let mut room = Workspace::forward_only(&host);
    let question = Question {
        seeds: vec![(500, 1.0)],
        relation: 0,
    };
    let scores = host.all_scores(&question, &Mask::default(), &mut room);
    let (nodes, edges) = host.reach(&question, &Mask::default()).size(&graph);
    assert_eq!((nodes, edges), (7, 14));
    // Rows out of reach are not even written: the room was made of zeros.
    assert!(room.x[3].chunks_exact(16).enumerate().all(|(node, row)| {
        (497..=503).contains(&node) || row.iter().all(|value| value.abs() < f32::MIN_POSITIVE)
    }));
    assert!(room.has_reached(503) && !room.has_reached(504));
    assert!(
        (scores[0] - scores[999]).abs() < f32::EPSILON && (scores[0] - scores[503]).abs() > 0.0
    );
}
