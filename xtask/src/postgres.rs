//! A real PostgreSQL of this machine, for the tests of the server's database.
//!
//! Installs Debian's when there is none, makes a database in a temporary folder, starts it on a free port and ends it
//! when the value goes. It is reached only from this machine, keeps nothing, and does not wait for the disk: what a
//! power cut leaves behind is no question of these tests.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::counts::Counts;
use crate::debian;
use crate::failure::Failure;
use crate::test::counted;
use crate::workshop::Workshop;

/// How long it may take to come up.
const START: Duration = Duration::from_secs(60);
/// Where Debian puts the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Who runs it when we are root: PostgreSQL refuses to be.
const OWNER: &str = "postgres";
const NAME: &str = "cookshelf";

/// A running server; ends with this value.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

/// Runs the tests of the server's database on both databases.
pub fn run(workshop: &Workshop) -> Result<Counts, Failure> {
    let tests = || {
        let mut cargo = workshop.command("cargo");
        cargo.args([
            "test",
            "--package",
            "cookshelf-server",
            "--lib",
            "--",
            "control::",
            "live::tests::",
            "sweep::tests::",
            "backup::tests::",
        ]);
        cargo.env_remove("COOKSHELF_TEST_POSTGRES");
        cargo
    };
    let mut counts = counted(workshop, "the database on SQLite", &mut tests())?;
    let postgres = Postgres::start(workshop)?;
    let title = "the database on PostgreSQL";
    let on_postgres = counted(workshop, title, tests().env("COOKSHELF_TEST_POSTGRES", postgres.url()))?;
    if on_postgres.passed + on_postgres.failed == 0 {
        return Err(Failure::new("no test ran on PostgreSQL"));
    }
    counts += on_postgres;
    Ok(counts)
}

impl Postgres {
    /// Installs it where it is missing, and starts it with an empty database.
    pub fn start(workshop: &Workshop) -> Result<Self, Failure> {
        debian::ensure(&workshop.journal, &[debian::POSTGRES])?;
        let programs = programs(Path::new(VERSIONS))?;
        let folder = std::env::temp_dir().join(format!("cookshelf-postgres-{}", std::process::id()));
        let data = folder.join("data");
        make_folder(workshop, &folder)?;
        let mut init = as_owner(workshop, &programs.join("initdb"))?;
        init.arg("-D").arg(&data).args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        workshop.journal.run("make a PostgreSQL database", init.args(["-U", NAME]))?;
        let port = free_port()?;
        let mut server = as_owner(workshop, &programs.join("postgres"))?;
        server.arg("-D").arg(&data).args(["-p", &port.to_string(), "-k"]).arg(&folder);
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"]);
        let log = workshop.places.cache.join("logs/postgres.log");
        let script = folder.join("start.sh");
        fs::write(&script, script_of(&server, &log)).map_err(|e| Failure::file("write", &script, &e))?;
        let server = Command::new("sh").arg(&script).stdin(Stdio::null()).spawn();
        let server = server.map_err(|e| Failure::new(format!("could not start PostgreSQL: {e}")))?;
        let mut running = Self { server, folder, port };
        running.wait(workshop, &programs, &log)?;
        Ok(running)
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        format!("postgres://{NAME}@127.0.0.1:{}/postgres", self.port)
    }

    /// Its folder: the database in `data`, and `start.sh`, which starts it again after a test shut it down.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn wait(&mut self, workshop: &Workshop, programs: &Path, log: &Path) -> Result<(), Failure> {
        let started = Instant::now();
        loop {
            let mut ready = workshop.command(&programs.join("pg_isready").to_string_lossy());
            ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            if ready.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            let ended = self.server.try_wait().ok().flatten().is_some();
            if ended || started.elapsed() > START {
                let how = if ended { "ended at once" } else { "does not answer" };
                return Err(Failure::new(format!("PostgreSQL {how}; see {}", log.display())));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Also the one that a test started again, and one that stands still; it may have ended by itself. SIGQUIT ends
        // it and its children at once, and its folder is of no use any more.
        let again = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
        let again = again.lines().next().map(|line| line.trim().to_owned());
        for process in [Some(self.server.id().to_string()), again].into_iter().flatten() {
            for signal in ["-CONT", "-QUIT"] {
                let mut kill = Command::new("kill");
                let _ = kill.args([signal, &process]).stderr(Stdio::null()).status();
            }
        }
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The folder of the newest version's programs.
fn programs(versions: &Path) -> Result<PathBuf, Failure> {
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let found = fs::read_dir(versions).into_iter().flatten().flatten().map(|entry| entry.path());
    let with_programs = found.filter(|path| path.join("bin/initdb").is_file());
    let newest = with_programs.max_by_key(|path| number(path)).map(|path| path.join("bin"));
    let on_path = || debian::on_path("initdb").and_then(|program| Some(program.parent()?.to_owned()));
    newest
        .or_else(on_path)
        .ok_or_else(|| Failure::new(format!("no PostgreSQL found in {} nor on PATH", versions.display())))
}

/// A folder of the owner's own.
fn make_folder(workshop: &Workshop, folder: &Path) -> Result<(), Failure> {
    let mut install = workshop.command("install");
    install.args(["-d", "-m", "700"]);
    if is_root() {
        install.args(["-o", OWNER, "-g", OWNER]);
    }
    workshop.journal.run("make a folder for PostgreSQL", install.arg(folder)).map(drop)
}

/// A command that is not root's.
fn as_owner(workshop: &Workshop, program: &Path) -> Result<Command, Failure> {
    let program =
        program.to_str().ok_or_else(|| Failure::new("PostgreSQL lies at a path that is no text"))?;
    if !is_root() {
        return Ok(workshop.command(program));
    }
    let mut command = workshop.command("setpriv");
    command.args([&format!("--reuid={OWNER}"), &format!("--regid={OWNER}"), "--clear-groups", program]);
    // The clone may lie where the owner must not look.
    command.current_dir("/");
    Ok(command)
}

/// A script that becomes `command`, with its output behind that of the times before.
fn script_of(command: &Command, log: &Path) -> String {
    let quoted = |word: &OsStr| format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"));
    let words: Vec<String> =
        [command.get_program()].into_iter().chain(command.get_args()).map(quoted).collect();
    format!("cd / && exec {} >>{} 2>&1\n", words.join(" "), quoted(log.as_os_str()))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn free_port() -> Result<u16, Failure> {
    let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    free.map(|address| address.port()).map_err(|e| Failure::new(format!("no free port on this machine: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_becomes_the_command_whatever_its_words_are() {
        let log = std::env::temp_dir().join(format!("xtask script's {}.log", std::process::id()));
        let mut command = Command::new("printf");
        let script = script_of(command.args(["%s|", "it's", "a b"]), &log);
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
        assert_eq!(fs::read_to_string(&log).unwrap(), "it's|a b|");
        fs::remove_file(&log).unwrap();
    }

    #[test]
    fn the_newest_version_is_taken() {
        let folder = std::env::temp_dir().join(format!("xtask-postgres-{}", std::process::id()));
        for version in ["9", "15", "17", "18"] {
            let bin = folder.join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            // Debian leaves folders behind where only a library is installed.
            if version != "18" {
                fs::write(bin.join("initdb"), "").unwrap();
            }
        }
        let found = programs(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, Ok(folder.join("17/bin")));
    }
}
