//! Server-sent events.

use serde_json::Value;

use super::wire::{Unreadable, content, error_message, usage};
use crate::ChatReply;

/// Whether a text is a stream of events rather than one JSON value.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim_start();
    ["data:", "event:", "id:", "retry:", ":"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// The pieces of a stream put together. One that breaks off counts as far as it came, unless nothing did.
pub(super) fn reply(text: &str) -> Result<ChatReply, Unreadable> {
    let mut reply = ChatReply::default();
    let mut pieces = 0;
    for event in events(text) {
        if event == "[DONE]" {
            pieces += 1;
            break;
        }
        let Ok(value) = serde_json::from_str::<Value>(&event) else {
            continue;
        };
        if let Some(message) = error_message(&value) {
            return Err(Unreadable::Other(message));
        }
        let choice = &value["choices"][0];
        let piece = content(&choice["delta"])
            .or_else(|| content(&choice["message"]))
            .or_else(|| choice["text"].as_str().map(str::to_owned));
        pieces += usize::from(choice.is_object());
        reply.text.push_str(&piece.unwrap_or_default());
        let counted = usage(&value);
        if counted.prompt_tokens + counted.completion_tokens > 0 {
            reply.usage = counted;
        }
    }
    if pieces == 0 {
        return Err(Unreadable::Malformed);
    }
    Ok(reply)
}

/// The data of each event; lines of one event are joined.
fn events(text: &str) -> Vec<String> {
    let mut events = Vec::new();
    let mut data: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if let Some(rest) = line.strip_prefix("data:") {
            data.push(rest.strip_prefix(' ').unwrap_or(rest));
        } else if line.is_empty() && !data.is_empty() {
            events.push(data.join("\n").trim().to_owned());
            data.clear();
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Usage;

    #[test]
    fn pieces_make_a_text() {
        let stream = ": hello\r\n\r\nevent: x\r\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\r\n\r\n\
            data: {\"choices\":[{\"delta\":{\"content\":\"h\u{e9}\"},\"finish_reason\":\"\"}]}\n\n\
            data:{\"choices\":[{\"delta\":{\"content\":\"llo\"}}]}\n\ndata: garbage\n\n\
            data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\n\ndata: [DONE]\n\ndata: {}\n\n";
        let read = reply(stream).expect("a stream");
        assert_eq!(read.text, "h\u{e9}llo");
        assert_eq!(
            read.usage,
            Usage {
                prompt_tokens: 5,
                completion_tokens: 2
            }
        );
    }

    #[test]
    fn a_stream_that_breaks_off_counts_as_far_as_it_came() {
        let whole = "data: {\"choices\":[{\"delta\":{\"content\":\"ab\"}}]}\n\ndata: {\"choi";
        assert_eq!(reply(whole).expect("a piece").text, "ab");
        assert_eq!(reply("data: {\"cho"), Err(Unreadable::Malformed));
    }

    #[test]
    fn an_error_within_is_one() {
        let stream = "data: {\"error\":{\"message\":\"out of memory\"}}\n\n";
        assert_eq!(
            reply(stream),
            Err(Unreadable::Other("out of memory".into()))
        );
    }
}
