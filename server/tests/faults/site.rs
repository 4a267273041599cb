//! The folder of a server and its database, and servers that run on them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::database::Database;

/// The longest wait for anything that has to happen some day.
const PATIENCE: Duration = Duration::from_secs(150);

/// What outlives servers.
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) database: Database,
    pub(crate) key: String,
    pub(crate) client: reqwest::Client,
}

/// A server that runs, and what it said so far.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) child: Child,
    pub(crate) said: Arc<Mutex<Vec<String>>>,
    /// From the start of the program until it said where it is.
    pub(crate) started_in: Duration,
    key: String,
    client: reqwest::Client,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: bool,
    pub(crate) body: bytes::Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// The program that is tested: a release build where one is named.
pub(crate) fn program() -> Command {
    let named = std::env::var_os("COOKSHELF_TEST_PROGRAM").map(PathBuf::from);
    Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_cookshelf").into()))
}

impl Site {
    /// A new folder with a new database, and a made-up shop of a few items in `shop/root`.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(folder.path()).await;
        let mut init = program();
        init.arg("init").arg(folder.path().join("data")).arg("--folder").arg(folder.path());
        let init = init.env("COOKSHELF_SERVER_DATABASE", &database.address).output().unwrap();
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let key = String::from_utf8(init.stdout).unwrap().trim().to_owned();
        let mut shop = program();
        shop.arg("demo-data").arg(folder.path().join("shop"));
        assert!(shop.args(["--items", "60", "--shoppers", "150"]).output().unwrap().status.success());
        let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        Self { folder, database, key, client }
    }

    pub(crate) fn data_folder(&self) -> String {
        self.folder.path().join("shop/root").display().to_string()
    }

    /// `cookshelf serve` of this site.
    pub(crate) fn serve(&self, settings: &[(&str, &str)]) -> Command {
        let mut serve = program();
        serve.args(["serve", "--listen", "127.0.0.1:0", "--workers", "1", "--data"]);
        serve.arg(self.folder.path().join("data")).env("COOKSHELF_SERVER_DATABASE", &self.database.address);
        serve.env("COOKSHELF_SERVER_REQUESTS_PER_SECOND", "1000000");
        for (name, value) in settings {
            serve.env(format!("COOKSHELF_SERVER_{name}"), value);
        }
        serve.stdin(Stdio::null()).stdout(Stdio::null());
        serve
    }

    /// A server, once it answers.
    pub(crate) fn start(&self, settings: &[(&str, &str)]) -> Server {
        let began = Instant::now();
        let mut child = self.serve(settings).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let url = loop {
            let Some(Ok(line)) = lines.next() else { panic!("it did not start: {:?}", said.lock().unwrap()) };
            if let Some((_, rest)) = line.split_once("http://") {
                break format!("http://{}", rest.split('/').next().unwrap());
            }
            said.lock().unwrap().push(line);
        };
        let started_in = began.elapsed();
        let all = Arc::clone(&said);
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| all.lock().unwrap().push(line))
        });
        Server { url, child, said, started_in, key: self.key.clone(), client: self.client.clone() }
    }
}

impl Server {
    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> Result<Answer, reqwest::Error> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.key);
        let response = request.body(body.to_owned()).send().await?;
        let (status, retry_after) =
            (response.status().as_u16(), response.headers().contains_key("retry-after"));
        Ok(Answer { status, retry_after, body: response.bytes().await? })
    }

    /// The same, of a server that nobody does anything to.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").await.unwrap()
    }

    /// Whether it says that it is ready, to somebody without a key.
    pub(crate) async fn is_ready(&self) -> bool {
        let answer = self.client.get(format!("{}/readyz", self.url)).send().await.unwrap();
        assert!([200, 503].contains(&answer.status().as_u16()), "{answer:?}");
        answer.status() == 200
    }

    /// A change that has to go well.
    pub(crate) async fn done(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.ask(method, path, body).await.unwrap();
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {}", answer.status, answer.json());
        answer.json()
    }

    /// An account, a modeling of the made-up shop in it, and an endpoint that offers it.
    pub(crate) async fn shop(&self, site: &Site, account: &str, name: &str, more: &str) {
        self.done("PUT", &format!("/v1/accounts/{account}"), "{}").await;
        let source = site.data_folder();
        let modeling = format!(
            r#"{{"source":"{source}","leastMinutesBetween":0,"mostPerDay":1440,"memory":"2 GiB"{more}}}"#
        );
        self.done("PUT", &format!("/v1/accounts/{account}/modelings/{name}"), &modeling).await;
        let endpoint = format!(r#"{{"modelings":["{name}"]}}"#);
        self.done("PUT", &format!("/v1/accounts/{account}/endpoints/{name}"), &endpoint).await;
    }

    /// Cooks of a modeling, newest first.
    pub(crate) async fn cooks(&self, modeling: &str) -> Vec<Value> {
        let page = self.get(&format!("{modeling}/cooks?limit=100")).await.json();
        page["items"].as_array().cloned().unwrap_or_default()
    }

    /// A cook that is asked for, until it was published.
    pub(crate) async fn cooked(&self, modeling: &str) {
        let cook = self.done("POST", &format!("{modeling}/cooks"), "").await;
        let path = format!("{modeling}/cooks/{}", cook["id"].as_str().unwrap());
        until("the cook is published", async || {
            let cook = self.get(&path).await.json();
            assert!(
                !["failed", "refused", "cancelled"].iter().any(|state| cook["state"] == *state),
                "{cook}"
            );
            cook["state"] == "published"
        })
        .await;
    }

    pub(crate) async fn assert_audit_is_whole(&self) -> u64 {
        let audit = self.get("/v1/audit/verification").await.json();
        assert_eq!(audit["chain"], "whole", "{audit}");
        audit["records"].as_u64().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Also when it stands still.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Megabytes that a process holds in memory.
pub(crate) fn resident(process: u32) -> f64 {
    let text = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("statm")).unwrap();
    let pages: f64 = text.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1e6
}
