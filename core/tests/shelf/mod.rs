//! A small model with something in every section, for the tests of this folder.

use cookshelf_core::{
    Again, Attributes, Availability, Bundle, Card, CardShard, Chart, Charts, Column, ColumnValues, Curated,
    Factors, Habit, Ids, Index, ItemVectors, ListKind, Lists, Located, Meta, Model, NAME_BYTES, NamedList,
    Names, NearShard, Neighbour, Override, Pace, Place, Ranked, Scene, Section, Window,
};

/// Items of the small model: numbers, then texts, then a number that was added later.
pub(crate) const ITEMS: [&str; 12] =
    ["100", "101", "102", "103", "104", "105", "106", "107", "lamp-a", "lamp-b", "lamp-c", "99"];

/// The framed sections, without the index.
pub(crate) fn sections() -> Vec<Vec<u8>> {
    let encoded = [
        Ids::new(&ITEMS).and_then(|ids| ids.encode()),
        meta().encode(),
        charts().encode(),
        factors().encode(),
        near(ListKind::Similar, 4).encode(),
        near(ListKind::Together, 8).encode(),
        attributes().encode(),
        cards().encode(),
        availability().encode(),
        curated().encode(),
        again().encode(),
    ];
    encoded.into_iter().map(|blob| blob.unwrap()).collect()
}

/// All sections as a bundle; the index names each blob by a made-up hash.
pub(crate) fn bundle() -> Vec<u8> {
    let mut blobs = sections();
    let located = |blob: &Vec<u8>| {
        let key = Section::decode(blob).unwrap().key().unwrap();
        Located { key, place: Place { hash: [blob.len() as u8; NAME_BYTES], size: blob.len() as u32 } }
    };
    blobs.push(Index::new(blobs.iter().map(located).collect()).unwrap().encode().unwrap());
    Bundle::encode(&blobs).unwrap()
}

/// The decoded small model.
pub(crate) fn model() -> Model {
    Bundle::decode(&bundle()).unwrap().model().unwrap()
}

fn meta() -> Meta {
    Meta {
        name: "small".into(),
        culture: "en-US".into(),
        currency: "EUR".into(),
        address: "/p/{id}".into(),
        as_of: 1_763_000_000,
        live_items: 12,
        privacy_floor: 5,
        settings: vec![("kept".into(), "64".into())],
    }
}

fn charts() -> Charts {
    let chart = |rows: &[&[u32]]| {
        let row = |positions: &&[u32]| -> Vec<Ranked> {
            let place =
                |(at, position): (usize, &u32)| Ranked { position: *position, score: 10.0 - at as f32 };
            positions.iter().enumerate().map(place).collect()
        };
        Chart::new(&rows.iter().map(row).collect::<Vec<_>>()).unwrap()
    };
    // Overall, the categories, and the channel "web".
    let popular = chart(&[&[0, 1, 2, 8, 9], &[0, 1, 2], &[8, 9], &[3, 1]]);
    let trending = chart(&[&[5, 8, 0], &[5, 0], &[8], &[8]]);
    let new = chart(&[&[11, 10], &[11], &[10], &[]]);
    Charts::new(Names::new(["web"]), [popular, trending, new]).unwrap()
}

/// Two tastes: the even half of the numbers and the odd half; lamps go with the even ones.
fn factors() -> Factors {
    let mut values = Vec::new();
    for at in 0..12 {
        let (even, odd) = if at % 2 == 0 { (0.9, 0.1) } else { (0.1, 0.9) };
        values.extend([even + 0.01 * at as f32, odd - 0.005 * at as f32, 0.05 * at as f32]);
    }
    let gram = [4.0, 0.5, 0.1, 0.5, 4.0, 0.1, 0.1, 0.1, 1.0];
    Factors::new(
        4,
        &ItemVectors { dims: 3, values: &values, gram: &gram, ridge: 0.1, confidence: 1.0, step: 1.0 },
    )
    .unwrap()
}

fn near(list: ListKind, bits: u8) -> NearShard {
    let row = |at: u32| -> Vec<Neighbour> {
        let others = (0..12).filter(|other| *other != at && other % 2 == at % 2);
        let neighbour =
            |position: u32| Neighbour { position, weight: 1.0 / (1.0 + position.abs_diff(at) as f32) };
        others.map(neighbour).collect()
    };
    NearShard::new(list, 0, bits, &(0..12).map(row).collect::<Vec<_>>()).unwrap()
}

fn attributes() -> Attributes {
    let categories =
        Lists::new(&(0..12).map(|at| vec![u32::from((8..11).contains(&at))]).collect::<Vec<_>>());
    let price = Column {
        name: "Price".into(),
        values: ColumnValues::Numbers((0..12).map(|at| f64::from(at) * 10.0).collect()),
        codes: Lists::new(&(0..12).map(|at| vec![at]).collect::<Vec<_>>()),
    };
    let colour = Column {
        name: "Colour".into(),
        values: ColumnValues::Texts(Names::new(["blue", "red"])),
        codes: Lists::new(&(0..12).map(|at| vec![at % 2]).collect::<Vec<_>>()),
    };
    Attributes::new(Names::new(["Numbers", "Lamps"]), categories, vec![price, colour], &[2]).unwrap()
}

fn cards() -> CardShard {
    let titles: Vec<String> = ITEMS.iter().map(|id| format!("Item {id}")).collect();
    let card = |title: &'static str| Card { title, price: "9.50", address: "", image: "/i.svg" };
    let cards: Vec<Card<'_>> = titles.iter().map(|title| Card { title, ..card("") }).collect();
    CardShard::new(0, &cards).unwrap()
}

/// Every item can be shown somewhere; lamps only on the web, and the last one until 2030.
fn availability() -> Availability {
    let everywhere = Window { channel: "", catalog: "", from: 0, until: u32::MAX };
    let web = Window { channel: "web", ..everywhere };
    let shop = Window { channel: "shop", catalog: "summer", ..everywhere };
    let last = Window { until: 1_893_456_000, ..web };
    let of = |at| match at {
        0..=7 => vec![everywhere, web, shop],
        8..=10 => vec![web],
        _ => vec![last],
    };
    Availability::new(&(0..12).map(of).collect::<Vec<_>>()).unwrap()
}

/// Numbers are bought every eight days by half of their buyers, lamps every 64 days by a quarter; 107 is gone.
fn again() -> Again {
    let habit = |at| match at {
        8..=10 => Habit { days: 64.0, share: 0.25 },
        7 => Habit { days: 0.0, share: 0.0 },
        _ => Habit { days: 8.0, share: 0.5 },
    };
    let pace = Pace { start: 0.5, fading: 0.25, trust: 2.0 };
    Again::new(pace, &(0..12).map(habit).collect::<Vec<_>>()).unwrap()
}

/// Nothing here changes a list that does not ask for it: the seed 99 and the names below do.
fn curated() -> Curated {
    let summer =
        NamedList { name: "Summer", title: "Summer's best", from: 0, until: u32::MAX, items: &[9, 2, 0] };
    let past = NamedList { name: "last-year", title: "Gone", from: 0, until: 1_700_000_000, items: &[1] };
    let seeded = |list, include, exclude| Override { list, seed: Some(11), include, exclude };
    let overrides = [
        seeded(ListKind::Similar, &[7, 4], &[0]),
        seeded(ListKind::Together, &[], &[1]),
        Override { list: ListKind::New, seed: None, include: &[], exclude: &[3] },
    ];
    let scene = Scene { id: "living-room", address: "https://shop.example/room.jpg", items: &[8, 9] };
    Curated::new(&[summer, past], &overrides, &[scene]).unwrap()
}
