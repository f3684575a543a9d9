//! Graphs like real ones: power-law degrees and communities.
#![expect(clippy::cast_sign_loss, reason = "the numbers are not negative")]

/// `SplitMix64` (Steele, Lea, Flood, OOPSLA 2014): small, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A sequence for a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.unit() * limit as f64) as usize
    }

    /// Any order is equally likely (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// Between `low` and `high` with density `∝ x^−exponent`, for exponents other than 1.
    fn power_law(&mut self, low: f64, high: f64, exponent: f64) -> f64 {
        let power = 1.0 - exponent;
        let (from, to) = (low.powf(power), high.powf(power));
        (from + (to - from) * self.unit()).powf(1.0 / power)
    }
}

/// Degrees follow a power law with this exponent, as in most networks of people and things.
const DEGREE_EXPONENT: f64 = 2.5;
/// Sizes of communities do with this one, between [`SMALLEST_COMMUNITY`] and [`LARGEST_COMMUNITY`].
const COMMUNITY_EXPONENT: f64 = 1.5;
const SMALLEST_COMMUNITY: f64 = 50.0;
const LARGEST_COMMUNITY: f64 = 5_000.0;
/// Share of a node's edges that leave its community.
const MIXING: f64 = 0.2;

/// About `edges` different undirected edges among `nodes` nodes, sorted, smaller end first.
///
/// The model is that of the LFR benchmark (Lancichinetti, Fortunato, Radicchi, arXiv 0805.4770):
/// degrees and sizes of communities from power laws, and a fifth of a node's edges leaving its
/// community. Edges join random stubs; loops and repetitions are dropped. Nodes are numbered at
/// random, so that their numbers tell nothing about the communities.
#[must_use]
pub fn communities(nodes: usize, edges: usize, seed: u64) -> Vec<(u32, u32)> {
    let mut random = Random::new(seed);
    let mean = 2.0 * edges as f64 / nodes as f64;
    // A little more than the mean of the law asks for, as some edges are dropped.
    let smallest = 1.09 * mean * (DEGREE_EXPONENT - 2.0) / (DEGREE_EXPONENT - 1.0);
    let largest = 8.0 * (nodes as f64).sqrt();
    let mut found = Vec::with_capacity(edges + edges / 8);
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    let mut first = 0;
    while first < nodes {
        let most = LARGEST_COMMUNITY.min(nodes as f64 / 4.0);
        let size = random.power_law(SMALLEST_COMMUNITY, most, COMMUNITY_EXPONENT);
        let members = first..nodes.min(first + size as usize);
        inside.clear();
        for node in members.clone() {
            let degree = random.power_law(smallest, largest, DEGREE_EXPONENT);
            // Nobody knows more than half of a community; the rest of a hub's edges lead outside.
            let near = ((1.0 - MIXING) * degree).min(members.len() as f64 / 2.0);
            let whole = |stubs: f64, random: &mut Random| (stubs + random.unit()) as usize;
            inside.extend(std::iter::repeat_n(node as u32, whole(near, &mut random)));
            outside.extend(std::iter::repeat_n(
                node as u32,
                whole(degree - near, &mut random),
            ));
        }
        random.shuffle(&mut inside);
        found.extend(inside.chunks_exact(2).map(|pair| (pair[0], pair[1])));
        first = members.end;
    }
    random.shuffle(&mut outside);
    found.extend(outside.chunks_exact(2).map(|pair| (pair[0], pair[1])));

    let mut numbers: Vec<u32> = (0..nodes as u32).collect();
    random.shuffle(&mut numbers);
    for (a, b) in &mut found {
        let (x, y) = (numbers[*a as usize], numbers[*b as usize]);
        (*a, *b) = (x.min(y), x.max(y));
    }
    found.retain(|(a, b)| a != b);
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_is_as_large_as_asked_and_has_hubs() {
        let (nodes, edges) = (20_000, 200_000);
        let found = communities(nodes, edges, 1);
        assert!(found.len().abs_diff(edges) < edges / 10, "{}", found.len());
        assert_eq!(found, communities(nodes, edges, 1));
        let mut degrees = vec![0; nodes];
        for &(a, b) in &found {
            assert!(a < b && (b as usize) < nodes);
            degrees[a as usize] += 1;
            degrees[b as usize] += 1;
        }
        degrees.sort_unstable();
        assert!(degrees[nodes / 2] < 20 && degrees[nodes - 1] > 400);
    }
}
