//! Reports: JSON, Markdown, pictures, and files for other evaluators.

mod files;
mod json;
mod markdown;
mod svg;
mod trec;

pub use files::{Report, read_outcomes};
pub use json::to_json;
pub use markdown::{comparison, to_markdown};
pub use svg::to_svg;
pub use trec::{qrels, run_file};
