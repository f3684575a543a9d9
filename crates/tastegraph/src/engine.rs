//! The engine: an opened index, ready to answer.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tastegraph_dialogue::{Conversation, Vocabulary};
use tastegraph_prompt::Templates;
use tastegraph_retrieval::Retriever;
use tastegraph_text::Linker;

use crate::encoder::Meaning;
use crate::index::Index;
use crate::reasoning::reasoner;
use crate::settings::Settings;
use crate::{EngineError, Recommend};

/// Answers requests from an index in memory.
///
/// Immutable after opening: share it between threads by reference. The store is not held open, so
/// any number of processes can answer from one folder.
#[derive(Debug)]
pub struct Engine {
    pub(crate) retriever: Retriever,
    pub(crate) linker: Linker,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) item_name: String,
    pub(crate) meaning: Meaning,
    pub(crate) settings: Settings,
    folder: PathBuf,
    templates: OnceLock<Templates>,
}

impl Engine {
    /// Opens the index of the graph in `folder` with the settings of the folder.
    ///
    /// # Errors
    /// [`EngineError::Kg`] if there is no graph; [`EngineError::NoIndex`],
    /// [`EngineError::StaleIndex`], [`EngineError::StaleAliases`], [`EngineError::IndexVersion`] or
    /// [`EngineError::IndexDamaged`] if its index cannot be used; [`EngineError::Settings`];
    /// [`EngineError::NoWeights`] or [`EngineError::Reasoner`] if the reasoner of the settings cannot.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, EngineError> {
        let settings = Settings::read(&folder)?;
        Self::open_with(folder, settings)
    }

    /// Opens with settings of the caller's own.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(folder: impl AsRef<Path>, settings: Settings) -> Result<Self, EngineError> {
        let folder = folder.as_ref();
        Self::from_index(folder, Index::read(folder)?, settings)
    }

    fn from_index(folder: &Path, index: Index, settings: Settings) -> Result<Self, EngineError> {
        let reasoner = reasoner(folder, &index.snapshot, &settings.reasoner)?;
        let meaning = Meaning::open(index.encoder.as_ref(), settings.encoder.as_deref());
        Ok(Self {
            linker: Linker::new(index.lexicon)?,
            retriever: Retriever::new(index.snapshot, index.catalogue, index.words, reasoner)
                .with_item_words(index.item_words)
                .with_meanings(index.meanings),
            meaning,
            vocabulary: index.vocabulary,
            item_name: index.item_name,
            settings,
            folder: folder.to_owned(),
            templates: OnceLock::new(),
        })
    }

    /// Starts a request: a whole conversation, or one sentence.
    pub fn recommend(&self, conversation: impl Into<Conversation>) -> Recommend<'_> {
        Recommend::new(self, conversation.into())
    }

    /// The prompt templates, those of the graph in place of the built-in ones. They are read when the
    /// first prompt is made, so that a wrong one does not keep anybody from answering without a model.
    ///
    /// # Errors
    /// [`EngineError::Prompt`] naming a template of the graph that is wrong.
    pub fn templates(&self) -> Result<&Templates, EngineError> {
        if let Some(templates) = self.templates.get() {
            return Ok(templates);
        }
        let read = Templates::of_graph(&self.folder)?;
        Ok(self.templates.get_or_init(|| read))
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What one item is called: "film".
    #[must_use]
    pub fn item_name(&self) -> &str {
        &self.item_name
    }

    /// Names of the numbers that items can be filtered by.
    #[must_use]
    pub fn filters(&self) -> &[String] {
        self.retriever.catalogue().filters()
    }
}
