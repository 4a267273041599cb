//! What operators deploy, tried as far as one machine can: linted, rendered, held against schemas, never started.
//!
//! Installs the programs that own the formats; what is tried is in `tests/deploy`.

use std::fs;
use std::path::PathBuf;

use crate::counts::Counts;
use crate::debian::{self, Package};
use crate::failure::Failure;
use crate::python;
use crate::test::counted;
use crate::workshop::Workshop;

/// Says whether a unit is sound.
const SYSTEMD: Package = Package { name: "systemd", evidence: &["systemd-analyze"] };
/// Takes packages apart.
const DPKG: Package = Package { name: "dpkg", evidence: &["dpkg"] };

/// Tries it all.
pub fn run(workshop: &Workshop) -> Result<Counts, Failure> {
    workshop.program()?;
    install(workshop)?;
    let mut check = workshop.command(&python(workshop)?.to_string_lossy());
    check.arg(folder(workshop).join("check.py")).arg("--program").arg(workshop.places.program());
    check.arg("--promtool").arg(promtool(workshop)?).env("PYTHONDONTWRITEBYTECODE", "1");
    counted(workshop, "what operators deploy", &mut check)
}

/// Brings the programs that own the formats.
pub fn install(workshop: &Workshop) -> Result<(), Failure> {
    debian::ensure(&workshop.journal, &[SYSTEMD, DPKG, debian::NGINX])?;
    python(workshop)?;
    promtool(workshop).map(drop)
}

fn python(workshop: &Workshop) -> Result<PathBuf, Failure> {
    python::environment(workshop, "deploy", &folder(workshop).join("requirements.txt"))
}

fn folder(workshop: &Workshop) -> PathBuf {
    workshop.places.repo.join("tests/deploy")
}

/// Prometheus' own tool, taken out of its package: installed, the package would start a server.
fn promtool(workshop: &Workshop) -> Result<PathBuf, Failure> {
    if let Some(found) = debian::on_path("promtool") {
        return Ok(found);
    }
    let folder = workshop.places.cache.join("prometheus");
    let program = folder.join("usr/bin/promtool");
    if program.is_file() {
        return Ok(program);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|e| Failure::file("empty", &folder, &e))?;
    }
    fs::create_dir_all(&folder).map_err(|e| Failure::file("make", &folder, &e))?;
    let download = || {
        let mut apt = workshop.command("apt-get");
        apt.current_dir(&folder).args(["-q", "download", "prometheus"]);
        apt
    };
    if !workshop.journal.watch("apt-get download prometheus", &mut download())?.status.success() {
        debian::update(&workshop.journal)?;
        workshop.journal.run("apt-get download prometheus", &mut download())?;
    }
    let mut unpack = workshop.command("sh");
    unpack.current_dir(&folder).args(["-c", "dpkg -x prometheus_*.deb ."]);
    workshop.journal.run("take promtool out of it", &mut unpack)?;
    if program.is_file() { Ok(program) } else { Err(Failure::new("Debian's prometheus holds no promtool")) }
}
