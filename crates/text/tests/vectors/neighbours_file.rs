//! The index as a file.

use proptest::prelude::*;
use std::sync::LazyLock;
use tastegraph_text::{NeighbourIndex, NeighbourOptions, TextError};
use tempfile::TempDir;

use crate::neighbours::{clustered, graph_options};

const DIMENSIONS: usize = 20;

fn index(rows: usize) -> NeighbourIndex {
    NeighbourIndex::build(
        DIMENSIONS,
        clustered(rows, DIMENSIONS, 11),
        &graph_options(),
    )
    .expect("it is valid")
}

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| index(800).to_bytes());

#[test]
fn an_index_comes_back_as_it_was() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    for rows in [0, 1, 300, 800] {
        let saved = index(rows);
        assert_eq!(saved.has_graph(), rows >= 500);
        let path = folder.path().join("vectors.bin");
        saved.save(&path).expect("it can be written");
        let loaded = NeighbourIndex::load(&path).expect("it is whole");
        assert_eq!(saved.to_bytes(), loaded.to_bytes());
        assert_eq!(
            (saved.recall(), saved.has_graph()),
            (loaded.recall(), loaded.has_graph())
        );
        for query in clustered(20, DIMENSIONS, 12).chunks_exact(DIMENSIONS) {
            assert_eq!(
                saved.near(query).run().expect("valid"),
                loaded.near(query).run().expect("valid")
            );
        }
    }
    let names: Vec<_> = fs_err::read_dir(folder.path())
        .expect("it is there")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(names, ["vectors.bin"]);
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    assert_eq!(*BYTES, index(800).to_bytes());
}

#[test]
fn a_missing_file_is_named() {
    let error = NeighbourIndex::load(std::path::Path::new("no/such/file"))
        .err()
        .expect("there is none");
    assert!(matches!(error, TextError::File(_)) && error.to_string().contains("no/such/file"));
}

/// Puts the right checksum on bytes that were changed: a checksum is no seal.
fn forged(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = blake3::hash(&bytes[40..]);
    bytes[8..40].copy_from_slice(checksum.as_bytes());
    bytes
}

fn refused(bytes: &[u8]) -> bool {
    matches!(
        NeighbourIndex::from_bytes(bytes),
        Err(TextError::VectorIndex { .. })
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_changed_bit_is_refused(place in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bytes = BYTES.clone();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert!(refused(&bytes));
    }

    #[test]
    fn a_cut_or_longer_file_is_refused(length in any::<prop::sample::Index>(), more in 1usize..50) {
        prop_assert!(refused(&BYTES[..length.index(BYTES.len())]));
        prop_assert!(refused(&[&BYTES[..], &vec![7; more]].concat()));
        prop_assert!(refused(&forged(BYTES[..40 + length.index(BYTES.len() - 40)].to_vec())));
        prop_assert!(refused(&forged([&BYTES[..], &vec![0; more]].concat())));
    }

    /// Whatever passes the checksum is refused, or can be searched without a crash.
    #[test]
    fn a_forged_file_does_no_harm(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), head in any::<bool>()) {
        let mut bytes = BYTES.clone();
        for (place, value) in places {
            let place = 40 + place.index(if head { 52 } else { bytes.len() - 40 });
            bytes[place] = value;
        }
        if let Ok(index) = NeighbourIndex::from_bytes(&forged(bytes)) {
            let query = vec![1.0; index.dimensions()];
            let found = index.near(&query).run().expect("the query is valid");
            prop_assert!(found.hits.len() <= 10);
        }
    }
}

#[test]
fn an_index_of_another_build_option_keeps_its_own() {
    let options = NeighbourOptions {
        graph_from: 10_000,
        ..NeighbourOptions::default()
    };
    let scanning = NeighbourIndex::build(DIMENSIONS, clustered(800, DIMENSIONS, 11), &options)
        .expect("it is valid");
    let loaded = NeighbourIndex::from_bytes(&scanning.to_bytes()).expect("it is whole");
    assert!(!loaded.has_graph() && loaded.near(loaded.row(5)).run().expect("valid").exact);
}
