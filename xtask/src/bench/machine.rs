//! What the figures were taken on.

use std::fs;

use crate::failure::Failure;
use crate::tools::printed;
use crate::workshop::Workshop;

/// Processor, cores, memory, and the versions that matter.
pub(crate) fn line(workshop: &Workshop) -> Result<String, Failure> {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&processors, "model name").unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes: f64 = field(&memory, "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or_default();
    let rust = printed(workshop.command("rustc").arg("--version"))?;
    let rust = rust.split_whitespace().nth(1).unwrap_or("unknown").to_owned();
    let node = printed(workshop.command("node").arg("--version"))?;
    Ok(format!(
        "Machine: {model}, {cores} cores, {:.0} GiB memory. Rust {rust}, Node {}.",
        kibibytes / 1024.0 / 1024.0,
        node.trim().trim_start_matches('v')
    ))
}

/// The value behind the first `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.into_iter().find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2.0GHz\nmodel name\t: Other\n";
        assert_eq!(field(text, "model name"), Some("Some CPU @ 2.0GHz"));
        assert_eq!(field(text, "model"), None);
    }
}
