//! The six commands of the README, taken from it word by word: from nothing to a cooked, signed endpoint.
//!
//! Only the port is chosen here, and what is set besides is told by whoever calls. Invariant: a command that the README
//! does not have is not run, and one that it has is not left out.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cookshelf_server::publish::{Manifest, hex, name_of};
use cookshelf_server::release::{KeyId, PublicKey, open};
use sha2::{Digest, Sha256};

const README: &str = include_str!("../../../README.md");
const CHAPTER: &str = "## A server for many shops";
/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(120);

/// Ends with this value.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The next block of this language in a text, and what follows it.
fn block<'a>(text: &'a str, language: &str) -> (&'a str, &'a str) {
    let begin = text.split_once(&format!("```{language}\n")).unwrap().1;
    begin.split_once("```").unwrap()
}

/// Runs them in `folder`, where there was nothing, with variables besides.
pub(crate) fn run(folder: &Path, settings: &[(&str, String)]) {
    let (commands, rest) = block(README.split_once(CHAPTER).unwrap().1, "sh");
    std::fs::write(folder.join("stack.toml"), block(rest, "toml").0).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let program = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cookshelf"));
        command.args(words).current_dir(folder).envs(settings.iter().map(|(name, value)| (name, value)));
        command.env("COOKSHELF_SERVER_LISTEN", format!("127.0.0.1:{port}")).env("COOKSHELF_URL", &url);
        command
    };
    let done = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    done(&mut program(&["demo-data", "shop", "--items", "300", "--shoppers", "1200"]));
    std::fs::rename(folder.join("shop/root"), folder.join("ir_root")).unwrap();

    let (mut key, mut last, mut server) = (String::new(), String::new(), None);
    let lines: Vec<&str> = commands.lines().map(|line| line.split('#').next().unwrap().trim()).collect();
    assert_eq!(lines.len(), 6, "{lines:?}");
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["export", "COOKSHELF_KEY=ck_key_…"] => last.trim().clone_into(&mut key),
            ["cookshelf", ref words @ .., "&"] => {
                server = Some(Server(program(words).stderr(Stdio::null()).spawn().unwrap()));
                wait(|| TcpStream::connect(("127.0.0.1", port)).ok());
            }
            ["cookshelf", ref words @ ..] => last = done(program(words).env("COOKSHELF_KEY", &key)),
            _ => panic!("{line} is no command that is known here"),
        }
    }
    assert!(server.is_some() && !key.is_empty());
    assert_signed(&url, &last);
}

/// What pages are told to trust signs what is served.
fn assert_signed(url: &str, keys: &str) {
    let keys: Vec<(KeyId, PublicKey)> = keys.lines().filter_map(key).collect();
    assert!(!keys.is_empty(), "the last command names the keys");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let get = |path: &str| {
        runtime.block_on(async {
            let answer = reqwest::get(format!("{url}{path}")).await.unwrap();
            (answer.status() == 200).then_some(answer.bytes().await.unwrap())
        })
    };
    let text = wait(|| get("/e/demo/web/manifest.json"));
    let payload = open(std::str::from_utf8(&text).unwrap(), &keys).unwrap();
    let manifest: Manifest = serde_json::from_str(&payload).unwrap();
    let ids = &manifest.models[0].ids.hash;
    let blob = get(&format!("/e/demo/web/b/1/{ids}")).unwrap();
    assert_eq!(hex(&name_of(&Sha256::digest(&blob).into())), *ids);
}

/// A key in a line of `release keys`: its state, the key, its name.
fn key(line: &str) -> Option<(KeyId, PublicKey)> {
    let [_, public, id] = line.split_whitespace().collect::<Vec<_>>()[..] else { return None };
    Some((id.parse().ok()?, public.parse().ok()?))
}

fn wait<T>(mut come: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = come() {
            return value;
        }
        assert!(began.elapsed() < PATIENCE, "it does not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}
