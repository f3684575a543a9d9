//! INSPIRED as published (Hayati et al., "INSPIRED: Toward Sociable Recommendation Dialog
//! Systems", EMNLP 2020).

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::{columns, malformed};
use crate::dialogue::dedup;
use crate::{Dialogue, EvalError, Speaker, Turn};

const HINT: &str = "the table has the columns dialog_id, speaker (SEEKER or RECOMMENDER), text, movies, genres and people_names, separated by tabs";

pub(super) fn read(table: impl Read, path: &Path, split: &str) -> Result<Vec<Dialogue>, EvalError> {
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        // Quotation marks are written out as words; a lone one is text.
        .quoting(false)
        .flexible(true)
        .from_reader(table);
    let wrong = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        malformed(path, line, &error, HINT)
    };
    let header = rows.headers().map_err(wrong)?.clone();
    let names = [
        "dialog_id",
        "speaker",
        "text",
        "movies",
        "genres",
        "people_names",
    ];
    let [id, speaker, text, items, genres, people] = columns(&header, names, path, HINT)?;
    let mut dialogues: Vec<Dialogue> = Vec::new();
    for row in rows.records() {
        let row = row.map_err(wrong)?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: usize| row.get(column).unwrap_or_default();
        let speaker = match cell(speaker) {
            "SEEKER" => Speaker::Seeker,
            "RECOMMENDER" => Speaker::Recommender,
            other => return Err(malformed(path, line, &format!("speaker \"{other}\""), HINT)),
        };
        let mut titles = names_in("inspired", cell(items));
        dedup(&mut titles);
        let mut entities = names_in("genre", cell(genres));
        entities.extend(names_in("person", cell(people)));
        let turn = Turn {
            speaker,
            text: cell(text).replace("QUOTATION_MARK", "\""),
            entities,
            items: titles,
        };
        match dialogues.last_mut() {
            Some(dialogue) if dialogue.id == cell(id) => dialogue.turns.push(turn),
            _ => dialogues.push(Dialogue {
                id: cell(id).to_owned(),
                split: split.to_owned(),
                turns: vec![turn],
                opinions: BTreeMap::new(),
            }),
        }
    }
    Ok(dialogues)
}

/// Names separated by semicolons, as identifiers.
fn names_in(prefix: &str, cell: &str) -> Vec<String> {
    cell.split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| format!("{prefix}:{name}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "dialog_id\tutt_id\tspeaker\tturn_id\ttext\tmovies\tgenres\tpeople_names\n";

    #[test]
    fn rows_of_one_conversation_come_together() {
        let rows = "a\t1\tRECOMMENDER\t1\tHi\t\t\t\n\
            a\t2\tSEEKER\t1\tQUOTATION_MARKHeatQUOTATION_MARK and more\tHeat (1995); Ronin (1998)\tdrama\tAl Pacino\n\
            b\t1\tSEEKER\t1\tHello \"you\t\t\t\n";
        let table = format!("{HEADER}{rows}");
        let read = read(table.as_bytes(), Path::new("x"), "dev").expect("well formed");
        assert_eq!(read.len(), 2);
        let turn = &read[0].turns[1];
        assert_eq!(turn.text, "\"Heat\" and more");
        assert_eq!(
            turn.items,
            ["inspired:Heat (1995)", "inspired:Ronin (1998)"]
        );
        assert_eq!(turn.entities, ["genre:drama", "person:Al Pacino"]);
        assert_eq!(read[1].turns[0].text, "Hello \"you");
    }

    #[test]
    fn an_unknown_speaker_is_an_error_with_its_line() {
        let table = format!("{HEADER}a\t1\tNOBODY\t1\tHi\t\t\t\n");
        let error = read(table.as_bytes(), Path::new("x"), "dev").expect_err("nobody speaks");
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
