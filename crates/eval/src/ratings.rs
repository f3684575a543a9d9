//! Recommendation from ratings: the last item of each user is left out (temporal leave-one-out).

use std::collections::BTreeMap;

use crate::baselines::{CoOccurrence, Ease, Popularity};
use crate::{
    Context, EvalError, Memory, Rating, Recommendation, Recommender, Speaker, Turn, Universe,
};

/// A split by time: all but the last item of each user is known.
#[derive(Debug, Clone)]
pub struct RatingsSplit {
    /// The items that somebody rated.
    pub universe: Universe,
    /// For each user what is known, oldest first, as (position, rating).
    pub known: Vec<Vec<(u32, f32)>>,
    /// For each user the position of the item that is left out.
    pub targets: Vec<u32>,
    /// For each user its name.
    pub users: Vec<String>,
}

impl RatingsSplit {
    /// Splits ratings. Users with fewer than two are left out; `skip` leaves out that many of the
    /// latest items before, so that 1 gives a split to tune on that does not touch the targets.
    ///
    /// Ties in time are broken by the item's identifier.
    #[must_use]
    pub fn new(ratings: &[Rating], skip: usize) -> Self {
        let universe = Universe::new(ratings.iter().map(|rating| rating.item.clone()));
        let mut by_user: BTreeMap<&str, Vec<&Rating>> = BTreeMap::new();
        for rating in ratings {
            by_user.entry(&rating.user).or_default().push(rating);
        }
        let mut split = Self {
            universe,
            known: Vec::new(),
            targets: Vec::new(),
            users: Vec::new(),
        };
        for (user, mut rated) in by_user {
            rated.sort_by(|a, b| a.time.cmp(&b.time).then_with(|| a.item.cmp(&b.item)));
            rated.truncate(rated.len().saturating_sub(skip));
            let placed = rated.iter().filter_map(|rating| {
                let position = split.universe.position(&rating.item)?;
                Some((position, rating.value))
            });
            let mut history: Vec<(u32, f32)> = placed.collect();
            let Some((target, _)) = history.pop().filter(|_| !history.is_empty()) else {
                continue;
            };
            // Whoever rates an item again has known it before.
            history.retain(|&(item, _)| item != target);
            split.known.push(history);
            split.targets.push(target);
            split.users.push(user.to_owned());
        }
        split
    }

    /// What is known, as sets of items by user.
    #[must_use]
    pub fn memory(&self) -> Memory {
        let sets = self.users.iter().zip(&self.known).map(|(user, known)| {
            let items = known.iter().map(|&(item, _)| item).collect();
            (user.clone(), items)
        });
        Memory::from_sets(sets, self.universe.len())
    }

    /// The ranks of the targets among the items that each user does not know, ties against them.
    ///
    /// # Errors
    /// What the method reports.
    pub fn ranks(&self, method: &dyn UserRecommender) -> Result<Vec<u32>, EvalError> {
        let users = self.known.iter().zip(&self.targets);
        users
            .map(|(known, &target)| {
                let scores = method.recommend(known)?;
                let mut excluded: Vec<u32> = known.iter().map(|&(item, _)| item).collect();
                excluded.sort_unstable();
                excluded.dedup();
                Ok(crate::pessimistic_rank(&scores, Some(target), &excluded))
            })
            .collect()
    }
}

/// A method that ranks items for a user.
pub trait UserRecommender {
    /// A short name.
    fn name(&self) -> &'static str;

    /// Scores all items for somebody who rated these, oldest first.
    ///
    /// # Errors
    /// [`EvalError::Method`] if it cannot.
    fn recommend(&self, known: &[(u32, f32)]) -> Result<Vec<f32>, EvalError>;
}

impl UserRecommender for Popularity {
    fn name(&self) -> &'static str {
        "popularity"
    }

    fn recommend(&self, _: &[(u32, f32)]) -> Result<Vec<f32>, EvalError> {
        Ok(Recommender::recommend(self, &Context { turns: &[] })?.scores)
    }
}

impl UserRecommender for CoOccurrence {
    fn name(&self) -> &'static str {
        "cooccurrence"
    }

    fn recommend(&self, known: &[(u32, f32)]) -> Result<Vec<f32>, EvalError> {
        Ok(self.scores(&items(known)))
    }
}

impl UserRecommender for Ease {
    fn name(&self) -> &'static str {
        "ease"
    }

    fn recommend(&self, known: &[(u32, f32)]) -> Result<Vec<f32>, EvalError> {
        Ok(self.scores(&items(known)))
    }
}

fn items(known: &[(u32, f32)]) -> Vec<u32> {
    known.iter().map(|&(item, _)| item).collect()
}

/// Cosine similarity between items over users, summed over the items at hand (item-based nearest
/// neighbours: Sarwar et al., WWW 2001).
#[derive(Debug, Clone)]
pub struct ItemKnn {
    sets: Vec<Vec<u32>>,
    holders: Vec<Vec<u32>>,
    neighbours: usize,
}

impl ItemKnn {
    /// Similar items that count for each item at hand.
    pub const NEIGHBOURS: usize = 100;

    /// Indexes what users know.
    #[must_use]
    pub fn new(memory: &Memory, neighbours: usize) -> Self {
        let mut holders = vec![Vec::new(); memory.mentions.len()];
        for (set, number) in memory.items.iter().zip(0..) {
            for &item in set {
                holders[item as usize].push(number);
            }
        }
        Self {
            sets: memory.items.clone(),
            holders,
            neighbours,
        }
    }

    fn neighbours(&self, item: u32) -> Vec<(u32, f32)> {
        let own = &self.holders[item as usize];
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for &other in own.iter().flat_map(|&user| &self.sets[user as usize]) {
            *counts.entry(other).or_default() += 1;
        }
        let cosine = |(other, count): (u32, u32)| {
            let length = (own.len() as f32 * self.holders[other as usize].len() as f32).sqrt();
            (other, count as f32 / length)
        };
        let others = counts.into_iter().filter(|&(other, _)| other != item);
        let mut found: Vec<(u32, f32)> = others.map(cosine).collect();
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(self.neighbours);
        found
    }
}

impl UserRecommender for ItemKnn {
    fn name(&self) -> &'static str {
        "item-knn"
    }

    fn recommend(&self, known: &[(u32, f32)]) -> Result<Vec<f32>, EvalError> {
        let mut scores = vec![0.0; self.holders.len()];
        for &(item, _) in known {
            for (other, similarity) in self.neighbours(item) {
                scores[other as usize] += similarity;
            }
        }
        Ok(scores)
    }
}

/// A method for conversations, asked about ratings: each rating is a turn of the seeker that names
/// an item, the latest last.
pub struct FromConversation<'a> {
    /// The method.
    pub method: &'a dyn Recommender,
    /// The items.
    pub universe: &'a Universe,
    /// The name to report.
    pub name: &'static str,
}

impl UserRecommender for FromConversation<'_> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn recommend(&self, known: &[(u32, f32)]) -> Result<Vec<f32>, EvalError> {
        let turn = |&(item, _): &(u32, f32)| Turn {
            speaker: Speaker::Seeker,
            text: String::new(),
            entities: Vec::new(),
            items: vec![self.universe.id(item).to_owned()],
        };
        let turns: Vec<Turn> = known.iter().map(turn).collect();
        let Recommendation { scores, .. } = self.method.recommend(&Context { turns: &turns })?;
        Ok(scores)
    }
}

impl std::fmt::Debug for FromConversation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FromConversation")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(user: &str, item: &str, time: i64) -> Rating {
        Rating {
            user: user.to_owned(),
            item: item.to_owned(),
            value: 4.0,
            time,
        }
    }

    fn ratings() -> Vec<Rating> {
        vec![
            rating("u", "b", 2),
            rating("u", "a", 1),
            rating("u", "c", 3),
            rating("v", "a", 1),
            rating("v", "b", 1),
            rating("w", "c", 1),
        ]
    }

    #[test]
    fn the_last_item_is_left_out() {
        let split = RatingsSplit::new(&ratings(), 0);
        assert_eq!(split.users, ["u", "v"]);
        assert_eq!(split.targets, [2, 1]);
        assert_eq!(split.known[0], [(0, 4.0), (1, 4.0)]);
        let before = RatingsSplit::new(&ratings(), 1);
        assert_eq!(
            (before.users.as_slice(), before.targets.as_slice()),
            (&["u".to_owned()][..], &[1][..])
        );
    }

    #[test]
    fn item_knn_is_the_cosine() {
        // a is held by u and v, b by u: cosine 1 / √2.
        let split = RatingsSplit::new(&ratings(), 0);
        let knn = ItemKnn::new(&split.memory(), 10);
        let scores = knn.recommend(&[(0, 4.0)]).expect("answers");
        assert!((scores[1] - 0.5_f32.sqrt()).abs() < 1e-6, "{scores:?}");
        assert!(scores[0].abs() < 1e-9 && scores[2].abs() < 1e-9);
    }

    #[test]
    fn known_items_leave_the_ranking() {
        let split = RatingsSplit::new(&ratings(), 0);
        let popularity = Popularity::new(&split.memory());
        // Nothing but c is left for u; a would stand above b for v, were it not known.
        assert_eq!(split.ranks(&popularity).expect("answers"), [1, 1]);
    }
}
