//! Transcripts in plain text.

use super::{Role, role};
use crate::{Conversation, DialogueError, Speaker, Turn};

/// Names are at most so long.
const MAX_NAME_CHARACTERS: usize = 24;
const MAX_NAME_WORDS: usize = 2;

/// Reads lines that start with the name of a speaker.
pub(super) fn read(text: &str) -> Result<Conversation, DialogueError> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in text.lines().filter_map(labelled) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    let Some(speakers) = speakers(text, &names)? else {
        let text = text.trim();
        let turns = (!text.is_empty()).then(|| Conversation::from(text));
        return Ok(turns.unwrap_or_default());
    };
    let find = |name: &str| {
        speakers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let mut turns: Vec<Turn> = Vec::new();
    let mut aside = false;
    for line in text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty())
    {
        let spoken = labelled(line).and_then(|(name, said)| Some((find(name)?.1, said)));
        match spoken {
            Some((Role::Speaks(speaker), said)) => {
                aside = false;
                turns.push(Turn {
                    speaker,
                    text: said.to_owned(),
                });
            }
            Some((Role::Aside, _)) => aside = true,
            None if aside => {}
            None => {
                if let Some(turn) = turns.last_mut() {
                    turn.text.push('\n');
                    turn.text.push_str(line);
                }
            }
        }
    }
    turns.retain(|turn| !turn.text.trim().is_empty());
    Ok(Conversation { turns })
}

/// Who speaks under which name; `None` if the text is no dialogue.
fn speakers<'t>(
    text: &str,
    names: &[&'t str],
) -> Result<Option<Vec<(&'t str, Role)>>, DialogueError> {
    let opened = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .and_then(labelled)
        .is_some();
    if !opened {
        return Ok(None);
    }
    let known: Vec<(&str, Role)> = names
        .iter()
        .filter_map(|&name| Some((name, role(name)?)))
        .collect();
    if known.iter().any(|(_, role)| *role != Role::Aside) {
        // "Mad Max: …" in a turn is no speaker where others are called by their roles.
        return Ok(Some(known));
    }
    match names {
        [seeker, recommender] => Ok(Some(vec![
            (seeker, Role::Speaks(Speaker::Seeker)),
            (recommender, Role::Speaks(Speaker::Recommender)),
        ])),
        [_] | [] => Ok(None),
        _ => Err(DialogueError::Speakers {
            speakers: names.join(", "),
        }),
    }
}

/// The name at the start of a line and what is said, without marks of a format and a time.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let mut line = line.trim();
    if let Some((_, rest)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        line = rest.trim_start();
    }
    let (name, said) = line.split_once(':')?;
    let name = name.trim_matches(['*', '_', '<', '>', ' ']);
    let is_name = !name.is_empty()
        && name.chars().count() <= MAX_NAME_CHARACTERS
        && name.split_whitespace().count() <= MAX_NAME_WORDS
        && name.starts_with(char::is_alphabetic)
        && (role(name).is_some() || name.starts_with(char::is_uppercase));
    let spoken = said.starts_with([' ', '*', '_', '\t']) || said.is_empty();
    (is_name && spoken).then(|| (name, said.trim_start_matches(['*', '_']).trim()))
}
