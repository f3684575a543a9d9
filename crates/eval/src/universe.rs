//! The items that are ranked, and what the memory says of them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{Context, Dialogue};

/// All items that a method ranks, in the order of their identifiers. Clones share it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Universe(Arc<Items>);

#[derive(Debug, Default, PartialEq)]
struct Items {
    ids: Vec<String>,
    positions: HashMap<String, u32>,
}

impl Universe {
    /// The universe of these items, each once.
    pub fn new(ids: impl IntoIterator<Item = String>) -> Self {
        let mut ids: Vec<String> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let positions = ids.iter().cloned().zip(0..).collect();
        Self(Arc::new(Items { ids, positions }))
    }

    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.ids.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.ids.is_empty()
    }

    /// The position of an item, which is its place in a list of scores.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<u32> {
        self.0.positions.get(id).copied()
    }

    /// The identifier of the item at a position.
    ///
    /// # Panics
    /// If the position is not below [`Self::len`].
    #[must_use]
    pub fn id(&self, position: u32) -> &str {
        &self.0.ids[position as usize]
    }

    /// The positions of the items that a context names, the latest mention first.
    #[must_use]
    pub fn named(&self, context: &Context<'_>) -> Vec<u32> {
        let items = context.items_latest_first().into_iter();
        items.filter_map(|item| self.position(item)).collect()
    }

    /// The identifiers in order.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.0.ids
    }
}

/// The conversations that methods may learn from, as sets of items.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// For each conversation its identifier.
    pub ids: Vec<String>,
    /// For each conversation the positions of the items named in it, ascending, each once.
    pub items: Vec<Vec<u32>>,
    /// For each item the number of conversations that name it.
    pub mentions: Vec<u32>,
}

impl Memory {
    /// Counts conversations over a universe; items outside it are left out.
    #[must_use]
    pub fn new<'a>(dialogues: impl IntoIterator<Item = &'a Dialogue>, universe: &Universe) -> Self {
        let sets = dialogues.into_iter().map(|dialogue| {
            let known = dialogue.items().into_iter();
            let items = known.filter_map(|item| universe.position(item)).collect();
            (dialogue.id.clone(), items)
        });
        Self::from_sets(sets, universe.len())
    }

    /// Counts sets of positions below `items`, such as what each user rated well.
    pub fn from_sets(sets: impl IntoIterator<Item = (String, Vec<u32>)>, items: usize) -> Self {
        let mut memory = Self {
            mentions: vec![0; items],
            ..Self::default()
        };
        for (id, mut set) in sets {
            set.sort_unstable();
            set.dedup();
            for &item in &set {
                memory.mentions[item as usize] += 1;
            }
            memory.ids.push(id);
            memory.items.push(set);
        }
        memory
    }

    /// The `count` most mentioned items, ties by position: the short head.
    #[must_use]
    pub fn head(&self, count: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.mentions.len() as u32).collect();
        order.sort_by_key(|&item| (std::cmp::Reverse(self.mentions[item as usize]), item));
        order.truncate(count);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_the_identifiers() {
        let universe = Universe::new(["b".to_owned(), "a".to_owned(), "b".to_owned()]);
        assert_eq!(universe.ids(), ["a", "b"]);
        assert_eq!(universe.position("b"), Some(1));
        assert_eq!(universe.position("c"), None);
    }

    #[test]
    fn a_conversation_counts_an_item_once() {
        let sets = [("x".to_owned(), vec![2, 0, 2]), ("y".to_owned(), vec![2])];
        let memory = Memory::from_sets(sets, 4);
        assert_eq!(memory.mentions, [1, 0, 2, 0]);
        assert_eq!(memory.head(2), [2, 0]);
        assert_eq!(memory.items[0], [0, 2]);
    }
}
