//! Conversations that read alike.

use std::collections::BTreeMap;

use super::popularity::scaled;
use super::with_popularity;
use crate::{Context, Dialogue, EvalError, Memory, Recommendation, Recommender, Turn};

/// BM25 (Robertson and Zaragoza 2009): how fast repetitions stop counting.
const K1: f32 = 1.2;
/// BM25: how much long conversations are held back.
const B: f32 = 0.75;
/// Conversations that vote.
const NEIGHBOURS: usize = 200;
/// Similar conversations that are named.
const NAMED: usize = 10;

/// Ranks items by the votes of the 200 conversations most similar by BM25 over words and named
/// things, each voting for its items with the square of its score.
#[derive(Debug, Clone)]
pub struct ConversationKnn {
    popularity: Vec<f32>,
    ids: Vec<String>,
    sets: Vec<Vec<u32>>,
    /// For each token its weight in each conversation that has it.
    postings: BTreeMap<String, Vec<(u32, f32)>>,
}

impl ConversationKnn {
    /// Indexes the remembered conversations, which are those of `memory` in the same order.
    #[must_use]
    pub fn new(memory: &Memory, remembered: &[Dialogue]) -> Self {
        Self {
            popularity: scaled(memory),
            ids: memory.ids.clone(),
            sets: memory.items.clone(),
            postings: index(remembered),
        }
    }

    /// The best conversations with their scores, best first, ties by place.
    fn neighbours(&self, context: &Context<'_>) -> Vec<(usize, f32)> {
        let mut scores = vec![0.0_f32; self.sets.len()];
        for token in tokens(context.turns).keys() {
            for &(place, weight) in self.postings.get(token).into_iter().flatten() {
                scores[place as usize] += weight;
            }
        }
        let mut found: Vec<(usize, f32)> = scores.into_iter().enumerate().collect();
        found.retain(|&(_, score)| score > 0.0);
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(NEIGHBOURS);
        found
    }
}

fn index(remembered: &[Dialogue]) -> BTreeMap<String, Vec<(u32, f32)>> {
    let counted: Vec<BTreeMap<String, u32>> = remembered
        .iter()
        .map(|dialogue| tokens(&dialogue.turns))
        .collect();
    let lengths: Vec<f32> = counted
        .iter()
        .map(|counts| counts.values().sum::<u32>() as f32)
        .collect();
    let average = lengths.iter().sum::<f32>() / lengths.len().max(1) as f32;
    let mut postings: BTreeMap<String, Vec<(u32, f32)>> = BTreeMap::new();
    for (counts, place) in counted.into_iter().zip(0..) {
        for (token, count) in counts {
            postings
                .entry(token)
                .or_default()
                .push((place, count as f32));
        }
    }
    for list in postings.values_mut() {
        let holders = list.len() as f32;
        let idf = (1.0 + (lengths.len() as f32 - holders + 0.5) / (holders + 0.5)).ln();
        for (place, weight) in list {
            let length = lengths[*place as usize] / average;
            *weight = idf * *weight * (K1 + 1.0) / (*weight + K1 * (1.0 - B + B * length));
        }
    }
    postings
}

/// Words in lower case, and named things, which no word is taken for: they hold a space.
fn tokens(turns: &[Turn]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for turn in turns {
        let words = turn.text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
        let named = turn.items.iter().chain(&turn.entities);
        for token in words.chain(named.map(|id| format!("named {id}"))) {
            *counts.entry(token).or_insert(0) += 1;
        }
    }
    counts
}

impl Recommender for ConversationKnn {
    fn name(&self) -> &'static str {
        "bm25-knn"
    }

    fn recommend(&self, context: &Context<'_>) -> Result<Recommendation, EvalError> {
        let neighbours = self.neighbours(context);
        let mut scores = vec![0.0; self.popularity.len()];
        for &(place, similarity) in &neighbours {
            for &item in &self.sets[place] {
                scores[item as usize] += similarity * similarity;
            }
        }
        let named = neighbours.iter().take(NAMED);
        Ok(Recommendation {
            scores: with_popularity(scores, &self.popularity),
            similar: named.map(|&(place, _)| self.ids[place].clone()).collect(),
            ..Recommendation::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Speaker, Universe};

    fn dialogue(id: &str, text: &str, item: &str) -> Dialogue {
        Dialogue {
            id: id.to_owned(),
            split: String::new(),
            turns: vec![Turn {
                speaker: Speaker::Seeker,
                text: text.to_owned(),
                entities: Vec::new(),
                items: vec![item.to_owned()],
            }],
            opinions: BTreeMap::new(),
        }
    }

    #[test]
    fn items_of_conversations_that_read_alike_come_first() {
        let remembered = [
            dialogue("a", "something to sit on", "chair"),
            dialogue("b", "something to read by", "lamp"),
            dialogue("c", "something to read by", "lamp"),
        ];
        let universe = Universe::new(["chair", "lamp"].map(str::to_owned));
        let memory = Memory::new(&remembered, &universe);
        let knn = ConversationKnn::new(&memory, &remembered);
        let turns = [Turn {
            items: Vec::new(),
            ..dialogue("q", "I want to sit", "").turns[0].clone()
        }];
        let answer = knn.recommend(&Context { turns: &turns }).expect("answers");
        assert!(answer.scores[0] > answer.scores[1]);
        assert_eq!(answer.similar[0], "a");
    }
}
