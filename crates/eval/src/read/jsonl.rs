//! One conversation a line, with linked turns.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use serde::Deserialize;

use super::malformed;
use crate::dialogue::dedup;
use crate::{Dialogue, EvalError, Opinion, Speaker, Turn};

const HINT: &str = "a line is a JSON object with id, split and turns of speaker (seeker or recommender), text, entities and items_mentioned";

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    split: String,
    #[serde(default)]
    labels: BTreeMap<String, Label>,
    turns: Vec<LineTurn>,
}

#[derive(Deserialize)]
struct Label {
    liked: Option<u8>,
}

#[derive(Deserialize)]
struct LineTurn {
    speaker: Speaker,
    text: String,
    #[serde(default)]
    entities: Vec<String>,
    #[serde(default)]
    items_mentioned: Vec<String>,
    #[serde(default)]
    items_recommended: Vec<String>,
}

pub(super) fn read(lines: impl BufRead, path: &Path) -> Result<Vec<Dialogue>, EvalError> {
    let mut dialogues = Vec::new();
    for (line, number) in lines.lines().zip(1..) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let parsed: Line =
            serde_json::from_str(&line).map_err(|error| malformed(path, number, &error, HINT))?;
        dialogues.push(dialogue(parsed));
    }
    Ok(dialogues)
}

fn dialogue(line: Line) -> Dialogue {
    let turn = |turn: LineTurn| {
        let mut items = turn.items_mentioned;
        items.extend(turn.items_recommended);
        dedup(&mut items);
        Turn {
            speaker: turn.speaker,
            text: turn.text,
            entities: turn.entities,
            items,
        }
    };
    Dialogue {
        id: line.id,
        split: line.split,
        turns: line.turns.into_iter().map(turn).collect(),
        opinions: line
            .labels
            .into_iter()
            .map(|(item, label)| (item, opinion(label.liked)))
            .collect(),
    }
}

/// An answer of a form: 1 liked, 0 not, anything else did not say.
pub(super) fn opinion(liked: Option<u8>) -> Opinion {
    Opinion {
        liked: match liked {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_turns_and_keeps_labels_apart() {
        let line = r#"{"id":"c","split":"valid","labels":{"i:1":{"suggested":1,"seen":0,"liked":1},"i:2":{"liked":2}},
            "turns":[{"speaker":"recommender","text":"One!","entities":["e:1"],"items_mentioned":["i:1"],"items_recommended":["i:1","i:2"],"items_new":[]}]}"#.replace('\n', " ");
        let read = read(line.as_bytes(), Path::new("x")).expect("well formed");
        assert_eq!(read[0].turns[0].items, ["i:1", "i:2"]);
        assert_eq!(read[0].opinions["i:1"].liked, Some(true));
        assert_eq!(read[0].opinions["i:2"].liked, None);
    }

    #[test]
    fn a_bad_line_is_named() {
        let text = "{\"id\":\"c\",\"turns\":[]}\n{\"id\":3}\n";
        let error = read(text.as_bytes(), Path::new("x.jsonl")).expect_err("line 2 is bad");
        assert!(error.to_string().starts_with("x.jsonl, line 2:"), "{error}");
    }
}
