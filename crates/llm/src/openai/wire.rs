//! What is sent, and what comes back in whatever shape.

use serde_json::{Value, json};

use super::stream;
use crate::{ChatReply, ChatRequest, Usage};

/// Why no completion could be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is no JSON, or breaks off.
    Malformed,
    /// It is JSON, and something else.
    Other(String),
}

/// The body of a request.
pub(super) fn body(model: &str, request: &ChatRequest<'_>, with_schema: bool) -> Value {
    let messages: Vec<Value> = request
        .messages
        .iter()
        .map(|message| json!({"role": message.role.name(), "content": message.content}))
        .collect();
    let mut body = json!({
        "model": model,
        "messages": messages,
        "max_tokens": request.max_tokens,
        "temperature": 0,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    if let Some(schema) = request.schema.filter(|_| with_schema) {
        body["response_format"] = json!({
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": true, "schema": schema},
        });
    }
    body
}

/// A completion from the text of an answer: one JSON object, or a stream of events.
pub(super) fn reply(text: &str) -> Result<ChatReply, Unreadable> {
    if stream::is_one(text) {
        return stream::reply(text);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| Unreadable::Malformed)?;
    if let Some(message) = error_message(&value) {
        return Err(Unreadable::Other(message));
    }
    let choice = &value["choices"][0];
    let content = content(&choice["message"])
        .or_else(|| choice["text"].as_str().map(str::to_owned))
        .ok_or_else(|| {
            Unreadable::Other("the answer has no choices[0].message.content".to_owned())
        })?;
    Ok(ChatReply {
        text: content,
        usage: usage(&value),
    })
}

/// The content of a message or of a piece of one: text, or a list of parts with text.
pub(super) fn content(message: &Value) -> Option<String> {
    match &message["content"] {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(
            parts
                .iter()
                .filter_map(|part| part["text"].as_str().or_else(|| part.as_str()))
                .collect(),
        ),
        _ => None,
    }
}

/// Tokens as the server counted them; 0 where it does not tell.
pub(super) fn usage(value: &Value) -> Usage {
    let count = |name: &str| {
        let number = value["usage"][name].as_u64().unwrap_or_default();
        usize::try_from(number).unwrap_or_default()
    };
    Usage {
        prompt_tokens: count("prompt_tokens"),
        completion_tokens: count("completion_tokens"),
    }
}

/// What an error object says.
pub(super) fn error_message(value: &Value) -> Option<String> {
    let error = value.get("error").filter(|error| !error.is_null())?;
    let message = error["message"].as_str().or_else(|| error.as_str());
    Some(message.map_or_else(|| error.to_string(), str::to_owned))
}

/// The first model of a list of models.
pub(super) fn first_model(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let first = value["data"].get(0).or_else(|| value["models"].get(0))?;
    let name = first["id"].as_str().or_else(|| first["name"].as_str());
    name.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: &str) -> Result<String, Unreadable> {
        reply(answer).map(|reply| reply.text)
    }

    #[test]
    fn answers_of_many_servers() {
        for answer in [
            r#"{"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}"#,
            r#"{"choices":[{"message":{"content":"hi","refusal":null},"finish_reason":""}],"service_tier":"new","usage":{"prompt_tokens":null}}"#,
            r#"{"choices":[{"message":{"content":[{"type":"text","text":"h"},{"type":"text","text":"i"}]}}],"usage":null}"#,
            r#"{"choices":[{"text":"hi"}],"error":null}"#,
        ] {
            assert_eq!(text(answer).as_deref(), Ok("hi"), "{answer}");
        }
    }

    #[test]
    fn what_is_none_is_told_apart() {
        assert_eq!(text(r#"{"choices":[{"mess"#), Err(Unreadable::Malformed));
        assert_eq!(text(""), Err(Unreadable::Malformed));
        assert_eq!(
            text(r#"{"error":{"message":"no such model"}}"#),
            Err(Unreadable::Other("no such model".to_owned()))
        );
        assert!(matches!(text("[1]"), Err(Unreadable::Other(_))));
    }

    #[test]
    fn models_are_listed_in_two_ways() {
        for list in [r#"{"data":[{"id":"m"}]}"#, r#"{"models":[{"name":"m"}]}"#] {
            assert_eq!(first_model(list).as_deref(), Some("m"));
        }
        assert_eq!(first_model("<html>"), None);
    }
}
