//! The page of a cook from end to end: written, whole, harmless, and the same every time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

fn cookshelf(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cookshelf")).args(args).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// 12 circles of 5 items, one title of which is an attack. A session walks along a circle; the last 5 items are new.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut items, mut images, mut categories, mut rows) =
        (String::new(), String::new(), String::new(), String::new());
    for item in 0..65 {
        let title = match item {
            0 => "<script>alert(1)</script>".to_owned(),
            _ => format!("Circle {} part {}", item / 5, item % 5),
        };
        writeln!(items, "i{item},,{title},,2026-01-{:02}T00:00:00.000Z", item % 28 + 1).unwrap();
        let image = match item {
            1 => "javascript:alert(2)".to_owned(),
            2 => "art.svg".to_owned(),
            _ => format!("https://shop.example/{item}.jpg"),
        };
        writeln!(images, "i{item},,{image},True").unwrap();
        writeln!(categories, "i{item},,Circle {}", item / 5).unwrap();
    }
    for session in 0..600 {
        for step in 0..3 {
            let item = session % 12 * 5 + (session / 12 + step) % 5;
            let (day, hour) = (session / 24 + 1, session % 24);
            let time = format!("2026-03-{day:02}T{hour:02}:{step:02}:00.000Z");
            writeln!(rows, "g{session},i{item},,s{},Transaction,{time},,,,,,", session % 150).unwrap();
        }
    }
    for (name, table) in [
        ("ItemsAndVariants", &items),
        ("ItemAndVariantImages", &images),
        ("ItemCategories", &categories),
        ("Interactions", &rows),
    ] {
        fs::write(folder.path().join(format!("Reco_{name}.csv")), table).unwrap();
    }
    fs::write(folder.path().join("Reco_Config.csv"), "PersonalizationEnabled,True\n").unwrap();
    fs::write(folder.path().join("art.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    folder
}

fn cook(root: &Path, out: &Path, page: &Path, more: &[&str]) -> Output {
    let mut args =
        vec!["cook", text(root), "-o", text(out), "--report", text(page), "--at", "1774915200", "--json"];
    args.extend(more);
    cookshelf(&args)
}

#[test]
fn a_page_shows_the_lists_and_what_they_are_worth() {
    let (root, out) = (shop(), tempfile::tempdir().unwrap());
    let write = |name: &str, more: &[&str]| {
        let (folder, page) = (out.path().join(name), out.path().join(format!("{name}.html")));
        let made = cook(root.path(), &folder, &page, more);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        (
            fs::read_to_string(page).unwrap(),
            serde_json::from_slice::<serde_json::Value>(&made.stdout).unwrap(),
        )
    };
    let (page, report) = write("a", &["--holdout"]);
    assert!((8..=12).contains(&report["samples"].as_array().unwrap().len()), "{}", report["samples"]);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"), "{page}");
    // An address that was refused is a problem in the data, and said as text.
    assert!(!page.contains("=\"javascript:") && page.contains("data:image/svg+xml;base64,"), "{page}");
    for expected in [
        "Shoppers who chose it also chose",
        "the strongest tie",
        "Someone who looked at ",
        "because of ",
        "new or hardly known",
        "https://shop.example/",
        "What privacy costs",
        "Floor 5 ",
        "the share of places that a fallback filled",
        "hidden cases",
        "2026-03-25",
    ] {
        assert!(page.contains(expected), "{expected} is not in {page}");
    }
    // No shopper, no session.
    assert!(!page.contains(">s1<") && !page.contains("g17"), "{page}");
    let (again, _) = write("b", &["--holdout", "--threads", "1"]);
    assert!(again == page, "not the same twice");
    let (plain, report) = write("c", &["--privacy-floor", "100000"]);
    assert!(plain.contains("Nobody asked") && plain.contains("Nothing to show yet"), "{plain}");
    assert!(report["samples"].as_array().unwrap().iter().all(|one| one["commonness"] == "cold"));
}

#[test]
fn where_no_page_can_be_it_is_said() {
    let (root, out) = (shop(), tempfile::tempdir().unwrap());
    let refused = cook(root.path(), out.path(), Path::new("page.txt"), &[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("a page ends in .html"), "{said}");
    assert!(!out.path().join("manifest.json").exists());
    let nowhere = out.path().join("no-such-folder/page.html");
    let failed = cook(root.path(), out.path(), &nowhere, &[]);
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(!failed.status.success() && said.contains("the model is published, but not its page"), "{said}");
    assert!(said.contains("no-such-folder") && out.path().join("manifest.json").exists(), "{said}");
}
