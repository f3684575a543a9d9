//! Requests with what must be understood from them, as `tests/data/requests.txt` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A conversation and the state it must lead to.
pub(crate) struct Case {
    /// Where it stands in the file.
    pub(crate) line: usize,
    /// Turns; `true` for the seeker's.
    pub(crate) turns: Vec<(bool, String)>,
    pub(crate) expected: State,
}

/// What was understood, in the words of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// Headings with the things under them, and the texts that name each thing, if they are checked.
    entries: BTreeMap<(&'static str, String), BTreeSet<String>>,
    filters: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

const HEADINGS: [&str; 9] = [
    "likes", "asks", "must", "names", "dislikes", "never", "rejects", "seen", "dropped",
];

impl State {
    /// Adds a thing. `iri` is that of the graph.
    pub(crate) fn add(&mut self, heading: &'static str, iri: &str, text: &str) {
        let name = iri.rsplit_once("/id/").map_or(iri, |(_, name)| name);
        let name = name.strip_prefix("film/").unwrap_or(name).to_owned();
        let texts = self.entries.entry((heading, name)).or_default();
        texts.insert(text.to_owned());
    }

    /// Adds a range: "runtime ..130".
    pub(crate) fn add_filter(
        &mut self,
        name: &str,
        outside: bool,
        min: Option<f64>,
        max: Option<f64>,
    ) {
        let end = |end: Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
        let not = if outside { "not " } else { "" };
        self.filters
            .insert(format!("{name} {not}{}..{}", end(min), end(max)));
    }

    /// Adds a text that looks like a name and is unknown.
    pub(crate) fn add_unknown(&mut self, text: &str) {
        self.unknown.insert(text.to_lowercase());
    }

    /// Whether this, the expected state, is exactly that of a request.
    pub(crate) fn is_met_by(&self, found: &Self) -> bool {
        let spans = |(key, texts): (&(&str, String), &BTreeSet<String>)| {
            let found = found.entries.get(key);
            found.is_some_and(|found| texts.is_subset(found))
        };
        self.filters == found.filters
            && self.unknown == found.unknown
            && self.entries.len() == found.entries.len()
            && self.entries.iter().all(spans)
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        let (heading, rest) = line.split_once(':').ok_or("a line must have a heading")?;
        let (heading, rest) = (heading.trim(), rest.trim());
        let lists = |separator| {
            rest.split(separator)
                .map(str::trim)
                .filter(|part| !part.is_empty())
        };
        match heading {
            "filter" => self.filters.extend(lists(';').map(str::to_owned)),
            "unknown" => self.unknown.extend(lists(',').map(str::to_lowercase)),
            _ => {
                let heading = HEADINGS.into_iter().find(|known| *known == heading);
                let heading = heading.ok_or_else(|| format!("{line}: no such heading"))?;
                for part in lists(',') {
                    let (name, text) = part.split_once(' ').unwrap_or((part, ""));
                    let texts = self.entries.entry((heading, name.to_owned())).or_default();
                    let text = text.trim().trim_matches('"');
                    texts.extend((!text.is_empty()).then(|| text.to_owned()));
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = |((heading, name), texts): (&(&str, String), &BTreeSet<String>)| {
            let texts: String = texts.iter().map(|text| format!(" \"{text}\"")).collect();
            format!("{heading} {name}{texts}")
        };
        let parts = (self.entries.iter().map(entry))
            .chain(self.filters.iter().map(|filter| format!("filter {filter}")))
            .chain(self.unknown.iter().map(|text| format!("unknown {text}")));
        f.write_str(&parts.collect::<Vec<_>>().join(", "))
    }
}

/// Reads the file.
pub(crate) fn read(text: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() {
            open = false;
        } else if line.starts_with('#') || line.starts_with("==") {
        } else if let Some(said) = line.strip_prefix("> ").or_else(|| line.strip_prefix("< ")) {
            if !open {
                cases.push(Case {
                    line: index + 1,
                    turns: Vec::new(),
                    expected: State::default(),
                });
                open = true;
            }
            if let Some(case) = cases.last_mut() {
                case.turns.push((line.starts_with('>'), said.to_owned()));
            }
        } else {
            let case = cases.last_mut().ok_or("a state without a request")?;
            case.expected
                .read(line)
                .map_err(|error| format!("line {}: {error}", index + 1))?;
        }
    }
    Ok(cases)
}
