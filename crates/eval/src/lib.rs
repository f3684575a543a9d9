//! Careful evaluation of recommendation in conversations, and of recommendation from ratings.
//!
//! Conversations are read ([`read_dialogues`]), some are remembered ([`Memory`]) and others pose
//! questions ([`Experiment`]); a [`Recommender`] answers them, and a [`Summary`] says how well.
//!
//! - One instance for each item that a recommender's turn names. The context is everything before
//!   that turn: a method sees a [`Context`] and nothing else.
//! - All items are ranked, and ties go against the target.
//! - ALL counts every target; NEW those that were not named before, with the named items out of the
//!   ranking.
//! - Intervals and tests draw whole dialogues, for instances of one dialogue are alike.
//!
//! ```
//! use tastegraph_eval::{
//!     Dialogue, Experiment, Group, Memory, Metric, Pace, Popularity, Speaker, Summary, Turn, Universe,
//! };
//!
//! let says = |speaker, item: &str| Turn {
//!     speaker,
//!     text: String::new(),
//!     entities: vec![],
//!     items: vec![item.to_owned()],
//! };
//! let dialogue = |id: &str, item| Dialogue {
//!     id: id.to_owned(),
//!     split: String::new(),
//!     turns: vec![says(Speaker::Seeker, "chair"), says(Speaker::Recommender, item)],
//!     opinions: Default::default(),
//! };
//! let known = [dialogue("a", "table"), dialogue("b", "table")];
//! let universe = Universe::new(["chair", "lamp", "table"].map(str::to_owned));
//! let memory = Memory::new(&known, &universe);
//! let popularity = Popularity::new(&memory);
//! let experiment = Experiment::new(universe, memory, vec![dialogue("c", "table")])?;
//!
//! let run = experiment.run(&popularity, Pace::Serial)?;
//! let summary = Summary::of(&run, &experiment);
//! // Among all items the chair is as popular, and ties go against the target.
//! let first = |group| summary.groups[&group].metrics[&Metric::HitRate(1)].mean;
//! assert_eq!((first(Group::All), first(Group::New)), (0.0, 1.0));
//! # Ok::<(), tastegraph_eval::EvalError>(())
//! ```

mod baselines;
mod dialogue;
mod engine;
mod error;
mod experiment;
mod metrics;
mod model;
mod model_rates;
mod names;
mod protocol;
mod random;
mod ratings;
mod ratings_engine;
mod ratings_report;
mod read;
mod recommender;
pub mod report;
mod sample;
mod select;
mod significance;
mod summary;
mod tune;
mod universe;

pub use baselines::{Baselines, CoOccurrence, ConversationKnn, Copy, Ease, Popularity};
pub use dialogue::{Dialogue, Opinion, Speaker, Turn};
pub use engine::{ENGINE, EngineExperiment, EngineMethod};
pub use error::EvalError;
pub use experiment::{DEPTH, Experiment, HEAD, Outcome, Pace, Run, SIMILAR_CUTS};
pub use metrics::{CUTS, Latency, ListMetrics, Lists, Metric, percentile};
pub use model::{ModelAnswers, ModelMethod};
pub use model_rates::ModelRates;
pub use names::Names;
pub use protocol::{Context, Question, Target, check_disjoint, pessimistic_rank, questions};
pub use ratings::{FromConversation, ItemKnn, RatingsSplit, UserRecommender};
pub use ratings_engine::RatingsEngine;
pub use ratings_report::{RatingsReport, evaluate_ratings};
pub use read::{DialogueFormat, Rating, Role, read_dialogues, read_ratings, read_roles};
pub use recommender::{Recommendation, Recommender};
pub use report::{Report, read_outcomes};
pub use select::select;
pub use significance::{Difference, compare};
pub use summary::{BOOTSTRAPS, Estimate, Group, GroupSummary, Summary};
pub use tune::{Range, Search, Trial, TuneOptions, parse_objective, tune};
pub use universe::{Memory, Universe};
