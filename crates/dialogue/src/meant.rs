//! Which entities the links of a turn mean.

use std::ops::Range;

use tastegraph_text::{EntityId, Link, Matching};

use crate::{
    Vocabulary,
    filter::Filter,
    item::{Gap, Word, expression, overlaps},
    stance::{Meaning, Reading},
};

/// A link, and what is meant by it.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    pub(crate) entities: Vec<EntityId>,
    pub(crate) matching: Matching,
    pub(crate) span: Range<usize>,
    pub(crate) meaning: Meaning,
}

/// Removes terms that mean nothing where they stand: inside a range ("1950s"), in the name of a relation ("music by
/// X"), and the name of a class beside one of its members ("Spanish language").
pub(crate) fn drop_idle(
    links: &mut Vec<Link>,
    words: &[Word],
    filters: &[Filter],
    vocabulary: &Vocabulary,
) {
    let mut idle = vec![false; words.len()];
    for filter in filters {
        idle[filter.words.clone()].fill(true);
    }
    for relation in vocabulary.relations.iter().map(|name| expression(name)) {
        for at in 0..words.len() {
            let end = at + relation.len();
            let inside = || words[at..end - 1].iter().all(|word| word.gap == Gap::Space);
            let same = |(word, part): (&Word, &String)| word.text == *part;
            if relation.len() > 1
                && end <= words.len()
                && words[at..end].iter().zip(&relation).all(same)
                && inside()
            {
                idle[at..end].fill(true);
            }
        }
    }
    let mut strict: Option<(usize, &String)> = None;
    let mut at = 0;
    let mut keep = Vec::with_capacity(links.len());
    for link in links.iter() {
        while words
            .get(at)
            .is_some_and(|word| word.span.end <= link.span.start)
        {
            at += 1;
        }
        let covered = words[at..]
            .iter()
            .take_while(|word| overlaps(&word.span, &link.span));
        let end = at + covered.count();
        let names_class = strict.is_some_and(|(after, class)| {
            after == at && end == at + 1 && words[at].text == class.to_lowercase()
        });
        let meaningless = link.matching == Matching::Term
            && (names_class || (end > at && !idle[at..end].contains(&false)));
        keep.push(!meaningless);
        strict = vocabulary.hard.get(&link.entity).map(|class| (end, class));
    }
    let mut keep = keep.into_iter();
    links.retain(|_| keep.next().unwrap_or(true));
}

/// What each link means: all terms that it may stand for, but of those that are strict and those that are not only
/// the ones that fit: "from X" or "about X".
pub(crate) fn entities(links: &[Link], reading: &Reading, vocabulary: &Vocabulary) -> Vec<Meant> {
    let meant = |(link, &meaning): (&Link, &Meaning)| {
        let all = || std::iter::once(link.entity).chain(link.also.iter().copied());
        let fits = |entity: &EntityId| vocabulary.hard.contains_key(entity) != meaning.topic;
        let mut entities: Vec<EntityId> = all().filter(fits).collect();
        if entities.is_empty() || !all().any(|entity| vocabulary.hard.contains_key(&entity)) {
            entities = all().collect();
        }
        Meant {
            entities,
            matching: link.matching,
            span: link.span.clone(),
            meaning,
        }
    };
    links.iter().zip(&reading.links).map(meant).collect()
}
