//! Many strings in one allocation.

use serde::{Deserialize, Serialize};

use crate::GraphError;

/// An append-only list of strings: all text in one buffer, plus where each string ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StringTable {
    text: String,
    ends: Vec<u32>,
}

impl StringTable {
    /// Builds the table. Fails above 4 GiB of text.
    pub(crate) fn from_strings<'a>(
        strings: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, GraphError> {
        let mut table = Self::default();
        for string in strings {
            table.text.push_str(string);
            let count = table.text.len();
            table
                .ends
                .push(u32::try_from(count).map_err(|_| GraphError::TooLarge {
                    what: "bytes of text",
                    count,
                    limit: u32::MAX as usize,
                })?);
        }
        Ok(table)
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start as usize..self.ends[index] as usize]
    }

    /// Whether every string can be taken out of the text, which a damaged file may not grant.
    pub(crate) fn is_sound(&self) -> bool {
        let cuts = self.ends.iter().map(|&end| end as usize);
        self.ends.is_sorted()
            && self.ends.last().map_or(0, |&end| end as usize) == self.text.len()
            && cuts.into_iter().all(|end| self.text.is_char_boundary(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_as_they_went_in() {
        let table = StringTable::from_strings(["a", "", "déjà", "b"]).expect("is small");
        let back: Vec<&str> = (0..table.len()).map(|i| table.get(i)).collect();
        assert_eq!(back, ["a", "", "déjà", "b"]);
        assert!(table.is_sound() && StringTable::default().is_sound());
    }

    #[test]
    fn damage_is_noticed() {
        let sound = StringTable::from_strings(["é", "x"]).expect("is small");
        for ends in [vec![1, 3], vec![3, 2], vec![2, 2], vec![2, 9]] {
            assert!(
                !StringTable {
                    ends,
                    ..sound.clone()
                }
                .is_sound()
            );
        }
    }
}
