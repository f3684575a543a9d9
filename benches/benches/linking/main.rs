//! How well and how fast names are linked.
//!
//! Without an argument: the time for a turn of 40 words over generated names. With a folder of evaluation data
//! (`redial/dialogs.jsonl.gz`, `redial/movies.tsv.gz`, `tmdkg/entities.tsv.gz`) also precision, recall and F1 against
//! the published links of the validation conversations; `--disagreements N` prints N of those.

#![allow(
    clippy::print_stdout,
    reason = "the table and the result are what it is for"
)]

mod redial;
mod speed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use tastegraph_text::{EntityId, Linker};

use redial::{Data, Turn};

/// Counts of links.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    both: usize,
    found: usize,
    published: usize,
}

impl Score {
    fn add(&mut self, found: &BTreeSet<EntityId>, published: &BTreeSet<EntityId>) {
        self.both += found.intersection(published).count();
        self.found += found.len();
        self.published += published.len();
    }

    fn precision(self) -> f64 {
        self.both as f64 / self.found.max(1) as f64
    }

    fn recall(self) -> f64 {
        self.both as f64 / self.published.max(1) as f64
    }

    fn f1(self) -> f64 {
        2.0 * self.both as f64 / (self.found + self.published).max(1) as f64
    }
}

/// The entities that a turn names, those that equal terms share included.
fn named(linker: &Linker, text: &str, context: &BTreeSet<EntityId>) -> BTreeSet<EntityId> {
    let found = linker.link_after(text, context);
    let each = found.links.into_iter();
    each.flat_map(|link| std::iter::once(link.entity).chain(link.also))
        .collect()
}

fn is_movie(data: &Data, entity: EntityId) -> bool {
    data.kinds[entity as usize] == "movie"
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Each turn by itself.
    Turn,
    /// All that a conversation names, however often.
    Conversation,
    /// The same, and one work is as good as another of its title.
    Title,
}

/// Scores of movies. What differs in a turn is told to `disagree`.
fn movies(
    data: &Data,
    linker: &Linker,
    unit: Unit,
    text: Text<'_>,
    mut disagree: impl FnMut(&str, &BTreeSet<EntityId>, &BTreeSet<EntityId>),
) -> Score {
    let titles = data.by_title();
    let mut score = Score::default();
    for turns in &data.conversations {
        let mut context = BTreeSet::new();
        let (mut all, mut published) = (BTreeSet::new(), BTreeSet::new());
        for turn in turns {
            let text = text(turn);
            let mut found = named(linker, &text, &context);
            context.extend(&found);
            found.retain(|&entity| is_movie(data, entity));
            if unit == Unit::Turn {
                score.add(&found, &turn.items);
                if found != turn.items {
                    disagree(&text, &found, &turn.items);
                }
            }
            all.extend(found);
            published.extend(&turn.items);
        }
        if unit == Unit::Title {
            all = all.iter().map(|entity| titles[*entity as usize]).collect();
            published = published
                .iter()
                .map(|entity| titles[*entity as usize])
                .collect();
        }
        if unit != Unit::Turn {
            score.add(&all, &published);
        }
    }
    score
}

/// Scores of everything else by kind.
fn attributes(
    data: &Data,
    linker: &Linker,
    mut disagree: impl FnMut(&str, &BTreeSet<EntityId>, &BTreeSet<EntityId>),
) -> BTreeMap<String, Score> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for turns in &data.conversations {
        let mut context = BTreeSet::new();
        for turn in turns {
            let found = named(linker, &turn.text, &context);
            context.extend(&found);
            for kind in ["person", "company", "genre", "keyword", "language"] {
                let of = |all: &BTreeSet<EntityId>| -> BTreeSet<EntityId> {
                    all.iter()
                        .copied()
                        .filter(|&e| data.kinds[e as usize] == kind)
                        .collect()
                };
                let (found, published) = (of(&found), of(&turn.attributes));
                scores
                    .entry(kind.to_owned())
                    .or_default()
                    .add(&found, &published);
                if found != published {
                    disagree(&turn.text, &found, &published);
                }
            }
        }
    }
    scores
}

fn labels(data: &Data, entities: &BTreeSet<EntityId>, other: &BTreeSet<EntityId>) -> String {
    let only = entities.difference(other).map(|&entity| {
        let label = &data.labels[entity as usize];
        format!("{label} [{}]", data.kinds[entity as usize])
    });
    only.collect::<Vec<_>>().join(", ")
}

/// Every so-many-th disagreement, so that a sample is spread over the whole.
struct Sample<'d> {
    data: &'d Data,
    lines: Vec<String>,
}

impl Sample<'_> {
    fn note(&mut self, text: &str, found: &BTreeSet<EntityId>, published: &BTreeSet<EntityId>) {
        self.lines.push(format!(
            "{text}\n    only found: {}\n    only published: {}",
            labels(self.data, found, published),
            labels(self.data, published, found)
        ));
    }

    fn print(&self, count: usize) {
        let step = (self.lines.len() / count.max(1)).max(1);
        for line in self.lines.iter().step_by(step).take(count) {
            println!("  {line}");
        }
    }
}

fn row(name: &str, score: Score) {
    println!(
        "{name:<42} {:>9.4} {:>9.4} {:>9.4} {:>9} {:>9}",
        score.precision(),
        score.recall(),
        score.f1(),
        score.found,
        score.published
    );
}

/// A turn as it is read.
type Text<'t> = &'t dyn Fn(&Turn) -> String;

fn evaluate(data: &Data, shown: usize) -> Result<String> {
    let linker = Linker::new(data.lexicon.clone())?;
    println!(
        "{:<42} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "precision", "recall", "F1", "found", "published"
    );
    let texts: [(&str, Text<'_>); 3] = [
        ("with years", &|turn| turn.text.clone()),
        ("without years", &|turn| turn.without_years.clone()),
        ("lower case, no years", &|turn| {
            turn.without_years.to_lowercase()
        }),
    ];
    let mut result: Vec<String> = Vec::new();
    let mut samples = Vec::new();
    for ((name, text), short) in texts.into_iter().zip(["years", "plain", "lower"]) {
        for (unit, of) in [
            (Unit::Turn, "turn"),
            (Unit::Conversation, "conversation"),
            (Unit::Title, "title"),
        ] {
            let mut sample = Sample {
                data,
                lines: Vec::new(),
            };
            let score = movies(data, &linker, unit, text, |text, found, published| {
                sample.note(text, found, published);
            });
            row(&format!("movies {name}, by {of}"), score);
            result.push(format!("f1_{short}_{of}={:.4} ", score.f1()));
            if unit == Unit::Turn {
                samples.push((name, sample));
            }
        }
    }
    let mut sample = Sample {
        data,
        lines: Vec::new(),
    };
    for (kind, score) in attributes(data, &linker, |text, found, published| {
        sample.note(text, found, published);
    }) {
        row(&kind, score);
    }
    samples.push(("people and facets", sample));
    for (name, sample) in samples.iter().filter(|_| shown > 0) {
        println!("{name}: {} turns disagree", sample.lines.len());
        sample.print(shown);
    }
    Ok(result.concat())
}

fn main() -> Result<()> {
    let mut folder: Option<PathBuf> = None;
    let mut shown = 0;
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        if argument == "--disagreements" {
            shown = arguments.next().unwrap_or_default().parse()?;
        } else {
            folder = Some(argument.into());
        }
    }
    let quality = match &folder {
        Some(folder) => evaluate(&Data::read_split(folder, "valid")?, shown)?,
        None => String::new(),
    };
    println!("RESULT {quality}{}", speed::run()?);
    Ok(())
}
