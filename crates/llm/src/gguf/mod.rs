//! A model in this process, through llama.cpp.

mod chat_format;
mod grammar;
mod session;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};
use tastegraph_prompt::TokenCounter;

use crate::{ChatModel, ChatReply, ChatRequest, Likelihood, LlmError, Message, ModelOptions};
use session::Session;

/// The first bytes of every GGUF file.
const MAGIC: &[u8] = b"GGUF";
/// Threads used unless told otherwise, at most: more do not make a small model faster.
const MOST_THREADS: usize = 8;
/// Processors for each of these threads. They wait for each other without sleeping, so that a machine
/// with other work to do slows them by far more than its share (58 s of processor time instead of 3.4
/// for the same answer, measured with two threads on two busy cores).
const PROCESSORS_A_THREAD: usize = 2;

/// A chat model from a GGUF file. It answers one request at a time, greedily, so that equal requests
/// get equal answers, and can be held to a schema.
pub struct Gguf {
    path: PathBuf,
    name: String,
    counter: Counter,
    threads: usize,
    window: usize,
    /// llama.cpp must not make two contexts of a model at once.
    turn: Mutex<()>,
}

impl fmt::Debug for Gguf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gguf({})", self.name)
    }
}

/// The vocabulary of a model, which counts tokens.
struct Counter {
    model: LlamaModel,
    name: String,
    overhead: usize,
}

impl TokenCounter for Counter {
    fn count(&self, text: &str) -> usize {
        self.plain(text).len()
    }

    fn overhead(&self) -> usize {
        self.overhead
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Counter {
    /// Tokens of a text that is data: nothing in it is a control token.
    fn plain(&self, text: &str) -> Vec<LlamaToken> {
        self.model.vocab().tokenize(text.as_bytes(), false, false)
    }
}

/// llama.cpp is set up once a process and says nothing.
fn backend() -> Result<&'static LlamaBackend, String> {
    static BACKEND: OnceLock<Result<LlamaBackend, String>> = OnceLock::new();
    let made = BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default().with_logs_enabled(false));
        LlamaBackend::init().map_err(|error| error.to_string())
    });
    made.as_ref().map_err(Clone::clone)
}

impl Gguf {
    /// Reads a model file.
    ///
    /// # Errors
    /// [`LlmError::Model`] if it is none that llama.cpp can run; [`LlmError::Io`].
    pub fn open(path: &Path, options: &ModelOptions) -> Result<Self, LlmError> {
        let wrong = |reason: String| LlmError::Model {
            path: path.to_owned(),
            reason,
        };
        check_magic(path).map_err(|error| match error {
            Some(error) => LlmError::Io(error),
            None => wrong("it is no GGUF file".to_owned()),
        })?;
        let model = LlamaModel::load_from_file(
            backend().map_err(wrong)?,
            path,
            &LlamaModelParams::default(),
        )
        .map_err(|error| wrong(error.to_string()))?;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let overhead = chat_format::overhead(&model);
        let available = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            path: path.to_owned(),
            name: format!("gguf:{file}"),
            threads: options
                .threads
                .unwrap_or((available / PROCESSORS_A_THREAD).min(MOST_THREADS))
                .max(1),
            window: options.window.min(model.n_ctx_train() as usize),
            counter: Counter {
                name: file.into_owned(),
                overhead,
                model,
            },
            turn: Mutex::new(()),
        })
    }

    fn failed(&self, reason: impl fmt::Display) -> LlmError {
        LlmError::Inference {
            model: self.name.clone(),
            reason: reason.to_string(),
        }
    }

    /// The tokens of a chat, up to where the answer begins.
    fn tokens(&self, messages: &[Message]) -> Result<Vec<LlamaToken>, LlmError> {
        chat_format::tokens(&self.counter.model, messages).map_err(|error| self.failed(error))
    }

    /// A context for that many tokens, read by that many sequences.
    fn session(&self, tokens: usize, sequences: usize) -> Result<Session<'_>, LlmError> {
        if tokens > self.window {
            return Err(LlmError::Window {
                model: self.name.clone(),
                needed: tokens,
                window: self.window,
            });
        }
        let backend = backend().map_err(|reason| LlmError::Model {
            path: self.path.clone(),
            reason,
        })?;
        Session::new(
            backend,
            &self.counter.model,
            tokens,
            sequences,
            self.threads,
        )
        .map_err(|error| self.failed(error))
    }
}

/// Whether a file begins as one of its kind; `None` if it can be read and does not.
fn check_magic(path: &Path) -> Result<(), Option<std::io::Error>> {
    use std::io::Read;
    let mut start = [0; 4];
    let mut file = fs_err::File::open(path).map_err(Some)?;
    match file.read_exact(&mut start) {
        Ok(()) if start == MAGIC => Ok(()),
        Ok(()) => Err(None),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(None),
        Err(error) => Err(Some(error)),
    }
}

impl ChatModel for Gguf {
    fn name(&self) -> &str {
        &self.name
    }

    fn chat(&self, request: &ChatRequest<'_>) -> Result<ChatReply, LlmError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = self.tokens(request.messages)?;
        let mut session = self.session(tokens.len() + request.max_tokens, 1)?;
        let grammar = request.schema.and_then(grammar::grammar);
        session
            .answer(&tokens, request.max_tokens, grammar.as_deref())
            .map_err(|error| self.failed(error))
    }

    fn counter(&self) -> &dyn TokenCounter {
        &self.counter
    }

    fn window(&self) -> Option<usize> {
        Some(self.window)
    }

    fn is_constrained(&self) -> bool {
        true
    }

    fn likelihoods(
        &self,
        messages: &[Message],
        answers: &[String],
    ) -> Result<Vec<Likelihood>, LlmError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let prompt = self.tokens(messages)?;
        let answers: Vec<Vec<LlamaToken>> = answers
            .iter()
            .map(|answer| self.counter.plain(answer))
            .collect();
        let longest = answers.iter().map(Vec::len).max().unwrap_or_default();
        let at_once = answers.len().clamp(1, session::MOST_SEQUENCES);
        let mut session = self.session(prompt.len() + at_once * longest, 1 + at_once)?;
        session
            .likelihoods(&prompt, &answers)
            .map_err(|error| self.failed(error))
    }
}
