//! Rows from a real broker, NATS with JetStream: each message is a row once, whoever is killed in between.
//!
//! Needs the program of the broker, so it only runs when it is asked for: `cargo xtask test --only broker`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "broker/nats.rs"]
mod nats;
#[expect(dead_code, reason = "the tests of the whole service use more of it")]
#[path = "service/running.rs"]
mod running;

use nats::Nats;
use running::Running;

const ROWS: &str = "/v1/accounts/demo/modelings/shop/interactions";
const MODELING: &str = "/v1/accounts/demo/modelings/shop";
const SPEC: &str =
    r#"{"source":"s3://nowhere/x","live":{"broker":{"stream":"ORDERS","subject":"orders.shop"}}}"#;

/// A server that hears a broker, with a modeling that hears a subject.
fn start(nats: &Nats) -> Running {
    let server =
        Running::start_set(&format!("requests_per_second = 1_000_000\nbroker = \"{}\"\n", nats.url()));
    assert_eq!(server.admin("PUT", "/v1/accounts/demo", "{}").status, 201);
    assert_eq!(server.admin("PUT", MODELING, SPEC).status, 201);
    server
}

fn row(id: &str) -> String {
    format!(r#"{{"id":"{id}","InteractionGroupingId":"order-{id}","ItemId":"a"}}"#)
}

fn kept(server: &Running) -> u64 {
    server.admin("GET", ROWS, "").json()["rows"].as_u64().unwrap()
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !done() {
        assert!(began.elapsed().as_secs() < 90, "{what} did not happen");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn messages_are_rows_once_and_what_is_no_row_is_put_aside() {
    let nats = Nats::start();
    nats.make_stream("ORDERS", "orders.>");
    let without_id = r#"{"InteractionGroupingId":"o","ItemId":"a"}"#;
    nats.publish("orders.shop", None, &row("1"));
    nats.publish("orders.other", None, &row("not-ours"));
    for poison in ["not json", "{}", "", &format!("{}\n{}", row("8"), row("9"))] {
        nats.publish("orders.shop", None, poison);
    }
    let server = start(&nats);
    nats.publish("orders.shop", None, &row("1"));
    nats.publish("orders.shop", Some("m-1"), without_id);
    nats.publish("orders.shop", None, without_id);
    wait_for("three rows", || kept(&server) == 3);
    wait_for("an answer to every message", || nats.unanswered("ORDERS", "cookshelf_demo_shop") == Some(0));
    // What came from the broker is known to the route, and the other way round.
    let body = format!("{}\n{}\n{}", row("1"), row("m-1"), row("2"));
    let counts = server.admin("POST", ROWS, &body).json();
    assert_eq!(counts, serde_json::json!({ "accepted": 1, "repeated": 2 }));
    nats.publish("orders.shop", None, &row("2"));
    nats.publish("orders.shop", None, &row("3"));
    wait_for("one row more", || kept(&server) == 5);
    wait_for("an answer to every message", || nats.unanswered("ORDERS", "cookshelf_demo_shop") == Some(0));
    assert_eq!(kept(&server), 5);
}

#[test]
fn no_message_is_lost_or_counts_twice_when_server_and_broker_are_killed() {
    let mut nats = Nats::start();
    nats.make_stream("ORDERS", "orders.>");
    let mut server = start(&nats);
    let mut published = 0;
    for round in 0..6 {
        for _ in 0..60 {
            nats.publish("orders.shop", None, &row(&published.to_string()));
            published += 1;
        }
        match round % 3 {
            0 => server.kill_and_start(),
            1 => nats.kill_and_start(),
            _ => {
                wait_for("some of the rows", || kept(&server) > published / 2);
                server.kill_and_start();
                nats.kill_and_start();
            }
        }
    }
    wait_for("all rows", || kept(&server) >= published);
    wait_for("an answer to every message", || nats.unanswered("ORDERS", "cookshelf_demo_shop") == Some(0));
    assert_eq!(kept(&server), published);
    // The same again, as a sender does that heard nothing.
    for id in 0..published {
        nats.publish("orders.shop", None, &row(&id.to_string()));
    }
    wait_for("an answer to every message", || nats.unanswered("ORDERS", "cookshelf_demo_shop") == Some(0));
    assert_eq!(kept(&server), published);
}

#[test]
fn only_an_admin_of_the_server_says_which_subject_is_heard() {
    let nats = Nats::start();
    let server = start(&nats);
    let wish = r#"{"label":"x","grants":[{"role":"admin","on":"demo"}]}"#;
    let key = server.admin("POST", "/v1/keys", wish).json()["secret"].as_str().unwrap().to_owned();
    let put = |spec: &str| server.ask("PUT", MODELING, Some(&key), &[], spec).status;
    assert_eq!(put(&SPEC.replace("orders.shop", "orders.other")), 403);
    assert_eq!(put(r#"{"source":"s3://nowhere/x"}"#), 403);
    assert_eq!(put(&SPEC.replace("nowhere/x", "elsewhere/x")), 200);
    assert_eq!(server.admin("PUT", MODELING, &SPEC.replace("orders.shop", ">")).status, 422);
}
