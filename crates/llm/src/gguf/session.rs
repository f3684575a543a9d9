//! One use of a model: tokens in, tokens or probabilities out.

use std::num::NonZeroU32;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;

use crate::{ChatReply, Likelihood, Usage};

/// Answers whose probabilities are computed at once.
pub(super) const MOST_SEQUENCES: usize = 32;
/// Tokens that are read at once.
const BATCH: usize = 512;

/// What llama.cpp says went wrong.
type Problem = Box<dyn std::error::Error>;

/// A context with its memory.
pub(super) struct Session<'a> {
    model: &'a LlamaModel,
    context: LlamaContext<'a>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        backend: &LlamaBackend,
        model: &'a LlamaModel,
        tokens: usize,
        sequences: usize,
        threads: usize,
    ) -> Result<Self, Problem> {
        let threads = i32::try_from(threads)?;
        let parameters = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(u32::try_from(tokens.max(1))?))
            .with_n_batch(BATCH as u32)
            .with_n_ubatch(BATCH as u32)
            .with_n_seq_max(u32::try_from(sequences)?)
            .with_kv_unified(true)
            .with_n_threads(threads)
            .with_n_threads_batch(threads);
        Ok(Self {
            model,
            context: model.new_context(backend, parameters)?,
        })
    }

    /// Reads tokens into the first sequence; afterwards the output is that of the last.
    fn read(&mut self, tokens: &[LlamaToken]) -> Result<i32, Problem> {
        let mut place = 0;
        let mut output = 0;
        for part in tokens.chunks(BATCH) {
            let mut batch = LlamaBatch::new(part.len(), 1);
            for &token in part {
                let last = usize::try_from(place)? + 1 == tokens.len();
                batch.add(token, place, &[0], last)?;
                place += 1;
            }
            self.context.decode(&mut batch)?;
            output = batch.n_tokens() - 1;
        }
        Ok(output)
    }

    /// Answers greedily, held to a grammar if there is one.
    pub(super) fn answer(
        &mut self,
        prompt: &[LlamaToken],
        most: usize,
        grammar: Option<&str>,
    ) -> Result<ChatReply, Problem> {
        let vocabulary = self.model.vocab();
        let mut held = grammar
            .map(|grammar| LlamaSampler::grammar(self.model, grammar, "root"))
            .transpose()?;
        let mut output = self.read(prompt)?;
        let mut place = i32::try_from(prompt.len())?;
        let mut bytes = Vec::new();
        let mut written = 0;
        while written < most {
            let Some(token) = self.next(output, held.as_mut()) else {
                break;
            };
            if vocabulary.is_eog(token) {
                break;
            }
            if let Some(grammar) = held.as_mut() {
                grammar.accept(token);
            }
            bytes.extend(vocabulary.token_to_piece(token, false, None));
            written += 1;
            if written < most {
                let mut batch = LlamaBatch::new(1, 1);
                batch.add(token, place, &[0], true)?;
                self.context.decode(&mut batch)?;
                (output, place) = (0, place + 1);
            }
        }
        Ok(ChatReply {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            usage: Usage {
                prompt_tokens: prompt.len(),
                completion_tokens: written,
            },
        })
    }

    /// The most probable token that the grammar allows, if it allows any.
    fn next(&self, output: i32, grammar: Option<&mut LlamaSampler>) -> Option<LlamaToken> {
        let mut tokens: Vec<LlamaTokenData> = self.context.candidates_ith(output).collect();
        let best = best(&tokens)?;
        let Some(grammar) = grammar else {
            return Some(best.id());
        };
        // Asking for one is quick, and mostly the best one may stand.
        let mut alone = LlamaTokenDataArray::new(vec![best], false);
        alone.apply_sampler(grammar);
        if alone
            .data
            .first()
            .is_some_and(|token| token.logit().is_finite())
        {
            return Some(best.id());
        }
        let mut all = LlamaTokenDataArray::new(std::mem::take(&mut tokens), false);
        all.apply_sampler(grammar);
        let allowed = self::best(&all.data)?;
        // llama.cpp must not be told to accept what its grammar forbids.
        allowed.logit().is_finite().then(|| allowed.id())
    }

    /// The probability of each answer after the prompt. The prompt is read once; answers continue it
    /// side by side.
    pub(super) fn likelihoods(
        &mut self,
        prompt: &[LlamaToken],
        answers: &[Vec<LlamaToken>],
    ) -> Result<Vec<Likelihood>, Problem> {
        let output = self.read(prompt)?;
        let first = log_probabilities(
            self.context.get_logits_ith(output),
            answers.iter().map(|answer| answer.first().copied()),
        );
        let mut found: Vec<Likelihood> = answers
            .iter()
            .zip(first)
            .map(|(answer, log_probability)| Likelihood {
                log_probability,
                tokens: answer.len(),
            })
            .collect();
        for (answers, found) in answers
            .chunks(MOST_SEQUENCES)
            .zip(found.chunks_mut(MOST_SEQUENCES))
        {
            self.continue_side_by_side(prompt.len(), answers, found)?;
        }
        Ok(found)
    }

    fn continue_side_by_side(
        &mut self,
        prompt: usize,
        answers: &[Vec<LlamaToken>],
        found: &mut [Likelihood],
    ) -> Result<(), Problem> {
        // (answer, the token to come, whose probability the output tells)
        let mut steps = Vec::new();
        for (number, answer) in answers.iter().enumerate() {
            self.context
                .copy_kv_cache_seq(0, i32::try_from(number + 1)?, None, None)?;
            for pair in 0..answer.len().saturating_sub(1) {
                steps.push((number, pair));
            }
        }
        for part in steps.chunks(BATCH) {
            let mut batch = LlamaBatch::new(part.len(), 1);
            for &(number, at) in part {
                let place = i32::try_from(prompt + at)?;
                let sequence = i32::try_from(number + 1)?;
                batch.add(answers[number][at], place, &[sequence], true)?;
            }
            self.context.decode(&mut batch)?;
            for (output, &(number, at)) in part.iter().enumerate() {
                let logits = self.context.get_logits_ith(i32::try_from(output)?);
                let next = log_probabilities(logits, [Some(answers[number][at + 1])].into_iter());
                found[number].log_probability += next[0];
            }
        }
        for number in 0..answers.len() {
            self.context
                .kv_cache_seq_rm(i32::try_from(number + 1)?, None, None)?;
        }
        Ok(())
    }
}

fn best(tokens: &[LlamaTokenData]) -> Option<LlamaTokenData> {
    let finite = tokens.iter().filter(|token| !token.logit().is_nan());
    finite
        .max_by(|a, b| {
            a.logit()
                .total_cmp(&b.logit())
                .then(b.id().0.cmp(&a.id().0))
        })
        .copied()
}

/// `ln softmax(logits)` of each token; 0 for none.
fn log_probabilities(logits: &[f32], tokens: impl Iterator<Item = Option<LlamaToken>>) -> Vec<f64> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits
        .iter()
        .map(|&logit| f64::from(logit - highest).exp())
        .sum();
    let norm = f64::from(highest) + sum.ln();
    tokens
        .map(|token| {
            token
                .and_then(|token| logits.get(usize::try_from(token.0).ok()?))
                .map_or(0.0, |&logit| f64::from(logit) - norm)
        })
        .collect()
}
