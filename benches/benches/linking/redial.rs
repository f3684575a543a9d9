//! Published conversations with links, as a folder of evaluation data holds them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use serde_json::Value;
use tastegraph_text::{EntityId, LexiconEntry, Matching};

/// A turn, and what the publishers say that it names.
pub(crate) struct Turn {
    /// With years behind titles, as the conversations were published.
    pub(crate) text: String,
    /// The same without those years.
    pub(crate) without_years: String,
    pub(crate) items: BTreeSet<EntityId>,
    pub(crate) attributes: BTreeSet<EntityId>,
}

pub(crate) struct Data {
    pub(crate) lexicon: Vec<LexiconEntry>,
    pub(crate) labels: Vec<String>,
    /// What each entity is: "movie", "person", …
    pub(crate) kinds: Vec<String>,
    /// Conversations, each with its turns.
    pub(crate) conversations: Vec<Vec<Turn>>,
}

fn unpack(folder: &Path, name: &str) -> Result<String> {
    let path = folder.join(name);
    let file = fs_err::File::open(&path)?;
    let mut text = String::new();
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .with_context(|| format!("{} is no gzipped text", path.display()))?;
    Ok(text)
}

/// "Heat (1995)" as title and year.
fn split_year(name: &str) -> (&str, Option<i32>) {
    let year = name
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" ("));
    match year.and_then(|(title, year)| Some((title, year.parse().ok()?))) {
        Some((title, year)) => (title, Some(year)),
        None => (name, None),
    }
}

impl Data {
    /// Reads the conversations of a split.
    pub(crate) fn read_split(folder: &Path, split: &str) -> Result<Self> {
        let mut data = Self {
            lexicon: Vec::new(),
            labels: Vec::new(),
            kinds: Vec::new(),
            conversations: Vec::new(),
        };
        let dialogs: Vec<Value> = unpack(folder, "redial/dialogs.jsonl.gz")?
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        let popularity = popularity(&dialogs);
        let mut ids: HashMap<String, EntityId> = HashMap::new();
        for line in unpack(folder, "redial/movies.tsv.gz")?.lines().skip(1) {
            let mut fields = line.split('\t');
            let (Some(id), Some(name)) = (fields.next(), fields.next()) else {
                continue;
            };
            let (title, year) = split_year(name);
            let key = format!("redial:{id}");
            let prior = popularity.get(&key).copied().unwrap_or(0);
            ids.insert(key, data.add(title, "movie", Matching::Title, year, prior));
        }
        for line in unpack(folder, "tmdkg/entities.tsv.gz")?.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [id, kind, label, ..] = fields.as_slice() else {
                continue;
            };
            let matching = match *kind {
                "person" => Matching::Name,
                "company" => Matching::Phrase,
                "genre" | "keyword" | "language" => Matching::Term,
                _ => continue,
            };
            let key = format!("tmdkg:{id}");
            let prior = popularity.get(&key).copied().unwrap_or(0);
            ids.insert(key, data.add(label, kind, matching, None, prior));
        }
        data.conversations = dialogs
            .iter()
            .filter(|dialog| dialog["split"] == split)
            .map(|dialog| turns(dialog, &ids, &data.labels))
            .collect();
        Ok(data)
    }

    /// For each entity the first one of the same title.
    pub(crate) fn by_title(&self) -> Vec<EntityId> {
        let mut first: HashMap<String, EntityId> = HashMap::new();
        let titles = self.lexicon.iter().map(|entry| {
            let key = tastegraph_text::normalize(&entry.surface);
            *first.entry(key).or_insert(entry.entity)
        });
        titles.collect()
    }

    fn add(
        &mut self,
        label: &str,
        kind: &str,
        matching: Matching,
        qualifier: Option<i32>,
        prior: u32,
    ) -> EntityId {
        let entity = self.labels.len() as EntityId;
        self.labels.push(match qualifier {
            Some(year) => format!("{label} ({year})"),
            None => label.to_owned(),
        });
        self.kinds.push(kind.to_owned());
        self.lexicon.push(LexiconEntry {
            surface: label.to_owned(),
            entity,
            matching,
            preferred: true,
            prior: prior as f32,
            qualifier,
        });
        entity
    }
}

fn texts<'v>(turn: &'v Value, field: &str) -> impl Iterator<Item = &'v str> {
    turn[field]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Mentions of each thing in the training conversations, as a graph that holds them would count.
fn popularity(dialogs: &[Value]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for dialog in dialogs.iter().filter(|dialog| dialog["split"] == "train") {
        for turn in dialog["turns"].as_array().into_iter().flatten() {
            for id in texts(turn, "items_mentioned").chain(texts(turn, "entities")) {
                *counts.entry(id.to_owned()).or_default() += 1;
            }
        }
    }
    counts
}

fn turns(dialog: &Value, ids: &HashMap<String, EntityId>, labels: &[String]) -> Vec<Turn> {
    let turn = |turn: &Value| {
        let entities = |field| -> BTreeSet<EntityId> {
            texts(turn, field)
                .filter_map(|id| ids.get(id).copied())
                .collect()
        };
        let items = entities("items_mentioned");
        let text = turn["text"].as_str().unwrap_or_default().to_owned();
        let mut without_years = text.clone();
        for &item in &items {
            let label = &labels[item as usize];
            without_years = without_years.replace(label.as_str(), split_year(label).0);
        }
        Turn {
            text,
            without_years,
            items,
            attributes: entities("entities"),
        }
    };
    dialog["turns"]
        .as_array()
        .into_iter()
        .flatten()
        .map(turn)
        .collect()
}
