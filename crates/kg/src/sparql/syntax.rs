//! Where a query is malformed, shown with the line and a caret.

use std::fmt;

/// A syntax error of SPARQL with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuerySyntax {
    /// Line, from 1; `None` if the parser tells no place.
    pub line: Option<usize>,
    /// Column, from 1, in characters.
    pub column: Option<usize>,
    /// What the parser expected.
    pub message: String,
    /// The line of the query.
    source: String,
}

/// Widest part of a line that is shown.
const SHOWN: usize = 100;

impl QuerySyntax {
    /// Reads the place out of the parser's message, the only form in which it tells it:
    /// `error at LINE:COLUMN: expected …`.
    pub(super) fn new(sparql: &str, message: &str) -> Self {
        let place = message.strip_prefix("error at ").and_then(|rest| {
            let (place, expected) = rest.split_once(": ")?;
            let (line, column) = place.split_once(':')?;
            Some((line.parse().ok()?, column.parse().ok()?, expected))
        });
        match place {
            Some((line, column, expected)) => Self {
                line: Some(line),
                column: Some(column),
                message: readable(expected),
                source: sparql
                    .lines()
                    .nth(line.saturating_sub(1))
                    .unwrap_or_default()
                    .to_owned(),
            },
            None => Self {
                line: None,
                column: None,
                message: message.to_owned(),
                source: String::new(),
            },
        }
    }
}

/// Most alternatives that are told.
const ALTERNATIVES: usize = 8;

/// What was expected, without the classes of characters that the parser's grammar is made of
/// (`['0'..='9']`): people know how a name is spelt.
fn readable(expected: &str) -> String {
    if expected.contains("Prefix not found") {
        return "the prefix is not declared".to_owned();
    }
    let list = expected
        .strip_prefix("expected one of ")
        .or_else(|| expected.strip_prefix("expected "))
        .unwrap_or(expected);
    let mut alternatives: Vec<&str> = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let is_class = rest.starts_with("['") || rest.starts_with("[^") || rest.starts_with("[_");
        let end = if is_class { "]," } else { "," };
        // A comma in quotes is followed by the quote.
        let (one, more) = match rest.find(&format!("{end} ")) {
            Some(place) => rest.split_at(place + end.len()),
            None => (rest, ""),
        };
        if !is_class {
            alternatives.push(one.trim_end_matches(','));
        }
        rest = more.trim_start();
    }
    match alternatives.as_slice() {
        [] => "this does not belong here".to_owned(),
        [one] => format!("expected {one}"),
        several => {
            let shown = several[..several.len().min(ALTERNATIVES)].join(", ");
            let more = if several.len() > ALTERNATIVES {
                ", …"
            } else {
                ""
            };
            format!("expected one of {shown}{more}")
        }
    }
}

impl fmt::Display for QuerySyntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(line), Some(column)) = (self.line, self.column) else {
            return write!(f, "{}", self.message);
        };
        // A long line is shown from a little before the place.
        let from = column.saturating_sub(SHOWN / 2 + 1);
        let from = if column <= SHOWN { 0 } else { from };
        let shown: String = self
            .source
            .chars()
            .map(|c| if c == '\t' { ' ' } else { c })
            .skip(from)
            .take(SHOWN)
            .collect();
        let margin = " ".repeat(line.to_string().len());
        writeln!(f, "line {line}, column {column}: {}", self.message)?;
        writeln!(f, "{line} | {shown}")?;
        write!(
            f,
            "{margin} | {}^",
            " ".repeat((column - 1).saturating_sub(from))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{QuerySyntax, readable};

    #[test]
    fn classes_of_characters_are_left_out() {
        for (told, shown) in [
            ("expected BY", "expected BY"),
            ("expected [_]", "this does not belong here"),
            (
                "expected one of Prefix not found, ['%'], ['A' ..= 'Z' | 'a' ..= 'z'\n| 'x']",
                "the prefix is not declared",
            ),
            (
                "expected one of \"$\", \",\", \"[\", ['0'..='9'], ['A' ..= 'Z'\n| '\\u{00C0}'..='\\u{00D6}'], ['\\\\']",
                "expected one of \"$\", \",\", \"[\"",
            ),
            (
                "expected one of a, b, c, d, e, f, g, h, i",
                "expected one of a, b, c, d, e, f, g, h, …",
            ),
        ] {
            assert_eq!(readable(told), shown);
        }
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        let error = QuerySyntax::new(
            "SELECT *\nWHERE { ?s ?p }",
            "error at 2:15: expected an object",
        );
        assert_eq!(
            error.to_string(),
            "line 2, column 15: expected an object\n2 | WHERE { ?s ?p }\n  |               ^"
        );
    }

    #[test]
    fn a_long_line_is_shown_in_part() {
        let text = format!("ASK {{ {} }}", "?s ?p ?o . ".repeat(100));
        let shown = QuerySyntax::new(&text, "error at 1:900: expected x").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1].len() < 120, "{shown}");
        assert_eq!(
            lines[1].as_bytes()[lines[2].find('^').expect("a caret")],
            text.as_bytes()[899],
        );
    }
}
