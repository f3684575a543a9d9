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
/// A year may be off by this much: festivals and releases, memory.
const YEAR_TOLERANCE: u32 = 1;
/// What a title keeps of its score if the year beside it belongs to none of its readings.
const CONTRADICTED: f32 = 0.5;
/// What a title keeps of its score if nothing but its words speaks for it, or a verb alone.
const WEAKLY_CUED: f32 = 0.9;
/// The part of a score that does not depend on how many entities share the surface.
const UNSHARED: f32 = 0.6;

pub(super) enum Verdict {
    Accept(Link),
    /// A title that needs a cue; a list that it stands in may give it.
    Pending(Link),
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

/// Judges a match of a pattern. `named` holds the entities whose full name the text gives.
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
        return Verdict::Accept(link(pattern, sense, span, LinkReason::Qualifier, 1.0));
    }
    let bracketed = matches!(year, YearSays::Contradicts(Some(_)));
    let title = title(pattern, evidence, bracketed);
    let cued = evidence.quoted || bracketed || is_cued(pattern.class, evidence);
    let name = name(pattern, evidence, named);
    let term = term(pattern, evidence);

    let title_first =
        title.filter(|_| cued && (term.is_none() || evidence.is_strong() || bracketed));
    let name_first = name.filter(|name| {
        let given = name.form.is_given() && title_first.is_some_and(|title| !title.form.is_given());
        evidence.by || given || (title_first.is_none() && (term.is_none() || evidence.is_strong()))
    });
    if let Some(sense) = name_first.or(title_first.is_none().then_some(term).flatten()) {
        let weight = share(pattern, sense);
        return Verdict::Accept(link(pattern, sense, span, reason(sense.form), weight));
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
        _ if cued => Verdict::Accept(link),
        Class::Common => Verdict::Pending(link),
        _ => Verdict::Refuse,
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
    Link {
        span,
        entity: sense.entity,
        matching: sense.matching,
        score,
        reason,
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
fn is_cued(class: Class, evidence: Evidence) -> bool {
    match class {
        Class::Distinct => true,
        Class::Common => evidence.is_strong() || evidence.reaction || evidence.whole,
        Class::Particle => evidence.capital,
    }
}

fn title(pattern: &Pattern, evidence: Evidence, bracketed: bool) -> Option<&Sense> {
    let bare_word = pattern.words() == 1 && !evidence.upper && !evidence.quoted;
    pattern.senses.iter().find(|sense| {
        sense.matching == Matching::Title
            && !(bare_word && sense.form == Form::Bare)
            && (sense.preferred || !bracketed)
    })
}

fn name<'p>(
    pattern: &'p Pattern,
    evidence: Evidence,
    named: &BTreeSet<EntityId>,
) -> Option<&'p Sense> {
    let readings = || {
        pattern
            .senses
            .iter()
            .filter(|sense| sense.matching.is_proper())
    };
    let written = match pattern.class {
        Class::Distinct => true,
        Class::Common => evidence.quoted || evidence.capital || evidence.by,
        Class::Particle => evidence.quoted || evidence.capital,
    };
    if let Some(sense) =
        readings().find(|sense| sense.form.is_given() || sense.form == Form::Spelling)
    {
        return written.then_some(sense);
    }
    let mut known = readings().filter(|sense| named.contains(&sense.entity));
    if let (Some(sense), None) = (known.next(), known.next()) {
        return Some(sense);
    }
    // "Jon Smith" is not the only Smith that the lexicon knows, but another one.
    let mut bearers = readings().filter(|_| !evidence.given_name);
    let first = bearers.next().filter(|_| evidence.upper)?;
    let dominant = |next: &Sense| first.prior > next.prior && first.prior >= DOMINANCE * next.prior;
    bearers.next().is_none_or(dominant).then_some(first)
}

fn term(pattern: &Pattern, evidence: Evidence) -> Option<&Sense> {
    // "love" is a topic in "movies about love" and a verb in "I love it".
    let doubtful = pattern.class == Class::Particle || words::is_reaction(&pattern.text);
    let term = pattern
        .senses
        .iter()
        .find(|sense| sense.matching == Matching::Term);
    term.filter(|_| !doubtful || evidence.topic || evidence.quoted)
}
