//! What the files beside the weights say about a model.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::TextError;

/// `config.json`: the shape of a BERT model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct BertConfig {
    pub(super) model_type: String,
    pub(super) hidden_act: String,
    #[serde(default = "absolute")]
    pub(super) position_embedding_type: String,
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) num_attention_heads: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) max_position_embeddings: usize,
    pub(super) type_vocab_size: usize,
    pub(super) vocab_size: usize,
    pub(super) layer_norm_eps: f64,
}

fn absolute() -> String {
    "absolute".to_owned()
}

/// `1_Pooling/config.json`: how the vectors of word pieces become one.
#[derive(Deserialize)]
struct Pooling {
    #[serde(default, rename = "pooling_mode_mean_tokens")]
    mean: bool,
    #[serde(default, rename = "pooling_mode_cls_token")]
    first: bool,
    #[serde(default, rename = "pooling_mode_max_tokens")]
    largest: bool,
}

/// `sentence_bert_config.json`.
#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
}

impl BertConfig {
    /// Reads and checks `config.json` and, where it is there, the description of the pooling.
    pub(super) fn read(folder: &Path) -> Result<Self, TextError> {
        let path = folder.join("config.json");
        let config: Self = parse(&path, &fs_err::read(&path).map_err(TextError::File)?)?;
        if let Some(reason) = config.unsupported() {
            return Err(TextError::ModelUnsupported { path, reason });
        }
        let path = folder.join("1_Pooling").join("config.json");
        let pooling = parse_if_there::<Pooling>(&path)?;
        if pooling.is_some_and(|pooling| !pooling.mean || pooling.first || pooling.largest) {
            let reason = "its word pieces are not pooled by their mean".to_owned();
            return Err(TextError::ModelUnsupported { path, reason });
        }
        Ok(config)
    }

    /// Word pieces that the model was made for: `sentence_bert_config.json`, or as many as there are positions.
    pub(super) fn longest(&self, folder: &Path) -> Result<usize, TextError> {
        let said = parse_if_there::<SentenceConfig>(&folder.join("sentence_bert_config.json"))?;
        let said = said
            .and_then(|config| config.max_seq_length)
            .unwrap_or(usize::MAX);
        Ok(said.min(self.max_position_embeddings))
    }

    fn unsupported(&self) -> Option<String> {
        let sizes = [
            self.hidden_size,
            self.intermediate_size,
            self.num_attention_heads,
            self.num_hidden_layers,
            self.type_vocab_size,
            self.vocab_size,
        ];
        if self.model_type != "bert" {
            Some(format!("it is of the type {:?}", self.model_type))
        } else if self.hidden_act != "gelu" {
            Some(format!("its activation is {:?}", self.hidden_act))
        } else if self.position_embedding_type != "absolute" {
            Some(format!(
                "its positions are {:?}",
                self.position_embedding_type
            ))
        } else if sizes.contains(&0) || self.max_position_embeddings < 3 {
            Some("a size in it is too small".to_owned())
        } else if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            Some(format!(
                "{} dimensions do not divide among {} heads",
                self.hidden_size, self.num_attention_heads
            ))
        } else {
            None
        }
    }
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, TextError> {
    serde_json::from_slice(bytes).map_err(|error| TextError::ModelFile {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn parse_if_there<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, TextError> {
    match fs_err::read(path) {
        Ok(bytes) => parse(path, &bytes).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TextError::File(error)),
    }
}
