//! Timings.

use std::time::Instant;

/// The time a call takes, in milliseconds, with what it returns.
pub fn milliseconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let clock = Instant::now();
    let result = work();
    (clock.elapsed().as_secs_f64() * 1e3, result)
}

/// The middle of some numbers; 0 if there are none.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Bytes a second that some threads together move when each copies memory much larger than the
/// caches, what they read and what they write both counted (as the STREAM benchmark does).
#[must_use]
pub fn copy_bandwidth(threads: usize) -> f64 {
    const BYTES: usize = 256 << 20;
    const ROUNDS: usize = 5;
    let part = BYTES / threads.max(1);
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = (0..threads.max(1))
        .map(|_| (vec![1; part], vec![0; part]))
        .collect();
    let mut copy = || {
        std::thread::scope(|scope| {
            for (source, target) in &mut pairs {
                scope.spawn(move || {
                    for _ in 0..ROUNDS {
                        target.copy_from_slice(std::hint::black_box(source.as_slice()));
                        std::hint::black_box(&*target);
                    }
                });
            }
        });
    };
    let times = (0..3).map(|_| milliseconds(&mut copy).0);
    let best = times.fold(f64::INFINITY, f64::min);
    (2 * BYTES * ROUNDS) as f64 / (best / 1e3)
}

/// Bytes of memory that this process holds: its own, and pages of files that it has mapped. Zeros
/// where the system does not tell.
#[must_use]
pub fn resident() -> (usize, usize) {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number
            .and_then(|number| number.parse::<usize>().ok())
            .unwrap_or_default()
    };
    (kilobytes("RssAnon:") << 10, kilobytes("RssFile:") << 10)
}
