//! Finding resources that the graph already has, by name.

use std::collections::{HashMap, HashSet};

use oxigraph::model::{NamedOrBlankNode, Term};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::model::LookupRule;
use crate::{KgError, KnowledgeGraph};

/// Resources by one property; held in memory.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    by_text: HashMap<String, Vec<Found>>,
    /// By the text in [`simplified`] form, for what the exact text does not find.
    by_simple: HashMap<String, Vec<Found>>,
    uses_years: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    term: Term,
    year: Option<i32>,
}

impl Lookup {
    /// Reads the resources from the graph; without a graph, nothing is found.
    pub(super) fn build(
        rule: &LookupRule,
        graph: Option<&KnowledgeGraph>,
    ) -> Result<Self, KgError> {
        let mut lookup = Self {
            uses_years: rule.year.is_some(),
            ..Self::default()
        };
        let Some(graph) = graph else {
            return Ok(lookup);
        };
        let years = years(rule, graph)?;
        let instances = instances(rule, graph)?;
        graph.for_statements(rule.property.as_ref(), |subject, object| {
            if instances
                .as_ref()
                .is_some_and(|instances| !instances.contains(&subject))
            {
                return Ok(());
            }
            let text = match &object {
                Term::Literal(literal) => literal.value(),
                Term::NamedNode(node) => node.as_str(),
                _ => return Ok(()),
            };
            let found = Found {
                year: years.get(&subject).copied(),
                term: subject.into(),
            };
            lookup.add(text, &found);
            Ok(())
        })?;
        Ok(lookup)
    }

    /// Resources held, each once for a name.
    pub(super) fn len(&self) -> usize {
        self.by_text.values().map(Vec::len).sum()
    }

    fn add(&mut self, text: &str, found: &Found) {
        for (index, key) in [
            (&mut self.by_text, text.to_owned()),
            (&mut self.by_simple, simplified(text)),
        ] {
            let all = index.entry(key).or_default();
            if !all.contains(found) {
                all.push(found.clone());
            }
        }
    }

    /// The resource of this name, if exactly one fits. With years, `Heat (1995)` is the one called
    /// "Heat" of that year, or of the year before or after if there is just one such; without a year
    /// in the text it is the only one of that name.
    pub(super) fn find(&self, text: &str) -> Option<Term> {
        let text = text.trim();
        let (name, year) = if self.uses_years {
            split_year(text)
        } else {
            (text, None)
        };
        let candidates = [
            self.by_text.get(name),
            self.by_text.get(text),
            self.by_simple.get(&simplified(name)),
            self.by_simple.get(&simplified(text)),
        ];
        candidates
            .into_iter()
            .flatten()
            .find_map(|candidates| choose(candidates, year))
    }
}

fn choose(candidates: &[Found], year: Option<i32>) -> Option<Term> {
    let only = |fits: &dyn Fn(&Found) -> bool| {
        let mut fitting = candidates.iter().filter(|found| fits(found));
        let first = fitting.next()?;
        fitting.next().is_none().then(|| first.term.clone())
    };
    let Some(year) = year else {
        return only(&|_| true);
    };
    let distance = |found: &Found| found.year.map(|other| other.abs_diff(year));
    only(&|found| distance(found) == Some(0))
        .or_else(|| only(&|found| distance(found) == Some(1)))
        .or_else(|| only(&|found| found.year.is_none()))
}

/// `Heat (1995)` as `Heat` and 1995.
fn split_year(text: &str) -> (&str, Option<i32>) {
    let split = || {
        let inner = text.strip_suffix(')')?;
        let (name, year) = inner.rsplit_once('(')?;
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        Some((name.trim_end(), year.parse().ok().filter(|_| is_year)?))
    };
    match split() {
        Some((name, year)) => (name, Some(year)),
        None => (text, None),
    }
}

/// Words in lower case without accents, punctuation and the article, wherever it stands:
/// "Avventura, L'", "The Ring" and "ring" are each found by the other spelling.
pub(super) fn simplified(text: &str) -> String {
    let folded: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == '&' { '+' } else { c })
        .collect();
    let is_separator = |c: char| !c.is_alphanumeric() && c != '+';
    let folded = folded.replace(['\'', '’'], "");
    let words: Vec<&str> = folded
        .split(is_separator)
        .filter(|word| !word.is_empty())
        .map(|word| if word == "+" { "and" } else { word })
        .collect();
    let is_article = |word: &&str| matches!(*word, "the" | "a" | "an");
    // "Ring, The": only after a comma, for "Vitamin A" is no article.
    let is_inverted = folded
        .rsplit_once(',')
        .is_some_and(|(_, last)| is_article(&last.trim()));
    let words = match &words[..] {
        [rest @ .., _] if is_inverted && !rest.is_empty() => rest,
        [first, rest @ ..] if is_article(first) && !rest.is_empty() => rest,
        all => all,
    };
    words.join(" ")
}

fn years(
    rule: &LookupRule,
    graph: &KnowledgeGraph,
) -> Result<HashMap<NamedOrBlankNode, i32>, KgError> {
    let mut years = HashMap::new();
    let Some(property) = &rule.year else {
        return Ok(years);
    };
    graph.for_statements(property.as_ref(), |subject, object| {
        let Term::Literal(literal) = &object else {
            return Ok(());
        };
        // A date begins with its year.
        let digits = literal.value().get(..4).and_then(|year| year.parse().ok());
        if let Some(year) = digits {
            years.insert(subject, year);
        }
        Ok(())
    })?;
    Ok(years)
}

fn instances(
    rule: &LookupRule,
    graph: &KnowledgeGraph,
) -> Result<Option<HashSet<NamedOrBlankNode>>, KgError> {
    let Some(class) = &rule.class else {
        return Ok(None);
    };
    let mut instances = HashSet::new();
    graph.for_instances(class.as_ref(), |instance| {
        instances.insert(instance);
    })?;
    Ok(Some(instances))
}

#[cfg(test)]
mod tests {
    use oxigraph::model::NamedNode;

    use super::*;

    fn lookup(entries: &[(&str, &str, Option<i32>)]) -> Lookup {
        let mut lookup = Lookup {
            uses_years: true,
            ..Lookup::default()
        };
        for (name, text, year) in entries {
            let term = NamedNode::new_unchecked(format!("http://example.org/{name}")).into();
            lookup.add(text, &Found { term, year: *year });
        }
        lookup
    }

    fn found(lookup: &Lookup, text: &str) -> Option<String> {
        lookup.find(text).map(|term| {
            let text = term.to_string();
            text.trim_matches(['<', '>'])
                .trim_start_matches("http://example.org/")
                .to_owned()
        })
    }

    #[test]
    fn years_tell_namesakes_apart() {
        let lookup = lookup(&[
            ("a", "The Ring", Some(2002)),
            ("b", "The Ring", Some(1927)),
            ("c", "Alone", None),
        ]);
        assert_eq!(found(&lookup, "The Ring (2002)").as_deref(), Some("a"));
        assert_eq!(found(&lookup, "Ring, The (2003)").as_deref(), Some("a"));
        assert_eq!(found(&lookup, "The Ring"), None, "which one?");
        assert_eq!(found(&lookup, "The Ring (1980)"), None);
        assert_eq!(found(&lookup, "alone (1999)").as_deref(), Some("c"));
    }

    #[test]
    fn spelling_does_not_matter_where_it_does_not_tell_apart() {
        assert_eq!(simplified("Amélie & Co."), "amelie and co");
        assert_eq!(simplified("Godfather, The"), simplified("The Godfather"));
        assert_eq!(simplified("Ocean's Eleven"), simplified("Oceans Eleven"));
        assert_eq!(simplified("Vitamin A"), "vitamin a");
        assert_eq!(simplified("The The"), "the");
        assert_eq!(simplified("A"), "a");
    }
}
