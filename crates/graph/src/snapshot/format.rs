//! The bytes of a snapshot file.
//!
//! ```text
//! 0   magic "TGGRAPH\n"
//! 8   format version, u32        12  number of sections, u32
//! 16  length of the file, u64    24  xxh3 of the header without this field, u64
//! 32  for each section: offset u64, length u64, xxh3 u64
//! ..  the sections, each at a multiple of 64 bytes, filled up with zeros
//! ```
//! All numbers are little-endian. Every byte is covered by a checksum or known to be zero, so that
//! any change of any byte is noticed.

use std::ops::Range;

use rayon::prelude::*;
use twox_hash::XxHash3_64;

use crate::GraphError;

/// Version of the format that this build reads and writes.
pub(super) const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"TGGRAPH\n";
const FIXED: usize = 32;
const CHECKSUM: Range<usize> = 24..32;
const ENTRY: usize = 24;
/// Sections start at cache lines, which suits every number type.
const ALIGN: usize = 64;
/// Bytes that one thread checks at a time.
const CHECKED_AT_ONCE: usize = 1 << 22;

/// The parts of the file, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// For each kind, the id after its last node: `[u32; 4]`.
    KindEnds,
    /// Texts of all IRIs, one after the other, and where each ends: `[u32; nodes]`.
    IriText,
    IriEnds,
    LabelText,
    LabelEnds,
    ClassText,
    ClassEnds,
    /// For each node the number of its class label: `[u32; nodes]`.
    ClassOf,
    /// Name, label and inverse label of each relation.
    RelationText,
    RelationEnds,
    /// `[f32; relations]`
    RelationWeights,
    /// 1 where walks follow: `[u8; relations]`.
    RelationWalks,
    /// Edges by source: `[u32; nodes + 1]`, then target and [`meta`](super::Meta) of each.
    OutStarts,
    OutNodes,
    OutMeta,
    /// Edges by target: `[u32; nodes + 1]`, then source and meta of each.
    InStarts,
    InNodes,
    InMeta,
    /// The walk: for each position the node there, and for each node its position.
    Order,
    Positions,
    /// Merged neighbours by position, as positions: `[u32; nodes + 1]`, `[u32; entries]`.
    RowStarts,
    RowIds,
    /// For each entry the number of its mixture of relations, or nothing if there is one: `[u16]`.
    RowMixtures,
    /// Where each mixture ends, and the relations in it: `[u32]`, `[u16]`.
    MixtureEnds,
    MixtureRelations,
}

impl Section {
    pub(super) const COUNT: usize = Self::MixtureRelations as usize + 1;
}

/// Where each section lies in the file.
pub(super) type Table = [Range<usize>; Section::COUNT];

/// Puts the sections, given in their order, into one file.
pub(super) fn write(sections: &[&[u8]; Section::COUNT]) -> Vec<u8> {
    let header = FIXED + Section::COUNT * ENTRY;
    let mut bytes = vec![0; header];
    bytes.reserve(
        sections
            .iter()
            .map(|section| section.len().next_multiple_of(ALIGN) + ALIGN)
            .sum(),
    );
    for (number, section) in sections.iter().enumerate() {
        bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
        let entry = [bytes.len() as u64, section.len() as u64, checksum(section)];
        bytes.extend_from_slice(section);
        for (field, value) in (0..).zip(entry) {
            put(&mut bytes, FIXED + number * ENTRY + field * 8, value);
        }
    }
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..16].copy_from_slice(&(Section::COUNT as u32).to_le_bytes());
    let length = bytes.len() as u64;
    put(&mut bytes, 16, length);
    let sum = header_checksum(&bytes[..header]);
    put(&mut bytes, CHECKSUM.start, sum);
    bytes
}

fn put(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

/// The header's number at `at`; callers know that it is there.
fn number(bytes: &[u8], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(eight)
}

/// Checks the header and all checksums and says where the sections lie.
pub(super) fn read(bytes: &[u8]) -> Result<Table, GraphError> {
    let header = FIXED + Section::COUNT * ENTRY;
    if cfg!(target_endian = "big") {
        return Err(GraphError::corrupt(
            "snapshot files are read in place, which needs a little-endian machine",
        ));
    }
    if bytes.len() < FIXED || bytes[..8] != MAGIC {
        return Err(GraphError::corrupt(
            "it does not begin like a snapshot file",
        ));
    }
    let found = number(bytes, 8) as u32;
    if found != VERSION {
        let supported = VERSION;
        return Err(GraphError::SnapshotVersion { found, supported });
    }
    let (expected, length) = (number(bytes, 16), bytes.len() as u64);
    if length != expected || bytes.len() < header {
        return Err(GraphError::corrupt(format!(
            "it has {length} bytes instead of {expected}"
        )));
    }
    let sum = number(bytes, CHECKSUM.start);
    if number(bytes, 8) >> 32 != Section::COUNT as u64 || header_checksum(&bytes[..header]) != sum {
        return Err(GraphError::corrupt(
            "the header does not match its checksum",
        ));
    }
    let table = table(bytes, header)?;
    check_sections(bytes, header, &table)?;
    Ok(table)
}

/// Reads where the sections lie; they must follow one another without a gap.
fn table(bytes: &[u8], header: usize) -> Result<Table, GraphError> {
    let mut table = [const { 0..0 }; Section::COUNT];
    let mut end = header;
    for (section, range) in table.iter_mut().enumerate() {
        let start = number(bytes, FIXED + section * ENTRY) as usize;
        let length = number(bytes, FIXED + section * ENTRY + 8) as usize;
        let fits = start == end.next_multiple_of(ALIGN)
            && start <= bytes.len()
            && length <= bytes.len() - start;
        if !fits {
            return Err(GraphError::corrupt(format!(
                "section {section} lies outside of the file"
            )));
        }
        end = start + length;
        *range = start..end;
    }
    if end == bytes.len() {
        Ok(table)
    } else {
        Err(GraphError::corrupt("something follows the last section"))
    }
}

fn check_sections(bytes: &[u8], header: usize, table: &Table) -> Result<(), GraphError> {
    let ends = std::iter::once(header).chain(table.iter().map(|range| range.end));
    let gap = ends
        .zip(table)
        .find(|(end, range)| bytes[*end..range.start].iter().any(|&byte| byte != 0));
    if let Some((end, _)) = gap {
        return Err(GraphError::corrupt(format!("byte {end} is not zero")));
    }
    let damaged = table.par_iter().enumerate().find_first(|(section, range)| {
        number(bytes, FIXED + section * ENTRY + 16) != checksum(&bytes[(*range).clone()])
    });
    match damaged {
        None => Ok(()),
        Some((section, _)) => Err(GraphError::corrupt(format!(
            "section {section} does not match its checksum"
        ))),
    }
}

/// The checksum of a section: of its parts' checksums, so that threads can share a large section.
fn checksum(section: &[u8]) -> u64 {
    let parts: Vec<u64> = section
        .par_chunks(CHECKED_AT_ONCE)
        .map(XxHash3_64::oneshot)
        .collect();
    XxHash3_64::oneshot(bytemuck::cast_slice(&parts))
}

fn header_checksum(header: &[u8]) -> u64 {
    let parts = [
        XxHash3_64::oneshot(&header[..CHECKSUM.start]),
        XxHash3_64::oneshot(&header[CHECKSUM.end..]),
    ];
    XxHash3_64::oneshot(bytemuck::cast_slice(&parts))
}

/// A file with other sections and right checksums, as somebody would make it who means harm.
#[cfg(test)]
pub(super) fn forge(bytes: &[u8], edit: impl FnOnce(&mut [Vec<u8>])) -> Vec<u8> {
    let table = read(bytes).expect("is sound");
    let mut sections = table.map(|range| bytes[range].to_vec());
    edit(&mut sections);
    write(&sections.each_ref().map(Vec::as_slice))
}
