//! Which bytes of a text belong to a link already.

use std::ops::Range;

/// A set of bytes of a text. Asking and adding cost what the span is long, however many spans there are.
#[derive(Debug, Clone)]
pub(super) struct Taken(Vec<bool>);

impl Taken {
    /// The empty set for a text of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self(vec![false; bytes])
    }

    /// The bytes of some spans.
    pub(super) fn of<'s>(bytes: usize, spans: impl IntoIterator<Item = &'s Range<usize>>) -> Self {
        let mut taken = Self::new(bytes);
        for span in spans {
            taken.add(span);
        }
        taken
    }

    pub(super) fn add(&mut self, span: &Range<usize>) {
        self.0[span.clone()].fill(true);
    }

    pub(super) fn is_free(&self, span: &Range<usize>) -> bool {
        !self.0[span.clone()].contains(&true)
    }
}
