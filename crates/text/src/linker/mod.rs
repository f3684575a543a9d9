//! Finding entities in text.
//!
//! One pass of an Aho–Corasick automaton (A. V. Aho and M. J. Corasick, "Efficient string matching: an aid to
//! bibliographic search", Communications of the ACM 18(6), 1975) finds every surface form, overlapping ones included;
//! each match is judged by what stands around it, and the longest that pass are taken. Refusing a long match thus
//! never hides a short one inside it. Lists then pass their cue on, and what still looks like a name is looked up as a
//! misspelling.

mod context;
mod edits;
mod evidence;
mod fuzzy;
mod judge;
mod lexicon;
mod list;
mod misspelling;
mod names;
mod spelling;
mod surface;
mod taken;
#[cfg(test)]
mod tests;
mod unlinked;
mod year;

use std::{cmp::Reverse, collections::BTreeSet, fmt, ops::Range};

use aho_corasick::{AhoCorasick, MatchKind};

use self::{
    context::Context,
    fuzzy::FuzzyIndex,
    judge::{Verdict, judge},
    lexicon::Pattern,
    list::extend_lists,
    spelling::Spelling,
    taken::Taken,
    unlinked::unlinked,
};
use crate::{EntityId, LexiconEntry, Link, LinkWork, Linked, TextError};

/// Finds the entities of a lexicon in texts.
///
/// Cheap to share between threads: linking takes `&self` and no lock. The time for a text grows with its length and
/// with the matches in it, hardly with the size of the lexicon.
#[derive(Clone)]
pub struct Linker {
    patterns: Vec<Pattern>,
    automaton: AhoCorasick,
    fuzzy: FuzzyIndex,
    spelling: Spelling,
}

/// Bytes of memory of a [`Linker`], without what the allocator adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkerMemory {
    /// The automaton over the surfaces.
    pub automaton: usize,
    /// The surfaces with their readings.
    pub surfaces: usize,
    /// The index of misspellings.
    pub misspellings: usize,
}

impl LinkerMemory {
    /// All of it.
    #[must_use]
    pub fn total(self) -> usize {
        self.automaton + self.surfaces + self.misspellings
    }
}

/// What the matches of a text amount to.
#[derive(Default)]
struct Chosen {
    links: Vec<Link>,
    /// Titles and names that lack a cue.
    pending: Vec<Link>,
    /// Titles that are spelled like an accepted facet value.
    doubtful: Vec<Link>,
    /// Parts of names that several have.
    ambiguous: Vec<Range<usize>>,
    occurrences: usize,
}

/// A bounded occurrence of a pattern.
struct Match<'l> {
    pattern: &'l Pattern,
    norm: Range<usize>,
    span: Range<usize>,
}

impl Linker {
    /// Builds a linker. A surface of which nothing is left after normalisation ("!!!") is never found.
    ///
    /// # Errors
    /// [`TextError::Prior`] if a popularity is negative or not finite, [`TextError::Automaton`] if there are too many
    /// surfaces for one automaton (hundreds of millions of characters).
    pub fn new(entries: Vec<LexiconEntry>) -> Result<Self, TextError> {
        let patterns = lexicon::patterns(entries)?;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns.iter().map(|pattern| pattern.text.as_bytes()))
            .map_err(|source| TextError::Automaton {
                surfaces: patterns.len(),
                source,
            })?;
        Ok(Self {
            fuzzy: FuzzyIndex::new(&patterns),
            spelling: Spelling::new(&patterns),
            patterns,
            automaton,
        })
    }

    /// Finds the entities that a text names.
    #[must_use]
    pub fn link(&self, text: &str) -> Linked {
        self.link_after(text, &BTreeSet::new())
    }

    /// Finds the entities that a text names after a conversation has named some: a family name then stands for the
    /// bearer who was named, and a title of common words needs no other cue.
    #[must_use]
    pub fn link_after(&self, text: &str, named: &BTreeSet<EntityId>) -> Linked {
        let context = Context::new(text);
        let Chosen {
            mut links,
            pending,
            doubtful,
            ambiguous,
            occurrences,
        } = self.choose(&context, named);
        extend_lists(&context, &mut links, pending, &doubtful);
        let lookups = self.link_misspelled(&context, &mut links);
        links.sort_by_key(|link| link.span.start);
        let unlinked = unlinked(&context, &links, &ambiguous);
        let work = LinkWork {
            occurrences,
            lookups,
        };
        Linked {
            links,
            unlinked,
            work,
        }
    }

    /// Bytes of memory that the parts take.
    #[must_use]
    pub fn memory(&self) -> LinkerMemory {
        LinkerMemory {
            automaton: self.automaton.memory_usage(),
            surfaces: self.patterns.iter().map(Pattern::memory).sum(),
            misspellings: self.fuzzy.memory() + self.spelling.memory(),
        }
    }

    /// The accepted matches, longest first, and what is undecided.
    fn choose(&self, context: &Context<'_>, earlier: &BTreeSet<EntityId>) -> Chosen {
        let (mut matches, occurrences) = self.matches(context);
        matches.sort_by_key(|found| (Reverse(found.norm.len()), found.norm.start));
        let mut named = full_names(&matches);
        named.extend(earlier);
        let mut chosen = Chosen {
            occurrences,
            ..Chosen::default()
        };
        let mut taken = Taken::new(context.text.len());
        for found in matches {
            if !taken.is_free(&found.span) {
                continue;
            }
            match judge(context, found.pattern, &found.norm, found.span, &named) {
                // The year that a link took in may belong to another one.
                Verdict::Accept(link, other) if taken.is_free(&link.span) => {
                    taken.add(&link.span);
                    chosen.links.push(link);
                    chosen.doubtful.extend(other);
                }
                Verdict::Pending(link) => chosen.pending.push(link),
                Verdict::Ambiguous(span) => chosen.ambiguous.push(span),
                Verdict::Accept(..) | Verdict::Refuse => {}
            }
        }
        chosen
    }

    /// The occurrences of surfaces that stand at word boundaries, and the number of all.
    fn matches(&self, context: &Context<'_>) -> (Vec<Match<'_>>, usize) {
        let mut occurrences = 0;
        let mut matches = Vec::new();
        for found in self
            .automaton
            .find_overlapping_iter(context.normalized.text())
        {
            occurrences += 1;
            let norm = found.range();
            let pattern = &self.patterns[found.pattern()];
            if !context.normalized.is_aligned(&norm) {
                continue;
            }
            let span = context.close_bracket(context.normalized.original(norm.clone()));
            if context.is_bounded(&span) && !crosses_clause(context, pattern, &norm) {
                matches.push(Match {
                    pattern,
                    norm,
                    span,
                });
            }
        }
        (matches, occurrences)
    }
}

impl fmt::Debug for Linker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Linker")
            .field("surfaces", &self.patterns.len())
            .finish_non_exhaustive()
    }
}

/// Whether the text ends a clause where the surface does not: "I loved it. Follows me" does not name "It Follows".
fn crosses_clause(context: &Context<'_>, pattern: &Pattern, norm: &Range<usize>) -> bool {
    let (first, last) = context.cover(norm);
    (first..last)
        .enumerate()
        .any(|(gap, word)| context.words[word].stop && (gap > 63 || pattern.stops >> gap & 1 == 0))
}

fn full_names(matches: &[Match<'_>]) -> BTreeSet<EntityId> {
    let senses = matches.iter().flat_map(|found| &found.pattern.senses);
    senses
        .filter(|sense| sense.matching.is_proper() && sense.form.is_given())
        .map(|sense| sense.entity)
        .collect()
}
