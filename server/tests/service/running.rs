//! A server that runs for a test, and ways to talk to it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;

/// A server with its folder and its first key.
pub(crate) struct Running {
    pub(crate) folder: TempDir,
    pub(crate) url: String,
    pub(crate) key: String,
    child: Child,
    /// What the server said on its way.
    lines: Arc<Mutex<Vec<String>>>,
    variables: Vec<(String, String)>,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) tag: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_cookshelf"))
}

/// A made-up shop in `folder/shop`; gives its data folder.
pub(crate) fn shop(folder: &Path) -> PathBuf {
    let place = folder.join("shop");
    let made = program().arg("demo-data").arg(&place).args(["--items", "120", "--shoppers", "300"]).output();
    assert!(made.unwrap().status.success());
    place.join("root")
}

impl Running {
    /// A new server, which answers as often as it is asked.
    pub(crate) fn start() -> Self {
        Self::start_set("requests_per_second = 1_000_000\n")
    }

    /// The same, with these lines in its settings.
    pub(crate) fn start_set(lines: &str) -> Self {
        Self::start_given(lines, &[])
    }

    /// The same, with these variables by their whole names.
    pub(crate) fn start_given(lines: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let init =
            program().arg("init").arg(folder.path().join("data")).arg("--folder").arg(folder.path()).output();
        let init = init.unwrap();
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let key = String::from_utf8(init.stdout).unwrap().trim().to_owned();
        let settings = folder.path().join("data/server.toml");
        let said = fs::read_to_string(&settings).unwrap();
        fs::write(&settings, format!("{lines}{said}")).unwrap();
        let variables: Vec<(String, String)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (child, url, lines) = serve(&folder.path().join("data"), &variables);
        Self { folder, url, key, child, lines, variables }
    }

    /// The server of a folder that is there already.
    pub(crate) fn start_in(folder: TempDir, key: String) -> Self {
        let (child, url, lines) = serve(&folder.path().join("data"), &[]);
        Self { folder, url, key, child, lines, variables: Vec::new() }
    }

    /// Stops it at once, as a power cut would.
    pub(crate) fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The same, and starts it again.
    pub(crate) fn kill_and_start(&mut self) {
        self.stop();
        self.start_again();
    }

    /// Starts it again after it was stopped.
    pub(crate) fn start_again(&mut self) {
        (self.child, self.url, self.lines) = serve(&self.folder.path().join("data"), &self.variables);
    }

    /// Asks it to end, as a machine that stops does, and waits until it has; it has to within 30 seconds.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let asked = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(asked.unwrap().success());
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("the server does not end: {:?}", self.lines());
    }

    /// What the server said since it answers.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// A command of the program against this server.
    pub(crate) fn cookshelf(&self, args: &[&str]) -> Output {
        program().args(args).env("COOKSHELF_URL", &self.url).env("COOKSHELF_KEY", &self.key).output().unwrap()
    }

    /// The same, which has to go well; gives what it printed.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let output = self.cookshelf(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// One request.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        lines: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
            let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.url));
            if let Some(key) = key {
                request = request.bearer_auth(key);
            }
            for (name, value) in lines {
                request = request.header(*name, *value);
            }
            let response = request.body(body.to_owned()).send().await.unwrap();
            let tag = response.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
            let status = response.status().as_u16();
            Answer { status, tag, body: response.bytes().await.unwrap().to_vec() }
        })
    }

    /// The same as the server's first admin.
    pub(crate) fn admin(&self, method: &str, path: &str, body: &str) -> Answer {
        self.ask(method, path, Some(&self.key), &[], body)
    }

    /// Writes a stack file beside the server's folder.
    pub(crate) fn stack(&self, text: &str) -> String {
        let path = self.folder.path().join("stack.toml");
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the server of a folder on a free port; gives its address.
fn serve(data: &Path, variables: &[(String, String)]) -> (Child, String, Arc<Mutex<Vec<String>>>) {
    let mut child = program()
        .args(["serve", "--listen", "127.0.0.1:0", "--workers", "1", "--data"])
        .arg(data)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    let url = loop {
        let Some(Ok(line)) = lines.next() else { panic!("the server did not start: {said}") };
        if let Some((before, rest)) = line.split_once("://") {
            let scheme = before.rsplit(' ').next().unwrap();
            break format!("{scheme}://{}", rest.split('/').next().unwrap());
        }
        said += &line;
    };
    // A pipe that nobody reads would fill up.
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let keep = Arc::clone(&kept);
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| keep.lock().unwrap().push(line)));
    (child, url, kept)
}
