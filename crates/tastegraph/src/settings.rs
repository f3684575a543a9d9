//! Settings: `tastegraph.toml` in the folder of a graph, and what overrides it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tastegraph_reasoner::{DeviceChoice, PropagateConfig};
use tastegraph_retrieval::Parameters;

use crate::{EngineError, LlmSettings};

/// Name of the settings file in the folder of a graph.
const FILE: &str = "tastegraph.toml";

/// Which reasoner expands the seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonerKind {
    /// Nothing is added to what was named.
    None,
    /// Parameter-free propagation over the graph.
    #[default]
    Propagate,
    /// Message passing trained on the facts of the graph by [`pretrain`](crate::pretrain()).
    #[serde(rename = "nbfnet")]
    NbfNet,
}

/// Settings of the reasoner.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReasonerSettings {
    /// Which one.
    pub kind: ReasonerKind,
    /// Where it computes.
    pub device: DeviceChoice,
    /// Settings of propagation.
    pub propagate: PropagateConfig,
}

/// Where a value comes from; later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Built in.
    Default,
    /// The settings file.
    File,
    /// The environment, a flag or the calling program.
    Request,
}

/// All settings of a graph, with the origin of each parameter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Numbers of retrieval.
    pub parameters: Parameters,
    /// The reasoner.
    pub reasoner: ReasonerSettings,
    /// The language model.
    pub llm: LlmSettings,
    /// Folder of the sentence encoder, where it is not the one that the index was made with.
    pub encoder: Option<PathBuf>,
    origins: BTreeMap<String, Origin>,
}

/// The shape of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SettingsFile {
    #[serde(skip_serializing_if = "Option::is_none")]
    encoder: Option<PathBuf>,
    parameters: Parameters,
    reasoner: ReasonerSettings,
    llm: LlmSettings,
}

impl Settings {
    /// Reads the settings file of a graph; the defaults if there is none.
    ///
    /// # Errors
    /// [`EngineError::Settings`] naming file, line and key if it is malformed or has an unknown key.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, EngineError> {
        let path = folder.as_ref().join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path)?;
        let wrong = |error: toml::de::Error| EngineError::Settings {
            place: path.display().to_string(),
            message: error.to_string(),
        };
        let file: SettingsFile = toml::from_str(&text).map_err(wrong)?;
        let table: toml::Table = toml::from_str(&text).map_err(wrong)?;
        let named = table.get("parameters").and_then(toml::Value::as_table);
        file.parameters
            .validate()
            .map_err(|error| EngineError::Settings {
                place: path.display().to_string(),
                message: error.to_string(),
            })?;
        file.llm.validate().map_err(|error| EngineError::Settings {
            place: path.display().to_string(),
            message: error.to_string(),
        })?;
        Ok(Self {
            parameters: file.parameters,
            reasoner: file.reasoner,
            llm: file.llm,
            // A relative path is one beside the file.
            encoder: file.encoder.map(|encoder| folder.as_ref().join(encoder)),
            origins: named
                .into_iter()
                .flat_map(toml::Table::keys)
                .map(|name| (name.clone(), Origin::File))
                .collect(),
        })
    }

    /// Sets one parameter by name, as `--set name=value` does.
    ///
    /// # Errors
    /// [`EngineError::Settings`] if there is no such parameter or the value is not of its type,
    /// [`EngineError::Retrieval`] if it is out of range.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), EngineError> {
        let wrong = |message: String| EngineError::Settings {
            place: format!("parameter {name}"),
            message,
        };
        let mut values = as_map(&self.parameters);
        let Some(slot) = values.get_mut(name) else {
            let known: Vec<&str> = values.keys().map(String::as_str).collect();
            return Err(wrong(format!(
                "there is none of that name; known are {}",
                known.join(", ")
            )));
        };
        *slot = serde_json::from_str(value)
            .map_err(|_| wrong(format!("\"{value}\" is not a number")))?;
        let parameters: Parameters = serde_json::from_value(Value::Object(values))
            .map_err(|error| wrong(error.to_string()))?;
        parameters.validate()?;
        self.parameters = parameters;
        self.origins.insert(name.to_owned(), Origin::Request);
        Ok(())
    }

    /// Where the value of a parameter comes from.
    #[must_use]
    pub fn origin(&self, parameter: &str) -> Origin {
        self.origins
            .get(parameter)
            .copied()
            .unwrap_or(Origin::Default)
    }

    /// All parameters: name → (value, origin), in alphabetic order.
    #[must_use]
    pub fn described(&self) -> BTreeMap<String, (Value, Origin)> {
        as_map(&self.parameters)
            .into_iter()
            .map(|(name, value)| {
                let origin = self.origin(&name);
                (name, (value, origin))
            })
            .collect()
    }

    /// The settings as a file that sets every value.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let file = SettingsFile {
            parameters: self.parameters.clone(),
            reasoner: self.reasoner.clone(),
            llm: self.llm.clone(),
            encoder: self.encoder.clone(),
        };
        toml::to_string_pretty(&file).unwrap_or_default()
    }
}

fn as_map(parameters: &Parameters) -> Map<String, Value> {
    match serde_json::to_value(parameters) {
        Ok(Value::Object(map)) => map
            .into_iter()
            .map(|(name, value)| (name, tidy(value)))
            .collect(),
        // A struct of numbers is an object.
        _ => Map::new(),
    }
}

/// `f32` values as people write them: .1, not .10000000149011612.
fn tidy(value: Value) -> Value {
    let Some(number) = value.as_f64().filter(|_| value.is_f64()) else {
        return value;
    };
    let short = (number as f32).to_string().parse::<f64>().unwrap_or(number);
    // A value that is more precise than f32 is one of the f64 parameters.
    if (short - number).abs() <= f64::from(f32::EPSILON) * number.abs() {
        Value::from(short)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_can_be_set_and_tells_its_origin() {
        let mut settings = Settings::default();
        settings.set("restart", "0.5").expect("a valid value");
        assert!((settings.parameters.restart - 0.5).abs() < f64::EPSILON);
        assert_eq!(settings.origin("restart"), Origin::Request);
        assert_eq!(settings.origin("tolerance"), Origin::Default);
    }

    #[test]
    fn unknown_names_are_refused_with_the_known_ones() {
        let message = Settings::default()
            .set("restrat", "0.5")
            .expect_err("no such parameter")
            .to_string();
        assert!(
            message.contains("restrat") && message.contains("restart"),
            "{message}"
        );
    }

    #[test]
    fn values_out_of_range_change_nothing() {
        let mut settings = Settings::default();
        assert!(settings.set("restart", "7").is_err());
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn the_printed_file_reads_back() {
        let text = Settings::default().to_toml();
        let file: SettingsFile = toml::from_str(&text).expect("our own output");
        assert_eq!(file.parameters, Parameters::default());
    }

    #[test]
    fn single_precision_is_printed_as_written() {
        let described = Settings::default().described();
        assert_eq!(described["text_weight"].0.to_string(), "0.3");
        assert_eq!(described["tolerance"].0.to_string(), "1e-6");
    }
}
