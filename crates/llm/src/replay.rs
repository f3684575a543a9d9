//! Recorded answers: for tests, and to show what a model said.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fs_err as fs;
use serde::{Deserialize, Serialize};
use tastegraph_prompt::{ApproximateTokens, TokenCounter};

use crate::{ChatModel, ChatReply, ChatRequest, Likelihood, LlmError, Message, Usage};

/// A line of a recording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Which chat it answers ([`fingerprint`]); whichever comes next if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    /// The answer.
    text: String,
    /// Tokens read and written.
    #[serde(default)]
    usage: Usage,
}

/// What a chat is known by in a recording.
fn fingerprint(messages: &[Message]) -> String {
    use std::hash::{Hash, Hasher};
    // SipHash with fixed keys: the same for ever, and nobody gains by a collision.
    #[expect(deprecated, reason = "its keys are fixed, which a file needs")]
    let mut hasher = std::hash::SipHasher::new();
    for message in messages {
        message.role.name().hash(&mut hasher);
        message.content.hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Answers from a file of JSON lines `{"text": …}`, in order, or by prompt where a line has one.
#[derive(Debug)]
pub struct Replay {
    name: String,
    path: PathBuf,
    by_prompt: HashMap<String, Line>,
    in_order: Mutex<VecDeque<Line>>,
}

impl Replay {
    /// Reads a recording.
    ///
    /// # Errors
    /// [`LlmError::Recording`] naming the line that is none.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, LlmError> {
        let path = path.as_ref();
        let mut lines = Vec::new();
        for (number, text) in fs::read_to_string(path)?.lines().enumerate() {
            if !text.trim().is_empty() {
                lines.push(
                    serde_json::from_str(text).map_err(|error| LlmError::Recording {
                        path: path.to_owned(),
                        line: number + 1,
                        reason: error.to_string(),
                    })?,
                );
            }
        }
        Ok(Self::of(path.to_owned(), lines))
    }

    /// Answers from memory, in order.
    #[must_use]
    pub fn answers<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        let lines = texts.into_iter().map(|text| Line {
            text: text.into(),
            ..Line::default()
        });
        Self::of("memory".into(), lines.collect())
    }

    fn of(path: PathBuf, lines: Vec<Line>) -> Self {
        let mut replay = Self {
            name: format!("replay:{}", path.display()),
            path,
            by_prompt: HashMap::new(),
            in_order: Mutex::default(),
        };
        let mut in_order = VecDeque::new();
        for line in lines {
            match &line.prompt {
                Some(prompt) => {
                    replay.by_prompt.insert(prompt.clone(), line);
                }
                None => in_order.push_back(line),
            }
        }
        replay.in_order = Mutex::new(in_order);
        replay
    }
}

impl ChatModel for Replay {
    fn name(&self) -> &str {
        &self.name
    }

    fn chat(&self, request: &ChatRequest<'_>) -> Result<ChatReply, LlmError> {
        let known = self.by_prompt.get(&fingerprint(request.messages)).cloned();
        let next = || {
            let mut left = self.in_order.lock().unwrap_or_else(PoisonError::into_inner);
            left.pop_front()
        };
        let line = known.or_else(next).ok_or_else(|| LlmError::NotRecorded {
            path: self.path.clone(),
        })?;
        Ok(ChatReply {
            text: line.text,
            usage: line.usage,
        })
    }

    fn counter(&self) -> &dyn TokenCounter {
        &ApproximateTokens
    }
}

/// A model whose answers are written to a file that [`Replay`] reads.
#[derive(Debug)]
pub struct Recorder {
    model: Box<dyn ChatModel>,
    file: Mutex<fs::File>,
}

impl Recorder {
    /// Records what `model` answers, at the end of a file that may be there already.
    ///
    /// # Errors
    /// [`LlmError::Io`] if the file cannot be written.
    pub fn new(model: Box<dyn ChatModel>, path: impl AsRef<Path>) -> Result<Self, LlmError> {
        let mut options = fs::OpenOptions::new();
        let file = options.create(true).append(true).open(path.as_ref())?;
        Ok(Self {
            model,
            file: Mutex::new(file),
        })
    }
}

impl ChatModel for Recorder {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn chat(&self, request: &ChatRequest<'_>) -> Result<ChatReply, LlmError> {
        let reply = self.model.chat(request)?;
        let line = Line {
            prompt: Some(fingerprint(request.messages)),
            text: reply.text.clone(),
            usage: reply.usage,
        };
        let mut text = serde_json::to_string(&line).map_err(std::io::Error::from)?;
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes())?;
        Ok(reply)
    }

    fn counter(&self) -> &dyn TokenCounter {
        self.model.counter()
    }

    fn window(&self) -> Option<usize> {
        self.model.window()
    }

    fn is_constrained(&self) -> bool {
        self.model.is_constrained()
    }

    fn likelihoods(
        &self,
        messages: &[Message],
        answers: &[String],
    ) -> Result<Vec<Likelihood>, LlmError> {
        self.model.likelihoods(messages, answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    fn ask(model: &dyn ChatModel, text: &str) -> Result<String, LlmError> {
        let messages = [Message::new(Role::User, text)];
        let request = ChatRequest {
            messages: &messages,
            schema: None,
            max_tokens: 10,
        };
        model.chat(&request).map(|reply| reply.text)
    }

    #[test]
    fn what_was_recorded_is_replayed_by_prompt() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("said.jsonl");
        let recorder =
            Recorder::new(Box::new(Replay::answers(["one", "two"])), &path).expect("new");
        assert_eq!(ask(&recorder, "a").expect("there"), "one");
        assert_eq!(ask(&recorder, "b").expect("there"), "two");
        let replay = Replay::read(&path).expect("our own");
        assert_eq!(ask(&replay, "b").expect("there"), "two");
        assert_eq!(ask(&replay, "a").expect("there"), "one");
        assert!(matches!(
            ask(&replay, "c"),
            Err(LlmError::NotRecorded { .. })
        ));
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("said.jsonl");
        fs::write(&path, "{\"text\": \"fine\"}\n\nnonsense\n").expect("writable");
        let error = Replay::read(&path).expect_err("malformed").to_string();
        assert!(error.contains("line 3"), "{error}");
    }
}
