//! Reading a whole conversation.

use std::{collections::BTreeSet, ops::Range};

use tastegraph_text::{EntityId, Linked, Linker, Matching};

use crate::{
    Constraint, Conversation, Mention, Rule, Speaker, Stance, Turn, Understanding, Vocabulary,
    constraint,
    filter::{Demand, Filter, Grammar},
    item::{Item, Word, items, words},
    meant::{self, Meant},
    reply::{Reply, confirms_seen},
    stance::{Meaning, Reading, read},
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
    let mut reader = Dialogue {
        linker,
        vocabulary,
        grammar: Grammar::new(vocabulary),
        named: BTreeSet::new(),
        question: Vec::new(),
        first_recommended: 0,
        understanding: Understanding {
            turns: conversation.turns.len(),
            ..Understanding::default()
        },
    };
    for (index, turn) in conversation.turns.iter().enumerate() {
        match turn.speaker {
            Speaker::Recommender => reader.hear(index, turn),
            Speaker::Seeker => reader.read(index, turn),
        }
    }
    reader.understanding
}

/// What is known at a point of the conversation.
struct Dialogue<'d> {
    linker: &'d Linker,
    vocabulary: &'d Vocabulary,
    grammar: Grammar<'d>,
    /// Everything named so far.
    named: BTreeSet<EntityId>,
    /// The recommender's latest turn, if nobody has answered it.
    question: Vec<Item>,
    /// The first mention since the seeker spoke.
    first_recommended: usize,
    understanding: Understanding,
}

/// What a part of a turn does to the constraints.
enum Change {
    Add(Rule),
    /// Withdraws a ban.
    Permit(EntityId),
    Withdraw(EntityId),
    WithdrawFilter(usize),
}

/// A seeker's turn with all that was read from it.
struct Stated<'t> {
    turn: &'t Turn,
    index: usize,
    meant: &'t [Meant],
    words: &'t [Word],
    filters: &'t [Filter],
    reading: &'t Reading,
}

impl Dialogue<'_> {
    /// Notes what the recommender names.
    fn hear(&mut self, index: usize, turn: &Turn) {
        let Linked {
            links, unlinked, ..
        } = self.linker.link_after(&turn.text, &self.named);
        self.note_unlinked(index, unlinked);
        let words = words(&turn.text, &links);
        for link in &links {
            self.named.insert(link.entity);
            let mention = mention(turn, index, link, link.entity, None);
            self.understanding.mentions.push(mention);
        }
        self.question = items(&words, &links, &[]);
    }

    /// Reads a turn of the seeker.
    fn read(&mut self, index: usize, turn: &Turn) {
        let Linked {
            mut links,
            unlinked,
            ..
        } = self.linker.link_after(&turn.text, &self.named);
        self.note_unlinked(index, unlinked);
        let words = words(&turn.text, &links);
        let filters = self.grammar.read(&words);
        meant::drop_idle(&mut links, &words, &filters, self.vocabulary);
        let items = items(&words, &links, &filters);
        let reading = read(&items, &links, &filters);
        self.reply(&reading, confirms_seen(&self.question, &items));
        self.question.clear();
        let meant = meant::entities(&links, &reading, self.vocabulary);
        if let Some(link) = reading.corrects {
            self.correct(&meant[link], links[link].matching);
        }
        for (link, meant) in links.iter().zip(&meant) {
            for &entity in &meant.entities {
                self.named.insert(entity);
                let mention = mention(turn, index, link, entity, Some(meant.meaning));
                self.understanding.mentions.push(mention);
            }
        }
        let stated = Stated {
            turn,
            index,
            meant: &meant,
            words: &words,
            filters: &filters,
            reading: &reading,
        };
        stated.constrain(&mut self.understanding, self.vocabulary);
        self.first_recommended = self.understanding.mentions.len();
    }

    fn note_unlinked(&mut self, index: usize, unlinked: Vec<tastegraph_text::Unlinked>) {
        let unlinked = unlinked.into_iter().map(|span| (index, span));
        self.understanding.unlinked.extend(unlinked);
    }

    /// Applies what a seeker's turn says about the items that the recommender named right before.
    fn reply(&mut self, reading: &Reading, seen: bool) {
        let replies: BTreeSet<Reply> = reading.replies.iter().copied().collect();
        // The latest judgement counts.
        let verdict = reading
            .replies
            .iter()
            .rev()
            .find(|reply| **reply != Reply::Seen);
        let seen = seen || replies.contains(&Reply::Seen);
        let recommended = self.understanding.mentions[self.first_recommended..].iter_mut();
        for mention in recommended.filter(|mention| mention.matching == Matching::Title) {
            mention.seen |= seen;
            match verdict {
                Some(Reply::Accept) => mention.stance = Stance::Liked,
                Some(Reply::Reject) => mention.stance = Stance::Rejected,
                Some(Reply::Seen) | None => {}
            }
        }
    }

    /// Takes back what the seeker named last before this turn, of the same kind as what takes its place.
    fn correct(&mut self, new: &Meant, matching: Matching) {
        let mentions = &mut self.understanding.mentions;
        let is_old = |mention: &Mention| {
            mention.speaker == Speaker::Seeker
                && mention.matching == matching
                && mention.stance != Stance::Withdrawn
        };
        let Some(last) = mentions.iter().rev().find(|mention| is_old(mention)) else {
            return;
        };
        let (turn, span) = (last.turn, last.span.clone());
        let replaced = mentions
            .iter_mut()
            .rev()
            .take_while(|mention| mention.turn >= turn);
        for mention in replaced.filter(|mention| mention.turn == turn && mention.span == span) {
            if !new.entities.contains(&mention.entity) {
                mention.stance = Stance::Withdrawn;
                constraint::withdraw(&mut self.understanding.constraints, mention.entity);
            }
        }
    }
}

fn mention(
    turn: &Turn,
    index: usize,
    link: &tastegraph_text::Link,
    entity: EntityId,
    meaning: Option<Meaning>,
) -> Mention {
    Mention {
        turn: index,
        speaker: turn.speaker,
        span: link.span.clone(),
        text: turn.text[link.span.clone()].to_owned(),
        entity,
        matching: link.matching,
        stance: meaning.map_or(Stance::Neutral, |meaning| meaning.stance),
        seen: meaning.is_some_and(|meaning| meaning.seen),
        score: link.score,
        reason: link.reason,
    }
}

impl Stated<'_> {
    /// Adds the constraints of the turn in the order in which they are stated.
    fn constrain(&self, understanding: &mut Understanding, vocabulary: &Vocabulary) {
        let mut changes: Vec<(Range<usize>, Change)> = Vec::new();
        for (filter, &negated) in self.filters.iter().zip(&self.reading.filters) {
            let change = negated.map(|negated| filter_change(filter, negated, vocabulary));
            changes.extend(change.map(|change| (self.span(filter), change)));
        }
        for &filter in &self.reading.withdrawn {
            let filter = &self.filters[filter];
            changes.push((self.span(filter), Change::WithdrawFilter(filter.spec)));
        }
        for meant in self.meant {
            for &entity in &meant.entities {
                let change = entity_change(meant.meaning, meant.matching, entity, vocabulary);
                changes.extend(change.map(|change| (meant.span.clone(), change)));
            }
        }
        changes.sort_by_key(|(span, _)| span.start);
        for (span, change) in changes {
            self.apply(span, change, understanding, vocabulary);
        }
    }

    fn span(&self, filter: &Filter) -> Range<usize> {
        self.words[filter.words.start].span.start..self.words[filter.words.end - 1].span.end
    }

    fn apply(
        &self,
        span: Range<usize>,
        change: Change,
        understanding: &mut Understanding,
        vocabulary: &Vocabulary,
    ) {
        match change {
            Change::Add(rule) => {
                if let Rule::Require(entity) = rule {
                    self.replace(entity, understanding, vocabulary);
                }
                let constraint = Constraint {
                    rule,
                    turn: self.index,
                    text: self.turn.text[span.clone()].to_owned(),
                    span,
                };
                constraint::add(&mut understanding.constraints, constraint);
            }
            Change::Permit(entity) => {
                constraint::permit(&mut understanding.constraints, entity);
                self.replace(entity, understanding, vocabulary);
            }
            Change::Withdraw(entity) => {
                constraint::withdraw(&mut understanding.constraints, entity);
            }
            Change::WithdrawFilter(spec) => {
                let name = &vocabulary.filters[spec].name;
                constraint::withdraw_filter(&mut understanding.constraints, name);
            }
        }
    }

    /// Takes back what earlier turns required of the class of an entity that is wanted now.
    fn replace(
        &self,
        wanted: EntityId,
        understanding: &mut Understanding,
        vocabulary: &Vocabulary,
    ) {
        let Some(class) = vocabulary.hard.get(&wanted) else {
            return;
        };
        let is_replaced = |constraint: &Constraint| match constraint.rule {
            Rule::Require(old) => {
                old != wanted
                    && constraint.turn < self.index
                    && vocabulary.hard.get(&old) == Some(class)
            }
            _ => false,
        };
        let replaced: Vec<EntityId> = understanding
            .constraints
            .extract_if(.., |constraint| is_replaced(constraint))
            .filter_map(|constraint| match constraint.rule {
                Rule::Require(old) => Some(old),
                _ => None,
            })
            .collect();
        if replaced.is_empty() {
            return;
        }
        for mention in &mut understanding.mentions {
            if mention.turn < self.index && replaced.contains(&mention.entity) {
                mention.stance = Stance::Withdrawn;
            }
        }
    }
}

fn filter_change(filter: &Filter, negated: bool, vocabulary: &Vocabulary) -> Change {
    let spec = &vocabulary.filters[filter.spec];
    let name = spec.name.clone();
    match filter.demand(spec.kind, negated) {
        Demand::Within(min, max) => Change::Add(Rule::Range {
            filter: name,
            min,
            max,
        }),
        Demand::Outside(min, max) => Change::Add(Rule::Outside {
            filter: name,
            min,
            max,
        }),
        Demand::Any => Change::WithdrawFilter(filter.spec),
    }
}

fn entity_change(
    meaning: Meaning,
    matching: Matching,
    entity: EntityId,
    vocabulary: &Vocabulary,
) -> Option<Change> {
    match meaning.stance {
        Stance::Disliked if matching != Matching::Title && !meaning.mild => {
            Some(Change::Add(Rule::Forbid(entity)))
        }
        Stance::AskedFor if meaning.required => Some(Change::Add(Rule::Require(entity))),
        Stance::AskedFor if vocabulary.hard.contains_key(&entity) && !meaning.topic => {
            Some(Change::Add(Rule::Require(entity)))
        }
        Stance::AskedFor | Stance::Liked => Some(Change::Permit(entity)),
        Stance::Withdrawn => Some(Change::Withdraw(entity)),
        Stance::Neutral | Stance::Disliked | Stance::Rejected => None,
    }
}

#[cfg(test)]
#[path = "understand_tests.rs"]
mod tests;
