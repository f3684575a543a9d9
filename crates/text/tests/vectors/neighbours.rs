//! Searches against comparing everything with everything.

use proptest::prelude::*;
use tastegraph_text::{Near, NeighbourIndex, NeighbourOptions, RowSet, TextError};

/// Rows around random centres, as sentences are around topics.
pub(crate) fn clustered(rows: usize, dimensions: usize, seed: u64) -> Vec<f32> {
    let mut random = Random(seed);
    let centres: Vec<f32> = (0..16 * dimensions).map(|_| random.next()).collect();
    let of_row = |row: usize| {
        let centre = &centres[row % 16 * dimensions..][..dimensions];
        centre
            .iter()
            .map(|value| value + 0.7 * random.next())
            .collect::<Vec<f32>>()
    };
    (0..rows).flat_map(of_row).collect()
}

/// xorshift, −1 to 1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

/// The similarities of all rows, in float64.
fn similarities(rows: &[f32], query: &[f32]) -> Vec<f64> {
    let length = |row: &[f32]| {
        row.iter()
            .map(|&x| f64::from(x).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let cosine = |row: &[f32]| {
        let product: f64 = row
            .iter()
            .zip(query)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum();
        let lengths = length(row) * length(query);
        if lengths == 0.0 {
            0.0
        } else {
            product / lengths
        }
    };
    rows.chunks_exact(query.len()).map(cosine).collect()
}

/// Rounding of float32 over a few hundred products.
const ROUNDING: f64 = 1e-5;

/// Whether `hits` are the best `top` of `wanted`, up to rows that rounding can swap.
fn check_exact(hits: &[Near], all: &[f64], top: usize, wanted: impl Fn(u32) -> bool) {
    let mut best: Vec<f64> = (0..)
        .zip(all)
        .filter(|(row, _)| wanted(*row))
        .map(|(_, &similarity)| similarity)
        .collect();
    best.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(hits.len(), top.min(best.len()));
    for (near, right) in hits.iter().zip(best) {
        assert!(wanted(near.row));
        assert!((f64::from(near.similarity) - all[near.row as usize]).abs() < ROUNDING);
        assert!((f64::from(near.similarity) - right).abs() < ROUNDING);
    }
    assert!(hits.is_sorted_by(
        |a, b| a.similarity > b.similarity || (a.similarity >= b.similarity && a.row < b.row)
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_scan_is_exact(
        dimensions in 1usize..130,
        rows in 0usize..1400,
        top in 0usize..40,
        seed in 1u64..,
        keep in 1u32..5,
    ) {
        let values = clustered(rows, dimensions, seed);
        let query = clustered(1, dimensions, seed ^ 0x4d);
        let index = NeighbourIndex::build(dimensions, values.clone(), &NeighbourOptions::default()).expect("it is valid");
        let all = similarities(&values, &query);
        let found = index.near(&query).top(top).run().expect("the query is valid");
        prop_assert!(found.exact);
        check_exact(&found.hits, &all, top, |_| true);
        let wanted = |row: u32| row.is_multiple_of(keep);
        let set = RowSet::where_row(rows, wanted);
        let found = index.near(&query).top(top).within(&set).run().expect("the query is valid");
        check_exact(&found.hits, &all, top, wanted);
    }

    /// Values of any size, repeated rows, zeros.
    #[test]
    fn a_scan_is_exact_on_odd_values(
        rows in prop::collection::vec(prop::sample::select(vec![
            [0.0f32, 0.0, 0.0], [1.0, 0.0, 0.0], [1e-30, 1e-30, 0.0], [1e30, -1e30, 1e30],
            [1e-40, 0.0, 0.0], [-0.5, 0.25, 3.0], [f32::MAX, f32::MIN, 0.0],
        ]), 1..60),
        query in prop::sample::select(vec![[1.0f32, 2.0, 3.0], [0.0, 0.0, 0.0], [1e-38, -1e38, 5.0]]),
    ) {
        let values = rows.concat();
        let index = NeighbourIndex::build(3, values.clone(), &NeighbourOptions::default()).expect("it is valid");
        let found = index.near(&query).top(7).run().expect("the query is valid");
        check_exact(&found.hits, &similarities(&values, &query), 7, |_| true);
    }

    #[test]
    fn a_set_holds_what_was_put_in(rows in prop::collection::btree_set(0u32..300, 0..80)) {
        let mut set = RowSet::empty(300);
        for &row in &rows {
            set.insert(row);
        }
        prop_assert_eq!(set.iter().collect::<Vec<_>>(), rows.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(set.len(), rows.len());
        prop_assert_eq!(set.is_empty(), rows.is_empty());
        prop_assert!((0..400).all(|row| set.contains(row) == rows.contains(&row)));
    }
}

/// Rows, and a hundred queries around the same centres.
fn with_queries(rows: usize, dimensions: usize) -> (Vec<f32>, Vec<f32>) {
    let mut values = clustered(rows + 100, dimensions, 5);
    let queries = values.split_off(rows * dimensions);
    (values, queries)
}

pub(crate) fn graph_options() -> NeighbourOptions {
    NeighbourOptions {
        graph_from: 500,
        ..NeighbourOptions::default()
    }
}

#[test]
fn a_graph_finds_what_it_promises_and_looks_at_few_rows() {
    let (rows, dimensions) = (4000, 48);
    let (values, queries) = with_queries(rows, dimensions);
    let index =
        NeighbourIndex::build(dimensions, values.clone(), &graph_options()).expect("it is valid");
    assert!(index.has_graph());
    assert!(index.recall() >= 0.97);
    let (mut found, mut compared) = (0, 0);
    for query in queries.chunks_exact(dimensions) {
        let graph = index.near(query).run().expect("the query is valid");
        let exact = index.near(query).exact().run().expect("the query is valid");
        assert!(!graph.exact && exact.exact);
        check_exact(&exact.hits, &similarities(&values, query), 10, |_| true);
        found += graph
            .hits
            .iter()
            .filter(|near| exact.hits.contains(near))
            .count();
        compared += graph.compared;
        assert_eq!(exact.compared, rows);
        assert!(
            exact.rescored < 200,
            "the codes leave {} rows open",
            exact.rescored
        );
    }
    assert!(found >= 950, "{found} of 1000");
    assert!(
        compared < 100 * rows / 2,
        "{} of {rows} rows a search",
        compared / 100
    );
    let (narrow, wide) = (
        index.measure_recall(200, 10, Some(10)),
        index.measure_recall(200, 10, Some(400)),
    );
    assert!(narrow <= wide && wide > 0.99, "{narrow} {wide}");
}

#[test]
fn a_graph_keeps_to_a_set() {
    let (rows, dimensions) = (4000, 48);
    let (values, queries) = with_queries(rows, dimensions);
    let index =
        NeighbourIndex::build(dimensions, values.clone(), &graph_options()).expect("it is valid");
    // Wide enough for the graph, and so narrow that it is scanned.
    for keep in [3, 40] {
        let wanted = |row: u32| row % keep == 1;
        let set = RowSet::where_row(rows, wanted);
        let mut found = 0;
        for query in queries.chunks_exact(dimensions).take(50) {
            let within = index
                .near(query)
                .within(&set)
                .run()
                .expect("the query is valid");
            let exact = index
                .near(query)
                .within(&set)
                .exact()
                .run()
                .expect("the query is valid");
            assert_eq!(within.exact, set.len() < 500);
            assert!(within.hits.iter().all(|near| wanted(near.row)));
            assert_eq!(within.hits.len(), 10);
            check_exact(&exact.hits, &similarities(&values, query), 10, wanted);
            found += within
                .hits
                .iter()
                .filter(|near| exact.hits.contains(near))
                .count();
        }
        assert!(found >= 460, "{found} of 500");
    }
    let nothing = RowSet::empty(rows);
    assert_eq!(
        index
            .near(index.row(0))
            .within(&nothing)
            .run()
            .expect("the query is valid")
            .hits,
        []
    );
}

#[test]
fn more_rows_than_there_are_can_be_asked_for() {
    let values = clustered(600, 16, 3);
    let index = NeighbourIndex::build(16, values, &graph_options()).expect("it is valid");
    let all = index
        .near(index.row(3))
        .top(usize::MAX)
        .breadth(usize::MAX)
        .run()
        .expect("the query is valid");
    assert_eq!(all.hits.len(), 600);
    assert_eq!(all.hits[0].row, 3);
}

#[test]
fn equal_rows_and_zeros_are_found_too() {
    let mut values = vec![0.0; 700 * 8];
    values.extend(clustered(1, 8, 2).repeat(700));
    let index = NeighbourIndex::build(8, values, &graph_options()).expect("it is valid");
    let found = index
        .near(index.row(900))
        .top(20)
        .run()
        .expect("the query is valid");
    assert_eq!(found.hits.len(), 20);
    assert!(
        found
            .hits
            .iter()
            .all(|near| near.row >= 700 && near.similarity > 0.999),
        "{:?}",
        found.hits
    );
}

#[test]
fn a_graph_that_finds_too_little_is_not_kept() {
    // Without structure, near and far are nearly the same, and few links lead nowhere.
    let mut random = Random(9);
    let values: Vec<f32> = (0..2000 * 256).map(|_| random.next()).collect();
    let options = NeighbourOptions {
        graph_from: 1000,
        connections: 2,
        construction_breadth: 2,
        recall: 1.0,
        parallel: false,
    };
    let index = NeighbourIndex::build(256, values, &options).expect("it is valid");
    assert!(!index.has_graph());
    assert!(
        index
            .near(index.row(1))
            .run()
            .expect("the query is valid")
            .exact
    );
}

#[test]
fn rows_linked_in_parallel_are_found_as_well() {
    let values = clustered(3000, 32, 4);
    let options = NeighbourOptions {
        parallel: true,
        ..graph_options()
    };
    let index = NeighbourIndex::build(32, values, &options).expect("it is valid");
    assert!(index.has_graph() && index.measure_recall(200, 10, None) > 0.95);
}

#[test]
fn what_is_no_vector_is_refused() {
    let build = |dimensions, values| {
        NeighbourIndex::build(dimensions, values, &NeighbourOptions::default())
    };
    assert!(matches!(
        build(0, vec![1.0]),
        Err(TextError::VectorShape { .. })
    ));
    assert!(matches!(
        build(70_000, vec![]),
        Err(TextError::VectorShape { .. })
    ));
    assert!(matches!(
        build(2, vec![1.0; 3]),
        Err(TextError::VectorShape {
            values: 3,
            dimensions: 2
        })
    ));
    assert!(matches!(
        build(2, vec![1.0, 2.0, f32::NAN, 0.0]),
        Err(TextError::VectorValue { row: 1, .. })
    ));
    let index = build(2, vec![1.0; 4]).expect("it is valid");
    assert!(matches!(
        index.near(&[1.0]).run(),
        Err(TextError::QueryShape {
            given: 1,
            dimensions: 2
        })
    ));
    assert!(matches!(
        index.near(&[1.0, f32::INFINITY]).run(),
        Err(TextError::VectorValue { .. })
    ));
    let empty = build(3, vec![]).expect("it is valid");
    assert!(
        empty.is_empty()
            && empty
                .near(&[1.0; 3])
                .run()
                .expect("the query is valid")
                .hits
                .is_empty()
    );
}
