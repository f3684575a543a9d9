//! What a model wrote, read with goodwill.
//!
//! Small models, and servers that ignore a schema, wrap JSON in prose or fences, cut it short, write
//! numbers as strings, and names for numbers. Whatever can be read is read; nothing is believed.

use serde_json::Value;

/// Bytes of an answer that are looked at.
const LONGEST: usize = 64 * 1024;
/// Opening braces at which an object may begin.
const MOST_STARTS: usize = 64;
/// Choices of a ranking that are looked at.
const MOST_CHOICES: usize = 1000;
/// Names that models give to the ranking.
const RANKING_KEYS: [&str; 9] = [
    "ranking",
    "ranked",
    "rank",
    "order",
    "recommendations",
    "recommended",
    "candidates",
    "items",
    "numbers",
];
/// Names under which an element of a ranking holds its number or name.
const CHOICE_KEYS: [&str; 8] = [
    "number",
    "candidate",
    "id",
    "index",
    "rank",
    "title",
    "name",
    "label",
];

/// One element of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Choice {
    /// A candidate number, in or out of range.
    Number(i64),
    /// A name.
    Name(String),
}

/// An answer as far as it could be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) ranking: Vec<Choice>,
    pub(crate) reply: Option<String>,
    pub(crate) reasoning: Option<String>,
    pub(crate) preferences: Vec<String>,
}

/// Reads an answer. Never fails: what is not there is missing from the result.
pub(crate) fn parse(text: &str) -> Parsed {
    let text = head(after_thinking(text), LONGEST);
    if let Some(parsed) = objects(text).find(|parsed| !parsed.ranking.is_empty()) {
        return parsed;
    }
    let rest = objects(text).next().unwrap_or_default();
    let ranking = [cut_short, listed]
        .iter()
        .map(|read| read(text))
        .find(|ranking| !ranking.is_empty());
    Parsed {
        ranking: ranking.unwrap_or_default(),
        ..rest
    }
}

/// The JSON value that an answer holds, however wrapped.
pub(crate) fn first_object(text: &str) -> Option<Value> {
    values(head(after_thinking(text), LONGEST)).find(Value::is_object)
}

/// What follows the thoughts of a reasoning model. An answer that begins as JSON has none before it,
/// and a text inside it may hold the mark.
fn after_thinking(text: &str) -> &str {
    if text.trim_start().starts_with(['{', '[']) {
        return text;
    }
    text.rsplit_once("</think>").map_or(text, |(_, rest)| rest)
}

fn head(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// JSON values that begin at a brace or bracket, from the left.
fn values(text: &str) -> impl Iterator<Item = Value> + '_ {
    let starts = text.match_indices(['{', '[']).take(MOST_STARTS);
    starts.filter_map(|(start, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        values.next()?.ok()
    })
}

fn objects(text: &str) -> impl Iterator<Item = Parsed> + '_ {
    values(text).filter_map(|value| match value {
        Value::Array(_) => Some(Parsed {
            ranking: choices(&value),
            ..Parsed::default()
        }),
        Value::Object(fields) => {
            let field = |names: &[&str]| {
                let mut found = names.iter().filter_map(|name| {
                    let mut fields = fields.iter();
                    fields.find(|(key, _)| key.eq_ignore_ascii_case(name))
                });
                found.next().map(|(_, value)| value)
            };
            let text = |name| field(&[name]).and_then(Value::as_str).map(str::to_owned);
            let lines = field(&["preferences"]).and_then(Value::as_array);
            Some(Parsed {
                ranking: field(&RANKING_KEYS).map(choices).unwrap_or_default(),
                reply: text("reply").or_else(|| text("response")),
                reasoning: text("reasoning").or_else(|| text("reason")),
                preferences: lines
                    .into_iter()
                    .flatten()
                    .filter_map(|line| line.as_str().map(str::to_owned))
                    .collect(),
            })
        }
        _ => None,
    })
}

fn choices(value: &Value) -> Vec<Choice> {
    match value {
        Value::Array(elements) => elements
            .iter()
            .take(MOST_CHOICES)
            .filter_map(choice)
            .collect(),
        Value::String(text) => numbers(text),
        Value::Number(_) => choice(value).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn choice(value: &Value) -> Option<Choice> {
    match value {
        Value::Number(number) => {
            let whole = number.as_f64().filter(|value| value.fract() == 0.0)?;
            Some(Choice::Number(whole as i64))
        }
        Value::String(text) => Some(written(text)),
        Value::Object(fields) => {
            let mut known = CHOICE_KEYS.iter().filter_map(|key| fields.get(*key));
            known.find_map(|value| match value {
                Value::Number(_) | Value::String(_) => choice(value),
                _ => None,
            })
        }
        _ => None,
    }
}

/// "3", "#3", "3. Heat (1995)" or "Heat (1995)".
fn written(text: &str) -> Choice {
    let text = text.trim();
    let number = text.trim_start_matches('#').trim_end_matches('.');
    match number.parse() {
        Ok(number) => Choice::Number(number),
        Err(_) => Choice::Name(text.to_owned()),
    }
}

/// The whole numbers of a text.
fn numbers(text: &str) -> Vec<Choice> {
    let words = text.split(|c: char| !c.is_ascii_digit() && c != '-');
    words
        .filter_map(|word| word.parse().ok().map(Choice::Number))
        .take(MOST_CHOICES)
        .collect()
}

/// The numbers of a ranking whose JSON breaks off or is malformed.
fn cut_short(text: &str) -> Vec<Choice> {
    let lower = text.to_ascii_lowercase();
    let Some(key) = lower.find("ranking").or_else(|| lower.find("ranked")) else {
        return Vec::new();
    };
    let Some(open) = text[key..].find('[') else {
        return Vec::new();
    };
    let list = &text[key + open + 1..];
    let list = list.find([']', '}']).map_or(list, |end| &list[..end]);
    numbers(list)
}

/// A list of lines such as "3. Heat (1995)", "- 3" or "Heat (1995)".
fn listed(text: &str) -> Vec<Choice> {
    let lines = text.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches(['-', '*', '•', '#']).trim();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        let rest = line[digits..]
            .trim_start_matches(['.', ')', ':', ','])
            .trim();
        if rest.is_empty() {
            line[..digits].parse().ok().map(Choice::Number)
        } else {
            // The number may count the lines: the name decides.
            Some(Choice::Name(rest.to_owned()))
        }
    });
    lines.take(MOST_CHOICES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Vec<i64> {
        let choices = parse(text).ranking.into_iter();
        choices
            .map(|choice| match choice {
                Choice::Number(number) => number,
                Choice::Name(name) => panic!("a name: {name}"),
            })
            .collect()
    }

    #[test]
    fn json_however_wrapped() {
        for text in [
            r#"{"ranking": [3, 1, 2], "reply": "Heat."}"#,
            "Sure!\n```json\n{\"ranking\": [3, 1, 2]}\n```\nEnjoy.",
            r#"<think>{"ranking": [9]}</think>{"ranking": [3, 1, 2]}"#,
            r#"{"ranking": [3, 1, 2], "reply": "a </think> b"}"#,
            r##"{"note": {"a": 1}} {"Ranking": ["3", "#1", 2.0]}"##,
            r#"{"recommendations": [{"number": 3, "why": "x"}, {"id": 1}, {"candidate": "2"}]}"#,
            "[3, 1, 2]",
            r#"{"ranking": "3, 1, 2"}"#,
            r#"{"ranking": [3, 1, 2], "reply": "cut of"#,
            r#"{"ranking": [3, 1, 2"#,
            "3\n1\n2",
            "- 3.\n- 1.\n- 2.",
        ] {
            assert_eq!(given(text), [3, 1, 2], "{text}");
        }
    }

    #[test]
    fn names_are_kept_as_names() {
        assert_eq!(
            parse("1. Ronin (1998)\n2. Heat").ranking,
            [
                Choice::Name("Ronin (1998)".into()),
                Choice::Name("Heat".into())
            ]
        );
        let named = parse(r#"{"ranking": ["Heat", {"title": "Ronin"}, null, [1]]}"#).ranking;
        assert_eq!(
            named,
            [Choice::Name("Heat".into()), Choice::Name("Ronin".into())]
        );
    }

    #[test]
    fn what_is_not_there_is_missing() {
        for text in [
            "",
            "I cannot help with that.",
            "{}",
            "{\"ranking\": {}}",
            "null",
            "\u{0}",
        ] {
            assert_eq!(parse(text), Parsed::default(), "{text}");
        }
    }

    #[test]
    fn nested_and_huge_answers_are_cut() {
        let deep = "[".repeat(100_000);
        assert!(parse(&deep).ranking.is_empty());
        let long = format!("{{\"ranking\": [{}1]}}", "1,".repeat(20_000));
        assert!(parse(&long).ranking.len() <= MOST_CHOICES);
    }
}
