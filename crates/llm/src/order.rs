//! Orders of candidates: joined, bounded and compared.

/// Joins several rankings of `count` things by Borda's rule: a thing gets, from each ranking, as many
/// points as it leaves things behind; ties keep the given order. Each ranking is a permutation of
/// `0..count`.
///
/// Averaging over differently shuffled prompts takes out the bias for places in the prompt.
#[must_use]
pub fn borda(rankings: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut lost = vec![0usize; count];
    for ranking in rankings {
        for (place, &thing) in ranking.iter().enumerate() {
            lost[thing] += place;
        }
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&thing| (lost[thing], thing));
    order
}

/// The order nearest to `wanted` in which no thing stands more than `most` places from where it
/// stood: thing `i` ends at a place from `i − most` to `i + most`. `wanted` is a permutation.
///
/// Place by place: what would otherwise come too late is put there, else the first wanted thing that
/// does not come too early. At each place one thing at most is due, and one that may come is always
/// left, for only `place` of the `place + 1` first things can be gone.
#[must_use]
pub fn bounded(wanted: &[usize], most: usize) -> Vec<usize> {
    let mut left: Vec<usize> = wanted.to_vec();
    let mut order = Vec::with_capacity(wanted.len());
    for place in 0..wanted.len() {
        let due = place
            .checked_sub(most)
            .and_then(|thing| left.iter().position(|&other| other == thing));
        let may_come = |&thing: &usize| thing <= place.saturating_add(most);
        // One that may come is always there; the first is as good as any if that were wrong.
        let at = due
            .or_else(|| left.iter().position(may_come))
            .unwrap_or_default();
        order.push(left.remove(at));
    }
    order
}

/// Spearman's rank correlation of two orders of the same things, given as pairs of places; `None`
/// below three things. Places are ranked among those given.
#[must_use]
pub fn spearman(pairs: &[(usize, usize)]) -> Option<f64> {
    let count = pairs.len();
    if count < 3 {
        return None;
    }
    let ranks = |side: fn(&(usize, usize)) -> usize| {
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&at| side(&pairs[at]));
        let mut ranks = vec![0usize; count];
        for (rank, at) in order.into_iter().enumerate() {
            ranks[at] = rank;
        }
        ranks
    };
    let (first, second) = (ranks(|pair| pair.0), ranks(|pair| pair.1));
    let squares: f64 = first
        .iter()
        .zip(&second)
        .map(|(&a, &b)| (a as f64 - b as f64).powi(2))
        .sum();
    let count = count as f64;
    Some(1.0 - 6.0 * squares / (count * (count * count - 1.0)))
}

/// Values with mean 0 and standard deviation 1; all 0 if they are equal or not finite.
#[must_use]
pub(crate) fn standardised(values: &[f64]) -> Vec<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / count;
    let deviation = variance.sqrt();
    if !(deviation.is_finite() && deviation > 0.0) {
        return vec![0.0; values.len()];
    }
    values
        .iter()
        .map(|value| (value - mean) / deviation)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn borda_by_hand() {
        // Places 0+2, 1+0, 2+1.
        assert_eq!(borda(&[vec![0, 1, 2], vec![1, 2, 0]], 3), [1, 0, 2]);
        assert_eq!(borda(&[], 3), [0, 1, 2]);
    }

    #[test]
    fn a_bound_of_nothing_moves_nothing_and_a_large_one_all() {
        assert_eq!(bounded(&[3, 2, 1, 0], 0), [0, 1, 2, 3]);
        assert_eq!(bounded(&[3, 2, 1, 0], 9), [3, 2, 1, 0]);
        assert_eq!(bounded(&[3, 0, 1, 2], 1), [0, 1, 3, 2]);
    }

    #[test]
    fn correlation_by_hand() {
        assert_eq!(spearman(&[(0, 0), (1, 1), (2, 2)]), Some(1.0));
        assert_eq!(spearman(&[(0, 9), (5, 7), (8, 1)]), Some(-1.0));
        assert_eq!(spearman(&[(0, 0), (1, 1)]), None);
    }

    #[test]
    fn equal_values_say_nothing() {
        assert_eq!(standardised(&[2.0, 2.0]), [0.0, 0.0]);
        assert_eq!(standardised(&[1.0, 3.0]), [-1.0, 1.0]);
    }

    proptest! {
        #[test]
        fn nothing_moves_further_than_the_bound(
            wanted in (1usize..60).prop_flat_map(|n| Just((0..n).collect::<Vec<_>>()).prop_shuffle()),
            most in 0usize..20,
        ) {
            let order = bounded(&wanted, most);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..wanted.len()).collect::<Vec<_>>());
            for (place, &thing) in order.iter().enumerate() {
                prop_assert!(place.abs_diff(thing) <= most, "{thing} at {place}");
            }
            // An order within the bound stays as it is.
            prop_assert_eq!(bounded(&order, most), order);
        }
    }
}
