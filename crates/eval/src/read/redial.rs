//! `ReDial` as published (Li et al., "Towards Deep Conversational Recommendations", 2018).

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::jsonl::opinion;
use super::malformed;
use crate::dialogue::dedup;
use crate::{Dialogue, EvalError, Speaker, Turn};

const HINT: &str = "a line is a JSON object with conversationId, messages, movieMentions, initiatorWorkerId and initiatorQuestions";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    conversation_id: Value,
    messages: Vec<Message>,
    initiator_worker_id: i64,
    /// An object, or an empty list where nothing is mentioned.
    #[serde(default)]
    movie_mentions: Value,
    #[serde(default)]
    initiator_questions: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    text: String,
    sender_worker_id: i64,
}

pub(super) fn read(
    lines: impl BufRead,
    path: &Path,
    split: &str,
) -> Result<Vec<Dialogue>, EvalError> {
    let mut dialogues = Vec::new();
    for (line, number) in lines.lines().zip(1..) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let parsed: Line =
            serde_json::from_str(&line).map_err(|error| malformed(path, number, &error, HINT))?;
        dialogues.push(dialogue(&parsed, split));
    }
    Ok(dialogues)
}

fn dialogue(line: &Line, split: &str) -> Dialogue {
    let number = match &line.conversation_id {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let turn = |message: &Message| {
        let (text, mut items) = resolve(&message.text, &line.movie_mentions);
        dedup(&mut items);
        Turn {
            speaker: if message.sender_worker_id == line.initiator_worker_id {
                Speaker::Seeker
            } else {
                Speaker::Recommender
            },
            text,
            entities: Vec::new(),
            items,
        }
    };
    let answers = line.initiator_questions.as_object();
    let opinions: BTreeMap<_, _> = answers
        .into_iter()
        .flatten()
        .map(|(item, answer)| {
            let liked = answer.get("liked").and_then(Value::as_u64);
            (item_id(item), opinion(liked.map(|liked| liked as u8)))
        })
        .collect();
    Dialogue {
        id: format!("redial-{number}"),
        split: split.to_owned(),
        turns: line.messages.iter().map(turn).collect(),
        opinions,
    }
}

fn item_id(number: &str) -> String {
    format!("redial:{number}")
}

/// Replaces `@12345` by the title it stands for and returns the items.
fn resolve(text: &str, titles: &Value) -> (String, Vec<String>) {
    let (mut resolved, mut items) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        resolved.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            resolved.push('@');
        } else {
            let number = &after[..digits];
            let title = titles.get(number).and_then(Value::as_str);
            resolved.push_str(title.unwrap_or_default());
            items.push(item_id(number));
        }
        rest = &after[digits..];
    }
    resolved.push_str(rest);
    (resolved, items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_published_form() {
        let line = r#"{"movieMentions": {"7": "Heat (1995)"}, "respondentQuestions": [], "messages": [{"timeOffset": 0, "text": "mail me @ home. @7?", "senderWorkerId": 1, "messageId": 1}, {"timeOffset": 9, "text": "@8!", "senderWorkerId": 0, "messageId": 2}], "conversationId": "391", "respondentWorkerId": 0, "initiatorWorkerId": 1, "initiatorQuestions": {"7": {"suggested": 0, "seen": 1, "liked": 1}}}"#;
        let read = read(line.as_bytes(), Path::new("x"), "test").expect("well formed");
        let dialogue = &read[0];
        assert_eq!(
            (dialogue.id.as_str(), dialogue.split.as_str()),
            ("redial-391", "test")
        );
        assert_eq!(dialogue.turns[0].text, "mail me @ home. Heat (1995)?");
        assert_eq!(dialogue.turns[0].speaker, Speaker::Seeker);
        assert_eq!(dialogue.turns[1].items, ["redial:8"]);
        assert_eq!(dialogue.opinions["redial:7"].liked, Some(true));
    }

    #[test]
    fn empty_forms_may_be_lists() {
        let line = r#"{"movieMentions": [], "messages": [], "conversationId": 2, "initiatorWorkerId": 1, "initiatorQuestions": []}"#;
        let read = read(line.as_bytes(), Path::new("x"), "").expect("well formed");
        assert!(read[0].turns.is_empty() && read[0].opinions.is_empty());
    }
}
