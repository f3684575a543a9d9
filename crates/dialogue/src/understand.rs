//! Reading a whole conversation.

use std::ops::Range;

use tastegraph_text::{EntityId, Link, Linked, Linker, Matching};

use crate::{
    Constraint, Conversation, Mention, Rule, Speaker, Stance, Turn, Understanding, Vocabulary,
    constraint,
    filter::{Filter, Grammar},
    item::{Word, items, words},
    reply::{Reply, confirms_seen},
    stance::{Reading, read},
};

/// Reads what a conversation names, how the seeker feels about it and which limits there are.
///
/// Clause by clause, verbs of liking and asking and negations set the stance towards what follows. What the recommender
/// names is neutral until the seeker's next turn accepts or rejects it. A negated person or facet value is also
/// forbidden, one of [`Vocabulary::hard`] that is asked for is also required; later turns correct earlier ones.
#[must_use]
pub fn understand(
    conversation: &Conversation,
    linker: &Linker,
    vocabulary: &Vocabulary,
) -> Understanding {
    let mut understanding = Understanding {
        turns: conversation.turns.len(),
        ..Understanding::default()
    };
    let grammar = Grammar::new(vocabulary);
    let mut question = Vec::new();
    for (index, turn) in conversation.turns.iter().enumerate() {
        let Linked { links, unlinked } = linker.link(&turn.text);
        understanding
            .unlinked
            .extend(unlinked.into_iter().map(|span| (index, span)));
        let words = words(&turn.text, &links);
        if turn.speaker == Speaker::Recommender {
            let neutral = vec![(Stance::Neutral, false); links.len()];
            add_mentions(&mut understanding, index, turn, &links, &neutral);
            question = items(&words, &links, &[]);
            continue;
        }
        let filters = grammar.read(&words);
        let items = items(&words, &links, &filters);
        let reading = read(&items, &links, filters.len());
        reply(
            &mut understanding,
            conversation,
            index,
            &reading,
            confirms_seen(&question, &items),
        );
        question = Vec::new();
        add_mentions(&mut understanding, index, turn, &links, &reading.links);
        let stated = Stated {
            turn,
            index,
            links: &links,
            words: &words,
            filters: &filters,
            reading: &reading,
        };
        stated.constrain(&mut understanding, vocabulary);
    }
    understanding
}

fn add_mentions(
    understanding: &mut Understanding,
    index: usize,
    turn: &Turn,
    links: &[Link],
    stances: &[(Stance, bool)],
) {
    let mention = |(link, &(stance, seen)): (&Link, &(Stance, bool))| Mention {
        turn: index,
        span: link.span.clone(),
        text: turn.text[link.span.clone()].to_owned(),
        entity: link.entity,
        matching: link.matching,
        stance,
        seen,
        score: link.score,
        reason: link.reason,
    };
    understanding
        .mentions
        .extend(links.iter().zip(stances).map(mention));
}

/// Applies what a seeker's turn says about the items that the recommender named right before.
fn reply(
    understanding: &mut Understanding,
    conversation: &Conversation,
    index: usize,
    reading: &Reading,
    seen: bool,
) {
    let earlier = &conversation.turns[..index];
    let first = earlier
        .iter()
        .rposition(|turn| turn.speaker == Speaker::Seeker)
        .map_or(0, |last| last + 1);
    let replies = reading
        .replies
        .iter()
        .copied()
        .chain(seen.then_some(Reply::Seen));
    for reply in replies {
        let recommended = understanding
            .mentions
            .iter_mut()
            .filter(|mention| mention.turn >= first);
        for mention in recommended.filter(|mention| mention.matching == Matching::Title) {
            match reply {
                Reply::Accept => mention.stance = Stance::Liked,
                Reply::Reject => mention.stance = Stance::Rejected,
                Reply::Seen => mention.seen = true,
            }
        }
    }
}

/// What a part of a turn does to the constraints.
enum Change {
    Add(Rule),
    /// Withdraws a ban.
    Permit(EntityId),
}

/// A seeker's turn with all that was read from it.
struct Stated<'t> {
    turn: &'t Turn,
    index: usize,
    links: &'t [Link],
    words: &'t [Word],
    filters: &'t [Filter],
    reading: &'t Reading,
}

impl Stated<'_> {
    /// Adds the constraints of the turn in the order in which they are stated.
    fn constrain(&self, understanding: &mut Understanding, vocabulary: &Vocabulary) {
        let mut changes: Vec<(Range<usize>, Change)> = Vec::new();
        for (filter, &negated) in self.filters.iter().zip(&self.reading.filters) {
            let spec = &vocabulary.filters[filter.spec];
            let range = negated.and_then(|negated| filter.range(spec.kind, negated));
            let span = self.words[filter.words.start].span.start
                ..self.words[filter.words.end - 1].span.end;
            let rule = range.map(|(min, max)| Rule::Range {
                filter: spec.name.clone(),
                min,
                max,
            });
            changes.extend(rule.map(|rule| (span, Change::Add(rule))));
        }
        for (link, (stance, _)) in self.links.iter().zip(&self.reading.links) {
            let change = match stance {
                Stance::Disliked if link.matching != Matching::Title => {
                    Change::Add(Rule::Forbid(link.entity))
                }
                Stance::AskedFor if vocabulary.hard.contains(&link.entity) => {
                    Change::Add(Rule::Require(link.entity))
                }
                Stance::AskedFor | Stance::Liked => Change::Permit(link.entity),
                _ => continue,
            };
            changes.push((link.span.clone(), change));
        }
        changes.sort_by_key(|(span, _)| span.start);
        for (span, change) in changes {
            match change {
                Change::Add(rule) => {
                    let text = self.turn.text[span.clone()].to_owned();
                    let constraint = Constraint {
                        rule,
                        turn: self.index,
                        span,
                        text,
                    };
                    constraint::add(&mut understanding.constraints, constraint);
                }
                Change::Permit(entity) => {
                    constraint::permit(&mut understanding.constraints, entity);
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "understand_tests.rs"]
mod tests;
