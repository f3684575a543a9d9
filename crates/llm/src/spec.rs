//! Which model, as people write it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::LlmError;

/// A model by its kind and place: `none`, `openai:URL`, `gguf:FILE` or `replay:FILE`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ModelSpec {
    /// No model: answers are put together from the graph.
    #[default]
    None,
    /// An OpenAI-compatible server, by its base address.
    OpenAi(String),
    /// A model file, run in this process.
    Gguf(PathBuf),
    /// Recorded answers.
    Replay(PathBuf),
}

impl FromStr for ModelSpec {
    type Err = LlmError;

    fn from_str(text: &str) -> Result<Self, LlmError> {
        let wrong = |reason: &str| LlmError::Spec {
            // What stands before an @ in an address may be a password.
            given: text
                .rsplit_once('@')
                .map_or(text, |(_, rest)| rest)
                .to_owned(),
            reason: reason.to_owned(),
        };
        match text.split_once(':') {
            None if text == "none" => Ok(Self::None),
            Some((_, "")) => Err(wrong("nothing follows the colon")),
            Some(("openai", url)) => {
                if !url.starts_with("http://") && !url.starts_with("https://") {
                    return Err(wrong("the address must begin with http:// or https://"));
                }
                if url.contains('@') {
                    return Err(wrong(
                        "the address must hold no user or password; give a key by TASTEGRAPH_LLM_KEY or --llm-key-file",
                    ));
                }
                Ok(Self::OpenAi(url.trim_end_matches('/').to_owned()))
            }
            Some(("gguf", path)) => Ok(Self::Gguf(path.into())),
            Some(("replay", path)) => Ok(Self::Replay(path.into())),
            _ => Err(wrong("there is no such kind")),
        }
    }
}

impl fmt::Display for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::OpenAi(url) => write!(f, "openai:{url}"),
            Self::Gguf(path) => write!(f, "gguf:{}", path.display()),
            Self::Replay(path) => write!(f, "replay:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read() {
        for text in [
            "none",
            "openai:http://127.0.0.1:8080/v1",
            "gguf:a/b.gguf",
            "replay:x.jsonl",
        ] {
            let spec: ModelSpec = text.parse().expect(text);
            assert_eq!(spec.to_string(), text);
        }
    }

    #[test]
    fn others_are_refused_without_repeating_a_password() {
        for text in [
            "",
            "gpt",
            "gguf:",
            "openai:127.0.0.1",
            "ollama:x",
            "openai:https://me:hunter2@host",
        ] {
            let error = text.parse::<ModelSpec>().expect_err(text).to_string();
            assert!(
                error.contains("hint:") && !error.contains("hunter2"),
                "{error}"
            );
        }
    }
}
