//! Item ids by position, and the position of an id.
//!
//! A position never changes its item from cook to cook: new items are appended.
//! So the ids are a few ascending *runs*, one more whenever items were added:
//! numbers are delta-coded, texts are front-coded in blocks of 16.
//! Invariant: every run ascends strictly, every id is 1 to 255 bytes of UTF-8
//! without control characters.

use serde::Serialize;

use crate::{
    format::{Cursor, Fields, FormatError, encode_body, put_varint},
    kind::{SectionKey, SectionKind},
};

/// Longer ids are refused by the cook.
pub(crate) const MAX_ID_BYTES: usize = 255;
const BLOCK: u32 = 16;
const MAX_RUNS: usize = 4096;
const KIND: SectionKind = SectionKind::Ids;

/// The id of every item, in position order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids {
    runs: Vec<Run>,
    count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    first: u32,
    count: u32,
    values: Values,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Values {
    Numbers(Vec<u64>),
    /// The front-coded bytes as they came, and where each block starts.
    Texts {
        bytes: Vec<u8>,
        blocks: Vec<u32>,
    },
}

#[derive(Serialize)]
struct IdsWire<'a> {
    runs: Vec<RunWire<'a>>,
}

#[derive(Serialize)]
struct RunWire<'a> {
    texts: bool,
    count: u32,
    bytes: &'a [u8],
}

/// Never in an id, so that ids can be handed over as lines of one text.
fn is_control(byte: u8) -> bool {
    byte < 0x20
}

/// The number an id spells, when spelling that number gives the id again.
fn as_number(id: &str) -> Option<u64> {
    let plain = id.bytes().all(|byte| byte.is_ascii_digit()) && (id == "0" || !id.starts_with('0'));
    if plain { id.parse().ok() } else { None }
}

impl Ids {
    /// Ids in position order; cut into as few ascending runs as that order allows.
    pub fn new<S: AsRef<str>>(ids: &[S]) -> Result<Self, FormatError> {
        let wrong = |rule| Err(FormatError::section(KIND, rule));
        let mut coded: Vec<(bool, u32, Vec<u8>)> = Vec::new();
        let mut last: Option<&str> = None;
        for id in ids {
            let id = id.as_ref();
            if id.is_empty() || id.len() > MAX_ID_BYTES || id.bytes().any(is_control) {
                return wrong("an id has 1 to 255 bytes and no control characters");
            }
            let number = as_number(id);
            let before = last.map(|last| (as_number(last), last));
            let follows = match (before, number) {
                (Some((Some(before), _)), Some(number)) => before < number,
                (Some((None, before)), None) => before < id,
                _ => false,
            };
            if !follows {
                coded.push((number.is_none(), 0, Vec::new()));
            }
            let Some((_, count, bytes)) = coded.last_mut() else { return wrong("an id belongs to a run") };
            match number {
                Some(number) => {
                    let base = before.and_then(|(number, _)| number).filter(|_| follows).map_or(0, |b| b + 1);
                    put_varint(bytes, number - base);
                }
                None => put_text(bytes, *count, last.filter(|_| follows).unwrap_or(""), id),
            }
            *count += 1;
            last = Some(id);
        }
        let runs = coded.iter().map(|(texts, count, bytes)| RunWire { texts: *texts, count: *count, bytes });
        Self::from_wire(&IdsWire { runs: runs.collect() })
    }

    /// Number of positions.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The position of an id.
    pub fn position(&self, id: &str) -> Option<u32> {
        let number = as_number(id);
        self.runs.iter().find_map(|run| {
            let at = match (&run.values, number) {
                (Values::Numbers(values), Some(number)) => values.binary_search(&number).ok()? as u32,
                (Values::Texts { bytes, blocks }, None) => find_text(bytes, blocks, run.count, id)?,
                _ => return None,
            };
            Some(run.first + at)
        })
    }

    /// The id at a position.
    pub fn id(&self, position: u32) -> Option<String> {
        let run = self.runs.partition_point(|run| run.first <= position).checked_sub(1)?;
        let run = &self.runs[run];
        let at = position - run.first;
        if at >= run.count {
            return None;
        }
        match &run.values {
            Values::Numbers(values) => values.get(at as usize).map(u64::to_string),
            Values::Texts { bytes, blocks } => {
                let block = at / BLOCK;
                let mut texts = Texts::new(bytes.get(*blocks.get(block as usize)? as usize..)?);
                for _ in 0..=at % BLOCK {
                    texts.next()?;
                }
                core::str::from_utf8(texts.text()).ok().map(str::to_owned)
            }
        }
    }

    /// How many ascending runs there are: many mean it is time to compact.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let numbers: Vec<Vec<u8>> = self
            .runs
            .iter()
            .map(|run| match &run.values {
                Values::Numbers(values) => number_bytes(values),
                Values::Texts { .. } => Vec::new(),
            })
            .collect();
        let runs = self.runs.iter().zip(&numbers).map(|(run, numbers)| match &run.values {
            Values::Numbers(_) => RunWire { texts: false, count: run.count, bytes: numbers },
            Values::Texts { bytes, .. } => RunWire { texts: true, count: run.count, bytes },
        });
        encode_body(SectionKey::single(KIND), &IdsWire { runs: runs.collect() })
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let mut runs = Vec::new();
        for _ in 0..fields.count() {
            let run = RunWire { texts: fields.bool(), count: fields.u32(), bytes: fields.bytes() };
            if fields.is_sound() {
                runs.push(run);
            }
        }
        fields.done()?;
        Self::from_wire(&IdsWire { runs })
    }

    fn from_wire(wire: &IdsWire<'_>) -> Result<Self, FormatError> {
        if wire.runs.len() > MAX_RUNS {
            return Err(FormatError::section(KIND, "there are at most 4096 runs"));
        }
        let mut runs = Vec::with_capacity(wire.runs.len());
        let mut count = 0u32;
        for run in &wire.runs {
            let broken = || FormatError::section(KIND, "a run ascends and has as many ids as it says");
            let values = if run.texts { read_texts(run) } else { read_numbers(run) }.ok_or_else(broken)?;
            runs.push(Run { first: count, count: run.count, values });
            count = count.checked_add(run.count).ok_or_else(broken)?;
        }
        Ok(Self { runs, count })
    }
}

fn number_bytes(values: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut base = 0;
    for (at, &value) in values.iter().enumerate() {
        put_varint(&mut bytes, value - base);
        // The largest number can only stand last, where its base is not needed.
        base = if at + 1 < values.len() { value + 1 } else { 0 };
    }
    bytes
}

fn read_numbers(run: &RunWire<'_>) -> Option<Values> {
    if run.count as usize > run.bytes.len() || run.count == 0 {
        return None;
    }
    let mut cursor = Cursor::new(run.bytes);
    let mut values: Vec<u64> = Vec::with_capacity(run.count as usize);
    for _ in 0..run.count {
        let base = match values.last() {
            Some(last) => last.checked_add(1)?,
            None => 0,
        };
        values.push(base.checked_add(cursor.varint()?)?);
    }
    cursor.is_done().then_some(Values::Numbers(values))
}

/// Appends the id that stands `at` in its run; the first of a block shares nothing with the one before.
fn put_text(bytes: &mut Vec<u8>, at: u32, last: &str, id: &str) {
    let shared = if at.is_multiple_of(BLOCK) {
        0
    } else {
        last.bytes().zip(id.bytes()).take_while(|(a, b)| a == b).count()
    };
    put_varint(bytes, shared as u64);
    put_varint(bytes, (id.len() - shared) as u64);
    bytes.extend_from_slice(&id.as_bytes()[shared..]);
}

fn read_texts(run: &RunWire<'_>) -> Option<Values> {
    if run.count as usize > run.bytes.len() || run.count == 0 {
        return None;
    }
    let mut texts = Texts::new(run.bytes);
    let mut blocks = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    for at in 0..run.count {
        if at.is_multiple_of(BLOCK) {
            blocks.push((run.bytes.len() - texts.cursor.left()) as u32);
            texts.length = 0;
        }
        texts.next()?;
        let text = texts.text();
        let fits = !text.is_empty() && last.as_slice() < text && !text.iter().copied().any(is_control);
        let number = core::str::from_utf8(text).ok().map(as_number)?;
        if !fits || number.is_some() {
            return None;
        }
        last.clear();
        last.extend_from_slice(text);
    }
    texts.cursor.is_done().then(|| Values::Texts { bytes: run.bytes.to_vec(), blocks })
}

/// Walks front-coded texts; the latest is there until the next. It takes no memory of its own: every item of every
/// question is looked up here.
struct Texts<'a> {
    cursor: Cursor<'a>,
    bytes: [u8; MAX_ID_BYTES],
    length: usize,
}

impl<'a> Texts<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { cursor: Cursor::new(bytes), bytes: [0; MAX_ID_BYTES], length: 0 }
    }

    fn text(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }

    /// `None` at the end, and when the text is longer than an id can be.
    fn next(&mut self) -> Option<()> {
        let shared = self.cursor.varint32()? as usize;
        let rest = self.cursor.prefixed()?;
        if shared > self.length {
            return None;
        }
        let length = shared.checked_add(rest.len())?;
        self.bytes.get_mut(shared..length)?.copy_from_slice(rest);
        self.length = length;
        Some(())
    }
}

fn find_text(bytes: &[u8], blocks: &[u32], count: u32, id: &str) -> Option<u32> {
    let id = id.as_bytes();
    let starts_after = |block: &u32| {
        let mut texts = Texts::new(bytes.get(*block as usize..).unwrap_or(&[]));
        texts.next();
        texts.text() > id
    };
    let block = blocks.partition_point(|block| !starts_after(block)).checked_sub(1)?;
    let mut texts = Texts::new(bytes.get(*blocks.get(block)? as usize..)?);
    let first = block as u32 * BLOCK;
    for at in first..count.min(first + BLOCK) {
        texts.next()?;
        if texts.text() == id {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Frame;

    fn check(ids: &[&str], runs: usize) {
        let built = Ids::new(ids).unwrap();
        let blob = built.encode().unwrap();
        let read = Ids::decode(Frame::decode(&blob).unwrap().body).unwrap();
        assert_eq!(read, built);
        assert_eq!((read.count() as usize, read.runs()), (ids.len(), runs));
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(read.id(at as u32).as_deref(), Some(*id));
            assert_eq!(read.position(id), Some(at as u32), "{id}");
        }
        assert_eq!(read.id(ids.len() as u32), None);
        assert_eq!(read.position("no such id"), None);
        assert_eq!(read.position(""), None);
    }

    #[test]
    fn ids_round_trip_in_any_order() {
        check(&[], 0);
        check(&["7"], 1);
        check(&["1", "5", "18446744073709551615"], 1);
        check(&["22423", "85048", "15056BL", "85123A", "DOT", "9", "10", "ZZ"], 4);
        check(&["0", "00", "007", "18446744073709551616"], 2);
        let many: Vec<String> = (0..100).map(|n| format!("SKU-{n:05}")).collect();
        check(&many.iter().map(String::as_str).collect::<Vec<_>>(), 1);
    }

    #[test]
    fn wrong_ids_are_refused() {
        assert!(Ids::new(&[""]).is_err());
        assert!(Ids::new(&["x".repeat(256)]).is_err());
        assert!(Ids::new(&["two\nlines"]).is_err());
    }
}
