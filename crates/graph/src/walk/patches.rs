//! Rows that differ from those of the snapshot file.

use std::collections::BTreeMap;

use super::Rows;
use crate::NodeId;

/// Changed rows by position, and nodes beyond those of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patches {
    rows: BTreeMap<u32, PatchedRow>,
    /// Number of nodes that were added.
    pub(crate) added: usize,
}

/// What is different in a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct PatchedRow {
    pub(crate) degree: f64,
    /// By neighbour, as a position: the weight in the file, 0 if there is none, and the weight now.
    pub(crate) entries: BTreeMap<u32, (f32, f32)>,
}

impl Patches {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn row(&self, position: u32) -> Option<&PatchedRow> {
        if self.rows.is_empty() {
            return None;
        }
        self.rows.get(&position)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, &PatchedRow)> {
        self.rows.iter().map(|(&position, row)| (position, row))
    }

    /// Gives the edge between two different nodes this weight.
    pub(super) fn set(&mut self, rows: &Rows, a: NodeId, b: NodeId, weight: f32) {
        let ends = [rows.position(a), rows.position(b)];
        for (here, there) in [(ends[0], ends[1]), (ends[1], ends[0])] {
            let row = self.rows.entry(here).or_insert_with(|| PatchedRow {
                degree: rows.degree(here),
                entries: BTreeMap::new(),
            });
            let entry = row.entries.entry(there).or_insert_with(|| {
                let stored = stored(rows, here, there);
                (stored, stored)
            });
            // Sums of a few million floats of similar size are exact in `f64`, so that taking an
            // addend away leaves the sum of the others.
            row.degree += f64::from(weight) - f64::from(entry.1);
            entry.1 = weight;
        }
    }
}

/// The weight that the file has for a pair.
fn stored(rows: &Rows, here: u32, there: u32) -> f32 {
    let entries = rows.entries(here);
    let found = rows.columns.ids()[entries.clone()].binary_search(&there);
    found.map_or(0.0, |k| rows.weight(entries.start + k))
}
