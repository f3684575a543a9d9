//! Which reading of a match is meant, if any.

use std::{collections::BTreeSet, ops::Range};

use super::{
    context::Context,
    evidence::{Evidence, evidence},
    lexicon::{Class, Pattern, Sense},
    surface::Form,
    year::{self, Style},
};
use crate::{EntityId, Link, LinkReason, Matching, words};

/// A short form stands for the most popular of its bearers only if that one is this much more popular than the next.
const DOMINANCE: f32 = 3.0;
/// A facet value that is so many times more popular than a title of the same name is meant after "loved".
const RIVALRY: f32 = 2.0;
/// A year may be off by this much: festivals and releases, memory.
const YEAR_TOLERANCE: u32 = 1;
/// What a title keeps of its score if the year beside it belongs to none of its readings.
const CONTRADICTED: f32 = 0.5;
/// What a title keeps of its score if nothing but its words speaks for it, or a verb alone.
const WEAKLY_CUED: f32 = 0.9;
/// The part of a score that does not depend on how many entities share the surface.
const UNSHARED: f32 = 0.6;

pub(super) enum Verdict {
    /// The link, and a title that may be meant instead if a list says so.
    Accept(Link, Option<Link>),
    /// A title or name that needs a cue; a list that it stands in may give it.
    Pending(Link),
    /// A part of a name that is expected here, and that several have.
    Ambiguous(Range<usize>),
    Refuse,
}

/// What the years around a title say.
pub(super) enum YearSays<'p> {
    Nothing,
    /// One reading has that year; the span includes it.
    Means(&'p Sense, Range<usize>),
    /// No reading has that year. A span is given if the year can be nothing but a qualifier.
    Contradicts(Option<Range<usize>>),
}

/// Judges a match of a pattern. `named` holds the entities whose full name the text gives, or that were named before.
pub(super) fn judge(
    context: &Context<'_>,
    pattern: &Pattern,
    norm: &Range<usize>,
    span: Range<usize>,
    named: &BTreeSet<EntityId>,
) -> Verdict {
    let evidence = evidence(context, norm, &span);
    let year = weigh_year(pattern, context.text, &span);
    if let YearSays::Means(sense, span) = year {
        return Verdict::Accept(link(pattern, sense, span, LinkReason::Qualifier, 1.0), None);
    }
    let bracketed = matches!(year, YearSays::Contradicts(Some(_)));
    let title = title(pattern, evidence, bracketed);
    let known = pattern.class == Class::Common
        && evidence.ends
        && title.is_some_and(|title| named.contains(&title.entity));
    let cued = evidence.quoted || bracketed || known || is_cued(pattern, evidence);
    let name = match name(pattern, evidence, named) {
        Bearer::One(sense) => Some(sense),
        Bearer::Pending(sense) if title.is_none() && term(pattern, evidence).is_none() => {
            let weight = share(pattern, sense);
            return Verdict::Pending(link(pattern, sense, span, reason(sense.form), weight));
        }
        Bearer::Several if title.is_none() && term(pattern, evidence).is_none() => {
            return Verdict::Ambiguous(span);
        }
        _ => None,
    };
    let term = term(pattern, evidence);

    let rivals = |title: &Sense, term: &Sense| RIVALRY * title.prior >= term.prior;
    let past = evidence.past
        && title
            .zip(term)
            .is_some_and(|(title, term)| title.form.is_given() && rivals(title, term));
    let title_first =
        title.filter(|_| cued && (term.is_none() || evidence.is_strong() || bracketed || past));
    let name_first = name.filter(|name| {
        let given = name.form.is_given()
            && title_first.is_some_and(|title| !title.form.is_given() || title.prior < name.prior);
        evidence.by || given || (title_first.is_none() && (term.is_none() || evidence.is_strong()))
    });
    if let Some(sense) = name_first.or(title_first.is_none().then_some(term).flatten()) {
        let accepted = |sense: &Sense| {
            let weight = share(pattern, sense);
            link(pattern, sense, span.clone(), reason(sense.form), weight)
        };
        let other = title.filter(|title| {
            sense.matching == Matching::Term && title.form.is_given() && rivals(title, sense)
        });
        return Verdict::Accept(accepted(sense), other.map(accepted));
    }
    let Some(sense) = title else {
        return Verdict::Refuse;
    };
    let strong = evidence.is_strong() || evidence.whole || pattern.words() > 1;
    let mut weight = share(pattern, sense) * if strong { 1.0 } else { WEAKLY_CUED };
    let mut span = span;
    if let YearSays::Contradicts(wider) = year {
        weight *= CONTRADICTED;
        span = wider.unwrap_or(span);
    }
    let link = link(pattern, sense, span, reason(sense.form), weight);
    match pattern.class {
        _ if cued => Verdict::Accept(link, None),
        Class::Common | Class::Distinct => Verdict::Pending(link),
        Class::Particle if evidence.final_word && !words::is_interjection(&pattern.text) => {
            Verdict::Pending(link)
        }
        Class::Particle => Verdict::Refuse,
    }
}

/// What the years beside a span say about the title readings of a pattern.
pub(super) fn weigh_year<'p>(
    pattern: &'p Pattern,
    text: &str,
    span: &Range<usize>,
) -> YearSays<'p> {
    let titles = || {
        pattern
            .senses
            .iter()
            .filter(|sense| sense.matching == Matching::Title)
    };
    let distance = |sense: &Sense, year| {
        sense
            .qualifier
            .map_or(u32::MAX, |qualifier| qualifier.abs_diff(year))
    };
    let closest = |year| {
        let near = titles().filter(|sense| distance(sense, year) <= YEAR_TOLERANCE);
        near.min_by_key(|sense| distance(sense, year))
    };
    if titles().next().is_none() {
        return YearSays::Nothing;
    }
    let after = year::after(text, span);
    for year in [after.clone(), year::before(text, span)]
        .into_iter()
        .flatten()
    {
        if let Some(sense) = closest(year.value) {
            return YearSays::Means(sense, year.span);
        }
    }
    match after {
        Some(year) if titles().all(|sense| sense.qualifier.is_some()) => {
            YearSays::Contradicts((year.style == Style::Bracketed).then_some(year.span))
        }
        _ => YearSays::Nothing,
    }
}

/// A link to one reading of a pattern. `weight` scales the score of its form.
pub(super) fn link(
    pattern: &Pattern,
    sense: &Sense,
    span: Range<usize>,
    reason: LinkReason,
    weight: f32,
) -> Link {
    let base = match reason {
        LinkReason::Exact | LinkReason::Qualifier => 1.0,
        LinkReason::Alias if sense.form <= Form::Spelling => 0.95,
        LinkReason::Alias => 0.8,
        LinkReason::Inflected => 0.9,
        LinkReason::ShortForm => 0.7,
        LinkReason::Fuzzy { distance } => 0.9 - 0.1 * f32::from(distance),
    };
    let mut alternatives = Vec::new();
    for other in pattern
        .senses
        .iter()
        .filter(|other| other.form.is_given() || !sense.form.is_given())
    {
        if other.entity != sense.entity && !alternatives.contains(&other.entity) {
            alternatives.push(other.entity);
        }
    }
    let score = (base * weight).clamp(0.0, 1.0);
    let equal = pattern.senses.iter().filter(|other| {
        (other.matching, other.form) == (Matching::Term, sense.form)
            && other.preferred == sense.preferred
            && sense.matching == Matching::Term
            && other.entity != sense.entity
    });
    Link {
        span,
        entity: sense.entity,
        matching: sense.matching,
        score,
        reason,
        also: equal.map(|other| other.entity).collect(),
        alternatives,
    }
}

fn reason(form: Form) -> LinkReason {
    match form {
        Form::Label => LinkReason::Exact,
        Form::Alias | Form::Spelling | Form::Bare | Form::Short => LinkReason::Alias,
        Form::Inflected => LinkReason::Inflected,
        Form::LastWord => LinkReason::ShortForm,
    }
}

/// How much of the popularity of all its readings of a kind the chosen one has, from `UNSHARED` to 1.
fn share(pattern: &Pattern, sense: &Sense) -> f32 {
    let rivals = pattern.senses.iter().filter(|other| {
        other.matching == sense.matching && (other.form.is_given() || !sense.form.is_given())
    });
    let total: f32 = rivals.map(|rival| rival.prior + 1.0).sum();
    UNSHARED + (1.0 - UNSHARED) * (sense.prior + 1.0) / total
}

/// Whether the text gives a title of this class the cue it needs.
fn is_cued(pattern: &Pattern, evidence: Evidence) -> bool {
    let several = pattern.words() > 1;
    let capital = evidence.capital && !pattern.is_given_name;
    let strong = capital || evidence.quoted || evidence.announced;
    if words::is_interjection(&pattern.text) {
        return false;
    }
    match pattern.class {
        Class::Distinct if !pattern.is_given_name => true,
        Class::Distinct | Class::Common => {
            strong
                || evidence.reaction
                || (evidence.whole && !words::is_judgement(&pattern.text))
                || evidence.judged
                || (several && evidence.of_works && !pattern.starts_with_judgement())
        }
        Class::Particle => {
            let pronoun = evidence.subject && words::is_pronoun(&pattern.text);
            (capital && !pronoun && pattern.text.len() > 1)
                || (evidence.announced && evidence.final_word)
                || (evidence.reaction && several)
        }
    }
}

fn title(pattern: &Pattern, evidence: Evidence, bracketed: bool) -> Option<&Sense> {
    let bare_word =
        pattern.words() == 1 && !evidence.upper && !evidence.quoted && !evidence.reaction;
    pattern.senses.iter().find(|sense| {
        sense.matching == Matching::Title
            && !(bare_word && sense.form == Form::Bare)
            && (sense.preferred || !bracketed)
    })
}

/// Who a name stands for.
enum Bearer<'p> {
    Nobody,
    One(&'p Sense),
    /// The one who has it, if a list says that a name stands here.
    Pending(&'p Sense),
    /// It is expected here, and several have it.
    Several,
}

fn name<'p>(pattern: &'p Pattern, evidence: Evidence, named: &BTreeSet<EntityId>) -> Bearer<'p> {
    let readings = || {
        pattern
            .senses
            .iter()
            .filter(|sense| sense.matching.is_proper())
    };
    let written = match pattern.class {
        Class::Distinct => true,
        Class::Common => evidence.quoted || evidence.capital || evidence.by || pattern.words() > 1,
        Class::Particle => evidence.quoted || evidence.capital,
    };
    if let Some(sense) =
        readings().find(|sense| sense.form.is_given() || sense.form == Form::Spelling)
    {
        return if written {
            Bearer::One(sense)
        } else {
            Bearer::Nobody
        };
    }
    let mut known = readings().filter(|sense| named.contains(&sense.entity));
    if let (Some(sense), None) = (known.next(), known.next()) {
        return Bearer::One(sense);
    }
    // "Jon Smith" is not the only Smith that the lexicon knows, but another one.
    let mut bearers = readings().filter(|_| !evidence.given_name);
    let Some(first) = bearers.next() else {
        return Bearer::Nobody;
    };
    let dominant = |next: &Sense| first.prior > next.prior && first.prior >= DOMINANCE * next.prior;
    let expected = evidence.upper || evidence.personal;
    match (bearers.next().is_none_or(dominant), expected) {
        (true, true) => Bearer::One(first),
        (true, false) => Bearer::Pending(first),
        (false, true) => Bearer::Several,
        (false, false) => Bearer::Nobody,
    }
}

fn term(pattern: &Pattern, evidence: Evidence) -> Option<&Sense> {
    // "love" is a topic in "movies about love" and a verb in "I love it".
    let doubtful = pattern.class == Class::Particle || words::is_reaction(&pattern.text);
    let term = pattern
        .senses
        .iter()
        .find(|sense| sense.matching == Matching::Term);
    // So is "new" beside the value "news", and "play" beside "plays".
    let derived = |sense: &Sense| !sense.form.is_given() && words::is_everyday(&pattern.text);
    term.filter(|sense| !(doubtful || derived(sense)) || evidence.topic || evidence.quoted)
}
