//! The database of one test, and ways to take it away and give it back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, Connection, Executor};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The real PostgreSQL, where the tests are to run on one.
pub(crate) const POSTGRES: &str = "COOKSHELF_TEST_POSTGRES";
/// Its folder: `data`, and `start.sh`, which starts it again.
const POSTGRES_FOLDER: &str = "COOKSHELF_TEST_POSTGRES_FOLDER";

/// Where a server keeps everything: a file in its folder, or a schema of its own in PostgreSQL.
pub(crate) struct Database {
    pub(crate) address: String,
    pub(crate) file: Option<PathBuf>,
}

/// How a database goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// A file: somebody else holds it for writing.
    Locked,
    /// PostgreSQL: its processes stand still.
    Stopped,
    /// PostgreSQL: it is shut down.
    ShutDown,
}

/// A database that is away.
pub(crate) enum Away {
    Locked(AnyConnection),
    Stopped(Vec<u32>),
    ShutDown(PathBuf),
}

impl Database {
    /// A new one; a file lies in `folder`.
    pub(crate) async fn new(folder: &Path) -> Self {
        sqlx::any::install_default_drivers();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let Some(server) = std::env::var(POSTGRES).ok().filter(|server| !server.is_empty()) else {
            let file = folder.join(format!("control-{count}.db"));
            return Self { address: format!("sqlite:{}", file.display()), file: Some(file) };
        };
        let schema = format!("f{}_{count}", std::process::id());
        let mut connection = AnyConnection::connect(&server).await.unwrap();
        let make = format!("CREATE SCHEMA {schema}");
        connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(make))).await.unwrap();
        connection.close().await.unwrap();
        let mut url: url::Url = server.parse().unwrap();
        url.query_pairs_mut().append_pair("options[search_path]", &schema);
        Self { address: url.to_string(), file: None }
    }

    pub(crate) fn word(&self) -> &'static str {
        if self.file.is_some() { "SQLite" } else { "PostgreSQL" }
    }

    /// The ways in which this one can go away.
    pub(crate) fn ways(&self) -> &'static [Way] {
        if self.file.is_some() { &[Way::Locked] } else { &[Way::Stopped, Way::ShutDown] }
    }

    pub(crate) async fn take_away(&self, way: Way) -> Away {
        match way {
            Way::Locked => {
                let mut stranger = AnyConnection::connect(&self.address).await.unwrap();
                stranger.execute(sqlx::raw_sql("PRAGMA busy_timeout = 20000")).await.unwrap();
                stranger.execute(sqlx::raw_sql("BEGIN IMMEDIATE")).await.unwrap();
                Away::Locked(stranger)
            }
            Way::Stopped => {
                let all = processes(&postgres_folder());
                signal("STOP", &all);
                Away::Stopped(all)
            }
            Way::ShutDown => {
                let folder = postgres_folder();
                let all = processes(&folder);
                signal("INT", &all[..1]);
                while Path::new(&format!("/proc/{}/stat", all[0])).exists() && !is_over(all[0]) {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                Away::ShutDown(folder)
            }
        }
    }
}

impl Away {
    /// Gives it back. PostgreSQL outlives the test: whoever started it the first time ends it.
    pub(crate) async fn give_back(self) {
        match self {
            Self::Locked(mut stranger) => {
                stranger.execute(sqlx::raw_sql("ROLLBACK")).await.unwrap();
                stranger.close().await.unwrap();
            }
            Self::Stopped(all) => signal("CONT", &all),
            Self::ShutDown(folder) => drop(start(&folder)),
        }
    }
}

fn postgres_folder() -> PathBuf {
    std::env::var(POSTGRES_FOLDER).expect("whoever starts PostgreSQL says where it lies").into()
}

fn start(folder: &Path) -> Child {
    let mut command = Command::new("sh");
    command.arg(folder.join("start.sh")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// The server of a folder and all its children; it comes first.
fn processes(folder: &Path) -> Vec<u32> {
    let first = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    let first: u32 = first.lines().next().unwrap().trim().parse().unwrap();
    let all = fs::read_dir("/proc").unwrap().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let children = all.filter(|process| stat(*process).is_some_and(|(_, parent)| parent == first));
    [first].into_iter().chain(children).collect()
}

/// State and parent of a process.
fn stat(process: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}

/// It ended, and only its parent has not heard of it yet.
fn is_over(process: u32) -> bool {
    stat(process).is_none_or(|(state, _)| state == "Z")
}

pub(crate) fn signal(name: &str, processes: &[u32]) {
    let numbers = processes.iter().map(u32::to_string);
    // One of them may have ended by itself.
    let _ = Command::new("kill").arg(format!("-{name}")).args(numbers).stderr(Stdio::null()).status();
}
