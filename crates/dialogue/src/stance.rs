//! How a seeker's turn means what it names, clause by clause.

use tastegraph_text::{Link, Matching};

use crate::{
    Stance,
    cue::{Cue, before, cue_at},
    item::{Gap, Item, Kind},
    reply::{Reply, is_copula, judgement, pronoun_follows, pronoun_subject, reply_at},
};

/// What a turn says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// For each link the stance, and whether the seeker knows the item.
    pub(crate) links: Vec<(Stance, bool)>,
    /// For each filter whether it is negated, if it is meant as one.
    pub(crate) filters: Vec<Option<bool>>,
    /// What it says about the items recommended before.
    pub(crate) replies: Vec<Reply>,
}

/// The verb that a clause stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Like,
    Dislike,
    Ask,
    Similar,
}

/// What holds within a clause.
#[derive(Debug, Default)]
struct Clause {
    base: Option<Base>,
    negated: bool,
    seen: bool,
    /// A verb that states something has been said, so that a bare term is no request.
    statement: bool,
    links: Vec<usize>,
    /// Links about which the clause has said nothing yet.
    open: Vec<usize>,
}

struct Reader<'t> {
    items: &'t [Item],
    links: &'t [Link],
    clause: Clause,
    /// Items named in the latest sentence that names any: what "it" stands for.
    recent: Vec<usize>,
    /// A sentence has ended since then.
    stale: bool,
    reading: Reading,
}

/// Reads a turn of the seeker.
pub(crate) fn read(items: &[Item], links: &[Link], filters: usize) -> Reading {
    let reading = Reading {
        links: vec![(Stance::Neutral, false); links.len()],
        filters: vec![None; filters],
        replies: Vec::new(),
    };
    let mut reader = Reader {
        items,
        links,
        clause: Clause::default(),
        recent: Vec::new(),
        stale: true,
        reading,
    };
    let mut at = 0;
    while at < items.len() {
        let next = at + reader.step(at).max(1);
        reader.close(next - 1);
        at = next;
    }
    reader.reading
}

const STATEMENTS: [&str; 18] = [
    "is", "are", "was", "were", "has", "had", "told", "said", "says", "think", "thought", "guess",
    "made", "went", "heard", "its", "thats", "theres",
];
/// Words between "and" and the verb of a new clause.
const FILLERS: [&str; 14] = [
    "i",
    "we",
    "ive",
    "im",
    "id",
    "also",
    "really",
    "then",
    "just",
    "absolutely",
    "he",
    "she",
    "they",
    "would",
];

impl Reader<'_> {
    /// Reads what starts at an item and gives back how many items that took.
    fn step(&mut self, at: usize) -> usize {
        match &self.items[at].kind {
            Kind::Link(link) => {
                self.place(*link);
                1
            }
            Kind::Filter(filter) => {
                let negated = self.clause.negated != (self.clause.base == Some(Base::Dislike));
                self.reading.filters[*filter] = (!self.clause.seen).then_some(negated);
                1
            }
            Kind::Word(word) => {
                if let Some(length) = self.judge(at) {
                    return length;
                }
                if let Some((reply, length)) = reply_at(self.items, at) {
                    self.reading.replies.push(reply);
                    return length;
                }
                if STATEMENTS.contains(&word.as_str()) && !is_relative(self.items, at) {
                    self.state();
                }
                if word == "and" && self.starts_clause(at + 1) {
                    let seen = self.clause.seen && self.clause.links.is_empty();
                    self.clause = Clause {
                        seen,
                        ..Clause::default()
                    };
                }
                cue_at(self.items, at).map_or(1, |(cue, length)| self.apply(cue, at, length))
            }
        }
    }

    /// Notes a verb that states something: bare terms of its clause are no request.
    fn state(&mut self) {
        self.clause.statement = true;
        for &link in &self.clause.open {
            self.reading.links[link].0 = Stance::Neutral;
        }
    }

    fn apply(&mut self, cue: Cue, at: usize, length: usize) -> usize {
        if matches!(cue, Cue::Like | Cue::Dislike | Cue::Seen)
            && pronoun_follows(self.items, at + length)
        {
            self.react(cue);
        }
        let clause = &mut self.clause;
        match cue {
            Cue::Like => clause.base = Some(Base::Like),
            Cue::Dislike => clause.base = Some(Base::Dislike),
            Cue::Ask => clause.base = Some(Base::Ask),
            Cue::Open => clause.base = clause.base.or(Some(Base::Ask)),
            Cue::Similar => clause.base = Some(Base::Similar),
            Cue::Seen => {
                // "I haven't seen X" is no verdict on X.
                clause.seen = !clause.negated;
                clause.negated = false;
                clause.base = None;
            }
            Cue::Negate => clause.negated = true,
            Cue::Except => {
                // An exception from "nothing" is something.
                clause.base = clause.negated.then_some(Base::Ask);
                clause.negated = !clause.negated;
            }
            Cue::Soften => {
                let weakens = self.items[at + length - 1].gap == Gap::Space;
                let word = self.items.get(at + length).and_then(Item::word);
                return length + usize::from(weakens && word.is_some());
            }
            Cue::Break => self.clause = Clause::default(),
            Cue::Idle => {}
        }
        length
    }

    fn place(&mut self, link: usize) {
        let title = self.links[link].matching == Matching::Title;
        let clause = &mut self.clause;
        let stance = match (clause.base, clause.negated) {
            (Some(Base::Dislike), true) => Stance::Neutral,
            (Some(Base::Dislike), false) | (_, true) => Stance::Disliked,
            (Some(Base::Like), _) => Stance::Liked,
            (Some(Base::Similar), _) if title => Stance::Liked,
            (None, _) if title || clause.statement || clause.seen => Stance::Neutral,
            (Some(Base::Similar | Base::Ask) | None, _) => Stance::AskedFor,
        };
        self.reading.links[link] = (stance, clause.seen && title);
        clause.links.push(link);
        if clause.base.is_none() && !clause.negated {
            clause.open.push(link);
        }
        if title {
            if std::mem::take(&mut self.stale) {
                self.recent.clear();
            }
            self.recent.push(link);
        }
    }

    /// Reads "X was great", "that was boring", "sounds good".
    fn judge(&mut self, at: usize) -> Option<usize> {
        if let Some(verb) = pronoun_subject(self.items, at) {
            let (praise, length) = judgement(self.items, verb)?;
            if self.recent.is_empty() {
                self.reading
                    .replies
                    .push(if praise { Reply::Accept } else { Reply::Reject });
            }
            let neutral = self
                .recent
                .iter()
                .copied()
                .filter(|&link| self.reading.links[link].0 == Stance::Neutral);
            for link in neutral.collect::<Vec<_>>() {
                self.reading.links[link].0 = verdict(praise);
            }
            return Some(verb - at + length);
        }
        if !is_copula(&self.items[at]) || is_relative(self.items, at) || self.clause.open.is_empty()
        {
            return None;
        }
        let (praise, length) = judgement(self.items, at)?;
        for link in self.clause.open.drain(..) {
            self.reading.links[link].0 = verdict(praise);
        }
        Some(length)
    }

    /// Reads a verb whose object is a pronoun. Without an item in this turn, it stands for the recommended ones.
    fn react(&mut self, cue: Cue) {
        let likes = match (cue, self.clause.negated) {
            (Cue::Seen | Cue::Dislike, true) => return,
            (Cue::Seen, false) => None,
            (cue, negated) => Some((cue == Cue::Like) != negated),
        };
        if self.recent.is_empty() {
            self.reading.replies.push(match likes {
                None => Reply::Seen,
                Some(true) => Reply::Accept,
                Some(false) => Reply::Reject,
            });
        }
        for &link in &self.recent {
            let (stance, seen) = &mut self.reading.links[link];
            match likes {
                None => *seen = true,
                Some(likes) => *stance = verdict(likes),
            }
        }
    }

    /// Ends the clause if it ends after an item.
    fn close(&mut self, last: usize) {
        let Some(item) = self.items.get(last) else {
            return;
        };
        let ends = match item.gap {
            Gap::Space | Gap::Dash => false,
            Gap::Comma | Gap::Pause => !self.list_goes_on(last + 1),
            Gap::Stop => true,
        };
        if ends {
            self.clause = Clause::default();
        }
        self.stale |= item.gap == Gap::Stop;
    }

    /// Whether a list goes on at an item after a comma: the clause has named something, and another thing follows that
    /// is not the subject of a new clause.
    fn list_goes_on(&self, at: usize) -> bool {
        let joints = ["and", "or", "nor", "a", "an", "the"];
        let joint = |item: &&Item| item.word().is_some_and(|word| joints.contains(&word));
        let next = at + self.items[at..].iter().take_while(joint).count();
        let subject = self.items.get(next + 1).is_some_and(is_copula);
        !self.clause.links.is_empty() && self.items.get(next).is_some_and(Item::is_link) && !subject
    }

    /// Whether a verb or negation of its own follows "and".
    fn starts_clause(&self, at: usize) -> bool {
        let filler = |item: &&Item| item.word().is_some_and(|word| FILLERS.contains(&word));
        let verb = at + self.items[at..].iter().take_while(filler).count();
        let cue = cue_at(self.items, verb).map(|found| found.0);
        matches!(
            cue,
            Some(Cue::Like | Cue::Dislike | Cue::Ask | Cue::Seen | Cue::Negate)
        )
    }
}

/// Whether a verb belongs to a relative clause: "a film that is long" states nothing.
fn is_relative(items: &[Item], verb: usize) -> bool {
    before(items, verb).is_some_and(|word| ["that", "which", "who"].contains(&word))
}

fn verdict(likes: bool) -> Stance {
    if likes {
        Stance::Liked
    } else {
        Stance::Disliked
    }
}
