//! The program as it is typed: exit codes, logs, the memory limit, `check`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

fn cookshelf(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cookshelf")).args(args).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A made-up shop, and its data folder.
fn shop() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = cookshelf(&["demo-data", text(folder.path()), "--items", "200", "--shoppers", "600"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let root = folder.path().join("root");
    (folder, root)
}

/// The files below a folder of logs.
fn logs(folder: &Path) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => left.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().display().to_string();
                    found.push((name, serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()));
                }
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn a_cook_leaves_error_logs_and_a_status_report() {
    let ((_shop, root), out) = (shop(), tempfile::tempdir().unwrap());
    fs::write(root.join("Reco_Interactions/zz.csv"), "g,no-such-item,,anna@example.org\n\"broken\n").unwrap();
    let cooked = cookshelf(&["cook", text(&root), "-o", text(out.path())]);
    assert!(cooked.status.success(), "{}", String::from_utf8_lossy(&cooked.stderr));
    let logs = logs(&out.path().join("logs"));
    let log = |end: &str| &logs.iter().find(|(name, _)| name.ends_with(end)).unwrap().1;
    let interactions = log("/Reco_Interactions.json");
    assert_eq!(interactions["Total Dropped Records"], 2);
    assert!(interactions["Total Record Count"].as_u64().unwrap() > 1_000);
    let types: Vec<&str> = interactions["Error Messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["Error Type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["MalformedRow", "UnknownItem"]);
    let (name, status) = logs.iter().find(|(name, _)| name.starts_with("StatusReport/")).unwrap();
    assert_eq!(status["status"], "Success");
    assert!(name.contains(status["executionID"].as_str().unwrap()));
    assert!(status["scenariosStatus"].as_array().unwrap().len() > 3);
    let all = logs.iter().map(|(_, log)| log.to_string()).collect::<String>();
    assert!(!all.contains("anna"), "a shopper is named in the logs");
}

#[test]
fn the_memory_limit_ends_the_cook_and_not_the_program() {
    let ((_shop, root), out) = (shop(), tempfile::tempdir().unwrap());
    let first = cookshelf(&["cook", text(&root), "-o", text(out.path()), "--memory", "2GiB"]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let before = fs::read(out.path().join("manifest.json")).unwrap();

    // Far more different shoppers than fit.
    let rows: String = (0..400_000).map(|row| format!("g{row},1,,shopper-{row}\n")).collect();
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("Reco_Interactions.csv"), rows).unwrap();
    let root = root.path();
    let stopped = cookshelf(&["cook", text(root), "-o", text(out.path()), "--memory", "24MB"]);
    let said = String::from_utf8_lossy(&stopped.stderr);
    assert_eq!(stopped.status.code(), Some(5), "{said}");
    assert!(said.contains("24.0 MB") && said.contains("--memory"), "{said}");
    assert_eq!(fs::read(out.path().join("manifest.json")).unwrap(), before);
    let logs = logs(&out.path().join("logs"));
    let failed = logs.iter().filter(|(_, log)| log["status"] == "Failed").count();
    assert_eq!(failed, 1, "{logs:#?}");
}

#[test]
fn check_reports_without_writing() {
    let (_shop, root) = shop();
    let before = fs::read_dir(&root).unwrap().count();
    let checked = cookshelf(&["check", text(&root)]);
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success() && said.contains("popular    ready"), "{said}");
    assert_eq!(fs::read_dir(&root).unwrap().count(), before);
    let checked = cookshelf(&["check", text(&root), "--json"]);
    let view: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(view["readiness"].as_array().unwrap().len(), 10);
}

#[test]
fn bad_settings_are_refused_with_their_line() {
    let (_shop, root) = shop();
    fs::write(root.join("cookshelf.toml"), "name = \"x\"\nprivacy_flor = 3\n").unwrap();
    for command in ["check", "cook"] {
        let mut args = vec![command, text(&root)];
        if command == "cook" {
            args.extend(["-o", "/nowhere/at/all"]);
        }
        let refused = cookshelf(&args);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(3), "{said}");
        assert!(said.contains("cookshelf.toml:2") && said.contains("privacy_flor"), "{said}");
    }
}
