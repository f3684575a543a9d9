//! Where each row lies: neighbours near each other, rows of equal length side by side.
//!
//! A walk reads one number for each entry of each row, and most of its time goes into waiting for
//! that number, or into guessing wrong how long the next row is. So nodes that share neighbours are
//! put together: label propagation finds groups (Raghavan, Albert, Kumara, arXiv 0709.2938, here
//! with groups of bounded size), and what a group's rows read stays in the cache. Within windows of
//! a few groups, rows are sorted by length.

/// Rows in the order of the walk; `P` is what each entry carries.
#[derive(Debug)]
pub(crate) struct Layout<P> {
    /// For each position the node there.
    pub(crate) order: Vec<u32>,
    /// For each node its position.
    pub(crate) positions: Vec<u32>,
    /// Row of position `i`: `starts[i]..starts[i + 1]`.
    pub(crate) starts: Vec<u32>,
    /// Neighbours as positions, ascending in each row.
    pub(crate) ids: Vec<u32>,
    pub(crate) payload: Vec<P>,
}

/// From this many nodes on their scores are larger than the fast caches, and groups pay.
const GROUP_FROM_NODES: usize = 1 << 16;
/// A group is no larger than this, so that its scores fit into the fastest cache.
const LARGEST_GROUP: u32 = 4096;
/// Positions sorted by length together, whole groups if they fit: long runs of equal rows, still
/// within the fastest cache.
const WINDOW: usize = 4096;
/// Rounds of label propagation: most of the gain comes with the first few.
const ROUNDS: usize = 5;

/// Lays out symmetric rows that are given by node.
pub(crate) fn layout<P: Copy + Default>(starts: &[u32], ids: &[u32], payload: &[P]) -> Layout<P> {
    let nodes = starts.len() - 1;
    let order = order(starts, ids);
    let mut positions = vec![0; nodes];
    for (position, &node) in (0..).zip(&order) {
        positions[node as usize] = position;
    }
    let row = |node: u32| starts[node as usize] as usize..starts[node as usize + 1] as usize;
    let mut laid = Layout {
        starts: vec![0; nodes + 1],
        ids: vec![0; ids.len()],
        payload: vec![P::default(); payload.len()],
        order,
        positions,
    };
    for (position, &node) in laid.order.iter().enumerate() {
        laid.starts[position + 1] = laid.starts[position] + row(node).len() as u32;
    }
    // Rows are symmetric: handing out each position in turn to its neighbours fills every row in
    // order.
    let mut cursor = laid.starts.clone();
    for (position, &node) in (0..).zip(&laid.order) {
        for entry in row(node) {
            let slot = &mut cursor[laid.positions[ids[entry] as usize] as usize];
            laid.ids[*slot as usize] = position;
            laid.payload[*slot as usize] = payload[entry];
            *slot += 1;
        }
    }
    laid
}

fn order(starts: &[u32], ids: &[u32]) -> Vec<u32> {
    let nodes = starts.len() - 1;
    let length = |node: u32| starts[node as usize + 1] - starts[node as usize];
    let mut order: Vec<u32> = (0..nodes as u32).collect();
    let by_length = |&node: &u32| (u32::MAX - length(node), node);
    if nodes < GROUP_FROM_NODES {
        order.sort_unstable_by_key(by_length);
        return order;
    }
    let groups = groups(starts, ids);
    order.sort_unstable_by_key(|&node| (groups[node as usize], node));
    let mut rest = order.as_mut_slice();
    while !rest.is_empty() {
        let (window, after) = rest.split_at_mut(window(rest, &groups));
        window.sort_unstable_by_key(by_length);
        rest = after;
    }
    order
}

/// How many nodes belong to the first window of `order`, in which groups lie together.
fn window(order: &[u32], groups: &[u32]) -> usize {
    let group = |at: usize| groups[order[at] as usize];
    if order.len() <= WINDOW {
        return order.len();
    }
    // Back to where the group begins that does not fit, unless that is the only one.
    let cut = group(WINDOW);
    (1..=WINDOW)
        .rev()
        .find(|&at| group(at - 1) != cut)
        .unwrap_or(WINDOW)
}

/// The group of each node.
fn groups(starts: &[u32], ids: &[u32]) -> Vec<u32> {
    let nodes = starts.len() - 1;
    let row = |node: u32| &ids[starts[node as usize] as usize..starts[node as usize + 1] as usize];
    let mut turns: Vec<u32> = (0..nodes as u32).collect();
    // Nodes with few neighbours first: they know where they belong.
    turns.sort_unstable_by_key(|&node| (row(node).len(), node));
    let mut groups: Vec<u32> = (0..nodes as u32).collect();
    let mut sizes = vec![1u32; nodes];
    let mut votes = vec![0u32; nodes];
    let mut settled = vec![false; nodes];
    for _ in 0..ROUNDS {
        let mut moved = 0;
        for &node in &turns {
            if std::mem::replace(&mut settled[node as usize], true) {
                continue;
            }
            for &other in row(node) {
                votes[groups[other as usize] as usize] += 1;
            }
            let home = groups[node as usize];
            let (mut best, mut most) = (home, votes[home as usize]);
            for &other in row(node) {
                let group = groups[other as usize];
                let count = std::mem::take(&mut votes[group as usize]);
                if count > most && sizes[group as usize] < LARGEST_GROUP {
                    (best, most) = (group, count);
                }
            }
            if best != home {
                sizes[home as usize] -= 1;
                sizes[best as usize] += 1;
                groups[node as usize] = best;
                for &other in row(node) {
                    settled[other as usize] = false;
                }
                moved += 1;
            }
        }
        if moved < nodes / 50 {
            break;
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of `cliques` complete graphs of `size` nodes, whose nodes are dealt out in turn.
    fn cliques(cliques: u32, size: u32) -> (Vec<u32>, Vec<u32>) {
        let nodes = cliques * size;
        let members = |node: u32| (0..size).map(move |k| node % cliques + k * cliques);
        let ids = (0..nodes).flat_map(|node| members(node).filter(move |&other| other != node));
        let starts = (0..=nodes).map(|node| node * (size - 1)).collect();
        (starts, ids.collect())
    }

    #[test]
    fn every_entry_arrives_with_what_it_carries() {
        let (starts, ids) = cliques(3, 5);
        let payload: Vec<u32> = (0..).zip(&ids).map(|(k, id)| (k / 4) * id).collect();
        let laid = layout(&starts, &ids, &payload);
        for (position, &node) in laid.order.iter().enumerate() {
            assert_eq!(laid.positions[node as usize] as usize, position);
            let row = laid.starts[position] as usize..laid.starts[position + 1] as usize;
            assert!(laid.ids[row.clone()].is_sorted());
            for entry in row {
                let other = laid.order[laid.ids[entry] as usize];
                assert_eq!(other % 3, node % 3);
                assert_eq!(laid.payload[entry], node * other);
            }
        }
    }

    #[test]
    fn windows_end_where_groups_do() {
        let order: Vec<u32> = (0..3 * WINDOW as u32).collect();
        let sized = |size: u32| order.iter().map(|node| node / size).collect::<Vec<_>>();
        // Whole groups as long as they fit, and the last one that does not is left for the next.
        assert_eq!(window(&order, &sized(1000)), 4000);
        assert_eq!(window(&order, &sized(1024)), WINDOW);
        assert_eq!(window(&order[..500], &sized(1000)), 500);
        // A group that is larger than a window is cut.
        assert_eq!(window(&order, &sized(2 * WINDOW as u32)), WINDOW);
    }

    #[test]
    fn groups_lie_together() {
        let (starts, ids) = cliques(GROUP_FROM_NODES as u32 / 8, 8);
        let laid = layout(&starts, &ids, &vec![(); ids.len()]);
        let far = |position: usize| {
            let row = laid.starts[position] as usize..laid.starts[position + 1] as usize;
            laid.ids[row]
                .iter()
                .filter(|&&id| (id as usize).abs_diff(position) > WINDOW)
                .count()
        };
        let far: usize = (0..laid.order.len()).map(far).sum();
        assert!(
            far * 20 < ids.len(),
            "{far} of {} entries lead far away",
            ids.len()
        );
    }
}
