//! A snapshot file in memory, checked so that nothing read from it can go out of bounds.

use std::path::Path;
use std::sync::Arc;

use super::format::{self, Section, Table};
use super::{Meta, Relation};
use crate::raw::{Columns, Memory, Words};
use crate::{GraphError, NodeKind, RelationId};

/// The bytes of a snapshot and where everything lies in them.
#[derive(Debug)]
pub(crate) struct Image {
    memory: Arc<Memory>,
    table: Table,
    /// Number of nodes.
    pub(crate) nodes: usize,
    /// Sorted by name.
    pub(crate) relations: Vec<Relation>,
    /// For each kind, the id after its last node.
    pub(crate) kind_ends: [u32; 4],
    /// The relations of parallel edges that occur together in one merged edge.
    pub(crate) mixtures: Vec<Vec<RelationId>>,
    /// The merged neighbours of each position of the walk.
    pub(crate) columns: Columns,
}

impl Image {
    pub(super) fn open(path: &Path) -> Result<Self, GraphError> {
        let io = |error: std::io::Error| GraphError::Io {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let file = fs_err::File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() == 0 {
            return Err(GraphError::corrupt("it is empty").in_file(path));
        }
        let memory = Memory::map(file.file()).map_err(io)?;
        Self::new(memory).map_err(|error| error.in_file(path))
    }

    /// Checks everything. What the checksums vouch for (the order of nodes and edges) is believed;
    /// what memory safety and the absence of panics rest on is checked all the same.
    pub(super) fn new(memory: Memory) -> Result<Self, GraphError> {
        let table = format::read(memory.bytes())?;
        let memory = Arc::new(memory);
        let view = View {
            memory: &memory,
            table: &table,
        };
        let kind_ends = view.kind_ends()?;
        let nodes = kind_ends[NodeKind::User as usize] as usize;
        let (texts, rest) = rayon::join(|| view.check_texts(nodes), || view.check_edges(nodes));
        texts?;
        rest?;
        let relations = view.relations()?;
        view.check_meta(relations.len())?;
        let mixtures = view.mixtures(relations.len())?;
        let columns = view.check_walk(nodes, mixtures.len())?;
        Ok(Self {
            memory,
            table,
            nodes,
            relations,
            kind_ends,
            mixtures,
            columns,
        })
    }

    /// The whole file.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.memory.bytes()
    }

    fn view(&self) -> View<'_> {
        View {
            memory: &self.memory,
            table: &self.table,
        }
    }

    pub(crate) fn u32s(&self, section: Section) -> &[u32] {
        self.view().u32s(section)
    }

    pub(crate) fn u16s(&self, section: Section) -> &[u16] {
        self.view().u16s(section)
    }

    /// A section as numbers that outlive the borrow.
    pub(crate) fn words(&self, section: Section) -> Words {
        Words::Shared(
            Arc::clone(&self.memory),
            self.table[section as usize].clone(),
        )
    }

    /// String `index` of the table whose ends are the section after its text.
    pub(crate) fn string(&self, text: Section, ends: Section, index: usize) -> &str {
        let ends = self.u32s(ends);
        let start = if index == 0 { 0 } else { ends[index - 1] };
        let bytes = &self.view().bytes(text)[start as usize..ends[index] as usize];
        // Checked when the file was opened; here again, as the alternative is unsafe.
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// The sections before it is known whether they fit together.
#[derive(Clone, Copy)]
struct View<'a> {
    memory: &'a Arc<Memory>,
    table: &'a Table,
}

impl<'a> View<'a> {
    fn bytes(self, section: Section) -> &'a [u8] {
        &self.memory.bytes()[self.table[section as usize].clone()]
    }

    /// Sections are aligned; bytes after the last whole number are left out, which the checks of
    /// lengths notice.
    fn u32s(self, section: Section) -> &'a [u32] {
        let bytes = self.bytes(section);
        bytemuck::cast_slice(&bytes[..bytes.len() & !3])
    }

    fn u16s(self, section: Section) -> &'a [u16] {
        let bytes = self.bytes(section);
        bytemuck::cast_slice(&bytes[..bytes.len() & !1])
    }

    fn has_bytes(self, section: Section, bytes: usize) -> Result<(), GraphError> {
        if self.table[section as usize].len() == bytes {
            return Ok(());
        }
        Err(GraphError::corrupt(format!(
            "{section:?} has not the {bytes} bytes that the rest asks for"
        )))
    }

    fn kind_ends(self) -> Result<[u32; 4], GraphError> {
        self.has_bytes(Section::KindEnds, 16)?;
        let mut ends = [0; 4];
        ends.copy_from_slice(self.u32s(Section::KindEnds));
        if ends.is_sorted() {
            Ok(ends)
        } else {
            Err(GraphError::corrupt("node kinds do not cover the nodes"))
        }
    }

    fn check_texts(self, nodes: usize) -> Result<(), GraphError> {
        let classes = self.u32s(Section::ClassEnds).len();
        self.check_table(Section::IriText, Section::IriEnds, nodes)?;
        self.check_table(Section::LabelText, Section::LabelEnds, nodes)?;
        self.check_table(Section::ClassText, Section::ClassEnds, classes)?;
        self.has_bytes(Section::ClassOf, 4 * nodes)?;
        ensure(
            below(self.u32s(Section::ClassOf), classes),
            "a node's class does not exist",
        )
    }

    /// Whether every string can be taken out of its text.
    fn check_table(self, text: Section, ends: Section, count: usize) -> Result<(), GraphError> {
        self.has_bytes(ends, 4 * count)?;
        let ends = self.u32s(ends);
        let sound = std::str::from_utf8(self.bytes(text)).is_ok_and(|text| {
            ends.is_sorted()
                && ends.last().map_or(0, |&end| end as usize) == text.len()
                && ends.iter().all(|&end| text.is_char_boundary(end as usize))
        });
        ensure(sound, "a string table does not fit its text")
    }

    fn relations(self) -> Result<Vec<Relation>, GraphError> {
        let weights = self.bytes(Section::RelationWeights);
        let count = weights.len() / 4;
        self.has_bytes(Section::RelationWeights, 4 * count)?;
        self.has_bytes(Section::RelationWalks, count)?;
        self.check_table(Section::RelationText, Section::RelationEnds, 3 * count)?;
        let ends = self.u32s(Section::RelationEnds);
        let text = self.bytes(Section::RelationText);
        let string = |index: usize| {
            let start = if index == 0 { 0 } else { ends[index - 1] };
            let bytes = &text[start as usize..ends[index] as usize];
            String::from_utf8_lossy(bytes).into_owned()
        };
        let weights: &[f32] = bytemuck::cast_slice(weights);
        let walks = self.bytes(Section::RelationWalks);
        let relations: Vec<Relation> = (0..count)
            .map(|i| Relation {
                name: string(3 * i),
                label: string(3 * i + 1),
                inverse_label: string(3 * i + 2),
                weight: weights[i],
                walk: walks[i] != 0,
            })
            .collect();
        ensure(
            relations.is_sorted_by(|a, b| a.name < b.name) && count <= Meta::MAX_RELATIONS,
            "relations are not in order",
        )?;
        ensure(
            weights.iter().all(|w| w.is_finite() && *w >= 0.0),
            "a relation's weight is negative or not finite",
        )?;
        Ok(relations)
    }

    fn check_edges(self, nodes: usize) -> Result<(), GraphError> {
        let edges = self.u32s(Section::OutNodes).len();
        for (starts, ends, meta) in [
            (Section::OutStarts, Section::OutNodes, Section::OutMeta),
            (Section::InStarts, Section::InNodes, Section::InMeta),
        ] {
            self.check_starts(starts, nodes, edges)?;
            self.has_bytes(ends, 4 * edges)?;
            self.has_bytes(meta, 2 * edges)?;
            ensure(
                below(self.u32s(ends), nodes),
                "an edge's end does not exist",
            )?;
        }
        Ok(())
    }

    /// Whether rows starting there cover `entries` entries.
    fn check_starts(self, starts: Section, nodes: usize, entries: usize) -> Result<(), GraphError> {
        self.has_bytes(starts, 4 * (nodes + 1))?;
        let starts = self.u32s(starts);
        let covers = starts[0] == 0 && starts[nodes] as usize == entries && starts.is_sorted();
        ensure(covers, "rows do not cover the edges")
    }

    fn check_meta(self, relations: usize) -> Result<(), GraphError> {
        for section in [Section::OutMeta, Section::InMeta] {
            let all = self.u16s(section);
            let sound = all.chunks(1 << 14).all(|part| {
                let no_polarity = |meta: u16| meta & (meta >> 1) & 1;
                let (most, bad) = part.iter().fold((0, 0), |(most, bad), &meta| {
                    (meta.max(most), bad | no_polarity(meta))
                });
                bad == 0 && Meta(most).relation().index() < relations
            });
            ensure(sound, "an edge's relation or polarity does not exist")?;
        }
        Ok(())
    }

    fn mixtures(self, relations: usize) -> Result<Vec<Vec<RelationId>>, GraphError> {
        let (ends, all) = (
            self.u32s(Section::MixtureEnds),
            self.u16s(Section::MixtureRelations),
        );
        let sound = ends.is_sorted()
            && ends.last().map_or(0, |&end| end as usize) == all.len()
            && all.iter().all(|&id| (id as usize) < relations);
        ensure(sound, "the mixtures of relations contradict each other")?;
        let starts = std::iter::once(&0).chain(ends);
        Ok(starts
            .zip(ends)
            .map(|(&start, &end)| &all[start as usize..end as usize])
            .map(|relations| relations.iter().map(|&id| RelationId(id)).collect())
            .collect())
    }

    fn check_walk(self, nodes: usize, mixtures: usize) -> Result<Columns, GraphError> {
        let range = self.table[Section::RowIds as usize].clone();
        let entries = range.len() / 4;
        self.check_starts(Section::RowStarts, nodes, entries)?;
        self.has_bytes(Section::Order, 4 * nodes)?;
        self.has_bytes(Section::Positions, 4 * nodes)?;
        let (order, positions) = (self.u32s(Section::Order), self.u32s(Section::Positions));
        let inverse = (0..)
            .zip(order)
            .all(|(position, &node)| positions.get(node as usize) == Some(&position));
        ensure(inverse, "the order of the walk leaves nodes out")?;
        let of_entries = self.u16s(Section::RowMixtures);
        if mixtures > 1 {
            self.has_bytes(Section::RowMixtures, 2 * entries)?;
            let most = of_entries
                .iter()
                .fold(0, |most, &mixture| most.max(mixture));
            ensure(
                (most as usize) < mixtures,
                "a mixture of relations does not exist",
            )?;
        } else {
            self.has_bytes(Section::RowMixtures, 0)?;
            ensure(
                mixtures == 1 || entries == 0,
                "merged edges have no relation",
            )?;
        }
        Words::shared(self.memory, range)
            .and_then(|ids| Columns::new(ids, nodes))
            .ok_or_else(|| GraphError::corrupt("a merged edge's end does not exist"))
    }
}

fn ensure(holds: bool, reason: &'static str) -> Result<(), GraphError> {
    if holds {
        Ok(())
    } else {
        Err(GraphError::corrupt(reason))
    }
}

/// Whether all ids are below `limit`; whole parts at a time, so that the compiler can vectorise.
fn below(ids: &[u32], limit: usize) -> bool {
    ids.chunks(1 << 14)
        .all(|part| (part.iter().fold(0, |most, &id| most.max(id)) as usize) < limit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::format::forge;
    use crate::{
        BestOptions, NodeId, NodeKind, PathFinder, Snapshot, SnapshotBuilder, Walk, best_nodes,
        forward_push,
    };

    fn sample() -> Snapshot {
        let mut builder = SnapshotBuilder::new();
        let weak = builder.relation("weak", "wéak", "", 0.2, true);
        let strong = builder.relation("strong", "strong", "", 1.0, true);
        let nodes: Vec<_> = (0..20)
            .map(|i| {
                let kind = NodeKind::ALL[i % 4];
                builder.node(
                    &format!("n{i}"),
                    kind,
                    &format!("labél {i}"),
                    ["a", "b"][i % 2],
                )
            })
            .collect();
        for i in 0..60 {
            let (from, to) = (nodes[i * 7 % 20], nodes[i * i % 19]);
            builder.edge(from, [weak, strong][i % 2], to, (i % 3) as i8 - 1);
        }
        builder.build().expect("is consistent")
    }

    /// Calls everything that reads.
    fn use_all(snapshot: &Snapshot) {
        for node in snapshot.nodes() {
            let texts = [
                snapshot.iri(node),
                snapshot.label(node),
                snapshot.class(node),
            ];
            assert!(texts.iter().all(|text| text.len() < 1 << 20));
            let _ = (snapshot.find(texts[0]), snapshot.kind(node));
            for neighbor in snapshot.neighbors(node) {
                assert!(snapshot.contains(neighbor.node));
                let _ = snapshot.relation(neighbor.relation);
            }
        }
        let walk = Walk::new(snapshot);
        let seeds = [(NodeId(0), 1.0), (NodeId(7), 1.0)];
        if snapshot.node_count() > 7 {
            let best = best_nodes(&walk, &seeds, |_| true, &BestOptions::default());
            best.expect("seeds are valid");
            forward_push(&walk, &seeds, 0.3, 1e-3).expect("seeds are valid");
            let finder = PathFinder::new(snapshot, &walk, &seeds);
            snapshot
                .nodes()
                .for_each(|node| drop(finder.paths(node, 3)));
        }
        let _ = snapshot.compact();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Whatever a file with right checksums holds, reading it is refused or harmless.
        #[test]
        fn forged_files_do_no_harm(
            section in any::<prop::sample::Index>(),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            cut in prop::option::of(any::<prop::sample::Index>()),
            more in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let forged = forge(sample().as_bytes(), |sections| {
                let section = &mut sections[section.index(super::Section::COUNT)];
                for (place, value) in edits {
                    if !section.is_empty() {
                        let place = place.index(section.len());
                        section[place] = value;
                    }
                }
                if let Some(cut) = cut {
                    section.truncate(cut.index(section.len() + 1));
                }
                section.extend(more);
            });
            if let Ok(snapshot) = Snapshot::from_bytes(&forged) {
                use_all(&snapshot);
            }
        }
    }

    #[test]
    fn contradictions_are_named() {
        use super::Section;

        type Edit = fn(&mut Vec<u8>);
        let cases: [(Section, Edit, &str); 8] = [
            (Section::KindEnds, |s| s[0] = 99, "kinds"),
            (Section::OutNodes, |s| s[0] = 99, "end does not exist"),
            (Section::InStarts, |s| s[0] = 1, "rows do not cover"),
            (Section::OutMeta, |s| s[0] |= 3, "polarity"),
            (Section::ClassOf, |s| s[0] = 9, "class"),
            (Section::LabelText, |s| s[3] = 0xff, "string table"),
            (Section::RelationWeights, |s| s[3] = 0xff, "weight"),
            (Section::RowIds, |s| s[0] = 99, "merged edge"),
        ];
        for (section, edit, reason) in cases {
            let bytes = forge(sample().as_bytes(), |s| edit(&mut s[section as usize]));
            let error = Snapshot::from_bytes(&bytes).expect_err(reason).to_string();
            assert!(error.contains(reason), "{error}");
        }
        use_all(&sample());
    }
}
