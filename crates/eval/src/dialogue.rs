//! Conversations as data sets hold them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The one who wants a recommendation.
    Seeker,
    /// The one who gives it.
    Recommender,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who speaks.
    pub speaker: Speaker,
    /// What is said.
    pub text: String,
    /// People, genres and other things that the message names, by identifier; items aside.
    pub entities: Vec<String>,
    /// Items that the message names, by identifier, each once.
    pub items: Vec<String>,
}

/// What the seeker said about an item after the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Opinion {
    /// Whether it was liked, where that is known.
    pub liked: Option<bool>,
}

/// A conversation with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialogue {
    /// Its identifier.
    pub id: String,
    /// The part of the data set to which it belongs, such as "train"; empty if the file does not say.
    pub split: String,
    /// The messages, oldest first.
    pub turns: Vec<Turn>,
    /// Opinions given afterwards, by item. They choose what is counted and never reach a method.
    pub opinions: BTreeMap<String, Opinion>,
}

impl Dialogue {
    /// The items that are named anywhere in the conversation, by first mention, each once.
    #[must_use]
    pub fn items(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for item in self.turns.iter().flat_map(|turn| &turn.items) {
            if !found.contains(&item.as_str()) {
                found.push(item);
            }
        }
        found
    }

    /// Replaces every identifier of an item or entity by what `name` makes of it, so that a data
    /// set and a graph that number things differently can be joined.
    pub fn rename(&mut self, name: impl Fn(&str) -> String) {
        for turn in &mut self.turns {
            for id in turn.items.iter_mut().chain(&mut turn.entities) {
                *id = name(id);
            }
            dedup(&mut turn.items);
        }
        self.opinions = std::mem::take(&mut self.opinions)
            .into_iter()
            .map(|(item, opinion)| (name(&item), opinion))
            .collect();
    }
}

/// Leaves the first of equal identifiers.
pub(crate) fn dedup(ids: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renaming_keeps_each_item_once() {
        let turn = Turn {
            speaker: Speaker::Seeker,
            text: String::new(),
            entities: vec!["e".into()],
            items: vec!["a1".into(), "a2".into(), "b".into()],
        };
        let mut dialogue = Dialogue {
            id: "d".into(),
            split: String::new(),
            turns: vec![turn.clone(), turn],
            opinions: BTreeMap::from([("b".into(), Opinion { liked: Some(true) })]),
        };
        dialogue.rename(|id| format!("x:{}", &id[..1]));
        assert_eq!(dialogue.turns[0].items, ["x:a", "x:b"]);
        assert_eq!(dialogue.items(), ["x:a", "x:b"]);
        assert!(dialogue.opinions.contains_key("x:b"));
    }
}
