//! What must not leave the server: secrets that an operator gave it, and shoppers that it read or was told of.
//!
//! Everything that the server says in any way is collected and searched for what was planted: its log, all answers,
//! errors, audit, figures, exports, reports, stored logs, models, manifests, the description, and the database's file.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::running::{Running, program, shop};

const USERS: usize = 1_000;
/// All planted shoppers begin with it; 12 letters, so that base64 of each begins alike.
const USER: &str = "plantedmouse";
/// All planted secrets begin with it; 12 letters as well.
const SECRET: &str = "hush7Canary-";

/// Something that the server said, and where.
struct Said {
    place: String,
    bytes: Vec<u8>,
}

/// Everything that was said.
#[derive(Default)]
struct Heard(Vec<Said>);

impl Heard {
    fn add(&mut self, place: &str, bytes: impl Into<Vec<u8>>) {
        self.0.push(Said { place: place.to_owned(), bytes: bytes.into() });
    }

    fn ask(&mut self, server: &Running, method: &str, path: &str, body: &str) -> u16 {
        let answer = server.admin(method, path, body);
        self.add(&format!("{method} {path}: {}", answer.status), answer.body);
        answer.status
    }

    fn folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => self.folder(&path),
                false => self.add(&path.display().to_string(), fs::read(&path).unwrap()),
            }
        }
    }

    fn holds(&self, text: &str) -> bool {
        let found = |said: &Said| said.bytes.windows(text.len()).any(|window| window == text.as_bytes());
        self.0.iter().any(found)
    }

    fn must_not_hold(&self, what: &str, needle: &str) {
        let ways = [
            needle.to_owned(),
            needle.to_lowercase(),
            STANDARD.encode(needle).trim_end_matches('=').to_owned(),
            URL_SAFE_NO_PAD.encode(needle),
            url::form_urlencoded::byte_serialize(needle.as_bytes()).collect(),
        ];
        for way in ways.iter().collect::<HashSet<_>>() {
            let finder = way.as_bytes();
            for said in &self.0 {
                let found = said.bytes.windows(finder.len()).position(|window| window == finder);
                if let Some(at) = found {
                    let near = &said.bytes[at.saturating_sub(80)..(at + 80).min(said.bytes.len())];
                    panic!("{what} stands in {}: {}", said.place, String::from_utf8_lossy(near));
                }
            }
        }
    }

    /// Runs of hexadecimal digits, cut to the length of a short hash.
    fn hashes(&self) -> HashSet<String> {
        let digits = |bytes: &Said| {
            let text = String::from_utf8_lossy(&bytes.bytes).to_lowercase();
            let runs = text.split(|c: char| !c.is_ascii_hexdigit()).filter(|run| run.len() >= 16);
            runs.map(|run| run[..16].to_owned()).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(digits).collect()
    }
}

fn user(number: usize) -> String {
    format!("{USER}{number:04}@mail.example")
}

/// A secret that says where it was planted.
fn secret(place: &str) -> String {
    format!("{SECRET}{place}")
}

/// Adds the shoppers to the data: in good rows, in rows that cannot be read, and among those who opted out.
fn plant_users(root: &Path) {
    let file = root.join("Reco_Interactions/Reco_Interactions.csv");
    let mut text = fs::read_to_string(&file).unwrap();
    let items: Vec<String> =
        text.lines().map(|line| line.split(',').nth(1).unwrap().to_owned()).take(40).collect();
    for number in 0..USERS {
        for step in 0..3 {
            let item = &items[(number * 7 + step * 3) % items.len()];
            let day = 1 + (number + step) % 28;
            let at = match number % 100 {
                7 => "not a time".to_owned(),
                _ => format!("2025-06-{day:02}T10:00:00.000Z"),
            };
            let strength = if number % 100 == 8 { "much" } else { "1" };
            text += &format!(
                "basket{number}-{step},{item},,{},Transaction,{at},purchase,,,,{strength},True\n",
                user(number)
            );
        }
    }
    fs::write(&file, text).unwrap();
    fs::create_dir_all(root.join("Reco_OptOutUsers")).unwrap();
    let opted: String = (0..50).map(|number| format!("{}\n", user(number))).collect();
    fs::write(root.join("Reco_OptOutUsers/users.csv"), opted).unwrap();
}

/// Files and variables with secrets, as operators have them.
fn plant_secrets(folder: &Path) -> Vec<(String, String)> {
    let keys = format!(
        "[s3]\nregion = \"eu\"\naccess_key_id = \"{}\"\nsecret_access_key = \"{}\"\nsession_token = \"{}\"\n\
         endpoint = \"http://127.0.0.1:9\"\nallow_http = true\n\
         [azure]\naccount_name = \"a\"\naccount_key = \"{}\"\nclient_secret = \"{}\"\nsas_token = \"{}\"\n\
         [gcs]\nbearer_token = \"{}\"\n[http]\nbearer_token = \"{}\"\n",
        secret("file-id"),
        secret("file-key"),
        secret("file-session"),
        STANDARD.encode(secret("file-account")),
        secret("file-client"),
        secret("file-sas"),
        secret("file-gcs"),
        secret("file-http"),
    );
    fs::write(folder.join("acme.toml"), &keys).unwrap();
    let held = format!("[s3]\nregion = \"eu\"\nsecret_access_key = \"{}\"\n", secret("env-held"));
    vec![
        ("COOKSHELF_STORAGE_S3_SECRET_ACCESS_KEY".to_owned(), secret("env-key")),
        ("COOKSHELF_STORAGE_S3_SESSION_TOKEN".to_owned(), secret("env-session")),
        ("COOKSHELF_STORAGE_AZURE_ACCOUNT_KEY".to_owned(), STANDARD.encode(secret("env-account"))),
        ("COOKSHELF_STORAGE_AZURE_CLIENT_SECRET".to_owned(), secret("env-client")),
        ("COOKSHELF_STORAGE_HTTP_BEARER_TOKEN".to_owned(), secret("env-http")),
        ("COOKSHELF_ACME_KEYS".to_owned(), held),
    ]
}

/// Secrets where they do not belong: addresses, references, settings and headers of requests. All are refused.
fn misplace_secrets(server: &Running, heard: &mut Heard) {
    let modeling = "/v1/accounts/demo/modelings/wrong";
    let specs = [
        serde_json::json!({ "source": format!("https://user:{}@store.example/x", secret("address-password")) }),
        serde_json::json!({ "source": format!("s3://{}:{}@bucket/x", secret("address-id"), secret("address-key")) }),
        serde_json::json!({ "source": format!("https://a.blob.core.windows.net/c?sig={}", secret("address-signature")) }),
        serde_json::json!({ "source": "s3://bucket/x", "credentials": secret("reference") }),
        serde_json::json!({ "source": "s3://bucket/x", "credentials": { "key": secret("reference-object") } }),
        serde_json::json!({ "source": "s3://bucket/x", "secret_access_key": secret("unknown-key") }),
    ];
    for spec in specs {
        assert_eq!(heard.ask(server, "PUT", modeling, &spec.to_string()), 422, "{spec}");
    }
    let bearer = format!("ck_key_{}", secret("forged"));
    let token = format!("eyJhbGciOiJub25lIn0.{}.", URL_SAFE_NO_PAD.encode(secret("token")));
    for key in [bearer.as_str(), token.as_str()] {
        let answer = server.ask("GET", "/v1/accounts", Some(key), &[], "");
        assert_eq!(answer.status, 401);
        heard.add("a key that is none", answer.body);
    }
    let basic = format!("Basic {}", STANDARD.encode(format!("admin:{}", secret("basic"))));
    let cookie = format!("session={}", secret("cookie"));
    let lines = [("authorization", basic.as_str()), ("cookie", cookie.as_str())];
    let answer = server.ask("GET", "/v1/accounts", None, &lines, "");
    assert_eq!(answer.status, 401);
    heard.add("a password", answer.body);
    let answer = server.admin("GET", &format!("/v1/accounts?api_key={}", secret("query")), "");
    heard.add("a key in the query", answer.body);
}

/// The lists as clients of Intelligent Recommendations ask for them, with who asks and what he did.
fn ask_as_users(server: &Running, heard: &mut Heard) {
    let items = server.admin("GET", "/ir/demo/web/reco/v1.0/popular?count=5", "").json();
    let item = items["items"][0]["id"].as_str().unwrap().to_owned();
    for number in (0..USERS).step_by(5) {
        let who = user(number);
        let way = match number % 4 {
            0 => format!("picks?userId={who}&history={item}"),
            1 => format!("similar/{item}?userId={who}&count=many"),
            2 => format!("cart/{item}?UserId={who}"),
            _ => format!("popular?userId={who}&userId={who}"),
        };
        heard.ask(server, "GET", &format!("/ir/demo/web/reco/v1.0/{way}"), "");
        // Its own path names the shopper; what the server said does not.
        heard.0.last_mut().unwrap().place = "a list".to_owned();
        let body =
            format!(r#"{{"history":[{{"item":"{item}","kind":"view"}},"{item}"],"sessionId":"{who}"}}"#);
        heard.ask(server, "POST", "/ir/demo/web/reco/v1.0/picks", &body);
    }
}

/// Everything that can be read by whoever may read everything.
fn read_everything(server: &Running, heard: &mut Heard) {
    let modeling = "/v1/accounts/demo/modelings/shop";
    for path in [
        "/openapi.json",
        "/docs",
        "/livez",
        "/readyz",
        "/metrics",
        "/v1/accounts",
        "/v1/accounts/demo",
        "/v1/accounts/demo/modelings",
        "/v1/accounts/demo/endpoints",
        "/v1/keys?limit=1000",
        "/v1/accounts/demo/keys",
        "/v1/accounts/demo/audit?limit=1000",
        "/v1/audit/verification",
        "/v1/accounts/demo/endpoints/web/releases",
        "/v1/accounts/demo/endpoints/web/signing-keys",
        "/v1/accounts/demo/modelings/shop/cooks",
        "/v1/accounts/demo/modelings/far/cooks",
        "/v1/accounts/demo/modelings/held/cooks",
        "/v1/accounts/demo/modelings/shop/models",
        "/e/demo/web/manifest.json",
        "/v1/accounts/none/modelings/none",
        "/nothing/here",
    ] {
        heard.ask(server, "GET", path, "");
    }
    for place in ["shop", "far", "held"] {
        let cooks = server.admin("GET", &format!("/v1/accounts/demo/modelings/{place}/cooks"), "").json();
        for cook in cooks["items"].as_array().unwrap() {
            let path = format!("/v1/accounts/demo/modelings/{place}/cooks/{}", cook["id"].as_str().unwrap());
            heard.ask(server, "GET", &path, "");
            heard.ask(server, "GET", &format!("{path}/events"), "");
        }
    }
    let models = server.admin("GET", &format!("{modeling}/models"), "").json();
    for model in models["items"].as_array().unwrap() {
        heard.ask(server, "GET", &format!("{modeling}/models/{}/bundle", model["id"].as_str().unwrap()), "");
    }
    let mut before = String::new();
    loop {
        let page = server.admin("GET", &format!("/v1/audit?limit=500{before}"), "");
        heard.add("the audit", page.body.clone());
        match page.json()["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    for words in
        [&["export"][..], &["list"], &["list", "demo"], &["get", "demo"], &["cooks", "list", "demo/far"]]
    {
        let output = server.cookshelf(words);
        heard.add(&format!("{words:?}"), [output.stdout, output.stderr].concat());
    }
    for shell in ["bash", "zsh", "fish"] {
        heard.add("completions", program().args(["completions", shell]).output().unwrap().stdout);
    }
}

/// A server whose database cannot be reached says so, and not with which password. It goes on without it, until it is ended.
fn go_without_a_database(folder: &Path, heard: &mut Heard) {
    let url = format!("postgres://cook:{}@127.0.0.1:9/x?connect_timeout=1", secret("database"));
    for words in [&["check-config"][..], &["serve", "--listen", "127.0.0.1:0", "--data"]] {
        let mut command = program();
        command.args(words).arg(folder.join("data")).env("COOKSHELF_SERVER_DATABASE", &url);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_secs(5));
        // One of the two has ended by itself.
        let _ = child.kill();
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(String::from_utf8_lossy(&said).contains("database"), "{words:?} says that there is one");
        heard.add(&format!("{words:?} with a password"), said);
    }
}

#[test]
fn nothing_that_the_server_says_holds_a_secret_or_a_shopper() {
    let beside = tempfile::tempdir().unwrap();
    let variables = plant_secrets(beside.path());
    let named: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let server = Running::start_given("requests_per_second = 1_000_000\n", &named);
    let root = shop(server.folder.path());
    plant_users(&root);
    let mut heard = Heard::default();
    let file = server.stack(&format!(
        "[[account]]\nname = \"demo\"\n\n[[account.modeling]]\nname = \"shop\"\nsource = \"shop/root\"\n\n\
         [[account.modeling]]\nname = \"far\"\nsource = \"s3://bucket/x\"\ncredentials = \"file:{}\"\n\n\
         [[account.modeling]]\nname = \"held\"\nsource = \"s3://bucket/x\"\ncredentials = \"env:COOKSHELF_ACME_KEYS\"\n\n\
         [[account.endpoint]]\nname = \"web\"\nmodelings = [\"shop\"]\nrecommend = \"public\"\n",
        beside.path().join("acme.toml").display()
    ));
    heard.add("apply", server.done(&["apply", "-f", &file]));
    heard.add("cook", server.done(&["cooks", "start", "demo/shop", "--wait"]));
    for far in ["demo/far", "demo/held"] {
        let output = server.cookshelf(&["cooks", "start", far, "--wait"]);
        assert!(!output.status.success(), "there is no such store");
        heard.add(far, [output.stdout, output.stderr].concat());
    }
    let mut keys = vec![server.key.clone()];
    for (label, on) in [("read", "demo"), ("write", "demo/modelings/shop"), ("gone", "demo/endpoints/web")] {
        let wish = format!(r#"{{"label":"{label}","grants":[{{"role":"reader","on":"{on}"}}]}}"#);
        let made = server.admin("POST", "/v1/accounts/demo/keys", &wish).json();
        keys.push(made["secret"].as_str().unwrap().to_owned());
        let path = format!("/v1/accounts/demo/keys/{}", made["key"]["id"].as_str().unwrap());
        if label == "gone" {
            heard.ask(&server, "DELETE", &path, "");
        }
    }
    misplace_secrets(&server, &mut heard);
    ask_as_users(&server, &mut heard);
    read_everything(&server, &mut heard);
    go_without_a_database(server.folder.path(), &mut heard);
    heard.add("the log", server.lines().join("\n"));
    let data = server.folder.path().join("data");
    heard.folder(&data.join("artifacts"));
    for name in ["cookshelf.db", "cookshelf.db-wal", "server.toml"] {
        heard.add(name, fs::read(data.join(name)).unwrap_or_default());
    }
    let said: usize = heard.0.iter().map(|said| said.bytes.len()).sum();
    assert!(heard.0.len() > 400 && said > 500_000, "{} texts of {said} bytes were searched", heard.0.len());

    // The rows that could not be read were told of, with the form of what stands there, and the answers are there.
    for part in ["aaa a aaaa", "trackingId", "bad_request", "cookshelf_requests_total"] {
        assert!(heard.holds(part), "`{part}` was never said");
    }

    heard.must_not_hold("a planted secret", SECRET);
    heard.must_not_hold("the master secret", fs::read_to_string(data.join("secret")).unwrap().trim());
    for key in &keys {
        heard.must_not_hold("a key", key);
    }
    heard.must_not_hold("a shopper", USER);
    let hashes = heard.hashes();
    for number in 0..USERS {
        let hash: String =
            Sha256::digest(user(number)).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert!(!hashes.contains(&hash), "the hash of a shopper was said");
    }
}

#[test]
#[should_panic(expected = "a secret stands in the log")]
fn what_is_said_in_other_letters_is_found() {
    let mut heard = Heard::default();
    heard.add("the log", format!("key={}", STANDARD.encode(secret("encoded"))));
    heard.must_not_hold("a secret", SECRET);
}
