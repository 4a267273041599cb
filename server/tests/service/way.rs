//! The way of an operator: from nothing to a signed endpoint, changes, keys, releases, and a server that was killed.

use cookshelf_server::publish::{Manifest, hex, name_of};
use cookshelf_server::release::{KeyId, PublicKey, open};
use sha2::{Digest, Sha256};

use crate::running::{Running, shop};

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
"#;

/// Keys of the endpoint, as pages would be told.
fn trusted(server: &Running) -> Vec<(KeyId, PublicKey)> {
    let keys = server.admin("GET", "/v1/accounts/demo/endpoints/web/signing-keys", "").json();
    let keys = keys["items"].as_array().unwrap();
    let text = |key: &serde_json::Value, name: &str| key[name].as_str().unwrap().to_owned();
    let all = keys.iter().filter(|key| key["state"] != "retired");
    all.map(|key| (text(key, "id").parse().unwrap(), text(key, "public").parse().unwrap())).collect()
}

fn manifest(server: &Running) -> Manifest {
    let served = server.ask("GET", "/e/demo/web/manifest.json", None, &[], "");
    assert_eq!(served.status, 200);
    let text = String::from_utf8(served.body).unwrap();
    let payload = open(&text, &trusted(server)).unwrap();
    serde_json::from_str(&payload).unwrap()
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !done() {
        assert!(began.elapsed().as_secs() < 120, "{what} did not happen");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn from_nothing_to_a_signed_endpoint_that_outlives_its_server() {
    let mut server = Running::start();
    shop(server.folder.path());
    let file = server.stack(STACK);

    assert!(server.done(&["diff", "-f", &file]).contains("+ demo/endpoints/web"));
    assert!(server.done(&["apply", "-f", &file]).contains("3 changed"));
    assert!(server.done(&["apply", "-f", &file]).contains("0 changed"), "applying twice changes nothing");
    assert_eq!(
        server.ask("GET", "/e/demo/web/manifest.json", None, &[], "").status,
        404,
        "nothing is cooked yet"
    );

    server.done(&["cooks", "start", "demo/shop", "--wait"]);
    wait_for("a manifest", || server.ask("GET", "/e/demo/web/manifest.json", None, &[], "").status == 200);
    let first = manifest(&server);
    assert_eq!((first.endpoint.as_str(), first.sequence), ("demo/endpoints/web", 1));
    assert_eq!(first.keys.len(), 2, "the key that signs and the one that comes after it");

    // What the manifest names is there, and is what it says.
    let ids = &first.models[0].ids;
    let blob = server.ask("GET", &format!("/e/demo/web/b/1/{}", ids.hash), None, &[], "");
    assert_eq!((blob.status, blob.body.len()), (200, ids.size as usize));
    assert_eq!(hex(&name_of(&Sha256::digest(&blob.body).into())), ids.hash);
    assert_eq!(server.ask("GET", &format!("/e/demo/web/b/1/{}", "0".repeat(32)), None, &[], "").status, 404);
    assert_eq!(server.ask("GET", "/e/demo/other/manifest.json", None, &[], "").status, 404);

    // The export is a stack that changes nothing.
    let exported = server.done(&["export"]);
    let again = server.stack(&exported);
    assert!(server.done(&["diff", "-f", &again]).contains("0 would change"), "{exported}");

    // The next key takes over, and pages that trust it already go on.
    let before = trusted(&server);
    server.done(&["release", "turn-keys", "demo/web"]);
    wait_for("a manifest by the next key", || {
        let text = server.ask("GET", "/e/demo/web/manifest.json", None, &[], "").body;
        let envelope: serde_json::Value = serde_json::from_slice(&text).unwrap();
        envelope["signatures"][0]["key"] == before[0].0.to_string()
            || envelope["signatures"][0]["key"] == before[1].0.to_string()
                && serde_json::from_str::<Manifest>(envelope["payload"].as_str().unwrap()).unwrap().sequence
                    == 2
    });
    let text = server.ask("GET", "/e/demo/web/manifest.json", None, &[], "").body;
    assert!(
        open(&String::from_utf8(text).unwrap(), &before).is_ok(),
        "a page that knew both keys accepts it"
    );

    // A second model, then back to the first: always a new number.
    server.done(&["cooks", "start", "demo/shop", "--wait"]);
    server.done(&["release", "return", "demo/web"]);
    wait_for("the return", || manifest(&server).sequence >= 4);
    assert_eq!(manifest(&server).models[0].ids, first.models[0].ids);
    let refused = server.cookshelf(&["release", "promote", "demo/web"]);
    assert_eq!(refused.status.code(), Some(3), "nothing is on its way");

    let last = manifest(&server);
    server.kill_and_start();
    assert_eq!(manifest(&server), last, "the same is served after a power cut");

    // Nobody can tell from the audit that less happened, and it is whole.
    let audit = server.admin("GET", "/v1/audit/verification", "").json();
    assert_eq!(audit["chain"], "whole", "{audit}");
}

#[test]
fn resources_change_only_as_they_were_read_and_faults_are_located() {
    let server = Running::start();
    let account = "/v1/accounts/acme";
    let put = |path: &str, lines: &[(&str, &str)], body: &str| {
        server.ask("PUT", path, Some(&server.key), lines, body)
    };
    let made = put(account, &[("if-none-match", "*")], "{}");
    assert_eq!(made.status, 201);
    let tag = made.tag.unwrap();
    assert_eq!(put(account, &[("if-none-match", "*")], "{}").status, 412);
    let changed = put(account, &[("if-match", &tag)], r#"{"title":"Acme"}"#);
    assert_eq!(changed.status, 200);
    assert_eq!(
        put(account, &[("if-match", &tag)], r#"{"title":"Other"}"#).status,
        412,
        "somebody was faster"
    );
    assert_eq!(put(account, &[], r#"{"title":"Acme"}"#).tag, changed.tag, "the same again is no change");
    assert_eq!(put(account, &[("if-match", "7")], "{}").status, 400);

    let modeling = "/v1/accounts/acme/modelings/shop";
    let faults = [
        (r#"{"source":""}"#, "/source"),
        (r#"{"source":"/etc"}"#, "/source"),
        (r#"{"source":"s3://bucket/x","schedule":{"every":"soon"}}"#, "/schedule/every"),
        (r#"{"source":"s3://bucket/x","settings":{"privacy_flor":1}}"#, "/settings"),
        (r#"{"source":"s3://bucket/x","memory":"1 B"}"#, "/memory"),
    ];
    for (body, pointer) in faults {
        let answer = put(modeling, &[], body);
        let error = answer.json()["error"].clone();
        assert_eq!(answer.status, 422, "{body}: {error}");
        assert!(error["pointer"].as_str().unwrap_or_default().starts_with(pointer), "{body}: {error}");
        assert!(error["request"].as_str().is_some_and(|id| !id.is_empty()));
    }
    assert_eq!(put(modeling, &[], r#"{"source":"s3://bucket/x"}"#).status, 201);
    let endpoint = "/v1/accounts/acme/endpoints/web";
    assert_eq!(put(endpoint, &[], r#"{"modelings":["none"]}"#).status, 409);
    assert_eq!(
        put(endpoint, &[], r#"{"modelings":["shop"],"origins":["https://shop.example"]}"#).status,
        201
    );
    assert_eq!(server.admin("DELETE", modeling, "").status, 409, "the endpoint offers it");
    assert_eq!(server.admin("DELETE", account, "").status, 409, "it is not empty");
    for path in [endpoint, modeling, account] {
        assert_eq!(server.admin("DELETE", path, "").status, 204, "{path}");
        assert_eq!(server.admin("DELETE", path, "").status, 404, "{path}");
    }
}

#[test]
fn requests_that_come_twice_have_one_effect() {
    let server = Running::start();
    for path in ["/v1/accounts/acme", "/v1/accounts/acme/modelings/shop"] {
        assert_eq!(
            server
                .admin(
                    "PUT",
                    path,
                    if path.ends_with("shop") { r#"{"source":"s3://bucket/x"}"# } else { "{}" }
                )
                .status,
            201
        );
    }
    let cooks = "/v1/accounts/acme/modelings/shop/cooks";
    let ask = |key: &str| server.ask("POST", cooks, Some(&server.key), &[("idempotency-key", key)], "");
    let first = ask("monday");
    assert_eq!(first.status, 202);
    assert_eq!(ask("monday").json()["id"], first.json()["id"]);
    let other = ask("tuesday");
    assert!([409, 429].contains(&other.status), "{}", other.status);
    let wish = r#"{"label":"x","grants":[{"role":"reader","on":"acme"}]}"#;
    let elsewhere = server.ask("POST", "/v1/keys", Some(&server.key), &[("idempotency-key", "monday")], wish);
    assert!(elsewhere.status >= 400, "the same key for another request is refused");
}
