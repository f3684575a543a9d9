//! The engine as a method, and its memory for the baselines.

use std::collections::BTreeSet;

use tastegraph::kg::KnowledgeGraph;
use tastegraph::{Engine, LinkedTurn, Parameters, Ranking};

use crate::dialogue::dedup;
use crate::names::Names;
use crate::protocol::check_disjoint;
use crate::{
    Context, Dialogue, EvalError, Experiment, Memory, Recommendation, Recommender, SIMILAR_CUTS,
    Speaker, Turn, Universe,
};

/// The name of the engine in reports.
pub const ENGINE: &str = "tastegraph";

/// The engine under some parameters, answering from published links.
#[derive(Debug, Clone)]
pub struct EngineMethod<'a> {
    engine: &'a Engine,
    parameters: Parameters,
}

/// Candidates of a retrieval that is timed, of which the first [`EXPLAINED`] get evidence.
const CANDIDATES: usize = 100;

/// Candidates with evidence: what somebody would look at.
const EXPLAINED: usize = 10;

/// Similar conversations that are looked at.
const SIMILAR: usize = SIMILAR_CUTS[SIMILAR_CUTS.len() - 1];

impl<'a> EngineMethod<'a> {
    /// The engine under `parameters`, which may differ from those of its settings; how much is
    /// retrieved and explained is the same for all.
    #[must_use]
    pub fn new(engine: &'a Engine, parameters: &Parameters) -> Self {
        Self {
            engine,
            parameters: Parameters {
                candidates: CANDIDATES,
                evidence_items: EXPLAINED,
                similar_conversations: SIMILAR,
                ..parameters.clone()
            },
        }
    }

    fn rank(&self, context: &Context<'_>) -> Result<Ranking, EvalError> {
        let turns = linked(self.engine, context);
        self.engine
            .rank_linked(&turns, &self.parameters)
            .map_err(|error| EvalError::Method {
                method: ENGINE.to_owned(),
                message: error.to_string(),
            })
    }
}

/// The turns with what the graph knows of their links.
pub(crate) fn linked(engine: &Engine, context: &Context<'_>) -> Vec<LinkedTurn> {
    let turns = context.turns.iter();
    turns.map(|turn| linked_turn(engine, turn)).collect()
}

fn linked_turn(engine: &Engine, turn: &Turn) -> LinkedTurn {
    let named = turn.items.iter().chain(&turn.entities);
    let mut entities: Vec<String> = named.filter(|iri| engine.knows(iri)).cloned().collect();
    dedup(&mut entities);
    LinkedTurn {
        speaker: match turn.speaker {
            Speaker::Seeker => tastegraph::Speaker::Seeker,
            Speaker::Recommender => tastegraph::Speaker::Recommender,
        },
        text: turn.text.clone(),
        entities,
    }
}

impl Recommender for EngineMethod<'_> {
    fn name(&self) -> &'static str {
        ENGINE
    }

    fn recommend(&self, context: &Context<'_>) -> Result<Recommendation, EvalError> {
        let ranking = self.rank(context)?;
        Ok(Recommendation {
            scores: ranking.log_odds,
            similar: ranking.similar,
            time: Some(ranking.time),
        })
    }
}

/// An evaluation of an engine: the conversations of its graph are the memory.
#[derive(Debug)]
pub struct EngineExperiment {
    /// The questions, over the items of the graph.
    pub experiment: Experiment,
    /// The conversations that the engine remembers, for the baselines.
    pub remembered: Vec<Dialogue>,
    /// Names in the evaluated conversations that the graph does not have.
    pub unknown: usize,
}

impl EngineExperiment {
    /// Joins conversations to the graph of an engine.
    ///
    /// # Errors
    /// [`EvalError::Overlap`] if the graph holds a conversation that is evaluated, by its IRI, the end
    /// of it, or its label; [`EvalError::Method`] if the graph cannot be read.
    pub fn new(
        engine: &Engine,
        graph: &KnowledgeGraph,
        mut evaluated: Vec<Dialogue>,
    ) -> Result<Self, EvalError> {
        let known = engine.remembered();
        let names_of = known.iter().flat_map(|conversation| {
            let end = conversation
                .iri
                .rsplit(['/', '#'])
                .next()
                .unwrap_or_default();
            [conversation.iri.as_str(), end, &conversation.label]
        });
        check_disjoint(names_of, &evaluated)?;
        let names = Names::of(graph, engine).map_err(|error| EvalError::Method {
            method: ENGINE.to_owned(),
            message: error.to_string(),
        })?;
        for dialogue in &mut evaluated {
            dialogue.rename(|id| names.resolve(id));
        }
        let universe = Universe::new(engine.items().map(str::to_owned));
        let remembered: Vec<Dialogue> = known
            .into_iter()
            .map(|known| remembered(known, &universe))
            .collect();
        let memory = Memory::new(&remembered, &universe);
        let unknown = unknown(&evaluated, engine);
        Ok(Self {
            experiment: Experiment::new(universe, memory, evaluated)?,
            remembered,
            unknown,
        })
    }
}

/// A conversation of the graph: its texts, and a turn with all that it names.
fn remembered(known: tastegraph::Remembered, universe: &Universe) -> Dialogue {
    let say = |text: String| Turn {
        speaker: Speaker::Seeker,
        text,
        entities: Vec::new(),
        items: Vec::new(),
    };
    let mut turns: Vec<Turn> = known.texts.into_iter().map(say).collect();
    let mut named = say(String::new());
    (named.items, named.entities) = known
        .named
        .into_iter()
        .partition(|iri| universe.position(iri).is_some());
    turns.push(named);
    Dialogue {
        id: known.iri,
        split: String::new(),
        turns,
        opinions: std::collections::BTreeMap::new(),
    }
}

fn unknown(evaluated: &[Dialogue], engine: &Engine) -> usize {
    let turns = evaluated.iter().flat_map(|dialogue| &dialogue.turns);
    let named = turns.flat_map(|turn| turn.items.iter().chain(&turn.entities));
    let distinct: BTreeSet<&String> = named.collect();
    distinct
        .into_iter()
        .filter(|iri| !engine.knows(iri))
        .count()
}
