//! Neighbour rows: for each item, the items to recommend beside it.
//!
//! One shard holds the rows of 128 items in a row (96 for `next`, 192 for `text` and `look`, 4,096 for `picks`). Positions are
//! gap-coded, weights are 4- or 8-bit levels times one scale a row. What a level means
//! is fixed here; which neighbours are good is the cook's business.

use serde::Serialize;

use crate::{
    format::{Cursor, Fields, FormatError, SmallFloat, encode_body, put_varint, small_float_at_least},
    kind::{ListKind, SectionKey, SectionKind},
};

/// Most neighbours a row can have.
pub const MAX_NEIGHBOURS: usize = 255;
const KIND: SectionKind = SectionKind::Near;
const ASCENDS: &str = "a row ascends and has at most 255 neighbours";

/// One neighbour of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Position of the neighbour.
    pub position: u32,
    /// How strongly it is recommended; above zero.
    pub weight: f32,
}

/// How the rows of several seeds are added up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// What each seed weighs as a multiple of the next newer one; 1 when their order means nothing.
    pub step: f32,
    /// What a seed speaks for itself, where what was seen may be shown again.
    pub own: f32,
}

impl Default for Manner {
    fn default() -> Self {
        Self { step: 1.0, own: 0.0 }
    }
}

/// The rows of up to a shard of items. Invariant: neighbours of a row ascend, none is the
/// item itself, every level is above zero.
#[derive(Debug, Clone, PartialEq)]
pub struct NearShard {
    list: ListKind,
    number: u32,
    bits: u8,
    step: SmallFloat,
    own: SmallFloat,
    scales: Vec<u8>,
    starts: Vec<u32>,
    positions: Vec<u32>,
    levels: Vec<u8>,
    reach: u32,
}

#[derive(Serialize)]
struct NearWire<'a> {
    bits: u8,
    /// Small floats.
    step: u8,
    own: u8,
    /// A byte per row: its number of neighbours.
    counts: &'a [u8],
    /// A small float per row.
    scales: &'a [u8],
    /// A varint per neighbour: the first position of a row, then distances minus one.
    gaps: &'a [u8],
    /// A level per neighbour; two in a byte when `bits` is 4, the lower half first.
    levels: &'a [u8],
}

impl NearShard {
    /// Quantises rows to `bits` (4 or 8); those of `picks` are short, and have coarser scales for it. Neighbours whose level rounds to zero are left out.
    pub fn new(list: ListKind, number: u32, bits: u8, rows: &[Vec<Neighbour>]) -> Result<Self, FormatError> {
        Self::with_manner(list, number, bits, rows, Manner::default())
    }

    /// The same for seeds that do not all count alike.
    pub fn with_manner(
        list: ListKind,
        number: u32,
        bits: u8,
        rows: &[Vec<Neighbour>],
        manner: Manner,
    ) -> Result<Self, FormatError> {
        let most = if bits == 4 { 15.0f32 } else { 255.0 };
        let (mut counts, mut scales, mut gaps, mut levels) = (vec![], vec![], vec![], vec![]);
        for row in rows {
            let best = row.iter().fold(0.0f32, |best, neighbour| best.max(neighbour.weight));
            let scale = small_float_at_least(best / most);
            let scale = if list == ListKind::Picks { scale.coarser() } else { scale };
            let (before, mut next) = (levels.len(), 0);
            for neighbour in row {
                let level = (neighbour.weight / scale.value() + 0.5).floor().min(most) as u8;
                if level > 0 {
                    levels.push(level);
                    let gap = neighbour.position.checked_sub(next).ok_or_else(|| wrong(ASCENDS))?;
                    put_varint(&mut gaps, u64::from(gap));
                    next = neighbour.position.checked_add(1).ok_or_else(|| wrong(ASCENDS))?;
                }
            }
            counts.push(u8::try_from(levels.len() - before).map_err(|_| wrong(ASCENDS))?);
            scales.push(scale.0);
        }
        let (step, own) = (small_float_at_least(manner.step).0, small_float_at_least(manner.own).0);
        let levels = if bits == 4 { pack_nibbles(&levels) } else { levels };
        let wire =
            NearWire { bits, step, own, counts: &counts, scales: &scales, gaps: &gaps, levels: &levels };
        Self::read(list, number, &wire)
    }

    /// The same with levels of so many significant bits: each bit less is one that brotli finds in every neighbour.
    #[must_use]
    pub fn rounded(mut self, significant: u32) -> Self {
        let most = if self.bits == 4 { 15 } else { 255 };
        for level in &mut self.levels {
            let finest = (u8::BITS - level.leading_zeros()).saturating_sub(significant);
            let rounded = (u32::from(*level) + ((1 << finest) >> 1)) >> finest << finest;
            // Rounded up it may not fit any more.
            *level = rounded.min(most >> finest << finest) as u8;
        }
        self
    }

    /// The list kind these rows are for.
    pub fn list(&self) -> ListKind {
        self.list
    }

    /// The shard's number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How the rows of several seeds are added up.
    pub fn manner(&self) -> Manner {
        Manner { step: self.step.value(), own: self.own.value() }
    }

    /// The neighbours of an item; none when the shard does not hold it.
    pub fn row(&self, position: u32) -> impl Iterator<Item = Neighbour> {
        let at = position.wrapping_sub(self.number.wrapping_mul(self.list.shard_items())) as usize;
        let (from, to, scale) = match (self.starts.get(at), self.starts.get(at.wrapping_add(1))) {
            (Some(&from), Some(&to)) => (from as usize, to as usize, SmallFloat(self.scales[at]).value()),
            _ => (0, 0, 0.0),
        };
        let levels = self.levels[from..to].iter();
        let pairs = self.positions[from..to].iter().zip(levels);
        pairs.map(move |(&position, &level)| Neighbour { position, weight: f32::from(level) * scale })
    }

    /// What an item, as a seed, says of another or of itself; zero when that is nothing.
    pub(crate) fn says(&self, of: u32, position: u32) -> f32 {
        let in_row = self.row(of).find(|near| near.position == position).map_or(0.0, |near| near.weight);
        if of == position { self.own.value() } else { in_row }
    }

    /// How many items the shard has rows for.
    pub fn rows(&self) -> u32 {
        self.scales.len() as u32
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let mut counts = Vec::with_capacity(self.scales.len());
        let mut gaps = Vec::new();
        for pair in self.starts.windows(2) {
            counts.push((pair[1] - pair[0]) as u8);
            let mut base = 0;
            for &position in &self.positions[pair[0] as usize..pair[1] as usize] {
                put_varint(&mut gaps, u64::from(position - base));
                base = position + 1;
            }
        }
        let levels = if self.bits == 4 { pack_nibbles(&self.levels) } else { self.levels.clone() };
        let wire = NearWire {
            bits: self.bits,
            step: self.step.0,
            own: self.own.0,
            counts: &counts,
            scales: &self.scales,
            gaps: &gaps,
            levels: &levels,
        };
        encode_body(SectionKey::near(self.list, self.number), &wire)
    }

    pub(crate) fn decode(list: u8, number: u32, body: &[u8]) -> Result<Self, FormatError> {
        let list = ListKind::from_number(list)
            .filter(|list| list.has_neighbours() || *list == ListKind::Picks)
            .ok_or_else(|| wrong("the list kind has neighbours"))?;
        let mut fields = Fields::new(KIND, body);
        let wire = NearWire {
            bits: fields.u8(),
            step: fields.u8(),
            own: fields.u8(),
            counts: fields.bytes(),
            scales: fields.bytes(),
            gaps: fields.bytes(),
            levels: fields.bytes(),
        };
        fields.done()?;
        Self::read(list, number, &wire)
    }

    fn read(list: ListKind, number: u32, wire: &NearWire<'_>) -> Result<Self, FormatError> {
        let broken = || wrong("rows, gaps and levels fit each other");
        let NearWire { bits, counts, scales, .. } = *wire;
        let (step, own) = (SmallFloat(wire.step), SmallFloat(wire.own));
        if bits != 4 && bits != 8 {
            return Err(wrong("levels have 4 or 8 bits"));
        }
        let held = list.shard_items();
        if counts.len() > held as usize || counts.len() != scales.len() {
            return Err(wrong("a shard has no more rows than its list allows, and a scale for each"));
        }
        if step.value() > 1.0 {
            return Err(wrong("an older seed does not weigh more than a newer one"));
        }
        let first = number.checked_mul(held).filter(|first| *first <= u32::MAX - held);
        let Some(first) = first else { return Err(wrong("the shard number is in range")) };
        let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
        // Each takes at least a byte.
        if total > wire.gaps.len() {
            return Err(broken());
        }
        let mut gaps = Cursor::new(wire.gaps);
        let mut positions = Vec::with_capacity(total);
        let mut starts = Vec::with_capacity(counts.len() + 1);
        starts.push(0);
        let mut reach = first + counts.len() as u32;
        for (item, &count) in (first..).zip(counts) {
            let mut next = 0u32;
            for _ in 0..count {
                let gap = gaps.small_varint().or_else(|| gaps.varint32()).ok_or_else(broken)?;
                let position = next.checked_add(gap).ok_or_else(broken)?;
                if position == item {
                    return Err(wrong("an item is not its own neighbour"));
                }
                positions.push(position);
                next = position.checked_add(1).ok_or_else(broken)?;
            }
            reach = reach.max(next);
            starts.push(positions.len() as u32);
        }
        let levels = match bits {
            4 => unpack_nibbles(wire.levels, total).ok_or_else(broken)?,
            _ => wire.levels.to_vec(),
        };
        if !gaps.is_done() || levels.len() != total {
            return Err(broken());
        }
        if levels.contains(&0) {
            return Err(wrong("every neighbour has a level above zero"));
        }
        Ok(Self { list, number, bits, step, own, scales: scales.to_vec(), starts, positions, levels, reach })
    }

    /// The largest position named or held, plus one.
    pub(crate) fn reach(&self) -> u32 {
        self.reach
    }
}

fn wrong(rule: &'static str) -> FormatError {
    FormatError::section(KIND, rule)
}

/// Two levels in a byte, the lower half first.
pub(crate) fn pack_nibbles(levels: &[u8]) -> Vec<u8> {
    levels.chunks(2).map(|pair| pair[0] | pair.get(1).map_or(0, |high| high << 4)).collect()
}

/// `None` unless `bytes` holds exactly `count` nibbles and a zero filler.
pub(crate) fn unpack_nibbles(bytes: &[u8], count: usize) -> Option<Vec<u8>> {
    if bytes.len() != count.div_ceil(2) {
        return None;
    }
    let mut levels = vec![0; bytes.len() * 2];
    for (pair, byte) in levels.chunks_exact_mut(2).zip(bytes) {
        pair[0] = byte & 15;
        pair[1] = byte >> 4;
    }
    match levels.len() - count {
        1 if levels.pop() != Some(0) => None,
        _ => Some(levels),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Frame;

    fn neighbours(row: &[(u32, f32)]) -> Vec<Neighbour> {
        row.iter().map(|&(position, weight)| Neighbour { position, weight }).collect()
    }

    #[test]
    fn rows_round_trip_within_half_a_level() {
        let rows =
            vec![neighbours(&[(0, 0.9), (5, 0.31), (300, 0.06)]), neighbours(&[]), neighbours(&[(1, 2.0)])];
        for (bits, most) in [(4, 15.0), (8, 255.0)] {
            let shard = NearShard::new(ListKind::Similar, 1, bits, &rows).unwrap();
            let blob = shard.encode().unwrap();
            let frame = Frame::decode(&blob).unwrap();
            let read = NearShard::decode(frame.list, frame.number, frame.body).unwrap();
            assert_eq!(read, shard);
            assert_eq!(read.reach(), 301);
            for (at, row) in rows.iter().enumerate() {
                let got: Vec<Neighbour> = read.row(128 + at as u32).collect();
                assert_eq!(got.len(), row.len());
                for (got, asked) in got.iter().zip(row) {
                    assert_eq!(got.position, asked.position);
                    let best = row.iter().map(|n| n.weight).fold(0.0, f32::max);
                    assert!((got.weight - asked.weight).abs() <= best / most * 0.57, "{got:?} {asked:?}");
                }
            }
            assert_eq!(read.row(127).count() + read.row(131).count() + read.row(9_999).count(), 0);
        }
    }

    #[test]
    fn rounded_levels_keep_few_bits() {
        for (bits, most) in [(4, 15u8), (8, 255)] {
            let row: Vec<Neighbour> = (1..=most)
                .map(|level| Neighbour { position: level.into(), weight: f32::from(level) * 0.5 })
                .collect();
            let shard = NearShard::new(ListKind::Similar, 0, bits, &[row]).unwrap();
            for significant in [2, 3, 4, 8] {
                for (rounded, exact) in shard.clone().rounded(significant).levels.iter().zip(&shard.levels) {
                    assert!((1..=most).contains(rounded));
                    assert!(u32::from(*rounded >> rounded.trailing_zeros()) < 1 << significant);
                    let off = f32::from(rounded.abs_diff(*exact)) / f32::from(*exact);
                    assert!(off <= 1.0 / (1 << significant) as f32, "{exact} became {rounded}");
                }
            }
        }
    }

    #[test]
    fn broken_rows_are_refused() {
        let one = |row: &[(u32, f32)]| NearShard::new(ListKind::Together, 0, 4, &[neighbours(row)]);
        assert!(one(&[(0, 1.0)]).is_err(), "its own neighbour");
        assert!(one(&[(3, 1.0), (2, 1.0)]).is_err(), "does not ascend");
        assert!(NearShard::new(ListKind::Together, 0, 5, &[]).is_err());
        assert!(NearShard::new(ListKind::Together, u32::MAX, 4, &[]).is_err());
    }
}
