//! A chat as the tokens of a model's own format.
//!
//! What people and data say must not become a control token, however it is written. So the format is
//! filled with marks, and only what stands around the marks is read with control tokens.

use llama_cpp_2::model::{LlamaChatMessage, LlamaModel};
use llama_cpp_2::token::LlamaToken;

use crate::{Message, Role};

/// Stands for the content of a message.
fn mark(number: usize) -> String {
    format!("@@tastegraph-{number}@@")
}

/// The tokens of a chat, up to where the answer begins.
pub(super) fn tokens(model: &LlamaModel, messages: &[Message]) -> Result<Vec<LlamaToken>, String> {
    let form = form(model, messages)?;
    let vocabulary = model.vocab();
    let mut tokens = Vec::new();
    let mut rest = form.as_str();
    for (number, message) in messages.iter().enumerate() {
        let (before, after) = rest
            .split_once(&mark(number))
            .ok_or("its chat template leaves a message out")?;
        let begins = number == 0 && vocabulary.should_add_bos();
        tokens.extend(vocabulary.tokenize(before.as_bytes(), begins, true));
        tokens.extend(vocabulary.tokenize(message.content.as_bytes(), false, false));
        rest = after;
    }
    tokens.extend(vocabulary.tokenize(rest.as_bytes(), false, true));
    Ok(tokens)
}

/// Tokens that the format adds around a system and a user message.
pub(super) fn overhead(model: &LlamaModel) -> usize {
    let messages = [Message::new(Role::System, ""), Message::new(Role::User, "")];
    tokens(model, &messages).map_or(0, |tokens| tokens.len())
}

/// The chat in the model's format, with marks for contents.
fn form(model: &LlamaModel, messages: &[Message]) -> Result<String, String> {
    let Ok(template) = model.chat_template(None) else {
        return Ok(plain(messages));
    };
    let marked: Result<Vec<_>, _> = messages
        .iter()
        .enumerate()
        .map(|(number, message)| {
            LlamaChatMessage::new(message.role.name().to_owned(), mark(number))
        })
        .collect();
    let marked = marked.map_err(|error| error.to_string())?;
    model
        .apply_chat_template(&template, &marked, true)
        .map_err(|error| format!("its chat template cannot be used: {error}"))
}

/// For models that were never taught to chat.
fn plain(messages: &[Message]) -> String {
    let contents = (0..messages.len()).map(mark);
    let mut text: String = contents.map(|mark| format!("{mark}\n\n")).collect();
    text.push_str("Answer: ");
    text
}
