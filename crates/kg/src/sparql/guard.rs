//! Refuses SPARQL that is nested beyond reason before a recursive parser sees it.
//!
//! A query of a few hundred kilobytes can be nested so deep that parser, optimizer and the release of
//! the tree run out of stack, which no program survives. One pass over the text counts what nests.

use crate::KgError;

/// Brackets within brackets. Queries written by people stay below 20.
const MAX_DEPTH: usize = 500;
/// Operators in one expression and groups in one query: each may nest the tree by one more.
const MAX_CHAIN: usize = 5_000;
/// What fits into the stack of any thread, by far.
const SMALL_DEPTH: usize = 20;
const SMALL_CHAIN: usize = 50;
/// In bytes: patterns in a row nest the plan, too.
const SMALL_LENGTH: usize = 2_048;

/// How deep a query is nested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Nesting {
    /// Brackets within brackets.
    depth: usize,
    /// Operators in one expression, or groups.
    chain: usize,
    /// Bytes of the text.
    length: usize,
}

impl Nesting {
    /// Whether it can be parsed and evaluated on whatever thread asks for it.
    pub(super) fn is_small(self) -> bool {
        self.depth <= SMALL_DEPTH && self.chain <= SMALL_CHAIN && self.length <= SMALL_LENGTH
    }
}

/// What has been counted since the last place where nesting starts afresh.
#[derive(Clone, Copy, Default)]
struct Level {
    operators: usize,
}

/// # Errors
/// [`KgError::Evaluation`] if the text nests too deep.
pub(super) fn refuse_monsters(sparql: &str) -> Result<Nesting, KgError> {
    let mut nesting = Nesting {
        length: sparql.len(),
        ..Nesting::default()
    };
    let mut levels = vec![Level::default()];
    let mut groups = 0;
    let mut bytes = Scanner::new(sparql);
    while let Some(token) = bytes.next_token() {
        match token {
            Token::Open(bracket) => {
                levels.push(Level::default());
                if bracket == b'{' {
                    groups += 1;
                }
            }
            Token::Close => {
                if levels.len() > 1 {
                    levels.pop();
                }
            }
            // Operations of an update follow one another, they do not nest.
            Token::Semicolon => {
                if levels.len() == 1 {
                    groups = 0;
                }
                reset(&mut levels);
            }
            Token::Separator => reset(&mut levels),
            Token::Operator => {
                if let Some(level) = levels.last_mut() {
                    level.operators += 1;
                }
            }
        }
        let operators = levels.last().map_or(0, |level| level.operators);
        nesting.depth = nesting.depth.max(levels.len());
        nesting.chain = nesting.chain.max(operators).max(groups);
        if nesting.depth > MAX_DEPTH || nesting.chain > MAX_CHAIN {
            return Err(KgError::Evaluation(format!(
                "the query is nested too deep: more than {MAX_DEPTH} brackets within brackets, or {MAX_CHAIN} groups or operators in a row\nhint: VALUES holds long lists without nesting"
            )));
        }
    }
    Ok(nesting)
}

fn reset(levels: &mut [Level]) {
    if let Some(level) = levels.last_mut() {
        *level = Level::default();
    }
}

enum Token {
    Open(u8),
    Close,
    Semicolon,
    Separator,
    Operator,
}

/// Skips what cannot nest: strings, IRIs, names, numbers, comments.
struct Scanner<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            position: 0,
        }
    }

    fn next_token(&mut self) -> Option<Token> {
        loop {
            let byte = *self.bytes.get(self.position)?;
            match byte {
                b'"' | b'\'' => self.skip_string(byte),
                b'<' => {
                    if !self.skip_iri() {
                        self.position += 1;
                        return Some(Token::Operator);
                    }
                }
                b'#' => self.skip_while(|byte| byte != b'\n'),
                b'{' | b'(' | b'[' => {
                    self.position += 1;
                    return Some(Token::Open(byte));
                }
                b'}' | b')' | b']' => {
                    self.position += 1;
                    return Some(Token::Close);
                }
                b';' => {
                    self.position += 1;
                    return Some(Token::Semicolon);
                }
                b'.' | b',' => {
                    self.position += 1;
                    return Some(Token::Separator);
                }
                b'+' | b'-' | b'*' | b'/' | b'|' | b'!' | b'^' | b'&' | b'=' | b'>' => {
                    self.position += 1;
                    return Some(Token::Operator);
                }
                byte if is_name(byte) => self.skip_name(),
                _ => self.position += 1,
            }
        }
    }

    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self
            .bytes
            .get(self.position)
            .is_some_and(|&byte| keep(byte))
        {
            self.position += 1;
        }
    }

    fn skip_string(&mut self, quote: u8) {
        let long = self.bytes[self.position..].starts_with(&[quote; 3]);
        let end: &[u8] = if long { &[quote; 3] } else { &[quote] };
        self.position += end.len();
        while self.position < self.bytes.len() {
            if self.bytes[self.position] == b'\\' {
                self.position += 2;
            } else if self.bytes[self.position..].starts_with(end) {
                self.position += end.len();
                return;
            } else {
                self.position += 1;
            }
        }
    }

    /// An IRI holds no space; anything else after `<` is a comparison.
    fn skip_iri(&mut self) -> bool {
        let rest = &self.bytes[self.position + 1..];
        let end = rest
            .iter()
            .position(|&byte| byte <= b' ' || b"<>\"{}|^`".contains(&byte));
        match end {
            Some(end) if rest[end] == b'>' => {
                self.position += end + 2;
                true
            }
            _ => false,
        }
    }

    /// A name, variable or number. A hyphen belongs to a name, but `1-1` is an expression.
    fn skip_name(&mut self) {
        let is_number = self.bytes[self.position].is_ascii_digit();
        while let Some(&byte) = self.bytes.get(self.position) {
            let next = self.bytes.get(self.position + 1).copied();
            match byte {
                b'\\' => self.position += 2,
                b'.' if next.is_some_and(is_name) => self.position += 1,
                b'-' if !is_number && next.is_some_and(is_name) => self.position += 1,
                byte if is_name(byte) => self.position += 1,
                _ => return,
            }
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte >= 0x80
        || matches!(byte, b'_' | b':' | b'?' | b'$' | b'@' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_but_flat_passes() {
        let values = "<http://example.org/a-b/c> \"x+y*z/(\" -5 1.5 ex:a-b-c ".repeat(50_000);
        let triples = "ex:the-game-1997 ex:is 'a (b' ; ex:year -1997 , 3 . ".repeat(50_000);
        for text in [
            format!(
                "SELECT * {{ VALUES ?x {{ {} }} }}",
                values.replace(" -5", "")
            ),
            format!("INSERT DATA {{ {triples} }}"),
            "INSERT DATA { ex:a ex:b ex:c } ; ".repeat(20_000),
        ] {
            assert!(refuse_monsters(&text).is_ok(), "{}", &text[..60]);
        }
    }

    #[test]
    fn what_people_type_is_small() {
        let typed =
            "SELECT ?t { ?f ex:by/rdfs:label 'A' ; ex:t ?t FILTER(?t > 1 && ?t < (2 + 3)) }";
        assert!(refuse_monsters(typed).expect("flat").is_small());
        for large in [
            format!("ASK {{ {}{} }}", "{".repeat(30), "}".repeat(30)),
            format!("ASK {{ FILTER(1{}) }}", "+1".repeat(60)),
            format!("ASK {{ {} }}", "?s ?p ?o . ".repeat(300)),
        ] {
            assert!(!refuse_monsters(&large).expect("not that deep").is_small());
        }
    }

    #[test]
    fn what_nests_is_refused() {
        for text in [
            format!("ASK {{ {}", "{".repeat(600)),
            format!("ASK {{ FILTER({}", "(".repeat(600)),
            format!("ASK {{ FILTER(1{}) }}", "+1".repeat(6_000)),
            format!("ASK {{ FILTER(1{}) }}", "-1".repeat(6_000)),
            format!("ASK {{ FILTER({}true) }}", "!".repeat(6_000)),
            format!("ASK {{ ?s {}ex:p ?o }}", "ex:p/".repeat(6_000)),
            format!("SELECT * {{ {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(6_000)),
        ] {
            assert!(refuse_monsters(&text).is_err(), "{}", &text[..30]);
        }
    }
}
