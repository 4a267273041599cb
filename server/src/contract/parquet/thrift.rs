//! Walks over Thrift's compact encoding, which Parquet writes its tables of contents in.
//!
//! Finds numbers and passes over the rest; builds nothing, so a length that lies costs nothing. Lists are
//! never believed to be longer than the bytes that are left. `None` means malformed.

/// Deeper nesting is malformed.
const DEEPEST: u8 = 32;

pub(super) const INT: [u8; 4] = [3, 4, 5, 6];
pub(super) const LIST: u8 = 9;
pub(super) const STRUCT: u8 = 12;

/// A place in some bytes.
#[derive(Debug, Clone)]
pub(super) struct Walk<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Walk<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Walk { bytes, at: 0 }
    }

    /// How many bytes lie behind.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn pass(&mut self, count: u64) -> Option<()> {
        let left = (self.bytes.len() - self.at) as u64;
        self.at += usize::try_from(count).ok().filter(|_| count <= left)?;
        Some(())
    }

    /// A number without sign.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for place in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number with sign.
    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The kind and length of a list.
    pub(super) fn list(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        (length <= (self.bytes.len() - self.at) as u64).then_some((head & 15, length))
    }

    /// Every field of a structure with its number and kind; `each` says whether it took the value.
    pub(super) fn fields(&mut self, mut each: impl FnMut(&mut Self, i64, u8) -> Option<Taken>) -> Option<()> {
        self.fields_at(DEEPEST, &mut each)
    }

    fn fields_at(
        &mut self,
        depth: u8,
        each: &mut dyn FnMut(&mut Self, i64, u8) -> Option<Taken>,
    ) -> Option<()> {
        let mut number = 0_i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            number =
                if head >> 4 == 0 { self.signed()? } else { number.checked_add(i64::from(head >> 4))? };
            if each(self, number, head & 15)? == Taken::No {
                self.skip(head & 15, depth)?;
            }
        }
    }

    fn skip(&mut self, kind: u8, depth: u8) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 => {
                let (kind, length) = self.list()?;
                // Truth values take a byte in lists, and none as fields.
                let kind = if kind <= 2 { 3 } else { kind };
                (0..length).try_for_each(|_| self.skip(kind, depth))
            }
            STRUCT => self.fields_at(depth, &mut |_, _, _| Some(Taken::No)),
            13 => self.pass(16),
            _ => None,
        }
    }
}

/// Whether a field was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_found_and_others_passed_over() {
        // Field 1: number 3; field 2: bytes "ab"; field 4: list of 2 numbers; field 5: number -2.
        let bytes = [0x15, 6, 0x18, 2, b'a', b'b', 0x29, 0x25, 2, 4, 0x15, 3, 0, 99];
        let (mut found, mut walk) = (Vec::new(), Walk::new(&bytes));
        let done = walk.fields(|walk, field, kind| {
            if kind != 5 {
                return Some(Taken::No);
            }
            found.push((field, walk.signed()?));
            Some(Taken::Yes)
        });
        assert_eq!((done, walk.at(), found), (Some(()), 13, vec![(1, 3), (5, -2)]));
    }

    #[test]
    fn lengths_that_lie_are_malformed() {
        let nested = [&[0x1C; 40][..], &[0; 40]].concat();
        let cases: [&[u8]; 6] = [
            &[0x18, 0xFF, 0xFF, 0x7F, 0],
            &[0x19, 0xF5, 0xFF, 0x7F, 0],
            &[0x15],
            &[0x1E, 0],
            &nested,
            &[0x15; 30],
        ];
        for bytes in cases {
            assert_eq!(Walk::new(bytes).fields(|_, _, _| Some(Taken::No)), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut walk = Walk::new(&bytes);
            walk.fields(|_, _, _| Some(Taken::No));
            prop_assert!(walk.at() <= bytes.len());
        }
    }
}
