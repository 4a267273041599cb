//! Python programs that are peers or stand-ins in tests: an environment each, in the cache.

use std::fs;
use std::path::{Path, PathBuf};

use crate::debian;
use crate::failure::Failure;
use crate::stamp::Checksum;
use crate::workshop::Workshop;

/// The interpreter of an environment that holds exactly what `requirements` pins; made once.
pub fn environment(shop: &Workshop, name: &str, requirements: &Path) -> Result<PathBuf, Failure> {
    let pins = fs::read(requirements).map_err(|e| Failure::file("read", requirements, &e))?;
    let mut sum = Checksum::default();
    sum.add(&pins);
    let wanted = sum.hex();
    let folder = shop.places.cache.join("python").join(name);
    let (python, stamp) = (folder.join("bin/python"), folder.join("cookshelf-stamp"));
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    // Debian splits this off from Python.
    let complete = shop.command("python3").args(["-c", "import venv, ensurepip"]).output();
    if !complete.is_ok_and(|output| output.status.success()) {
        debian::ensure(&shop.journal, &[debian::PYTHON_VENV])?;
    }
    shop.journal.run(
        &format!("python environment `{name}`"),
        shop.command("python3").args(["-m", "venv", "--clear"]).arg(&folder),
    )?;
    let mut pip = shop.command(&python.to_string_lossy());
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
        .arg(requirements);
    shop.journal.run(&format!("pip install for `{name}`"), &mut pip)?;
    fs::write(&stamp, wanted).map_err(|e| Failure::file("write", &stamp, &e))?;
    Ok(python)
}
