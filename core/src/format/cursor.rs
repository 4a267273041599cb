//! A bounds-checked reader over untrusted bytes, and the varint it shares with postcard.
//!
//! Every read says `None` at the end of the bytes; callers turn that into their own error.

/// Reads forward through a slice; never past its end.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// A cursor at the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Bytes not read yet.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// True at the end.
    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    /// One byte.
    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Two bytes, little-endian.
    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// Four bytes, little-endian.
    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// Four bytes, little-endian.
    pub fn f32(&mut self) -> Option<f32> {
        self.u32().map(f32::from_bits)
    }

    /// Eight bytes, little-endian.
    pub fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// A varint of at most 64 bits: seven bits a byte, lowest first.
    ///
    /// Not inlined: unrolled copies of this loop were a tenth of the browser's bytes.
    #[inline(never)]
    pub fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return None;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A varint that fits 32 bits.
    #[inline]
    pub fn varint32(&mut self) -> Option<u32> {
        u32::try_from(self.varint()?).ok()
    }

    /// A varint of one byte, if that is what comes: most are, where there are many.
    #[inline]
    pub fn small_varint(&mut self) -> Option<u32> {
        let (byte, rest) = self.rest.split_first().filter(|(byte, _)| **byte < 0x80)?;
        self.rest = rest;
        Some(u32::from(*byte))
    }

    /// A varint length and that many bytes.
    #[inline(never)]
    pub fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        self.bytes(length)
    }

    /// A varint length and that many bytes of UTF-8.
    #[inline(never)]
    pub fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.prefixed()?).ok()
    }
}

/// Appends `value` as a varint.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::{Cursor, put_varint};

    #[test]
    fn varints_round_trip_and_refuse_what_does_not_fit() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            let mut cursor = Cursor::new(&bytes);
            assert_eq!(cursor.varint(), Some(value));
            assert!(cursor.is_done());
            assert_eq!(
                Cursor::new(&bytes).small_varint().map(u64::from),
                Some(value).filter(|value| *value < 128)
            );
            assert_eq!(Cursor::new(&bytes[..bytes.len() - 1]).varint(), None);
        }
        assert_eq!(Cursor::new(&[0xff; 10]).varint(), None);
        assert_eq!(Cursor::new(&[0xff; 20]).varint(), None);
        assert_eq!(Cursor::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).varint32(), None);
    }

    #[test]
    fn text_checks_length_and_encoding() {
        assert_eq!(Cursor::new(&[2, b'o', b'k', 9]).text(), Some("ok"));
        assert_eq!(Cursor::new(&[3, b'o', b'k']).text(), None);
        assert_eq!(Cursor::new(&[1, 0xff]).text(), None);
    }
}
