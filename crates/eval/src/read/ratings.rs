//! Ratings with a time, as `MovieLens` publishes them.

use std::io::BufRead;
use std::path::Path;

use super::{columns, malformed, open};
use crate::EvalError;

const HINT: &str = "the table has the columns user (or userId), movie (or movieId, item), rating and timestamp, separated by commas or tabs";

/// Somebody rated something at some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// Who.
    pub user: String,
    /// What.
    pub item: String,
    /// How well, in the scale of the data set.
    pub value: f32,
    /// When, in seconds.
    pub time: i64,
}

/// Reads a table of ratings in the order of the file.
///
/// # Errors
/// [`EvalError::Io`] or [`EvalError::Malformed`] with the line.
pub fn read_ratings(path: &Path) -> Result<Vec<Rating>, EvalError> {
    parse(open(path)?, path)
}

fn parse(mut table: impl BufRead, path: &Path) -> Result<Vec<Rating>, EvalError> {
    let start = table.fill_buf()?;
    let header_end = start.iter().position(|&byte| byte == b'\n');
    let header = &start[..header_end.unwrap_or(start.len())];
    let delimiter = if header.contains(&b'\t') { b'\t' } else { b',' };
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(table);
    let wrong = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        malformed(path, line, &error, HINT)
    };
    let header: csv::StringRecord = rows
        .headers()
        .map_err(wrong)?
        .iter()
        .map(short_name)
        .collect();
    let names = ["user", "item", "rating", "timestamp"];
    let [user, item, value, time] = columns(&header, names, path, HINT)?;
    let mut ratings = Vec::new();
    for row in rows.records() {
        let row = row.map_err(wrong)?;
        let line = row.position().map_or(0, csv::Position::line);
        let number = |column: usize| {
            let cell = &row[column];
            let parsed = cell.parse::<f64>().ok().filter(|number| number.is_finite());
            parsed.ok_or_else(|| malformed(path, line, &format!("\"{cell}\" is no number"), HINT))
        };
        ratings.push(Rating {
            user: row[user].to_owned(),
            item: row[item].to_owned(),
            value: number(value)? as f32,
            time: number(time)? as i64,
        });
    }
    Ok(ratings)
}

fn short_name(column: &str) -> &str {
    match column {
        "userId" => "user",
        "movie" | "movieId" => "item",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_ways_of_writing() {
        let ours = "user\tmovie\trating\ttimestamp\n1\t9\t4.5\t100\n";
        let published = "userId,movieId,rating,timestamp\n1,9,4.5,100\n";
        let expected = Rating {
            user: "1".into(),
            item: "9".into(),
            value: 4.5,
            time: 100,
        };
        for table in [ours, published] {
            let read = parse(table.as_bytes(), Path::new("x")).expect("well formed");
            assert_eq!(read, std::slice::from_ref(&expected));
        }
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        let table = "user\tmovie\trating\ttimestamp\n1\t9\tNaN\t100\n";
        assert!(parse(table.as_bytes(), Path::new("x")).is_err());
    }
}
