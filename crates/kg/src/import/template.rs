//! String templates: `https://example.org/film/{id}`.

use super::reference::{Dialect, Reference};

/// Text with references in braces. A backslash makes a brace, or a backslash, plain text.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) pieces: Vec<Piece>,
}

/// A part of a template.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Value(Reference),
}

impl Template {
    /// Reads a template; what is wrong with it is the error.
    pub(super) fn parse(text: &str, dialect: Dialect) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut current = String::new();
        let mut inside = false;
        let mut characters = text.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some(next @ ('{' | '}' | '\\')) => current.push(next),
                    _ => {
                        return Err(format!(
                            "\"{text}\": a backslash must stand before {{, }} or \\"
                        ));
                    }
                },
                '{' if inside => return Err(format!("\"{text}\": a {{ inside braces")),
                '{' => {
                    inside = true;
                    if !current.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut current)));
                    }
                }
                '}' if !inside => return Err(format!("\"{text}\": a }} without its {{")),
                '}' => {
                    inside = false;
                    let reference = Reference::parse(&std::mem::take(&mut current), dialect)?;
                    pieces.push(Piece::Value(reference));
                }
                other => current.push(other),
            }
        }
        if inside {
            return Err(format!("\"{text}\": a {{ without its }}"));
        }
        if !current.is_empty() {
            pieces.push(Piece::Text(current));
        }
        Ok(Self { pieces })
    }

    pub(super) fn references(&self) -> impl Iterator<Item = &Reference> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(reference) => Some(reference),
            Piece::Text(_) => None,
        })
    }

    /// Whether it is an IRI for any values: it begins with a scheme, and values come encoded.
    pub(super) fn is_safe_iri(&self) -> bool {
        let sample: String = self
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Value(_) => "x",
            })
            .collect();
        matches!(&self.pieces[..], [Piece::Text(_), ..])
            && oxigraph::model::NamedNode::new(sample).is_ok()
    }
}

/// Appends a value to an IRI: percent-encoded but for unreserved characters (R2RML, section 7.3;
/// RFC 3987, `iunreserved`).
pub(super) fn push_encoded(iri: &mut String, value: &str) {
    for c in value.chars() {
        if is_unreserved(c) {
            iri.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                iri.push('%');
                for digit in [byte >> 4, byte & 15] {
                    iri.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
        }
    }
}

fn is_unreserved(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    }
    let code = u32::from(c);
    match code {
        0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF | 0xE_1000..=0xE_FFFD => true,
        0x1_0000..=0xD_FFFF => code & 0xFFFF <= 0xFFFD,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(value: &str) -> String {
        let mut iri = String::new();
        push_encoded(&mut iri, value);
        iri
    }

    /// The inverse of the encoding, written independently.
    fn decoded(iri: &str) -> String {
        let bytes = iri.as_bytes();
        let mut out = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'%' {
                let hex = &iri[at + 1..at + 3];
                out.push(u8::from_str_radix(hex, 16).expect("two hexadecimal digits"));
                at += 3;
            } else {
                out.push(bytes[at]);
                at += 1;
            }
        }
        String::from_utf8(out).expect("the encoding keeps UTF-8 whole")
    }

    #[test]
    fn escapes_make_braces_plain() {
        let template = Template::parse(r"a\{b\}{c}\\", Dialect::Table).expect("valid");
        assert_eq!(template.pieces.len(), 3);
        assert!(matches!(&template.pieces[0], Piece::Text(text) if text == "a{b}"));
        assert!(matches!(&template.pieces[2], Piece::Text(text) if text == r"\"));
        for wrong in ["{a", "a}", "{a{b}}", r"a\n", "{}"] {
            assert!(Template::parse(wrong, Dialect::Table).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reserved_characters_are_encoded_and_letters_are_not() {
        assert_eq!(encoded("AC/DC: 100 %"), "AC%2FDC%3A%20100%20%25");
        assert_eq!(encoded("Amélie 七"), "Amélie%20七");
    }

    proptest! {
        #[test]
        fn any_value_makes_a_valid_iri_and_can_be_read_back(value in any::<String>()) {
            let iri = format!("https://example.org/{}", encoded(&value));
            prop_assert!(oxigraph::model::NamedNode::new(&iri).is_ok(), "{iri}");
            prop_assert_eq!(decoded(&encoded(&value)), value);
        }

        #[test]
        fn plain_text_survives_a_template(text in any::<String>()) {
            let escaped: String = text
                .chars()
                .flat_map(|c| match c {
                    '{' | '}' | '\\' => vec!['\\', c],
                    other => vec![other],
                })
                .collect();
            let template = Template::parse(&escaped, Dialect::Table).expect("escaped");
            let back: String = template
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Value(_) => "?",
                })
                .collect();
            prop_assert_eq!(back, text);
        }
    }
}
