//! Structured prompts from what was retrieved (algorithm step S7).
//!
//! A [`Template`] is a file with a front matter (name, version, token budget, output schema) and
//! two parts, *system* and *user*. [`Template::render_counted`] fills it with preferences, facts,
//! similar conversations and users, and candidates in a seeded shuffled order, and cuts in a fixed
//! order until the budget holds, counted with the model's own tokenizer. Text from the graph and
//! from people is data: it is cleaned of characters that could hide or fake structure, and the
//! system part of a template cannot even name it.
//!
//! ```
//! use tastegraph_prompt::{CandidateLine, Material, RenderOptions, Template};
//!
//! let material = Material {
//!     item_name: "film".to_owned(),
//!     candidates: vec![CandidateLine {
//!         title: "Heat (1995)".to_owned(),
//!         facts: vec!["crime".to_owned()],
//!     }],
//!     ..Material::default()
//! };
//! let prompt = Template::recommend()?.render(&material, &RenderOptions::default())?;
//! assert!(prompt.user.contains("1. Heat (1995) — crime"));
//! # Ok::<(), tastegraph_prompt::PromptError>(())
//! ```

mod budget;
mod clean;
mod error;
mod front;
mod gather;
mod material;
mod shuffle;
mod template;
mod templates;
mod tokens;

pub use clean::{clean, clean_name};
pub use error::PromptError;
pub use gather::describe;
pub use material::{CandidateLine, Case, DialogueLine, Facet, Material, UserLine};
pub use template::{Prompt, RenderOptions, Template};
pub use templates::{PROMPTS_FOLDER, Templates, check};
pub use tokens::{ApproximateTokens, TokenCounter, approximate_tokens};
