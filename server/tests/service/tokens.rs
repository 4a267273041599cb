//! Tokens of an identity provider, at a server that runs: what they open, what the log says of them, and the figures.

use std::io::{Read, Write};
use std::net::TcpListener;

use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::running::Running;

/// The keys of a provider that only tests trust.
const KEYS: &str = include_str!("../../src/access/tests/keys.json");

/// Answers with the provider's public key, for as long as the test runs.
fn provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/keys", listener.local_addr().unwrap());
    let keys: Value = serde_json::from_str(KEYS).unwrap();
    let mut key = keys["ed"]["public"].clone();
    key["kid"] = json!("ed");
    let body = json!({ "keys": [key] }).to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        }
    });
    address
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

fn claims() -> Value {
    json!({
        "iss": "https://login.example/t/v2.0", "aud": "api://cookshelf", "ver": "2.0", "azp": "console",
        "oid": "person-1", "roles": ["Cooks"], "iat": now() - 5, "nbf": now() - 5, "exp": now() + 600,
    })
}

fn token(claims: &Value, kind: &str) -> String {
    let keys: Value = serde_json::from_str(KEYS).unwrap();
    let der = BASE64_STANDARD.decode(keys[kind]["private"].as_str().unwrap()).unwrap();
    let header = Header { kid: Some("ed".to_owned()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, claims, &EncodingKey::from_ed_der(&der)).unwrap()
}

fn server() -> (tempfile::TempDir, Running) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("issuers.toml");
    let text = format!(
        "[[issuer]]\nissuer = 'https://login.example/t/v2.0'\nkeys = '{}'\naudiences = ['api://cookshelf']\n\
         clients = ['console']\ngrants = [{{ role = 'Cooks', grant = 'writer on acme' }}]\n",
        provider()
    );
    std::fs::write(&file, text).unwrap();
    let server = Running::start_set(&[("ISSUERS", file.to_str().unwrap()), ("LOG", "json")]);
    (folder, server)
}

#[test]
fn a_token_opens_what_its_role_was_granted_and_a_forged_one_nothing() {
    let (_folder, server) = server();
    assert_eq!(server.admin("PUT", "/v1/accounts/acme", "{}").status, 201);
    assert_eq!(server.admin("PUT", "/v1/accounts/other", "{}").status, 201);
    let ask = |token: &str, method, path, body| server.ask(method, path, Some(token), &[], body).status;
    let good = token(&claims(), "ed");
    assert_eq!(ask(&good, "GET", "/v1/accounts/acme", ""), 200);
    let spec = r#"{"source":"s3://acme/x"}"#;
    assert_eq!(ask(&good, "PUT", "/v1/accounts/acme/modelings/shop", spec), 201);
    assert_eq!(ask(&good, "GET", "/v1/accounts/other", ""), 404);
    assert_eq!(ask(&good, "DELETE", "/v1/accounts/acme/modelings/shop", ""), 403);

    let forged = [
        token(&claims(), "foreign"),
        but("aud", json!("api://other")),
        but("iss", json!("https://evil.example/")),
        but("exp", json!(now() - 3_600)),
        but("azp", json!("stranger")),
        but("nonce", json!("n")),
        format!("{}x", token(&claims(), "ed")),
        token(&claims(), "ed").rsplit_once('.').unwrap().0.to_owned() + ".",
    ];
    for token in &forged {
        assert_eq!(ask(token, "GET", "/v1/accounts/acme", ""), 401, "{token}");
    }
    let unknown = but("roles", json!(["Guests"]));
    assert_eq!(ask(&unknown, "GET", "/v1/accounts/acme", ""), 404, "valid, and granted nothing");

    let denied = server.admin("GET", "/v1/audit?limit=1000", "").json();
    let denied = denied["items"].as_array().unwrap().iter().filter(|record| record["outcome"] == "denied");
    assert_eq!(denied.count(), forged.len() + 3);

    let lines: Vec<Value> =
        server.lines().iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(
        lines.iter().any(|line| line["caller"] == "token:person-1" && line["status"] == 201),
        "{lines:?}"
    );
    let refused =
        lines.iter().filter(|line| line["message"].as_str().unwrap().starts_with("a token was refused"));
    assert_eq!(refused.count(), forged.len());
    let all = server.lines().join("\n");
    assert!(forged.iter().chain([&good]).all(|token| !all.contains(token.as_str())), "no token is logged");
}

fn but(name: &str, value: Value) -> String {
    let mut claims = claims();
    claims[name] = value;
    token(&claims, "ed")
}

#[test]
fn figures_say_what_happened() {
    let (_folder, server) = server();
    assert_eq!(server.ask("GET", "/metrics", None, &[], "").status, 401);
    assert_eq!(server.admin("PUT", "/v1/accounts/acme", "{}").status, 201);
    assert_eq!(server.ask("GET", "/e/acme/web/manifest.json", None, &[], "").status, 404);
    let text = String::from_utf8(server.admin("GET", "/metrics", "").body).unwrap();
    for line in [
        "cookshelf_requests_total{route=\"putAccount\",method=\"PUT\",status=\"201\"} 1",
        "cookshelf_denied_total{reason=\"unauthenticated\"} 1",
        "cookshelf_downloads_total{kind=\"manifest\",status=\"404\"} 1",
        "cookshelf_database_up 1",
        "cookshelf_cooks_waiting 0",
        "cookshelf_endpoints_served 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(text.contains("\nprocess_resident_memory_bytes ") && text.ends_with("# EOF\n"), "{text}");
}
