//! Debian packages, installed only when they are missing.
//!
//! Asks apt at most once per task. On a system without apt it says which
//! program is wanted, and leaves the rest to the person.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::journal::Journal;

/// A package, and how to see that it (or something as good) is there.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// What apt calls it.
    pub name: &'static str,
    /// Programs on PATH or absolute files; any one of them will do.
    pub evidence: &'static [&'static str],
}

/// The browser of the tests.
pub const CHROMIUM: Package =
    Package { name: "chromium", evidence: &["chromium", "chromium-browser", "google-chrome"] };
/// The second engine of the tests.
pub const FIREFOX: Package = Package { name: "firefox-esr", evidence: &["firefox-esr"] };
/// The third engine of the tests, with the program that drives it.
pub const WEBKIT: Package = Package { name: "webkit2gtk-driver", evidence: &["WebKitWebDriver"] };
/// A display for [`WEBKIT`], which has no mode without one.
pub const XVFB: Package = Package { name: "xvfb", evidence: &["xvfb-run"] };
/// What `xvfb-run` needs beside itself.
pub const XAUTH: Package = Package { name: "xauth", evidence: &["xauth"] };
/// A message bus for [`WEBKIT`].
pub const DBUS: Package = Package { name: "dbus", evidence: &["dbus-run-session"] };
/// The C++ compiler that libFuzzer wants.
pub const CXX: Package = Package { name: "g++", evidence: &["c++", "g++", "clang++"] };
/// The peer of the serving benchmark, with the module that serves `.br` files.
pub const NGINX: Package = Package { name: "nginx", evidence: &["nginx", "/usr/sbin/nginx"] };
/// See [`NGINX`].
pub const NGINX_BROTLI: Package = Package {
    name: "libnginx-mod-http-brotli-static",
    evidence: &["/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"],
};
/// Asks now and then, in the serving benchmark.
pub const WRK: Package = Package { name: "wrk", evidence: &["wrk"] };
/// The broker that rows may come from.
pub const NATS: Package =
    Package { name: "nats-server", evidence: &["/usr/sbin/nats-server", "nats-server"] };
/// The second database of the server.
pub const POSTGRES: Package = Package {
    name: "postgresql",
    evidence: &[
        "/usr/lib/postgresql/15/bin/initdb",
        "/usr/lib/postgresql/16/bin/initdb",
        "/usr/lib/postgresql/17/bin/initdb",
        "/usr/lib/postgresql/18/bin/initdb",
        "initdb",
    ],
};

/// The crowd of the serving benchmark.
pub const PYTHON: Package = Package { name: "python3", evidence: &["python3"] };
/// What Debian's Python needs to make environments.
pub const PYTHON_VENV: Package = Package { name: "python3-venv", evidence: &["/usr/share/doc/python3-venv"] };

/// Installs what is missing of `wanted`.
pub fn ensure(journal: &Journal, wanted: &[Package]) -> Result<(), Failure> {
    let missing: Vec<&str> = wanted.iter().filter(|p| find(p).is_none()).map(|p| p.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if on_path("apt-get").is_none() {
        return Err(Failure::new(format!(
            "these programs are missing, and there is no apt-get to install them: {list}"
        )));
    }
    let prefix = right_to_install(&list)?;
    journal.run("apt-get update", apt(prefix).arg("update"))?;
    let mut install = apt(prefix);
    install.args(["install", "--yes", "--no-install-recommends"]).args(&missing);
    journal.run(&format!("apt-get install {list}"), &mut install)?;
    match wanted.iter().find(|p| find(p).is_none()) {
        None => Ok(()),
        Some(p) => {
            Err(Failure::new(format!("apt installed {}, but none of {:?} is there", p.name, p.evidence)))
        }
    }
}

/// Reads what packages there are.
pub fn update(journal: &Journal) -> Result<(), Failure> {
    let prefix = right_to_install("the list of packages")?;
    journal.run("apt-get update", apt(prefix).arg("update")).map(drop)
}

/// The browser to test with: `CHROMIUM` when set, else the one on PATH.
pub fn chromium() -> Result<PathBuf, Failure> {
    let named = env::var_os("CHROMIUM").filter(|name| !name.is_empty()).map(PathBuf::from);
    match named.or_else(|| find(&CHROMIUM)) {
        Some(path) if path.is_file() => Ok(path),
        Some(path) => Err(Failure::new(format!("CHROMIUM is set to {}, which is no file", path.display()))),
        None => Err(Failure::new("no Chromium found; install it or set CHROMIUM to its path")),
    }
}

/// Where the first piece of evidence lies.
fn find(package: &Package) -> Option<PathBuf> {
    package.evidence.iter().find_map(|&evidence| match Path::new(evidence) {
        file if file.is_absolute() => file.exists().then(|| file.to_owned()),
        _ => on_path(evidence),
    })
}

/// Where `program` lies on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// How to become root: not at all, or by sudo.
fn right_to_install(list: &str) -> Result<Option<&'static str>, Failure> {
    let id = Command::new("id").arg("-u").output();
    let root = id.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    match (root, on_path("sudo")) {
        (true, _) => Ok(None),
        (false, Some(_)) => Ok(Some("sudo")),
        (false, None) => Err(Failure::new(format!(
            "these Debian packages are missing: {list}\nInstall them as root (there is no sudo here): apt-get install {list}"
        ))),
    }
}

fn apt(prefix: Option<&str>) -> Command {
    // `env` so that the setting survives sudo.
    let mut command = match prefix {
        Some(sudo) => {
            let mut command = Command::new(sudo);
            command.arg("env");
            command
        }
        None => Command::new("env"),
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_a_program_or_a_file() {
        let found = |evidence| find(&Package { name: "x", evidence }).is_some();
        assert!(found(&["no-such-program", "sh"]));
        assert!(found(&["/etc/passwd"]));
        assert!(!found(&["no-such-program", "/no/such/file"]));
    }
}
