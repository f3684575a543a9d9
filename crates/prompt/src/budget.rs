//! How long a prompt is, and what goes first when it is too long.

use crate::Material;

/// Facts that a candidate keeps, step by step, before candidates themselves are dropped.
const FACT_STEPS: [usize; 4] = [6, 3, 1, 0];

/// An estimate of the tokens in a text for when no tokenizer of a model is at hand: the larger of
/// one token for four bytes and four tokens for three words.
///
/// For English prose common byte-pair vocabularies give 0.7 to 1.0 of it.
#[must_use]
pub fn approximate_tokens(text: &str) -> usize {
    let words = text.split_whitespace().count();
    text.len().div_ceil(4).max((words * 4).div_ceil(3))
}

/// Takes one thing away, in this order: similar conversations from the least similar; facts of
/// candidates beyond 6, 3, 1 and 0; facts about what was named; candidates from the tail, down to
/// one. Says what it took, or `None` if nothing is left to take.
pub(crate) fn cut_once(material: &mut Material) -> Option<&'static str> {
    if material.cases.pop().is_some() {
        return Some("similar conversations");
    }
    for step in FACT_STEPS {
        if material
            .candidates
            .iter()
            .any(|candidate| candidate.facts.len() > step)
        {
            for candidate in &mut material.candidates {
                candidate.facts.truncate(step);
            }
            return Some("facts of candidates");
        }
    }
    if material.facts.pop().is_some() {
        return Some("facts about what was named");
    }
    if material.candidates.len() > 1 {
        material.candidates.pop();
        return Some("candidates");
    }
    None
}
