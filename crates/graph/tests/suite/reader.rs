//! The reader of snapshot files on thousands of damaged and forged ones.

use crate::forgery::{forge, sound, use_all};
use crate::support::Random;

/// How many files an ordinary run reads; `TASTEGRAPH_FORGERIES` asks for another number.
const FORGERIES: usize = 10_000;

/// Files are small: handing parts of them to other threads takes longer than reading them.
fn on_one_thread(work: impl FnOnce() + Send) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a thread starts").install(work);
}

fn forgeries() -> usize {
    let asked = std::env::var("TASTEGRAPH_FORGERIES").ok();
    asked
        .and_then(|number| number.parse().ok())
        .unwrap_or(FORGERIES)
}

#[test]
fn forged_files_are_refused_or_read_without_panic() {
    on_one_thread(read_forged_files);
}

fn read_forged_files() {
    let (sound, mut random) = (sound(), Random(1));
    assert!(forge(&sound, &[]) == sound && use_all(&sound));
    let (mut taken, count) = (0, forgeries());
    for _ in 0..count {
        let edits = 1 + random.below(3);
        let script: Vec<u8> = (0..edits)
            .flat_map(|_| random.next().to_le_bytes())
            .collect();
        let file = forge(&sound, &script);
        let read = std::panic::catch_unwind(|| use_all(&file));
        let Ok(was_sound) = read else {
            panic!("the script {script:?} makes a file that is no file and no error");
        };
        taken += usize::from(was_sound);
    }
    // Both sides are tried: what is refused, and what only looks right.
    assert!(taken > count / 50 && taken < count, "{taken} of {count}");
}

#[test]
fn damaged_files_are_refused() {
    on_one_thread(read_damaged_files);
}

fn read_damaged_files() {
    let (sound, mut random) = (sound(), Random(2));
    for _ in 0..forgeries() {
        let mut file = sound.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(file.len());
            match random.below(4) {
                0 => file[at] ^= 1 << random.below(8),
                1 => file[at] = random.next() as u8,
                2 => file.truncate(at + 1),
                _ => file.insert(at, random.next() as u8),
            }
        }
        assert!(file == sound || !use_all(&file));
    }
}
