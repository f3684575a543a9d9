//! `{method: {group: {metric: mean}}}`.

use serde_json::{Map, Value, json};

use crate::{GroupSummary, Summary};

/// Decimals of a reported number: more would suggest what no data set of this size can tell.
const DECIMALS: f64 = 1e6;

/// All summaries by method: for each group its metrics by name, their number of `instances`, and
/// `intervals` of 95 %; besides the groups `lists` and `similar`.
#[must_use]
pub fn to_json(summaries: &[Summary]) -> Value {
    let methods = summaries.iter().map(|summary| {
        let mut method: Map<String, Value> = summary
            .groups
            .iter()
            .map(|(name, group)| (name.to_string(), of_group(group)))
            .collect();
        method.insert("lists".to_owned(), lists(summary));
        if !summary.similar.is_empty() {
            let cuts = summary.similar.iter();
            let similar: Map<String, Value> = cuts
                .map(|(cut, found)| (format!("hit@{cut}"), json!(rounded(found.mean))))
                .collect();
            method.insert("similar".to_owned(), Value::Object(similar));
        }
        (summary.method.clone(), Value::Object(method))
    });
    Value::Object(methods.collect())
}

fn of_group(group: &GroupSummary) -> Value {
    let mut values: Map<String, Value> = Map::new();
    let mut intervals = Map::new();
    for (metric, found) in &group.metrics {
        values.insert(metric.to_string(), json!(rounded(found.mean)));
        let interval = json!([rounded(found.low), rounded(found.high)]);
        intervals.insert(metric.to_string(), interval);
    }
    values.insert("instances".to_owned(), json!(group.instances));
    values.insert("intervals".to_owned(), Value::Object(intervals));
    Value::Object(values)
}

fn lists(summary: &Summary) -> Value {
    let lists = &summary.lists;
    json!({
        "coverage@10": rounded(lists.coverage),
        "gini@10": rounded(lists.gini),
        "epc@10": rounded(lists.epc),
        "aclt@10": rounded(lists.aclt),
        "arp@10": rounded(lists.arp),
        "popreo@10": rounded(lists.popreo),
    })
}

fn rounded(value: f64) -> f64 {
    (value * DECIMALS).round() / DECIMALS
}
