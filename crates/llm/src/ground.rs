//! From what a model wrote to what may be shown (algorithm step S8).

use serde_json::Value;
use tastegraph_prompt::{CandidateLine, Material, Prompt, clean};

use crate::parse::{Choice, Parsed};
use crate::words::{Allowed, Unfit};

/// Characters of a reply that are shown.
const LONGEST_REPLY: usize = 600;
/// Lines of preferences that are kept, and their characters.
const MOST_PREFERENCES: usize = 8;

/// The choices of a model that are candidates, and how many are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// Positions of candidates, best first, each once.
    pub(crate) ranking: Vec<usize>,
    /// Choices that are no candidates.
    pub(crate) hallucinated: usize,
    /// Choices that were made before.
    pub(crate) repeated: usize,
}

/// Keeps the choices that are candidates of the prompt, each once.
pub(crate) fn accept(parsed: &Parsed, prompt: &Prompt, material: &Material) -> Accepted {
    let mut accepted = Accepted::default();
    for choice in &parsed.ranking {
        match position(choice, prompt, material) {
            None => accepted.hallucinated += 1,
            Some(position) if accepted.ranking.contains(&position) => accepted.repeated += 1,
            Some(position) => accepted.ranking.push(position),
        }
    }
    accepted
}

fn position(choice: &Choice, prompt: &Prompt, material: &Material) -> Option<usize> {
    match choice {
        Choice::Number(number) => {
            let index = usize::try_from(*number).ok()?.checked_sub(1)?;
            prompt.order.get(index).copied()
        }
        Choice::Name(name) => {
            let name = clean(name).to_lowercase();
            let title = |position: &&usize| material.candidates[**position].title.to_lowercase();
            let same = |position: &&usize| {
                let title = title(position);
                name == title
                    || name == bare(&title)
                    // "3. Heat (1995)" and "Heat (1995) — genre: crime".
                    || name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ') == title
                    || name.starts_with(&format!("{title} "))
            };
            prompt.order.iter().find(same).copied()
        }
    }
}

/// A title without the qualifier in brackets at its end.
fn bare(title: &str) -> &str {
    title
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" ("))
        .map_or(title, |(name, _)| name)
}

/// A title with and without its qualifier.
fn names(title: &str) -> [&str; 2] {
    [title, bare(title)]
}

/// The names in a line of facts: "genre: crime, thriller" has "genre", "crime" and "thriller".
fn fact_names(fact: &str) -> impl Iterator<Item = &str> {
    fact.split([';', ':', ',']).map(str::trim)
}

fn line_names(line: &CandidateLine) -> impl Iterator<Item = &str> {
    let facts = line.facts.iter().flat_map(|fact| fact_names(fact));
    names(&line.title).into_iter().chain(facts)
}

/// What grounding needs to know of the names in a text.
pub type ItemsNamed<'a> = dyn Fn(&str) -> Vec<Option<usize>> + 'a;

/// A reply that names at least one of the `listed` candidates and nothing else; `None` if the model's
/// does not. A number in square brackets is a slot for the candidate of that number.
pub(crate) fn reply(
    said: &str,
    prompt: &Prompt,
    material: &Material,
    listed: &[usize],
    items_named: &ItemsNamed<'_>,
) -> Option<String> {
    let text = filled(&clean(said), prompt, material, listed)?;
    if text.is_empty() || text.chars().count() > LONGEST_REPLY {
        return None;
    }
    let lines = || {
        listed
            .iter()
            .map(|&position| &material.candidates[position])
    };
    let titles = Allowed::new(lines().flat_map(|line| names(&line.title)));
    let allowed = Allowed::new(lines().flat_map(line_names).chain([&*material.item_name]));
    let only_listed = items_named(&text)
        .into_iter()
        .all(|item| item.is_some_and(|position| listed.contains(&position)));
    (titles.occurs_in(&text) && only_listed && allowed.check(&text).is_ok()).then_some(text)
}

/// The text with titles in its slots; `None` if a slot is not for a listed candidate.
fn filled(text: &str, prompt: &Prompt, material: &Material, listed: &[usize]) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, after) = after.split_once(']')?;
        let index: usize = inside.trim().trim_start_matches('#').parse().ok()?;
        let position = *prompt.order.get(index.checked_sub(1)?)?;
        let title = &material.candidates[position].title;
        if !listed.contains(&position) {
            return None;
        }
        result.push_str(before);
        // "[1] Heat (1995)": a model that writes both gets one.
        let spoken = after.trim_start();
        let twice = names(title)
            .into_iter()
            .find(|name| spoken.starts_with(name));
        result.push_str(title);
        rest = twice.map_or(after, |name| &spoken[name.len()..]);
    }
    result.push_str(rest);
    Some(result)
}

/// The sentences of a reasoning that name only what the prompt supplied, and how many do not. What a
/// sentence says of a candidate must be among that candidate's facts or in the preferences.
pub(crate) fn reasoning(said: &str, prompt: &Prompt, material: &Material) -> (String, usize) {
    let text = clean(said);
    let titles: Vec<Allowed> = prompt
        .order
        .iter()
        .map(|&position| Allowed::new(names(&material.candidates[position].title)))
        .collect();
    let mut kept = Vec::new();
    let mut dropped = 0;
    for sentence in sentences(&text) {
        let named = prompt
            .order
            .iter()
            .zip(&titles)
            .filter(|(_, title)| title.occurs_in(sentence))
            .flat_map(|(&position, _)| line_names(&material.candidates[position]));
        let said = material.preferences.iter().chain(&material.facts);
        let said = said.flat_map(|line| preference_names(line));
        let facet = material.facet.iter();
        let facet = facet.flat_map(|facet| facet.values.iter().chain([&facet.name]));
        let facet = facet.map(String::as_str).chain([&*material.item_name]);
        let allowed = Allowed::new(named.chain(said).chain(facet));
        match allowed.check(sentence) {
            Ok(()) => kept.push(sentence),
            Err(Unfit::Names(_) | Unfit::Markup) => dropped += 1,
        }
    }
    (kept.join(" "), dropped)
}

/// A sentence that cites facts of the item by number, all of them there, and names only what those
/// facts do, the item and the person's preferences.
pub(crate) fn cited(sentence: &Value, material: &Material) -> Option<(String, Vec<usize>)> {
    let item = material.item.as_ref()?;
    let text = clean(sentence["text"].as_str()?);
    let numbers = sentence["cites"].as_array()?.iter();
    let cites: Option<Vec<usize>> = numbers
        .map(|number| usize::try_from(number.as_u64()?).ok())
        .map(|number| number.filter(|number| (1..=item.facts.len()).contains(number)))
        .collect();
    let cites = cites.filter(|cites| !cites.is_empty())?;
    let facts = cites
        .iter()
        .flat_map(|&number| all_names(&item.facts[number - 1]));
    let said = material.preferences.iter();
    let said = said.flat_map(|line| preference_names(line));
    let title = names(&item.title).into_iter();
    let allowed = Allowed::new(facts.chain(said).chain(title).chain([&*material.item_name]));
    allowed.check(&text).is_ok().then_some((text, cites))
}

/// The names of a fact, with and without qualifiers.
fn all_names(fact: &str) -> impl Iterator<Item = &str> {
    fact_names(fact).flat_map(names)
}

/// "likes Heat (1995), has seen it (turn 1)" names "Heat (1995)" and "Heat".
fn preference_names(line: &str) -> Vec<&str> {
    let line = line.rsplit_once(" (turn ").map_or(line, |(rest, _)| rest);
    let starts = [
        "likes ",
        "asks for ",
        "mentions ",
        "dislikes ",
        "turned down ",
        "condition: ",
    ];
    let line = starts
        .iter()
        .find_map(|start| line.strip_prefix(start))
        .unwrap_or(line);
    let mut found = names(line).to_vec();
    for part in fact_names(line) {
        found.extend(names(part));
    }
    found
}

/// The lines of preferences that a model made out, clean and in bounds.
pub(crate) fn preferences(said: &[String], prompt: &Prompt, material: &Material) -> Vec<String> {
    let lines = said.iter().take(MOST_PREFERENCES);
    lines
        .map(|line| reasoning(line, prompt, material).0)
        .filter(|line| !line.is_empty())
        .collect()
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', ';'])
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}
