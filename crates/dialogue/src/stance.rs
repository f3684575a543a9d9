//! How a seeker's turn means what it names, clause by clause.

use tastegraph_text::{Link, Matching};

use crate::{
    Stance,
    cue::{Cue, before, contains, cue_at},
    filter::Filter,
    item::{Gap, Item, Kind},
    reply::{Reply, is_copula, judgement, opens, pronoun_follows, pronoun_subject, reply_at},
};

/// What a turn says about something it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent observations, each with its own name"
)]
pub(crate) struct Meaning {
    pub(crate) stance: Stance,
    /// The seeker knows the item.
    pub(crate) seen: bool,
    /// The dislike is one of degree: there should be less of it.
    pub(crate) mild: bool,
    /// Nothing else will do.
    pub(crate) required: bool,
    /// Named as what something is about or where it is set.
    pub(crate) topic: bool,
}

/// What a turn says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// For each link what is meant.
    pub(crate) links: Vec<Meaning>,
    /// For each filter whether it is negated, if it is meant as one.
    pub(crate) filters: Vec<Option<bool>>,
    /// What it says about the items recommended before.
    pub(crate) replies: Vec<Reply>,
    /// A link that takes the place of what an earlier turn named.
    pub(crate) corrects: Option<usize>,
    /// Filters that are taken back.
    pub(crate) withdrawn: Vec<usize>,
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
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent marks of a clause, each with its own name"
)]
struct Clause {
    base: Option<Base>,
    negated: bool,
    seen: bool,
    less: bool,
    only: bool,
    withdrawn: bool,
    /// A verb that states something has been said, so that a bare term is no request.
    statement: bool,
    links: Vec<usize>,
    /// Links about which the clause has said nothing yet.
    open: Vec<usize>,
}

struct Reader<'t> {
    items: &'t [Item],
    links: &'t [Link],
    filters: &'t [Filter],
    clause: Clause,
    /// The next link is what a "not too" weakens.
    weakened: bool,
    /// The link named last, of any kind.
    named: Option<usize>,
    /// Items named in the latest sentence that names any: what "it" stands for.
    recent: Vec<usize>,
    /// A sentence has ended since then.
    stale: bool,
    reading: Reading,
}

/// Reads a turn of the seeker.
pub(crate) fn read(items: &[Item], links: &[Link], filters: &[Filter]) -> Reading {
    let nothing = Meaning {
        stance: Stance::Neutral,
        seen: false,
        mild: false,
        required: false,
        topic: false,
    };
    let reading = Reading {
        links: vec![nothing; links.len()],
        filters: vec![None; filters.len()],
        ..Reading::default()
    };
    let mut reader = Reader {
        items,
        links,
        filters,
        clause: Clause::default(),
        weakened: false,
        named: None,
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
const FILLERS: &str = "i we ive im id also really then just absolutely he she they would";
/// Words that introduce what something is about or where it is set.
const TOPICS: &str = "about set regarding concerning";
/// Words between those and the thing.
const ARTICLES: &str = "a an the in around";

/// The most items that "it" or "those" stand for.
const MAX_RECENT: usize = 16;
/// The most words between a comma or "and" and what goes on after it.
const MAX_JOINTS: usize = 8;

impl Reader<'_> {
    /// Reads what starts at an item and gives back how many items that took.
    fn step(&mut self, at: usize) -> usize {
        match &self.items[at].kind {
            Kind::Link(link) => {
                self.place(*link, at);
                1
            }
            Kind::Filter(filter) => {
                self.filter(*filter, at);
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
                if word == "just" && self.clause.negated && !self.clause.links.is_empty() {
                    self.clause = Clause::default();
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

    fn filter(&mut self, filter: usize, at: usize) {
        if self.clause.withdrawn {
            self.reading.withdrawn.push(filter);
            return;
        }
        let stated = &self.filters[filter];
        if stated.excess && !stated.flipped && opens(self.items, at) && self.clause.links.is_empty()
        {
            self.reading.replies.push(Reply::Reject);
        }
        // "no X under two hours": the limit is a wish of its own.
        let apart =
            self.clause.base.is_none() && !self.clause.links.is_empty() && stated.is_duration;
        let negated = !apart && self.clause.negated != (self.clause.base == Some(Base::Dislike));
        self.reading.filters[filter] = (!self.clause.seen).then_some(negated);
    }

    /// Notes a verb that states something: bare terms of its clause are no request.
    fn state(&mut self) {
        if std::mem::replace(&mut self.clause.statement, true) {
            return;
        }
        for &link in &self.clause.open {
            self.reading.links[link].stance = Stance::Neutral;
        }
    }

    fn apply(&mut self, cue: Cue, at: usize, length: usize) -> usize {
        if matches!(cue, Cue::Like | Cue::Dislike | Cue::Seen)
            && pronoun_follows(self.items, at + length)
        {
            self.react(cue);
        }
        let clause = &mut self.clause;
        if matches!(
            cue,
            Cue::Like | Cue::Dislike | Cue::Ask | Cue::Seen | Cue::Open
        ) {
            clause.withdrawn = false;
            clause.less = false;
        }
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
            Cue::Less => clause.less = true,
            Cue::Only => clause.only = true,
            Cue::Withdraw => clause.withdrawn = true,
            Cue::Soften => return length + self.soften(at, length),
            Cue::Correct => {
                self.clause = Clause::default();
                self.correct(at + length);
            }
            Cue::Break => self.clause = Clause::default(),
            Cue::Idle => {}
        }
        length
    }

    /// Reads what a "not too" weakens: a link is wanted less, another word means nothing here. Gives back how many items
    /// more that took.
    fn soften(&mut self, at: usize, length: usize) -> usize {
        if self.items[at].word() == Some("too") && opens(self.items, at) {
            self.reading.replies.push(Reply::Reject);
        }
        if self.items[at + length - 1].gap != Gap::Space {
            return 0;
        }
        match self.items.get(at + length).map(|item| &item.kind) {
            Some(Kind::Link(_)) => {
                self.weakened = true;
                0
            }
            Some(Kind::Word(_)) => 1,
            _ => 0,
        }
    }

    /// Reads "I mean X": X takes the place of the last thing of its kind, in this turn or, if it names none, before.
    fn correct(&mut self, at: usize) {
        let filler = |item: &&Item| item.word().is_some_and(|word| contains(ARTICLES, word));
        let at = at
            + self.items[at..]
                .iter()
                .take(MAX_JOINTS)
                .take_while(filler)
                .count();
        let Some(Kind::Link(link)) = self.items.get(at).map(|item| &item.kind) else {
            return;
        };
        // "I mean, X is fine" corrects nothing.
        if self.items[at].gap == Gap::Space && self.items.get(at + 1).is_some_and(is_copula) {
            return;
        }
        match self
            .named
            .filter(|&named| self.links[named].matching == self.links[*link].matching)
        {
            Some(old) if self.links[old].entity != self.links[*link].entity => {
                let Meaning { stance, seen, .. } = self.reading.links[old];
                self.clause.base = match stance {
                    Stance::Liked => Some(Base::Like),
                    Stance::AskedFor => Some(Base::Ask),
                    Stance::Disliked => Some(Base::Dislike),
                    _ => None,
                };
                self.clause.seen = seen;
                self.reading.links[old].stance = Stance::Withdrawn;
            }
            Some(_) => {}
            None => self.reading.corrects = Some(*link),
        }
    }

    fn place(&mut self, link: usize, at: usize) {
        let title = self.links[link].matching == Matching::Title;
        let weakened = std::mem::take(&mut self.weakened);
        let topic = self.is_topic(at);
        let only_follows = self.items[at].gap == Gap::Space
            && self.items.get(at + 1).and_then(Item::word) == Some("only");
        let clause = &mut self.clause;
        let required = (clause.only || only_follows) && !clause.negated && !title;
        let stance = match (clause.base, clause.negated) {
            _ if clause.withdrawn => Stance::Withdrawn,
            _ if weakened || clause.less => Stance::Disliked,
            _ if required => Stance::AskedFor,
            (Some(Base::Dislike), true) => Stance::Neutral,
            (Some(Base::Dislike), false) | (_, true) => Stance::Disliked,
            (Some(Base::Like), _) => Stance::Liked,
            (Some(Base::Similar), _) if title => Stance::Liked,
            (None, _) if title || clause.statement || clause.seen => Stance::Neutral,
            (Some(Base::Similar | Base::Ask) | None, _) => Stance::AskedFor,
        };
        self.reading.links[link] = Meaning {
            stance,
            seen: clause.seen && title,
            mild: weakened || clause.less,
            required,
            topic,
        };
        clause.links.push(link);
        if clause.base.is_none() && !clause.negated && !weakened && !required {
            clause.open.push(link);
        }
        self.named = Some(link);
        if title {
            if std::mem::take(&mut self.stale) {
                self.recent.clear();
            }
            if self.recent.len() < MAX_RECENT {
                self.recent.push(link);
            }
        }
    }

    fn is_topic(&self, at: usize) -> bool {
        let before = self.items[..at].iter().rev().take(MAX_JOINTS);
        let words = before.map(|item| item.word().unwrap_or_default());
        let mut words = words.skip_while(|word| contains(ARTICLES, word));
        words.next().is_some_and(|word| contains(TOPICS, word))
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
            for &link in &self.recent {
                let meaning = &mut self.reading.links[link];
                if meaning.stance == Stance::Neutral {
                    meaning.stance = verdict(praise);
                }
            }
            return Some(verb - at + length);
        }
        if !is_copula(&self.items[at]) || is_relative(self.items, at) || self.clause.open.is_empty()
        {
            return None;
        }
        let (praise, length) = judgement(self.items, at)?;
        for link in self.clause.open.drain(..) {
            self.reading.links[link].stance = verdict(praise);
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
            let meaning = &mut self.reading.links[link];
            match likes {
                None => meaning.seen = true,
                Some(likes) => meaning.stance = verdict(likes),
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
    /// is not the subject of a new clause. A list under a mere "no" must say so with an "and" or "or": what follows in
    /// "no X, Y" is wanted.
    fn list_goes_on(&self, at: usize) -> bool {
        let joints = ["and", "or", "nor", "a", "an", "the"];
        let joint = |item: &&Item| item.word().is_some_and(|word| joints.contains(&word));
        let next = at
            + self.items[at..]
                .iter()
                .take(MAX_JOINTS)
                .take_while(joint)
                .count();
        let subject = self.items.get(next + 1).is_some_and(is_copula);
        let open = self.clause.negated && self.clause.base.is_none();
        !self.clause.links.is_empty()
            && self.items.get(next).is_some_and(Item::is_link)
            && !subject
            && (!open || self.is_enumeration(at))
    }

    /// Whether commas and links lead on to a conjunction.
    fn is_enumeration(&self, from: usize) -> bool {
        const MAX_ITEMS: usize = 40;
        for item in self.items[from..].iter().take(MAX_ITEMS) {
            match item.word() {
                Some("and" | "or" | "nor") => return true,
                Some("a" | "an" | "the") => {}
                Some(_) => return false,
                None if !item.is_link() || item.gap == Gap::Stop => return false,
                None => {}
            }
        }
        false
    }

    /// Whether a verb or negation of its own follows "and".
    fn starts_clause(&self, at: usize) -> bool {
        let filler = |item: &&Item| item.word().is_some_and(|word| contains(FILLERS, word));
        let verb = at
            + self.items[at..]
                .iter()
                .take(MAX_JOINTS)
                .take_while(filler)
                .count();
        let cue = cue_at(self.items, verb).map(|found| found.0);
        let own_negation = |item: &Item| match item.kind {
            Kind::Filter(range) => self.filters[range].flipped,
            _ => false,
        };
        matches!(
            cue,
            Some(Cue::Like | Cue::Dislike | Cue::Ask | Cue::Seen | Cue::Negate | Cue::Only)
        ) || self.items.get(verb).is_some_and(own_negation)
    }
}

/// Whether a verb belongs to a relative clause: "a film that is long" states nothing.
fn is_relative(items: &[Item], verb: usize) -> bool {
    let contracted = items[verb].word() == Some("thats")
        && verb > 0
        && items[verb - 1].is_link()
        && items[verb - 1].gap == Gap::Space;
    contracted || before(items, verb).is_some_and(|word| ["that", "which", "who"].contains(&word))
}

fn verdict(likes: bool) -> Stance {
    if likes {
        Stance::Liked
    } else {
        Stance::Disliked
    }
}
