//! A seeded order. The position of a candidate is the strongest lever on how a language model ranks
//! it (C-SEO Bench), so the order of a prompt must not repeat the order of retrieval.

/// The numbers `0..count` in an order that depends on `seed` only (Fisher–Yates).
pub(crate) fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for last in (1..count).rev() {
        let pick = (next(&mut state) % (last as u64 + 1)) as usize;
        order.swap(last, pick);
    }
    order
}

/// SplitMix64 (Steele, Lea, Flood 2014): statistically good and independent of any crate's version,
/// so that a seed gives the same prompt for ever.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::shuffled;

    #[test]
    fn it_is_a_permutation() {
        let mut order = shuffled(50, 7);
        assert_ne!(order, (0..50).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_seed_decides() {
        assert_eq!(shuffled(20, 1), shuffled(20, 1));
        assert_ne!(shuffled(20, 1), shuffled(20, 2));
    }

    #[test]
    fn nothing_and_one_are_fine() {
        assert!(shuffled(0, 1).is_empty());
        assert_eq!(shuffled(1, 1), [0]);
    }
}
