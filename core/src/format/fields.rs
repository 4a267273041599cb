//! Reads the fields of a section body one after the other.
//!
//! Bodies are postcard; reading them by hand costs a browser a third of the bytes
//! that derived readers would. A field that does not parse reads as empty and is
//! remembered: [`Fields::done`] then refuses the section, so that each reader can
//! be a plain list of its fields. Writing is postcard's own business.

use super::{Cursor, FormatError};
use crate::kind::SectionKind;

/// A body being read.
pub(crate) struct Fields<'a> {
    kind: SectionKind,
    cursor: Cursor<'a>,
    broken: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(kind: SectionKind, body: &'a [u8]) -> Self {
        Self { kind, cursor: Cursor::new(body), broken: false }
    }

    fn keep<T: Default>(&mut self, value: Option<T>) -> T {
        self.broken |= value.is_none();
        value.unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn u8(&mut self) -> u8 {
        let value = self.cursor.u8();
        self.keep(value)
    }

    pub(crate) fn bool(&mut self) -> bool {
        let value = self.cursor.u8().filter(|byte| *byte < 2);
        self.keep(value) == 1
    }

    /// A varint that fits 32 bits.
    #[inline(never)]
    pub(crate) fn u32(&mut self) -> u32 {
        let value = self.cursor.varint32();
        self.keep(value)
    }

    /// A zigzag varint.
    pub(crate) fn i64(&mut self) -> i64 {
        let value =
            self.cursor.varint().map(|value| (value >> 1).cast_signed() ^ -((value & 1).cast_signed()));
        self.keep(value)
    }

    pub(crate) fn f32(&mut self) -> f32 {
        let value = self.cursor.u32().map(f32::from_bits);
        self.keep(value)
    }

    #[inline(never)]
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let value = self.cursor.prefixed();
        self.keep(value)
    }

    #[inline(never)]
    pub(crate) fn text(&mut self) -> &'a str {
        let value = self.cursor.text();
        self.keep(value)
    }

    /// How many things follow. Each takes at least a byte, so a larger number is a lie.
    #[inline(never)]
    pub(crate) fn count(&mut self) -> usize {
        let left = self.cursor.left();
        let value = self.cursor.varint32().map(|count| count as usize).filter(|count| *count <= left);
        self.keep(value)
    }

    /// True as long as everything parsed: loops over things stop at the first that does not.
    pub(crate) fn is_sound(&self) -> bool {
        !self.broken
    }

    /// Marks the body as broken: a part of it parsed, but does not hold together.
    pub(crate) fn require<T: Default>(&mut self, part: Option<T>) -> T {
        self.keep(part)
    }

    /// Every field parsed and every byte was used.
    pub(crate) fn done(&self) -> Result<(), FormatError> {
        if self.broken {
            return Err(FormatError::section(self.kind, "the fields parse and fit each other"));
        }
        if !self.cursor.is_done() {
            return Err(FormatError::section(self.kind, "no bytes after the last field"));
        }
        Ok(())
    }
}
