//! A new model that shoppers get little by little, what is counted of it, and what of it a shopper has to load.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use cookshelf_server::publish::{Manifest, ModelEntry};
use serde_json::{Value, json};

use crate::running::{Answer, Running, shop};

const STACK: &str = r#"
[[account]]
name = "demo"

[[account.modeling]]
name = "shop"
source = "shop/root"
least_minutes_between = 0

[[account.endpoint]]
name = "web"
modelings = ["shop"]
counts = true
strategy = { kind = "canary", steps = [{ percent = 10, minutes = 60 }], guards = [{ metric = "failedShare", at_most = 0.05 }] }
"#;

const COUNTS: &str = "/v1/accounts/demo/endpoints/web/counts";

fn manifest(server: &Running) -> Option<Manifest> {
    let served = server.ask("GET", "/e/demo/web/manifest.json", None, &[], "");
    let envelope: Value = serde_json::from_slice(&served.body).ok()?;
    serde_json::from_str(envelope["payload"].as_str()?).ok()
}

fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed().as_secs() < 120, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The interactions without their last lines, and all of them.
fn days(root: &Path) -> (std::path::PathBuf, String, String) {
    let folder = root.join("Reco_Interactions");
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let all = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = all.lines().collect();
    let fewer = lines[..lines.len() * 99 / 100].join("\n") + "\n";
    (file, fewer, all)
}

fn report(server: &Running, model: &ModelEntry, counts: &Value, once: &str) -> Answer {
    let body = json!({ "model": model.index.hash, "counts": counts }).to_string();
    let lines = [("idempotency-key", once)];
    server.ask("POST", COUNTS, Some(&server.key), &lines, &body)
}

#[test]
fn a_canary_whose_guard_fails_goes_back_by_itself_and_what_changed_is_all_there_is_to_load() {
    let server = Running::start();
    let root = shop(server.folder.path());
    let (file, fewer, all) = days(&root);
    fs::write(&file, fewer).unwrap();
    server.done(&["apply", "-f", &server.stack(STACK)]);
    server.done(&["cooks", "start", "demo/shop", "--wait"]);
    let first = wait_for("the first model", || manifest(&server));
    assert_eq!(first.models.len(), 1, "the first model is everybody's");
    assert!(first.models[0].patched_from.is_empty());

    fs::write(&file, all).unwrap();
    server.done(&["cooks", "start", "demo/shop", "--wait"]);
    let both = wait_for("the canary", || manifest(&server).filter(|found| found.models.len() == 2));
    let (old, new) = (&both.models[0], &both.models[1]);
    assert_eq!(new.patched_from, std::slice::from_ref(&old.index.hash));

    // Some blob of the first model leads to one of the second.
    let blobs = server.folder.path().join("data/artifacts/accounts/demo/b/1");
    let patches: Vec<String> = fs::read_dir(blobs)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains('-'))
        .collect();
    assert!(!patches.is_empty(), "data of a hundredth more change some of a model, not all");
    let patch = server.ask("GET", &format!("/e/demo/web/b/1/{}", patches[0]), None, &[], "");
    assert_eq!(patch.status, 200);
    let (whole, _) = patches[0].split_once('-').unwrap();
    let whole = server.ask("GET", &format!("/e/demo/web/b/1/{whole}"), None, &[], "");
    assert!(whole.status == 200 && patch.body.len() < whole.body.len());

    // The shop reports; twice with one key counts once.
    let bad = json!({ "lists": 400, "failed": 100 });
    for _ in 0..2 {
        assert_eq!(report(&server, new, &bad, "one").status, 204);
    }
    assert_eq!(report(&server, old, &json!({ "lists": 4000, "failed": 1 }), "two").status, 204);
    let counted = server.admin("GET", COUNTS, "").json();
    assert_eq!(counted["items"][1]["counts"]["lists"], 400, "{counted}");
    let unknown = ModelEntry {
        index: cookshelf_server::publish::IndexName { hash: "0".repeat(32), ..new.index.clone() },
        ..new.clone()
    };
    assert_eq!(report(&server, &unknown, &bad, "three").status, 409);
    assert_eq!(report(&server, new, &json!({ "lists": 1, "failed": 2 }), "four").status, 422);

    let after = wait_for("the return", || manifest(&server).filter(|found| found.models.len() == 1));
    assert_eq!(after.models[0].index.hash, old.index.hash);
    assert!(after.sequence > both.sequence, "going back is a new number");
    let releases = server.admin("GET", "/v1/accounts/demo/endpoints/web/releases", "").json();
    let why = releases["items"][0]["state"]["withdrawn"]["why"].as_str().unwrap();
    assert!(why.starts_with("failedShare was 0.25"), "{why}");
}

#[test]
fn an_endpoint_takes_no_counts_unless_it_says_so() {
    let server = Running::start();
    for (path, body) in [
        ("/v1/accounts/demo", "{}"),
        ("/v1/accounts/demo/modelings/shop", r#"{"source":"s3://nowhere/x"}"#),
        ("/v1/accounts/demo/endpoints/web", r#"{"modelings":["shop"]}"#),
    ] {
        assert_eq!(server.admin("PUT", path, body).status, 201);
    }
    let body = json!({ "model": "0".repeat(32), "counts": { "lists": 1 } }).to_string();
    let refused = server.admin("POST", COUNTS, &body);
    assert_eq!(refused.status, 409);
    assert!(String::from_utf8(refused.body).unwrap().contains("counts = true"));
}
