//! `cookshelf inspect BUNDLE`

use std::{fs, path::PathBuf};

use cookshelf_core::{Bundle, Event, EventKind, ListKind, Model, Outcome, Request, SectionKind, recommend};
use serde::Serialize;

use super::{
    Failure,
    output::{json, line},
};
use crate::{cook::list_name, eval::compressed, exit_code::Exit, moment::rfc3339, progress::thousands};

/// Show what is in a model: its sections and sizes, and the lists for an item
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A bundle (.shelf), or a cooked folder
    bundle: PathBuf,
    /// Show the lists for this item
    #[arg(long, value_name = "ID")]
    item: Option<String>,
    /// Items per list
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Also compress every blob, to say what travels
    #[arg(long)]
    brotli: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    name: String,
    as_of: String,
    items: u32,
    live_items: u32,
    privacy_floor: u32,
    settings: Vec<(String, String)>,
    sections: Vec<SectionView>,
    bytes: usize,
    lists: Vec<ListView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SectionView {
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'static str>,
    blobs: usize,
    bytes: usize,
    bytes_per_item: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    brotli: Option<usize>,
}

#[derive(Serialize)]
struct ListView {
    list: String,
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct ItemView {
    id: String,
    score: f32,
    title: String,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let path = if args.bundle.is_dir() { args.bundle.join("model.shelf") } else { args.bundle.clone() };
    let located = |cause: String| Failure::new(Exit::Input, format!("{}: {cause}", path.display()));
    let bytes = fs::read(&path).map_err(|cause| located(cause.to_string()))?;
    let bundle = Bundle::decode(&bytes).map_err(|cause| located(cause.to_string()))?;
    let model = bundle.model().map_err(|cause| located(cause.to_string()))?;
    let mut view = view(&bundle, &model, args.brotli);
    if let Some(id) = &args.item {
        if model.ids().position(id).is_none() {
            return Err(located(format!("no item has the id {id}")));
        }
        view.lists = lists(&model, id, args.limit);
    }
    if args.json {
        json(&view);
    } else {
        print(&view);
    }
    Ok(())
}

fn view(bundle: &Bundle<'_>, model: &Model, brotli: bool) -> View {
    let meta = model.meta().cloned().unwrap_or_default();
    let items = model.items();
    let same =
        |a: &cookshelf_core::Blob<'_>, b: &cookshelf_core::Blob<'_>| (a.kind, a.list) == (b.kind, b.list);
    let sections = bundle.blobs().chunk_by(same).map(|group| {
        let bytes = group.iter().map(|blob| blob.bytes.len()).sum();
        let kind = SectionKind::from_number(group[0].kind).map_or("unknown", SectionKind::name);
        SectionView {
            kind: kind.to_owned(),
            list: group[0].key().and_then(list_name),
            blobs: group.len(),
            bytes,
            bytes_per_item: bytes as f64 / f64::from(items.max(1)),
            brotli: brotli.then(|| group.iter().map(|blob| compressed(blob.bytes) as usize).sum()),
        }
    });
    View {
        name: meta.name,
        as_of: rfc3339(meta.as_of),
        items,
        live_items: meta.live_items,
        privacy_floor: meta.privacy_floor,
        settings: meta.settings,
        sections: sections.collect(),
        bytes: bundle.blobs().iter().map(|blob| blob.bytes.len()).sum(),
        lists: Vec::new(),
    }
}

fn lists(model: &Model, id: &str, limit: u32) -> Vec<ListView> {
    let request = |list| Request {
        seeds: vec![id],
        // A shopper who looked at just this item.
        profile: vec![Event { item: id, kind: EventKind::View, age_hours: 0 }],
        ..Request::new(list, limit)
    };
    let kinds = model.lists().into_iter().filter(|list| !matches!(list, ListKind::Recent | ListKind::Named));
    let made = kinds.map(|list| answer(model, list.name().to_owned(), &request(list)));
    let named = model.curated().into_iter().flat_map(|curated| curated.lists()).map(|list| {
        let title = format!("{} ({})", list.name, list.title);
        answer(model, title, &Request { name: list.name, ..Request::new(ListKind::Named, limit) })
    });
    made.chain(named).collect()
}

fn answer(model: &Model, list: String, request: &Request<'_>) -> ListView {
    let found = match recommend(model, request) {
        Outcome::Done(list) => list.items,
        Outcome::Needs(_) => Vec::new(),
    };
    let item = |item: &cookshelf_core::Item| ItemView {
        id: model.ids().id(item.position).unwrap_or_default(),
        score: item.score,
        title: model.card(item.position).map_or_else(String::new, |card| card.title.to_owned()),
    };
    ListView { list, items: found.iter().map(item).collect() }
}

fn print(view: &View) {
    line(&format!("model {}, data up to {}", view.name, view.as_of));
    line(&format!(
        "{} items, {} of them live; privacy floor {} shoppers",
        thousands(view.items.into()),
        thousands(view.live_items.into()),
        view.privacy_floor
    ));
    let settings: Vec<String> = view.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    line(&settings.join(", "));
    line("");
    line("section              blobs       bytes   bytes per item      brotli");
    for section in &view.sections {
        let name = [section.kind.as_str(), section.list.unwrap_or("")].join(" ");
        let brotli = section.brotli.map_or_else(|| "-".to_owned(), |bytes| thousands(bytes as u64));
        line(&format!(
            "{name:18} {:>7} {:>11} {:>16.1} {brotli:>11}",
            section.blobs,
            thousands(section.bytes as u64),
            section.bytes_per_item
        ));
    }
    line(&format!(
        "all {:>34} {:>16.1}",
        thousands(view.bytes as u64),
        view.bytes as f64 / f64::from(view.items.max(1))
    ));
    for list in &view.lists {
        line("");
        line(&list.list);
        for item in &list.items {
            line(&format!("  {:>9.4}  {:16} {}", item.score, item.id, item.title));
        }
    }
}
