//! Metrics against `pytrec_eval` and `ir_measures`; `golden/metrics.py` makes the values.

use serde_json::Value;
use tastegraph_eval::Metric;

const GOLDEN: &str = include_str!("../golden/metrics.json");

#[test]
fn each_metric_agrees_for_each_rank() {
    let golden: Vec<Value> = serde_json::from_str(GOLDEN).expect("well formed");
    assert!(golden.len() > 10);
    for row in &golden {
        let rank = row["rank"].as_u64().expect("a number") as u32;
        for metric in Metric::ALL {
            let expected = row[metric.to_string()].as_f64().expect("a number");
            let found = metric.of(rank);
            assert!(
                (found - expected).abs() < 1e-9,
                "{metric} of {rank}: {found}, not {expected}"
            );
        }
    }
}
