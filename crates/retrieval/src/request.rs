//! What is asked of retrieval.

use tastegraph_dialogue::{Rule, Understanding};
use tastegraph_graph::Snapshot;

use crate::Parameters;
use crate::said::{LinkedMention, Said};

/// What to retrieve for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What was said, as data.
    pub understanding: &'a Understanding,
    /// The words of the conversation, for finding others that read alike.
    pub words: &'a str,
    /// The sentence vector of how the conversation ends, of length 1, by the encoder of the vectors in
    /// [`Meanings`](crate::Meanings).
    pub meaning: Option<&'a [f32]>,
    /// Further conditions, from the application rather than from the conversation.
    pub rules: &'a [Rule],
    /// The numbers to use.
    pub parameters: &'a Parameters,
}

/// What to retrieve for, in a conversation whose mentions the caller has linked.
#[derive(Debug, Clone, Copy)]
pub struct LinkedRequest<'a> {
    /// What is named, in the order of the conversation.
    pub mentions: &'a [LinkedMention],
    /// The number of turns so far, also those that name nothing.
    pub turns: usize,
    /// The words of the conversation, for finding others that read alike.
    pub words: &'a str,
    /// The sentence vector of how the conversation ends, of length 1, by the encoder of the vectors in
    /// [`Meanings`](crate::Meanings).
    pub meaning: Option<&'a [f32]>,
    /// Conditions.
    pub rules: &'a [Rule],
    /// Whether items that were named may be recommended again.
    pub repeats: bool,
    /// The numbers to use.
    pub parameters: &'a Parameters,
}

/// What the stages read of a request.
pub(crate) struct Job<'a> {
    pub(crate) said: Said,
    pub(crate) words: &'a str,
    pub(crate) meaning: Option<&'a [f32]>,
    pub(crate) rules: Vec<&'a Rule>,
    pub(crate) parameters: &'a Parameters,
}

impl<'a> Job<'a> {
    pub(crate) fn understood(request: &Request<'a>) -> Self {
        let stated = request.understanding.constraints.iter();
        Self {
            said: Said::understood(request.understanding),
            words: request.words,
            meaning: request.meaning,
            rules: stated
                .map(|constraint| &constraint.rule)
                .chain(request.rules)
                .collect(),
            parameters: request.parameters,
        }
    }

    pub(crate) fn linked(request: &LinkedRequest<'a>, snapshot: &Snapshot) -> Self {
        Self {
            said: Said::linked(
                request.mentions,
                request.turns,
                request.repeats,
                request.parameters.seed_recency,
                snapshot,
            ),
            words: request.words,
            meaning: request.meaning,
            rules: request.rules.iter().collect(),
            parameters: request.parameters,
        }
    }
}
