//! Transcripts in JSON.

use serde_json::Value;

use super::{Role, role};
use crate::{Conversation, DialogueError, Turn};

/// Reads one value, or one on each line.
pub(super) fn read(text: &str) -> Result<Conversation, DialogueError> {
    let values = match serde_json::from_str::<Value>(text) {
        Ok(value) => vec![value],
        Err(error) => lines(text, error)?,
    };
    let mut conversation = Conversation::new();
    let mut count = 0;
    for message in values.iter().flat_map(messages) {
        count += 1;
        conversation.turns.extend(turn(message, count)?);
    }
    Ok(conversation)
}

/// The values of a text with one on each line. `whole` is why it is not a single value.
fn lines(text: &str, whole: serde_json::Error) -> Result<Vec<Value>, DialogueError> {
    let written = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let mut values = Vec::new();
    for (index, line) in written {
        match serde_json::from_str(line) {
            Ok(value) => values.push(value),
            // The first line alone is no value: then the text was meant as one.
            Err(_) if values.is_empty() => {
                return Err(DialogueError::Json {
                    line: whole.line(),
                    source: whole,
                });
            }
            Err(source) => {
                return Err(DialogueError::Json {
                    line: index + 1,
                    source,
                });
            }
        }
    }
    Ok(values)
}

/// The messages of a value: its own, or those in it.
fn messages(value: &Value) -> Vec<&Value> {
    let list = value
        .get("messages")
        .or_else(|| value.get("turns"))
        .unwrap_or(value);
    match list {
        Value::Array(messages) => messages.iter().collect(),
        message => vec![message],
    }
}

fn turn(message: &Value, number: usize) -> Result<Option<Turn>, DialogueError> {
    let problem = |problem: String| DialogueError::Message {
        message: number,
        problem,
    };
    let name = message
        .get("role")
        .or_else(|| message.get("speaker"))
        .and_then(Value::as_str);
    let name = name.ok_or_else(|| problem("it says not who speaks".to_owned()))?;
    let role = role(name).ok_or_else(|| problem(format!("nobody knows the role {name:?}")))?;
    let Role::Speaks(speaker) = role else {
        return Ok(None);
    };
    let content = message.get("content").or_else(|| message.get("text"));
    let text = content.ok_or_else(|| problem("it has no text".to_owned()))?;
    let text = match text {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts
                .iter()
                .filter_map(|part| part["text"].as_str())
                .collect();
            texts.join("\n")
        }
        // A message that only calls a tool says nothing.
        Value::Null => String::new(),
        _ => {
            return Err(problem(
                "its text is neither a string nor a list of parts".to_owned(),
            ));
        }
    };
    Ok((!text.trim().is_empty()).then_some(Turn { speaker, text }))
}
