//! A model's order for conversations that come with their mentions linked, for evaluation.

use tastegraph_dialogue::{Conversation, understand};
use tastegraph_graph::NodeId;
use tastegraph_llm::{ChatModel, Priors};
use tastegraph_retrieval::Parameters;

use super::{LlmReport, LlmSettings, Step};
use crate::{Engine, EngineError, LinkedTurn, Ranking};

/// All items in order, and the candidates that a model may order anew.
#[derive(Debug, Clone)]
pub struct LinkedRanking {
    /// The order of retrieval.
    pub ranking: Ranking,
    /// Positions in [`Engine::items`] of the candidates that the model saw, best first. None was
    /// named in the conversation.
    pub candidates: Vec<usize>,
    /// The order that the model gave them, as positions in `candidates`.
    pub llm: LlmRanking,
}

/// What a model made of the candidates.
#[derive(Debug, Clone)]
pub enum LlmRanking {
    /// It gave an order.
    Generated(Box<LlmReport>),
    /// It scored each candidate; the scores are to be mixed with retrieval's.
    Likelihoods(Vec<f64>),
    /// It could not.
    Failed(String),
}

impl LinkedRanking {
    /// The log-odds of all items with those of the candidates dealt out in another order: the first
    /// of `order` gets the highest of their values, and so on.
    #[must_use]
    pub fn reordered(&self, order: &[usize]) -> Vec<f32> {
        let mut log_odds = self.ranking.log_odds.clone();
        for (place, &position) in order.iter().enumerate() {
            let (from, to) = (self.candidates[place], self.candidates[position]);
            log_odds[to] = self.ranking.log_odds[from];
        }
        log_odds
    }

    /// The log-odds of the candidates, best first.
    #[must_use]
    pub fn scores(&self) -> Vec<f64> {
        let scores = self.candidates.iter();
        scores
            .map(|&item| f64::from(self.ranking.log_odds[item]))
            .collect()
    }
}

impl Engine {
    /// Ranks all items as [`Self::rank_linked`] does, and lets a model order the best candidates that
    /// the conversation does not name. Names of items are looked up in the text for the prompt only.
    ///
    /// # Errors
    /// As [`Self::rank_linked`]; [`EngineError::Prompt`]. A model that fails is no error.
    pub fn rank_linked_with(
        &self,
        turns: &[LinkedTurn],
        parameters: &Parameters,
        model: &dyn ChatModel,
        settings: &LlmSettings,
        priors: &Priors,
    ) -> Result<LinkedRanking, EngineError> {
        let ranking = self.rank_linked(turns, parameters)?;
        let (mut retrieved, _) = self.retrieve_linked(turns, false, parameters)?;
        let snapshot = self.retriever.snapshot();
        let first = snapshot.nodes_of(tastegraph_graph::NodeKind::Item).next();
        let first = first.map_or(0, |node| node.0);
        let place = |node: NodeId| (node.0 - first) as usize;
        retrieved.candidates.sort_by(|a, b| {
            let odds = |node| ranking.log_odds[place(node)];
            odds(b.node)
                .total_cmp(&odds(a.node))
                .then(a.node.cmp(&b.node))
        });
        retrieved.candidates.truncate(settings.candidates);
        let nodes: Vec<NodeId> = retrieved
            .candidates
            .iter()
            .map(|found| found.node)
            .collect();
        let conversation = Conversation {
            turns: turns
                .iter()
                .map(|turn| tastegraph_dialogue::Turn {
                    speaker: turn.speaker,
                    text: turn.text.clone(),
                })
                .collect(),
        };
        let understanding = understand(&conversation, &self.linker, &self.vocabulary);
        let step = Step {
            engine: self,
            model,
            settings,
            seed: 0,
            top_k: LISTED,
        };
        let prompts = step.prompts(&conversation, &understanding, &retrieved)?;
        let candidates: Vec<usize> = nodes.iter().map(|&node| place(node)).collect();
        let llm = match (settings.method, &prompts) {
            (super::LlmMethod::Likelihood, Ok(prompts)) => {
                match step.likelihoods(prompts, priors) {
                    Ok(scores) => LlmRanking::Likelihoods(scores),
                    Err(error) => LlmRanking::Failed(error.to_string()),
                }
            }
            (super::LlmMethod::Likelihood, Err(error)) => LlmRanking::Failed(error.to_string()),
            (super::LlmMethod::Generate, _) => {
                LlmRanking::Generated(Box::new(step.run(&prompts, &nodes, &[])))
            }
        };
        Ok(LinkedRanking {
            ranking,
            candidates,
            llm,
        })
    }
}

/// Items that a list would show.
const LISTED: usize = 10;
