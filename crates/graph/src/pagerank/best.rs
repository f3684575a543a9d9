//! The best nodes alone, which takes less than all scores.

use std::cmp::Ordering;

use super::exact::{self, Judged};
use super::gradient::SCALE;
use super::push::Push;
use super::system::{Norms, Restart, System};
use super::{Method, PageRankOptions, Solver, check_options};
use crate::{GraphError, NodeId, Walk, normalize_seeds};

/// What [`best_nodes`] looks for and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestOptions {
    /// How many nodes.
    pub k: usize,
    /// The walk, and when to give up making certain.
    pub walk: PageRankOptions,
    /// γ: nodes are ranked by `r/D^γ`, 0 for plain scores. Above 0 what is joined to little gains.
    pub degree_exponent: f64,
    /// What has to be proved before an exact method stops short of the tolerance.
    pub until: Certainty,
    /// How; `None` leaves it to the size of the graph and to what the first steps show.
    pub method: Option<Method>,
}

impl Default for BestOptions {
    fn default() -> Self {
        Self {
            k: 50,
            walk: PageRankOptions::default(),
            degree_exponent: 0.0,
            until: Certainty::Order,
            method: None,
        }
    }
}

/// What is known about the rank of the best nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Nothing is proved: another node may belong among them.
    Approximate,
    /// These are the best, but the order of some may be the other way round (equal scores, say).
    Members,
    /// These are the best in this order.
    Order,
}

/// The best nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Best first, ties by id; the score is `r/D^γ`.
    pub nodes: Vec<(NodeId, f32)>,
    /// What the bounds on the error prove.
    pub certainty: Certainty,
    /// The algorithm that gave the answer.
    pub method: Method,
    /// Passes over the edges, or single pushes.
    pub iterations: usize,
    /// How many stored edges were read in all, each time counted.
    pub edges_touched: usize,
}

/// From this many entries on it is tried whether the surroundings of the seeds are enough. Below,
/// an exact answer takes a few milliseconds.
const LOCAL_FROM_ENTRIES: usize = 4_000_000;
/// A push that has read this share of the entries is given up: on graphs without communities it
/// spreads everywhere. An edge of a push costs several edges of a pass.
const LOCAL_BUDGET: usize = 4;
/// The bound of a push starts at this share of the largest mass per degree, and falls by a factor.
const FIRST_EPSILON: f64 = 1e-2;
const EPSILON_FACTOR: f64 = 0.25;
/// The push has converged when a finer one changes no more than this share of the best nodes.
const CHANGED_AT_MOST: f64 = 0.02;
/// The share of a residue that comes back to its surroundings at each step, for the estimate of what
/// is still to come; measured, see decision 0024.
const STAYS: f64 = 0.7;
/// Below this residual it is looked whether the order is final, and then when the residual has
/// fallen as far as the last look says it must.
const JUDGE_FROM: f64 = 1e-3;
/// Looks closer together than this factor of the residual cost more than they save.
const JUDGE_AGAIN: f64 = 0.5;

/// The `k` nodes with the highest scores among those that `mask` keeps.
///
/// Exact methods stop as soon as the bounds on the error prove that the order of the first `k`
/// cannot change any more (or, if [`BestOptions::until`] asks for less, that no other node belongs
/// among them), which [`Best::certainty`] tells, or when the tolerance is met. Nodes of
/// score 0 are left out.
///
/// # Errors
/// As [`personalized_pagerank`](crate::personalized_pagerank).
pub fn best_nodes(
    walk: &Walk,
    seeds: &[(NodeId, f32)],
    mask: impl Fn(NodeId) -> bool,
    options: &BestOptions,
) -> Result<Best, GraphError> {
    check_options(&options.walk)?;
    let seeds = normalize_seeds(seeds, walk.node_count())?;
    let restart = Restart::new(walk, &seeds, options.walk.restart);
    let ranking = Ranking {
        walk,
        options,
        mask: &mask,
        settled: &restart.settled,
    };
    let try_local = match options.method {
        Some(method) => method == Method::ForwardPush,
        None => walk.stored_edges() >= LOCAL_FROM_ENTRIES,
    };
    let mut wasted = 0;
    if try_local {
        let budget = match options.method {
            Some(_) => usize::MAX,
            None => walk.stored_edges() / LOCAL_BUDGET,
        };
        match ranking.local(&restart, budget) {
            Ok(best) => return Ok(best),
            Err(edges) => wasted = edges,
        }
    }
    let mut best = ranking.exact(&restart);
    best.edges_touched += wasted;
    Ok(best)
}

/// Ranks nodes in different states of knowledge about their scores.
struct Ranking<'a> {
    walk: &'a Walk,
    options: &'a BestOptions,
    mask: &'a dyn Fn(NodeId) -> bool,
    settled: &'a [(NodeId, f64)],
}

/// A node with its score and how far the true one may be from that.
#[derive(Debug, Clone, Copy)]
struct Scored {
    node: NodeId,
    score: f64,
    error: f64,
}

/// The best nodes as far as they are known.
struct Judgement {
    best: Vec<Scored>,
    certainty: Certainty,
    /// By what the errors have to shrink for the order to be certain; 0 if that will never do.
    shrink: f64,
}

impl Ranking<'_> {
    fn exact(&self, restart: &Restart) -> Best {
        let system = System::new(self.walk, self.options.walk.restart);
        let wanted: Vec<u32> = (0..system.len() as u32)
            .filter(|&position| (self.mask)(self.walk.rows().node(position)))
            .collect();
        let mut judge_from = JUDGE_FROM;
        let mut last = None;
        let mut enough = |norms: &Norms, judged: Judged<'_>| {
            let is_draft = matches!(judged, Judged::Draft(_));
            if is_draft && norms.sum > judge_from {
                return false;
            }
            let draft = |x: &[f32], p: u32| {
                f64::from(x[p as usize]) * f64::from(system.degrees[p as usize]) / SCALE
            };
            let judgement = match judged {
                Judged::Draft(x) => {
                    let x = x();
                    self.judge(&system, &wanted, norms, |p| draft(&x, p))
                }
                Judged::Final(scores) => {
                    self.judge(&system, &wanted, norms, |p| scores[p as usize])
                }
            };
            judge_from = norms.sum * judgement.shrink.min(JUDGE_AGAIN);
            let is_enough = judgement.certainty >= self.options.until;
            last = (!is_draft).then_some(judgement);
            is_enough
        };
        let options = PageRankOptions {
            solver: self.solver(),
            ..self.options.walk
        };
        let exact = exact::solve(&system, restart, &options, Some(&mut enough));
        let Judgement {
            best, certainty, ..
        } = last.unwrap_or_else(|| {
            self.judge(&system, &wanted, &exact.norms, |p| exact.scores[p as usize])
        });
        Best {
            nodes: best.iter().map(|b| (b.node, b.score as f32)).collect(),
            certainty,
            method: options.solver.method(self.walk),
            iterations: exact.iterations,
            edges_touched: exact.entries,
        }
    }

    /// An exact method that was asked for by name, or what the walk's options say.
    fn solver(&self) -> Solver {
        match self.options.method {
            Some(Method::Relaxation) => Solver::Relaxation,
            Some(Method::ConjugateGradient) => Solver::ConjugateGradient,
            Some(Method::PowerIteration) => Solver::PowerIteration,
            Some(Method::ForwardPush) | None => self.options.walk.solver,
        }
    }

    /// `D^−γ`
    fn factor(&self, degree: f64) -> f64 {
        let gamma = self.options.degree_exponent;
        if gamma == 0.0 || degree <= 0.0 {
            1.0
        } else {
            degree.powf(-gamma)
        }
    }

    /// Ranks scores whose residual has these norms, and says what is certain.
    fn judge(
        &self,
        system: &System<'_>,
        wanted: &[u32],
        norms: &Norms,
        score: impl Fn(u32) -> f64,
    ) -> Judgement {
        let alpha = self.options.walk.restart;
        let grows = (1.0 - alpha) / alpha;
        // By Cauchy and Schwarz before the last pass, which changes a score by its residual.
        let by_energy = norms.energy / (alpha * (1.0 - system.go_on * system.go_on));
        let all = {
            let walked = wanted.iter().map(|&position| {
                let degree = f64::from(system.degrees[position as usize]);
                let by_degree = norms.most_per_degree * degree;
                let least = (grows * norms.sum).min(grows * by_degree);
                let factor = self.factor(degree * f64::from(self.walk.rows().unit));
                Scored {
                    node: self.walk.rows().node(position),
                    score: score(position) * factor,
                    error: least.min((by_energy * degree).sqrt() + by_degree) * factor,
                }
            });
            walked.chain(self.settled_scores())
        };
        rank(all, self.options)
    }

    fn settled_scores(&self) -> impl Iterator<Item = Scored> {
        let kept = self.settled.iter().filter(|(node, _)| (self.mask)(*node));
        kept.map(|&(node, score)| Scored {
            node,
            score,
            error: 0.0,
        })
    }

    /// Pushes with a falling bound until the best nodes stay the same. The edges read in vain, if
    /// they do not within the budget.
    fn local(&self, restart: &Restart, budget: usize) -> Result<Best, usize> {
        let alpha = self.options.walk.restart;
        let mut push = Push::new(self.walk, restart, alpha);
        let per_degree = restart
            .mass
            .iter()
            .map(|&(position, mass)| mass / alpha / self.walk.degree_at(position));
        let mut epsilon = FIRST_EPSILON * per_degree.fold(0.0, f64::max);
        let mut before: Vec<NodeId> = Vec::new();
        loop {
            if !push.run(epsilon, budget) {
                return Err(push.edges_touched);
            }
            let Judgement {
                best,
                mut certainty,
                ..
            } = rank(
                self.local_best(&mut push, epsilon).into_iter(),
                self.options,
            );
            let last = best.last().map_or(0.0, |last| last.score - last.error);
            if self.unreached_at_most(&push, epsilon) >= last {
                certainty = Certainty::Approximate;
            }
            let mut members: Vec<NodeId> = best.iter().map(|best| best.node).collect();
            members.sort_unstable();
            let kept = members
                .iter()
                .filter(|node| before.binary_search(node).is_ok());
            let changed = members.len() - kept.count();
            // Few nodes at all: then the graph is small, or the push has yet to begin.
            let is_full = members.len() >= self.options.k || push.residual() < JUDGE_FROM;
            if is_full && changed as f64 <= CHANGED_AT_MOST * members.len() as f64 {
                return Ok(Best {
                    nodes: best.iter().map(|b| (b.node, b.score as f32)).collect(),
                    certainty,
                    method: Method::ForwardPush,
                    iterations: push.pushes,
                    edges_touched: push.edges_touched,
                });
            }
            before = members;
            epsilon *= EPSILON_FACTOR;
        }
    }

    /// The nodes that were reached, the foremost at what they will come to, the others at the least
    /// they can score.
    ///
    /// With the residues `s` a score is `r̂ + Σ_k α·((1−α)·A')^k·s`. A push knows the first term of the
    /// sum, and the second takes the neighbours of a node; the others are estimated as if a fixed
    /// share of the second came back at each step.
    fn local_best(&self, push: &mut Push<'_>, epsilon: f64) -> Vec<Scored> {
        let alpha = self.options.walk.restart;
        let residual = push.residual();
        let scored = |&position: &u32| {
            let node = self.walk.rows().node(position);
            let mass = push.nodes[position as usize];
            let degree = self.walk.degree_at(position);
            // A share of α of what is at a node stays there whatever happens to the rest.
            let least = mass.estimate + alpha * mass.residue;
            let most = (mass.estimate + epsilon * degree).min(mass.estimate + residual);
            let factor = self.factor(degree);
            (self.mask)(node).then_some(Scored {
                node,
                score: least * factor,
                error: (most - least).max(0.0) * factor,
            })
        };
        let mut all: Vec<Scored> = push.reached.iter().filter_map(scored).collect();
        let foremost = 2 * self.options.k;
        if all.len() > foremost {
            all.select_nth_unstable_by(foremost, by_score);
        }
        let to_come = alpha / (1.0 - (1.0 - alpha) * STAYS);
        for scored in all.iter_mut().take(foremost) {
            let position = self.walk.rows().position(scored.node);
            let pending = push.pending(position) * self.factor(self.walk.degree_at(position));
            let most = scored.score + scored.error;
            let least = scored.score + alpha * pending;
            scored.score = (scored.score + to_come * pending).min(most);
            scored.error = (scored.score - least).max(most - scored.score).max(0.0);
        }
        all.extend(self.settled_scores());
        all
    }

    /// What a node that was not reached can score at most.
    fn unreached_at_most(&self, push: &Push<'_>, epsilon: f64) -> f64 {
        let degree = self.walk.rows().largest_degree();
        let gamma = self.options.degree_exponent;
        if gamma > 1.0 || !self.walk.patches().is_empty() {
            // Nodes of small degree, or of unknown degree: no bound worth looking for.
            return f64::INFINITY;
        }
        // `ε·D·D^−γ` grows with the degree, for `γ ≤ 1`.
        (epsilon * degree).min(push.residual()) * self.factor(degree).max(1.0)
    }
}

/// The order of the answer: falling score, ties by rising id.
fn by_score(a: &Scored, b: &Scored) -> Ordering {
    b.score.total_cmp(&a.score).then(a.node.cmp(&b.node))
}

/// Finds the `k` best, and says what is certain about them if scores are off by at most their
/// errors. Goes through all once and keeps few.
fn rank(all: impl Iterator<Item = Scored>, options: &BestOptions) -> Judgement {
    let k = options.k;
    // As many again, as those decide how far the errors have to shrink.
    let keep = 2 * k;
    let mut best: Vec<Scored> = Vec::with_capacity(2 * keep + 1);
    let (mut least, mut highest) = (0.0, f64::NEG_INFINITY);
    let most = |scored: &[Scored]| {
        let scores = scored.iter().map(|s| s.score + s.error);
        scores.fold(f64::NEG_INFINITY, f64::max)
    };
    for scored in all {
        if scored.score > least {
            best.push(scored);
            if best.len() > 2 * keep {
                best.select_nth_unstable_by(keep, by_score);
                highest = most(&best[keep..]).max(highest);
                best.truncate(keep);
                least = best.iter().map(|b| b.score).fold(f64::INFINITY, f64::min);
            }
        } else if scored.score > 0.0 {
            highest = highest.max(scored.score + scored.error);
        }
    }
    best.sort_unstable_by(by_score);
    let next = best.split_off(k.min(best.len()));
    highest = most(&next).max(highest);
    let apart = |better: &Scored, worse: &Scored| {
        (better.score - worse.score) / (better.error + worse.error).max(f64::MIN_POSITIVE)
    };
    let order = best.windows(2).map(|pair| apart(&pair[0], &pair[1]));
    let order = order.fold(f64::INFINITY, f64::min);
    let members = best.last().map_or(f64::INFINITY, |last| {
        next.iter()
            .map(|other| apart(last, other))
            .fold(f64::INFINITY, f64::min)
    });
    let lowest = best
        .iter()
        .map(|s| s.score - s.error)
        .fold(f64::INFINITY, f64::min);
    let certainty = if lowest <= highest {
        Certainty::Approximate
    } else if order <= 1.0 {
        Certainty::Members
    } else {
        Certainty::Order
    };
    let shrink = if options.until == Certainty::Order {
        order.min(members)
    } else {
        members
    };
    Judgement {
        best,
        certainty,
        shrink: shrink.clamp(0.0, 1.0),
    }
}
