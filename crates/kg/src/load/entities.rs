//! Refuses RDF/XML whose entities expand without bound ("billion laughs") before it is parsed.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use crate::KgError;

/// The declarations before the root element must fit in here.
const MAX_PROLOG: usize = 1 << 20;
/// Longest text that one entity may stand for. Real files abbreviate namespaces.
const MAX_EXPANSION: usize = 4096;

/// Reads ahead to the root element and checks the entities declared there.
///
/// # Errors
/// [`KgError::Malformed`] if an entity stands for too much.
pub(super) fn refuse_expansion<'a>(
    mut reader: Box<dyn Read + 'a>,
    name: &str,
) -> Result<Box<dyn Read + 'a>, KgError> {
    let mut prolog = Vec::new();
    let mut chunk = [0; 8192];
    while root_start(&prolog).is_none() && prolog.len() < MAX_PROLOG {
        let read = reader.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        prolog.extend_from_slice(&chunk[..read]);
    }
    let refuse = |message: String| {
        Err(KgError::Malformed {
            file: name.to_owned(),
            message,
        })
    };
    let Some(end) = root_start(&prolog) else {
        if prolog.len() >= MAX_PROLOG {
            return refuse(format!(
                "no element within the first {MAX_PROLOG} bytes of the XML"
            ));
        }
        return Ok(Box::new(Cursor::new(prolog).chain(reader)));
    };
    if let Some(entity) = excessive(&String::from_utf8_lossy(&prolog[..end])) {
        return refuse(format!(
            "the entity &{entity}; stands for more than {MAX_EXPANSION} characters"
        ));
    }
    Ok(Box::new(Cursor::new(prolog).chain(reader)))
}

/// Where the root element begins: `<` and a letter, outside comments and declarations.
fn root_start(prolog: &[u8]) -> Option<usize> {
    let mut position = 0;
    let mut in_subset = false;
    while position < prolog.len() {
        let rest = &prolog[position..];
        if rest.starts_with(b"<!--") {
            position += find(rest, b"-->")? + 3;
        } else if rest.starts_with(b"<!DOCTYPE") {
            let open = find(rest, b"[");
            let close = find(rest, b">")?;
            match open {
                Some(open) if open < close => {
                    in_subset = true;
                    position += open + 1;
                }
                _ => position += close + 1,
            }
        } else if rest.starts_with(b"<!") {
            position += declaration_end(rest)?;
        } else if rest.starts_with(b"<?") {
            position += find(rest, b"?>")? + 2;
        } else if rest[0] == b']' && in_subset {
            in_subset = false;
            position += find(rest, b">")? + 1;
        } else if rest[0] == b'<' && !in_subset {
            return (rest.len() > 1).then_some(position);
        } else {
            position += 1;
        }
    }
    None
}

/// The end of `<!ENTITY …>`; quoted values may hold `>`.
fn declaration_end(text: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (position, &byte) in text.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(position + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn find(text: &[u8], pattern: &[u8]) -> Option<usize> {
    text.windows(pattern.len())
        .position(|window| window == pattern)
}

/// The first entity that expands too far, computed from lengths and without expanding anything.
fn excessive(prolog: &str) -> Option<String> {
    let mut lengths: HashMap<&str, usize> = HashMap::new();
    for declaration in prolog.split("<!ENTITY").skip(1) {
        let declaration = declaration.trim_start();
        let Some((name, rest)) = declaration.split_once(char::is_whitespace) else {
            continue;
        };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let value = rest[1..].split(quote).next().unwrap_or_default();
        let mut length = 0_usize;
        for (place, piece) in value.split('&').enumerate() {
            let text = if place == 0 {
                piece
            } else {
                let (reference, text) = piece.split_once(';').unwrap_or((piece, ""));
                length = length.saturating_add(lengths.get(reference).copied().unwrap_or(1));
                text
            };
            length = length.saturating_add(text.len());
        }
        if length > MAX_EXPANSION {
            return Some(name.to_owned());
        }
        lengths.insert(name, length);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(xml: &str) -> Result<String, KgError> {
        let mut text = String::new();
        refuse_expansion(Box::new(Cursor::new(xml.as_bytes().to_vec())), "a.rdf")?
            .read_to_string(&mut text)
            .expect("from memory");
        Ok(text)
    }

    #[test]
    fn namespaces_pass_unchanged() {
        let xml = "<?xml version=\"1.0\"?>\n<!-- <x> -->\n<!DOCTYPE rdf:RDF [\n<!ENTITY w3 \"http://www.w3.org/\">\n<!ENTITY xsd \"&w3;2001/XMLSchema#\">\n]>\n<rdf:RDF a=\"&xsd;\"/>";
        assert_eq!(check(xml).expect("harmless"), xml);
    }

    #[test]
    fn laughs_are_refused_at_any_depth() {
        let mut xml = "<!DOCTYPE r [<!ENTITY l0 \"lol\">".to_owned();
        for level in 1..30 {
            let value = format!("&l{};", level - 1).repeat(10);
            xml = format!("{xml}<!ENTITY l{level} \"{value}\">");
        }
        xml.push_str("]><r>&l29;</r>");
        let error = check(&xml).expect_err("it would fill the memory");
        assert!(error.to_string().contains("&l4;"), "{error}");
    }

    #[test]
    fn an_endless_prolog_is_refused() {
        assert!(check(&" ".repeat(2 << 20)).is_err());
    }
}
