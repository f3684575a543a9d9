//! Answers as JSON: what to compare of them, and what to leave out.

use serde_json::{Value, json};

/// Digits after the point that golden files keep: fewer than processors may differ in.
const DIGITS: i32 = 3;

/// The labels of the recommended items, best first.
pub(crate) fn labels(answer: &Value) -> Vec<&str> {
    answer["items"]
        .as_array()
        .expect("an answer has items")
        .iter()
        .map(|item| item["label"].as_str().expect("an item has a label"))
        .collect()
}

/// The answer with every time set to 0.
pub(crate) fn redacted(mut answer: Value) -> Value {
    let timings = answer["timings"].as_object_mut().expect("timings");
    for time in timings.values_mut() {
        *time = json!(0);
    }
    answer
}

/// The answer with every time set to 0 and every other number rounded.
pub(crate) fn rounded(answer: Value) -> Value {
    let mut answer = redacted(answer);
    each_number(&mut answer, &mut |number| {
        let Some(value) = number.as_f64().filter(|_| number.is_f64()) else {
            return;
        };
        let scale = 10_f64.powi(DIGITS);
        // Parameters such as 1e-6 are no results: rounding them would hide them.
        if value.abs() >= 1.0 / scale {
            *number = json!((value * scale).round() / scale);
        }
    });
    answer
}

/// The printed answer without the lines that tell times.
pub(crate) fn without_timings(printed: &str) -> String {
    printed
        .lines()
        .filter(|line| !line.contains("_ms\""))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Visits every number of a value.
pub(crate) fn each_number(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Number(_) => visit(value),
        Value::Array(items) => items.iter_mut().for_each(|item| each_number(item, visit)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| each_number(field, visit)),
        _ => {}
    }
}
