//! What the parts promise each other.

use proptest::prelude::*;

use super::codes::Codes;
use super::graph::{Graph, Level};
use super::kernel::{CODE_BLOCK, code_dots, code_product, dot};
use super::mend::{mend, refine};
use super::vectors::Vectors;

fn values(length: usize) -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(-1.0f32..1.0, length)
}

proptest! {
    #[test]
    fn a_float_product_is_that_of_a_plain_loop(
        (left, right) in (0usize..300).prop_flat_map(|length| (values(length), values(length))),
    ) {
        let plain: f64 = left.iter().zip(&right).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
        prop_assert!((f64::from(dot(&left, &right)) - plain).abs() < 1e-4);
    }

    #[test]
    fn products_of_codes_are_those_of_a_plain_loop(
        query in prop::collection::vec(any::<i16>(), 3 * CODE_BLOCK),
        codes in prop::collection::vec(-127i8..=127, 5 * 3 * CODE_BLOCK),
    ) {
        let mut products = [0; 5];
        code_dots(&query, &codes, &mut products);
        for (row, product) in codes.chunks_exact(query.len()).zip(products) {
            let plain: i32 = row.iter().zip(&query).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
            prop_assert_eq!(product, plain);
            let square: i32 = row.iter().map(|&a| i32::from(a).pow(2)).sum();
            prop_assert_eq!(code_product(row, row), square);
        }
    }

    /// The proof that a scan is exact rests on this.
    #[test]
    fn codes_are_off_by_no_more_than_their_bound(
        (rows, query) in (1usize..200).prop_flat_map(|d| (values(7 * d).prop_map(move |rows| (d, rows)), values(d))),
    ) {
        let (dimensions, rows) = rows;
        let vectors = Vectors::new(dimensions, rows).expect("they are finite");
        let codes = Codes::new(&vectors);
        let query = vectors.query(&query).expect("it is finite");
        let coded = codes.query(&query);
        let (mut products, mut similarities) = ([0; 7], [0.0; 7]);
        codes.scan(&coded, 0, &mut products, &mut similarities);
        for (row, similarity) in similarities.into_iter().enumerate() {
            let right = dot(&query, vectors.row(row as u32));
            let bound = codes.bound(&coded, row as u32);
            prop_assert!((similarity - right).abs() <= bound, "{similarity} {right} {bound}");
            prop_assert!(bound < 0.1, "a bound of {bound} helps nobody");
        }
    }

    /// Whatever links there were, a walk that looks at everything meets every row afterwards.
    #[test]
    fn every_row_of_a_mended_graph_is_reached(
        values in prop::collection::vec(-1.0f32..1.0, 60 * 4),
        links in prop::collection::vec(prop::collection::vec(0u32..60, 0..3), 60),
        entry in 0u32..60,
    ) {
        let vectors = Vectors::new(4, values).expect("they are finite");
        let codes = Codes::new(&vectors);
        let mut ground = Level { rows: Vec::new(), starts: Vec::new(), links: Vec::new() };
        ground.set(links);
        let mut graph = Graph { entry, levels: vec![ground], breadth: 0 };
        for _ in 0..2 {
            mend(&mut graph, &codes, 3);
            let all = graph.search(&vectors, &codes, vectors.row(7), 60, 60, None);
            prop_assert_eq!(all.hits.len(), 60);
            refine(&mut graph, &codes, 3);
        }
        let before = graph.clone();
        mend(&mut graph, &codes, 60);
        mend(&mut graph, &codes, 60);
        let again = { let mut again = before; mend(&mut again, &codes, 60); mend(&mut again, &codes, 60); again };
        prop_assert_eq!(graph, again);
    }
}
