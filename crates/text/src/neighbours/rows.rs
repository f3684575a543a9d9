//! A set of rows, for searching within it.

/// A set of rows of a [`NeighbourIndex`](super::NeighbourIndex): one bit a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    rows: usize,
}

impl RowSet {
    /// The empty set over `rows` rows.
    #[must_use]
    pub fn empty(rows: usize) -> Self {
        Self {
            words: vec![0; rows.div_ceil(u64::BITS as usize)],
            rows,
        }
    }

    /// The rows below `rows` that `keep` keeps.
    #[must_use]
    pub fn where_row(rows: usize, mut keep: impl FnMut(u32) -> bool) -> Self {
        let mut set = Self::empty(rows);
        for row in (0..rows as u32).filter(|&row| keep(row)) {
            set.insert(row);
        }
        set
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// If the set is not over that many rows.
    pub fn insert(&mut self, row: u32) {
        assert!(
            (row as usize) < self.rows,
            "row {row} is not one of the {} rows of this set",
            self.rows
        );
        self.words[row as usize / 64] |= 1 << (row % 64);
    }

    /// Whether a row is in the set. A row that the set is not over is not.
    #[must_use]
    pub fn contains(&self, row: u32) -> bool {
        self.words
            .get(row as usize / 64)
            .is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// How many rows the set is over, in it or not.
    #[must_use]
    pub fn over(&self) -> usize {
        self.rows
    }

    /// How many rows are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// Whether no row is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The rows in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words
            .iter()
            .enumerate()
            .flat_map(|(index, &word)| Bits {
                word,
                start: index as u32 * 64,
            })
    }

    /// Adds a row; whether it was not in the set before.
    pub(super) fn visit(&mut self, row: u32) -> bool {
        let word = &mut self.words[row as usize / 64];
        let bit = 1 << (row % 64);
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }
}

struct Bits {
    word: u64,
    start: u32,
}

impl Iterator for Bits {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.word == 0 {
            return None;
        }
        let bit = self.word.trailing_zeros();
        self.word &= self.word - 1;
        Some(self.start + bit)
    }
}
