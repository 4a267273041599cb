//! Every route, every role, own and foreign objects: the routes come from the server's own description, what is
//! expected from the table here. A route without a line here fails.

use serde_json::Value;

use crate::running::{Answer, Running};

/// The least role that a route wants; nothing where it is open to everybody.
const EXPECTED: &[(&str, Option<&str>)] = &[
    ("livez", None),
    ("readyz", None),
    ("openapi", None),
    ("docs", None),
    ("metrics", Some("reader")),
    ("listAccounts", Some("anybody known")),
    ("getAccount", Some("reader")),
    ("putAccount", Some("writer")),
    ("deleteAccount", Some("admin")),
    ("listModelings", Some("reader")),
    ("getModeling", Some("reader")),
    ("putModeling", Some("writer")),
    ("deleteModeling", Some("admin")),
    ("listEndpoints", Some("reader")),
    ("getEndpoint", Some("reader")),
    ("putEndpoint", Some("writer")),
    ("deleteEndpoint", Some("admin")),
    ("startCook", Some("writer")),
    ("listCooks", Some("reader")),
    ("getCook", Some("reader")),
    ("cancelCook", Some("writer")),
    ("watchCook", Some("reader")),
    ("listModels", Some("reader")),
    ("getBundle", Some("reader")),
    ("listReleases", Some("reader")),
    ("release", Some("writer")),
    ("reportCounts", Some("writer")),
    ("getCounts", Some("reader")),
    ("getSigningKeys", Some("reader")),
    ("turnSigningKeys", Some("admin")),
    ("makeServerKey", Some("admin")),
    ("listServerKeys", Some("admin")),
    ("revokeServerKey", Some("admin")),
    ("makeKey", Some("admin")),
    ("listKeys", Some("admin")),
    ("revokeKey", Some("admin")),
    ("serverAudit", Some("admin")),
    ("accountAudit", Some("admin")),
    ("verifyAudit", Some("admin")),
    ("recoControlAt", Some("writer")),
];

const ROLES: [&str; 3] = ["reader", "writer", "admin"];

/// What a caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    LetIn,
    WhoAreYou,
    NotYou,
    NothingHere,
}

fn told(answer: &Answer) -> Told {
    let error = answer.json()["error"].clone();
    let message = error["message"].as_str().unwrap_or_default();
    match answer.status {
        401 => Told::WhoAreYou,
        403 => Told::NotYou,
        404 if message.ends_with("or not for you") => Told::NothingHere,
        _ => Told::LetIn,
    }
}

fn expected(route: &str, path: &str, grant: Option<(&str, &str)>) -> Told {
    // Whether these are open is said by each endpoint; here it says that they are closed.
    if route.starts_with("reco") && route != "recoControlAt" {
        return Told::LetIn;
    }
    let line = EXPECTED.iter().find(|(id, _)| *id == route);
    let least = line.unwrap_or_else(|| panic!("`{route}` has no line in this table")).1;
    let (Some(least), Some((role, on))) = (least, grant) else {
        return if least.is_none() { Told::LetIn } else { Told::WhoAreYou };
    };
    if least == "anybody known" {
        return Told::LetIn;
    }
    let rank = |role: &str| ROLES.iter().position(|known| *known == role).unwrap();
    let of_an_account = path.contains("{account}");
    match (on, of_an_account) {
        ("other", true) => Told::NothingHere,
        ("own" | "other", false) => Told::NotYou,
        _ if rank(role) >= rank(least) => Told::LetIn,
        _ => Told::NotYou,
    }
}

/// A key with one grant.
fn key(server: &Running, role: &str, on: &str) -> String {
    let wish = serde_json::json!({ "label": role, "grants": [{ "role": role, "on": on }] });
    server.admin("POST", "/v1/keys", &wish.to_string()).json()["secret"].as_str().unwrap().to_owned()
}

fn records(server: &Running, outcome: &str) -> usize {
    let mut count = 0;
    let mut before = String::new();
    loop {
        let page = server.admin("GET", &format!("/v1/audit?limit=1000{before}"), "").json();
        let items = page["items"].as_array().unwrap();
        count += items.iter().filter(|record| record["outcome"] == outcome).count();
        match page["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => return count,
        }
    }
}

#[test]
fn every_route_lets_in_who_may_and_nobody_else_and_every_denial_is_written_down() {
    let server = Running::start();
    for account in ["own", "other"] {
        assert_eq!(server.admin("PUT", &format!("/v1/accounts/{account}"), "{}").status, 201);
        let modeling = format!("/v1/accounts/{account}/modelings/shop");
        assert_eq!(server.admin("PUT", &modeling, r#"{"source":"s3://nowhere/x"}"#).status, 201);
        let endpoint = format!("/v1/accounts/{account}/endpoints/web");
        assert_eq!(server.admin("PUT", &endpoint, r#"{"modelings":["shop"]}"#).status, 201);
    }
    let mut callers = vec![(None, None)];
    for on in ["own", "other", "*"] {
        for role in ROLES {
            callers.push((Some((role, on)), Some(key(&server, role, on))));
        }
    }
    let description = server.ask("GET", "/openapi.json", None, &[], "").json();
    let mut asked = 0;
    let mut denied = 0;
    let before = records(&server, "denied");
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let route = operation["operationId"].as_str().unwrap();
            assert_eq!(
                operation.get("x-verb").is_some(),
                expected(route, path, None) == Told::WhoAreYou,
                "{route}"
            );
            for (grant, key) in &callers {
                let wanted = expected(route, path, *grant);
                // Those who may delete would take the objects away from those who ask after them.
                if wanted == Told::LetIn
                    && method == "delete"
                    && !path.contains("{cook}")
                    && !path.contains("{key}")
                {
                    continue;
                }
                let place = path
                    .replace("{account}", "own")
                    .replace("{modeling}", "shop")
                    .replace("{endpoint}", "web")
                    .replace("{cook}", "none")
                    .replace("{model}", "none")
                    .replace("{key}", "none")
                    .replace("{item}", "none");
                let answer =
                    server.ask(&method.to_uppercase(), &place, key.as_deref(), &[], &body(operation));
                assert_eq!(told(&answer), wanted, "{route} as {grant:?}: {answer:?}");
                assert!(answer.status < 500, "{route} as {grant:?}: {answer:?}");
                asked += 1;
                denied += usize::from(wanted != Told::LetIn);
            }
        }
    }
    let ids = |path: &Value| -> Vec<String> {
        let operations = path.as_object().unwrap().values();
        operations.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect()
    };
    let listed = |id: &String| !id.starts_with("reco") || id == "recoControlAt";
    let routes = description["paths"].as_object().unwrap().values().flat_map(ids).filter(listed).count();
    assert_eq!(routes, EXPECTED.len(), "the table here has lines for routes that are gone");
    assert!(asked > 300 && denied > 150, "{asked} asked, {denied} denied");
    assert_eq!(records(&server, "denied") - before, denied, "one record for each denial");
}

/// Something that the route would read, though it need not make sense.
fn body(operation: &Value) -> String {
    let shape = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    match shape.as_str().and_then(|shape| shape.rsplit('/').next()) {
        None => String::new(),
        Some("ModelingSpec") => r#"{"source":"s3://nowhere/x"}"#.to_owned(),
        Some("EndpointSpec") => r#"{"modelings":["shop"]}"#.to_owned(),
        Some(_) => "{}".to_owned(),
    }
}

#[test]
fn a_key_opens_no_more_than_it_says_and_nothing_when_it_is_revoked() {
    let server = Running::start();
    assert_eq!(server.admin("PUT", "/v1/accounts/own", "{}").status, 201);
    let admin = key(&server, "admin", "own");
    let give = |grant: &str| {
        let wish = format!(r#"{{"label":"x","grants":[{grant}]}}"#);
        server.ask("POST", "/v1/accounts/own/keys", Some(&admin), &[], &wish)
    };
    assert_eq!(give(r#"{"role":"admin","on":"*"}"#).status, 403);
    assert_eq!(give(r#"{"role":"reader","on":"other"}"#).status, 403);
    let made = give(r#"{"role":"reader","on":"own"}"#);
    assert_eq!(made.status, 201);
    let (secret, id) = (made.json()["secret"].as_str().unwrap().to_owned(), made.json()["key"]["id"].clone());
    let look = || server.ask("GET", "/v1/accounts/own", Some(&secret), &[], "").status;
    assert_eq!(look(), 200);
    let listed = server.ask("GET", "/v1/accounts/own/keys", Some(&admin), &[], "");
    assert!(!String::from_utf8(listed.body).unwrap().contains(&secret), "a secret is never shown again");
    let path = format!("/v1/accounts/own/keys/{}", id.as_str().unwrap());
    assert_eq!(server.ask("DELETE", &path, Some(&admin), &[], "").status, 200);
    assert_eq!(look(), 401);
    let text = std::fs::read(server.folder.path().join("data/cookshelf.db")).unwrap();
    for secret in [&secret, &admin, &server.key] {
        let found = text.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the database holds no secret");
    }
    // Only an admin of the server says whose credentials a modeling uses.
    let modeling = r#"{"source":"s3://bucket/x","credentials":"env:SOMEBODY_ELSES"}"#;
    let path = "/v1/accounts/own/modelings/shop";
    assert_eq!(server.ask("PUT", path, Some(&admin), &[], modeling).status, 403);
    assert_eq!(server.admin("PUT", path, modeling).status, 201);
}

#[test]
fn who_asks_too_often_waits_whatever_is_written_about_the_address() {
    let server = Running::start_with(1);
    let ask = |from: &str| {
        server.ask("GET", "/v1/accounts", Some(&server.key), &[("x-forwarded-for", from)], "").status
    };
    let asked: Vec<u16> = (0..30).map(|at| ask(&format!("203.0.113.{at}"))).collect();
    assert!(asked.contains(&200) && asked.contains(&429), "{asked:?}");
    assert!(asked.iter().filter(|status| **status == 200).count() < 20, "{asked:?}");
    // Downloads are not counted.
    assert!((0..30).all(|_| server.ask("GET", "/e/none/none/manifest.json", None, &[], "").status == 404));
}
