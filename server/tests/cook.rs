//! A cook from end to end: the same bytes on any number of threads, stable names, an honest report.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use cookshelf_core::{
    Bundle, Event, EventKind, Level, ListKind, Model, NAME_BYTES, Outcome, Request, Section, SectionKey,
    SectionKind, recommend,
};
use cookshelf_server::{
    cook::{CookError, CookParams, CookReport, cook},
    demo::{ShopParams, write_shop},
    progress::Progress,
    settings::{ByteSize, Settings},
    storage::Storage,
};
use tempfile::TempDir;

const SMALL: ShopParams = ShopParams { items: 300, shoppers: 900, seed: 5 };

fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_shop(folder.path(), &SMALL, Progress::Silent).unwrap();
    folder
}

fn params() -> CookParams {
    let mut params = CookParams::new(1_763_700_000);
    (params.currency, params.address) = ("EUR".into(), "/p/{id}".into());
    params
}

fn cook_with(root: &Path, out: &Path, params: &CookParams) -> Result<CookReport, CookError> {
    cook(&Storage::disk(root).unwrap(), out, params, Progress::Silent)
}

fn cook_into(root: &Path, out: &Path, threads: usize) -> CookReport {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| cook_with(root, out, &params()).unwrap())
}

/// Every file under a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => left.push(path),
                false => drop(
                    found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap()),
                ),
            }
        }
    }
    found
}

/// Key and name of every section of the bundle in `out`.
fn names(out: &Path) -> BTreeMap<SectionKey, [u8; NAME_BYTES]> {
    let bytes = fs::read(out.join("model.shelf")).unwrap();
    let bundle = Bundle::decode(&bytes).unwrap();
    let at = bundle.blobs().iter().find(|blob| blob.kind == SectionKind::Index.number()).unwrap();
    let Section::Index(index) = Section::decode(at.bytes).unwrap() else { panic!("an index") };
    index.entries().iter().map(|entry| (entry.key, entry.place.hash)).collect()
}

fn model(out: &Path) -> Model {
    Bundle::decode(&fs::read(out.join("model.shelf")).unwrap()).unwrap().model().unwrap()
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let shop = shop();
    let (one, two) = (shop.path().join("one"), shop.path().join("two"));
    cook_into(&shop.path().join("root"), &one, 1);
    cook_into(&shop.path().join("root"), &two, 2);
    let (one, two) = (files(&one), files(&two));
    assert!(one.len() > 8, "{:?}", one.keys());
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(bytes == &two[path], "{} differs", path.display());
    }
}

#[test]
fn a_second_cook_of_the_same_data_changes_only_the_manifest() {
    let shop = shop();
    let out = shop.path().join("out");
    let first = cook_into(&shop.path().join("root"), &out, 2);
    let before = files(&out);
    let second = cook_into(&shop.path().join("root"), &out, 2);
    let changed: Vec<PathBuf> = files(&out)
        .into_iter()
        .filter(|(path, bytes)| before.get(path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(changed, [PathBuf::from("manifest.json")]);
    assert_eq!((first.sequence, second.sequence, second.new_blobs), (1, 2, 0));
}

#[test]
fn ten_more_interactions_leave_what_they_do_not_touch() {
    let shop = shop();
    let (root, out) = (shop.path().join("root"), shop.path().join("out"));
    cook_into(&root, &out, 2);
    let before = names(&out);
    let bought: Vec<String> = (0..2).filter_map(|position| model(&out).ids().id(position)).collect();
    let mut rows = String::new();
    for n in 0..10 {
        let (item, group) = (&bought[n % 2], n / 2);
        rows.push_str(&format!(
            "oextra{group},{item},,newcomer,Transaction,2026-11-20T10:00:00.000Z,,,,,1,True\n"
        ));
    }
    let path = interactions(&root);
    fs::OpenOptions::new().append(true).open(path).unwrap().write_all(rows.as_bytes()).unwrap();
    let report = cook_into(&root, &out, 2);
    let after = names(&out);
    let kept = |kind: SectionKind| {
        let all: Vec<_> = before.iter().filter(|(key, _)| key.kind == kind).collect();
        let same = all.iter().filter(|(key, hash)| after.get(key) == Some(hash)).count();
        (same, all.len())
    };
    for kind in [SectionKind::Meta, SectionKind::Ids, SectionKind::Attributes, SectionKind::Cards] {
        let (same, all) = kept(kind);
        assert_eq!(same, all, "{kind:?} does not depend on interactions");
    }
    let (same, all) = kept(SectionKind::Near);
    assert!(same > 0 && same < all, "some shards of neighbours change and some do not: {same} of {all} kept");
    let unchanged = before.iter().filter(|(key, hash)| after.get(key) == Some(hash)).count();
    // The index changed with them; it is no entry of itself.
    assert_eq!(report.kept_blobs as usize, unchanged);
}

fn interactions(root: &Path) -> PathBuf {
    let folder = root.join("Reco_Interactions");
    fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn new_items_are_appended_and_known_ones_stay() {
    let shop = shop();
    let (root, out) = (shop.path().join("root"), shop.path().join("out"));
    cook_into(&root, &out, 2);
    let before = model(&out);
    let folder = root.join("Reco_ItemsAndVariants");
    let path = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"1,,The first number,,2026-11-21T00:00:00.000Z\n").unwrap();
    cook_into(&root, &out, 2);
    let after = model(&out);
    assert_eq!(after.ids().position("1"), Some(before.items()));
    for position in 0..before.items() {
        assert_eq!(after.ids().id(position), before.ids().id(position));
    }
    let newest = ask(&after, ListKind::New, &[], &[]);
    assert!(newest.contains(&"1".to_owned()), "{newest:?}");
}

fn ask(model: &Model, list: ListKind, seeds: &[&str], profile: &[&str]) -> Vec<String> {
    let event = |item: &&'static str| Event { item, kind: EventKind::View, age_hours: 1 };
    let profile: Vec<&'static str> =
        profile.iter().map(|id| &*Box::leak(id.to_string().into_boxed_str())).collect();
    let request = Request {
        seeds: seeds.to_vec(),
        profile: profile.iter().map(event).collect(),
        ..Request::new(list, 8)
    };
    let Outcome::Done(found) = recommend(model, &request) else { panic!("a bundle is whole") };
    if !found.items.is_empty() {
        assert_eq!(found.level, Level::Asked);
    }
    found.items.iter().filter_map(|item| model.ids().id(item.position)).collect()
}

/// The demo's shoppers have tastes: lists must find them again. Not a quality figure, a sign of life.
#[test]
fn lists_follow_the_tastes_of_the_shop() {
    let shop = tempfile::tempdir().unwrap();
    write_shop(shop.path(), &ShopParams { items: 400, shoppers: 2500, seed: 11 }, Progress::Silent).unwrap();
    let out = shop.path().join("out");
    cook_into(&shop.path().join("root"), &out, 2);
    let model = model(&out);
    let attributes = model.attributes().unwrap();
    let share = |list: ListKind| {
        let (mut same, mut all) = (0, 0);
        for position in 0..model.items() {
            let id = model.ids().id(position).unwrap();
            for other in ask(&model, list, &[&id], &[&id]) {
                let other = model.ids().position(&other).unwrap();
                same += u32::from(attributes.categories_of(other) == attributes.categories_of(position));
                all += 1;
            }
        }
        assert!(all > model.items(), "{list:?} has {all} entries for {} items", model.items());
        f64::from(same) / f64::from(all)
    };
    let by_chance = 1.0 / attributes.categories().len() as f64;
    for list in [ListKind::Similar, ListKind::Picks] {
        let found = share(list);
        assert!(
            found > 4.0 * by_chance,
            "{list:?}: {found:.2} in the seed's category, {by_chance:.2} by chance"
        );
    }
}

#[test]
fn a_folder_without_items_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (root, out) = (folder.path().join("root"), folder.path().join("out"));
    fs::create_dir_all(root.join("Reco_Interactions")).unwrap();
    fs::write(root.join("Reco_Interactions/none.csv"), "").unwrap();
    let found = cook_with(&root, &out, &params());
    assert!(matches!(found, Err(CookError::NoItems { .. })), "{found:?}");
    assert!(!out.exists());
}

#[test]
fn settings_switch_lists_and_hold_the_model_to_its_budget() {
    let (shop, out) = (shop(), tempfile::tempdir().unwrap());
    let root = shop.path().join("root");
    let mut changed = params();
    let settings = "[lists]\npicks = false\ntrending = false\n[keep]\nsimilar = 4\ntogether = 4\ntext = 4\n[budget]\nmodel = \"1 kB\"\n";
    changed.apply(&Settings::read(settings, "cookshelf.toml").unwrap());
    let refused = cook_with(&root, out.path(), &changed).unwrap_err();
    assert!(matches!(refused, CookError::TooLarge { budget: ByteSize(1_000), .. }), "{refused}");
    assert!(!out.path().join("manifest.json").exists());

    changed.model_budget = None;
    let report = cook_with(&root, out.path(), &changed).unwrap();
    let off = report.lists.iter().filter(|list| list.missing.is_some_and(|why| why.contains("switched off")));
    assert_eq!(off.map(|list| list.list).collect::<Vec<_>>(), ["picks", "trending"]);
    let whole = cook_into(&root, tempfile::tempdir().unwrap().path(), 2);
    assert!(report.bytes * 3 < whole.bytes * 2, "{} against {}", report.bytes, whole.bytes);
}

#[test]
fn opted_out_shoppers_leave_the_model_as_if_they_had_never_come() {
    let (shop, out) = (shop(), tempfile::tempdir().unwrap());
    let root = shop.path().join("root");
    let interactions = root.join("Reco_Interactions/Reco_Interactions.csv");
    let rows = fs::read_to_string(&interactions).unwrap();
    let shopper = |row: &str| row.split(',').nth(3).unwrap_or_default().to_owned();
    let mut gone: Vec<String> = rows.lines().map(shopper).filter(|id| !id.is_empty()).collect();
    gone.sort();
    gone.dedup();
    let gone: std::collections::BTreeSet<String> = gone.into_iter().step_by(7).collect();
    assert!(gone.len() > 20, "{} shoppers", gone.len());

    let folder = root.join("Reco_OptOutUsers");
    fs::create_dir_all(&folder).unwrap();
    let list: String = gone.iter().map(|id| format!("{id},2026-01-01T00:00:00.000Z\n")).collect();
    fs::write(folder.join("1.csv"), list).unwrap();
    let (with, without) = (out.path().join("with"), out.path().join("without"));
    let kept = cook_into(&root, &with, 2);

    let never: String =
        rows.lines().filter(|row| !gone.contains(&shopper(row))).map(|row| format!("{row}\n")).collect();
    assert!(never.len() < rows.len());
    fs::write(&interactions, never).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(cook_into(&root, &without, 2).interactions, kept.interactions);
    assert!(files(&with) == files(&without), "opting out leaves a trace in the model");
}
