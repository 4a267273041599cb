//! What the tasks share: one way to start a tool, and the parts they build.
//!
//! Every part is prepared at most once per task; a part that failed is not
//! tried again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::journal::Journal;
use crate::places::Places;
use crate::{api, debian, deploy, emulators, node, tools};

/// The places, the story so far, and what is ready.
#[derive(Debug)]
pub struct Workshop {
    /// Where everything lies.
    pub places: Places,
    /// Where progress is told.
    pub journal: Journal,
    ready: RefCell<BTreeMap<&'static str, Result<(), Failure>>>,
}

impl Workshop {
    /// Opens the workshop for one task; its logs lie in `logs/<task>` of the cache.
    pub fn open(task: &str) -> Result<Self, Failure> {
        let places = Places::find()?;
        let journal = Journal::start(places.cache.join("logs").join(task))?;
        Ok(Self { places, journal, ready: RefCell::default() })
    }

    /// A command in the repository, with our tools first on PATH (but for cargo) and the shared build folder.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.places.repo);
        command.env("CARGO_TARGET_DIR", &self.places.target);
        // Build scripts that compile C run again when PATH changes, and ours names this clone: cargo keeps the given one.
        if program != "cargo" {
            command.env("PATH", self.path());
        } else {
            // Cargo told us about this package. Some build scripts look at that, and would compile again what was
            // built without us.
            env::vars_os().map(|(name, _)| name).filter(|name| is_of_a_package(name)).for_each(|name| {
                command.env_remove(name);
            });
        }
        command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        command
    }

    /// The tools that build the browser module.
    pub fn wasm_tools(&self) -> Result<(), Failure> {
        self.once("wasm tools", || {
            tools::wasm_target(self)?;
            tools::wasm_bindgen(self)?;
            tools::wasm_pack(self)?;
            node::packages(self, &self.places.package())?;
            node::wasm_opt(self)
        })
    }

    /// The `cookshelf` program in release.
    pub fn program(&self) -> Result<(), Failure> {
        self.once("program", || {
            let mut cargo = self.command("cargo");
            cargo.args(["build", "--release", "--package", "cookshelf-server"]);
            self.journal.run("build the cookshelf program", &mut cargo).map(drop)
        })
    }

    /// A program of the tests in release, as benches use it; says where it lies.
    pub fn bench_program(&self, name: &str) -> Result<PathBuf, Failure> {
        let mut cargo = self.command("cargo");
        cargo.args(["build", "--release", "--package", "cookshelf-tests", "--bin", name]);
        self.journal.run(&format!("build {name}"), &mut cargo)?;
        Ok(self.places.target.join("release").join(name))
    }

    /// The npm package with its browser module.
    pub fn package(&self) -> Result<(), Failure> {
        self.wasm_tools()?;
        self.once("package", || {
            let mut npm = self.command("npm");
            npm.current_dir(self.places.package()).args(["run", "build"]);
            self.journal.run("build the npm package", &mut npm).map(drop)
        })
    }

    /// The demo storefront.
    pub fn storefront(&self) -> Result<(), Failure> {
        self.package()?;
        self.once("storefront", || {
            let folder = self.places.storefront();
            node::packages(self, &folder)?;
            let mut npm = self.command("npm");
            npm.current_dir(folder).args(["run", "build"]);
            self.journal.run("build the demo storefront", &mut npm).map(drop)
        })
    }

    /// The browser and what drives it.
    pub fn browser(&self) -> Result<(), Failure> {
        self.once("browser", || {
            if env::var_os("CHROMIUM").is_none() {
                debian::ensure(&self.journal, &[debian::CHROMIUM])?;
            }
            node::packages(self, &self.places.browser_tests())
        })
    }

    /// The browsers of the other engines, beside [`Self::browser`].
    pub fn engines(&self) -> Result<(), Failure> {
        self.browser()?;
        self.once("engines", || {
            let wanted = [debian::FIREFOX, debian::WEBKIT, debian::XVFB, debian::XAUTH, debian::DBUS];
            debian::ensure(&self.journal, &wanted)
        })
    }

    fn once(&self, part: &'static str, prepare: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
        if let Some(outcome) = self.ready.borrow().get(part) {
            return outcome
                .clone()
                .map_err(|_| Failure::new(format!("no {part}: it failed before, see above")));
        }
        let outcome = prepare();
        self.ready.borrow_mut().insert(part, outcome.clone());
        outcome
    }

    fn path(&self) -> OsString {
        let ours = [self.places.tools().join("bin"), self.places.package().join("node_modules/.bin")];
        let given = env::var_os("PATH").unwrap_or_default();
        let all = ours.into_iter().chain(env::split_paths(&given));
        env::join_paths(all).unwrap_or(given)
    }
}

/// Whether cargo sets this variable to speak of the package that it runs.
fn is_of_a_package(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let starts = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
    starts.iter().any(|start| name.starts_with(start))
}

/// Installs everything that `demo` and `test` need from outside.
pub fn set_up(shop: &Workshop) -> Result<ExitCode, Failure> {
    type Part = (&'static str, fn(&Workshop) -> Result<(), Failure>);
    let parts: [Part; 8] = [
        ("tools for the browser module", Workshop::wasm_tools),
        ("packages of the storefront", |shop| node::packages(shop, &shop.places.storefront())),
        ("browsers for the tests", Workshop::engines),
        ("emulators of object stores", emulators::install),
        ("PostgreSQL for the tests", |shop| debian::ensure(&shop.journal, &[debian::POSTGRES])),
        ("Schemathesis for the tests of the routes", |shop| api::python(shop).map(drop)),
        ("programs that try what operators deploy", deploy::install),
        ("cargo-deny for the licence test", tools::cargo_deny),
    ];
    for (place, (title, prepare)) in parts.iter().enumerate() {
        shop.journal.step(place + 1, parts.len(), title);
        prepare(shop)?;
    }
    eprintln!("ready after {}", shop.journal.elapsed());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_not_told_of_our_own_package() {
        // These tests run under cargo, so the variables are there.
        assert!(env::var_os("CARGO_PKG_NAME").is_some() && env::var_os("CARGO_MANIFEST_DIR").is_some());
        let places = crate::places::Places::find().unwrap();
        let logs = std::env::temp_dir().join(format!("xtask-workshop-{}", std::process::id()));
        let workshop =
            Workshop { places, journal: Journal::start(logs.clone()).unwrap(), ready: RefCell::default() };
        let removed = |program: &str| {
            let command = workshop.command(program);
            let gone = command.get_envs().filter(|(_, value)| value.is_none());
            gone.map(|(name, _)| name.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert!(removed("cargo").contains(&"CARGO_PKG_NAME".to_owned()));
        assert!(removed("cargo").contains(&"CARGO_MANIFEST_DIR".to_owned()));
        assert_eq!(removed("node"), ["FORCE_COLOR"]);
        std::fs::remove_dir_all(logs).unwrap();
    }
}
