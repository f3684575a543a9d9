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

/// Bytes a second that one thread moves when it copies memory much larger than the caches, what it
/// reads and what it writes both counted (as the STREAM benchmark does).
#[must_use]
pub fn copy_bandwidth() -> f64 {
    const BYTES: usize = 256 << 20;
    let source = vec![1u8; BYTES];
    let mut target = vec![0u8; BYTES];
    let mut copy = || {
        target.copy_from_slice(std::hint::black_box(&source));
        std::hint::black_box(&target);
    };
    let times = (0..5).map(|_| milliseconds(&mut copy).0);
    let best = times.fold(f64::INFINITY, f64::min);
    2.0 * BYTES as f64 / (best / 1e3)
}
