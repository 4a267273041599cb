//! Item factors: the table `picks` is scored with.
//!
//! Each item is `dims` signed levels of 4 or 8 bits and one scale. The Gram matrix
//! and two numbers are all the fold-in needs beside them (see `fold_in`).
//! Scores are integer dot products: exact, whatever the order of the additions.

use serde::Serialize;

use crate::{
    format::{Fields, FormatError, SmallFloat, encode_body, small_float_at_least},
    kind::{SectionKey, SectionKind},
    levels::Levels,
};

/// More dimensions would overflow the integer dot product.
pub const MAX_DIMS: usize = 256;
const KIND: SectionKind = SectionKind::Factors;

/// The factors of every item.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    levels: Levels,
    scales: Vec<u8>,
    gram: Vec<f32>,
    ridge: f32,
    confidence: f32,
    step: SmallFloat,
}

/// Unpacked factors before they are quantised: `items * dims` values, row by row.
#[derive(Debug, Clone, Copy)]
pub struct ItemVectors<'a> {
    /// Values per item.
    pub dims: usize,
    /// Row by row.
    pub values: &'a [f32],
    /// `dims * dims`, symmetric: what all items together weigh in the fold-in.
    pub gram: &'a [f32],
    /// Added to the diagonal of the fold-in.
    pub ridge: f32,
    /// What one profile event of weight one adds.
    pub confidence: f32,
    /// What each event of a profile weighs as a multiple of the next newer one; 1 when their order means nothing.
    pub step: f32,
}

#[derive(Serialize)]
struct FactorsWire<'a> {
    dims: u16,
    bits: u8,
    ridge: f32,
    confidence: f32,
    /// A small float.
    step: u8,
    /// A small float per item.
    scales: &'a [u8],
    /// The upper triangle of the Gram matrix, row by row, f32 little-endian.
    gram: &'a [u8],
    /// Item by item, each from a byte of its own: levels plus 8, two in a byte and the first one in its lower half, or
    /// levels plus 128.
    levels: &'a [u8],
}

impl Factors {
    /// Quantises item vectors to `bits` (4 or 8).
    pub fn new(bits: u8, vectors: &ItemVectors<'_>) -> Result<Self, FormatError> {
        Self::with_grain(bits, 0.0, vectors)
    }

    /// The same with levels that lie at least `grain` of an item's usual value apart: fewer different ones pack better, and so do
    /// coarser scales.
    pub fn with_grain(bits: u8, grain: f32, vectors: &ItemVectors<'_>) -> Result<Self, FormatError> {
        let dims = vectors.dims;
        if dims == 0 || !vectors.values.len().is_multiple_of(dims) || vectors.gram.len() != dims * dims {
            return Err(unlike());
        }
        let most = if bits == 4 { 7.0f32 } else { 127.0 };
        let mut levels = Vec::with_capacity(vectors.values.len());
        let mut scales = Vec::with_capacity(vectors.values.len() / dims);
        for item in vectors.values.chunks_exact(dims) {
            let best = item.iter().fold(0.0f32, |best, value| best.max(value.abs()));
            let usual = (item.iter().map(|value| value * value).sum::<f32>() / dims as f32).sqrt();
            let scale = small_float_at_least((best / most).max(usual * grain));
            let scale = if grain > 0.0 { scale.coarser() } else { scale };
            let by = scale.value();
            let level =
                |value: &f32| if by > 0.0 { (value / by + 0.5).floor().clamp(-most, most) as i8 } else { 0 };
            levels.extend(item.iter().map(level));
            scales.push(scale.0);
        }
        let levels = Levels::new(dims, bits, &levels).ok_or_else(unlike)?;
        let (ridge, confidence) = (vectors.ridge, vectors.confidence);
        let step = small_float_at_least(vectors.step);
        Self { levels, scales, gram: vectors.gram.to_vec(), ridge, confidence, step }.checked()
    }

    /// Number of items.
    pub fn items(&self) -> u32 {
        self.scales.len() as u32
    }

    /// Values per item.
    pub fn dims(&self) -> usize {
        self.levels.dims()
    }

    /// Bits per value.
    pub fn bits(&self) -> u8 {
        self.levels.bits()
    }

    /// The levels of every item.
    pub(crate) fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The scale of one item; zero when the item has no factors.
    pub(crate) fn scale(&self, position: u32) -> f32 {
        self.scales.get(position as usize).map_or(0.0, |&scale| SmallFloat(scale).value())
    }

    /// Position, row of levels and scale of every item.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, &[u8], f32)> {
        let scales = self.scales.iter().map(|scale| SmallFloat(*scale).value());
        let rows = self.levels.rows().zip(scales);
        (0..).zip(rows).map(|(position, (row, scale))| (position, row, scale))
    }

    /// The values of one item.
    pub(crate) fn vector(&self, position: u32) -> impl Iterator<Item = f64> {
        let scale = f64::from(self.scale(position));
        self.levels.of(position).map(move |level| f64::from(level) * scale)
    }

    pub(crate) fn gram(&self) -> &[f32] {
        &self.gram
    }

    pub(crate) fn ridge(&self) -> f32 {
        self.ridge
    }

    pub(crate) fn confidence(&self) -> f32 {
        self.confidence
    }

    /// What an event weighs as a multiple of the next newer one.
    pub fn step(&self) -> f32 {
        self.step.value()
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let (levels, dims) = (self.levels.to_packed(), self.dims());
        let mut gram = Vec::new();
        for row in 0..dims {
            for column in row..dims {
                gram.extend_from_slice(&self.gram[row * dims + column].to_le_bytes());
            }
        }
        let wire = FactorsWire {
            dims: dims as u16,
            bits: self.bits(),
            ridge: self.ridge,
            confidence: self.confidence,
            step: self.step.0,
            scales: &self.scales,
            gram: &gram,
            levels: &levels,
        };
        encode_body(SectionKey::single(KIND), &wire)
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let (dims, bits, ridge, confidence) =
            (fields.u32() as usize, fields.u8(), fields.f32(), fields.f32());
        let step = SmallFloat(fields.u8());
        let (scales, gram_bytes, level_bytes) = (fields.bytes(), fields.bytes(), fields.bytes());
        fields.done()?;
        if dims == 0 || dims > MAX_DIMS || gram_bytes.len() != dims * (dims + 1) / 2 * 4 {
            return Err(unlike());
        }
        let levels = Levels::packed(dims, bits, level_bytes).ok_or_else(unlike)?;
        let mut gram = vec![0.0; dims * dims];
        let mut values = gram_bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        for row in 0..dims {
            for column in row..dims {
                let value = values.next().ok_or_else(unlike)?;
                gram[row * dims + column] = value;
                gram[column * dims + row] = value;
            }
        }
        Self { levels, scales: scales.to_vec(), gram, ridge, confidence, step }.checked()
    }

    fn checked(self) -> Result<Self, FormatError> {
        let wrong = |rule| Err(FormatError::section(KIND, rule));
        if self.dims() > MAX_DIMS || self.levels.rows().len() != self.scales.len() {
            return wrong("every item has all its levels");
        }
        let finite = self.gram.iter().chain([&self.ridge, &self.confidence]).all(|value| value.is_finite());
        if !finite || !(self.ridge > 0.0) || !(self.confidence > 0.0) {
            return wrong("the fold-in's numbers are finite, ridge and confidence above zero");
        }
        if self.step.value() > 1.0 {
            return wrong("an older event does not weigh more than a newer one");
        }
        Ok(self)
    }
}

fn unlike() -> FormatError {
    FormatError::section(KIND, "levels of 4 or 8 bits and the Gram matrix fit the dimensions")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Frame;

    #[test]
    fn factors_round_trip_within_half_a_level() {
        let values: Vec<f32> = (0..30).map(|n| ((n * 7 % 13) as f32 - 6.0) / 6.0).collect();
        let gram = [2.0, 0.5, 0.0, 0.5, 1.0, 0.25, 0.0, 0.25, 3.0];
        for bits in [4, 8] {
            let vectors =
                ItemVectors { dims: 3, values: &values, gram: &gram, ridge: 0.1, confidence: 1.0, step: 1.0 };
            let factors = Factors::new(bits, &vectors).unwrap();
            let blob = factors.encode().unwrap();
            let read = Factors::decode(Frame::decode(&blob).unwrap().body).unwrap();
            assert_eq!(read, factors);
            assert_eq!(read.items(), 10);
            for (at, item) in values.chunks(3).enumerate() {
                for (got, asked) in read.vector(at as u32).zip(item) {
                    assert!((got as f32 - asked).abs() <= read.scale(at as u32) * 0.5001);
                }
            }
            assert_eq!((read.vector(10).count(), read.scale(10)), (0, 0.0));
        }
        let bad = ItemVectors {
            dims: 3,
            values: &values,
            gram: &gram,
            ridge: f32::NAN,
            confidence: 1.0,
            step: 1.0,
        };
        assert!(Factors::new(4, &bad).is_err());
    }
}
