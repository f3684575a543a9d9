//! Python dict literals, as pandas writes them into cells: `{'Heat (1995)': 2, "L'Avventura": 1}`.

/// The keys of a dict, or the elements of a list, tuple or set; `None` is empty.
///
/// Keys may be strings in either quotes (with Python's escapes) or numbers; values may be anything.
pub(super) fn keys(literal: &str) -> Result<Vec<String>, String> {
    let literal = literal.trim();
    if literal.is_empty() || literal == "None" || literal == "set()" {
        return Ok(Vec::new());
    }
    let mut reader = Reader { rest: literal };
    let keys = reader.container()?;
    if reader.rest.trim().is_empty() {
        Ok(keys)
    } else {
        Err(format!("{} comes after the literal", reader.rest.trim()))
    }
}

struct Reader<'a> {
    rest: &'a str,
}

/// Deeper nesting is not data but an attack on the stack.
const MAX_DEPTH: usize = 32;

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        if self.peek() == Some(wanted) {
            self.rest = &self.rest[wanted.len_utf8()..];
            true
        } else {
            false
        }
    }

    fn container(&mut self) -> Result<Vec<String>, String> {
        let close = match self.peek() {
            Some('{') => '}',
            Some('[') => ']',
            Some('(') => ')',
            _ => return Err("is no Python dict or list".to_owned()),
        };
        self.rest = &self.rest[1..];
        let mut keys = Vec::new();
        while !self.take(close) {
            keys.push(self.scalar()?);
            if self.take(':') {
                self.skip_value(0)?;
            }
            if !self.take(',') && self.peek() != Some(close) {
                return Err(format!(
                    "a comma or {close} is missing before {}",
                    self.rest
                ));
            }
        }
        Ok(keys)
    }

    /// A string, or whatever stands up to the next separator.
    fn scalar(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.string(quote),
            Some(_) => {
                let end = self
                    .rest
                    .find([',', ':', '}', ']', ')', '{', '[', '('])
                    .unwrap_or(self.rest.len());
                let word = self.rest[..end].trim();
                if word.is_empty() {
                    return Err(format!("a key is missing before {}", self.rest));
                }
                self.rest = &self.rest[end..];
                Ok(word.to_owned())
            }
            None => Err("is not closed".to_owned()),
        }
    }

    fn string(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        let mut characters = self.rest[1..].char_indices();
        while let Some((at, c)) = characters.next() {
            if c == quote {
                self.rest = &self.rest[1 + at + 1..];
                return Ok(text);
            }
            if c != '\\' {
                text.push(c);
                continue;
            }
            let digits = match characters.next() {
                Some((_, 'n')) => {
                    text.push('\n');
                    0
                }
                Some((_, 't')) => {
                    text.push('\t');
                    0
                }
                Some((_, 'x')) => 2,
                Some((_, 'u')) => 4,
                Some((_, other)) => {
                    text.push(other);
                    0
                }
                None => break,
            };
            if digits > 0 {
                let hex: String = characters.by_ref().take(digits).map(|(_, c)| c).collect();
                let code = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
                text.push(code.ok_or_else(|| format!("\\{hex} is no character"))?);
            }
        }
        Err("a string is not closed".to_owned())
    }

    fn skip_value(&mut self, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err("is nested too deeply".to_owned());
        }
        let close = match self.peek() {
            Some('{') => '}',
            Some('[') => ']',
            Some('(') => ')',
            _ => return self.scalar().map(|_| ()),
        };
        self.rest = &self.rest[1..];
        while !self.take(close) {
            self.skip_value(depth + 1)?;
            if !self.take(',') && !self.take(':') && self.peek() != Some(close) {
                return Err(format!("{close} is missing before {}", self.rest));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_of_dicts_and_elements_of_lists() {
        let read = |literal| keys(literal).expect("valid");
        assert_eq!(
            read(r#"{'Heat (1995)': 2, "L'Avventura (1960)": [1, {'x': (2,)}], 7: None}"#),
            ["Heat (1995)", "L'Avventura (1960)", "7"]
        );
        assert_eq!(
            read(r"['a\'b', 'caf\xe9', '\u4e03',]"),
            ["a'b", "café", "七"]
        );
        for empty in ["", "{}", "[]", "None", "set()"] {
            assert_eq!(read(empty), [""; 0], "{empty}");
        }
    }

    #[test]
    fn malformed_literals_are_errors() {
        for wrong in [
            "{'a'",
            "{'a",
            "{'a' 'b'}",
            "{:1}",
            "plain",
            "{'a': 1} x",
            r"{'\x9'}",
        ] {
            assert!(keys(wrong).is_err(), "{wrong}");
        }
        let deep = format!("{{'a': {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(keys(&deep).is_err());
    }

    proptest! {
        #[test]
        fn strings_come_back(words in prop::collection::vec("[^\u{0}-\u{1f}]*", 0..4)) {
            let quoted: Vec<String> = words
                .iter()
                .map(|word| format!("'{}': 1", word.replace('\\', r"\\").replace('\'', r"\'")))
                .collect();
            prop_assert_eq!(keys(&format!("{{{}}}", quoted.join(", "))).expect("valid"), words);
        }

        #[test]
        fn nothing_panics(text in "[{}\\[\\]()'\":,\\\\xu 0-9a-fNone]*") {
            let _ = keys(&text);
        }
    }
}
