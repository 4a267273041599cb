//! Input made to hurt: each ends soon, within its memory, and says what is wrong, where, and what to do.
//!
//! Every case is a folder with one bad thing in it beside good rows, checked by the program as typed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod hostile {
    pub(crate) mod cases;
    pub(crate) mod packed;
}

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use hostile::cases::{Case, all};

/// What one case may use. Debug builds and a busy machine included.
const MEMORY: &str = "400MB";
const LONGEST: Duration = Duration::from_secs(30);

fn check(root: &Path) -> (Output, Duration) {
    let started = Instant::now();
    let (out, err) = (root.with_extension("out"), root.with_extension("err"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_cookshelf"))
        .args(["check", root.to_str().unwrap(), "--memory", MEMORY])
        .stdout(Stdio::from(File::create(&out).unwrap()))
        .stderr(Stdio::from(File::create(&err).unwrap()))
        .spawn()
        .unwrap();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > LONGEST {
            child.kill().unwrap();
            break child.wait().unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let output = Output { status, stdout: fs::read(out).unwrap(), stderr: fs::read(err).unwrap() };
    (output, started.elapsed())
}

fn run(case: &Case, folder: &Path) -> Result<(), String> {
    let root: PathBuf = folder.join(case.name.replace(' ', "-"));
    fs::create_dir_all(&root).unwrap();
    (case.write)(&root);
    let (ended, time) = check(&root);
    let said =
        format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    let fault = |what: &str| Err(format!("{}: {what} ({time:?}):\n{said}\n", case.name));
    if !matches!(ended.status.code(), Some(0 | 3)) {
        return fault(&format!("ended with {}", ended.status));
    }
    if time >= LONGEST {
        return fault("took too long");
    }
    match case.says.iter().find(|words| !said.contains(**words)) {
        Some(words) => fault(&format!("does not say {words:?}")),
        None => Ok(()),
    }
}

#[test]
fn hostile_input_is_named_and_costs_little() {
    let folder = tempfile::tempdir().unwrap();
    let cases = all();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let faults: Vec<String> = cases.iter().filter_map(|case| run(case, folder.path()).err()).collect();
    assert!(faults.is_empty(), "{} of {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
}
