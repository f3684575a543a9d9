//! JSON schemas as grammars that llama.cpp can hold a model to (GBNF).

use std::fmt::Write;

use serde_json::Value;

/// Characters of a text that a schema does not bound: a model that cannot stop is stopped.
const LONGEST_TEXT: u64 = 400;
/// Elements of a list that a schema does not bound.
const MOST_ELEMENTS: u64 = 16;
/// Integers are written out one by one, so that none out of range can be written.
const MOST_INTEGERS: i64 = 1000;

/// The grammar of a schema; `None` for one that uses what is not known here. Known are objects with
/// all properties required, in order; lists with bounds; texts with a longest; integers from a small
/// range; truth values; and one of several texts.
pub(super) fn grammar(schema: &Value) -> Option<String> {
    let mut rules = String::new();
    let root = rule(schema, "root", &mut rules)?;
    // One line, no white space: a small model spends its tokens on what counts.
    Some(format!("root ::= {root}\n{rules}{CHARACTERS}"))
}

/// A character of a JSON text: no control character, quotes and back-slashes escaped.
const CHARACTERS: &str = r#"char ::= [^"\\\x00-\x1f\x7f] | "\\" ["\\/nt]
"#;

fn rule(schema: &Value, name: &str, rules: &mut String) -> Option<String> {
    if let Some(values) = schema["enum"].as_array() {
        let texts: Option<Vec<String>> = values.iter().map(literal).collect();
        return Some(format!("({})", texts?.join(" | ")));
    }
    match schema["type"].as_str()? {
        "object" => object(schema, name, rules),
        "array" => array(schema, name, rules),
        "string" => {
            let most = schema["maxLength"].as_u64().unwrap_or(LONGEST_TEXT);
            Some(format!(r#""\"" char{{0,{most}}} "\"""#))
        }
        "integer" => integer(schema, name, rules),
        "boolean" => Some(r#"("true" | "false")"#.to_owned()),
        _ => None,
    }
}

fn object(schema: &Value, name: &str, rules: &mut String) -> Option<String> {
    let mut parts = vec![quoted("{")];
    for (number, (key, property)) in schema["properties"].as_object()?.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let key_text = serde_json::to_string(key).ok()?;
        parts.push(quoted(&format!("{comma}{key_text}:")));
        parts.push(rule(property, &format!("{name}-{number}"), rules)?);
    }
    parts.push(quoted("}"));
    Some(parts.join(" "))
}

fn array(schema: &Value, name: &str, rules: &mut String) -> Option<String> {
    let most = schema["maxItems"].as_u64().unwrap_or(MOST_ELEMENTS);
    let least = schema["minItems"].as_u64().unwrap_or(0).min(most);
    if most == 0 {
        return Some(quoted("[]"));
    }
    let element = rule(&schema["items"], &format!("{name}-e"), rules)?;
    writeln!(rules, "{name}-element ::= {element}").ok()?;
    let more = format!(
        r#"("," {name}-element){{{},{}}}"#,
        least.saturating_sub(1),
        most - 1
    );
    let full = format!("{name}-element {more}");
    let list = if least == 0 {
        format!("({full})?")
    } else {
        full
    };
    Some(format!(r#""[" {list} "]""#))
}

fn integer(schema: &Value, name: &str, rules: &mut String) -> Option<String> {
    let low = schema["minimum"].as_i64()?;
    let high = schema["maximum"].as_i64()?;
    if low > high || high - low >= MOST_INTEGERS {
        return None;
    }
    let values: Vec<String> = (low..=high)
        .map(|value| quoted(&value.to_string()))
        .collect();
    writeln!(rules, "{name}-number ::= {}", values.join(" | ")).ok()?;
    Some(format!("{name}-number"))
}

fn literal(value: &Value) -> Option<String> {
    serde_json::to_string(value).ok().map(|text| quoted(&text))
}

/// A text of the grammar.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_schema_of_a_ranking() {
        let schema = json!({
            "type": "object",
            "properties": {
                "ranking": {
                    "type": "array", "minItems": 2, "maxItems": 2,
                    "items": {"type": "integer", "minimum": 1, "maximum": 3}
                },
                "reply": {"type": "string", "maxLength": 5}
            }
        });
        assert_eq!(
            grammar(&schema).expect("a known shape"),
            r#"root ::= "{" "\"ranking\":" "[" root-0-element ("," root-0-element){1,1} "]" ",\"reply\":" "\"" char{0,5} "\"" "}"
root-0-e-number ::= "1" | "2" | "3"
root-0-element ::= root-0-e-number
char ::= [^"\\\x00-\x1f\x7f] | "\\" ["\\/nt]
"#
        );
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for schema in [
            json!({"type": "object"}),
            json!({"type": "number"}),
            json!({"type": "integer"}),
            json!({"type": "integer", "minimum": 0, "maximum": 1_000_000}),
        ] {
            assert_eq!(grammar(&schema), None, "{schema}");
        }
    }
}
