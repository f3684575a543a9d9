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
                message: expected.to_owned(),
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
    use super::QuerySyntax;

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
