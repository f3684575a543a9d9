//! The language-model step: prompt, call, grounding.

mod focus;
mod linked;
mod report;
mod settings;
mod step;

pub use focus::Focus;
pub use linked::{LinkedRanking, LlmRanking};
pub(crate) use report::reply_from_evidence;
pub use report::{Cost, LlmReport, ReplyBy, TemplateReport};
pub use settings::{LlmMethod, LlmSettings};
pub(crate) use step::Step;
