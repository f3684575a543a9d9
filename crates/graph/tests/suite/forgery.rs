//! Snapshot files with right checksums and wrong contents, and everything a reader does with them.

use tastegraph_graph::{
    BestOptions, NodeId, NodeKind, PageRankOptions, PathFinder, Similarity, Snapshot,
    SnapshotBuilder, Walk, best_nodes, personalized_pagerank, personalized_pagerank_batch,
};
use twox_hash::XxHash3_64;

/// The header and one entry of its table, as `format.rs` lays them out.
const FIXED: usize = 32;
const ENTRY: usize = 24;
const ALIGN: usize = 64;
/// Bytes of a script that make one edit.
const EDIT: usize = 8;

/// A file that has something in every section.
pub(crate) fn sound() -> Vec<u8> {
    let mut builder = SnapshotBuilder::new();
    let likes = builder.relation("ex:likes", "likes", "liked by", 1.0, true);
    let made = builder.relation("ex:made", "made by", "maker of", 0.5, true);
    let hidden = builder.relation("ex:notes", "notes", "noted by", 2.0, false);
    let kinds = NodeKind::ALL;
    let nodes: Vec<_> = (0..12)
        .map(|n| {
            builder.node(
                &format!("ex:{n}"),
                kinds[n % 4],
                &format!("Node {n}"),
                "class",
            )
        })
        .collect();
    for n in 0..nodes.len() {
        for (step, relation) in [(1, likes), (3, made), (3, likes), (5, hidden)] {
            builder.edge(
                nodes[n],
                relation,
                nodes[(n + step) % nodes.len()],
                (n % 3) as i8 - 1,
            );
        }
    }
    builder.build().expect("is consistent").as_bytes().to_vec()
}

fn number(bytes: &[u8], at: usize) -> usize {
    let eight = bytes[at..at + 8].try_into().expect("eight bytes");
    u64::from_le_bytes(eight) as usize
}

fn sections(bytes: &[u8]) -> Vec<Vec<u8>> {
    let count = number(bytes, 8) >> 32;
    let section = |number_of: usize| {
        let entry = FIXED + number_of * ENTRY;
        let start = number(bytes, entry);
        bytes[start..start + number(bytes, entry + 8)].to_vec()
    };
    (0..count).map(section).collect()
}

fn checksum(parts: &[u64]) -> u64 {
    XxHash3_64::oneshot(bytemuck::cast_slice(parts))
}

/// Writes sections with the checksums that belong to them.
fn seal(sections: &[Vec<u8>], version: &[u8]) -> Vec<u8> {
    let header = FIXED + sections.len() * ENTRY;
    let mut bytes = vec![0; header];
    for (number, section) in sections.iter().enumerate() {
        bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
        let parts: Vec<u64> = section.chunks(1 << 22).map(XxHash3_64::oneshot).collect();
        let entry = [bytes.len() as u64, section.len() as u64, checksum(&parts)];
        bytes.extend_from_slice(section);
        let at = FIXED + number * ENTRY;
        bytes[at..at + ENTRY].copy_from_slice(bytemuck::cast_slice(&entry));
    }
    bytes[..16].copy_from_slice(version);
    let length = bytes.len() as u64;
    bytes[16..24].copy_from_slice(&length.to_le_bytes());
    let parts = [&bytes[..24], &bytes[32..header]].map(XxHash3_64::oneshot);
    bytes[24..32].copy_from_slice(&checksum(&parts).to_le_bytes());
    bytes
}

/// Changes sections of a sound file as a script of eight bytes an edit says, and seals it again.
pub(crate) fn forge(sound: &[u8], script: &[u8]) -> Vec<u8> {
    let mut sections = sections(sound);
    let count = sections.len();
    for edit in script.chunks_exact(EDIT) {
        let section = &mut sections[usize::from(edit[1]) % count];
        let place = usize::from(u16::from_le_bytes([edit[2], edit[3]]));
        let value = &edit[4..EDIT];
        match edit[0] % 5 {
            0 if !section.is_empty() => {
                let at = place % section.len();
                section[at] = value[0];
            }
            1 if section.len() >= 4 => {
                let at = place % (section.len() / 4) * 4;
                section[at..at + 4].copy_from_slice(value);
            }
            // Small numbers hit where large ones are refused at once.
            2 if section.len() >= 4 => {
                let at = place % (section.len() / 4) * 4;
                section[at..at + 4].copy_from_slice(&[value[0] % 16, 0, 0, 0]);
            }
            3 => section.truncate(place % (section.len() + 1)),
            4 => section.extend_from_slice(value),
            _ => {}
        }
    }
    seal(&sections, &sound[..16])
}

/// Opens a file and, if it is taken for sound, asks everything of it. Whether it was.
///
/// Answers may be wrong; what is tested is that there are some.
pub(crate) fn use_all(bytes: &[u8]) -> bool {
    let Ok(mut graph) = Snapshot::from_bytes(bytes) else {
        return false;
    };
    let mut sum = 0;
    for node in graph.nodes() {
        sum += graph.iri(node).len() + graph.label(node).len() + graph.class(node).len();
        sum += graph.degree(node) + graph.neighbors(node).count() + graph.kind(node) as usize;
        sum += usize::from(graph.find(graph.iri(node)) == Some(node));
    }
    for (id, relation) in graph.relations() {
        sum += relation.label.len() + usize::from(graph.find_relation(&relation.name) == Some(id));
    }
    std::hint::black_box(sum);
    walk_all(&graph);
    change_all(&mut graph);
    true
}

fn walk_all(graph: &Snapshot) {
    let walk = Walk::new(graph);
    let nodes = graph.node_count();
    let seeds: Vec<(NodeId, f32)> = (0..nodes.min(2))
        .map(|n| (NodeId::from_index(n), 1.0))
        .collect();
    let options = PageRankOptions {
        max_iterations: 4,
        ..PageRankOptions::default()
    };
    let Ok(rank) = personalized_pagerank(&walk, &seeds, &options) else {
        return;
    };
    let queries = [seeds.as_slice(), &seeds[..1]];
    let _ = std::hint::black_box(personalized_pagerank_batch(&walk, &queries, &options));
    let best = BestOptions {
        k: 3,
        walk: options,
        ..BestOptions::default()
    };
    let _ = std::hint::black_box(best_nodes(&walk, &seeds, |_| true, &best));
    let finder = PathFinder::new(graph, &walk, &seeds);
    let paths = |node| finder.paths(node, 3).len();
    std::hint::black_box(graph.nodes().map(paths).sum::<usize>());
    let similarity = Similarity::new(graph, NodeKind::Conversation);
    std::hint::black_box(similarity.best(&rank.scores, 3, &[]));
}

fn change_all(graph: &mut Snapshot) {
    let nodes: Vec<NodeId> = graph.nodes().collect();
    let relation = graph.relations().next().map(|(id, _)| id);
    let (Some(&first), Some(&last), Some(relation)) = (nodes.first(), nodes.last(), relation)
    else {
        return;
    };
    let mut walk = Walk::new(graph);
    let _ = graph.add_edge(first, relation, last, 0);
    let _ = graph.add_node("ex:new", NodeKind::Item, "new", "class");
    let _ = graph.remove_node(last);
    walk.update(graph);
    let _ = std::hint::black_box(personalized_pagerank(
        &walk,
        &[(first, 1.0)],
        &PageRankOptions {
            max_iterations: 4,
            ..PageRankOptions::default()
        },
    ));
    let _ = std::hint::black_box(graph.compact());
}
