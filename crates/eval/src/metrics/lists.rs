//! Metrics of what is recommended at all: variety, novelty and fairness.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::Memory;

/// Top lists with the targets they should have held.
#[derive(Debug, Clone, Copy)]
pub struct Lists<'a> {
    /// For each question the items of its list, best first, by position.
    pub lists: &'a [Vec<u32>],
    /// For each question the positions of its targets.
    pub targets: &'a [Vec<u32>],
    /// What is known of the items.
    pub memory: &'a Memory,
    /// The number of most mentioned items that count as the short head.
    pub head: usize,
}

/// Metrics over top lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ListMetrics {
    /// Share of all items that some list holds.
    pub coverage: f64,
    /// Gini coefficient of how often each item is in a list: 0 if all equally, 1 if always the
    /// same one. `Σ_i (2i − n − 1)·c_i / (n·Σ c)` over the counts in rising order.
    pub gini: f64,
    /// Expected popularity complement (Vargas and Castells, `RecSys` 2011) with relevance and rank:
    /// mean over the lists of `Σ_hits (1 − p) / log2(rank + 1)` over `Σ_ranks 1 / log2(rank + 1)`,
    /// where `p` is the share of the memory's conversations that name the item.
    pub epc: f64,
    /// Average number of items outside the head in a list (Abdollahpouri et al. 2019).
    pub aclt: f64,
    /// Average recommendation popularity: the mean number of conversations that name an item of a
    /// list (Yin et al., VLDB 2012).
    pub arp: f64,
    /// Popularity-based ranking-based equal opportunity (Zhu et al., SIGIR 2020): standard
    /// deviation over mean of the hit rates of the head and of the rest. 0 is fair.
    pub popreo: f64,
}

impl ListMetrics {
    /// Computes all of them. Without lists everything is 0.
    #[must_use]
    pub fn of(input: &Lists<'_>) -> Self {
        let items = input.memory.mentions.len();
        let mut counts = vec![0_u32; items];
        for &item in input.lists.iter().flatten() {
            counts[item as usize] += 1;
        }
        let head: BTreeSet<u32> = input.memory.head(input.head).into_iter().collect();
        let mentions = |item: u32| f64::from(input.memory.mentions[item as usize]);
        let all: Vec<u32> = input.lists.iter().flatten().copied().collect();
        let in_tail = all.iter().filter(|item| !head.contains(item)).count();
        Self {
            coverage: ratio(
                counts.iter().filter(|&&c| c > 0).count() as f64,
                items as f64,
            ),
            gini: gini(counts),
            epc: epc(input),
            aclt: ratio(in_tail as f64, input.lists.len() as f64),
            arp: ratio(
                all.iter().map(|&item| mentions(item)).sum(),
                all.len() as f64,
            ),
            popreo: popreo(input, &head),
        }
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn gini(mut counts: Vec<u32>) -> f64 {
    counts.sort_unstable();
    let n = counts.len() as f64;
    let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
    let weighted: f64 = (1..)
        .zip(&counts)
        .map(|(i, &count)| (2.0 * f64::from(i) - n - 1.0) * f64::from(count))
        .sum();
    ratio(weighted, n * total)
}

fn epc(input: &Lists<'_>) -> f64 {
    let conversations = input.memory.items.len() as f64;
    let discount = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let of_list = |(list, targets): (&Vec<u32>, &Vec<u32>)| {
        let hits = list
            .iter()
            .enumerate()
            .filter(|(_, item)| targets.contains(item));
        let gained: f64 = hits
            .map(|(place, &item)| {
                let known = f64::from(input.memory.mentions[item as usize]);
                (1.0 - ratio(known, conversations)) * discount(place)
            })
            .sum();
        ratio(gained, (0..list.len()).map(discount).sum())
    };
    let lists = input.lists.iter().zip(input.targets);
    ratio(lists.map(of_list).sum(), input.lists.len() as f64)
}

fn popreo(input: &Lists<'_>, head: &BTreeSet<u32>) -> f64 {
    let (mut hits, mut totals) = ([0.0; 2], [0.0; 2]);
    for (list, targets) in input.lists.iter().zip(input.targets) {
        for target in targets {
            let group = usize::from(head.contains(target));
            totals[group] += 1.0;
            hits[group] += f64::from(u8::from(list.contains(target)));
        }
    }
    let rates = [0, 1].map(|group| ratio(hits[group], totals[group]));
    let mean = f64::midpoint(rates[0], rates[1]);
    // The standard deviation of two numbers is half their distance.
    ratio((rates[0] - rates[1]).abs() / 2.0, mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    /// Four items, mentioned 3, 2, 0 and 1 times in four conversations; the head is item 0.
    /// Lists [0, 1], [0, 3]; targets {1}, {0, 2}. Worked by hand:
    #[test]
    fn worked_by_hand() {
        let sets = [vec![0, 1], vec![0, 1], vec![0], vec![3]];
        let memory = Memory::from_sets(sets.map(|set| (String::new(), set)), 4);
        let metrics = ListMetrics::of(&Lists {
            lists: &[vec![0, 1], vec![0, 3]],
            targets: &[vec![1], vec![0, 2]],
            memory: &memory,
            head: 1,
        });
        close(metrics.coverage, 3.0 / 4.0);
        // Counts 0, 1, 1, 2: (−3·0 − 1·1 + 1·1 + 3·2) / (4·4).
        close(metrics.gini, 6.0 / 16.0);
        // List 1: hit at rank 2, p = 2/4; list 2: hit at rank 1, p = 3/4.
        let discounts = 1.0 + 1.0 / 3.0_f64.log2();
        let first = 0.5 / 3.0_f64.log2() / discounts;
        close(metrics.epc, f64::midpoint(first, 0.25 / discounts));
        close(metrics.aclt, 1.0);
        close(metrics.arp, (3.0 + 2.0 + 3.0 + 1.0) / 4.0);
        // Head: 1 of 1 found; rest: 1 of 2. |1 − .5| / 2 over .75.
        close(metrics.popreo, 1.0 / 3.0);
    }

    #[test]
    fn nothing_is_zero() {
        let memory = Memory::from_sets([], 0);
        let metrics = ListMetrics::of(&Lists {
            lists: &[],
            targets: &[],
            memory: &memory,
            head: 10,
        });
        assert_eq!(metrics, ListMetrics::default());
    }
}
