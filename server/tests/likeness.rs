//! Text and look from a folder to the lists of a model, with pictures that cannot be seen.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use cookshelf_core::{Bundle, ListKind, Model};
use serde_json::Value;
use tempfile::TempDir;

const RED: [u8; 3] = [190, 30, 40];
const GREEN: [u8; 3] = [30, 150, 40];

/// A block of one colour on white.
fn photo(wide: usize, high: usize, colour: [u8; 3]) -> Vec<u8> {
    const SIDE: usize = 48;
    let inside = |at: usize, length: usize| at.abs_diff(SIDE / 2) * 2 < length;
    let pixel = |at: usize| {
        let is_product = inside(at % SIDE, wide) && inside(at / SIDE, high);
        if is_product { colour } else { [255; 3] }
    };
    let samples: Vec<u8> = (0..SIDE * SIDE).flat_map(pixel).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIDE as u32, SIDE as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&samples).unwrap();
    bytes
}

/// Six items: wide and tall ones, red and green; one has a broken picture, one a missing one, one none.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("images")).unwrap();
    for (name, wide, high, colour) in [
        ("1", 40, 12, RED),
        ("2", 40, 13, GREEN),
        ("3", 12, 40, RED),
        ("4", 13, 40, GREEN),
        ("5", 41, 12, RED),
    ] {
        fs::write(root.join(format!("images/{name}.png")), photo(wide, high, colour)).unwrap();
    }
    fs::write(root.join("images/6.png"), b"no picture at all").unwrap();
    let table = "id,title,image\n\
        1,Oak bench,images/1.png\n\
        2,Oak benches green,images/2.png\n\
        3,Table lamp K-200,images/3.png\n\
        4,Lamp K200 for tables,images/4.png\n\
        5,Shelf,/images/5.png\n\
        6,Shelves,images/6.png\n\
        7,Mirror,images/7.png\n\
        8,,\n";
    fs::write(root.join("items.csv"), table).unwrap();
    folder
}

fn cook(root: &Path, out: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cookshelf"));
    command.args([
        "cook",
        root.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
        "--json",
        "--at",
        "1700000000",
    ]);
    command.args(more).env("XDG_CACHE_HOME", out).output().unwrap()
}

fn report(of: &Output) -> Value {
    assert!(of.status.success(), "{}", String::from_utf8_lossy(&of.stderr));
    serde_json::from_slice(&of.stdout).unwrap()
}

fn entries(report: &Value, list: &str) -> Value {
    let lists = report["lists"].as_array().unwrap();
    lists.iter().find(|one| one["list"] == list).unwrap()["entries"].clone()
}

fn best(model: &Model, list: ListKind, id: &str) -> Option<String> {
    let position = model.ids().position(id).unwrap();
    let row = model.near(list, position).into_iter().flat_map(|shard| shard.row(position));
    model.ids().id(row.max_by(|a, b| a.weight.total_cmp(&b.weight))?.position)
}

#[test]
fn items_that_read_or_look_alike_are_in_the_model() {
    let (folder, out) = (folder(), tempfile::tempdir().unwrap());
    let report = report(&cook(folder.path(), out.path(), &[]));
    let bytes = fs::read(out.path().join("model.shelf")).unwrap();
    let model = Bundle::decode(&bytes).unwrap().model().unwrap();
    for (list, pairs) in [
        (ListKind::Text, [("1", "2"), ("2", "1"), ("3", "4"), ("4", "3"), ("5", "6")]),
        (ListKind::Look, [("1", "5"), ("2", "1"), ("3", "4"), ("4", "3"), ("5", "1")]),
    ] {
        for (id, expected) in pairs {
            assert_eq!(best(&model, list, id).as_deref(), Some(expected), "{list:?} of {id}");
        }
    }
    for id in ["6", "7", "8"] {
        assert_eq!(best(&model, ListKind::Look, id), None, "{id}");
    }
    let pictures = &report["pictures"];
    assert_eq!((&pictures["items"], &pictures["seen"]), (&Value::from(7), &Value::from(5)));
    let log = out.path().join("logs/ErrorLogs");
    let execution = fs::read_dir(&log).unwrap().next().unwrap().unwrap().path();
    let log: Value = serde_json::from_slice(&fs::read(execution.join("Pictures.json")).unwrap()).unwrap();
    assert_eq!(
        (&log["Total Record Count"], &log["Total Dropped Records"]),
        (&Value::from(7), &Value::from(2))
    );
    let errors: Vec<(&str, &str)> = log["Error Messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["Error Type"].as_str().unwrap(), one["Examples"][0]["Item"].as_str().unwrap()))
        .collect();
    assert_eq!(errors, [("PictureKindNotSupported", "6"), ("PictureNotFound", "7")]);
}

#[test]
fn the_model_does_not_depend_on_threads_and_lists_can_be_switched_off() {
    let folder = folder();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    report(&cook(folder.path(), one.path(), &["--threads", "1"]));
    report(&cook(folder.path(), two.path(), &["--threads", "3"]));
    let model = |out: &TempDir| fs::read(out.path().join("model.shelf")).unwrap();
    assert!(model(&one) == model(&two));
    let again = report(&cook(folder.path(), one.path(), &["--threads", "2"]));
    assert_eq!(again["newBlobs"], 0);
    fs::write(folder.path().join("cookshelf.toml"), "[lists]\nlook = false\n[keep]\ntext = 1\n").unwrap();
    let off = report(&cook(folder.path(), two.path(), &[]));
    assert_eq!(entries(&off, "look"), 0);
    assert!(off["pictures"].is_null());
    let most = entries(&off, "text").as_u64().unwrap();
    assert!((5..=8).contains(&most), "{most}");
}
