//! Rows of quantised values, one an item, and their products with a shopper's point.
//!
//! A level of 4 bits stays half a byte and one of 8 bits a byte, both counted from the lowest, as they came: nothing is
//! unpacked before it is multiplied. Invariant: rows and points are filled up with zeros to whole steps of [`LANES`]
//! bytes; what fills up adds nothing to a product. Products are sums of integers: exact, whatever the order of the
//! additions.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use core::arch::wasm32::{
    i16x8, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_shuffle, i32x4_splat,
    u16x8_extend_low_u8x16, u16x8_shr, u16x8_splat, u64x2, v128, v128_and,
};

/// Bytes of a row that are multiplied at a time.
const LANES: usize = 8;

/// The levels of every item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Levels {
    dims: usize,
    bits: u8,
    /// Row by row, each filled up.
    bytes: Vec<u8>,
}

impl Levels {
    /// From packed rows, each beginning with a byte of its own; `None` unless they are whole rows.
    pub(crate) fn packed(dims: usize, bits: u8, rows: &[u8]) -> Option<Self> {
        if dims == 0 || (bits != 4 && bits != 8) {
            return None;
        }
        let mut levels = Self { dims, bits, bytes: Vec::new() };
        let (packed, stride) = (levels.packed_bytes(), levels.stride());
        // Behind an odd number of halves there is a half of zeros.
        let odd = bits == 4 && !dims.is_multiple_of(2);
        if !rows.len().is_multiple_of(packed)
            || (odd && rows.chunks_exact(packed).any(|row| row[packed - 1] > 15))
        {
            return None;
        }
        if packed == stride {
            levels.bytes = rows.to_vec();
        } else {
            levels.bytes = vec![0; rows.len() / packed * stride];
            for (to, row) in levels.bytes.chunks_exact_mut(stride).zip(rows.chunks_exact(packed)) {
                to[..packed].copy_from_slice(row);
            }
        }
        Some(levels)
    }

    /// From levels, row by row; `None` unless they are whole rows.
    pub(crate) fn new(dims: usize, bits: u8, levels: &[i8]) -> Option<Self> {
        let byte = |part: &[i8]| match part {
            [level] if bits == 8 => *level as u8 ^ 0x80,
            part => part.iter().rev().fold(0, |byte, level| byte << 4 | (level + 8) as u8),
        };
        let part = if bits == 8 { 1 } else { 2 };
        let rows = levels.chunks(dims.max(1)).flat_map(|row| row.chunks(part).map(byte));
        Self::packed(dims, bits, &rows.collect::<Vec<u8>>())
    }

    /// The packed rows, as they came.
    pub(crate) fn to_packed(&self) -> Vec<u8> {
        self.rows().flat_map(|row| &row[..self.packed_bytes()]).copied().collect()
    }

    /// Values per item.
    pub(crate) fn dims(&self) -> usize {
        self.dims
    }

    /// Bits per value.
    pub(crate) fn bits(&self) -> u8 {
        self.bits
    }

    /// The row of every item.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.stride())
    }

    /// The levels of one item; none when there is no such item.
    pub(crate) fn of(&self, position: u32) -> impl Iterator<Item = i16> {
        let (from, bits) = ((position as usize).saturating_mul(self.stride()), self.bits);
        let row = self.bytes.get(from..from.saturating_add(self.stride())).unwrap_or(&[]);
        (0..self.dims.min(row.len() * 2)).map(move |dim| match bits {
            4 => i16::from(row[dim / 2] >> (dim % 2 * 4) & 15) - 8,
            _ => i16::from(row[dim]) - 128,
        })
    }

    fn packed_bytes(&self) -> usize {
        (self.dims * usize::from(self.bits)).div_ceil(8)
    }

    fn stride(&self) -> usize {
        self.packed_bytes().next_multiple_of(LANES)
    }
}

/// What rows are multiplied with: whole numbers of 14 bits and a sign.
#[derive(Debug, Clone, Default)]
pub(crate) struct Point {
    /// A value for what is left of each byte of a row by `mask`, and then one for its upper half.
    values: Vec<i16>,
    /// The same for the steps of a row.
    steps: Vec<(Eight, Eight)>,
    mask: u8,
    /// The product of the lowest levels.
    lowest: i32,
}

impl Point {
    /// The point with these values, to multiply these levels with.
    pub(crate) fn set(&mut self, levels: &Levels, point: impl Iterator<Item = i16>) {
        let Self { values, steps, mask, lowest } = self;
        *mask = if levels.bits == 4 { 15 } else { 255 };
        *lowest = 0;
        values.clear();
        for value in point {
            *lowest += i32::from(value) << (levels.bits - 1);
            values.push(value);
            // A level of 8 bits is all of a byte: its upper half says nothing more.
            if levels.bits == 8 {
                values.push(0);
            }
        }
        values.resize(levels.stride() * 2, 0);
        steps.clear();
        let halves = values.as_chunks::<16>().0.iter();
        steps.extend(halves.map(|&[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]| {
            (eight([a, c, e, g, i, k, m, o]), eight([b, d, f, h, j, l, n, p]))
        }));
    }

    /// The product with the row of an item.
    #[inline(always)]
    pub(crate) fn dot(&self, row: &[u8]) -> i32 {
        product(row.as_chunks::<LANES>().0, &self.steps, self.mask) - self.lowest
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
type Eight = [i16; LANES];

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
type Eight = v128;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn eight(values: [i16; LANES]) -> Eight {
    values
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn eight([a, b, c, d, e, f, g, h]: [i16; LANES]) -> Eight {
    i16x8(a, b, c, d, e, f, g, h)
}

/// The plainest loop: compilers turn it into vector multiplications.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
fn product(row: &[[u8; LANES]], steps: &[(Eight, Eight)], mask: u8) -> i32 {
    let (mut lower, mut upper) = (0, 0);
    for (bytes, (low, high)) in row.iter().zip(steps) {
        for lane in 0..LANES {
            lower += i32::from(bytes[lane] & mask) * i32::from(low[lane]);
            upper += i32::from(bytes[lane] >> 4) * i32::from(high[lane]);
        }
    }
    lower + upper
}

/// With the one instruction that browsers have for it and compilers do not find.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
fn product(row: &[[u8; LANES]], steps: &[(Eight, Eight)], mask: u8) -> i32 {
    let mask = u16x8_splat(mask.into());
    let mut sums = i32x4_splat(0);
    for (bytes, (low, high)) in row.iter().zip(steps) {
        let bytes = u16x8_extend_low_u8x16(u64x2(u64::from_le_bytes(*bytes), 0));
        let low = i32x4_dot_i16x8(v128_and(bytes, mask), *low);
        let high = i32x4_dot_i16x8(u16x8_shr(bytes, 4), *high);
        sums = i32x4_add(sums, i32x4_add(low, high));
    }
    let sums = i32x4_add(sums, i32x4_shuffle::<2, 3, 0, 1>(sums, sums));
    i32x4_extract_lane::<0>(sums) + i32x4_extract_lane::<1>(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_levels() {
        for bits in [4u8, 8] {
            let most = if bits == 4 { 7i32 } else { 127 };
            for dims in [1usize, 2, 7, 8, 15, 16, 17, 24, 31, 64, 256] {
                let level = |at: usize| (((at * 7919 + 13) % (2 * most as usize + 1)) as i32 - most) as i8;
                let given: Vec<i8> = (0..5 * dims).map(level).collect();
                let value = |dim: usize| {
                    if dim.is_multiple_of(3) { 16383 } else { -16383 + (dim * 977 % 32766) as i16 }
                };
                let levels = Levels::new(dims, bits, &given).unwrap();
                let mut point = Point::default();
                point.set(&levels, (0..dims).map(value));
                assert_eq!(levels.rows().len(), 5);
                for (at, row) in levels.rows().enumerate() {
                    let own = &given[at * dims..(at + 1) * dims];
                    assert!(
                        levels.of(at as u32).eq(own.iter().map(|level| i16::from(*level))),
                        "{bits} {dims}"
                    );
                    let product = own
                        .iter()
                        .enumerate()
                        .map(|(dim, level)| i32::from(*level) * i32::from(value(dim)))
                        .sum();
                    assert_eq!(point.dot(row), product, "{bits} {dims}");
                }
                assert_eq!(levels.of(5).count() + levels.of(u32::MAX).count(), 0);
                assert_eq!(Levels::packed(dims, bits, &levels.to_packed()), Some(levels));
            }
        }
    }

    #[test]
    fn rows_that_are_not_whole_are_refused() {
        assert!(Levels::packed(0, 4, &[]).is_none());
        assert!(Levels::packed(4, 5, &[0, 0, 0]).is_none());
        assert!(Levels::packed(4, 4, &[0, 0, 0]).is_none());
        assert!(Levels::packed(3, 4, &[0, 15]).is_some());
        assert!(Levels::packed(3, 4, &[0, 16]).is_none(), "something stands behind the last level");
    }
}
