//! Graph retrieval-augmented recommendation: say what somebody likes, get items and reasons.
//!
//! An [`Engine`] is opened on a folder that holds a knowledge graph and the index made from it.
//! [`Engine::recommend`] takes a conversation; the [`Answer`] holds items with scores, their parts
//! and the triples that speak for each, conversations and users with similar taste, and how the
//! request was understood. No language model is needed; with one ([`models`], [`Recommend::model`]) the
//! best candidates get its order, within bounds, and the reply its words, as far as they are grounded.
//!
//! ```
//! use tastegraph::{Conversation, Engine, Filter};
//! # use tastegraph::kg::{KnowledgeGraph, LoadOptions};
//! # let folder = std::env::temp_dir().join(format!("tastegraph-doc-{}", std::process::id()));
//! # let graph = KnowledgeGraph::open_or_create(&folder)?;
//! # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
//! # for file in ["ontologies/movies/profile.ttl", "kg/films/1990s.ttl", "kg/films/2000s.ttl",
//! #     "kg/films/2010s.ttl", "kg/terms.ttl", "kg/people.ttl"] {
//! #     graph.load_file(format!("{root}/{file}"), &LoadOptions::default())?;
//! # }
//! # tastegraph::build_index(&graph, &folder)?;
//! # drop(graph);
//!
//! let engine = Engine::open(&folder)?;
//! let answer = engine
//!     .recommend(Conversation::new().seeker("I loved Heat and The Departed, but nothing too long"))
//!     .top_k(10)
//!     .filter(Filter::at_least("year", 2000.0))
//!     .run()?;
//! for item in &answer.items {
//!     println!("{} {:.3} because {}", item.label, item.score, item.evidence);
//! }
//! assert_eq!(answer.items.len(), 10);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The parts can be used alone: [`kg`] (RDF on disk and SPARQL) is re-exported here, the others are
//! crates of their own.

mod answer;
mod encoder;
mod engine;
mod error;
mod index;
mod linked;
mod llm;
mod pretrain;
mod reasoning;
mod recommend;
mod settings;

pub use answer::{
    Answer, EvidenceReport, FallbackReport, ImpliedReport, ItemReport, LinkedMention, NamedScore,
    PreferenceReport, Reference, RuleReport, SimilarReport, StatedConstraint, Timings, Triple,
    UnderstoodReport, UnlinkedSpan,
};
pub use encoder::TextReport;
pub use engine::Engine;
pub use error::EngineError;
pub use index::{
    EncoderChoice, INDEX_VERSION, IndexOptions, IndexProgress, IndexReport, IndexTimes,
    build_index, build_index_with,
};
pub use linked::{LinkedTurn, Ranking, Remembered};
pub use llm::{
    Cost, Focus, LinkedRanking, LlmMethod, LlmRanking, LlmReport, LlmSettings, ReplyBy,
    TemplateReport,
};
pub use pretrain::{PretrainOptions, Pretrained, pretrain};
pub use recommend::{Filter, Recommend};
pub use settings::{Origin, ReasonerKind, ReasonerSettings, Settings};

pub use tastegraph_dialogue::{
    Conversation, DialogueError, Speaker, Stance, Turn, read_transcript,
};
/// The RDF graph on disk.
pub use tastegraph_kg as kg;
/// Chat models, and the grounding of what they answer.
pub use tastegraph_llm as models;
pub use tastegraph_prompt::{
    PROMPTS_FOLDER, Prompt, PromptError, Template, Templates, check as check_template,
};
pub use tastegraph_reasoner::{
    DeviceChoice, DeviceInfo, LinkRanking, NbfNetConfig, NbfNetWeights, PretrainConfig,
    PretrainReport, Progress, devices,
};
pub use tastegraph_retrieval::{Explanation, Parameters, Parts, Stages};
