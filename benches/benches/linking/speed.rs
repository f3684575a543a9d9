//! The time for a turn over generated names.

use std::time::Instant;

use anyhow::Result;
use tastegraph_text::{LexiconEntry, Linker, Matching};

/// Turns timed; the median of so many settles to a few percent.
const TURNS: usize = 2_000;

/// A generator of the same numbers on each run (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// Two to four syllables.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 24] = [
            "ba", "ter", "lin", "mo", "ra", "ves", "ti", "gor", "an", "del", "ka", "shi", "ro",
            "wen", "fal", "os", "pri", "dun", "el", "mar", "cho", "vin", "sa", "tu",
        ];
        (0..2 + self.below(3))
            .map(|_| SYLLABLES[self.below(SYLLABLES.len())])
            .collect()
    }
}

fn lexicon(names: usize, random: &mut Random) -> Vec<LexiconEntry> {
    let words: Vec<String> = (0..names / 8).map(|_| random.word()).collect();
    let entry = |entity| {
        let count = 1 + random.below(4);
        let surface: Vec<&str> = (0..count)
            .map(|_| words[random.below(words.len())].as_str())
            .collect();
        LexiconEntry {
            surface: surface.join(" "),
            entity: entity as u32,
            matching: if entity % 3 == 0 {
                Matching::Name
            } else {
                Matching::Title
            },
            preferred: true,
            prior: random.below(100) as f32,
            qualifier: i32::try_from(1950 + random.below(75)).ok(),
        }
    };
    (0..names).map(entry).collect()
}

/// Turns of 40 words that name two things each, one of them with a letter missing.
fn turns(lexicon: &[LexiconEntry], random: &mut Random) -> Vec<String> {
    const FILLER: &str = "i really loved it when we watched that one last night and now i am looking for something \
        else that is not too long with a good story";
    let turn = |_| {
        let named = &lexicon[random.below(lexicon.len())].surface;
        let mut slip = lexicon[random.below(lexicon.len())].surface.clone();
        if slip.len() > 8 {
            slip.remove(5);
        }
        let text = format!("{FILLER} like {named}, and i enjoyed {slip} too");
        let mut words: Vec<&str> = text.split(' ').collect();
        while words.len() < 40 {
            words.push("maybe");
        }
        words.truncate(40);
        words.join(" ")
    };
    (0..TURNS).map(turn).collect()
}

pub(crate) fn run() -> Result<String> {
    let mut result = Vec::new();
    println!(
        "{:>10} {:>10} {:>10} {:>10} {:>12} {:>12}",
        "names", "build s", "p50 ms", "p99 ms", "automaton MB", "all MB"
    );
    for (names, label) in [(25_000, "25k"), (1_000_000, "1m")] {
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let lexicon = lexicon(names, &mut random);
        let turns = turns(&lexicon, &mut random);
        let clock = Instant::now();
        let linker = Linker::new(lexicon)?;
        let built = clock.elapsed().as_secs_f64();
        let mut times: Vec<f64> = turns
            .iter()
            .map(|turn| {
                let clock = Instant::now();
                std::hint::black_box(linker.link(turn));
                clock.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let memory = linker.memory();
        let mb = |bytes: usize| bytes as f64 / 1e6;
        let (p50, p99) = (times[TURNS / 2], times[TURNS * 99 / 100]);
        println!(
            "{names:>10} {built:>10.2} {p50:>10.4} {p99:>10.4} {:>12.1} {:>12.1}",
            mb(memory.automaton),
            mb(memory.total())
        );
        result.push(format!(
            "p50_ms_{label}={p50:.4} p99_ms_{label}={p99:.4} automaton_mb_{label}={:.1}",
            mb(memory.automaton)
        ));
    }
    Ok(result.join(" "))
}
