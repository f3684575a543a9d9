//! Values that are given when a mapping is used: `{$split}`.

use std::collections::BTreeMap;

use super::document::Document;
use super::terms;
use crate::KgError;

/// A value that a mapping leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name, as in `--set name=value`.
    pub name: String,
    /// What it is if nothing is said; without one, a condition on it always holds, and nothing else
    /// may use it.
    pub default: Option<String>,
}

/// Parameters with their values.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub(super) declared: Vec<Parameter>,
    values: BTreeMap<String, String>,
}

/// What became of a text with parameters in it.
pub(super) enum Filled {
    Text(String),
    /// It uses a parameter that has no value.
    Unset(String),
}

impl Parameters {
    /// Reads the declarations and takes over the values given.
    pub(super) fn read(
        document: &Document,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, KgError> {
        let mut parameters = Self::default();
        for description in document.descriptions() {
            description.only("a mapping", &["tm:parameter"])?;
            for node in description.nodes("tm:parameter")? {
                node.only("a parameter", &["tm:name", "tm:default"])?;
                let name = node
                    .text("tm:name")?
                    .ok_or_else(|| node.error("tm:parameter", "a parameter needs a tm:name"))?;
                parameters.declared.push(Parameter {
                    name: name.to_owned(),
                    default: node.text("tm:default")?.map(str::to_owned),
                });
            }
        }
        for parameter in &parameters.declared {
            if let Some(default) = &parameter.default {
                parameters
                    .values
                    .insert(parameter.name.clone(), default.clone());
            }
        }
        for (name, value) in given {
            parameters.set(document, name, value)?;
        }
        Ok(parameters)
    }

    fn set(&mut self, document: &Document, name: &str, value: &str) -> Result<(), KgError> {
        let names = self.declared.iter().map(|one| one.name.as_str());
        if !names.clone().any(|other| other == name) {
            let hint = if self.declared.is_empty() {
                "\nhint: it has none".to_owned()
            } else {
                terms::did_you_mean(name, names)
            };
            return Err(document.error(None, format!("the mapping has no parameter {name}{hint}")));
        }
        self.values.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// Puts values in place of `{$name}`; in a template, what could be taken for its syntax is escaped.
    pub(super) fn fill(&self, text: &str, is_template: bool) -> Result<Filled, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("{$") {
            filled.push_str(&rest[..start]);
            let inner = &rest[start + 2..];
            let end = inner
                .find('}')
                .ok_or_else(|| format!("\"{text}\": a {{$ without its }}"))?;
            let name = &inner[..end];
            if !self.declared.iter().any(|parameter| parameter.name == name) {
                let names = self
                    .declared
                    .iter()
                    .map(|parameter| parameter.name.as_str());
                return Err(format!(
                    "\"{text}\": there is no parameter {name}{}\nhint: declare it with tm:parameter",
                    terms::did_you_mean(name, names)
                ));
            }
            let Some(value) = self.values.get(name) else {
                return Ok(Filled::Unset(name.to_owned()));
            };
            for c in value.chars() {
                if is_template && matches!(c, '{' | '}' | '\\') {
                    filled.push('\\');
                }
                filled.push(c);
            }
            rest = &inner[end + 1..];
        }
        filled.push_str(rest);
        Ok(Filled::Text(filled))
    }

    /// As [`Self::fill`], where a value is needed.
    pub(super) fn require(&self, text: &str, is_template: bool) -> Result<String, String> {
        match self.fill(text, is_template)? {
            Filled::Text(text) => Ok(text),
            Filled::Unset(name) => Err(format!(
                "the parameter {name} has no value\nhint: give one with --set {name}=…"
            )),
        }
    }
}
