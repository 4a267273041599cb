//! Shelves: lists as a shopper would see them, made by the code that devices run.

use cookshelf_core::{
    Event, EventKind, Explanation, Item, ListKind, Model, Outcome, Request, Scratch, explain, recommend,
};

use super::reason::{because, beside, heading};
use super::shop::{Shop, percent};
use crate::draw;
use crate::markup::{Length, Markup};

/// Places of a list that are shown.
const PLACES: u32 = 8;
/// Places of a chart that are shown.
const CHART: u32 = 16;
/// Lists that are about an item.
const OF_ITEM: [ListKind; 5] =
    [ListKind::Similar, ListKind::Together, ListKind::Next, ListKind::Text, ListKind::Look];

/// One place of a shelf.
struct Tile {
    position: u32,
    /// A part of 1 that is drawn as a bar.
    share: Option<f64>,
    why: String,
}

/// The lists of one item; those with nothing to show are named at the end.
pub(super) fn of_item(out: &mut Markup, shop: &Shop<'_>, seed: u32, id: &str) {
    let answered = shop.model.lists();
    let mut empty = Vec::new();
    for list in OF_ITEM.into_iter().filter(|list| answered.contains(list)) {
        let items = answer(shop, &Request { seeds: vec![id], ..Request::new(list, PLACES) });
        match items.is_empty() {
            true => empty.push(list),
            false => shelf(out, shop, list, &beside_item(shop, list, seed, &items)),
        }
    }
    if !empty.is_empty() {
        out.element("p", &[("class", &"nothing")], |out| {
            out.text("Nothing to show yet in ");
            for list in empty {
                out.say("code", &[], list.name());
                out.text(" ");
            }
            out.text("· a page fills the place from trending and popular.");
        });
    }
}

/// Places of a list that is about an item.
fn beside_item(shop: &Shop<'_>, list: ListKind, seed: u32, items: &[Item]) -> Vec<Tile> {
    let shard = shop.model.near(list, seed);
    let row: Vec<f32> = shard.map_or_else(Vec::new, |shard| shard.row(seed).map(|one| one.weight).collect());
    // What speaks against an item is no part of what speaks for others.
    let all: f64 = row.iter().copied().map(f64::from).filter(|weight| *weight > 0.0).sum();
    let most = items.iter().fold(0.0f64, |most, item| most.max(item.score.into()));
    let tile = |item: &Item| {
        let score = f64::from(item.score);
        // What the shop put there has a score of its own making.
        let is_learned = row.contains(&item.score);
        Tile {
            position: item.position,
            share: (is_learned && all > 0.0).then(|| score / all),
            why: beside(shop, seed, item, if most > 0.0 { score / most } else { 0.0 }),
        }
    };
    items.iter().map(tile).collect()
}

/// A chart as it stands for the whole shop.
pub(super) fn of_chart(out: &mut Markup, shop: &Shop<'_>, list: ListKind) {
    let items = answer(shop, &Request::new(list, CHART));
    let best = items.first().map_or(0.0, |item| f64::from(item.score));
    let tile = |(at, item): (usize, &Item)| Tile {
        position: item.position,
        // How new an item is, is no matter of parts.
        share: (best > 0.0 && list != ListKind::New).then(|| f64::from(item.score) / best),
        why: format!("No. {}", at + 1),
    };
    let tiles: Vec<Tile> = items.iter().enumerate().map(tile).collect();
    shelf(out, shop, list, &tiles);
}

/// What somebody would be shown who looked at these items, the last one last.
pub(super) fn of_profile(out: &mut Markup, shop: &Shop<'_>, items: &[&str]) {
    let event = |item| Event { item, kind: EventKind::View, age_hours: 0 };
    let request = Request {
        profile: items.iter().rev().map(|item| event(*item)).collect(),
        fallback: vec![ListKind::Trending, ListKind::Popular],
        ..Request::new(ListKind::Picks, PLACES)
    };
    let mut scratch = Scratch::default();
    let tile = |item: &Item| Tile {
        position: item.position,
        share: None,
        why: because(shop, item, &explained(shop, &request, item, &mut scratch)),
    };
    let tiles: Vec<Tile> = answer(shop, &request).iter().map(tile).collect();
    shelf(out, shop, ListKind::Picks, &tiles);
}

fn explained(shop: &Shop<'_>, request: &Request<'_>, item: &Item, scratch: &mut Scratch) -> Explanation {
    let mut request = request.clone();
    request.moment = moment(shop);
    explain(shop.model, &request, &shop.id(item.position), scratch).unwrap_or_default()
}

fn answer(shop: &Shop<'_>, request: &Request<'_>) -> Vec<Item> {
    let mut request = request.clone();
    request.moment = moment(shop);
    match recommend(shop.model, &request) {
        Outcome::Done(list) => list.items,
        Outcome::Needs(_) => Vec::new(),
    }
}

/// The moment of the newest data: what was sold then is shown.
fn moment(shop: &Shop<'_>) -> u32 {
    u32::try_from(shop.meta.as_of).unwrap_or(0)
}

/// Whether the model can pick for a profile.
pub(super) fn can_pick(model: &Model) -> bool {
    model.lists().contains(&ListKind::Picks)
}

fn shelf(out: &mut Markup, shop: &Shop<'_>, list: ListKind, tiles: &[Tile]) {
    let heading = heading(list);
    out.element("section", &[("class", &"shelf")], |out| {
        out.element("h4", &[], |out| {
            out.text(heading.title);
            out.text(" ");
            out.say("code", &[], list.name());
        });
        out.say("p", &[("class", &"quiet about")], heading.about);
        if tiles.is_empty() {
            out.say(
                "p",
                &[("class", &"nothing")],
                "Nothing to show yet: a page fills this place from trending and popular.",
            );
            return;
        }
        out.element("ol", &[("class", &"tiles")], |out| tiles.iter().for_each(|one| tile(out, shop, one)));
    });
}

fn tile(out: &mut Markup, shop: &Shop<'_>, tile: &Tile) {
    out.element("li", &[], |out| {
        shop.picture(out, tile.position);
        out.say("p", &[("class", &"title"), ("lang", &shop.meta.culture)], &shop.title(tile.position));
        let price = shop.price(tile.position);
        if !price.is_empty() {
            out.say("p", &[("class", &"price")], &price);
        }
        if let Some(share) = tile.share {
            bar(out, share);
        }
        let share = tile.share.map_or(String::new(), |share| format!("{} · ", percent(share)));
        out.say("p", &[("class", &"why")], &format!("{share}{}", tile.why));
    });
}

/// A bar of a part of 1; what it says stands beside it in words.
pub(super) fn bar(out: &mut Markup, share: f64) {
    let width = Length(if share.is_finite() { 100.0 * share.clamp(0.0, 1.0) } else { 0.0 });
    let frame = [
        ("class", &"bar" as _),
        ("viewBox", &"0 0 100 4" as _),
        ("preserveAspectRatio", &"none" as _),
        ("aria-hidden", &"true" as _),
    ];
    out.element("svg", &frame, |out| {
        out.leaf("rect", &[("class", &"track"), ("width", &100), ("height", &4)]);
        out.leaf("rect", &[("class", &"fill"), ("width", &width), ("height", &4)]);
    });
}

/// Bytes as people say them.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", draw::short(bytes as f64 / 1e3)),
        _ => format!("{} MB", draw::short(bytes as f64 / 1e6)),
    }
}
