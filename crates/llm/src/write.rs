//! Words about what is known: explanations, replies, questions, profiles, ratings.

use serde::Serialize;
use serde_json::Value;
use tastegraph_prompt::{Material, Prompt, clean};

use crate::ground::{ItemsNamed, cited, reasoning, reply};
use crate::parse::first_object;
use crate::{ChatModel, ChatRequest, LlmError, Message, Role, Usage};

/// What a model wrote, as far as it names only what it was given.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Written {
    /// The text; empty if nothing of the model's words could be kept.
    pub text: String,
    /// The numbers of the facts that its sentences cite, ascending, each once.
    pub cites: Vec<usize>,
    /// The rating, for the template that asks for one.
    pub rating: Option<u8>,
    /// Sentences that were dropped.
    pub dropped: usize,
    /// Tokens of the call.
    pub usage: Usage,
}

/// Lets a model fill the schema of a prompt and keeps what is grounded: sentences that cite facts by
/// number and name nothing else; a reply with slots for listed candidates; a question or summary that
/// names only what the material does; a rating from 1 to 5.
///
/// # Errors
/// Whatever the model reports. An answer that cannot be used is no error: its text is empty.
pub fn write(
    model: &dyn ChatModel,
    prompt: &Prompt,
    material: &Material,
    answer_tokens: usize,
    items_named: &ItemsNamed<'_>,
) -> Result<Written, LlmError> {
    let messages = [
        Message::new(Role::System, &*prompt.system),
        Message::new(Role::User, &*prompt.user),
    ];
    let answer = model.chat(&ChatRequest {
        messages: &messages,
        schema: Some(&prompt.schema),
        max_tokens: answer_tokens,
    })?;
    let mut written = first_object(&answer.text)
        .map(|value| grounded(&value, prompt, material, items_named))
        .unwrap_or_default();
    written.usage = answer.usage;
    Ok(written)
}

fn grounded(
    value: &Value,
    prompt: &Prompt,
    material: &Material,
    items_named: &ItemsNamed<'_>,
) -> Written {
    let mut written = Written::default();
    if let Some(sentences) = value["sentences"].as_array() {
        for sentence in sentences {
            match cited(sentence, material) {
                Some((text, cites)) => {
                    written.text = format!("{} {text}", written.text).trim().to_owned();
                    written.cites.extend(cites);
                }
                None => written.dropped += 1,
            }
        }
        written.cites.sort_unstable();
        written.cites.dedup();
    } else if let Some(said) = value["reply"].as_str() {
        let listed = &prompt.order;
        match reply(said, prompt, material, listed, items_named) {
            Some(text) => written.text = text,
            None => written.dropped += 1,
        }
    } else if let Some(rating) = value["rating"].as_f64() {
        // A number is taken to the nearest that the scale has.
        written.rating = rating
            .is_finite()
            .then(|| rating.round().clamp(1.0, 5.0) as u8);
    } else if let Some(said) = value["question"]
        .as_str()
        .or_else(|| value["summary"].as_str())
    {
        let (kept, dropped) = reasoning(&clean(said), prompt, material);
        (written.text, written.dropped) = (kept, dropped);
    }
    written
}
