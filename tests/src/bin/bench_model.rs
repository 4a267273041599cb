//! Writes a model of a given size for the scoring bench: `bench-model ITEMS FILE`.
//!
//! Made up, not cooked: times of decoding and scoring depend on sizes, not on
//! taste. 64 factors of 4 bits and 64 neighbours per item. The file holds the
//! blobs of ids, factors and all `similar` shards, then the charts, what is bought
//! again and the shards of every other list, each behind its length (four bytes, little-endian).

use std::process::ExitCode;

use cookshelf_core::{
    Again, Chart, Charts, Factors, FormatError, Habit, Ids, ItemVectors, ListKind, Manner, Names, NearShard,
    Neighbour, Pace, Ranked,
};

const DIMS: usize = 64;
const NEIGHBOURS: u32 = 64;
const TOPICS: usize = 40;
const BITS: u8 = 4;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let plan = match &words[..] {
        [_, items, file] => items.parse().ok().filter(|items| *items > NEIGHBOURS).map(|items| (items, file)),
        _ => None,
    };
    let Some((items, file)) = plan else {
        eprintln!("usage: bench-model ITEMS FILE, with more than {NEIGHBOURS} items");
        return ExitCode::FAILURE;
    };
    let bytes = blobs(items).map_err(|error| error.to_string()).map(|blobs| with_lengths(&blobs));
    match bytes.and_then(|bytes| std::fs::write(file, bytes).map_err(|error| error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("error: could not write {file}: {text}");
            ExitCode::FAILURE
        }
    }
}

fn blobs(items: u32) -> Result<Vec<Vec<u8>>, FormatError> {
    let mut draw = Draw(7);
    let ids: Vec<String> = (0..items).map(|item| (100_000 + item * 3).to_string()).collect();
    let values = vectors(items, &mut draw);
    let gram = gram(&values);
    let vectors =
        ItemVectors { dims: DIMS, values: &values, gram: &gram, ridge: 0.1, confidence: 10.0, step: 1.0 };
    let mut blobs = vec![Ids::new(&ids)?.encode()?, Factors::new(BITS, &vectors)?.encode()?];
    blobs.extend(shards(ListKind::Similar, items, &mut draw)?);
    blobs.push(charts(items)?.encode()?);
    blobs.push(again(items)?.encode()?);
    for list in [ListKind::Together, ListKind::Next, ListKind::Text, ListKind::Look, ListKind::Picks] {
        blobs.extend(shards(list, items, &mut draw)?);
    }
    Ok(blobs)
}

fn shards(list: ListKind, items: u32, draw: &mut Draw) -> Result<Vec<Vec<u8>>, FormatError> {
    let (bits, manner) = match list {
        ListKind::Next => (8, Manner { step: 0.6875, own: 1.0 }),
        _ => (BITS, Manner::default()),
    };
    let width = list.shard_items();
    let shard = |number: u32| {
        let held = number * width..((number + 1) * width).min(items);
        let rows: Vec<Vec<Neighbour>> = held.map(|item| row(item, items, draw)).collect();
        NearShard::with_manner(list, number, bits, &rows, manner)?.encode()
    };
    (0..items.div_ceil(width)).map(shard).collect()
}

/// A hundred places each.
fn charts(items: u32) -> Result<Charts, FormatError> {
    let chart = |first: u32| {
        let place = |at: u32| Ranked { position: (first + at * 7) % items, score: 100.0 - at as f32 };
        Chart::new(&[(0..100.min(items / 8)).map(place).collect()])
    };
    Charts::new(Names::default(), [chart(1)?, chart(2)?, chart(3)?])
}

/// Things that last from a week to five months.
fn again(items: u32) -> Result<Again, FormatError> {
    let habit =
        |item: u32| Habit { days: 7.0 * (1 + item % 20) as f32, share: 0.1 + (item % 8) as f32 / 10.0 };
    let pace = Pace { start: 0.5, fading: 0.25, trust: 2.0 };
    Again::new(pace, &(0..items).map(habit).collect::<Vec<Habit>>())
}

/// Items lie around a few topics, so that a profile points somewhere.
fn vectors(items: u32, draw: &mut Draw) -> Vec<f32> {
    let topics: Vec<f32> = (0..TOPICS * DIMS).map(|_| draw.next() - 0.5).collect();
    let mut values = Vec::with_capacity(items as usize * DIMS);
    for item in 0..items as usize {
        let topic = &topics[item % TOPICS * DIMS..][..DIMS];
        values.extend(topic.iter().map(|value| 0.2 * (value + 0.6 * (draw.next() - 0.5))));
    }
    values
}

fn gram(values: &[f32]) -> Vec<f32> {
    let mut gram = vec![0.0; DIMS * DIMS];
    for item in values.chunks_exact(DIMS) {
        for (row, left) in item.iter().enumerate() {
            for (cell, right) in gram[row * DIMS..][..DIMS].iter_mut().zip(item) {
                *cell += left * right;
            }
        }
    }
    gram
}

fn row(item: u32, items: u32, draw: &mut Draw) -> Vec<Neighbour> {
    let mut positions: Vec<u32> = (0..NEIGHBOURS).map(|_| (draw.next() * items as f32) as u32).collect();
    positions.retain(|position| *position != item && *position < items);
    positions.sort_unstable();
    positions.dedup();
    let weigh = |position| Neighbour { position, weight: 0.05 + draw.next() };
    positions.into_iter().map(weigh).collect()
}

fn with_lengths(blobs: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for blob in blobs {
        bytes.extend_from_slice(&(blob.len() as u32).to_le_bytes());
        bytes.extend_from_slice(blob);
    }
    bytes
}

/// Numbers from 0 to 1 that are the same in every run (SplitMix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1u32 << 24) as f32
    }
}
