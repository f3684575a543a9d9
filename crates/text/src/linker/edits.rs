//! Edit distance, and the words that lie near a word.

/// The number of insertions, deletions, substitutions and swaps of neighbours between two texts (optimal string
/// alignment), if it is not above the limit.
pub(super) fn distance(a: &[char], b: &str, limit: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        // A swap may reach back one row, so one hopeless row is not enough to give up.
        if row.iter().chain(&last).all(|&edits| edits > limit) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()].le(&limit).then_some(last[b.len()])
}

/// The edits that a word of so many characters may have.
fn allowed(characters: usize) -> usize {
    match characters {
        0..4 => 0,
        4..10 => 1,
        _ => 2,
    }
}

/// A hash that is the same on every machine and in every build (FNV-1a).
pub(super) fn hash<'s>(parts: impl IntoIterator<Item = &'s str>) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in parts.into_iter().flat_map(str::bytes) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    }
    hash
}

/// Words that can be found by a misspelling of theirs.
///
/// Two words within `d` edits have a text in common that is left of each after at most `d` deletions (W. Garbe,
/// "Symmetric Delete spelling correction", 2012). The deletions of the words are kept by hash, so that looking up
/// costs what the misspelled word is long, however many words there are.
#[derive(Debug, Clone, Default)]
pub(super) struct NearWords {
    words: Vec<Box<str>>,
    /// Hash of a word after deletions, and the word; ascending.
    deletions: Vec<(u32, u32)>,
}

impl NearWords {
    /// Indexes words without repetitions.
    pub(super) fn new(words: Vec<Box<str>>) -> Self {
        let mut deletions: Vec<(u32, u32)> = Vec::new();
        for (id, word) in words.iter().enumerate() {
            let characters: Vec<char> = word.chars().collect();
            let hashes = shortened(&characters, allowed(characters.len()));
            deletions.extend(hashes.into_iter().map(|hash| (hash, id as u32)));
        }
        deletions.sort_unstable();
        deletions.dedup();
        deletions.shrink_to_fit();
        Self { words, deletions }
    }

    /// The words within the edits that a word may have, the word itself aside, closest first; at most `limit`.
    pub(super) fn find(&self, word: &str, limit: usize) -> Vec<(usize, &str)> {
        /// Words looked at that share a text with the misspelled one.
        const MAX_CANDIDATES: usize = 256;
        let characters: Vec<char> = word.chars().collect();
        let edits = allowed(characters.len() + 1).min(allowed(characters.len()) + 1);
        let mut ids: Vec<u32> = Vec::new();
        for hash in shortened(&characters, edits) {
            let from = self.deletions.partition_point(|&(other, _)| other < hash);
            let same = self.deletions[from..]
                .iter()
                .take_while(|(other, _)| *other == hash);
            ids.extend(
                same.take(MAX_CANDIDATES - ids.len().min(MAX_CANDIDATES))
                    .map(|&(_, id)| id),
            );
        }
        ids.sort_unstable();
        ids.dedup();
        let near = ids.into_iter().filter_map(|id| {
            let near = &*self.words[id as usize];
            let distance = distance(&characters, near, allowed(near.chars().count()))?;
            (distance > 0).then_some((distance, near))
        });
        let mut near: Vec<(usize, &str)> = near.collect();
        near.sort_unstable();
        near.truncate(limit);
        near
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        let words = self
            .words
            .iter()
            .map(|word| word.len() + size_of::<Box<str>>());
        words.sum::<usize>() + self.deletions.capacity() * size_of::<(u32, u32)>()
    }
}

/// Hashes of a word and of what is left of it after at most `edits` deletions.
fn shortened(characters: &[char], edits: usize) -> Vec<u32> {
    let all = |skipped: [usize; 2]| {
        let kept = characters
            .iter()
            .enumerate()
            .filter(|(at, _)| !skipped.contains(at));
        let mut buffer = [0; 4];
        let mut state = 0xCBF2_9CE4_8422_2325_u64;
        for (_, character) in kept {
            for byte in character.encode_utf8(&mut buffer).bytes() {
                state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
            }
        }
        (state ^ (state >> 32)) as u32
    };
    let length = characters.len();
    let mut hashes = vec![all([length, length])];
    if edits >= 1 {
        hashes.extend((0..length).map(|at| all([at, length])));
    }
    if edits >= 2 {
        hashes.extend(
            (0..length)
                .flat_map(|a| (a + 1..length).map(move |b| [a, b]))
                .map(all),
        );
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, limit, expected) in [
            ("heat wave", "heat wave", 1, Some(0)),
            ("haet wave", "heat wave", 1, Some(1)),
            ("heat wav", "heat wave", 1, Some(1)),
            ("heat wavve", "heat wave", 1, Some(1)),
            ("hxat wxve", "heat wave", 1, None),
            ("hxat wxve", "heat wave", 2, Some(2)),
            ("ab", "ba", 1, Some(1)),
        ] {
            let a: Vec<char> = a.chars().collect();
            assert_eq!(distance(&a, b, limit), expected, "{b}");
        }
    }

    #[test]
    fn finds_near_words() {
        let words = ["shawshank", "redemption", "heat", "it", "heath"]
            .map(Into::into)
            .to_vec();
        let near = NearWords::new(words);
        for (word, expected) in [
            ("shawshenk", vec![(1, "shawshank")]),
            ("shawhsank", vec![(1, "shawshank")]),
            ("redemtion", vec![(1, "redemption")]),
            ("rademtion", vec![(2, "redemption")]),
            ("shawshonkk", vec![]),
            ("heat", vec![(1, "heath")]),
            ("haet", vec![(1, "heat")]),
            ("its", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(near.find(word, 8), expected, "{word}");
        }
    }
}
