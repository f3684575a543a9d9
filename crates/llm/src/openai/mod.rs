//! A model behind an OpenAI-compatible server.

mod stream;
mod wire;

use std::fmt;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tastegraph_prompt::{ApproximateTokens, TokenCounter};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, http};

use crate::{ChatModel, ChatReply, ChatRequest, LlmError, ModelOptions, Secret, TokenizerFile};

/// Bytes of an answer that are read.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// Characters of an error message of a server that are shown.
const MOST_SHOWN: usize = 300;
/// The first pause between attempts; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// What is said to be the model if the server lists none.
const UNNAMED: &str = "default";

/// A client of `POST /v1/chat/completions`. Answers are streamed; fields that are missing, unknown or
/// empty do not matter; a server that is down, busy or still loading is tried again.
pub struct OpenAi {
    agent: Agent,
    base: String,
    name: String,
    asked_for: Option<String>,
    found: OnceLock<String>,
    key: Option<Secret>,
    attempts: usize,
    tokenizer: Option<TokenizerFile>,
    /// Set when the server refuses `response_format`.
    plain: AtomicBool,
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenAi({}, key: {:?})", self.base, self.key)
    }
}

/// What an attempt came to, other than an answer.
enum Failure {
    /// Another attempt may help, after this pause at least.
    Passing(String, Option<Duration>),
    /// The server does not understand the request.
    Refused(u16, String),
    Lasting(LlmError),
}

impl OpenAi {
    /// A client of the server at `url`, with or without `/v1`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`LlmError::Key`] if there is a key and the connection would carry it in the clear,
    /// [`LlmError::Tokenizer`].
    pub fn new(url: &str, options: &ModelOptions) -> Result<Self, LlmError> {
        let base = match url.strip_suffix("/v1") {
            Some(_) => url.to_owned(),
            None => format!("{url}/v1"),
        };
        if options.key.is_some() && url.starts_with("http://") && !is_local(url) {
            return Err(LlmError::Key {
                place: url.to_owned(),
                reason:
                    "it would be sent in the clear\nhint: use https://, or a server on this machine"
                        .to_owned(),
            });
        }
        let tokenizer = options.tokenizer.as_deref().map(TokenizerFile::read);
        Ok(Self {
            agent: agent(url, options.timeout),
            name: format!("openai:{url}"),
            base,
            asked_for: options.model.clone(),
            found: OnceLock::new(),
            key: options.key.clone(),
            attempts: options.attempts.max(1),
            tokenizer: tokenizer.transpose()?,
            plain: AtomicBool::new(false),
        })
    }

    /// The model asked for, else the first that the server lists.
    fn model(&self) -> &str {
        match &self.asked_for {
            Some(model) => model,
            None => self.found.get_or_init(|| {
                let listed =
                    self.attempt_often(|| self.once(&format!("{}/models", self.base), None));
                listed
                    .ok()
                    .and_then(|text| wire::first_model(&text))
                    .unwrap_or_else(|| UNNAMED.to_owned())
            }),
        }
    }

    fn attempt_often(
        &self,
        attempt: impl Fn() -> Result<String, Failure>,
    ) -> Result<String, Failure> {
        let mut pause = FIRST_PAUSE;
        let mut made = 1;
        loop {
            match attempt() {
                Err(Failure::Passing(reason, asked)) => {
                    if made >= self.attempts {
                        return Err(Failure::Lasting(LlmError::Unreachable {
                            url: self.base.clone(),
                            reason,
                            attempts: made,
                        }));
                    }
                    std::thread::sleep(asked.unwrap_or(pause).min(LONGEST_PAUSE));
                    pause *= 2;
                    made += 1;
                }
                result => return result,
            }
        }
    }

    /// One exchange: a POST of the body, or a GET. The text is that of the answer, or the stream as is.
    fn once(&self, url: &str, body: Option<&Value>) -> Result<String, Failure> {
        let sent = match body {
            Some(body) => {
                let mut request = self
                    .agent
                    .post(url)
                    .header("Content-Type", "application/json");
                if let Some(key) = &self.key {
                    request = request.header("Authorization", key.bearer());
                }
                request.send(body.to_string())
            }
            None => {
                let mut request = self.agent.get(url);
                if let Some(key) = &self.key {
                    request = request.header("Authorization", key.bearer());
                }
                request.call()
            }
        };
        let response = sent.map_err(|error| self.passing(&error.to_string()))?;
        self.text_of(response)
    }

    fn text_of(&self, mut response: http::Response<Body>) -> Result<String, Failure> {
        let status = response.status().as_u16();
        let header = response.headers().get("retry-after");
        let wait = header
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut bytes = Vec::new();
        let mut reader = response.body_mut().with_config().limit(MOST_BYTES).reader();
        let read = reader.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match status {
            200..=299 => match read {
                // What has come of a stream may be enough.
                Err(_) if stream::is_one(&text) => Ok(text),
                Err(error) => Err(self.passing(&error.to_string())),
                Ok(_) => Ok(text),
            },
            408 | 425 | 429 | 500 | 502..=504 => Err(Failure::Passing(
                format!("status {status}: {}", self.shown(&text)),
                wait,
            )),
            _ => Err(Failure::Refused(status, self.shown(&text))),
        }
    }

    fn passing(&self, reason: &str) -> Failure {
        Failure::Passing(self.shown(reason), None)
    }

    /// The beginning of a foreign text, without the key.
    fn shown(&self, text: &str) -> String {
        let text = tastegraph_prompt::clean(text);
        let text = match &self.key {
            Some(key) => key.redact(&text),
            None => text,
        };
        text.chars().take(MOST_SHOWN).collect()
    }

    fn ask(&self, request: &ChatRequest<'_>) -> Result<ChatReply, Failure> {
        let with_schema = !self.plain.load(Ordering::Relaxed);
        let body = wire::body(self.model(), request, with_schema);
        let url = format!("{}/chat/completions", self.base);
        let mut reply = None;
        let text = self.attempt_often(|| {
            self.once(&url, Some(&body))
                .and_then(|text| self.whole(text))
        })?;
        if let Ok(read) = wire::reply(&text) {
            reply = Some(read);
        }
        reply.ok_or_else(|| Failure::Lasting(self.not_a_completion(&text)))
    }

    /// The text if a completion can be read from it; cut short or garbled, another attempt may help.
    fn whole(&self, text: String) -> Result<String, Failure> {
        match wire::reply(&text) {
            Ok(_) => Ok(text),
            Err(wire::Unreadable::Malformed) => Err(self.passing("the answer breaks off")),
            Err(wire::Unreadable::Other(_)) => Err(Failure::Lasting(self.not_a_completion(&text))),
        }
    }

    fn not_a_completion(&self, text: &str) -> LlmError {
        let reason = match wire::reply(text) {
            Err(wire::Unreadable::Other(reason)) => self.shown(&reason),
            _ => "the answer is no chat completion".to_owned(),
        };
        LlmError::Answer {
            url: self.base.clone(),
            reason,
        }
    }
}

impl ChatModel for OpenAi {
    fn name(&self) -> &str {
        &self.name
    }

    fn chat(&self, request: &ChatRequest<'_>) -> Result<ChatReply, LlmError> {
        let mut result = self.ask(request);
        if matches!(result, Err(Failure::Refused(400 | 404 | 422 | 501, _)))
            && !self.plain.swap(true, Ordering::Relaxed)
        {
            // Servers without structured output refuse the field rather than ignore it.
            result = self.ask(request);
        }
        result.map_err(|failure| match failure {
            Failure::Lasting(error) => error,
            Failure::Refused(status, message) => LlmError::Refused {
                url: self.base.clone(),
                status,
                message,
            },
            Failure::Passing(reason, _) => LlmError::Unreachable {
                url: self.base.clone(),
                reason,
                attempts: self.attempts,
            },
        })
    }

    fn counter(&self) -> &dyn TokenCounter {
        match &self.tokenizer {
            Some(tokenizer) => tokenizer,
            None => &ApproximateTokens,
        }
    }
}

/// Certificates are those of the system; redirects are not followed, for they could take a key along.
fn agent(url: &str, timeout: Duration) -> Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(timeout))
        .user_agent("tastegraph")
        .tls_config(tls);
    if is_local(url) {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

/// Whether an address is one of this machine.
fn is_local(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_addresses_are_known() {
        for url in [
            "http://127.0.0.1:8080",
            "http://localhost/v1",
            "http://[::1]:1",
            "http://127.9.9.9",
        ] {
            assert!(is_local(url), "{url}");
        }
        for url in [
            "http://127.0.0.1.evil.org",
            "http://localhost.evil.org:1",
            "http://10.0.0.1",
        ] {
            assert!(!is_local(url), "{url}");
        }
    }

    #[test]
    fn a_key_is_not_sent_in_the_clear() {
        let options = ModelOptions {
            key: Some(Secret::new("sk-x", "test").expect("a key")),
            ..ModelOptions::default()
        };
        let error = OpenAi::new("http://example.org", &options).expect_err("in the clear");
        assert!(matches!(error, LlmError::Key { .. }) && !error.to_string().contains("sk-x"));
        for url in ["https://example.org", "http://127.0.0.1:1"] {
            let client = OpenAi::new(url, &options).expect(url);
            assert!(!format!("{client:?}").contains("sk-x"));
        }
    }
}
