//! BM25 ranking of documents by words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Saturation of the term frequency; the usual value (Robertson and Zaragoza, section 3.2).
const K1: f32 = 1.2;
/// Strength of length normalisation; the usual value (ibid.).
const B: f32 = 0.75;

/// An index of documents by their words, ranked with BM25:
///
/// ```text
/// score(q, d) = Σ_t∈q idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |d| / avg|d|))
/// idf(t)      = ln(1 + (N − n_t + 0.5) / (n_t + 0.5))
/// ```
///
/// with k1 = 1.2 and b = 0.75; `tf` counts `t` in `d`, `|d|` is the number of tokens of `d`, `N` the number of
/// documents and `n_t` how many of them hold `t`. A token that a query repeats counts each time. The inverse document
/// frequency is the Robertson–Sparck Jones weight with 1 added inside the logarithm, so that it is never negative.
///
/// Source: S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and
/// Trends in Information Retrieval 3(4), 2009, equations 3.15 and 3.3.
///
/// ```
/// use tastegraph_text::{Bm25Builder, tokenize};
///
/// let mut builder = Bm25Builder::new();
/// builder.add(7, tokenize("a heist in the city"));
/// builder.add(9, tokenize("a love story in the city"));
/// let hits = builder.build().search(&tokenize("city heists"), 10);
/// assert_eq!(hits.iter().map(|hit| hit.0).collect::<Vec<_>>(), [7, 9]);
/// ```
///
/// Documents can be replaced and removed; what comes out equals an index that is built anew.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Bm25 {
    /// Documents in ascending order, with the number of their tokens.
    lengths: Vec<(u32, u32)>,
    /// For each token the documents that hold it, ascending, with the count.
    postings: BTreeMap<String, Vec<(u32, u32)>>,
}

/// Collects documents for a [`Bm25`] index.
#[derive(Debug, Clone, Default)]
pub struct Bm25Builder {
    documents: BTreeMap<u32, BTreeMap<String, u32>>,
}

impl Bm25Builder {
    /// An empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds tokens to a document. A document may be added to more than once; one without tokens counts as a document.
    pub fn add(&mut self, document: u32, tokens: impl IntoIterator<Item = impl AsRef<str>>) {
        let counts = self.documents.entry(document).or_default();
        for token in tokens {
            *counts.entry(token.as_ref().to_owned()).or_default() += 1;
        }
    }

    /// Builds the index.
    #[must_use]
    pub fn build(self) -> Bm25 {
        let mut index = Bm25::default();
        for (document, counts) in self.documents {
            index.lengths.push((document, counts.values().sum()));
            for (token, count) in counts {
                index
                    .postings
                    .entry(token)
                    .or_default()
                    .push((document, count));
            }
        }
        index
    }
}

impl Bm25 {
    /// Puts a document in, in the place of an earlier one of the same number.
    pub fn set(&mut self, document: u32, tokens: impl IntoIterator<Item = impl AsRef<str>>) {
        self.remove(document);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for token in tokens {
            *counts.entry(token.as_ref().to_owned()).or_default() += 1;
        }
        insert(&mut self.lengths, (document, counts.values().sum()));
        for (token, count) in counts {
            insert(self.postings.entry(token).or_default(), (document, count));
        }
    }

    /// Takes a document out; whether it was there. The time grows with the number of different tokens of all.
    pub fn remove(&mut self, document: u32) -> bool {
        let find = |list: &[(u32, u32)]| list.binary_search_by_key(&document, |entry| entry.0);
        let Ok(at) = find(&self.lengths) else {
            return false;
        };
        self.lengths.remove(at);
        self.postings.retain(|_, list| {
            if let Ok(at) = find(list) {
                list.remove(at);
            }
            !list.is_empty()
        });
        true
    }

    /// Gives documents new numbers in the same order, as when others are put between them. Those without a new number
    /// are taken out.
    ///
    /// # Panics
    /// In debug builds, if the new numbers are in another order.
    pub fn renumber(&mut self, number: impl Fn(u32) -> Option<u32>) {
        let renumber = |list: &mut Vec<(u32, u32)>| {
            let kept = list
                .iter()
                .filter_map(|&(old, count)| Some((number(old)?, count)));
            *list = kept.collect();
            debug_assert!(
                list.is_sorted_by(|a, b| a.0 < b.0),
                "the order of documents has changed"
            );
            !list.is_empty()
        };
        renumber(&mut self.lengths);
        self.postings.retain(|_, list| renumber(list));
    }

    /// The `k` best documents that share a token with the query, best first, with their scores. Equal scores are
    /// ordered by document id.
    #[must_use]
    pub fn search(&self, tokens: &[String], k: usize) -> Vec<(u32, f32)> {
        let mut hits = self.scores(tokens);
        let better = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if k < hits.len() {
            hits.select_nth_unstable_by(k, better);
            hits.truncate(k);
        }
        hits.sort_unstable_by(better);
        hits
    }

    /// All documents that share a token with the query, by their ids, with their scores.
    #[must_use]
    pub fn scores(&self, tokens: &[String]) -> Vec<(u32, f32)> {
        let Some(&(first, _)) = self.lengths.first() else {
            return Vec::new();
        };
        // Documents are nodes of one kind and stand close together: a table costs less than a map.
        let last = self.lengths.last().map_or(first, |&(last, _)| last);
        let mut scores = vec![0.0_f32; (last - first) as usize + 1];
        let mut lengths = vec![0.0_f32; scores.len()];
        let average = self.average_length();
        for &(document, length) in &self.lengths {
            lengths[(document - first) as usize] = length as f32 / average;
        }
        for postings in tokens.iter().filter_map(|token| self.postings.get(token)) {
            let idf = self.inverse_document_frequency(postings.len());
            for &(document, count) in postings {
                let at = (document - first) as usize;
                let frequency = count as f32;
                scores[at] +=
                    idf * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * lengths[at]));
            }
        }
        let hits = scores.into_iter().zip(first..);
        hits.filter(|&(score, _)| score > 0.0)
            .map(|(score, document)| (document, score))
            .collect()
    }

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there is no document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    fn average_length(&self) -> f32 {
        let total: u64 = self
            .lengths
            .iter()
            .map(|&(_, length)| u64::from(length))
            .sum();
        total as f32 / self.lengths.len().max(1) as f32
    }

    fn inverse_document_frequency(&self, holders: usize) -> f32 {
        let holders = holders as f32;
        (1.0 + (self.lengths.len() as f32 - holders + 0.5) / (holders + 0.5)).ln()
    }
}

fn insert(list: &mut Vec<(u32, u32)>, entry: (u32, u32)) {
    let at = list.partition_point(|other| other.0 < entry.0);
    list.insert(at, entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(documents: &[(u32, &str)]) -> Bm25 {
        let mut builder = Bm25Builder::new();
        for (document, text) in documents {
            builder.add(*document, text.split_whitespace());
        }
        builder.build()
    }

    fn query(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn computes_the_formula() {
        let index = index(&[(0, "a a b"), (1, "b")]);
        // N = 2, n = 1: idf = ln 2; |d| = 3, avg = 2.
        let expected = 2.0_f32.ln() * 2.0 * 2.2 / (2.0 + 1.2 * (0.25 + 0.75 * 1.5));
        let hits = index.search(&query("a"), 5);
        assert_eq!(hits.len(), 1);
        assert!((hits[0].1 - expected).abs() < 1e-6);
    }

    #[test]
    fn ties_are_ordered_by_document() {
        let index = index(&[(9, "x y"), (3, "x z"), (5, "x w")]);
        let ids: Vec<_> = index
            .search(&query("x"), 2)
            .into_iter()
            .map(|hit| hit.0)
            .collect();
        assert_eq!(ids, [3, 5]);
    }

    #[test]
    fn rare_words_and_short_documents_win() {
        let index = index(&[
            (0, "common rare"),
            (1, "common common"),
            (2, "common rare filler filler filler"),
        ]);
        let ids: Vec<_> = index
            .search(&query("common rare"), 3)
            .into_iter()
            .map(|hit| hit.0)
            .collect();
        assert_eq!(ids, [0, 2, 1]);
    }

    #[test]
    fn a_document_may_be_added_in_parts() {
        let mut parts = Bm25Builder::new();
        parts.add(1, ["a"]);
        parts.add(1, ["b"]);
        assert_eq!(parts.build(), index(&[(1, "a b")]));
    }

    #[test]
    fn documents_move_up_when_others_come_between() {
        let mut moved = index(&[(1, "a b"), (2, "b"), (4, "c")]);
        moved.renumber(|old| (old != 2).then_some(old * 10));
        assert_eq!(moved, index(&[(10, "a b"), (40, "c")]));
    }

    #[test]
    fn empty_cases() {
        let empty = Bm25Builder::new().build();
        assert!(empty.is_empty());
        assert_eq!(empty.search(&query("a"), 3), []);
        let blank = index(&[(0, "")]);
        assert_eq!(blank.len(), 1);
        assert_eq!(blank.search(&query("a"), 3), []);
        assert_eq!(index(&[(0, "a")]).search(&query("a"), 0), []);
    }
}
