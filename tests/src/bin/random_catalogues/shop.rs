//! A small catalogue of anything that a model may hold: odd sizes, ids of every form, positions whose item is gone,
//! rows without anything, sections that are there or not.

use std::collections::BTreeSet;

use cookshelf_core::{
    Again, Attributes, Availability, Bundle, CARD_ITEMS, Card, CardShard, Chart, Charts, Column,
    ColumnValues, Curated, Factors, FormatError, Habit, Ids, Index, ItemVectors, ListKind, Lists, Located,
    Manner, Meta, NAME_BYTES, NamedList, Names, NearShard, Neighbour, Override, Pace, Place, Ranked, Scene,
    Section, Window,
};

use crate::dice::Dice;

const SIZES: [usize; 14] = [0, 1, 2, 3, 4, 7, 12, 31, 64, 127, 128, 129, 300, 700];
const NEAR: [ListKind; 6] =
    [ListKind::Picks, ListKind::Similar, ListKind::Together, ListKind::Next, ListKind::Text, ListKind::Look];
pub(crate) const CHANNELS: [&str; 4] = ["web", "Geschäft", "0", ""];
pub(crate) const NAMES: [&str; 4] = ["Summer", "ÄPFEL", "sale", ""];

/// The bundle of one catalogue.
pub(crate) fn bundle(dice: &mut Dice) -> Result<Vec<u8>, FormatError> {
    let ids = ids(dice);
    let items = ids.len() as u32;
    let mut blobs = vec![Ids::new(&ids)?.encode()?];
    let categories = dice.below(6);
    if dice.chance(80) {
        blobs.push(charts(dice, items, categories)?);
    }
    if dice.chance(70) {
        blobs.push(factors(dice, items)?);
    }
    for list in NEAR {
        if dice.chance(75) {
            near(dice, list, items, &mut blobs)?;
        }
    }
    if dice.chance(75) {
        blobs.push(attributes(dice, items, categories)?);
    }
    if dice.chance(60) {
        cards(dice, items, &mut blobs)?;
    }
    if dice.chance(40) {
        blobs.push(availability(dice, items)?);
    }
    if dice.chance(60) {
        blobs.push(curated(dice, items)?);
    }
    if dice.chance(60) {
        blobs.push(again(dice, items)?);
    }
    if dice.chance(50) {
        let address = ["", "/p/{id}", "/{no end", "/{id}/{id}"][dice.below(4)];
        let meta = Meta {
            currency: ["", "EUR"][dice.below(2)].into(),
            address: address.into(),
            as_of: -1,
            ..Meta::default()
        };
        blobs.push(meta.encode()?);
    }
    blobs.push(index(&blobs)?);
    Bundle::encode(&blobs)
}

fn index(blobs: &[Vec<u8>]) -> Result<Vec<u8>, FormatError> {
    let mut entries = Vec::new();
    for blob in blobs {
        let Some(key) = Section::decode(blob)?.key() else { continue };
        entries.push(Located { key, place: Place { hash: [7; NAME_BYTES], size: blob.len() as u32 } });
    }
    Index::new(entries)?.encode()
}

/// Small and huge numbers, texts that share a start, texts that look like numbers; in runs that ascend or do not.
fn ids(dice: &mut Dice) -> Vec<String> {
    let count = SIZES[dice.below(SIZES.len())];
    let forms = 1 + dice.below(6);
    let mut known = BTreeSet::new();
    while known.len() < count {
        known.insert(match dice.below(forms) {
            0 => dice.below(5000).to_string(),
            1 => format!("lamp-{:03}", dice.below(1000)),
            2 => dice.bits().to_string(),
            3 => format!("0{}", dice.below(5000)),
            4 => format!("ü{}\u{1f4a1}{}", dice.below(40), dice.below(40)),
            _ => format!("{}{}", u64::MAX, dice.below(500)),
        });
    }
    let mut ids: Vec<String> = known.into_iter().collect();
    // As a shop grows: what comes later stands behind, in runs of its own.
    for _ in 0..dice.below(4) {
        let at = dice.below(ids.len());
        ids.rotate_left(at);
    }
    ids
}

fn charts(dice: &mut Dice, items: u32, categories: usize) -> Result<Vec<u8>, FormatError> {
    let channels = dice.below(CHANNELS.len() + 1);
    let mut chart = || {
        let most = [0, 3, 50, 200][dice.below(4)];
        let row = |dice: &mut Dice| -> Vec<Ranked> {
            let mut score = 100.0f32;
            let places = dice.positions(items, most);
            let ranked = places.into_iter().map(|position| {
                score *= 0.5 + dice.part() / 2.0;
                Ranked { position, score }
            });
            ranked.collect()
        };
        Chart::new(&(0..1 + categories + channels).map(|_| row(dice)).collect::<Vec<_>>())
    };
    let charts = [chart()?, chart()?, chart()?];
    Charts::new(Names::new(&CHANNELS[..channels]), charts)?.encode()
}

/// Some items have no factors, and some matrices no root.
fn factors(dice: &mut Dice, items: u32) -> Result<Vec<u8>, FormatError> {
    let dims = [1, 2, 3, 4, 5, 8, 15, 32, 65][dice.below(9)];
    let gone = dice.below(40);
    let mut values = Vec::new();
    for _ in 0..items {
        let by = if dice.chance(gone) { 0.0 } else { dice.part() };
        values.extend((0..dims).map(|_| (dice.part() - 0.5) * by));
    }
    let mut gram = vec![0.0f32; dims * dims];
    for item in values.chunks_exact(dims) {
        for row in 0..dims {
            for column in 0..dims {
                gram[row * dims + column] += item[row] * item[column];
            }
        }
    }
    if dice.chance(5) {
        gram[0] = -3.0;
    }
    let step = if dice.chance(50) { 1.0 } else { 0.5 + dice.part() / 2.0 };
    let bits = [4, 8][dice.below(2)];
    let vectors = ItemVectors {
        dims,
        values: &values,
        gram: &gram,
        ridge: 0.001 + dice.part(),
        confidence: 0.1 + dice.part() * 20.0,
        step,
    };
    Factors::new(bits, &vectors)?.encode()
}

fn near(dice: &mut Dice, list: ListKind, items: u32, blobs: &mut Vec<Vec<u8>>) -> Result<(), FormatError> {
    let bits = [4, 8][dice.below(2)];
    let ordered = list == ListKind::Next || list == ListKind::Picks;
    let most = [0, 2, 20, 80][dice.below(4)];
    for number in 0..items.div_ceil(list.shard_items()) {
        let first = number * list.shard_items();
        let mut rows: Vec<Vec<Neighbour>> = Vec::new();
        for of in first..items.min(first + list.shard_items()) {
            let mut positions = dice.positions(items, most);
            positions.retain(|position| *position != of);
            positions.sort_unstable();
            let neighbour = |position| Neighbour { position, weight: 0.001 + dice.part() };
            rows.push(positions.into_iter().map(neighbour).collect());
        }
        // The last rows may be missing: items that came after the shard was made.
        rows.truncate(rows.len() - dice.below(rows.len().min(3)));
        let manner = match ordered {
            true => Manner { step: [1.0, 0.75, 0.5][dice.below(3)], own: [0.0, 0.0, 0.4][dice.below(3)] },
            false => Manner::default(),
        };
        blobs.push(NearShard::with_manner(list, number, bits, &rows, manner)?.encode()?);
    }
    Ok(())
}

fn attributes(dice: &mut Dice, items: u32, categories: usize) -> Result<Vec<u8>, FormatError> {
    let mut rows = |values: usize, most: usize| {
        let row = |dice: &mut Dice| dice.positions(values as u32, most);
        Lists::new(&(0..items).map(|_| row(dice)).collect::<Vec<_>>())
    };
    let item_categories = rows(categories, 4);
    let (colours, prices) = (rows(3, 3), rows(9, 2));
    let columns = vec![
        Column { name: "Colour".into(), values: ColumnValues::Texts(Names::new(COLOURS)), codes: colours },
        Column {
            name: "Price".into(),
            values: ColumnValues::Numbers((0..9).map(|at| f64::from(at) * 1.1 - 0.3).collect()),
            codes: prices,
        },
    ];
    let names = Names::new((0..categories).map(category));
    let sold_out = dice.positions(items, items as usize);
    Attributes::new(names, item_categories, columns, &sold_out)?.encode()
}

pub(crate) const COLOURS: [&str; 3] = ["blue", "röt", ""];

pub(crate) fn category(number: usize) -> String {
    format!("Category {number}")
}

fn cards(dice: &mut Dice, items: u32, blobs: &mut Vec<Vec<u8>>) -> Result<(), FormatError> {
    for number in 0..items.div_ceil(CARD_ITEMS) {
        let held = (items - number * CARD_ITEMS).min(CARD_ITEMS);
        let titles: Vec<String> = (0..held).map(|at| format!("Täble {at} \u{1f4a1}")).collect();
        let card = |title| Card {
            title,
            price: ["", "9.50"][dice.below(2)],
            address: ["", "/own"][dice.below(2)],
            image: "/i.svg",
        };
        let cards: Vec<Card<'_>> = titles.iter().map(String::as_str).map(card).collect();
        blobs.push(CardShard::new(number, &cards)?.encode()?);
    }
    Ok(())
}

fn availability(dice: &mut Dice, items: u32) -> Result<Vec<u8>, FormatError> {
    let always = Window { channel: "", catalog: "", from: 0, until: u32::MAX };
    let window = |dice: &mut Dice| Window {
        channel: CHANNELS[dice.below(CHANNELS.len())],
        catalog: ["", "summer"][dice.below(2)],
        from: [0, 1_700_000_000][dice.below(2)],
        until: [u32::MAX, 1_763_000_000][dice.below(2)],
    };
    let of = |dice: &mut Dice| match dice.chance(60) {
        true => vec![always],
        // None at all for an item that is gone.
        false => dice.few(3, window),
    };
    Availability::new(&(0..items).map(|_| of(dice)).collect::<Vec<_>>())?.encode()
}

fn curated(dice: &mut Dice, items: u32) -> Result<Vec<u8>, FormatError> {
    let rows: Vec<Vec<u32>> = (0..30).map(|_| dice.positions(items, 12)).collect();
    let mut rows = rows.iter().map(Vec::as_slice);
    let mut row = || rows.next().unwrap_or_default();
    let lists: Vec<NamedList<'_>> = NAMES[..dice.below(NAMES.len() + 1)]
        .iter()
        .map(|name| NamedList {
            name,
            title: "",
            from: [0, 1_700_000_000][dice.below(2)],
            until: [u32::MAX, 1_763_000_000][dice.below(2)],
            items: row(),
        })
        .collect();
    let overrides: Vec<Override<'_>> = (0..dice.below(10))
        .filter_map(|_| {
            let list = *dice.one(&ListKind::ALL)?;
            let seed = (items > 0 && dice.chance(50)).then(|| dice.below(items as usize) as u32);
            Some(Override { list, seed, include: row(), exclude: row() })
        })
        .collect();
    let mut scene = |id| Scene { id, address: "", items: row() };
    let scenes: Vec<Scene<'_>> = NAMES[..dice.below(NAMES.len() + 1)].iter().map(|id| scene(id)).collect();
    Curated::new(&lists, &overrides, &scenes)?.encode()
}

fn again(dice: &mut Dice, items: u32) -> Result<Vec<u8>, FormatError> {
    let habit = |dice: &mut Dice| match dice.chance(20) {
        true => Habit { days: 0.0, share: 0.0 },
        false => Habit { days: 1.0 + dice.part() * 100.0, share: 0.01 + dice.part() * 0.9 },
    };
    let pace =
        Pace { start: 0.1 + dice.part() * 0.8, fading: dice.part() * 3.0, trust: 0.2 + dice.part() * 5.0 };
    Again::new(pace, &(0..items).map(|_| habit(dice)).collect::<Vec<_>>())?.encode()
}
