//! Prints requests to a bundle and the native answers, for the browser module to be compared with.
//!
//! Each line is a request in hexadecimal, a space, and the answer in
//! hexadecimal: the numbers that `Engine.run` returns, as little-endian bits.
//! Requests cover every list kind, seeds, profiles, filters, fallbacks, channels,
//! moments, named lists, scenes and wishes; the same bundle gives the same lines.

use std::io::Write;
use std::process::ExitCode;

use cookshelf_core::{
    Boost, Bundle, Column, ColumnValues, Event, EventKind, Filter, ListKind, Model, Outcome, Pin, Request,
    Rotation, Wishes, recommend,
};
use cookshelf_tests::answers::{flat, hex, hex_of_numbers};

const KINDS: [EventKind; 4] =
    [EventKind::View, EventKind::AddToCart, EventKind::Purchase, EventKind::Dismiss];

fn main() -> ExitCode {
    match std::env::args().nth(1).map(|path| print_lists(&path)) {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(text)) => {
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
        None => {
            eprintln!("usage: native-lists BUNDLE");
            ExitCode::FAILURE
        }
    }
}

fn print_lists(path: &str) -> Result<(), String> {
    let bytes = std::fs::read(path).map_err(|error| format!("could not read {path}: {error}"))?;
    let bundle = Bundle::decode(&bytes).map_err(|error| format!("{path}: {error}"))?;
    let model = bundle.model().map_err(|error| format!("{path}: {error}"))?;
    let asked = Asked::of(&model);
    let mut out = std::io::stdout().lock();
    for round in 0..24 {
        for list in ListKind::ALL {
            let request = asked.request(round, list);
            let Outcome::Done(answer) = recommend(&model, &request) else {
                return Err(format!("{path} is not whole: {list:?} still needs sections"));
            };
            let line = writeln!(out, "{} {}", hex(&request.encode()), hex_of_numbers(&flat(&answer)));
            line.map_err(|error| format!("could not write: {error}"))?;
        }
    }
    Ok(())
}

/// What requests are made of.
struct Asked {
    ids: Vec<String>,
    categories: Vec<String>,
    /// Name and some value.
    columns: Vec<(String, String)>,
    /// Channel and catalogue.
    scopes: Vec<(String, String)>,
    /// Names of lists.
    names: Vec<String>,
    /// Ids of images.
    scenes: Vec<String>,
}

impl Asked {
    fn of(model: &Model) -> Self {
        let attributes = model.attributes();
        Self {
            ids: (0..model.items()).filter_map(|position| model.ids().id(position)).collect(),
            categories: attributes
                .map_or_else(Vec::new, |a| a.categories().iter().map(str::to_owned).collect()),
            columns: attributes.map_or_else(Vec::new, |a| a.columns().iter().map(named).collect()),
            scopes: scopes(model),
            names: model
                .curated()
                .map_or_else(Vec::new, |c| c.lists().map(|list| list.name.into()).collect()),
            scenes: model
                .curated()
                .map_or_else(Vec::new, |c| c.scenes().map(|scene| scene.id.into()).collect()),
        }
    }

    /// The `number`th id of some order that mixes the catalogue.
    fn id(&self, number: usize) -> &str {
        self.ids.get(number * 7919 % self.ids.len().max(1)).map_or("", String::as_str)
    }

    fn request(&self, round: usize, list: ListKind) -> Request<'_> {
        let base = round * 31 + usize::from(list.number());
        let event = |at: usize| Event {
            item: self.id(base + at),
            kind: KINDS[(at + round) % KINDS.len()],
            age_hours: (at * at) as u32,
        };
        let (channel, catalog) = self.scope(round);
        Request {
            seeds: (0..round % 4).map(|seed| self.id(base + seed)).collect(),
            profile: (0..[0, 1, 6, 40][(round / 2) % 4]).map(event).collect(),
            exclude: (0..round % 3)
                .map(|other| self.id(base + 100 + other))
                .chain(["no such item"])
                .collect(),
            filter: self.filter(round),
            fallback: if round.is_multiple_of(3) {
                vec![]
            } else {
                vec![ListKind::Trending, ListKind::Popular]
            },
            moment: [0, 1_650_000_000, 1_763_000_000, u32::MAX][(round / 4) % 4],
            channel,
            catalog,
            name: some(&self.names, round).map_or("no such list", String::as_str),
            scene: some(&self.scenes, round).filter(|_| round % 4 == 1).map_or("", String::as_str),
            wishes: self.wishes(round, base),
            ..Request::new(list, [1, 8, 24, 100][round % 4])
        }
    }

    /// None in the first rounds; then one after the other, and in the last ones several at once.
    fn wishes(&self, round: usize, base: usize) -> Wishes<'_> {
        let on = |from: usize| round >= 8 && (round % 8 == from || round >= 16);
        let boost = |round| Some(Boost { filter: self.filter(round)?, by: [0.0, 0.5, 3.0][round % 3] });
        let pin = |place: u32| Pin { item: self.id(base + 50 + place as usize), place };
        let shown = (0..40).map(|at| (self.id(base + at), at as u32 * 3)).collect();
        Wishes {
            boosts: (1..4).filter(|_| on(0)).filter_map(|other| boost(round + other)).collect(),
            pins: [3, 1, 3].into_iter().filter(|_| on(1)).map(pin).collect(),
            diversity: if on(2) { 0.4 } else { 0.0 },
            per_category: if on(3) { 2 } else { 0 },
            rotation: if on(4) {
                Rotation { rate: 0.7, half_life_hours: 24, shown }
            } else {
                Rotation::default()
            },
            min_score: if on(5) { 0.1 } else { 0.0 },
            personal: if on(6) { 0.6 } else { 0.0 },
            explore: if on(6) || on(1) { 0.3 } else { 0.0 },
            among: (round % 8 == 7).then(|| (0..60).map(|at| self.id(base + at * 3)).collect()),
        }
    }

    /// No channel, one of the model with its catalogue or without, or one that is nowhere.
    fn scope(&self, round: usize) -> (&str, &str) {
        match (round % 8, some(&self.scopes, round)) {
            (5, Some((channel, _))) => (channel, "0"),
            (6, Some((channel, catalog))) => (channel, catalog),
            (7, Some((_, catalog))) => ("", catalog),
            (4, _) => ("no such channel", ""),
            _ => ("", ""),
        }
    }

    fn filter(&self, round: usize) -> Option<Filter<'_>> {
        let category =
            |at: usize| Some(Filter::Category(self.categories.get(at % self.categories.len().max(1))?));
        let column = self.columns.get(round % self.columns.len().max(1));
        match round % 6 {
            1 => category(round),
            2 => Some(Filter::InStock),
            3 => Some(Filter::Any([category(round), category(round + 1)].into_iter().flatten().collect())),
            4 if round < 12 => Some(Filter::Range { column: &column?.0, min: 1.0, max: 50.0 }),
            4 => Some(Filter::Is { column: &column?.0, value: &column?.1 }),
            5 => Some(Filter::Not(Box::new(category(round + 2)?))),
            _ => None,
        }
    }
}

/// One of several, a different one every time.
fn some<T>(of: &[T], round: usize) -> Option<&T> {
    of.get(round % of.len().max(1))
}

/// Places that the first items are sold in.
fn scopes(model: &Model) -> Vec<(String, String)> {
    let Some(availability) = model.availability() else { return Vec::new() };
    let windows = (0..model.items().min(50)).flat_map(|position| availability.windows(position));
    let mut scopes: Vec<(String, String)> =
        windows.map(|window| (window.channel.to_owned(), window.catalog.to_owned())).collect();
    scopes.sort();
    scopes.dedup();
    scopes
}

fn named(column: &Column) -> (String, String) {
    let value = match &column.values {
        ColumnValues::Texts(names) => names.iter().next().unwrap_or_default().to_owned(),
        ColumnValues::Numbers(_) => String::new(),
    };
    (column.name.clone(), value)
}
