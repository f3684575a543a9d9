//! Chat models behind one trait, and the grounding of what they answer (algorithm step S8).
//!
//! A [`ChatModel`] is a server ([`OpenAi`], feature `openai`), a file run in this
//! process ([`Gguf`], feature `gguf`) or a recording ([`Replay`]). Whatever it writes is
//! data of a stranger: [`rank`] takes from it an order of the candidates and words that name nothing
//! else. The order is a permutation of what was retrieved, no candidate moves further than a bound,
//! and there is a complete result even if the model is down or babbles.
//!
//! ```
//! use tastegraph_llm::{Ask, Replay, rank};
//! use tastegraph_prompt::{CandidateLine, Material, RenderOptions, Template};
//!
//! let candidate = |title: &str| CandidateLine { title: title.to_owned(), facts: vec![] };
//! let material = Material {
//!     item_name: "film".to_owned(),
//!     candidates: ["Heat", "Ronin", "Serpico"].map(candidate).into(),
//!     ..Material::default()
//! };
//! let prompt = Template::recommend()?.render(&material, &RenderOptions::default())?;
//! // There is no candidate 9, so it is dropped; the others follow in the order of retrieval.
//! let first = prompt.order[0];
//! let model = Replay::answers([r#"{"ranking": [9, 1], "reply": "I'd watch Gladiator."}"#]);
//! let ranked = rank(
//!     &model,
//!     &Ask {
//!         prompts: &[prompt],
//!         material: &material,
//!         listed: 3,
//!         answer_tokens: 100,
//!         max_shift: 10,
//!         items_named: &|_| Vec::new(),
//!     },
//! );
//! assert_eq!((ranked.order[0], ranked.order.len()), (first, 3));
//! assert_eq!((ranked.counts.hallucinated, ranked.reply), (1, None));
//! # Ok::<(), tastegraph_prompt::PromptError>(())
//! ```

mod chat;
mod error;
#[cfg(feature = "gguf")]
mod gguf;
mod ground;
mod likelihood;
mod open;
#[cfg(feature = "openai")]
mod openai;
mod order;
mod parse;
mod replay;
mod secret;
mod spec;
mod step;
mod tokenizer;
mod words;
mod write;

pub use chat::{ChatModel, ChatReply, ChatRequest, Likelihood, Message, Role, Usage};
pub use error::LlmError;
#[cfg(feature = "gguf")]
pub use gguf::Gguf;
pub use ground::ItemsNamed;
pub use likelihood::{Priors, likelihood_scores, mixed_order};
pub use open::{ModelOptions, open};
#[cfg(feature = "openai")]
pub use openai::OpenAi;
pub use order::{borda, bounded, spearman};
pub use replay::{Recorder, Replay};
pub use secret::Secret;
pub use spec::ModelSpec;
pub use step::{Ask, Counts, Ranked, rank};
pub use tokenizer::TokenizerFile;
pub use write::{Written, write};
