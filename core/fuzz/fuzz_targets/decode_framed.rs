//! Any body in a frame with the right checksum, put into a model and asked for every list.
//!
//! Goes where `decode_any` rarely gets: behind the checksums, into the sections
//! and the scoring. The first bytes choose the section, the rest is its body.
#![no_main]

use cookshelf_core::format::frame;
use cookshelf_core::{
    Event, EventKind, Filter, Ids, ListKind, Model, Request, Section, SectionKey, SectionKind, recommend,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&[kind, list, number], body)) = bytes.split_first_chunk::<3>() else { return };
    let kind = SectionKind::ALL[usize::from(kind) % SectionKind::ALL.len()];
    let list = if kind == SectionKind::Near { list } else { 0 };
    let sharded = matches!(kind, SectionKind::Near | SectionKind::Cards);
    let number = if sharded { u32::from(number % 4) } else { 0 };
    let blob = frame(SectionKey { kind, list, number }, body).expect("a short body can be framed");
    let Ok(section) = Section::decode(&blob) else { return };
    // Three sizes, so that sections find ids that they fit.
    for items in [1, 40, 300] {
        let names: Vec<String> = (0..items).map(|item| item.to_string()).collect();
        let ids = Ids::new(&names).expect("small numbers are good ids");
        let mut model = match &section {
            Section::Ids(ids) => Model::new(ids.clone()),
            _ => Model::new(ids),
        };
        if model.insert(section.clone()).is_ok() {
            ask_everything(&model);
        }
    }
});

fn ask_everything(model: &Model) {
    let known: Vec<String> = (0..8).filter_map(|position| model.ids().id(position)).collect();
    let profile: Vec<Event<'_>> = known
        .iter()
        .zip([EventKind::View, EventKind::Purchase, EventKind::Dismiss].into_iter().cycle())
        .map(|(item, kind)| Event { item, kind, age_hours: 30 })
        .collect();
    let category = model.attributes().and_then(|attributes| attributes.categories().iter().next());
    let channel = model.availability().and_then(|availability| availability.windows(0).next()).map(|w| w.channel);
    let name = model.curated().and_then(|curated| curated.lists().next()).map(|list| list.name);
    let scene = model.curated().and_then(|curated| curated.scenes().next()).map(|scene| scene.id);
    for list in ListKind::ALL {
        for filter in [None, Some(Filter::InStock), category.map(Filter::Category)] {
            let request = Request {
                seeds: known.iter().take(2).map(String::as_str).collect(),
                profile: profile.clone(),
                exclude: known.iter().skip(6).map(String::as_str).collect(),
                filter,
                fallback: vec![ListKind::Trending, ListKind::Popular],
                moment: 1_763_000_000,
                channel: channel.unwrap_or_default(),
                name: name.unwrap_or_default(),
                scene: scene.unwrap_or_default(),
                ..Request::new(list, 20)
            };
            let _ = recommend(model, &request);
        }
    }
    let _ = (0..model.items().min(300)).map(|position| model.card(position).is_some()).count();
}
