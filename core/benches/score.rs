//! How long decoding and scoring take: a line of JSON per measurement, in milliseconds.
//!
//! `cargo bench -p cookshelf-core --bench score -- 1000 10000`

use std::{hint::black_box, time::Instant};

use cookshelf_core::{
    Event, EventKind, Factors, Ids, ItemVectors, List, ListKind, Model, NearShard, Neighbour, Request,
    Scratch, Section, recommend_with,
};

const DIMS: usize = 64;
const NEIGHBOURS: u32 = 64;

fn main() {
    let sizes: Vec<u32> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    for items in if sizes.is_empty() { vec![1_000, 10_000, 100_000] } else { sizes } {
        let blobs = blobs(items);
        let rounds = (20_000_000 / items).clamp(20, 2_000);
        print("decode", items, &times(rounds.min(40), |_| drop(black_box(decode(&blobs)))));
        let model = decode(&blobs);
        let ids: Vec<String> = (0..items).map(id).collect();
        let of = |round: u32| ids[(round.wrapping_mul(2_654_435_761) % items) as usize].as_str();
        let mut room = Default::default();
        let similar = |round| Request { seeds: vec![of(round)], ..Request::new(ListKind::Similar, 12) };
        print("similar", items, &times(rounds, |round| ask(&model, &mut room, &similar(round))));
        let event = |at| Event { item: of(at), kind: EventKind::View, age_hours: at % 500 };
        let profile = |round: u32| (0..20).map(|at| event(round * 20 + at)).collect();
        let picks = |round| Request { profile: profile(round), ..Request::new(ListKind::Picks, 12) };
        print("forYou", items, &times(rounds, |round| ask(&model, &mut room, &picks(round))));
    }
}

/// As the browser's engine asks: in room that is kept.
fn ask(model: &Model, room: &mut (Scratch, List), request: &Request<'_>) {
    black_box(recommend_with(model, black_box(request), &mut room.0, &mut room.1));
}

/// Seconds of each round, sorted.
fn times(rounds: u32, mut run: impl FnMut(u32)) -> Vec<f64> {
    let mut once = |round| {
        let start = Instant::now();
        run(round);
        start.elapsed().as_secs_f64()
    };
    let mut times: Vec<f64> = (0..rounds).map(&mut once).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn print(name: &str, items: u32, times: &[f64]) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize] * 1e3;
    let (half, most) = (at(0.5), at(0.95));
    println!(r#"{{"name":"{name}","items":{items},"factors":{DIMS},"p50":{half:e},"p95":{most:e}}}"#);
}

fn id(item: u32) -> String {
    (100_000 + item * 3).to_string()
}

fn decode(blobs: &[Vec<u8>]) -> Model {
    let mut sections = blobs.iter().map(|blob| Section::decode(blob).expect("the bench encoded it"));
    let Some(Section::Ids(ids)) = sections.next() else { panic!("the ids come first") };
    let mut model = Model::new(ids);
    sections.for_each(|section| model.insert(section).expect("the bench's sections belong together"));
    model
}

fn blobs(items: u32) -> Vec<Vec<u8>> {
    let mut state = 1u32;
    let mut draw = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0
    };
    let ids: Vec<String> = (0..items).map(id).collect();
    let values: Vec<f32> = (0..items as usize * DIMS).map(|_| draw() - 0.5).collect();
    let gram: Vec<f32> = (0..DIMS * DIMS).map(|at| if at % (DIMS + 1) == 0 { 50.0 } else { 0.0 }).collect();
    let vectors =
        ItemVectors { dims: DIMS, values: &values, gram: &gram, ridge: 0.1, confidence: 1.0, step: 1.0 };
    let factors = Factors::new(4, &vectors).and_then(|factors| factors.encode());
    let mut blobs = vec![Ids::new(&ids).and_then(|ids| ids.encode()), factors];
    let step = items / (NEIGHBOURS + 1);
    for number in 0..items.div_ceil(ListKind::Similar.shard_items()) {
        let held = number * ListKind::Similar.shard_items()
            ..((number + 1) * ListKind::Similar.shard_items()).min(items);
        let mut row = |item: u32| -> Vec<Neighbour> {
            let mut positions: Vec<u32> = (1..=NEIGHBOURS).map(|n| (item + n * step) % items).collect();
            positions.sort_unstable();
            positions.into_iter().map(|position| Neighbour { position, weight: 0.05 + draw() }).collect()
        };
        let rows: Vec<Vec<Neighbour>> = held.map(&mut row).collect();
        blobs.push(NearShard::new(ListKind::Similar, number, 4, &rows).and_then(|shard| shard.encode()));
    }
    blobs.into_iter().map(|blob| blob.expect("the bench's sections are valid")).collect()
}
