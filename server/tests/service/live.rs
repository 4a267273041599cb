//! Rows that arrive live: taken from a webhook or a file, safe when they are acknowledged, in the next cook.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::running::{Answer, Running, program, shop};

const ROWS: &str = "/v1/accounts/demo/modelings/shop/interactions";

const STACK: &str = r#"
[[account]]
name = "demo"

[[account.modeling]]
name = "shop"
source = "shop/root"
least_minutes_between = 0
live = { keep_days = 30 }
"#;

fn stack(server: &Running) {
    let file = server.stack(STACK);
    server.done(&["apply", "-f", &file]);
}

/// A modeling that is never cooked.
fn bare() -> Running {
    let server = Running::start();
    assert_eq!(server.admin("PUT", "/v1/accounts/demo", "{}").status, 201);
    let modeling = r#"{"source":"s3://nowhere/x"}"#;
    assert_eq!(server.admin("PUT", "/v1/accounts/demo/modelings/shop", modeling).status, 201);
    server
}

fn row(id: &str, item: &str) -> String {
    format!(r#"{{"id":"{id}","InteractionGroupingId":"order-{id}","ItemId":"{item}","UserId":"anna"}}"#)
}

fn counts(answer: &Answer) -> (u64, u64) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    (json["accepted"].as_u64().unwrap(), json["repeated"].as_u64().unwrap())
}

fn kept(server: &Running) -> u64 {
    server.admin("GET", ROWS, "").json()["rows"].as_u64().unwrap()
}

#[test]
fn rows_of_a_webhook_are_in_the_next_cook_once() {
    let mut server = Running::start();
    let root = shop(server.folder.path());
    stack(&server);
    let items = std::fs::read_dir(root.join("Reco_ItemsAndVariants")).unwrap().next().unwrap().unwrap();
    let items = std::fs::read_to_string(items.path()).unwrap();
    let item = items.lines().last().unwrap().split(',').next().unwrap().trim_matches('"').to_owned();

    let body = format!("{}\r\n\r\n{}\n{}", row("1", &item), row("2", &item), row("3", "unheard-of"));
    assert_eq!(counts(&server.admin("POST", ROWS, &body)), (3, 0));
    assert_eq!(counts(&server.admin("POST", ROWS, &body)), (0, 3), "a webhook that sends again");
    server.kill_and_start();
    let more = format!("{}\n{}", row("3", "unheard-of"), row("4", &item));
    assert_eq!(
        counts(&server.admin("POST", ROWS, &more)),
        (1, 1),
        "what was taken is known after a power cut"
    );
    assert_eq!(kept(&server), 4);

    server.done(&["cooks", "start", "demo/shop", "--wait"]);
    let cooks = server.admin("GET", "/v1/accounts/demo/modelings/shop/cooks", "").json();
    let id = cooks["items"][0]["id"].as_str().unwrap();
    let cook = server.admin("GET", &format!("/v1/accounts/demo/modelings/shop/cooks/{id}"), "").json();
    let report = &cook["report"];
    assert_eq!(report["live"], serde_json::json!({ "segments": 2, "rows": 4, "through": 2 }));
    let entities = report["contract"]["entities"].as_array().unwrap();
    let of = |name: &str| entities.iter().find(|entity| entity["entity"] == name).unwrap();
    let live = of("Live_Interactions");
    assert_eq!((&live["totalRecordCount"], &live["totalDroppedRecords"]), (&4.into(), &1.into()), "{live}");
    assert_eq!(live["errors"][0]["errorType"], "UnknownItem", "{live}");
    let folder = of("Reco_Interactions")["accepted"].as_u64().unwrap();
    assert_eq!(report["interactions"].as_u64().unwrap(), folder + 3);

    // What goes with the modeling is gone with it.
    assert_eq!(server.admin("DELETE", "/v1/accounts/demo/modelings/shop", "").status, 204);
    assert_eq!(server.admin("GET", ROWS, "").status, 404);
    assert_eq!(server.admin("POST", ROWS, &body).status, 404);
    stack(&server);
    assert_eq!(kept(&server), 0);
}

#[test]
fn a_body_is_taken_as_a_whole_or_refused_with_its_line() {
    let server = bare();
    assert_eq!(counts(&server.admin("POST", ROWS, "")), (0, 0));
    let good = row("1", "a");
    let refused = [
        (format!("{good}\n{{\"id\":\"2\"}}\n"), 422, "line 2: InteractionGroupingId"),
        (format!("{good}\nnot json"), 422, "line 2"),
        (row("", "a"), 422, "line 1: id"),
        (row(&"x".repeat(201), "a"), 422, "line 1: id"),
        (row("1", &"x".repeat(5_000)), 422, "line 1: a row has at most"),
        (format!("{good}\n").repeat(5_001), 413, "at most 5000"),
        ("x".repeat(4 * 1024 * 1024 + 1), 413, "at most"),
    ];
    for (body, status, words) in refused {
        let answer = server.admin("POST", ROWS, &body);
        let message = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == status && message.contains(words), "{status} {words}: {answer:?}");
    }
    let raw = post(&server, b"{\"id\":\"\xff\xfe\"}\n");
    assert!(raw.0 == 422 && raw.1.contains("UTF-8"), "{raw:?}");
    assert_eq!(kept(&server), 0, "nothing of a refused body is taken");
    let elsewhere = "/v1/accounts/demo/modelings/other/interactions";
    assert_eq!(server.admin("POST", elsewhere, &good).status, 404);
    // Each row that was taken is in one audit record of its body; none of what was refused.
    assert_eq!(counts(&server.admin("POST", ROWS, &good)), (1, 0));
    assert_eq!(counts(&server.admin("POST", ROWS, &good)), (0, 1));
    let audit = server.admin("GET", "/v1/audit", "").json();
    let records: Vec<&Value> =
        audit["items"].as_array().unwrap().iter().filter(|record| record["action"] == "rows.add").collect();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0]["detail"]["rows"], 1);
}

/// The status and the body of an answer to bytes that need not be text.
fn post(server: &Running, body: &[u8]) -> (u16, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let request = reqwest::Client::new().post(format!("{}{ROWS}", server.url)).bearer_auth(&server.key);
        let response = request.body(body.to_vec()).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    })
}

#[test]
fn a_key_of_a_webhook_adds_rows_and_sees_nothing() {
    let server = bare();
    let made =
        server.done(&["key", "create", "orders", "--grant", "sender on demo/modelings/shop", "--json"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    let key = made["secret"].as_str().unwrap();
    let ask = |method: &str, path: &str, body: &str| server.ask(method, path, Some(key), &[], body);
    assert_eq!(counts(&ask("POST", ROWS, &row("1", "a"))), (1, 0));
    for (method, path) in [
        ("GET", ROWS),
        ("GET", "/v1/accounts/demo"),
        ("GET", "/v1/accounts/demo/modelings/shop"),
        ("POST", "/v1/accounts/demo/modelings/shop/cooks"),
        ("PUT", "/v1/accounts/demo/modelings/shop"),
        ("DELETE", "/v1/accounts/demo/modelings/shop"),
        ("POST", "/v1/accounts/demo/modelings/other/interactions"),
    ] {
        assert_eq!(ask(method, path, "{}").status, 404, "{method} {path}");
    }
    assert!([403, 404].contains(&ask("GET", "/v1/keys", "").status));
    let reader =
        server.admin("POST", "/v1/keys", r#"{"label":"r","grants":[{"role":"reader","on":"demo"}]}"#);
    let reader = reader.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(server.ask("POST", ROWS, Some(&reader), &[], &row("2", "a")).status, 403);
}

#[test]
fn a_file_of_rows_is_sent_in_parts_and_again_without_harm() {
    let server = bare();
    let file = server.folder.path().join("rows.jsonl");
    let lines: Vec<String> = (0..4_500).map(|id| row(&id.to_string(), "a")).collect();
    std::fs::write(&file, lines.join("\r\n")).unwrap();
    let path = file.display().to_string();
    let said = server.done(&["rows", "add", "--to", "demo/shop", &path]);
    assert!(said.contains("4500 rows are added, 0 were there"), "{said}");
    let said = server.done(&["rows", "add", "--to", "demo/shop", &path, "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["repeated"], 4_500);
    assert!(server.done(&["rows", "count", "demo/shop"]).contains("4500 rows in 3 files"));

    let mut bad = lines.clone();
    bad[3_000] = "{}".to_owned();
    std::fs::write(&file, bad.join("\n")).unwrap();
    let refused = server.cookshelf(&["rows", "add", "--to", "demo/shop", &path]);
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && message.contains("line 3001: "), "{message}");
    assert!(message.contains("2000 rows before this part are safe"), "{message}");

    let mut piped = program();
    piped.args(["rows", "add", "--to", "demo/shop", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    piped.env("COOKSHELF_URL", &server.url).env("COOKSHELF_KEY", &server.key);
    let mut piped = piped.spawn().unwrap();
    piped.stdin.take().unwrap().write_all(row("piped", "a").as_bytes()).unwrap();
    let said = piped.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&said.stdout).contains("1 rows are added"), "{said:?}");
    assert_eq!(kept(&server), 4_501);
}

#[test]
fn a_server_killed_at_any_moment_has_every_row_that_it_acknowledged_once() {
    let mut server = bare();
    let (mut acknowledged, mut sent) = (0_u64, 0_u64);
    for round in 0..6_u64 {
        let (url, key) = (server.url.clone(), server.key.clone());
        let from = sent;
        let sender = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = reqwest::Client::new();
                let mut at = from;
                loop {
                    let body = row(&at.to_string(), "a");
                    let request = client.post(format!("{url}{ROWS}")).bearer_auth(&key).body(body);
                    match request.send().await {
                        Ok(answer) if answer.status().is_success() => at += 1,
                        _ => return at,
                    }
                }
            })
        });
        std::thread::sleep(std::time::Duration::from_millis(150 + 70 * round));
        server.kill_and_start();
        sent = sender.join().unwrap();
        assert!(kept(&server) == sent || kept(&server) == sent + 1, "round {round}");
        // The sender of a webhook that heard nothing sends again.
        let (fresh, repeated) = counts(&server.admin("POST", ROWS, &row(&sent.to_string(), "a")));
        assert_eq!(fresh + repeated, 1);
        sent += 1;
        assert_eq!(kept(&server), sent, "round {round}");
        acknowledged = sent;
    }
    assert!(acknowledged > 12, "{acknowledged}");
    let audit = server.admin("GET", "/v1/audit/verification", "").json();
    assert_eq!(audit["chain"], "whole", "{audit}");
}
