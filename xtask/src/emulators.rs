//! Object stores of this machine, for the tests of stores: Azurite for Azure, moto for S3. With a PostgreSQL beside them
//! for a server that keeps nothing on its own machine.
//!
//! Installs them in pinned versions, starts them on free ports, and ends them when the value goes. They
//! keep nothing on disk and are reached only from this machine.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::counts::Counts;
use crate::failure::Failure;
use crate::postgres::Postgres;
use crate::test::counted;
use crate::workshop::Workshop;
use crate::{node, python};

/// How long an emulator may take to answer.
const START: Duration = Duration::from_secs(90);
const NAME: &str = "cookshelf";
/// Base64 of words; it opens nothing but an emulator.
const KEY: &str = "b25seSBmb3IgdGhlIGVtdWxhdG9yIG9mIHRoZSB0ZXN0cw==";

/// A process that ends with this value.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts a command that serves at `address`, and waits until it does.
    fn start(command: &mut Command, address: SocketAddr, log: &Path) -> Result<Self, Failure> {
        let output = File::create(log).map_err(|e| Failure::file("write", log, &e))?;
        let twin = output.try_clone().map_err(|e| Failure::file("write", log, &e))?;
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(output).stderr(twin);
        let child = command.spawn().map_err(|e| Failure::new(format!("could not start `{program}`: {e}")))?;
        let mut running = Self { child, address };
        let started = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            let ended = running.child.try_wait().ok().flatten().is_some();
            if ended || started.elapsed() > START {
                let how = if ended { "ended at once" } else { "does not answer" };
                return Err(Failure::new(format!("`{program}` {how}; see {}", log.display())));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(running)
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Runs the tests of stores against both emulators.
pub fn run(workshop: &Workshop) -> Result<Counts, Failure> {
    install(workshop)?;
    let azure = azurite(workshop)?;
    let s3 = moto(workshop)?;
    let mut prepare = workshop.command("node");
    prepare.current_dir(folder(workshop)).arg("prepare.mjs");
    prepare.args([&azure.url(), NAME, KEY, &s3.url(), NAME]);
    workshop.journal.run("make a container and a bucket", &mut prepare)?;
    let postgres = Postgres::start(workshop)?;
    let mut cargo = workshop.command("cargo");
    cargo.args(["test", "--package", "cookshelf-server", "--test", "stores"]);
    cargo.env("COOKSHELF_TEST_AZURE", azure.url()).env("COOKSHELF_TEST_S3", s3.url());
    cargo.env("COOKSHELF_TEST_STORE_NAME", NAME).env("COOKSHELF_TEST_STORE_KEY", KEY);
    cargo.env("COOKSHELF_TEST_POSTGRES", postgres.url());
    counted(workshop, "stores", &mut cargo)
}

/// Brings both emulators to the pinned versions.
pub fn install(workshop: &Workshop) -> Result<(), Failure> {
    node::packages(workshop, &folder(workshop))?;
    python_environment(workshop).map(drop)
}

fn python_environment(workshop: &Workshop) -> Result<PathBuf, Failure> {
    python::environment(workshop, "emulators", &folder(workshop).join("requirements.txt"))
}

fn folder(workshop: &Workshop) -> PathBuf {
    workshop.places.repo.join("tests/stores")
}

fn azurite(workshop: &Workshop) -> Result<Running, Failure> {
    let address = free_address()?;
    let mut node = workshop.command("node");
    node.current_dir(folder(workshop)).arg("node_modules/azurite/dist/src/blob/main.js");
    node.args(["--blobHost", "127.0.0.1", "--blobPort", &address.port().to_string()]);
    // Its telemetry is on unless it is told otherwise.
    node.args(["--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry"]);
    node.env("AZURITE_ACCOUNTS", format!("{NAME}:{KEY}"));
    Running::start(&mut node, address, &workshop.places.cache.join("logs/azurite.log"))
}

fn moto(workshop: &Workshop) -> Result<Running, Failure> {
    let address = free_address()?;
    let mut server =
        workshop.command(&python_environment(workshop)?.with_file_name("moto_server").to_string_lossy());
    server.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
    Running::start(&mut server, address, &workshop.places.cache.join("logs/moto.log"))
}

/// A port that nobody uses at this moment.
fn free_address() -> Result<SocketAddr, Failure> {
    let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    free.map_err(|e| Failure::new(format!("no free port on this machine: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_not_come_up_is_named() {
        let log = std::env::temp_dir().join(format!("xtask-emulator-{}", std::process::id()));
        let address = free_address().unwrap();
        let started = Running::start(Command::new("sh").args(["-c", "exit 3"]), address, &log);
        let text = started.map(drop).unwrap_err().to_string();
        assert!(text.contains("ended at once") && text.contains("xtask-emulator"), "{text}");
    }
}
