//! The index as bytes.
//!
//! ```text
//! magic      8 bytes   "tgvecs" and the version of this layout
//! checksum  32 bytes   BLAKE3 of all that follows
//! head                 dimensions, rows, graph_from, levels, entry, breadth: u64 each; recall: f32
//! vectors              rows × dimensions f32
//! each level           counts of rows, starts and links: u64 each; then these, u32 each
//! ```
//!
//! Numbers are little-endian. Codes are not stored: making them anew takes less time than reading them.

use std::io::Write;
use std::path::Path;

use super::graph::{Graph, Level};
use super::index::NeighbourIndex;
use super::vectors::Vectors;
use crate::TextError;

const MAGIC: [u8; 8] = *b"tgvecs\x00\x01";
const CHECKSUM: usize = blake3::OUT_LEN;

impl NeighbourIndex {
    /// The index as bytes, with a checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.vectors.values().len() * 4 + 1024);
        bytes.extend(MAGIC);
        bytes.extend([0; CHECKSUM]);
        let (levels, entry, breadth) = self.graph.as_ref().map_or((0, 0, 0), |graph| {
            (graph.levels.len(), graph.entry, graph.breadth)
        });
        for number in [
            self.dimensions(),
            self.len(),
            self.graph_from,
            levels,
            entry as usize,
            breadth,
        ] {
            put_count(&mut bytes, number);
        }
        bytes.extend(self.recall.to_le_bytes());
        bytes.extend(
            self.vectors
                .values()
                .iter()
                .flat_map(|value| value.to_le_bytes()),
        );
        for level in self.graph.iter().flat_map(|graph| &graph.levels) {
            for part in [&level.rows, &level.starts, &level.links] {
                put_count(&mut bytes, part.len());
            }
            for part in [&level.rows, &level.starts, &level.links] {
                bytes.extend(part.iter().flat_map(|number| number.to_le_bytes()));
            }
        }
        let body = MAGIC.len() + CHECKSUM;
        let checksum = blake3::hash(&bytes[body..]);
        bytes[MAGIC.len()..body].copy_from_slice(checksum.as_bytes());
        bytes
    }

    /// Reads what [`NeighbourIndex::to_bytes`] gave.
    ///
    /// # Errors
    ///
    /// If the bytes are damaged, cut, or of another layout. Nothing in them can make this panic.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TextError> {
        let broken = |reason| TextError::VectorIndex { reason };
        let rest = bytes.strip_prefix(&MAGIC).ok_or(broken(
            "it does not start as an index of vectors of this version",
        ))?;
        let (checksum, body) = rest
            .split_first_chunk::<CHECKSUM>()
            .ok_or(broken("it is cut short"))?;
        if blake3::hash(body) != *checksum {
            return Err(broken("its checksum does not match"));
        }
        let parts = Parts::read(body).ok_or(broken("its parts contradict each other"))?;
        let mut index = Self::scanning(
            Vectors::from_scaled(parts.dimensions, parts.values)?,
            parts.graph_from,
        );
        index.graph = parts.graph;
        index.recall = parts.recall;
        Ok(index)
    }

    /// Writes the index to a file. The file takes the place of an older one only once it is complete.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), TextError> {
        let partial = path.with_extension("partial");
        let mut file = fs_err::File::create(&partial).map_err(TextError::File)?;
        file.write_all(&self.to_bytes()).map_err(TextError::File)?;
        file.sync_all().map_err(TextError::File)?;
        fs_err::rename(&partial, path).map_err(TextError::File)
    }

    /// Reads a file that [`NeighbourIndex::save`] wrote.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or as [`NeighbourIndex::from_bytes`].
    pub fn load(path: &Path) -> Result<Self, TextError> {
        Self::from_bytes(&fs_err::read(path).map_err(TextError::File)?)
    }
}

fn put_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend((count as u64).to_le_bytes());
}

struct Parts {
    dimensions: usize,
    values: Vec<f32>,
    graph_from: usize,
    recall: f32,
    graph: Option<Graph>,
}

impl Parts {
    /// `None` if the parts do not fit each other.
    fn read(body: &[u8]) -> Option<Self> {
        let mut reader = Reader(body);
        let [dimensions, rows, graph_from, levels, entry, breadth] = reader.counts()?;
        let recall = f32::from_bits(reader.number()?);
        let values = reader
            .numbers(rows.checked_mul(dimensions)?)?
            .into_iter()
            .map(f32::from_bits)
            .collect();
        let levels = (0..levels)
            .map(|level| reader.level(level, rows))
            .collect::<Option<Vec<_>>>()?;
        let graph = match (levels.is_empty(), u32::try_from(entry)) {
            (true, _) => None,
            (false, Ok(entry)) if entry_fits(&levels, entry, rows) => {
                let breadth = breadth.min(rows);
                Some(Graph {
                    entry,
                    levels,
                    breadth,
                })
            }
            _ => return None,
        };
        reader.0.is_empty().then_some(Self {
            dimensions,
            values,
            graph_from,
            recall,
            graph,
        })
    }
}

/// A search starts at the entry on the highest level.
fn entry_fits(levels: &[Level], entry: u32, rows: usize) -> bool {
    (entry as usize) < rows
        && levels[1..]
            .iter()
            .all(|level| level.rows.binary_search(&entry).is_ok())
}

/// The bytes that are left.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn counts<const N: usize>(&mut self) -> Option<[usize; N]> {
        let mut counts = [0; N];
        for count in &mut counts {
            let (bytes, rest) = self.0.split_first_chunk()?;
            *count = usize::try_from(u64::from_le_bytes(*bytes)).ok()?;
            self.0 = rest;
        }
        Some(counts)
    }

    fn number(&mut self) -> Option<u32> {
        self.numbers(1)?.pop()
    }

    fn numbers(&mut self, count: usize) -> Option<Vec<u32>> {
        let (bytes, rest) = self
            .0
            .split_at_checked(count.checked_mul(size_of::<u32>())?)?;
        self.0 = rest;
        let (words, _) = bytes.as_chunks();
        Some(words.iter().map(|&word| u32::from_le_bytes(word)).collect())
    }

    /// A level whose numbers all point to where there is something.
    fn level(&mut self, level: usize, rows: usize) -> Option<Level> {
        let [of_rows, of_starts, of_links] = self.counts()?;
        let level_rows = self.numbers(of_rows)?;
        let starts = self.numbers(of_starts)?;
        let links = self.numbers(of_links)?;
        let here = if level == 0 { rows } else { level_rows.len() };
        let fits = (level_rows.is_empty() == (level == 0))
            && level_rows.is_sorted_by(|a, b| a < b)
            && level_rows
                .iter()
                .chain(&links)
                .all(|&row| (row as usize) < rows)
            && starts.len() == here + 1
            && starts.is_sorted()
            && starts.last().copied() == u32::try_from(links.len()).ok();
        fits.then_some(Level {
            rows: level_rows,
            starts,
            links,
        })
    }
}
